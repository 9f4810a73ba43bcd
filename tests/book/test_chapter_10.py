"""Chapter 10 writes its normalisation, its painting and its network out; what is recorded was made with the same."""

import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from mnist_helpers import augment, models

CHAPTER = "10_svhn.ipynb"
TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def written_out(cells_tagged):
    """The functions that the chapter defines."""
    names = {"np": np, "keras": keras, "augment": augment, "gaussian_filter": gaussian_filter}
    for tag in ("painting-twin", "normalise-twin", "change-twin", "network-twin"):
        exec(cells_tagged(tag), names)
    return names


@pytest.fixture
def experiment(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    from experiments import svhn

    return svhn


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(1).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)


def test_normalisation_is_the_recorded_one(written_out, experiment, photos):
    normalised = written_out["normalise"](photos)
    np.testing.assert_array_equal(normalised, experiment.normalise(photos))
    assert normalised.dtype == np.float32
    np.testing.assert_allclose(normalised.mean(axis=(1, 2, 3)), 0, atol=1e-4)


def test_a_photograph_without_any_contrast_is_all_zero(written_out):
    flat = np.full((1, 32, 32, 3), 77, dtype=np.uint8)
    np.testing.assert_array_equal(written_out["normalise"](flat), 0)


def test_changes_are_the_recorded_ones(written_out, experiment, photos):
    images, seed = photos.astype("float32"), tf.constant([3, 14])
    own, recorded = written_out["change_a_little"](images, seed), experiment.move(images, seed)
    np.testing.assert_array_equal(own, recorded)


@pytest.mark.parametrize(
    ("name", "other_half"), [("move_and_mirror", lambda moved: moved[:, :, ::-1]), ("move_and_negate", np.negative)]
)
def test_half_of_the_photographs_are_changed_once_more(experiment, photos, name, other_half):
    images, seed = np.repeat(photos.astype("float32"), 10, axis=0), tf.constant([3, 14])
    moved, changed = experiment.move(images, seed).numpy(), getattr(experiment, name)(images, seed).numpy()
    as_moved = [np.array_equal(*pair) for pair in zip(changed, moved, strict=True)]
    as_other = [np.array_equal(*pair) for pair in zip(changed, other_half(moved), strict=True)]
    assert all(np.logical_xor(as_moved, as_other))
    assert 15 <= sum(as_moved) <= 45


def test_painting_mixes_two_colours(written_out):
    masks = np.zeros((8, 32, 32), dtype="float32")
    masks[:, :, 16:] = 1
    photos = written_out["paint"](masks, seed=5)
    assert photos.shape == (8, 32, 32, 3) and photos.dtype == np.uint8
    np.testing.assert_array_equal(photos, written_out["paint"](masks, seed=5))
    paper, ink = photos[:, :, :8].mean(axis=(1, 2)), photos[:, :, 24:].mean(axis=(1, 2))
    assert (np.abs(paper - ink).max(axis=1) > 10).all(), "a digit can be told from its paper"


def layers_of(model) -> list[tuple[str, dict]]:
    """Return class and configuration of each layer but dropout, without the names that Keras numbers."""
    left_out = (keras.layers.InputLayer, keras.layers.Dropout)
    return [
        (layer.__class__.__name__, {name: value for name, value in layer.get_config().items() if name != "name"})
        for layer in model.layers
        if not isinstance(layer, left_out)
    ]


def test_the_network_is_that_of_chapter_4_with_more_kernels_and_dropout(written_out):
    own = written_out["build_street_cnn"]()
    assert layers_of(own) == layers_of(models.build_cnn((16, 64, 128, 256), input_shape=(32, 32, 3)))
    assert [layer.rate for layer in own.layers if isinstance(layer, keras.layers.Dropout)] == [0.2]


def test_the_live_arm_is_a_recorded_one(chapter, experiment):
    code = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    assert f"train_small(x_train[:1000], y_train[:1000], epochs={experiment.EPOCHS[1_000]})" in code
    assert f"labels, {experiment.BATCH_SIZE}, shuffle_seed=1)" in code
    assert "epochs=epochs, peak=1e-2)" in code and experiment.PEAK == 1e-2


def test_each_figure_with_photographs_names_their_source(chapter):
    shown = ("photos[", "x_val[", "test_photos[")
    figures = [
        cell for cell in chapter.cells if "mystnb" in cell.metadata and any(name in cell.source for name in shown)
    ]
    assert len(figures) == 4
    for cell in figures:
        assert "Photographs: SVHN" in cell.metadata.mystnb.figure.caption
