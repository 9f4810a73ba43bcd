"""Where one digit may end and the next begin: seams from top to bottom that cross as little ink as they can."""

from dataclasses import dataclass

import numpy as np
from skimage.transform import resize

from mnist_helpers.reading.strokes import Writing

__all__ = ["Strip", "cut_into_pieces"]

DIGIT_HEIGHT = 24  # the writing is scaled to this height before it is cut
_DEAREST = 9.0  # a seam that crosses more ink than this, in pixels of that height, is no cut
_STRAIGHT = 0.05  # what a step aside costs
_APART = 4  # pixels between the middles of two seams that cross ink


@dataclass(frozen=True)
class Strip:
    """A line of writing made level and cut: ink and number of the piece of each pixel, both ``(height, width)``.

    ``pieces_of_writing`` numbers the pixels of the line of writing itself.
    """

    ink: np.ndarray
    pieces: np.ndarray
    pieces_of_writing: np.ndarray


def _cheapest_to(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the cheapest way from the top row to each pixel costs, and the step that it came by."""
    total, steps = cost.copy(), np.zeros(cost.shape, int)
    everywhere = np.arange(cost.shape[1])
    for row in range(1, len(cost)):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        ways = np.stack([above[1:-1], above[:-2] + _STRAIGHT, above[2:] + _STRAIGHT])
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
    """Return where to cut: the middle of every gap, and the cheapest places in the ink at a distance from them."""
    free = np.flatnonzero(np.diff(np.r_[False, costs < 0.5, False]))
    gaps = [(start, stop - 1) for start, stop in free.reshape(-1, 2)]
    columns = [(start + stop) // 2 for start, stop in gaps]
    taken = costs < 0.5
    for start, stop in gaps:
        taken[max(0, start - 1) : stop + 2] = True
    for column in np.argsort(costs, kind="stable"):
        if costs[column] > _DEAREST:
            break
        if not taken[column]:
            columns.append(int(column))
            taken[max(0, column - _APART + 1) : column + _APART] = True
    return sorted(columns)


def cut_into_pieces(writing: Writing) -> Strip:
    """Cut a line of writing wherever a digit may end."""
    scale = DIGIT_HEIGHT / writing.height
    shape = [max(3, round(side * scale)) for side in writing.ink.shape]
    small = resize(writing.ink, shape, order=1, anti_aliasing=scale < 1).astype(float)
    columns = np.arange(shape[1])
    shifts = -np.rint(writing.slope * columns).astype(int)
    rows = np.arange(shape[0])[:, None] + shifts - shifts.min()
    ink = np.zeros((rows.max() + 1, shape[1]))
    ink[rows, columns] = small
    middle = len(ink) // 2
    down, down_steps = _cheapest_to(ink[: middle + 1])
    up, up_steps = _cheapest_to(ink[middle:][::-1])
    pieces = np.zeros(ink.shape, int)
    for column in _chosen_columns(down[-1] + up[-1] - ink[middle]):
        seam = np.r_[_follow(down_steps, column)[::-1], _follow(up_steps, column)[1:]]
        pieces += columns >= seam[:, None]
    places = [
        np.minimum(((np.arange(side) + 0.5) * small_side / side).astype(int), small_side - 1)
        for side, small_side in zip(writing.ink.shape, shape, strict=True)
    ]
    return Strip(ink.astype(np.float32), pieces, pieces[rows, columns][np.ix_(*places)])
