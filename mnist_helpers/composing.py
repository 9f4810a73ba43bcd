"""Pictures of postal codes and of amounts on cheques, put together from single digits, from a seed.

What a machine meets on paper is written askew, with any pen, on printed lines, in bad light. Pages made here have all
of that in known shares, and each says what was done to it. So a reader of digits can be measured factor by factor.
"""

import math
from dataclasses import dataclass

import numpy as np

from mnist_helpers._checks import as_numbers, check_numbers, check_whole, is_list, said

PENS = {"thin": -0.45, "medium": 0.0, "thick": 0.4}
"""What each pen adds to a stroke on either side, in pixels of the digit of 28 by 28."""

LARGEST_SKEW = 8.0
DIGIT_HEIGHT = (40, 90)

_CHOICES = {
    "pen": tuple(PENS),
    "touching": (False, True),
    "paper": ("plain", "ruled", "framed"),
    "light": ("even", "uneven"),
    "polarity": ("dark on light", "light on dark"),
}
_SHARES = {
    "pen": (1 / 3, 1 / 3, 1 / 3),
    "touching": (0.8, 0.2),
    "paper": (1 / 2, 1 / 4, 1 / 4),
    "light": (1 / 2, 1 / 2),
    "polarity": (3 / 4, 1 / 4),
}


@dataclass(frozen=True)
class Page:
    """A picture of some digits, and the truth about it.

    Attributes
    ----------
    image : numpy.ndarray of uint8, shape (height, width)
        Grey levels from 0 (black) to 255 (white).
    text : str
        The digits that are written, from left to right.
    boxes : numpy.ndarray of int, shape (n, 4)
        Top, left, bottom and right of each digit's ink, in pixels; bottom and right are the first that are free.
    factors : dict
        What was done: ``"skew"`` (degrees; above 0 the writing climbs), ``"height"`` (of the digits, pixels),
        ``"pen"``, ``"touching"``, ``"paper"``, ``"light"``, ``"polarity"``, ``"noise"`` (standard deviation, grey
        levels) and ``"specks"`` (their number).
    """

    image: np.ndarray
    text: str
    boxes: np.ndarray
    factors: dict


def compose_code(digit_images, digits, seed, **factors) -> Page:
    """Write digits in one line, as a postal code on an envelope or an amount on a cheque.

    Parameters
    ----------
    digit_images : array, shape (n, 28, 28) or (n, 28, 28, 1)
        One image of each digit, light ink on black as in MNIST: uint8 from 0 to 255, or float from 0 to 1.
    digits : array of integers, shape (n,)
        What the images show, from 0 to 9.
    seed : int or sequence of int
        The same seed gives the same page.
    **factors
        What to do, in place of drawing it at random:

        - ``skew``: degrees, from -8 to 8.
        - ``height``: height of the digits, pixels, from 40 to 90.
        - ``pen``: ``"thin"``, ``"medium"`` or ``"thick"``, a third each. A thin one leaves
          no gap, a thick one fills no loop.
        - ``touching``: whether neighbours run into each other, a fifth of the pages. At least one pair does, and any
          other pair with a chance of one half, unless one digit would lie deep inside the curve of the other.
        - ``paper``: ``"plain"`` (half of the pages), ``"ruled"`` or ``"framed"`` (a quarter each).
        - ``light``: ``"even"`` or ``"uneven"``, half each.
        - ``polarity``: ``"dark on light"`` (three quarters) or ``"light on dark"``.
        - ``noise``: standard deviation of the noise, grey levels, from 1 to 9.
        - ``specks``: how many specks of dirt, from 0 to 20.

    Returns
    -------
    Page

    Raises
    ------
    ValueError
        A shape, a dtype or a range is another, an image has no ink, digits do not match the images, or a factor or one
        of its values is unknown.

    Examples
    --------
    >>> from mnist_helpers import load_mnist
    >>> _, (images, labels) = load_mnist()
    >>> page = compose_code(images[:5], labels[:5], seed=1, paper="ruled")
    >>> page.text, page.boxes.shape, page.factors["paper"]
    ('72104', (5, 4), 'ruled')
    """
    digit_images, digits = _checked_digits(digit_images, digits)
    random = _generator(seed)
    factors = _draw_factors(random) | _checked_factors(factors, len(digits))
    inks = [_draw_digit(image, factors, random) for image in digit_images]
    places = _place(inks, factors, random)
    page_ink, boxes = _put_on_page(inks, places, factors["height"], random)
    image = _photograph(page_ink, boxes, factors, random)
    return Page(image, "".join(map(str, digits)), boxes, factors)


def compose_many(images, labels, number: int, seed: int, lengths=(5,)) -> list[Page]:
    """Compose many pages of digits drawn at random, with exact shares of each factor.

    Parameters
    ----------
    images, labels : arrays, shapes (m, 28, 28) or (m, 28, 28, 1), and (m,)
        Digits to draw from. No digit comes twice before each has come once.
    number : int
        How many pages.
    seed : int
        The same seed gives the same pages.
    lengths : sequence of int
        How many digits a page may have, each as often as the others: ``(5,)`` for postal codes,
        ``(3, 4, 5, 6)`` for amounts of which the last two digits are cents.

    Returns
    -------
    list of Page
        Of ``number`` pages a fifth has digits that touch, half are ruled or framed, half are unevenly lit, a quarter is
        light on dark, and each pen writes a third, all rounded to whole pages; see :func:`compose_code`.

    Raises
    ------
    ValueError
        There is no page to compose, a length is below 2, or as for :func:`compose_code`.

    Examples
    --------
    >>> from mnist_helpers import load_mnist
    >>> _, (images, labels) = load_mnist()
    >>> pages = compose_many(images, labels, 10, seed=1)
    >>> sum(page.factors["touching"] for page in pages)
    2
    """
    if not is_list(lengths) and not isinstance(lengths, range):
        raise ValueError(f"lengths must be numbers of digits, such as (5,); got {said(lengths)}.")
    check_whole(number=number)
    for name, value, least in [("number", number, 1), *(("each of lengths", length, 2) for length in lengths)]:
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} must be a whole number of at least {least}; got {said(value)}.")
    if len(lengths) == 0:
        raise ValueError("lengths must name at least one number of digits, such as (5,); got none.")
    images, labels = _checked_digits(images, labels)
    check_whole(seed=seed)
    random = _generator(seed)
    pages_of = {name: _exact_shares(name, number, random) for name in _CHOICES}
    sizes = random.permutation(np.resize(lengths, number))
    rounds = -(-int(sizes.sum()) // len(images))
    order = np.concatenate([random.permutation(len(images)) for _ in range(rounds)])
    pages = []
    for index, drawn in enumerate(np.split(order[: sizes.sum()], np.cumsum(sizes)[:-1])):
        factors = {name: values[index] for name, values in pages_of.items()}
        pages.append(compose_code(images[drawn], labels[drawn], (seed, index), **factors))
    return pages


def _generator(seed) -> np.random.Generator:
    numbers = seed if isinstance(seed, (tuple, list)) else [seed]
    if not numbers or not all(isinstance(number, (int, np.integer)) and number >= 0 for number in numbers):
        raise ValueError(f"seed must be a whole number of at least 0, or a sequence of them; got {said(seed)}.")
    return np.random.default_rng(seed)


def _checked_digits(images, digits) -> tuple[np.ndarray, np.ndarray]:
    """Return images (n, 28, 28) as float32 from 0 to 1, and digits."""
    images, digits = as_numbers(images, "images"), as_numbers(digits, "digits")
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or images.shape[1:] != (28, 28) or len(images) == 0:
        cure = " For one image use image[None]." if images.shape == (28, 28) else ""
        raise ValueError(f"images must have shape (n, 28, 28) or (n, 28, 28, 1); got {images.shape}.{cure}")
    if digits.shape != (len(images),) or not np.issubdtype(digits.dtype, np.integer):
        raise ValueError(
            f"digits must be {len(images)} whole numbers, one an image; got shape {digits.shape}, dtype {digits.dtype}."
        )
    if digits.min() < 0 or digits.max() > 9:
        raise ValueError(f"digits must be from 0 to 9; got {digits.min()} to {digits.max()}.")
    if images.dtype == np.uint8:
        images = images / np.float32(255)
    images = images.astype("float32")
    if not (np.all(images >= 0) and np.all(images <= 1)):
        raise ValueError("images must be uint8 from 0 to 255, or float from 0 to 1; got other or no numbers.")
    empty = np.flatnonzero(images.max(axis=(1, 2)) < 0.5)
    if len(empty):
        raise ValueError(
            f"each image must have ink, a pixel of at least half the largest value; image {empty[0]} has none."
        )
    return images, digits


def _checked_factors(factors: dict, number: int) -> dict:
    limits = {"skew": (-LARGEST_SKEW, LARGEST_SKEW), "height": DIGIT_HEIGHT, "noise": (0, 50), "specks": (0, 500)}
    for name, value in factors.items():
        if name in _CHOICES:
            if not any(type(value) in (type(choice), np.bool_) and value == choice for choice in _CHOICES[name]):
                raise ValueError(f"{name} must be one of {', '.join(map(repr, _CHOICES[name]))}; got {said(value)}.")
        elif name in limits:
            low, high = limits[name]
            (check_whole if name == "specks" else check_numbers)(**{name: value})
            if not low <= value <= high:
                raise ValueError(f"{name} must be from {low} to {high}; got {value!r}.")
        else:
            raise ValueError(f"there is no factor {name!r}; there are {', '.join([*_CHOICES, *limits])}.")
    if factors.get("touching") and number < 2:
        raise ValueError("touching needs at least 2 digits; got 1.")
    return factors | ({"touching": False} if number < 2 else {})


def _draw_factors(random) -> dict:
    chosen = {name: values[random.choice(len(values), p=_SHARES[name])] for name, values in _CHOICES.items()}
    return chosen | {
        "skew": float(random.uniform(-LARGEST_SKEW, LARGEST_SKEW)),
        "height": int(random.integers(DIGIT_HEIGHT[0], DIGIT_HEIGHT[1] + 1)),
        "noise": float(random.uniform(1, 9)),
        "specks": int(random.integers(0, 21)),
    }


def _exact_shares(name: str, number: int, random) -> list:
    """Return ``number`` values of a factor, each in its share, in random order."""
    ends = np.rint(np.cumsum(_SHARES[name]) * number).astype(int)
    values = np.searchsorted(ends, np.arange(number), side="right")
    return [_CHOICES[name][value] for value in random.permutation(values)]


def _draw_digit(image: np.ndarray, factors: dict, random) -> np.ndarray:
    """Draw one digit large and askew; return its ink, from 0 to 1, cut to where it is."""
    from scipy.ndimage import affine_transform, binary_fill_holes, distance_transform_edt
    from skimage.morphology import skeletonize

    scale = factors["height"] / 20 * random.uniform(0.9, 1.1)  # MNIST's makers wrote into a box of 20 by 20
    angle = math.radians(factors["skew"])
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]) / scale
    side = math.ceil(32 * scale)
    offset = 13.5 - turn @ np.full(2, (side - 1) / 2)
    stroke = affine_transform(image / image.max(), turn, offset, (side, side), order=3, mode="constant") > 0.4
    depth = distance_transform_edt(stroke) - distance_transform_edt(~stroke)  # pixels to the edge, above 0 inside
    depth += PENS[factors["pen"]] * scale
    line = distance_transform_edt(~skeletonize(stroke))
    depth = np.maximum(depth, 0.5 * scale - line)  # a thin pen draws a line without gaps
    loops = binary_fill_holes(stroke) & ~stroke
    if loops.any():  # a thick one fills none
        depth = np.minimum(depth, distance_transform_edt(~skeletonize(loops)) - 0.4 * scale)
    ink = np.clip(depth + 0.5, 0, 1).astype("float32")
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _place(inks: list, factors: dict, random) -> list[tuple[int, int]]:
    """Return top and left of each digit: in a line that climbs with the skew, at a distance or touching."""
    height, slope = factors["height"], math.tan(math.radians(factors["skew"]))
    wobbles = random.uniform(-0.06, 0.06, len(inks)) * height
    gaps = np.rint(random.uniform(0.1, 0.4, len(inks)) * height).astype(int)
    drawn = random.random(len(inks)) < 0.5
    nearest, drops = [], []  # from each digit to the next: where the next one would touch, and how much lower it is
    for one, other, wobble in zip(inks, inks[1:], np.diff(wobbles), strict=False):
        climb = slope * (one.shape[1] + other.shape[1]) / 2
        drops.append(round(wobble - climb - (len(other) - len(one)) / 2))
        nearest.append(_first_free(one, other, drops[-1], 0))
    entering = np.array([one.shape[1] - column for one, column in zip(inks, nearest, strict=False)])
    touches = factors["touching"] & (drawn[1:] & (entering < 0.2 * height) | (entering == entering.min(initial=10_000)))

    tops, lefts = [0], [0]
    for index, touch in enumerate(touches):
        one, other = inks[index : index + 2]
        if touch:
            drop, step = drops[index], nearest[index] - max(2, round(0.04 * height))
        else:
            gap = gaps[index]
            drop = round(drops[index] - slope * gap)
            clear = _first_free(one, other, drop, gap) + gap
            step = max(clear, one.shape[1] - round(0.15 * height))
        lefts.append(lefts[-1] + step)
        tops.append(tops[-1] + drop)
    return list(zip(tops, lefts, strict=True))


def _first_free(left_ink: np.ndarray, right_ink: np.ndarray, drop: int, margin: int) -> int:
    """Return the smallest column, counted from that of the left ink, at which the right ink is clear of it.

    The right ink lies ``drop`` rows lower. Rows that are at most ``margin`` apart count as the same.
    """
    from scipy.ndimage import maximum_filter1d

    rows = max(len(left_ink), drop + len(right_ink)) - min(0, drop)
    ends, starts = np.full(rows, -10_000), np.full(rows, 10_000)
    ends_of, starts_of = left_ink.shape[1] - (left_ink[:, ::-1] > 0).argmax(axis=1), (right_ink > 0).argmax(axis=1)
    first = max(0, -drop)
    ends[first : first + len(left_ink)] = np.where(left_ink.any(axis=1), ends_of, -10_000)
    first = max(0, drop)
    starts[first : first + len(right_ink)] = np.where(right_ink.any(axis=1), starts_of, 10_000)
    return int((maximum_filter1d(ends, 2 * margin + 1) - starts).max())


def _put_on_page(inks: list, places: list, height: int, random) -> tuple[np.ndarray, np.ndarray]:
    """Put the digits on an empty page with margins; return its ink, from 0 to 1, and the boxes of the digits."""
    ends = [(top + ink.shape[0], left + ink.shape[1]) for ink, (top, left) in zip(inks, places, strict=True)]
    boxes = np.hstack([places, ends])
    above, before, below, after = np.rint(random.uniform(0.6, 1.2, 4) * height).astype(int)
    boxes += np.tile([above - boxes[:, 0].min(), before - boxes[:, 1].min()], 2)
    page = np.zeros((boxes[:, 2].max() + below, boxes[:, 3].max() + after), "float32")
    for ink, (top, left, bottom, right) in zip(inks, boxes, strict=True):
        place = page[top:bottom, left:right]
        np.maximum(place, ink, out=place)
    return page, boxes


def _photograph(ink: np.ndarray, boxes: np.ndarray, factors: dict, random) -> np.ndarray:
    """Turn ink into grey levels: on paper, with printed lines and specks, lit, with noise."""
    from scipy.ndimage import gaussian_filter

    paper, pen = random.uniform(210, 250), random.uniform(20, 80)
    ink = np.maximum(ink, random.uniform(0.25, 0.6) * _printed_lines(ink.shape, boxes, factors, random))
    ink = np.maximum(ink, _specks(ink.shape, factors["specks"], random))
    grey = paper + (pen - paper) * gaussian_filter(ink, 0.6)
    if factors["polarity"] == "light on dark":
        grey = 255 - grey
    if factors["light"] == "uneven":
        grey *= _shade(ink.shape, random)
    grey += random.normal(0, abs(factors["noise"]), ink.shape)  # -0.0 is no noise
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def _printed_lines(shape: tuple, boxes: np.ndarray, factors: dict, random) -> np.ndarray:
    """Draw the lines that were on the paper before the writing came, as askew as the writing."""
    if factors["paper"] == "plain":
        return np.zeros(shape, "float32")
    height, angle = factors["height"], math.radians(factors["skew"])
    rows, columns = np.indices(shape, "float32")
    across = columns * math.cos(angle) - rows * math.sin(angle)  # along the writing
    down = columns * math.sin(angle) + rows * math.cos(angle)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    middle = (middles[:, 1] * math.sin(angle) + middles[:, 0] * math.cos(angle)).mean()
    if factors["paper"] == "ruled":
        base, spacing = middle + 0.55 * height, random.uniform(1.3, 1.7) * height
        distance = np.abs((down - base + spacing / 2) % spacing - spacing / 2)
    else:
        turned = boxes[:, [1, 3]] * math.cos(angle) - middles[:, :1] * math.sin(angle)
        reach = (turned.max() - turned.min()) / 2 + random.uniform(0.3, 0.5) * height
        centre = (turned.max() + turned.min()) / 2
        rise = random.uniform(0.8, 0.95) * height
        distance = np.abs(np.maximum(np.abs(across - centre) - reach, np.abs(down - middle) - rise))
    thickness = random.uniform(1, 3)
    return np.clip(thickness / 2 + 0.5 - distance, 0, 1)


def _specks(shape: tuple, number: int, random) -> np.ndarray:
    """Draw round specks with radii of 0.7 to 1.8 pixels."""
    specks = np.zeros(shape, "float32")
    rows, columns = np.indices((7, 7)) - 3
    for _ in range(number):
        top, left = random.integers(shape[0] - 7), random.integers(shape[1] - 7)
        speck = np.clip(random.uniform(0.7, 1.8) + 0.5 - np.hypot(rows, columns), 0, 1)
        place = specks[top : top + 7, left : left + 7]
        np.maximum(place, speck, out=place)
    return specks


def _shade(shape: tuple, random) -> np.ndarray:
    """Return how much light falls on each pixel: it fades to one side, to a share of 0.45 to 0.7."""
    direction = random.uniform(0, 2 * math.pi)
    rows, columns = (np.linspace(-1, 1, length) for length in shape)
    slope = rows[:, None] * math.sin(direction) + columns * math.cos(direction)
    slope = (slope - slope.min()) / (slope.max() - slope.min())
    return 1 - random.uniform(0.3, 0.55) * slope ** random.uniform(0.7, 1.5)
