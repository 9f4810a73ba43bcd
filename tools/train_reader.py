"""Train the networks that the book ships, and write their weights and model cards.

    python tools/train_reader.py train reader     one run a seed; an interrupted command goes on where it stopped
    python tools/train_reader.py ship reader      choose a run on validation data, write weights and card

Recipes were chosen on the 5,000 validation images; tools/experiments/shipped_networks.py compares some of them. `ship`
scores the test set, once for each run.

A run trains on the 55,000 and depends on its seed alone: the order of the images and their changes come from the seed
and the epoch, so a run that was interrupted ends with the weights of one that was not (on the same machine). Runs are
kept in .training/, which git ignores.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import record_runs
import write_model_cards
from scipy.special import softmax
from sklearn.metrics import log_loss, precision_recall_fscore_support

from mnist_helpers import augment, models, pipeline, pretrained, training
from mnist_helpers._writing import replacing, write_file

RUNS = Path(__file__).resolve().parents[1] / ".training"
AUGMENTED = {"rotation": 12.0, "shift": 2.0, "zoom": 0.1, "shear": 0.1, "elastic": 1.0}
RECIPES = {
    "reader": {
        "builder": "build_reader",
        "arguments": {"filters": [32, 64, 96, 192], "pooled": [1, 2, 4]},
        "augmentation": AUGMENTED,
        "epochs": 24,
        "peak": 1e-2,
        "settling_epochs": 2,
        "seeds": [1, 2, 3],
    },
    "pocket": {
        "builder": "build_reader",
        "arguments": {"filters": [8, 16, 16, 26, 26], "pooled": [1, 3]},
        "augmentation": AUGMENTED | {"elastic": 0.7},
        "epochs": 20,
        "peak": 2e-2,
        "settling_epochs": 0,
        "seeds": [1, 2, 3],
    },
    "cnn": {
        "builder": "build_cnn",
        "arguments": {},
        "augmentation": None,
        "epochs": 5,
        "peak": 2e-2,
        "settling_epochs": 0,
        "seeds": [1, 2, 3],
    },
    "mlp": {
        "builder": "build_mlp",
        "arguments": {},
        "augmentation": None,
        "epochs": 6,
        "peak": 5e-3,
        "settling_epochs": 0,
        "seeds": [1, 2, 3],
    },
}
BATCH_SIZE = 256
SETTLING_RATE = 1e-3


def epoch_data(images, labels, augmentation, seed: int, epoch: int):
    """Return the batches of one epoch of one run."""
    own_seed = int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0] >> 1)
    dataset = pipeline.make_dataset(images, labels, BATCH_SIZE, shuffle_seed=own_seed)
    if augmentation is None:
        return dataset
    return augment.augment_dataset(
        dataset, lambda batch, key: augment.random_warp(batch, key, **augmentation), own_seed
    )


def compiled(model, schedule):
    """Make a network ready to be trained with a schedule of the learning rate."""
    model.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def new_network(recipe: dict, steps: int, seed: int):
    """Build the network of a recipe with the weights that a seed draws, ready to be trained."""
    keras.utils.set_random_seed(seed)
    model = getattr(models, recipe["builder"])(**recipe["arguments"])
    return compiled(model, training.OneCycle(recipe["peak"], steps))


def run_folder(name: str, recipe: dict, seed: int) -> Path:
    """Return the folder of a run; refuse one that was begun with another recipe."""
    folder = RUNS / f"{name}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    settings, text = folder / "recipe.json", json.dumps(recipe, sort_keys=True)
    if settings.exists() and settings.read_bytes() != text.encode():
        sys.exit(f"{folder} holds a run of another recipe; move it away, or give the recipe a new name")
    write_file(settings, text)
    return folder


def train_epoch(model, data, validation) -> dict:
    """Train for one epoch, and return its line of the log."""
    start = time.process_time()
    history = model.fit(data, shuffle=False, verbose=0).history
    seconds = time.process_time() - start
    loss, accuracy = model.evaluate(*validation, batch_size=1000, verbose=0)
    return {
        "loss": round(history["loss"][0], 5),
        "val_loss": round(loss, 5),
        "val_accuracy": round(accuracy, 4),
        "cpu_seconds": round(seconds, 1),
    }


def save(model, model_file: Path, log: list, log_file: Path) -> None:
    """Save a network and its log, both or none."""
    with replacing(model_file, log_file) as [model_part, log_part]:
        model.save(model_part)
        log_part.write_text(json.dumps(log))


def readable(file: Path, read, again: str):
    """Return what a function reads from a file of a run; end the command where the file is missing or damaged.

    Parameters
    ----------
    file : Path
    read : function
        Takes the path.
    again : str
        What to do then.
    """
    try:
        return read(file)
    except Exception as error:  # a reader raises whatever a damaged file makes it stumble over
        sys.exit(f"{file} is missing or damaged ({type(error).__name__}: {error}); to make it anew: {again}")


def read_log(file: Path) -> list:
    """Return the log of a run, a line an epoch."""
    log = json.loads(file.read_text())
    if not isinstance(log, list):
        raise ValueError("it is no list")
    return log


def anew(folder: Path, name: str) -> str:
    """Say what to do about a damaged run."""
    return f"delete the folder {folder}, then python tools/train_reader.py train {name}"


def train(name: str, recipe: dict, seed: int) -> None:
    """Train one run to its end, from its last finished epoch on."""
    folder = run_folder(name, recipe, seed)
    checkpoint, log_file = folder / "checkpoint.keras", folder / "log.json"
    (x_train, y_train), validation, _ = pipeline.load_mnist_splits()
    steps = -(-len(x_train) // BATCH_SIZE)
    model = new_network(recipe, recipe["epochs"] * steps, seed)
    log = []
    if checkpoint.exists():
        model = readable(checkpoint, keras.saving.load_model, anew(folder, name))
        log = readable(log_file, read_log, anew(folder, name))
    done = int(model.optimizer.iterations) // steps
    if len(log) != done:
        sys.exit(f"{log_file} has {len(log)} epochs, and {checkpoint} {done}; to make them anew: {anew(folder, name)}")
    for epoch in range(done, recipe["epochs"]):
        data = epoch_data(x_train, y_train, recipe["augmentation"], seed, epoch)
        log.append(train_epoch(model, data, validation))
        save(model, checkpoint, log, log_file)
        print(f"{name}, seed {seed}, epoch {epoch + 1} of {recipe['epochs']}: {log[-1]}", flush=True)
    settle(name, recipe, seed)


def settle(name: str, recipe: dict, seed: int) -> None:
    """Train a run that has come to its end a little more, slowly and with the images as they are.

    Means and variances of batch normalization, and the last decisions, then belong to images that nobody has changed.
    """
    folder = run_folder(name, recipe, seed)
    if not recipe["settling_epochs"] or (folder / "settled.keras").exists():
        return
    (x_train, y_train), validation, _ = pipeline.load_mnist_splits()
    steps = recipe["settling_epochs"] * -(-len(x_train) // BATCH_SIZE)
    falling = keras.optimizers.schedules.PolynomialDecay(SETTLING_RATE, steps, end_learning_rate=0.0)
    checkpoint = readable(folder / "checkpoint.keras", keras.saving.load_model, anew(folder, name))
    model = compiled(checkpoint, falling)
    log = []
    for epoch in range(recipe["epochs"], recipe["epochs"] + recipe["settling_epochs"]):
        log.append(train_epoch(model, epoch_data(x_train, y_train, None, seed, epoch), validation))
        print(f"{name}, seed {seed}, settling: {log[-1]}", flush=True)
    save(model, folder / "settled.keras", log, folder / "settled.json")


def finished_run(name: str, recipe: dict, seed: int):
    """Return the network and the log of a run that has come to its end; refuse one that has not."""
    folder = run_folder(name, recipe, seed)
    log = readable(folder / "log.json", read_log, anew(folder, name))
    file = folder / ("settled.keras" if recipe["settling_epochs"] else "checkpoint.keras")
    if len(log) < recipe["epochs"] or not file.exists():
        sys.exit(f"seed {seed} has {len(log)} of {recipe['epochs']} epochs; train it to its end first")
    if recipe["settling_epochs"]:
        log += readable(folder / "settled.json", read_log, anew(folder, name))
    return readable(file, keras.saving.load_model, anew(folder, name)), log


def card_of(name: str, recipe: dict) -> dict:
    """Describe when, with what and on what the runs were made."""
    return {
        "name": name,
        **record_runs.origin(),
        "builder": recipe["builder"],
        "arguments": recipe["arguments"],
        "training": {key: recipe[key] for key in ("augmentation", "epochs", "peak", "settling_epochs")}
        | {"batch_size": BATCH_SIZE},
    }


def probabilities_of(model, images) -> np.ndarray:
    """Return the probabilities that a model gives, in double precision."""
    return softmax(model.predict(images, batch_size=1000, verbose=0).astype("float64"), axis=1)


def averaged_probabilities(model, images) -> np.ndarray:
    """Return the mean of the probabilities at five positions: as it is, and moved by one pixel to each side."""
    moves = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]  # digits keep clear of the edge, so that nothing comes round
    return np.mean([probabilities_of(model, np.roll(images, move, axis=(1, 2))) for move in moves], axis=0)


def figures(model, images, labels) -> dict:
    """Score a model: how many images it reads rightly, the loss, and precision and recall a digit."""
    probabilities = probabilities_of(model, images)
    answers = probabilities.argmax(axis=1)
    averaged = averaged_probabilities(model, images).argmax(axis=1)
    precision, recall, f1, count = precision_recall_fscore_support(labels, answers, labels=range(10))
    return {
        "right": int((answers == labels).sum()),
        "right_averaged": int((averaged == labels).sum()),
        "images": len(labels),
        "loss": round(float(log_loss(labels, probabilities)), 5),
        "by_digit": {
            "precision": precision.round(4).tolist(),
            "recall": recall.round(4).tolist(),
            "f1": f1.round(4).tolist(),
            "images": count.tolist(),
        },
    }


def ship(name: str, recipe: dict) -> None:
    """Write weights and card of the run with the best validation figures."""
    _, validation, test = pipeline.load_mnist_splits()
    runs, trained = [], {}
    for seed in recipe["seeds"]:
        trained[seed], log = finished_run(name, recipe, seed)
        runs.append(
            {
                "seed": seed,
                "log": log,
                "validation": figures(trained[seed], *validation),
                "test": figures(trained[seed], *test),
            }
        )
    chosen = min(runs, key=lambda run: (-run["validation"]["right"], run["validation"]["loss"]))
    card = card_of(name, recipe) | {
        "parameters": trained[chosen["seed"]].count_params(),
        "chosen_seed": chosen["seed"],
        "runs": runs,
    }
    pretrained.write_pretrained(trained[chosen["seed"]], card)
    write_model_cards.write()
    for run in runs:
        wrong = {part: run[part]["images"] - run[part]["right"] for part in ("validation", "test")}
        print(f"seed {run['seed']}: wrong {wrong}{' (shipped)' if run is chosen else ''}")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("train", "ship"))
    parser.add_argument("name", choices=RECIPES)
    arguments = parser.parse_args()
    recipe = RECIPES[arguments.name]
    if arguments.action == "ship":
        ship(arguments.name, recipe)
    else:
        for seed in recipe["seeds"]:
            train(arguments.name, recipe, seed)
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
