"""Datasets as NumPy arrays. No TensorFlow here."""

from mnist_helpers.data._files import DataFileError
from mnist_helpers.data.mnist import load_mnist

__all__ = ["DataFileError", "load_mnist"]
