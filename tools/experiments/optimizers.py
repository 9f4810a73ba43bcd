"""Chapter 3: four optimizers, and Adam with a one-cycle rate, each over a grid of learning rates."""

import keras

from mnist_helpers import models, pipeline
from mnist_helpers.training import OneCycle

EPOCHS, BATCH_SIZE = 3, 256
GRIDS = {
    "SGD": (0.1, 0.3, 1.0, 3.0),
    "momentum": (0.03, 0.1, 0.3, 1.0),
    "RMSprop": (3e-4, 1e-3, 3e-3, 1e-2),
    "Adam": (3e-4, 1e-3, 3e-3, 1e-2),
    "Adam, one-cycle": (3e-3, 1e-2, 3e-2, 1e-1),
}
ARMS = {
    f"{optimizer}, rate {rate:g}": {"optimizer": optimizer, "rate": rate}
    for optimizer, rates in GRIDS.items()
    for rate in rates
}
SEEDS = (1, 2, 3)


def build_optimizer(name: str, rate: float, steps: int):
    """Return the optimizer of an arm; the last one takes the rate as its peak."""
    if name == "SGD":
        return keras.optimizers.SGD(rate)
    if name == "momentum":
        return keras.optimizers.SGD(rate, momentum=0.9)
    if name == "RMSprop":
        return keras.optimizers.RMSprop(rate)
    return keras.optimizers.Adam(rate if name == "Adam" else OneCycle(rate, steps))


def run(settings: dict, seed: int) -> dict:
    """Train the network of chapter 3 on the training images, and score it on the validation images."""
    (x_train, y_train), validation, _ = pipeline.load_mnist_splits()
    keras.utils.set_random_seed(seed)
    model = models.build_mlp(128, dropout=0)
    model.compile(
        optimizer=build_optimizer(settings["optimizer"], settings["rate"], EPOCHS * -(-len(x_train) // BATCH_SIZE)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=32,
    )
    fit = model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
    val_loss, val_accuracy = model.evaluate(*validation, batch_size=1000, verbose=0)
    return {
        "train_loss": round(fit.history["loss"][-1], 4),
        "val_loss": round(val_loss, 4),
        "val_accuracy": round(val_accuracy, 4),
    }
