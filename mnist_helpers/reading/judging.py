"""Which pieces of a line of writing make one digit: a small network has learned to tell whole digits from other parts."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.reading.cutting import DIGIT_HEIGHT, Strip

__all__ = ["Part", "candidate_parts", "choose_parts", "view_parts"]

VIEW = (36, 48)  # pixels that the network sees around the middle of a part
_WIDEST = 1.7  # a digit is at most so wide, in heights of the writing
_MOST_PIECES = 8
_JUNK = 3.0  # what leaving a part out as tall as a digit costs, in natural logarithms


@dataclass(frozen=True)
class Part:
    """Neighbouring pieces of a strip, from ``first`` to ``last``; the box is in pixels of the strip."""

    first: int
    last: int
    box: tuple[int, int, int, int]


def candidate_parts(strip: Strip) -> list[Part]:
    """Return every run of neighbouring pieces that is not too wide to be a digit."""
    inked = strip.ink >= 0.35
    boxes = {}
    for number in np.unique(strip.pieces[inked]):
        rows, columns = np.nonzero(inked & (strip.pieces == number))
        boxes[number] = (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
    numbers = list(boxes)
    parts = []
    for first in range(len(numbers)):
        for last in range(first, min(first + _MOST_PIECES, len(numbers))):
            corners = np.array([boxes[number] for number in numbers[first : last + 1]])
            box = (*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist())
            if last > first and box[3] - box[1] > _WIDEST * DIGIT_HEIGHT:
                break
            parts.append(Part(int(numbers[first]), int(numbers[last]), box))
    return parts


def view_parts(strip: Strip, parts: list[Part]) -> np.ndarray:
    """Return what the judge sees, ``(n, 36, 48, 2)``: the ink of each part, and all other ink around it."""
    height, width = VIEW
    margin = ((height, height), (width, width))
    ink, pieces = np.pad(strip.ink, margin), np.pad(strip.pieces, margin, constant_values=-1)
    views = np.zeros((len(parts), height, width, 2), np.float32)
    for view, part in zip(views, parts, strict=True):
        top, left, bottom, right = part.box
        top, left = (top + bottom) // 2 + height - height // 2, (left + right) // 2 + width - width // 2
        place = np.s_[top : top + height, left : left + width]
        own = (pieces[place] >= part.first) & (pieces[place] <= part.last)
        view[..., 0] = np.where(own, ink[place], 0)
        view[..., 1] = np.where(own, 0, ink[place])
    return np.clip(views, 0, 1)


def choose_parts(parts: list[Part], logits: np.ndarray) -> list[int]:
    """Choose the likeliest way to divide a line of writing into digits and parts that are none.

    Every piece belongs to one part of the division. The probability of a division is the product of those of its parts;
    the best one is found from left to right, as each piece needs only the best way to get to it (dynamic programming).
    """
    digit = -np.logaddexp(0, -logits)  # log of the probability that the part is one whole digit
    junk = -np.logaddexp(0, logits)
    numbers = sorted({part.first for part in parts})
    place_of = {number: place for place, number in enumerate(numbers)}
    best, came = np.full(len(numbers) + 1, -np.inf), [None] * (len(numbers) + 1)
    best[0] = 0
    for index in sorted(range(len(parts)), key=lambda index: parts[index].first):
        part = parts[index]
        start, stop = place_of[part.first], place_of[part.last] + 1
        tall = (part.box[2] - part.box[0]) / DIGIT_HEIGHT
        for is_digit, score in ((True, digit[index]), (False, junk[index] - _JUNK * tall)):
            if best[start] + score > best[stop]:
                best[stop], came[stop] = best[start] + score, (start, index, is_digit)
    chosen, stop = [], len(numbers)
    while stop:
        stop, index, is_digit = came[stop]
        if is_digit:
            chosen.append(index)
    return chosen[::-1]
