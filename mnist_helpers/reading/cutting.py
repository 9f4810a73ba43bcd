"""Where one digit may end and the next begin: seams from top to bottom that cross as little ink as they can.

Where digits touch, ink alone does not tell. There a small network, trained on pages of which it is known, marks the
pixels at which two digits meet, and crossing a mark is free.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from skimage.transform import resize

from mnist_helpers.reading.networks import FOLDER, answers, network
from mnist_helpers.reading.strokes import Writing

__all__ = ["DIGIT_HEIGHT", "Strip", "find_seams", "level_writing", "mark_borders"]

DIGIT_HEIGHT = 32  # the writing is scaled to this height before it is cut
INK = 0.35  # more than this is ink

_DEAREST = 5.0  # a seam that crosses more ink than this, in pixels of that height, is no cut
_FREE = 0.5  # a seam that crosses less lies in a gap
_ASIDE = 0.05  # what a step aside costs
_APART = 4  # columns between the middles of two seams that cross ink


@dataclass(frozen=True)
class Strip:
    """A line of writing made level, its digits about 32 pixels tall.

    Attributes
    ----------
    ink : numpy.ndarray of float32, shape (height, width)
        From 0 (paper) to 1 (ink).
    rows, columns : numpy.ndarray of int, shape of the writing
        Where each pixel of the line of writing lies on the strip.
    """

    ink: np.ndarray
    rows: np.ndarray
    columns: np.ndarray


def level_writing(writing: Writing) -> Strip:
    """Make a line of writing level, and its digits as tall as always.

    Parameters
    ----------
    writing : Writing
        A line as :func:`mnist_helpers.reading.strokes.find_lines_of_writing` finds it.

    Returns
    -------
    Strip

    Examples
    --------
    >>> ink = np.zeros((64, 100), np.float32)
    >>> ink[:, 10:16] = 1
    >>> strip = level_writing(Writing(ink, top=0, left=0, height=64.0, slope=0.0))
    >>> strip.ink.shape, strip.columns.max()
    ((32, 50), np.int64(49))
    """
    scale = DIGIT_HEIGHT / writing.height
    shape = [max(3, round(side * scale)) for side in writing.ink.shape]
    small = resize(writing.ink, shape, order=1, anti_aliasing=scale < 1)
    columns = np.arange(shape[1])
    shifts = -np.rint(writing.slope * columns).astype(int)
    rows = np.arange(shape[0])[:, None] + shifts - shifts.min()
    ink = np.zeros((rows.max() + 1, shape[1]), np.float32)
    ink[rows, columns] = np.clip(small, 0, 1)
    places = [
        np.minimum(((np.arange(side) + 0.5) * small_side / side).astype(int), small_side - 1)
        for side, small_side in zip(writing.ink.shape, shape, strict=True)
    ]
    return Strip(ink, rows[np.ix_(*places)], np.broadcast_to(columns[places[1]], writing.ink.shape))


def mark_borders(strip: Strip) -> np.ndarray:
    """Say of each pixel of a strip how likely two digits meet there.

    Parameters
    ----------
    strip : Strip

    Returns
    -------
    numpy.ndarray
        Shape of the strip's ink, from 0 to 1.

    Examples
    --------
    >>> empty = np.zeros((33, 50))
    >>> mark_borders(Strip(empty, empty, empty)).shape
    (33, 50)
    """
    height, width = strip.ink.shape
    image = np.zeros((1, -(-height // 8) * 8, -(-width // 8) * 8, 1), np.float32)  # the network halves three times
    image[0, :height, :width, 0] = strip.ink
    return expit(answers(network("borders", FOLDER), image)[0, :height, :width, 0])


def _cheapest_ways(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the cheapest way from the top row to each pixel costs, and the step aside that it came by."""
    total, steps = cost.copy(), np.zeros(cost.shape, int)
    everywhere = np.arange(cost.shape[1])
    for row in range(1, len(cost)):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        ways = np.stack([above[1:-1], above[:-2] + _ASIDE, above[2:] + _ASIDE])
        best = ways.argmin(axis=0)
        total[row] += ways[best, everywhere]
        steps[row] = np.array([0, -1, 1])[best]
    return total, steps


def _follow(steps: np.ndarray, column: int) -> np.ndarray:
    """Return the columns of a way, from the last row back to the first."""
    columns = [column]
    for row in range(len(steps) - 1, 0, -1):
        columns.append(columns[-1] + steps[row, columns[-1]])
    return np.array(columns)


def _chosen_columns(costs: np.ndarray) -> list[int]:
    """Return where to cut: the middle of every gap, and the cheapest places in the ink at some distance."""
    taken = costs < _FREE
    gaps = np.flatnonzero(np.diff(np.r_[False, taken, False])).reshape(-1, 2)
    columns = [int(start + stop - 1) // 2 for start, stop in gaps]
    for start, stop in gaps:
        taken[max(0, start - 1) : stop + 1] = True
    for column in np.argsort(costs, kind="stable"):
        if costs[column] > _DEAREST:
            break
        if not taken[column]:
            columns.append(int(column))
            taken[max(0, column - _APART + 1) : column + _APART] = True
    return sorted(columns)


def find_seams(ink: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """Find where a strip may be cut.

    A seam is the cheapest way from the top to the bottom through a pixel of the middle row, found row by row (dynamic
    programming). Crossing ink costs, except where digits meet.

    Parameters
    ----------
    ink, borders : numpy.ndarray, shape (height, width)
        A strip's ink, and how likely digits meet at each pixel.

    Returns
    -------
    numpy.ndarray of int, shape (n, height)
        For each seam and row the column that is the first to the right of it. The first seam is the left edge, no ink
        is to the right of the last, and there is ink between any two.

    Examples
    --------
    >>> ink = np.zeros((32, 50))
    >>> ink[:, 4:14] = ink[:, 28:38] = 1
    >>> seams = find_seams(ink, np.zeros(ink.shape))
    >>> seams.shape[1], 20 in seams[:, 0]
    (32, True)
    """
    cost = (ink * (1 - borders)).astype(float)
    middle = len(cost) // 2
    down, down_steps = _cheapest_ways(cost[: middle + 1])
    up, up_steps = _cheapest_ways(cost[middle:][::-1])
    columns = _chosen_columns(down[-1] + up[-1] - cost[middle])
    ways = [np.r_[_follow(down_steps, column)[::-1], _follow(up_steps, column)[1:]] for column in columns]
    left, right = np.zeros((1, len(ink)), int), np.full((1, len(ink)), ink.shape[1])
    seams = [left[0]]
    inked = np.pad(np.cumsum(ink >= INK, axis=1), ((0, 0), (1, 0)))
    rows = np.arange(len(ink))
    for seam in [*ways, right[0]]:
        if (inked[rows, seam] - inked[rows, seams[-1]]).sum() > 0:
            seams.append(seam)
    return np.array(seams)
