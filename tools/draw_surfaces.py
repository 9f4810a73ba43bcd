"""Pictures without any digit, drawn from a seed: the judge learns from them what writing does not look like.

Stripes, boards, blots, shaded discs, heaps of strokes and polygons, and printed words, each at a random scale, with
light that fades across and noise.
"""

import string
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from skimage import draw

LETTERS = string.ascii_letters
FONTS = [
    font
    for font in sorted((Path(matplotlib.get_data_path()) / "fonts" / "ttf").glob("DejaVu*.ttf"))
    if "Display" not in font.name  # those lack letters
]


def _stripes(shape: tuple, random) -> np.ndarray:
    """Draw stripes of any direction, straight or wavy, or the board that two sets of them make."""
    rows, columns = np.indices(shape)
    stripes = []
    for _ in range(random.integers(1, 3)):
        angle, period = random.uniform(0, np.pi), np.exp(random.uniform(np.log(5), np.log(80)))
        along = rows * np.cos(angle) - columns * np.sin(angle)
        wave = random.choice([0, period * random.random()]) * np.sin(along / period / random.uniform(0.5, 4))
        across = (rows * np.sin(angle) + columns * np.cos(angle) + wave) / period
        stripes.append((across % 1 < random.uniform(0.1, 0.9)).astype(float))
    return np.abs(stripes[0] - stripes[-1]) if len(stripes) > 1 else stripes[0]


def _blots(shape: tuple, random) -> np.ndarray:
    """Mark where smooth noise is above a level."""
    noise = ndimage.gaussian_filter(random.standard_normal(shape), np.exp(random.uniform(np.log(1), np.log(12), 2)))
    return (noise > np.quantile(noise, random.uniform(0.4, 0.95))).astype(float)


def _discs(shape: tuple, random) -> np.ndarray:
    """Lay filled ellipses, as coins and pebbles lie, each shaded and with a pattern of its own."""
    picture = np.zeros(shape)
    relief = ndimage.gaussian_filter(random.standard_normal(shape), random.uniform(0.7, 3))
    relief /= relief.std()
    size = np.exp(random.uniform(np.log(6), np.log(60)))
    for _ in range(random.integers(1, 40)):
        centre, radii = random.uniform(0, shape), size * random.uniform(0.5, 1.2, 2)
        rows, columns = draw.ellipse(*centre, *radii, shape, rotation=random.uniform(-3, 3))
        shade = random.uniform(-0.5, 0.5, 2) @ [(rows - centre[0]) / size, (columns - centre[1]) / size]
        picture[rows, columns] = random.uniform(0.4, 1) + shade + random.uniform(0, 0.3) * relief[rows, columns]
    return picture


def _heap(shape: tuple, random) -> np.ndarray:
    """Heap straight strokes or polygons on each other, as grass, twigs, roofs and rubble are."""
    picture = Image.new("L", shape[::-1])
    pen = ImageDraw.Draw(picture)
    filled, reach = random.random() < 0.5, np.exp(random.uniform(np.log(15), np.log(200)))
    for _ in range(random.integers(15, 120)):
        place = random.uniform(0, shape[::-1])
        corners = [tuple(place + random.uniform(-reach, reach, 2)) for _ in range(random.integers(3, 7))]
        level = int(random.integers(0, 256))
        if filled:
            pen.polygon(corners, fill=level)
        else:
            pen.line(corners[:2], fill=level, width=int(random.integers(1, 7)))
    return np.array(picture) / 255


def _print(shape: tuple, random) -> np.ndarray:
    """Print lines of letters; those that look like a digit stand among others."""
    picture = Image.new("L", shape[::-1])
    pen = ImageDraw.Draw(picture)
    size = int(np.exp(random.uniform(np.log(12), np.log(60))))
    font = ImageFont.truetype(str(random.choice(FONTS)), size)
    for top in range(int(random.integers(0, size)), shape[0], int(size * random.uniform(1.1, 1.8))):
        words = ["".join(random.choice(list(LETTERS), random.integers(2, 10))) for _ in range(30)]
        words = [word.lower() if random.random() < 0.7 else word for word in words]
        pen.text((int(random.integers(-size, size)), top), " ".join(words), fill=255, font=font)
    return np.array(picture.rotate(random.uniform(-8, 8), Image.Resampling.BICUBIC)) / 255


KINDS = (_stripes, _blots, _discs, _heap, _print)


def draw_surface(shape: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    """Return a picture without a digit: float32 from 0 to 1, dark or light, evenly lit or not, with noise."""
    picture = KINDS[random.integers(len(KINDS))](shape, random)
    picture = ndimage.gaussian_filter(picture, random.uniform(0.3, 1.5))
    slope = np.indices(shape).transpose(1, 2, 0) @ (random.uniform(-0.4, 0.4, 2) / shape)
    dark, bright = np.sort(random.uniform(0, 1, 2) * [0.5, 0.5] + [0, 0.5])
    picture = dark + (bright - dark) * picture + slope + random.uniform(0, 0.05) * random.standard_normal(shape)
    picture = picture.clip(0, 1)
    return (1 - picture if random.random() < 0.5 else picture).astype(np.float32)
