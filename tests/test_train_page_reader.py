"""The command that trains the networks of the pages: what they learn from, and a short run of it."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_helpers import composing, pipeline
from mnist_helpers.pretrained import load_model_card, load_pretrained

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def train_page_reader(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import train_page_reader

    return train_page_reader


@pytest.fixture(scope="module")
def digits():
    return composing._checked_digits(*(part[:60] for part in pipeline.load_mnist_splits()[0]))


def test_digits_drawn_anew_look_like_mnists_and_depend_on_the_seed(train_page_reader, digits):
    one, same, other = (train_page_reader.draw_anew(digits[0][:10], seed) for seed in (1, 1, 2))
    assert one.shape == (10, 28, 28) and one.dtype == np.uint8
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    near = [np.corrcoef(image.ravel(), again.ravel())[0, 1] for image, again in zip(digits[0][:10], one, strict=True)]
    assert np.mean(near) > 0.7


def test_digits_cut_out_carry_their_labels(train_page_reader, digits):
    found, meant = train_page_reader.cut_out(6, *digits, seed=1)
    assert found.shape == (len(meant), 28, 28) and len(meant) >= 12
    right = load_pretrained("reader").predict(found[..., None] / np.float32(255), verbose=0).argmax(axis=1) == meant
    assert right.mean() > 0.9


@pytest.fixture
def short(train_page_reader, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(train_page_reader.pipeline, "load_mnist_splits", lambda: (digits,) * 3)
    monkeypatch.setattr(train_page_reader, "FOLDER", tmp_path)
    monkeypatch.setattr(train_page_reader, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(train_page_reader, "VALIDATION_PAGES", 2)
    for name, value in {"pages": 4, "epochs": 2, "settling_epochs": 1}.items():
        monkeypatch.setitem(train_page_reader.RECIPE, name, value)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["train_page_reader.py", *arguments])
        return train_page_reader.main()

    return run


def test_a_short_run_writes_weights_and_a_card(short, tmp_path):
    assert [short("digits", "1"), short("digits", "2"), short("train", "2")] == [0, 0, 0]
    card = load_model_card("page_reader_2", tmp_path)
    assert len(card["training"]["loss"]) == 2 and card["training"]["seed"] == 2
    assert set(card["validation"]) == {"pages", "accuracy_cut", "accuracy_as_they_are"}
    network = load_pretrained("page_reader_2", tmp_path)
    assert network.count_params() == card["parameters"]
    assert network.compute_dtype == "float32"


def test_before_the_digits_of_both_seeds_are_there_nothing_is_trained(short):
    assert short("digits", "1") == 0
    with pytest.raises(SystemExit, match=r"python tools/train_page_reader\.py digits 2"):
        short("train", "1")
