"""Chapter 6: what each way to regularize does for an MLP that has only 2,000 images to learn from.

Each seed draws 2,000 images of its own, the same ones for each arm. A strength is chosen on the validation images; the
fresh images, which nothing learns from and nothing is chosen on, judge. The functions from `build_network` to `score`
stand in the chapter too; a test holds the two to each other.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mnist_helpers import augment, pipeline

SEEDS = (1, 2, 3, 4, 5)
NONE = {"method": "none", "strength": "", "build": {}, "train": {}}
ALL_GENTLE = {"build": {"dropout": 0.2, "batch_norm": True}, "train": {"weight_decay": 0.1, "smoothing": 0.1}}
ALL_STRONG = {"build": {"dropout": 0.5, "batch_norm": True}, "train": {"weight_decay": 1.0, "smoothing": 0.3}}


def _arms() -> dict[str, dict]:
    """Return the settings of each arm by name: the method, its strength, and the arguments that it sets."""
    arms = {"none": NONE}
    for method, part, argument, strengths in [
        ("dropout", "build", "dropout", (0.2, 0.5, 0.7)),
        ("L2", "build", "l2", (1e-5, 1e-4, 1e-3)),
        ("weight decay", "train", "weight_decay", (0.1, 1.0, 3.0, 10.0)),
        ("early stopping", "train", "patience", (2, 5)),
        ("label smoothing", "train", "smoothing", (0.1, 0.3)),
        ("augmentation", "train", "augmentation", (0.5, 1.0, 1.5)),
    ]:
        for strength in strengths:
            settings = {"method": method, "strength": f"{strength:g}", "build": {}, "train": {}}
            settings[part] = {argument: strength}
            arms[f"{method} {strength:g}"] = settings
    arms["batch normalization"] = NONE | {"method": "batch normalization", "build": {"batch_norm": True}}
    for strength, settings in (("gentle", ALL_GENTLE), ("strong", ALL_STRONG)):
        everything = {"build": settings["build"], "train": settings["train"] | {"augmentation": 1.0}}
        arms[f"all together {strength}"] = {"method": "all together", "strength": strength} | everything
    arms["twice the images"] = NONE | {"method": "twice the images", "images": 4_000}
    return arms


ARMS = _arms()


def build_network(dropout=0.0, l2=0.0, batch_norm=False):
    """Build the MLP, untrained: two hidden layers of 512 units."""
    penalty = keras.regularizers.L2(l2) if l2 else None
    network = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    for _ in range(2):
        network.add(layers.Dense(512, kernel_regularizer=penalty))
        if batch_norm:
            network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.ReLU())
        if dropout:
            network.add(layers.Dropout(dropout))
    network.add(layers.Dense(10))
    return network


def make_batches(images, labels, seed, augmentation=0.0):
    """Batches of 128 images and one-hot labels, the images changed if asked for."""

    def change(images, seed):
        amounts = augmentation * np.array([12.0, 2.0, 0.1, 0.1])  # degrees, pixels, shares
        return augment.random_affine(images, seed, *amounts)

    batches = pipeline.make_dataset(images, labels, batch_size=128, shuffle_seed=seed)
    if augmentation:
        batches = augment.augment_dataset(batches, change, seed)
    return batches.map(lambda images, labels: (images, tf.one_hot(labels, 10)))


def train(network, batches, validation, weight_decay=0.0, smoothing=0.0, patience=None):
    """Train for 40 epochs of Adam, or until the validation loss has stopped falling."""
    network.compile(
        optimizer=keras.optimizers.AdamW(1e-3, weight_decay=weight_decay),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing),
        steps_per_execution=len(batches),
    )
    watch = {}
    if patience is not None:
        stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        watch = {"validation_data": validation, "callbacks": [stop]}
    history = network.fit(batches, epochs=40, shuffle=False, verbose=0, **watch)
    return len(history.epoch)


def score(network, images, labels):
    """Return accuracy and plain cross-entropy, with all units at work."""
    log_probabilities = keras.ops.log_softmax(network(images, training=False)).numpy()
    of_label = log_probabilities[np.arange(len(labels)), labels]
    right = log_probabilities.argmax(axis=1) == labels
    return {"accuracy": float(right.mean()), "loss": float(-of_label.mean())}


def run(settings, seed):
    """Train one network; return its accuracy and loss on the images it learned from, on validation and fresh ones."""
    (x_train, y_train), (x_val, y_val), _ = pipeline.load_mnist_splits()
    x_fresh, y_fresh = x_train[45_000:], y_train[45_000:]
    chosen = np.random.default_rng(seed).permutation(45_000)[: settings.get("images", 2_000)]
    images, labels = x_train[chosen], y_train[chosen]

    keras.utils.set_random_seed(seed)
    arguments = dict(settings["train"])
    batches = make_batches(images, labels, seed, arguments.pop("augmentation", 0.0))
    network = build_network(**settings["build"])
    validation = pipeline.make_dataset(x_val, y_val, batch_size=1_000).map(lambda x, y: (x, tf.one_hot(y, 10)))
    epochs = train(network, batches, validation, **arguments)
    figures = {"epochs": epochs}
    for name, data in {"train": (images, labels), "val": (x_val, y_val), "fresh": (x_fresh, y_fresh)}.items():
        figures |= {f"{name}_{what}": round(number, 4) for what, number in score(network, *data).items()}
    return figures
