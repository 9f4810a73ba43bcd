"""The composed affine map: each amount does what it says, and a run can be repeated."""

import numpy as np
import pytest
import tensorflow as tf

from mnist_helpers import augment

NONE = {"rotation": 0, "shift": 0, "zoom": 0, "shear": 0}
BLOB = np.exp(-((np.indices((28, 28)) - 13.5) ** 2 / np.array([40.0, 8.0])[:, None, None]).sum(axis=0))
BLOBS = np.repeat(BLOB[None, :, :, None], 200, axis=0).astype("float32")


def moments(images) -> dict:
    """Centre and spread of the ink of each image."""
    images = np.asarray(images)[..., 0]
    y, x = np.indices(images.shape[1:])
    weights = images / images.sum(axis=(1, 2), keepdims=True)
    mean_x, mean_y = (weights * x).sum(axis=(1, 2)), (weights * y).sum(axis=(1, 2))
    dx, dy = x - mean_x[:, None, None], y - mean_y[:, None, None]
    return {
        "x": mean_x,
        "y": mean_y,
        "xx": (weights * dx**2).sum(axis=(1, 2)),
        "yy": (weights * dy**2).sum(axis=(1, 2)),
        "xy": (weights * dx * dy).sum(axis=(1, 2)),
    }


def test_no_amounts_change_nothing():
    np.testing.assert_allclose(augment.random_affine(BLOBS, (1, 2), **NONE), BLOBS, atol=1e-6)


def test_shift_moves_the_centre_up_to_its_limit_on_both_axes():
    moved = moments(augment.random_affine(BLOBS, (1, 2), **NONE | {"shift": 3.0}))
    for axis in "xy":
        assert np.abs(moved[axis] - 13.5).max() == pytest.approx(3, abs=0.15)
        assert moved[axis].mean() == pytest.approx(13.5, abs=0.35)


def test_rotation_turns_up_to_its_limit_about_the_centre():
    turned = moments(augment.random_affine(BLOBS, (1, 2), **NONE | {"rotation": 30.0}))
    angle = np.degrees(0.5 * np.arctan2(2 * turned["xy"], turned["yy"] - turned["xx"]))
    assert np.abs(angle).max() == pytest.approx(30, abs=1.5)
    np.testing.assert_allclose(turned["x"], 13.5, atol=0.05)
    np.testing.assert_allclose(turned["y"], 13.5, atol=0.05)


def test_zoom_changes_height_and_width_separately():
    before = moments(BLOBS)
    zoomed = moments(augment.random_affine(BLOBS, (1, 2), **NONE | {"zoom": 0.3}))
    x, y = np.sqrt(zoomed["xx"] / before["xx"]), np.sqrt(zoomed["yy"] / before["yy"])
    for stretch in (x, y):
        assert stretch.min() == pytest.approx(1 / 1.3, abs=0.04)
        assert 1.2 < stretch.max() <= 1 / 0.7 + 0.04
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.2


def test_shear_slants_without_changing_the_height():
    slanted = moments(augment.random_affine(BLOBS, (1, 2), **NONE | {"shear": 0.3}))
    slant = slanted["xy"] / slanted["yy"]
    assert np.abs(slant).max() == pytest.approx(0.3, abs=0.03)
    np.testing.assert_allclose(slanted["yy"], moments(BLOBS)["yy"], rtol=0.02)


def test_the_same_seed_repeats_and_another_does_not():
    first, again, other = (augment.random_affine(BLOBS, seed).numpy() for seed in ((1, 2), (1, 2), (1, 3)))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": BLOBS[..., 0]}, r"shape \(n, height, width, channels\); got \(200, 28, 28\)"),
        ({"rotation": -1}, "amounts must not be negative"),
        ({"zoom": 1}, "zoom must be below 1"),
    ],
)
def test_random_affine_says_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        augment.random_affine(**{"images": BLOBS, "seed": (1, 2)} | arguments)


def test_warp_without_bending_is_the_affine_map():
    warped = augment.random_warp(BLOBS, (4, 5), elastic=0)
    np.testing.assert_allclose(warped, augment.random_affine(BLOBS, (4, 5)), atol=1e-4)


def test_warp_bends_strokes_by_about_the_given_pixels():
    lines = np.zeros((300, 28, 28, 1), "float32")
    lines[:, :, 13:15] = 1
    bent = np.asarray(augment.random_warp(lines, (1, 2), **NONE, elastic=1.5))[..., 0]
    inner = bent[:, 4:24]
    middle = (inner * np.arange(28)).sum(axis=2) / inner.sum(axis=2)
    assert 0.7 < (middle - 13.5).std() < 1.5
    assert np.quantile(np.abs(np.diff(middle, axis=1)), 0.99) < 1.5, "neighbouring rows move alike"


def test_warp_repeats_and_brings_in_nothing_from_outside():
    first, again = (augment.random_warp(BLOBS, (1, 2), shift=20.0).numpy() for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.min() >= 0
    assert first.max() <= BLOBS.max() + 1e-6
    with pytest.raises(ValueError, match="elastic must not be negative; got -1"):
        augment.random_warp(BLOBS, (1, 2), elastic=-1)


def test_dataset_changes_images_anew_each_epoch_keeps_labels_and_repeats():
    dataset = tf.data.Dataset.from_tensor_slices((BLOBS, np.arange(200))).batch(64)
    runs = []
    for _ in range(2):
        augmented = augment.augment_dataset(dataset, augment.random_affine, seed=3)
        runs.append([np.concatenate([images for images, _ in augmented]) for _ in range(2)])
        assert np.concatenate([labels for _, labels in augmented]).tolist() == list(range(200))
    np.testing.assert_array_equal(runs[0][0], runs[1][0])
    assert not np.array_equal(runs[0][0], runs[0][1])


@pytest.mark.parametrize("amounts", [{"rotation": 1e9}, {"shift": 1e308}])
@pytest.mark.parametrize("transform", [augment.random_affine, augment.random_warp])
def test_amounts_beyond_any_picture_are_refused(transform, amounts):
    with pytest.raises(ValueError, match="at most 10000; got"):
        transform(np.zeros((1, 8, 8, 1), "float32"), (1, 2), **amounts)
