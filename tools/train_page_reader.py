"""Train the networks that read the digits cut out of pages, and write their weights and cards.

    python tools/train_page_reader.py digits 1    after borders and judge of tools/train_judge.py; the same with 2
    python tools/train_page_reader.py train 1     after both; the same with 2

Both learn from the same digits, those of MNIST's training set: as they are, drawn anew with any pen as on composed
pages, and cut out of such pages by `find_digits`, with what neighbours and printed lines leave behind. They differ in
the weights they start with and in the order and the changes of what they see. Digits are kept in .training/, which git
ignores; half of them comes from each seed, so that two processors can draw them.
"""

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import record_runs
from measure_reading import OVERLAP, overlaps
from train_judge import build, in_single_precision, report
from train_reader import RUNS, epoch_data, readable

from mnist_helpers import composing, pipeline, pretrained, training
from mnist_helpers._writing import replacing
from mnist_helpers.reading import find_digits, normalise_digit, restore_pen
from mnist_helpers.reading.networks import FOLDER

SEEDS = (1, 2)
RECIPE = {
    "builder": "build_reader",
    "arguments": {"filters": [32, 64, 96, 128, 256], "pooled": [1, 2, 4]},
    "pages": 12_000,  # half of them from each seed
    "touching": 0.4,
    "augmentation": {"rotation": 8.0, "shift": 1.0, "zoom": 0.07, "shear": 0.1, "elastic": 0.8},
    "epochs": 12,
    "settling_epochs": 2,  # the last ones, without augmentation
    "peak": 1e-2,
    "precision": "mixed_bfloat16",  # trains in half the time on processors that have it
}
VALIDATION_PAGES = 300


def as_read(ink: np.ndarray) -> np.ndarray:
    """Return what the network sees of a digit's ink: uint8, (28, 28), so that many fit into memory."""
    return np.rint(normalise_digit(restore_pen(ink)) * 255).astype(np.uint8)


def draw_anew(images: np.ndarray, seed: int) -> np.ndarray:
    """Draw each digit with a pen, a size and a slant drawn at random."""
    random = np.random.default_rng(seed)
    return np.array(
        [as_read(composing._draw_digit(image, composing._draw_factors(random), random)) for image in images]
    )


def cut_out(pages: int, images: np.ndarray, labels: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Find digits on composed pages; return those that were cut right, and what they are."""
    random, found, meant = np.random.default_rng(seed), [], []
    for number in range(pages):
        drawn = random.integers(0, len(images), random.integers(3, 9))
        touching = bool(random.random() < RECIPE["touching"])
        page = composing.compose_code(images[drawn], labels[drawn], (seed, number), touching=touching)
        crops = find_digits(page.image)
        if crops:
            shared = overlaps(np.array([crop.box for crop in crops]), page.boxes)
            right = np.flatnonzero(shared.max(axis=1) >= OVERLAP)
            found += [as_read(crops[crop].ink) for crop in right]
            meant += labels[drawn][shared.argmax(axis=1)[right]].tolist()
        report("pages", number, pages, 500)
    return np.array(found), np.array(meant)


def keep_digits(seed: int, images: np.ndarray, labels: np.ndarray) -> None:
    """Draw digits anew, cut others out of pages, and keep them in a file."""
    cut, cut_labels = cut_out(RECIPE["pages"] // len(SEEDS), images, labels, seed)
    drawn = draw_anew(images, seed)
    RUNS.mkdir(exist_ok=True)
    with replacing(digits_file(seed)) as [part]:
        np.savez(part, images=np.concatenate([drawn, cut]), labels=np.concatenate([labels, cut_labels]))


def digits_file(seed: int):
    """Name the file of the digits of a seed."""
    return RUNS / f"page_digits_{seed}.npz"


def all_digits(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits as they are and those of all seeds: float32, (n, 28, 28, 1), and what they are."""
    missing = [seed for seed in SEEDS if not digits_file(seed).exists()]
    if missing:
        sys.exit(f"no digits of seed {missing[0]} yet: python tools/train_page_reader.py digits {missing[0]}")
    kept = [readable(digits_file(seed), np.load, f"python tools/train_page_reader.py digits {seed}") for seed in SEEDS]
    as_they_are = np.rint(images * 255).astype(np.uint8)
    together = np.concatenate([as_they_are, *(part["images"] for part in kept)])
    return together[..., None] / np.float32(255), np.concatenate([labels, *(part["labels"] for part in kept)])


def train(seed: int, images: np.ndarray, labels: np.ndarray) -> tuple[keras.Model, list[float]]:
    """Train one network; return it in single precision, and the mean loss of each epoch."""
    keras.utils.set_random_seed(seed)
    model = build(RECIPE, RECIPE["precision"])
    epochs, log = RECIPE["epochs"], []
    for epoch in range(epochs):
        augmentation = RECIPE["augmentation"] if epoch < epochs - RECIPE["settling_epochs"] else None
        data = epoch_data(images, labels, augmentation, seed, epoch)
        if epoch == 0:
            schedule = training.OneCycle(RECIPE["peak"], epochs * len(data))
            model.compile(
                optimizer=keras.optimizers.Adam(schedule),
                loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            )
        log.append(round(model.fit(data, shuffle=False, verbose=0).history["loss"][0], 5))
        print(f"epoch {epoch + 1}: loss {log[-1]}", flush=True)
    return in_single_precision(model, RECIPE), log


def score(model, images: np.ndarray, labels: np.ndarray) -> dict:
    """Return the accuracy on validation digits: as they are, and cut out of pages."""
    cut, cut_labels = cut_out(VALIDATION_PAGES, images, labels, sum(SEEDS))
    figures = {"pages": VALIDATION_PAGES}
    for name, inputs, targets in (("cut", cut / np.float32(255), cut_labels), ("as_they_are", images, labels)):
        answers = model.predict(inputs[..., None], batch_size=1000, verbose=0).argmax(axis=1)
        figures[f"accuracy_{name}"] = round(float((answers == targets).mean()), 4)
    return figures


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("digits", "train"))
    parser.add_argument("seed", type=int, choices=SEEDS)
    arguments = parser.parse_args()
    learned, validation, _ = (composing._checked_digits(*part) for part in pipeline.load_mnist_splits())
    if arguments.action == "digits":
        keep_digits(arguments.seed, *learned)
        return 0
    model, log = train(arguments.seed, *all_digits(*learned))
    figures = score(model, *validation)
    card = {
        "name": f"page_reader_{arguments.seed}",
        **record_runs.origin(),
        "builder": RECIPE["builder"],
        "arguments": RECIPE["arguments"],
        "parameters": model.count_params(),
        "training": {name: value for name, value in RECIPE.items() if name not in ("builder", "arguments")}
        | {"seed": arguments.seed, "loss": log},
        "validation": figures,
    }
    pretrained.write_pretrained(model, card, FOLDER)
    print(f"{card['name']}: {figures}")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
