"""Few or many training images, with and without augmentation, right and wrong: chapter 5.

Each arm of a size has the same choice of epochs; the chapter chooses on the validation accuracy. The seed draws the
images, their order, the first weights and the changes. Figures of the test set are read for the chosen arms alone.
"""

import functools
import time

import keras
import numpy as np
import tensorflow as tf

from mnist_helpers import augment, models, pipeline, training

SEEDS = (1, 2, 3)
PEAK = 1e-2
BATCH_SIZES = {1_000: 64, 5_000: 128, 55_000: 256}
EPOCHS = {1_000: (20, 60), 5_000: (8, 24), 55_000: (4, 8)}
WRONG = ("mirrored", "half turns")

ARMS = {
    f"{size} images, {change}, {epochs} epochs": {"size": size, "change": change, "epochs": epochs}
    for size in EPOCHS
    for epochs in EPOCHS[size]
    for change in ("none", "affine")
} | {f"1000 images, {change}, 20 epochs": {"size": 1_000, "change": change, "epochs": 20} for change in WRONG}


def half_of_them(images, seed, changed):
    """Take a random half of the images from their changed versions, and the others as they are."""
    another_seed = tf.random.fold_in(seed, 1)
    chosen = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 1], another_seed) < 0.5
    return tf.where(chosen, changed, images)


def mirror_half(images, seed):
    """Change each image as `random_affine` does, then mirror a random half of them, left to right."""
    images = augment.random_affine(images, seed)
    return half_of_them(images, seed, images[:, :, ::-1])


def turn_half(images, seed):
    """Change each image as `random_affine` does, then turn a random half of them by 180 degrees."""
    images = augment.random_affine(images, seed)
    return half_of_them(images, seed, images[:, ::-1, ::-1])


CHANGES = {"none": None, "affine": augment.random_affine, "mirrored": mirror_half, "half turns": turn_half}


@functools.cache
def splits():
    """Load the data once."""
    return pipeline.load_mnist_splits()


def run(settings: dict, seed: int) -> dict:
    """Train one network; return its accuracy on validation and test images, and the CPU-seconds of the training."""
    (x_train, y_train), validation, test = splits()
    size = settings["size"]
    keras.utils.set_random_seed(seed)
    chosen = np.random.default_rng(seed).permutation(len(x_train))[:size]
    data = pipeline.make_dataset(x_train[chosen], y_train[chosen], BATCH_SIZES[size], shuffle_seed=seed)
    transform = CHANGES[settings["change"]]
    if transform is not None:
        data = augment.augment_dataset(data, transform, seed)
    model = models.build_cnn()
    start = time.process_time()
    training.fit_one_cycle(model, data, epochs=settings["epochs"], peak=PEAK)
    seconds = time.process_time() - start
    right = {
        name: model.predict(images, batch_size=1000, verbose=0).argmax(axis=1) == labels
        for name, (images, labels) in (("val", validation), ("test", test))
    }
    return {
        "val_accuracy": round(float(right["val"].mean()), 4),
        "test_accuracy": round(float(right["test"].mean()), 4),
        "val_accuracy_by_digit": [round(float(right["val"][validation[1] == d].mean()), 4) for d in range(10)],
        "fit_cpu_seconds": round(seconds, 1),
    }
