"""From ink to lines of writing: what belongs together, and in which order it is read."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

__all__ = ["Writing", "find_lines_of_writing", "typical_height"]

_NEIGHBOURS = np.ones((3, 3), int)


@dataclass(frozen=True)
class Writing:
    """A line of writing: its ink alone, where it stands, how tall its digits are and how much it climbs."""

    ink: np.ndarray
    top: int
    left: int
    height: float
    slope: float


def _typical_height(heights: np.ndarray, widths: np.ndarray, areas: np.ndarray) -> float:
    """Return the median height of the parts that are neither flat nor upright lines, by the ink they hold."""
    upright = widths < 4 * heights
    shaped = upright & (widths > 0.15 * heights)
    counted = shaped if areas[shaped].sum() > 0.2 * areas[upright].sum() else upright
    if not counted.any():
        return 0.0
    heights, areas = heights[counted], areas[counted]
    order = np.argsort(heights, kind="stable")
    shares = np.cumsum(areas[order])
    return float(heights[order][np.searchsorted(shares, shares[-1] / 2)])


def typical_height(mask: np.ndarray) -> float:
    """Return how tall the digits are, in pixels; 0 if nothing may be a digit.

    Parameters
    ----------
    mask : numpy.ndarray of bool, shape (height, width)
        Where there is ink.

    Examples
    --------
    >>> mask = np.zeros((60, 100), bool)
    >>> mask[10:50, 10:30] = mask[12:50, 40:60] = mask[5:7, 70:72] = True
    >>> typical_height(mask)
    40.0
    """
    labels, number = ndimage.label(mask, _NEIGHBOURS)
    sides = [(rows.stop - rows.start, columns.stop - columns.start) for rows, columns in ndimage.find_objects(labels)]
    heights, widths = np.array(sides).reshape(number, 2).T
    return _typical_height(heights, widths, np.bincount(labels.ravel(), minlength=number + 1)[1:])


def _slope(middles: np.ndarray, height: float) -> float:
    """Return how many rows the writing goes down a column: the median over neighbours."""
    slopes = []
    for middle in middles:
        down, across = (middles - middle).T
        near = (across > 0.2 * height) & (across < 3 * height) & (np.abs(down) < 0.4 * across)
        if near.any():
            nearest = np.flatnonzero(near)[across[near].argmin()]
            slopes.append(down[nearest] / across[nearest])
    return float(np.median(slopes)) if slopes else 0.0


def _rows_of_writing(tops, bottoms, lefts) -> np.ndarray:
    """Return the number of each part's line: going right, what overlaps in height with its last part is in it."""
    numbers = np.full(len(tops), -1)
    ends = []  # top and bottom of the last part of each line
    for part in np.argsort(lefts, kind="stable"):
        top, bottom = tops[part], bottoms[part]
        shares = [(min(bottom, low) - max(top, high)) / min(bottom - top, low - high) for high, low in ends]
        best = int(np.argmax(shares)) if shares else -1
        if best < 0 or shares[best] < 0.35:
            ends.append((top, bottom))
            best = len(ends) - 1
        else:
            ends[best] = (top, bottom)
        numbers[part] = best
    return numbers


def find_lines_of_writing(ink: np.ndarray) -> list[Writing]:
    """Say what belongs to which line of writing; what is much smaller or larger than the digits belongs to none.

    Parameters
    ----------
    ink : numpy.ndarray of float, shape (height, width)
        From 0 (paper) to 1 (ink), without printed lines.

    Returns
    -------
    list of Writing
        From top to bottom; empty if nothing is at least 8 pixels tall.

    Examples
    --------
    >>> ink = np.zeros((120, 100), np.float32)
    >>> ink[10:50, 10:30] = ink[10:50, 40:60] = ink[70:110, 10:30] = 1
    >>> [(writing.top, writing.left, writing.height) for writing in find_lines_of_writing(ink)]
    [(9, 9, 40.0), (69, 9, 40.0)]
    """
    labels, number = ndimage.label(ink >= 0.5, _NEIGHBOURS)
    if number == 0:
        return []
    boxes = ndimage.find_objects(labels)
    corners = np.array([[rows.start, columns.start, rows.stop, columns.stop] for rows, columns in boxes], float)
    heights, widths = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    flat = widths > 5 * heights
    height = _typical_height(heights, widths, np.bincount(labels.ravel())[1:])
    tall = (heights >= 0.4 * height) & (heights < 3 * height) & ~flat
    if height < 8 or not tall.any():
        return []
    middles = (corners[:, :2] + corners[:, 2:]) / 2
    slope = _slope(middles[tall], height)
    shift = slope * middles[:, 1]
    tops, bottoms = corners[:, 0] - shift, corners[:, 2] - shift
    line_of = np.full(number, -1)
    line_of[tall] = _rows_of_writing(tops[tall], bottoms[tall], corners[tall, 1])
    spans = []
    for line in range(line_of.max() + 1):
        members = line_of == line
        spans.append((np.median(tops[members]), np.median(bottoms[members]), np.median(heights[members])))
    for part in np.flatnonzero(~tall & (np.maximum(heights, widths) >= 0.15 * height) & (heights < 4 * height)):
        for line, (top, bottom, size) in enumerate(spans):
            middle = middles[part, 0] - shift[part]
            if top - 0.15 * size < middle < bottom + 0.15 * size and widths[part] < 1.5 * size:
                line_of[part] = line
    order = np.argsort([top + bottom for top, bottom, _ in spans])
    return [
        _writing(ink, labels, corners.astype(int), np.flatnonzero(line_of == line), spans[line][2], slope)
        for line in order
    ]


def _writing(ink, labels, corners, members, height, slope) -> Writing:
    top, left = corners[members, :2].min(axis=0)
    bottom, right = corners[members, 2:].max(axis=0)
    belongs = np.zeros(labels.max() + 1, bool)
    belongs[members + 1] = True
    top, left = max(0, top - 1), max(0, left - 1)
    place = np.s_[top : bottom + 1, left : right + 1]
    own = ndimage.binary_dilation(belongs[labels[place]], _NEIGHBOURS)
    others = (labels[place] > 0) & ~belongs[labels[place]]
    return Writing(np.where(own & ~others, ink[place], 0), int(top), int(left), float(height), float(slope))
