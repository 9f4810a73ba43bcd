"""House numbers: what normalisation, changes of the training photographs and more of them are worth: chapter 10.

The small network of chapter 4, with three channels. Each arm learns from the first so many photographs and is scored on
the last 3,000 of the first 30,000 training crops. The seed draws the first weights, the order and the changes.
"""

import functools
import time

import keras
import tensorflow as tf

from mnist_helpers import augment, load_svhn, models, pipeline, training
from mnist_helpers.data.svhn import SVHN

DATASET = SVHN
SEEDS = (1, 2, 3)
PEAK = 1e-2
BATCH_SIZE = 128
EPOCHS = {1_000: 24, 3_000: 12, 10_000: 6}

ARMS = {
    f"{images} images, {pixels}, {change}": {"images": images, "pixels": pixels, "change": change}
    for images, pixels, change in [
        (10_000, "scaled", "none"),
        (10_000, "normalised", "none"),
        (10_000, "normalised", "moved"),
        (10_000, "normalised", "moved, mirrored"),
        (10_000, "normalised", "moved, negative"),
        (3_000, "normalised", "moved"),
        (1_000, "normalised", "moved"),
    ]
}


def normalise(photos):
    """Bring each photo (n, 32, 32, 3) to mean 0 and a spread of about 1."""
    photos = photos.astype("float32")
    mean = photos.mean(axis=(1, 2, 3), keepdims=True)
    spread = photos.std(axis=(1, 2, 3), keepdims=True)
    return (photos - mean) / (spread + 8)


def move(images, seed):
    """Turn, move, stretch and slant each photo a little."""
    return augment.random_affine(images, seed, rotation=5, shift=2, zoom=0.1, shear=0.1)


def half_of_them(images, seed, changed):
    """Take a random half of the photos from their changed versions, and the others as they are."""
    another_seed = tf.random.fold_in(seed, 1)
    chosen = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 1], another_seed) < 0.5
    return tf.where(chosen, changed, images)


def move_and_mirror(images, seed):
    """Change each photo as `move` does, then mirror a random half of them, left to right."""
    images = move(images, seed)
    return half_of_them(images, seed, images[:, :, ::-1])


def move_and_negate(images, seed):
    """Change each photo as `move` does, then swap light and dark in a random half of them."""
    images = move(images, seed)
    return half_of_them(images, seed, -images)


PIXELS = {"scaled": pipeline.scale_pixels, "normalised": normalise}
CHANGES = {"none": None, "moved": move, "moved, mirrored": move_and_mirror, "moved, negative": move_and_negate}


@functools.cache
def photographs():
    """Load the crops once."""
    return load_svhn(train_size=30_000)[0]


def run(settings: dict, seed: int) -> dict:
    """Train one network; return its accuracy on the validation crops, by day and at dusk, and its CPU-seconds.

    At dusk a photograph has a quarter of its light.
    """
    photos, labels = photographs()
    images, pixels = settings["images"], PIXELS[settings["pixels"]]
    keras.utils.set_random_seed(seed)
    data = pipeline.make_dataset(pixels(photos[:images]), labels[:images], BATCH_SIZE, shuffle_seed=seed)
    change = CHANGES[settings["change"]]
    if change is not None:
        data = augment.augment_dataset(data, change, seed)
    model = models.build_cnn(input_shape=(32, 32, 3))
    start = time.process_time()
    training.fit_one_cycle(model, data, epochs=EPOCHS[images], peak=PEAK)
    seconds = time.process_time() - start
    x_val, y_val = photos[-3_000:], labels[-3_000:]
    right = {
        name: model.predict(pixels(crops), batch_size=1000, verbose=0).argmax(axis=1) == y_val
        for name, crops in (("val", x_val), ("dusk", x_val // 4))
    }
    return {
        "val_accuracy": round(float(right["val"].mean()), 4),
        "dusk_accuracy": round(float(right["dusk"].mean()), 4),
        "fit_cpu_seconds": round(seconds, 1),
    }
