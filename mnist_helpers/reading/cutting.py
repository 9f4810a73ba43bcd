"""Where one digit may end and the next begin: seams from top to bottom that cross as little ink as they can."""

import numpy as np
from skimage.transform import resize

__all__ = ["cut_into_pieces"]

_HEIGHT = 32  # the writing is scaled to this height before it is cut
_DEAREST = 12.0  # a seam that crosses more ink than this, in pixels of that height, is no cut
_STRAIGHT = 0.05  # what a step aside costs


def _cheapest_to(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the cheapest way from the top row to each pixel costs, and the step that it came by."""
    total, steps = cost.copy(), np.zeros(cost.shape, int)
    for row in range(1, len(cost)):
        above = np.pad(total[row - 1], 1, constant_values=np.inf)
        ways = np.stack([above[1:-1], above[:-2] + _STRAIGHT, above[2:] + _STRAIGHT])
        best = ways.argmin(axis=0)
        total[row] += ways[best, np.arange(cost.shape[1])]
        steps[row] = np.array([0, -1, 1])[best]
    return total, steps


def _follow(steps: np.ndarray, column: int) -> np.ndarray:
    """Return the columns of a way, from the last row back to the first."""
    columns = [column]
    for row in range(len(steps) - 1, 0, -1):
        columns.append(columns[-1] + steps[row, columns[-1]])
    return np.array(columns)


def _valleys(values: np.ndarray) -> np.ndarray:
    """Return the middle of each local minimum, plateaus included."""
    changes = np.flatnonzero(np.abs(np.diff(values)) > 1e-6)
    starts, stops = np.r_[0, changes + 1], np.r_[changes, len(values) - 1]
    level = values[starts]
    left, right = np.r_[np.inf, level[:-1]], np.r_[level[1:], np.inf]
    return ((starts + stops) // 2)[(level < left) & (level < right)]


def cut_into_pieces(ink: np.ndarray, height: float, slope: float = 0.0) -> np.ndarray:
    scale = _HEIGHT / height
    shape = [max(3, round(side * scale)) for side in ink.shape]
    small = resize(ink, shape, order=1, anti_aliasing=scale < 1).astype(float)
    shifts = -np.rint(slope * np.arange(shape[1])).astype(int)
    shifts -= shifts.min()
    level = np.zeros((shape[0] + shifts.max(), shape[1]))
    rows = np.arange(shape[0])[:, None] + shifts
    level[rows, np.arange(shape[1])] = small
    middle = len(level) // 2
    down, down_steps = _cheapest_to(level[: middle + 1])
    up, up_steps = _cheapest_to(level[middle:][::-1])
    total = down[-1] + up[-1] - level[middle]
    piece = np.zeros(level.shape, int)
    for column in _valleys(total):
        if total[column] > _DEAREST:
            continue
        seam = np.r_[_follow(down_steps, column)[::-1], _follow(up_steps, column)[1:]]
        piece += np.arange(shape[1]) >= seam[:, None]
    piece = piece[rows, np.arange(shape[1])]
    places = [
        np.minimum(((np.arange(side) + 0.5) * len_small / side).astype(int), len_small - 1)
        for side, len_small in zip(ink.shape, shape, strict=True)
    ]
    return piece[np.ix_(*places)]
