"""From a picture of writing to digits."""

from mnist_helpers.reading.normalising import normalise_digit, restore_pen
from mnist_helpers.reading.pictures import read_image, to_grey
from mnist_helpers.reading.reader import Crop, Reading, find_digits, read_digits

__all__ = ["Crop", "Reading", "find_digits", "normalise_digit", "read_digits", "read_image", "restore_pen", "to_grey"]
