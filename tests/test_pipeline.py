"""Scaling, splitting and batching: what comes out, and what is said about input that does not fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_helpers import pipeline

IMAGES = np.arange(40 * 4, dtype=np.uint8).reshape(40, 2, 2)
LABELS = np.arange(40) % 4


def test_scale_pixels_maps_every_byte_to_its_share_of_255():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    scaled = pipeline.scale_pixels(pixels)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled.ravel(), np.arange(256, dtype=np.float32) / np.float32(255))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((28, 28), np.uint8), r"got \(28, 28\).*image\[None\]"),
        (np.zeros((0, 28, 28), np.uint8), r"at least one image; got an empty array"),
        (np.zeros((1, 28, 28)), r"got dtype float64.*already scaled"),
        (np.zeros(784, np.uint8), r"got \(784,\)"),
    ],
)
def test_scale_pixels_says_what_does_not_fit(images, message):
    with pytest.raises(ValueError, match=message):
        pipeline.scale_pixels(images)


@settings(max_examples=50, deadline=None)
@given(counts=st.lists(st.integers(4, 30), min_size=2, max_size=6), seed=st.integers(0, 1000), data=st.data())
def test_split_keeps_every_image_once_and_the_share_of_each_class(counts, seed, data):
    labels = np.repeat(np.arange(len(counts)), counts)
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1)
    size = data.draw(st.integers(len(counts), len(labels) - len(counts)))
    (x_train, y_train), (x_val, y_val) = pipeline.split_validation(images, labels, size, seed)
    assert len(x_val) == size
    assert sorted([*x_train.ravel(), *x_val.ravel()]) == list(range(len(labels)))
    np.testing.assert_array_equal(labels[x_train.ravel()], y_train)
    np.testing.assert_array_equal(labels[x_val.ravel()], y_val)
    shares = np.bincount(y_val, minlength=len(counts)) - size * np.array(counts) / len(labels)
    assert np.abs(shares).max() <= 1


def test_the_same_seed_gives_the_same_split():
    first, again, other = (pipeline.split_validation(IMAGES, LABELS, 8, seed)[1][0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("size", [3, 37, -1, 0.2, 8.0, "8", None])
def test_split_says_which_sizes_fit(size):
    with pytest.raises(ValueError, match=r"whole number from 4 to 36.*got"):
        pipeline.split_validation(IMAGES, LABELS, size)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS[:-1], r"shape \(40,\), one label an image; got \(39,\)"),
        (np.eye(4)[LABELS], r"one label an image; got \(40, 4\).*argmax"),
        (LABELS.astype(float), r"whole numbers; got dtype float64"),
        (np.array([1] + [0] * 39), r"class 1 has one"),
    ],
)
def test_split_says_what_is_wrong_with_labels(labels, message):
    with pytest.raises(ValueError, match=message):
        pipeline.split_validation(IMAGES, labels, 8)


def test_mnist_splits_are_disjoint_scaled_and_stratified(mnist):
    (x_train, y_train), (x_val, y_val), (x_test, y_test) = pipeline.load_mnist_splits()
    assert x_train.shape == (55_000, 28, 28, 1)
    assert x_val.shape == (5_000, 28, 28, 1)
    assert {x.dtype for x in (x_train, x_val, x_test)} == {np.dtype("float32")}
    assert (x_train.min(), x_train.max()) == (0, 1)
    np.testing.assert_array_equal(x_test[..., 0], mnist[1][0] / np.float32(255))
    np.testing.assert_array_equal(y_test, mnist[1][1])
    np.testing.assert_allclose(np.bincount(y_val) * 11, np.bincount(y_train), atol=12)
    together = np.concatenate([x_train, x_val]).reshape(60_000, -1).sum(axis=1)
    original = (mnist[0][0] / np.float32(255)).reshape(60_000, -1).sum(axis=1)
    np.testing.assert_allclose(np.sort(together), np.sort(original), rtol=1e-4)


def test_dataset_keeps_order_without_a_seed():
    batches = list(pipeline.make_dataset(IMAGES, LABELS, batch_size=16))
    assert [len(labels) for _, labels in batches] == [16, 16, 8]
    np.testing.assert_array_equal(np.concatenate([images for images, _ in batches]), IMAGES)
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in batches]), LABELS)


def test_dataset_shuffles_anew_in_each_epoch_and_keeps_pairs():
    dataset = pipeline.make_dataset(IMAGES, LABELS, batch_size=16, shuffle_seed=5)
    epochs = [np.concatenate([images[:, 0, 0] for images, _ in dataset]) for _ in range(2)]
    assert not np.array_equal(epochs[0], epochs[1])
    assert sorted(epochs[0]) == sorted(epochs[1]) == sorted(IMAGES[:, 0, 0])
    for images, labels in dataset:
        np.testing.assert_array_equal(np.asarray(images)[:, 0, 0] // 4 % 4, labels)


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, "many", None])
def test_dataset_says_which_batch_sizes_fit(batch_size):
    with pytest.raises(ValueError, match="whole number of at least 1; got"):
        pipeline.make_dataset(IMAGES, LABELS, batch_size)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True])
@pytest.mark.parametrize(
    "call",
    [
        lambda seed: pipeline.split_validation(IMAGES, LABELS, 8, seed),
        lambda seed: pipeline.load_mnist_splits(seed=seed),
    ],
)
def test_a_seed_that_is_none_is_named(call, seed):
    with pytest.raises(ValueError) as error:
        call(seed)
    assert str(error.value) == f"seed must be a whole number from 0 to 4294967295; got {seed}."


def test_the_largest_seed_is_one():
    assert len(pipeline.split_validation(IMAGES, LABELS, 8, 2**32 - 1)[1][0]) == 8
