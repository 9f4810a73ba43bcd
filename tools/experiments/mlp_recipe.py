"""Chapter 2: does the one-cycle rate help the first network, and does dropout? Five seeds of each recipe."""

import math

import keras

from mnist_helpers import models, pipeline, training

EPOCHS, BATCH_SIZE = 6, 256
ARMS = {
    "constant rate": {"peak": 1e-3, "one_cycle": False, "dropout": 0.0},
    "one-cycle": {"peak": 5e-3, "one_cycle": True, "dropout": 0.0},
    "one-cycle and dropout": {"peak": 5e-3, "one_cycle": True, "dropout": 0.2},
}
SEEDS = (1, 2, 3, 4, 5)


def run(settings: dict, seed: int) -> dict:
    """Train the network of chapter 2 once; return its accuracy with all units at work."""
    (x_train, y_train), (x_val, y_val), _ = pipeline.load_mnist_splits()
    keras.utils.set_random_seed(seed)
    model = models.build_mlp(384, settings["dropout"])
    steps = EPOCHS * math.ceil(len(x_train) / BATCH_SIZE)
    model.compile(
        optimizer=keras.optimizers.Adam(
            training.OneCycle(settings["peak"], steps) if settings["one_cycle"] else settings["peak"]
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=32,
    )
    model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
    accuracy = {
        name: round(model.evaluate(images, labels, batch_size=1000, verbose=0)[1], 4)
        for name, images, labels in (("training", x_train, y_train), ("validation", x_val, y_val))
    }
    return {f"{name}_accuracy": share for name, share in accuracy.items()}
