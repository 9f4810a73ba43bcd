"""The two networks of chapter 4 on validation data: peak of the learning rate and number of epochs."""

ARMS = {
    f"{network}, {epochs} epochs, peak {peak:g}": {"network": network, "epochs": epochs, "peak": peak}
    for network, epochs, peak in [
        ("quick", 2, 4e-3),
        ("quick", 2, 8e-3),
        ("quick", 2, 1.6e-2),
        ("small", 5, 5e-3),
        ("small", 5, 1e-2),
        ("small", 5, 2e-2),
        ("small", 5, 4e-2),
        ("small", 4, 2e-2),
    ]
}
SEEDS = (1, 2, 3)


def run(settings: dict, seed: int) -> dict[str, float]:
    """Train one network on 55,000 images; return its accuracy and loss on the 5,000 of validation."""
    import keras

    from mnist_helpers import models, pipeline, training

    train, validation, _ = pipeline.load_mnist_splits()
    keras.utils.set_random_seed(seed)
    is_quick = settings["network"] == "quick"
    model = models.build_cnn((16, 32), hidden_units=128) if is_quick else models.build_cnn()
    history = training.fit_one_cycle(model, train, validation, epochs=settings["epochs"], peak=settings["peak"])
    return {"val_accuracy": round(history["val_accuracy"][-1], 5), "val_loss": round(history["val_loss"][-1], 5)}
