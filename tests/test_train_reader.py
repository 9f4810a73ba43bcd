"""The command that trains the shipped networks: an interrupted run goes on, and no run is mixed with another."""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_helpers import load_mnist, load_model_card, pipeline

TOOLS = Path(__file__).parents[1] / "tools"
RECIPE = {
    "builder": "build_reader",
    "arguments": {"filters": [4, 6], "pooled": [1, 2]},
    "augmentation": {"rotation": 12.0, "shift": 2.0, "zoom": 0.1, "shear": 0.1, "elastic": 0.7},
    "epochs": 2,
    "peak": 1e-2,
    "settling_epochs": 1,
    "seeds": [1],
}


@pytest.fixture
def train_reader(monkeypatch, tmp_path):
    """The command, with 600 images to learn from and a folder of its own for its runs."""
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import train_reader

    images, labels = load_mnist()[0]
    images = pipeline.scale_pixels(images[:800])[..., None]
    splits = ((images[:600], labels[:600]), (images[600:], labels[600:800]), None)
    monkeypatch.setattr(pipeline, "load_mnist_splits", lambda: splits)
    monkeypatch.setattr(train_reader, "RUNS", tmp_path)
    return train_reader


def weights_of(folder: Path) -> list[np.ndarray]:
    return keras.saving.load_model(folder / "settled.keras").get_weights()


def test_an_interrupted_run_ends_as_one_that_was_not(train_reader, tmp_path, monkeypatch):
    train_reader.train("whole", RECIPE, 1)
    evaluate, calls = keras.Model.evaluate, []

    def interrupted(model, *arguments, **settings):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return evaluate(model, *arguments, **settings)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(keras.Model, "evaluate", interrupted)
        train_reader.train("cut", RECIPE, 1)
    assert len(json.loads((tmp_path / "cut-1" / "log.json").read_text())) == 1
    train_reader.train("cut", RECIPE, 1)
    whole, cut = (json.loads((tmp_path / name / "log.json").read_text()) for name in ("whole-1", "cut-1"))
    assert [line["val_loss"] for line in cut] == [line["val_loss"] for line in whole]
    for one, other in zip(weights_of(tmp_path / "whole-1"), weights_of(tmp_path / "cut-1"), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_finished_run_is_left_alone(train_reader, tmp_path, capsys):
    train_reader.train("done", RECIPE, 1)
    before = (tmp_path / "done-1" / "settled.keras").read_bytes()
    capsys.readouterr()
    train_reader.train("done", RECIPE, 1)
    assert capsys.readouterr().out == ""
    assert (tmp_path / "done-1" / "settled.keras").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("checkpoint.keras", "cut"),
        ("log.json", "cut"),
        ("log.json", "gone"),
        ("settled.keras", "cut"),
        ("settled.json", "cut"),
        ("settled.json", "gone"),
    ],
)
def test_a_damaged_run_is_told_with_the_cure(train_reader, tmp_path, name, how):
    train_reader.train("hurt", RECIPE, 1)
    file = tmp_path / "hurt-1" / name
    if how == "cut":
        file.write_bytes(file.read_bytes()[:20])
    else:
        file.unlink()
    use = train_reader.finished_run if name.startswith("settled") else train_reader.train
    with pytest.raises(SystemExit, match=rf"{name} is missing or damaged .*delete the folder .*hurt-1, then python"):
        use("hurt", RECIPE, 1)


def test_settling_sees_the_images_as_they_are(train_reader, monkeypatch):
    amounts = []
    monkeypatch.setattr(
        train_reader, "epoch_data", lambda *a, wrapped=train_reader.epoch_data: amounts.append(a[2]) or wrapped(*a)
    )
    train_reader.train("two", RECIPE, 1)
    assert amounts == [RECIPE["augmentation"], RECIPE["augmentation"], None]
    model, log = train_reader.finished_run("two", RECIPE, 1)
    assert len(log) == 3
    assert int(model.optimizer.iterations) == 3


def test_runs_of_two_recipes_are_not_mixed(train_reader):
    train_reader.run_folder("one", RECIPE, 1)
    with pytest.raises(SystemExit, match="holds a run of another recipe"):
        train_reader.run_folder("one", RECIPE | {"peak": 2e-2}, 1)


def test_an_unfinished_run_is_not_shipped(train_reader):
    train_reader.train("short", RECIPE, 1)
    with pytest.raises(SystemExit, match="seed 1 has 2 of 3 epochs"):
        folder = train_reader.run_folder("short", RECIPE, 1)
        (folder / "recipe.json").unlink()
        train_reader.ship("short", RECIPE | {"epochs": 3})


@pytest.mark.parametrize("name", ["reader", "pocket", "cnn", "mlp"])
def test_the_recipe_in_the_command_is_that_of_the_card(train_reader, name):
    recipe, card = train_reader.RECIPES[name], load_model_card(name)
    kept = ("augmentation", "epochs", "peak", "settling_epochs")
    assert card["training"] == {key: recipe[key] for key in kept} | {"batch_size": 256}
    assert (card["builder"], card["arguments"]) == (recipe["builder"], recipe["arguments"])
    assert [run["seed"] for run in card["runs"]] == recipe["seeds"]


def test_the_page_shows_the_figures_of_the_cards(train_reader):
    import write_model_cards

    assert write_model_cards.PAGE.read_text(encoding="utf-8") == write_model_cards.page()


def test_the_page_has_each_network_that_is_shipped(train_reader):
    import write_model_cards

    package = TOOLS.parent / "mnist_helpers"
    names = [file.stem for folder in ("pretrained", "reading") for file in (package / folder).glob("*.npz")]
    assert len(names) == 8
    headings = [line.strip("# ") for line in write_model_cards.page().splitlines() if line.startswith("#")]
    assert set(names) <= set(headings)
