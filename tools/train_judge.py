"""Train the two small networks that help to cut lines of writing into digits, and write their weights and cards.

    python tools/train_judge.py borders     the one that marks where two digits touch
    python tools/train_judge.py parts 1     parts of lines between its seams; the same with 2, 3 and 4
    python tools/train_judge.py judge       the one that tells whole digits from other parts of a line; after all parts

They learn from pages composed of MNIST's training digits, where it is known which ink is whose, and are scored on pages
of validation digits. Most pages go without paper, light and noise, which makes them eight times quicker to compose;
every eighth is photographed, and found as any picture is, so that remains of printed lines are learned as well. What
no digit is, the judge also learns from photographs of scikit-image and from `draw_surfaces.py`. Parts are kept in
.training/, which git ignores, one file a seed, so that more than one processor can cut them.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import record_runs
import skimage.data
from draw_surfaces import draw_surface
from measure_reading import overlaps
from scipy.ndimage import distance_transform_edt, gaussian_filter
from train_reader import RUNS, readable

from mnist_helpers import composing, models, pipeline, pretrained, training
from mnist_helpers._writing import replacing
from mnist_helpers.reading import to_grey
from mnist_helpers.reading.cutting import find_seams, level_writing, mark_borders
from mnist_helpers.reading.finding import find_writing
from mnist_helpers.reading.judging import NO_DIGIT, VIEW, candidate_parts, part_of_writing, view_parts
from mnist_helpers.reading.networks import FOLDER
from mnist_helpers.reading.strokes import find_lines_of_writing

SEED = 1
PARTS_SEEDS = (1, 2, 3, 4)
VALIDATION_PAGES = 200
PHOTOGRAPHED = 8  # one page in so many
MEETING = 0.045  # digits meet where both are this near, in heights of a digit
WHOLE, NOT_WHOLE = 0.78, 0.62  # overlap of a part's box with a digit's: above and below; between them it is no example
SURFACES = (  # pictures of scikit-image without a digit; others are left for tests
    *("brick", "camera", "cat", "cell", "grass", "gravel", "horse", "hubble_deep_field"),
    *("immunohistochemistry", "microaneurysms", "moon", "retina", "rocket"),
)
SIDES = (60, 500)  # of a piece of a photograph, and of a drawn surface, pixels
PARTS_OF_A_LINE = 100  # of a picture without digits: at most so many are learned from
WINDOW = (40, 128)  # what of a strip is seen in one step of training, pixels
RECIPES = {
    "borders": {
        "builder": "build_border_finder",
        "arguments": {"filters": [8, 16, 24, 32]},
        "pages": 5000,
        "epochs": 6,
        "peak": 1e-2,
        "batch_size": 16,
        "precision": "float32",
    },
    "judge": {
        "builder": "build_cnn",
        "arguments": {"filters": [48, 96, 128], "input_shape": [*VIEW, 2], "classes": NO_DIGIT + 1},
        "pages": 20_000,  # a quarter of them from each seed
        "photographs": 600,
        "surfaces": 1500,
        "epochs": 5,
        "peak": 1e-2,
        "batch_size": 256,
        "precision": "mixed_bfloat16",  # trains in half the time on processors that have it
    },
}


def write_page(images: np.ndarray, random) -> tuple:
    """Write digits drawn at random on a page; return lines of writing, the digits' ink and boxes, and which they are.

    Boxes are in pixels of the page, and so are top and left of a line.
    """
    drawn = random.integers(0, len(images), random.integers(3, 9))
    factors = composing._draw_factors(random) | {"touching": random.random() < 0.7}
    inks = [composing._draw_digit(image, factors, random) for image in images[drawn]]
    places = composing._place(inks, factors, random)
    page, boxes = composing._put_on_page(inks, places, factors["height"], random)
    if random.integers(PHOTOGRAPHED) == 0:
        writings, shape = find_writing(to_grey(composing._photograph(page, boxes, factors, random)))
        writings = writings if shape == page.shape else []
    else:
        page = np.maximum(page, composing._specks(page.shape, factors["specks"], random))
        writings = find_lines_of_writing(gaussian_filter(page, random.uniform(0.8, 1.1)).clip(0, 1))
    return writings, page.shape, inks, boxes, drawn


def meeting_places(shape: tuple, inks: list, boxes: np.ndarray) -> np.ndarray:
    """Return where two digits meet on a page: bool, of the shape of the page."""
    height = np.median(boxes[:, 2] - boxes[:, 0])
    reach = max(1.2, MEETING * height)
    margin = int(reach) + 1
    near = np.zeros(np.add(shape, 2 * margin), int)
    for ink, (top, left, bottom, right) in zip(inks, boxes, strict=True):
        distance = distance_transform_edt(np.pad(ink < 0.5, margin, constant_values=True))
        near[top : bottom + 2 * margin, left : right + 2 * margin] += distance <= reach
    return near[margin:-margin, margin:-margin] >= 2


def border_examples(pages: int, images: np.ndarray, seed: int) -> list[tuple]:
    """Return strips of writing and where their digits meet, both uint8 of shape (height, width)."""
    random, examples = np.random.default_rng(seed), []
    for number in range(pages):
        writings, shape, inks, boxes, _ = write_page(images, random)
        meeting = meeting_places(shape, inks, boxes)
        for writing in writings:
            strip = level_writing(writing)
            height, width = writing.ink.shape
            own = meeting[writing.top : writing.top + height, writing.left : writing.left + width]
            target = np.zeros(strip.ink.shape, np.uint8)
            target[strip.rows[own], strip.columns[own]] = 1
            examples.append(((strip.ink * 255).astype(np.uint8), target))
        report("pages", number, pages, 500)
    return examples


def border_batch(examples: list, random) -> tuple[np.ndarray, np.ndarray]:
    """Cut a window out of each strip, at random, and lay it at random into an empty one."""
    batch = np.zeros((2, len(examples), *WINDOW, 1), np.float32)
    for index, (ink, target) in enumerate(examples):
        sides = np.minimum(ink.shape, WINDOW)
        top, left = random.integers(0, np.subtract(ink.shape, sides) + 1)
        down, across = random.integers(0, np.subtract(WINDOW, sides) + 1)
        source = np.s_[top : top + sides[0], left : left + sides[1]]
        place = np.s_[index, down : down + sides[0], across : across + sides[1], 0]
        batch[0][place], batch[1][place] = ink[source] / 255, target[source]
    return batch[0], batch[1]


def box_on_page(writing, strip, seams, part) -> list[int]:
    """Return top, left, bottom and right of a part's ink, in pixels of the page; of none, an empty box."""
    rows, columns = np.nonzero((writing.ink >= 0.5) & part_of_writing(strip, seams, part))
    if not len(rows):
        return [0, 0, 0, 0]
    top, left = writing.top, writing.left
    return [top + rows.min(), left + columns.min(), top + rows.max() + 1, left + columns.max() + 1]


def cut_writings(writings: list) -> list[tuple]:
    """Return for each line of writing the line, its strip, its seams, and the parts between them, if any."""
    cut = []
    for writing in writings:
        strip = level_writing(writing)
        seams = find_seams(strip.ink, mark_borders(strip))
        parts = candidate_parts(strip, seams)
        if parts:
            cut.append((writing, strip, seams, parts))
    return cut


def photographs(number: int):
    """Yield pieces of photographs without digits, each with the random numbers that go on from it."""
    random = np.random.default_rng(SEED)
    for index in range(number):
        grey = to_grey(getattr(skimage.data, SURFACES[index % len(SURFACES)])())
        sides = np.minimum(grey.shape, random_sides(random))
        top, left = random.integers(0, np.subtract(grey.shape, sides) + 1)
        yield grey[top : top + sides[0], left : left + sides[1]], random
        report("photographs", index, number, 100)


def surfaces(number: int):
    """Yield drawn surfaces in the same way."""
    for index in range(number):
        random = np.random.default_rng((SEED, index))
        yield draw_surface(tuple(random_sides(random).tolist()), random), random
        report("surfaces", index, number, 100)


def random_sides(random) -> np.ndarray:
    """Draw a height and a width."""
    return np.exp(random.uniform(*np.log(SIDES), 2)).astype(int)


def views_without_digits(pictures) -> np.ndarray:
    """Return views of parts of what looks like writing in pictures without any, uint8."""
    views = []
    for picture, random in pictures:
        writings, _ = find_writing(to_grey(picture))
        for _, strip, seams, parts in cut_writings(writings):
            drawn = random.permutation(len(parts))[:PARTS_OF_A_LINE]
            views.append((view_parts(strip, seams, [parts[part] for part in drawn]) * 255).astype(np.uint8))
    return np.concatenate(views)


def judge_examples(pages: int, images: np.ndarray, labels: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return views of parts, uint8, and for each which digit it is, or that it is no whole digit."""
    random, views, targets = np.random.default_rng(seed), [], []
    for number in range(pages):
        writings, _, _, boxes, drawn = write_page(images, random)
        for writing, strip, seams, parts in cut_writings(writings):
            shared = overlaps(np.array([box_on_page(writing, strip, seams, part) for part in parts]), boxes)
            best = shared.max(axis=1)
            clear = (best > WHOLE) | (best < NOT_WHOLE)
            target = np.where(best > WHOLE, labels[drawn][shared.argmax(axis=1)], NO_DIGIT)
            views.append((view_parts(strip, seams, parts)[clear] * 255).astype(np.uint8))
            targets.append(target[clear])
        report("pages", number, pages, 500)
    return np.concatenate(views), np.concatenate(targets)


def judge_batch(views: np.ndarray, random) -> np.ndarray:
    """Move views by up to a pixel, and make their ink paler or darker."""
    moved = np.roll(views, random.integers(-1, 2, 2), axis=(1, 2)) / np.float32(255)
    return np.clip(moved * random.uniform(0.8, 1.2, (len(views), 1, 1, 1)), 0, 1).astype(np.float32)


def report(what: str, number: int, total: int, every: int) -> None:
    """Say now and then how far it is."""
    if (number + 1) % every == 0 or number + 1 == total:
        print(f"{number + 1} of {total} {what}", flush=True)


def build(recipe: dict, precision: str) -> keras.Model:
    """Build the network of a recipe, untrained."""
    keras.config.set_dtype_policy(precision)
    model = getattr(models, recipe["builder"])(**recipe["arguments"])
    keras.config.set_dtype_policy("float32")
    return model


def in_single_precision(model, recipe: dict) -> keras.Model:
    """Return the same network with weights and activations in float32, to be scored and kept."""
    single = build(recipe, "float32")
    single.set_weights(model.get_weights())
    return single


def fit(recipe: dict, number: int, loss, batch_of) -> tuple[keras.Model, list[float]]:
    """Build and train a network; return it, and the mean loss of each epoch."""
    keras.utils.set_random_seed(SEED)
    model = build(recipe, recipe["precision"])
    size = recipe["batch_size"]
    steps = number // size
    model.compile(
        optimizer=keras.optimizers.Adam(training.OneCycle(recipe["peak"], recipe["epochs"] * steps)), loss=loss
    )
    log = []
    for epoch in range(recipe["epochs"]):
        start, random, losses = time.process_time(), np.random.default_rng([SEED, epoch]), []
        for places in np.array_split(random.permutation(number)[: steps * size], steps):
            losses.append(float(model.train_on_batch(*batch_of(np.sort(places), random))))
        log.append(round(float(np.mean(losses)), 5))
        print(f"epoch {epoch + 1}: loss {log[-1]}, {time.process_time() - start:.0f} s of CPU", flush=True)
    return in_single_precision(model, recipe), log


def train_borders(recipe: dict, train: tuple, validation: tuple) -> tuple[keras.Model, list, dict]:
    """Train the network that marks where digits meet; return it, its log, and figures on pages of validation digits."""
    examples = border_examples(recipe["pages"], train[0], SEED)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model, log = fit(
        recipe, len(examples), loss, lambda places, random: border_batch([examples[p] for p in places], random)
    )
    inks, targets = border_batch(
        border_examples(VALIDATION_PAGES, validation[0], SEED + 1), np.random.default_rng(SEED)
    )
    marked, meeting = model.predict(inks, verbose=0) > 0, targets > 0.5
    inked = inks >= 0.35
    shared = (marked & meeting & inked).sum() / ((marked | meeting) & inked).sum()
    model.compile(loss=loss)
    figures = {"loss": round(float(model.evaluate(inks, targets, verbose=0)), 5), "overlap": round(float(shared), 4)}
    return model, log, figures


def parts_file(seed: int):
    """Name the file of the parts of a seed."""
    return RUNS / f"judge_parts_{seed}.npz"


def keep_parts(seed: int, train: tuple) -> None:
    """Cut parts out of lines of writing, and keep them in a file."""
    views, targets = judge_examples(RECIPES["judge"]["pages"] // len(PARTS_SEEDS), *train, [SEED, seed])
    RUNS.mkdir(exist_ok=True)
    with replacing(parts_file(seed)) as [part]:
        np.savez(part, views=views, targets=targets)


def train_judge(recipe: dict, train: tuple, validation: tuple) -> tuple[keras.Model, list, dict]:
    """Train the network that tells whole digits from other parts; return it, log and figures as above."""
    missing = [seed for seed in PARTS_SEEDS if not parts_file(seed).exists()]
    if missing:
        sys.exit(f"no parts of seed {missing[0]} yet: python tools/train_judge.py parts {missing[0]}")
    kept = [readable(parts_file(seed), np.load, f"python tools/train_judge.py parts {seed}") for seed in PARTS_SEEDS]
    without = [
        views_without_digits(photographs(recipe["photographs"])),
        views_without_digits(surfaces(recipe["surfaces"])),
    ]
    views = np.concatenate([*(part["views"] for part in kept), *without])
    none = np.full(sum(map(len, without)), NO_DIGIT)
    targets = np.concatenate([*(part["targets"] for part in kept), none])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model, log = fit(
        recipe, len(views), loss, lambda places, random: (judge_batch(views[places], random), targets[places])
    )
    views, targets = judge_examples(VALIDATION_PAGES, *validation, SEED + 1)
    logits = model.predict(views / np.float32(255), batch_size=1000, verbose=0)
    whole = np.logaddexp.reduce(logits[:, :NO_DIGIT], axis=1) > logits[:, NO_DIGIT]
    digits = targets != NO_DIGIT
    right = (logits[digits, :NO_DIGIT].argmax(axis=1) == targets[digits]).mean()
    return model, log, {"whole_or_not": round(float((whole == digits).mean()), 4), "digit": round(float(right), 4)}


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("borders", "parts", "judge"))
    parser.add_argument("seed", type=int, nargs="?", choices=PARTS_SEEDS, help="of the parts")
    arguments = parser.parse_args()
    name = arguments.action
    if (name == "parts") != (arguments.seed is not None):
        parser.error("parts needs a seed, borders and judge have none")
    train, validation, _ = (composing._checked_digits(*part) for part in pipeline.load_mnist_splits())
    if name == "parts":
        keep_parts(arguments.seed, train)
        return 0
    recipe = RECIPES[name]
    model, log, figures = {"borders": train_borders, "judge": train_judge}[name](recipe, train, validation)
    card = {
        "name": name,
        **record_runs.origin(),
        "builder": recipe["builder"],
        "arguments": recipe["arguments"],
        "parameters": model.count_params(),
        "training": {key: value for key, value in recipe.items() if key not in ("builder", "arguments")}
        | {"seed": SEED, "loss": log},
        "validation": {"pages": VALIDATION_PAGES} | figures,
    }
    pretrained.write_pretrained(model, card, FOLDER)
    print(f"{name}: {figures}")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
