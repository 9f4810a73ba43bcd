"""Datasets as NumPy arrays. No TensorFlow here."""

from mnist_helpers.data._files import DataFileError
from mnist_helpers.data.emnist import load_emnist_letters
from mnist_helpers.data.mnist import load_mnist
from mnist_helpers.data.svhn import load_svhn

__all__ = ["DataFileError", "load_emnist_letters", "load_mnist", "load_svhn"]
