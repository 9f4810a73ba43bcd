"""From grey levels to lines of writing, at a size that suits the writing."""

import numpy as np
from skimage.transform import resize

from mnist_helpers.reading.cutting import DIGIT_HEIGHT
from mnist_helpers.reading.ink import find_ink, ink_is_dark
from mnist_helpers.reading.lines import remove_lines
from mnist_helpers.reading.pictures import shrink
from mnist_helpers.reading.sheets import extend_sheet
from mnist_helpers.reading.strokes import Writing, find_lines_of_writing, typical_height

__all__ = ["find_writing"]

_SHORTEST, _LONGEST = 100, 1600  # pixels of the sides of a picture when it is first looked at
_LOWEST, _TALLEST, _WANTED = 28, 110, 56  # heights of writing: outside of the first two it is scaled to the third
_MOST_PIXELS = 4_000_000  # that it may have when it is scaled, and again its writing when that is made level
_MOST_TIMES = 4  # that it is enlarged: smaller writing cannot be read
_TALLEST_LINE = 4  # heights of its digits: what is taller when it is made level is no line
_LEAST = (12, 3)  # rows and columns that a digit needs


def find_writing(grey: np.ndarray) -> tuple[list[Writing], tuple[int, int]]:
    """Find the lines of writing in a picture.

    The picture is looked at once as it is, within bounds. If the writing turns out much smaller or larger than on a
    usual page, the picture is scaled to suit it and looked at again. Where there is more writing than can be read in
    bounded time, the largest is found.

    Parameters
    ----------
    grey : numpy.ndarray of float, shape (height, width)
        Grey levels from 0 (black) to 1 (white), as :func:`mnist_helpers.reading.to_grey` gives them.

    Returns
    -------
    list of Writing
        From top to bottom; empty if the picture has less than 12 rows or 3 columns, or nothing that may be a digit.
    (int, int)
        Height and width of the picture that they were found in, to whose pixels their places refer.

    Examples
    --------
    >>> grey = np.ones((80, 200))
    >>> grey[20:60, 30:35] = grey[20:60, 70:75] = 0
    >>> writings, shape = find_writing(grey)
    >>> len(writings), shape, round(writings[0].height)
    (1, (100, 250), 50)
    """
    if grey.shape[0] < _LEAST[0] or grey.shape[1] < _LEAST[1]:
        return [], grey.shape
    grey = extend_sheet(grey)
    if not ink_is_dark(grey):
        grey = 1 - grey
    scale = min(_LONGEST / max(grey.shape), max(1, _SHORTEST / min(grey.shape)))
    ink = _ink_at(grey, scale)
    height = typical_height(ink >= 0.5)
    if height and not _LOWEST <= height <= _TALLEST:
        better = min(scale * _WANTED / height, max(scale, _MOST_TIMES))
        ink = _ink_at(grey, min(better, np.sqrt(_MOST_PIXELS / grey.size), _MOST_TIMES * _LONGEST / max(grey.shape)))
    return _readable(find_lines_of_writing(ink)), ink.shape


def _readable(writings: list[Writing]) -> list[Writing]:
    """Return, in their order, the lines with the tallest digits, as many as have few enough pixels when made level."""
    lines = [line for line in writings if _shape_when_level(line)[0] <= _TALLEST_LINE * DIGIT_HEIGHT]
    pixels = np.array([np.prod(_shape_when_level(line)) for line in lines])
    order = np.argsort([-line.height for line in lines], kind="stable")
    return [lines[index] for index in sorted(order[np.cumsum(pixels[order]) <= _MOST_PIXELS])]


def _shape_when_level(writing: Writing) -> tuple[float, float]:
    rows, columns = writing.ink.shape
    scale = DIGIT_HEIGHT / writing.height
    return (rows + abs(writing.slope) * columns) * scale, columns * scale


def _ink_at(grey: np.ndarray, scale: float) -> np.ndarray:
    return remove_lines(find_ink(_scaled(grey, scale)))


def _scaled(grey: np.ndarray, scale: float) -> np.ndarray:
    """Return the picture with so many times the pixels a side; where it shrinks, each is a mean of those it covers."""
    step = max(1, int(1 / scale))
    if step > 1:
        grey = shrink(grey, step)
        scale *= step
    shape = [max(3, round(side * scale)) for side in grey.shape]
    if shape == list(grey.shape):
        return grey
    return np.clip(resize(grey, shape, order=3 if scale > 1 else 1, mode="edge", anti_aliasing=scale < 1), 0, 1)
