"""From a picture of writing to digits."""

from mnist_helpers.reading.normalising import normalise_digit

__all__ = ["normalise_digit"]
