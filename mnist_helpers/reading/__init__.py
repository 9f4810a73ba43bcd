"""From a picture of writing to digits."""

from mnist_helpers.reading.normalising import normalise_digit, restore_pen
from mnist_helpers.reading.reader import Crop, Reading, find_digits, read_digits

__all__ = ["Crop", "Reading", "find_digits", "normalise_digit", "read_digits", "restore_pen"]
