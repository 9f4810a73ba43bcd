"""Train well-known recipes and this book's, side by side in one run, and print what each accuracy costs.

    python tools/benchmark_training.py                  all recipes
    python tools/benchmark_training.py cnn-two-epochs keras-io-convnet

For each recipe: seconds and CPU-seconds of training until the test accuracy first reaches 97, 98, 99 and 99.4 %,
looked at after each epoch, outside the clock. Then the ratios of CPU-seconds. Each recipe has a process of its own.
Test images decide nothing here: recipes were chosen on validation images or published by others.

The peers, with what they publish:
- keras-io-convnet: https://keras.io/examples/vision/mnist_convnet/ (15 epochs of 54,000 images)
- tf-quickstart: https://www.tensorflow.org/tutorials/quickstart/beginner (5 epochs of 60,000 images)
- torch-mnist: https://github.com/pytorch/examples/tree/main/mnist (where torch is installed; 60,000 images)
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time

TARGETS = (0.97, 0.98, 0.99, 0.994)
CONTESTS = [("cnn-two-epochs", "keras-io-convnet", 0.99), ("mlp", "tf-quickstart", 0.97)]


class Clock:
    """Seconds and CPU-seconds of training alone, and the accuracy reached by then."""

    def __init__(self, score):
        self.score, self.log = score, []
        self.wall = self.cpu = 0.0
        self.go()

    def go(self):
        """Start the clock."""
        self.started = time.perf_counter(), time.process_time()

    def stop_and_score(self):
        """Stop the clock, score the test images, note the result, and go on."""
        self.wall += time.perf_counter() - self.started[0]
        self.cpu += time.process_time() - self.started[1]
        self.log.append({"accuracy": self.score(), "seconds": self.wall, "cpu_seconds": self.cpu})
        self.go()


def fit_timed(model, *, compile_with, x, y, **arguments):
    """Compile and fit a Keras model under the clock; return the log."""
    import keras

    from mnist_helpers import pipeline

    _, _, (x_test, y_test) = pipeline.load_mnist_splits()
    clock = Clock(lambda: float((model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1) == y_test).mean()))
    model.compile(**compile_with)
    after_each_epoch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: clock.stop_and_score())
    model.fit(x, y, callbacks=[after_each_epoch], verbose=0, **arguments)
    return clock.log


def all_training_images():
    """Return the 60,000 training images, scaled, and their labels."""
    from mnist_helpers import load_mnist, pipeline

    (images, labels), _ = load_mnist()
    return pipeline.scale_pixels(images)[..., None], labels


def run_keras_io_convnet():
    """Two convolutions with dropout, Adam at its default rate."""
    import keras
    from keras import layers

    x, y = all_training_images()
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    how = {"optimizer": "adam", "loss": "categorical_crossentropy", "metrics": ["accuracy"]}
    one_hot = keras.utils.to_categorical(y, 10)
    return fit_timed(model, compile_with=how, x=x, y=one_hot, batch_size=128, epochs=15, validation_split=0.1)


def run_tf_quickstart():
    """One hidden layer with dropout, Adam at its default rate."""
    import keras
    from keras import layers

    x, y = all_training_images()
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    how = {"optimizer": "adam", "loss": loss, "metrics": ["accuracy"]}
    return fit_timed(model, compile_with=how, x=x, y=y, epochs=5)


def run_ours(model, epochs, peak, steps_per_execution=1):
    """Train a network of the book with the one-cycle rate on the 55,000 training images."""
    import keras
    import numpy as np

    from mnist_helpers import pipeline, training

    (x, y), _, _ = pipeline.load_mnist_splits()
    steps = epochs * int(np.ceil(len(x) / 256))
    how = {
        "optimizer": keras.optimizers.Adam(training.OneCycle(peak, steps)),
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "metrics": ["accuracy"],
        "steps_per_execution": steps_per_execution,
    }
    return fit_timed(model, compile_with=how, x=x, y=y, batch_size=256, epochs=epochs)


def run_mlp():
    """Chapter 2's network."""
    from mnist_helpers import models

    return run_ours(models.build_mlp(), epochs=6, peak=5e-3, steps_per_execution=32)


def run_cnn_two_epochs():
    """Chapter 4's first network."""
    from mnist_helpers import models

    return run_ours(models.build_cnn((16, 32), hidden_units=128), epochs=2, peak=8e-3)


def run_cnn_small():
    """Chapter 4's small network."""
    from mnist_helpers import models

    return run_ours(models.build_cnn(), epochs=4, peak=1e-2)


def run_torch_mnist():
    """Two convolutions and a dense layer with dropout, Adadelta with a rate that falls each epoch."""
    import torch
    from torch import nn

    from mnist_helpers import pipeline

    torch.manual_seed(1)
    images, labels = all_training_images()
    x = torch.tensor((images.transpose(0, 3, 1, 2) - 0.1307) / 0.3081)
    y = torch.tensor(labels.astype("int64"))
    _, _, (test_images, y_test) = pipeline.load_mnist_splits()
    x_test = torch.tensor((test_images.transpose(0, 3, 1, 2) - 0.1307) / 0.3081)
    model = nn.Sequential(
        *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)),
        *(nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)),
    )
    optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)

    def score():
        model.eval()
        with torch.no_grad():
            answers = torch.cat([model(part).argmax(dim=1) for part in x_test.split(1000)]).numpy()
        model.train()
        return float((answers == y_test).mean())

    clock = Clock(score)
    for _ in range(14):
        for part in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            optimizer.step()
        scheduler.step()
        clock.stop_and_score()
    return clock.log


RECIPES = {
    "tf-quickstart": run_tf_quickstart,
    "mlp": run_mlp,
    "keras-io-convnet": run_keras_io_convnet,
    "cnn-two-epochs": run_cnn_two_epochs,
    "cnn-small": run_cnn_small,
}
if importlib.util.find_spec("torch"):
    RECIPES["torch-mnist"] = run_torch_mnist


def cost(log: list[dict], target: float, kind: str) -> float | None:
    """Return what it cost to first reach the target, or None where it was not reached."""
    return next((entry[kind] for entry in log if entry["accuracy"] >= target), None)


def print_table(logs: dict[str, list[dict]]) -> None:
    """Print a row a recipe, and the ratios."""
    print(f"{'recipe':18} {'last':>8}" + "".join(f"{f'{target:.1%}':>16}" for target in TARGETS))
    for name, log in logs.items():
        cells = [(cost(log, target, "seconds"), cost(log, target, "cpu_seconds")) for target in TARGETS]
        texts = ["-" if cpu is None else f"{wall:.1f} s, {cpu:.1f} c" for wall, cpu in cells]
        print(f"{name:18} {log[-1]['accuracy']:8.2%}" + "".join(f"{text:>16}" for text in texts))
    for ours, peer, target in CONTESTS:
        if ours in logs and peer in logs:
            mine, theirs = cost(logs[ours], target, "cpu_seconds"), cost(logs[peer], target, "cpu_seconds")
            if mine and theirs:
                print(f"to {target:.1%}: {peer} takes {theirs / mine:.1f} times the CPU-seconds of {ours}")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", help=f"default: all of {', '.join(RECIPES)}")
    parser.add_argument("--one", choices=list(RECIPES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(RECIPES[arguments.one]()))
        return
    unknown = set(arguments.recipes) - set(RECIPES)
    if unknown:
        parser.error(f"no recipe called {', '.join(sorted(unknown))}; there are {', '.join(RECIPES)}")
    logs = {}
    for name in arguments.recipes or RECIPES:
        command = [sys.executable, __file__, "--one", name]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        logs[name] = json.loads(result.stdout.splitlines()[-1])
        print(f"{name}: {len(logs[name])} epochs, {logs[name][-1]['accuracy']:.2%}", file=sys.stderr, flush=True)
    print_table(logs)


if __name__ == "__main__":
    main()
