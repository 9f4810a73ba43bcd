"""Chapter 5 writes the affine map and the augmented dataset out; both must do what the helpers do."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from mnist_helpers import augment, load_recorded, pipeline

CHAPTER = "05_augmentation.ipynb"


@pytest.fixture(scope="module")
def validation_images():
    _, (x_val, _), _ = pipeline.load_mnist_splits()
    return x_val


@pytest.fixture(scope="module")
def written_out(validation_images, cells_tagged):
    """The names that the cells tagged ``affine-twin`` and ``dataset-twin`` leave behind."""
    affine, dataset = cells_tagged("affine-twin"), cells_tagged("dataset-twin")
    assert affine.count("augment.") == 1 and "augment." not in dataset, "the chapter writes these steps out"
    names = {"np": np, "tf": tf, "augment": augment, "x_val": validation_images}
    exec(affine + "\n" + dataset, names)
    return names


@pytest.mark.parametrize("seed", [(3, 14), (1, 2), (7, 0)])
def test_by_hand_and_helper_give_the_same_images(written_out, validation_images, seed):
    images = validation_images[100:130]
    drawn = tf.random.stateless_uniform((30, 6), seed, -1, 1).numpy() * np.array([12, 0.1, 0.1, 0.1, 2, 2])
    by_hand = [
        written_out["apply_affine"](image[..., 0], written_out["reading_matrix"](*amounts))
        for image, amounts in zip(images, drawn, strict=True)
    ]
    np.testing.assert_allclose(by_hand, augment.random_affine(images, seed)[..., 0], atol=1e-4)


@pytest.mark.parametrize(
    "amounts", [{"turn": 25, "move_x": 3.3}, {"slant": 0.4, "stretch_y": -0.3}, {"turn": -70, "move_y": -6.5}]
)
def test_by_hand_agrees_with_scipy(written_out, validation_images, amounts):
    matrix = written_out["reading_matrix"](**amounts)
    flipped = matrix[::-1, [1, 0, 2]]  # SciPy counts (row, column), the chapter (right, down)
    for image in validation_images[:20, :, :, 0]:
        expected = ndimage.affine_transform(
            image, flipped[:, :2], flipped[:, 2], order=1, mode="grid-constant", cval=0.0
        )
        np.testing.assert_allclose(written_out["apply_affine"](image, matrix), expected, atol=1e-4)


def test_whole_moves_go_the_way_that_the_chapter_says(written_out, validation_images):
    image = validation_images[0, :, :, 0]
    moved = written_out["apply_affine"](image, written_out["reading_matrix"](move_x=4))
    np.testing.assert_allclose(moved[:, :24], image[:, 4:], atol=1e-5)
    np.testing.assert_allclose(moved[:, 24:], 0, atol=1e-5)


def test_dataset_written_out_and_helper_give_the_same_epochs(written_out, validation_images):
    dataset = pipeline.make_dataset(validation_images[:70], np.arange(70), batch_size=32)
    by_hand = written_out["augment_each_batch"](dataset, augment.random_affine, 5)
    by_helper = augment.augment_dataset(dataset, augment.random_affine, 5)
    for _ in range(2):
        for (own, own_labels), (other, other_labels) in zip(by_hand, by_helper, strict=True):
            np.testing.assert_array_equal(own, other)
            np.testing.assert_array_equal(own_labels, other_labels)


def test_prose_of_the_learning_curve_fits_the_record():
    """ "About halves the errors", "a good part of them", "little is left": held to the record."""
    arms = load_recorded("augmentation")["arms"]
    left, gained = {}, {}
    for size in (1000, 5000, 55000):
        best = {}
        for change in ("none", "affine"):
            rivals = [arms[arm]["runs"] for arm in arms if arm.startswith(f"{size} images, {change},")]
            chosen = max(rivals, key=lambda runs: np.mean([run["val_accuracy"] for run in runs]))
            best[change] = np.mean([run["test_accuracy"] for run in chosen])
        left[size] = (1 - best["affine"]) / (1 - best["none"])
        gained[size] = best["affine"] - best["none"]
    assert 0.35 < left[1000] < 0.6
    assert left[5000] < 0.8
    assert abs(gained[55000]) < 0.002
