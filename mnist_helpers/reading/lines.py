"""Printed lines are no digits: rules, frames and grids are found and taken out of the ink."""

import numpy as np
from scipy import ndimage
from skimage.transform import hough_line, hough_line_peaks

from mnist_helpers.reading.ink import run_lengths, stroke_width
from mnist_helpers.reading.strokes import typical_height

__all__ = ["remove_lines"]

_STEEPEST = 15  # degrees
_FAINT = 0.3  # printed lines are often paler than the writing


def _longest_run(here: np.ndarray, gap: int) -> tuple[int, int]:
    """Return first and last + 1 of the longest run of True, gaps of a few pixels included."""
    labels, number = ndimage.label(ndimage.binary_closing(np.pad(here, gap), np.ones(gap + 1))[gap:-gap])
    if number == 0:
        return 0, 0
    start_stop = [(part[0].start, part[0].stop) for part in ndimage.find_objects(labels)]
    return max(start_stop, key=lambda part: part[1] - part[0])


def _trace(thin: np.ndarray, path: np.ndarray) -> np.ndarray:
    """Bend a straight path along the thin ink that is near it, so that it follows a page that is not quite flat."""
    columns = np.arange(len(path))
    for reach in (3, 2):
        offsets = np.arange(-reach, reach + 1)
        rows = np.clip(np.rint(path).astype(int) + offsets[:, None], 0, len(thin) - 1)
        found = thin[rows, columns]
        share = found.sum(axis=0)
        seen = share > 0
        if seen.sum() < 10:
            break
        middle = (rows * found).sum(axis=0)[seen] / share[seen]
        path = np.polyval(np.polyfit(columns[seen], middle, 2), columns)
    return path


def _flat_lines(mask: np.ndarray, shortest: float, height: float) -> list[tuple]:
    """Find lines that run from left to right: (path, start, stop, thickness) of each."""
    runs = run_lengths(mask, 0)
    thickest = max(5, 0.12 * height)
    thin = mask & (runs <= thickest)
    angles = np.radians(np.arange(90 - _STEEPEST, 90 + _STEEPEST + 0.5, 0.5))
    accumulator, angles, distances = hough_line(thin, angles)
    peaks = hough_line_peaks(accumulator, angles, distances, 4, 5, threshold=0.4 * shortest, num_peaks=60)
    columns = np.arange(mask.shape[1])
    lines = []
    for _, angle, distance in zip(*peaks, strict=True):
        path = _trace(thin, (distance - columns * np.cos(angle)) / np.sin(angle))
        row = np.rint(path).astype(int)
        inside = (row >= 1) & (row < len(mask) - 1)
        near = np.clip(row + np.arange(-1, 2)[:, None], 0, len(mask) - 1)
        inked, fine = (part[near, columns].any(axis=0) & inside for part in (mask, thin))
        start, stop = _longest_run(inked, max(8, round(0.2 * height)))
        if stop - start < shortest or inked[start:stop].mean() < 0.6 or fine[start:stop].mean() < 0.4:
            continue
        heights = np.where(thin[near, columns], runs[near, columns], 0).max(axis=0)[start:stop]
        lines.append((path, start, stop, float(np.median(heights[heights > 0]))))
    return lines


def _no_strokes(lines: list[tuple], mask: np.ndarray, height: float) -> list[tuple]:
    """Return the lines that no pen drew: very long, or thinner than the pen, or several side by side."""
    pen = stroke_width(mask)
    return [line for line in lines if line[2] - line[1] > 3 * height or line[3] < 0.7 * pen or _has_twins(line, lines)]


def _has_twins(line: tuple, lines: list[tuple]) -> bool:
    """Say whether at least two other lines start and end beside this one, as those between boxes do."""
    _, start, stop, _ = line
    near = 0.1 * (stop - start) + 2
    return sum(abs(other[1] - start) < near and abs(other[2] - stop) < near for other in lines) >= 3


def _erase(ink: np.ndarray, mask: np.ndarray, lines: list) -> np.ndarray:
    """Take lines out of the ink, except where a stroke crosses them."""
    runs = run_lengths(mask, 0)
    rows = np.arange(len(ink))[:, None]
    ink = ink.copy()
    for path, _, _, thickness in lines:
        on_line = np.abs(rows - path) <= thickness / 2 + 2
        ink[on_line & (runs <= thickness + 2)] = 0
    return ink


def remove_lines(ink: np.ndarray) -> np.ndarray:
    """Take printed lines out of the ink: rules, frames, squared paper.

    From left to right, a line is printed if it is more than 2.3 times as long as the digits are tall; from top to
    bottom, where strokes are long as well, if it is also thinner than the pen, or one of three that start and end
    beside each other. Where a stroke crosses a line, the stroke stays.

    Parameters
    ----------
    ink : numpy.ndarray of float, shape (height, width)
        From 0 (paper) to 1 (ink), as :func:`mnist_helpers.reading.ink.find_ink` gives it.

    Returns
    -------
    numpy.ndarray, shape (height, width)
        The ink of the writing alone.

    Examples
    --------
    >>> ink = np.zeros((60, 200), np.float32)
    >>> ink[10:50, 60:90] = ink[10:50, 110:140] = ink[53:55] = 1
    >>> left = remove_lines(ink)
    >>> bool(left[53:55].any()), float(left[10:50].sum())
    (False, 2400.0)
    """
    for turn in (False, True):
        ink = ink.T if turn else ink
        mask = ink >= _FAINT
        height = typical_height(mask.T if turn else mask) or float(min(mask.shape))
        shortest = min(1.25 * height, mask.shape[1] - 2) if turn else min(2.3 * height, 0.9 * mask.shape[1])
        lines = _flat_lines(mask, max(20, shortest), height)
        if turn:
            lines = _no_strokes(lines, mask, height)
        ink = _erase(ink, mask, lines) if lines else ink
        ink = ink.T if turn else ink
    return ink
