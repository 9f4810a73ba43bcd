"""SVHN: the first images in official order, labels from 0 to 9."""

import dataclasses
import io

import numpy as np
import pytest
from scipy.io import savemat

from mnist_helpers import load_svhn
from mnist_helpers.data import DataFileError, svhn

random = np.random.default_rng(0)
IMAGES = random.integers(0, 256, (32, 32, 3, 30), np.uint8), random.integers(0, 256, (32, 32, 3, 12), np.uint8)
LABELS = random.integers(1, 11, (30, 1), np.uint8), np.resize(np.arange(10, 0, -1), (12, 1)).astype(np.uint8)


@pytest.fixture
def small(make, cache, monkeypatch):
    """A folder with two small files of the official format."""
    (cache / "svhn").mkdir(parents=True)
    files = []
    for file, images, labels in zip(svhn.SVHN.files, IMAGES, LABELS, strict=True):
        content = io.BytesIO()
        savemat(content, {"X": images, "y": labels}, do_compression=True)
        (cache / "svhn" / file.name).write_bytes(content.getvalue())
        files.append(make.data_file(file.name, content.getvalue()))
    monkeypatch.setattr(svhn, "SVHN", dataclasses.replace(svhn.SVHN, files=tuple(files)))


@pytest.mark.parametrize("sizes", [(None, None), (30, 12), (7, 3), (1, None)])
def test_the_first_images_come_in_order(small, sizes):
    for (images, labels), stored, numbers, size in zip(load_svhn(*sizes), IMAGES, LABELS, sizes, strict=True):
        wanted = size or len(numbers)
        assert images.shape == (wanted, 32, 32, 3)
        assert images.dtype == labels.dtype == np.uint8 and images.flags.c_contiguous
        for number in range(wanted):
            np.testing.assert_array_equal(images[number], stored[..., number])
        assert labels.tolist() == [number % 10 for number in numbers[:wanted, 0]]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((31, None), r"train_size must be at most 30, the images in .*train_32x32\.mat; got 31\. .*downloaded"),
        ((None, 13), r"test_size must be at most 12, the images in .*test_32x32\.mat; got 13"),
        ((0, None), "train_size must be a whole number of at least 1, or None for all images; got 0"),
        ((None, -1), "test_size must be a whole number of at least 1"),
        ((2.5, None), "train_size must be a whole number of at least 1"),
    ],
)
def test_sizes_that_do_not_fit(small, sizes, told):
    with pytest.raises(ValueError, match=told):
        load_svhn(*sizes)


def test_without_files_and_network_the_way_out_is_told(cache):
    with pytest.raises(DataFileError) as caught:
        load_svhn()
    said = str(caught.value)
    for part in (
        "http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
        str(cache / "svhn"),
        "MNIST_HELPERS_OFFLINE",
    ):
        assert part in said


def test_the_official_digits(require_data):
    require_data(svhn.SVHN)
    (x_train, y_train), (x_test, y_test) = load_svhn(30_000, 10_000)
    assert x_train.shape == (30_000, 32, 32, 3) and x_test.shape == (10_000, 32, 32, 3)
    assert y_train[:10].tolist() == [1, 9, 2, 3, 2, 5, 9, 3, 3, 1]
    assert set(y_train) == set(y_test) == set(range(10))
    # One crop is there twice, with two labels.
    assert np.abs(x_train[25_235].astype(int) - x_train[25_236]).max() <= 1
    assert y_train[25_235:25_237].tolist() == [9, 4]
