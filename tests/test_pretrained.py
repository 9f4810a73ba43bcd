"""The shipped networks give the figures of their cards, and say what is wrong with a file or an image."""

import json
import os
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest

from mnist_helpers import load_model_card, load_pretrained, models, pipeline, pretrained
from mnist_helpers.data import DataFileError

NAMES = ("reader", "pocket", "cnn", "mlp")
LARGEST = {"reader": 300_000, "pocket": 15_000}
BLANK = np.zeros((2, 28, 28, 1), dtype="float32")

COUNT_RIGHT = f"""
import json
from mnist_helpers import load_pretrained, pipeline
_, validation, test = pipeline.load_mnist_splits()
right = {{}}
for name in {NAMES}:
    model = load_pretrained(name)
    for part, (images, labels) in (("validation", validation), ("test", test)):
        answers = model.predict(images, batch_size=1000, verbose=0).argmax(axis=1)
        right[f"{{name}} {{part}}"] = int((answers == labels).sum())
print(json.dumps(right))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the small network's files, from which it is loaded."""
    for suffix in ("npz", "json"):
        shutil.copy(pretrained._FOLDER / f"pocket.{suffix}", tmp_path)
    monkeypatch.setattr(pretrained, "_FOLDER", tmp_path)
    return tmp_path


def chosen_run(name: str) -> dict:
    card = load_model_card(name)
    return next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_files_give_the_figures_of_the_cards_exactly(threads):
    settings = {"TF_NUM_INTRAOP_THREADS": threads, "TF_NUM_INTEROP_THREADS": threads, "OMP_NUM_THREADS": threads}
    run = subprocess.run(
        [sys.executable, "-c", COUNT_RIGHT], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    expected = {f"{name} {part}": chosen_run(name)[part]["right"] for name in NAMES for part in ("validation", "test")}
    assert json.loads(run.stdout.splitlines()[-1]) == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_card_is_complete(name):
    card = load_model_card(name)
    assert card["name"] == name
    assert {"date", "versions", "machine", "builder", "arguments", "training"} <= set(card)
    assert card["parameters"] == load_pretrained(name).count_params() <= LARGEST.get(name, np.inf)
    assert len({run["seed"] for run in card["runs"]}) >= 3
    for run in card["runs"]:
        assert len(run["log"]) == card["training"]["epochs"] + card["training"]["settling_epochs"]
        assert run["validation"]["images"] == 5_000
        assert run["test"]["images"] == 10_000
        assert sum(run["test"]["by_digit"]["images"]) == 10_000
    ranks = {run["seed"]: (-run["validation"]["right"], run["validation"]["loss"]) for run in card["runs"]}
    assert card["chosen_seed"] == min(ranks, key=ranks.get), "chosen on validation images"


@pytest.mark.parametrize("call", [load_pretrained, load_model_card])
def test_an_unknown_name_is_told_the_known_ones(call):
    with pytest.raises(ValueError, match="no shipped network 'raeder'; there are: cnn, mlp, pocket, reader"):
        call("raeder")


def test_without_any_card_nothing_is_offered(folder):
    (folder / "pocket.json").unlink()
    with pytest.raises(ValueError, match="there are: none"):
        load_pretrained("pocket")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:-1], id="cut"),
        pytest.param(lambda content: content[:900] + bytes([content[900] ^ 1]) + content[901:], id="one bit"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"<html>404 Not Found</html>", id="another file"),
    ],
)
def test_a_damaged_file_is_named_with_the_cure(folder, damage):
    file = folder / "pocket.npz"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(DataFileError, match=r"pocket\.npz is damaged: its SHA-256 is .*git checkout"):
        load_pretrained("pocket")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        pytest.param(lambda text: text[: len(text) // 2], "cannot be read", id="cut"),
        pytest.param(lambda text: "", "cannot be read", id="empty"),
        pytest.param(lambda text: "[" * 100_000, "cannot be read", id="deep"),
        pytest.param(lambda text: "[1, 2]", "does not hold arguments, builder, weights_sha256", id="a list"),
        pytest.param(lambda text: text.replace('"builder"', '"bulider"'), "does not hold builder", id="a name"),
        pytest.param(lambda text: text.replace("build_reader", "keras"), "no network that can be built", id="builder"),
        pytest.param(lambda text: text.replace('"pooled"', '"polled"'), "no network that can be built", id="argument"),
    ],
)
def test_a_damaged_card_is_named_with_the_cure(folder, damage, told):
    card = folder / "pocket.json"
    card.write_text(damage(card.read_text("utf-8")), "utf-8")
    with pytest.raises(DataFileError, match=rf"(?s)pocket.*{told}.*git checkout -- mnist_helpers/pretrained"):
        load_pretrained("pocket")


def test_a_folder_is_a_path(folder):
    assert load_model_card("pocket", str(folder)) == load_model_card("pocket", folder)
    with pytest.raises(TypeError, match=r"folder must be a path, such as .*; got 7"):
        load_pretrained("pocket", 7)
    with pytest.raises(ValueError, match="no shipped network 'pocket' in nowhere; there are: none"):
        load_pretrained("pocket", "nowhere")


def test_a_network_and_its_card_are_written_both_or_none(folder):
    model = models.build_mlp(2)
    card = {"name": "tiny", "builder": "build_mlp", "arguments": {"hidden_units": 2}}
    (folder / "tiny.json").mkdir()
    with pytest.raises(OSError, match=r"cannot write .*tiny\.npz, .*tiny\.json"):
        pretrained.write_pretrained(model, card, folder)
    assert not (folder / "tiny.npz").exists()


def test_a_missing_file_is_named_with_the_cure(folder):
    (folder / "pocket.npz").unlink()
    with pytest.raises(DataFileError, match=r"cannot read .*pocket\.npz .*git checkout"):
        load_pretrained("pocket")


def test_what_is_written_is_what_is_loaded(folder):
    model = models.build_reader((4, 6), pooled=(1,))
    card = {"name": "tiny", "builder": "build_reader", "arguments": {"filters": [4, 6], "pooled": [1]}}
    pretrained.write_pretrained(model, card, folder)
    for written, loaded in zip(model.get_weights(), load_pretrained("tiny").get_weights(), strict=True):
        np.testing.assert_array_equal(written, loaded)


@pytest.fixture(scope="module")
def pocket():
    return load_pretrained("pocket")


@pytest.mark.parametrize(
    "ask",
    [
        lambda model, x: model(x),
        lambda model, x: model.predict(x, verbose=0),
        lambda model, x: model.evaluate(x, np.zeros(len(x)), verbose=0),
        lambda model, x: model.fit(x, np.zeros(len(x)), verbose=0),
    ],
)
@pytest.mark.parametrize(
    ("images", "message"),
    [
        (BLANK[0], r"shape \(n, 28, 28, 1\); got \(28, 28, 1\)\. For one image use image\[None\]"),
        (BLANK[..., 0], r"got \(2, 28, 28\)\. Add the channel with images\[\.\.\., None\]"),
        (np.zeros((2, 28, 28, 3), dtype="float32"), r"got \(2, 28, 28, 3\)\.$"),
        (np.zeros((2, 32, 32, 1), dtype="float32"), r"got \(2, 32, 32, 1\)\.$"),
        (BLANK + 255, "from 0 .* to 1 .*; got 255 to 255.*scale_pixels"),
        (BLANK - 1, "got -1 to -1"),
        (BLANK + np.nan, r"^images hold pixels that are not finite numbers \(NaN or infinite\)\.$"),
        (BLANK + np.inf, "not finite"),
        (BLANK[:0], r"no image to look at; got an array of shape \(0, 28, 28, 1\)"),
        (BLANK.astype(object), "must hold numbers; got dtype object"),
    ],
)
def test_images_that_do_not_fit_are_refused(pocket, ask, images, message):
    with pytest.raises(ValueError, match=message):
        ask(pocket, images)


def test_a_tensor_is_checked_as_an_array_is(pocket):
    with pytest.raises(ValueError, match="got 255 to 255"):
        pocket(keras.ops.convert_to_tensor(BLANK + 255))


def test_what_a_keras_model_can_do_it_can(pocket, tmp_path):
    images = pipeline.load_mnist_splits()[1][0][:20]
    expected = np.asarray(pocket(images))
    batches = pipeline.make_dataset(images, np.zeros(20, dtype=int), batch_size=8)
    np.testing.assert_allclose(pocket.predict(batches, verbose=0), expected, atol=1e-5)
    maps = keras.Model(pocket.input, pocket.get_layer("mean_of_each_map").output)
    assert maps(images).shape == (20, 26)
    pocket.save(tmp_path / "pocket.keras")
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "pocket.keras")(images), expected, atol=1e-6)


def test_its_top_can_be_trained_further():
    model = load_pretrained("pocket")
    (images, labels), _, _ = pipeline.load_mnist_splits()
    model.compile(keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = model.get_weights()[-1]
    model.fit(images[:64], labels[:64], verbose=0)
    assert not np.array_equal(before, model.get_weights()[-1])
