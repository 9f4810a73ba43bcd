"""Train the network that reads the digits cut out of pages, and write its weights and card.

    python tools/train_page_reader.py       after borders and judge of tools/train_judge.py

It starts as the shipped reader and learns on from MNIST's training digits: as they are, drawn anew with any pen as on
composed pages, and cut out of such pages by `find_digits`, with what neighbours and printed lines leave behind.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import record_runs
from measure_reading import OVERLAP, overlaps
from train_judge import report
from train_reader import epoch_data

from mnist_helpers import composing, pipeline, pretrained, training
from mnist_helpers.reading import find_digits, normalise_digit, restore_pen
from mnist_helpers.reading.networks import FOLDER

SEED = 1
RECIPE = {
    "start": "reader",
    "pages": 3000,
    "touching": 0.4,
    "digits_as_they_are": 20_000,
    "augmentation": {"rotation": 8.0, "shift": 1.0, "zoom": 0.07, "shear": 0.1, "elastic": 0.8},
    "epochs": 5,  # the last one without augmentation
    "peak": 2e-3,
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


def main() -> int:
    """Run the command."""
    train, validation, _ = (composing._checked_digits(*part) for part in pipeline.load_mnist_splits())
    cut, cut_labels = cut_out(RECIPE["pages"], *train, SEED)
    as_they_are = RECIPE["digits_as_they_are"]
    images = np.concatenate([draw_anew(train[0], SEED), cut, np.rint(train[0][:as_they_are] * 255).astype(np.uint8)])
    images = images[..., None] / np.float32(255)
    labels = np.concatenate([train[1], cut_labels, train[1][:as_they_are]])

    keras.utils.set_random_seed(SEED)
    model, log = pretrained.load_pretrained(RECIPE["start"]), []
    start = pretrained.load_model_card(RECIPE["start"])
    epochs = RECIPE["epochs"]
    for epoch in range(epochs):
        augmentation = RECIPE["augmentation"] if epoch < epochs - 1 else None
        data = epoch_data(images, labels, augmentation, SEED, epoch)
        if epoch == 0:
            schedule = training.OneCycle(RECIPE["peak"], epochs * len(data))
            model.compile(
                optimizer=keras.optimizers.Adam(schedule),
                loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            )
        log.append(round(model.fit(data, shuffle=False, verbose=0).history["loss"][0], 5))
        print(f"epoch {epoch + 1}: loss {log[-1]}", flush=True)

    figures = {"pages": VALIDATION_PAGES}
    cut, cut_labels = cut_out(VALIDATION_PAGES, *validation, SEED + 1)
    for name, inputs, targets in (("cut", cut / np.float32(255), cut_labels), ("as_they_are", *validation)):
        answers = model.predict(inputs[..., None], batch_size=1000, verbose=0).argmax(axis=1)
        figures[f"accuracy_{name}"] = round(float((answers == targets).mean()), 4)
    card = {
        "name": "page_reader",
        **record_runs.origin(),
        "builder": start["builder"],
        "arguments": start["arguments"],
        "parameters": model.count_params(),
        "training": RECIPE | {"seed": SEED, "loss": log},
        "validation": figures,
    }
    pretrained.write_pretrained(model, card, FOLDER)
    print(f"page_reader: {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
