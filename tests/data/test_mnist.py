"""The embedded MNIST: the official bytes, fresh arrays, and clear errors when the file is not what it was."""

import hashlib
import re
import struct

import numpy as np
import pytest

from mnist_helpers.data import DataFileError, load_mnist, mnist

# MD5 of the four official IDX files, uncompressed, as published with the dataset.
OFFICIAL_MD5 = {
    "train images": "6bbc9ace898e44ae57da46a324031adb",
    "train labels": "a25bea736e30d166cdddb491f175f624",
    "test images": "2646ac647ad5339dbf082846283269ea",
    "test labels": "27ae3e4e09519cfbb04c329615203637",
}


CURE = (
    ". Install the helpers again: in a clone of the book, `git checkout -- mnist_helpers/data/mnist.npz`; "
    "otherwise `pip install --force-reinstall --no-deps` with the book's address."
)


def idx_bytes(array: np.ndarray) -> bytes:
    """Return the array as an IDX file of unsigned bytes holds it."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


def test_bytes_are_the_official_ones(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    arrays = dict(zip(OFFICIAL_MD5, (x_train, y_train, x_test, y_test), strict=True))
    assert {name: hashlib.md5(idx_bytes(array)).hexdigest() for name, array in arrays.items()} == OFFICIAL_MD5


def test_shapes_and_dtypes(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    assert x_train.shape == (60_000, 28, 28)
    assert y_train.shape == (60_000,)
    assert x_test.shape == (10_000, 28, 28)
    assert y_test.shape == (10_000,)
    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}


def test_arrays_are_fresh_at_each_call(mnist):
    (x_train, _), _ = load_mnist()
    x_train[:] = 7
    assert not np.array_equal(load_mnist()[0][0], x_train)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:-1], id="cut"),
        pytest.param(lambda content: content[:5_000] + bytes([content[5_000] ^ 1]) + content[5_001:], id="one bit"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: b"<html>403 Forbidden</html>", id="another file"),
    ],
)
def test_a_damaged_file_is_named_with_the_cure(tmp_path, monkeypatch, damage):
    damaged = tmp_path / "mnist.npz"
    damaged.write_bytes(damage(mnist.MNIST_FILE.read_bytes()))
    monkeypatch.setattr(mnist, "MNIST_FILE", damaged)
    with pytest.raises(DataFileError, match=r"mnist\.npz is damaged: its SHA-256 is .*" + re.escape(CURE)):
        load_mnist()


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_named_with_the_cure(tmp_path, monkeypatch, make):
    make(tmp_path / "mnist.npz")
    monkeypatch.setattr(mnist, "MNIST_FILE", tmp_path / "mnist.npz")
    with pytest.raises(DataFileError, match=r"cannot read .*mnist\.npz .*" + re.escape(CURE)):
        load_mnist()
