"""Chapter 1 writes the pipeline out; later chapters call the helpers. Both must give the same data."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from mnist_helpers import pipeline

CHAPTER = Path(__file__).parents[2] / "chapters" / "01_data.ipynb"


@pytest.fixture(scope="module")
def written_out():
    """The names that the chapter's own steps leave behind: the cells tagged ``pipeline-twin`` and what they need."""
    import tensorflow as tf

    from mnist_helpers import load_mnist

    cells = nbformat.read(CHAPTER, as_version=4).cells
    steps = [cell.source for cell in cells if "pipeline-twin" in cell.metadata.get("tags", [])]
    load = [cell.source for cell in cells if cell.source.startswith("(x_all, y_all), (x_test, y_test) = load_mnist()")]
    assert len(load) == 1
    assert len(steps) == 4
    assert not any("pipeline." in step for step in steps), "the chapter writes these steps out"
    tf.keras.utils.set_random_seed(1)
    names = {"np": np, "tf": tf, "load_mnist": load_mnist}
    exec("\n".join(load + steps), names)
    return names


def test_split(written_out):
    (train_images, y_train), (val_images, y_val) = pipeline.split_validation(written_out["x_all"], written_out["y_all"])
    np.testing.assert_array_equal(written_out["train_images"], train_images)
    np.testing.assert_array_equal(written_out["y_train"], y_train)
    np.testing.assert_array_equal(written_out["val_images"], val_images)
    np.testing.assert_array_equal(written_out["y_val"], y_val)


@pytest.mark.parametrize(("images", "scaled"), [("train_images", "x_train"), ("val_images", "x_val")])
def test_scaling(written_out, images, scaled):
    expected = pipeline.scale_pixels(written_out[images])
    assert written_out[scaled].dtype == expected.dtype == np.float32
    np.testing.assert_array_equal(written_out[scaled], expected)


def test_the_splits_that_later_chapters_load(written_out):
    (x_train, y_train), (x_val, y_val), _ = pipeline.load_mnist_splits()
    np.testing.assert_array_equal(written_out["x_train"][..., None], x_train)
    np.testing.assert_array_equal(written_out["y_train"], y_train)
    np.testing.assert_array_equal(written_out["x_val"][..., None], x_val)
    np.testing.assert_array_equal(written_out["y_val"], y_val)


def test_batches_of_a_whole_epoch(written_out):
    import tensorflow as tf

    tf.keras.utils.set_random_seed(1)
    batches = pipeline.make_dataset(written_out["x_train"], written_out["y_train"], batch_size=256, shuffle_seed=1)
    assert batches.element_spec == written_out["train_batches"].element_spec
    assert len(batches) == len(written_out["train_batches"]) == 215
    for own, helper in zip(written_out["train_batches"], batches, strict=True):
        np.testing.assert_array_equal(own[0], helper[0])
        np.testing.assert_array_equal(own[1], helper[1])
