"""Digits as pen strokes on paper, for tests: drawn by other means than the pages that the book composes."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.draw import line

sys.path.append(str(Path(__file__).parents[1] / "book"))
from drawings import DRAWINGS


def ink_of(digit: str, height: int, pen: float) -> np.ndarray:
    """Return the ink of a digit, 0 to 1, drawn as the first of the drawings that show it."""
    strokes = [np.array(stroke) for stroke in next(DRAWINGS[name] for name in DRAWINGS if name[0] == digit)]
    points = np.concatenate(strokes)
    corner, scale = points.min(axis=0), (height - pen) / np.ptp(points[:, 1])
    width = int(np.ceil(np.ptp(points[:, 0]) * scale + pen)) + 1
    drawn = np.zeros((height + 1, width), bool)
    for stroke in strokes:
        places = ((stroke - corner) * scale + pen / 2).astype(int)
        for start, stop in pairwise(places):
            drawn[line(start[1], start[0], stop[1], stop[0])] = True
    return np.clip(pen / 2 + 0.5 - ndimage.distance_transform_edt(~drawn), 0, 1)


def page(lines: list[str], height: int = 60, pen: float = 5.0, margin: float = 0.7, rise: float = 0.0) -> np.ndarray:
    """Return the ink of several lines of digits, 0 to 1; a line goes up by ``rise`` rows a column."""
    places = []
    for number, digits in enumerate(lines):
        left = margin * height
        for digit in digits:
            ink = ink_of(digit, height, pen)
            places.append((int((margin + 1.8 * number) * height - rise * left), int(left), ink))
            left += ink.shape[1] + 0.35 * height
    top = min(row for row, _, _ in places) - int(margin * height)
    bottom = max(row + ink.shape[0] for row, _, ink in places) + int(margin * height)
    right = max(column + ink.shape[1] for _, column, ink in places) + int(margin * height)
    paper = np.zeros((bottom - top, right))
    for row, column, ink in places:
        there = paper[row - top : row - top + ink.shape[0], column : column + ink.shape[1]]
        np.maximum(there, ink, out=there)
    return paper


def photograph(ink: np.ndarray, noise: float = 0.01, blur: float = 0.7, seed: int = 1) -> np.ndarray:
    """Return grey levels of dark ink on bright paper, with noise."""
    grey = ndimage.gaussian_filter(0.93 - 0.75 * ink, blur)
    return np.clip(grey + np.random.default_rng(seed).normal(0, noise, ink.shape), 0, 1)
