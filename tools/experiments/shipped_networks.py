"""The networks that the book ships, on validation data: layers, peak of the learning rate, and whether to bend strokes.

Trainings shorter than those that are shipped: they compare recipes, and say little about the figure in the end.
The other changes of the images are those of chapter 5.
"""

FOUR_BLOCKS = {"filters": [32, 64, 96, 192], "pooled": [1, 2, 4]}
FIVE_BLOCKS = {"filters": [32, 48, 64, 96, 128], "pooled": [1, 3]}
SMALL = {"filters": [8, 16, 16, 26, 26], "pooled": [1, 3]}
ARMS = {
    f"pocket, bending {elastic:g}, peak {peak:g}": {
        "arguments": SMALL,
        "elastic": elastic,
        "epochs": 4,
        "peak": peak,
    }
    for elastic, peak in [(0.7, 1e-2), (0.7, 2e-2), (0.7, 4e-2), (0.0, 2e-2)]
} | {
    f"reader, {name}, peak {peak:g}": {"arguments": arguments, "elastic": 1.0, "epochs": 4, "peak": peak}
    for name, arguments, peak in [
        ("four blocks", FOUR_BLOCKS, 1e-2),
        ("five blocks", FIVE_BLOCKS, 1e-2),
        ("five blocks", FIVE_BLOCKS, 2e-2),
    ]
}
SEEDS = (1,)


def run(settings: dict, seed: int) -> dict[str, float]:
    """Train one network on the 55,000 images, changed anew in each epoch; return what it reaches on validation."""
    import train_reader

    from mnist_helpers import pipeline

    (x_train, y_train), validation, _ = pipeline.load_mnist_splits()
    augmentation = train_reader.AUGMENTED | {"elastic": settings["elastic"]}
    recipe = {"builder": "build_reader", "arguments": settings["arguments"], "peak": settings["peak"]}
    steps = settings["epochs"] * -(-len(x_train) // train_reader.BATCH_SIZE)
    model = train_reader.new_network(recipe, steps, seed)
    for epoch in range(settings["epochs"]):
        model.fit(train_reader.epoch_data(x_train, y_train, augmentation, seed, epoch), shuffle=False, verbose=0)
    loss, accuracy = model.evaluate(*validation, batch_size=1000, verbose=0)
    return {"parameters": model.count_params(), "val_accuracy": round(accuracy, 5), "val_loss": round(loss, 5)}
