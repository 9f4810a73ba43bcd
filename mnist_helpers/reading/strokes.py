"""From ink to lines of writing: what belongs together, and in which order it is read."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

__all__ = ["Writing", "find_lines_of_writing"]

_NEIGHBOURS = np.ones((3, 3), int)


@dataclass(frozen=True)
class Writing:
    """A line of writing: its ink alone, where it stands, how tall its digits are and how much it climbs."""

    ink: np.ndarray
    top: int
    left: int
    height: float
    slope: float


def writing_height(heights: np.ndarray, widths: np.ndarray) -> float:
    """Return how tall the digits are: the median height of what is not flat, larger parts counting for more."""
    upright = widths < 4 * heights
    if not upright.any():
        return 0.0
    heights, weights = heights[upright], np.maximum(heights, widths)[upright]
    order = np.argsort(heights, kind="stable")
    shares = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(shares, shares[-1] / 2)])


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
    """Number the lines of writing: what overlaps in height with the last of a line, from left to right, is in it."""
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
    labels, number = ndimage.label(ink >= 0.5, _NEIGHBOURS)
    if number == 0:
        return []
    boxes = ndimage.find_objects(labels)
    corners = np.array([[rows.start, columns.start, rows.stop, columns.stop] for rows, columns in boxes], float)
    heights, widths = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    flat = widths > 5 * heights
    height = writing_height(heights, widths)
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
