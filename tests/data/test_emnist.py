"""EMNIST letters: upright, numbered from 0, in official order or shuffled."""

import dataclasses

import numpy as np
import pytest

from mnist_helpers import load_emnist_letters
from mnist_helpers.data import DataFileError, emnist

random = np.random.default_rng(0)
IMAGES = random.integers(0, 256, (40, 28, 28)), random.integers(0, 256, (26, 28, 28))
LABELS = random.integers(1, 27, 40), np.arange(1, 27)


@pytest.fixture
def small(make, cache, monkeypatch):
    """A folder with four small files of the official format."""
    arrays = IMAGES[0], LABELS[0], IMAGES[1], LABELS[1]
    contents = [make.idx_gz(array) for array in arrays]
    names = [file.name for file in emnist.EMNIST_LETTERS.files]
    files = tuple(map(make.data_file, names, contents))
    monkeypatch.setattr(emnist, "EMNIST_LETTERS", dataclasses.replace(emnist.EMNIST_LETTERS, files=files))
    (cache / "emnist").mkdir(parents=True)
    for name, content in zip(names, contents, strict=True):
        (cache / "emnist" / name).write_bytes(content)
    return cache / "emnist"


def test_images_are_upright_and_labels_start_at_0(small):
    train, test, class_names = load_emnist_letters()
    for (images, labels), stored_images, stored_labels in zip((train, test), IMAGES, LABELS, strict=True):
        assert images.dtype == labels.dtype == np.uint8
        np.testing.assert_array_equal(images, stored_images.transpose(0, 2, 1))
        np.testing.assert_array_equal(labels, stored_labels - 1)
    assert class_names[0] == "A" and class_names[-1] == "Z" and len(class_names) == 26


def test_shuffling_keeps_pairs_and_repeats(small):
    plain, shuffled, again, other = (load_emnist_letters(seed) for seed in (None, 1, 1, 2))
    for part in (0, 1):
        assert not np.array_equal(shuffled[part][1], plain[part][1])
        assert not np.array_equal(shuffled[part][1], other[part][1])
        np.testing.assert_array_equal(shuffled[part][0], again[part][0])
        pairs = [
            sorted((image.tobytes(), int(label)) for image, label in zip(*loaded[part], strict=True))
            for loaded in (plain, shuffled)
        ]
        assert pairs[0] == pairs[1]


def test_arrays_are_fresh_at_each_call(small):
    (x_train, y_train), *_ = load_emnist_letters()
    x_train[:], y_train[:] = 7, 7
    assert not np.array_equal(load_emnist_letters()[0][0], x_train)


@pytest.mark.parametrize("seed", [-1, 1.5, "1"])
def test_a_bad_seed_is_told(seed):
    with pytest.raises(ValueError, match=r"shuffle_seed must be a whole number of at least 0, or None; got"):
        load_emnist_letters(seed)


def test_without_files_and_network_the_way_out_is_told(cache):
    with pytest.raises(DataFileError) as caught:
        load_emnist_letters()
    said = str(caught.value)
    for part in ("emnist-letters-train-images-idx3-ubyte.gz", "biometrics.nist.gov", str(cache / "emnist")):
        assert part in said


def test_the_official_letters(require_data):
    require_data(emnist.EMNIST_LETTERS)
    (x_train, y_train), (x_test, y_test), class_names = load_emnist_letters()
    assert x_train.shape == (124_800, 28, 28) and x_test.shape == (20_800, 28, 28)
    assert np.bincount(y_train).tolist() == [4_800] * 26
    assert y_test.tolist() == sorted(y_test) and np.bincount(y_test).tolist() == [800] * 26
    upper, lower = x_train[:, :14].mean(axis=(1, 2)), x_train[:, 14:].mean(axis=(1, 2))
    heavier_above = {name: (upper - lower)[y_train == label].mean() > 0 for label, name in enumerate(class_names)}
    assert heavier_above["T"] and heavier_above["P"] and not heavier_above["L"] and not heavier_above["U"]
