"""Which parts of a line of writing are one whole digit: a small network has learned to tell them from other parts."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.reading.cutting import DIGIT_HEIGHT, INK, Strip

__all__ = [
    "NO_DIGIT",
    "VIEW",
    "Part",
    "candidate_parts",
    "choose_parts",
    "part_of_writing",
    "share_of_digits",
    "view_parts",
]

NO_DIGIT = 10  # the last class of the judge; the others are the digits
VIEW = (24, 32)  # what the judge sees around the middle of a part, at half the size of the strip
_WIDEST = 1.8  # a digit is at most so wide, in heights of the writing
_LOWEST = 0.35  # and at least so tall
_MOST_PIECES = 8
_JUNK = 6.0  # what it costs to leave out a part as tall as a digit, in log odds


@dataclass(frozen=True)
class Part:
    """What lies between two seams of a strip, of which some may be skipped; the box is in pixels of the strip."""

    start: int
    stop: int
    box: tuple[int, int, int, int]


def _between(seams: np.ndarray, start: int, stop: int, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Tell which pixels lie between two seams."""
    return (columns >= seams[start, rows]) & (columns < seams[stop, rows])


def part_of_writing(strip: Strip, seams: np.ndarray, part: Part) -> np.ndarray:
    """Tell which pixels of the line of writing lie in a part.

    Parameters
    ----------
    strip : Strip
        The line of writing, made level.
    seams : numpy.ndarray of int, shape (n, height of the strip)
    part : Part

    Returns
    -------
    numpy.ndarray of bool, shape of the line of writing

    Examples
    --------
    >>> strip = Strip(np.ones((2, 6), np.float32), *np.indices((2, 6)))
    >>> part_of_writing(strip, np.array([[0, 0], [3, 3], [6, 6]]), Part(0, 1, (0, 0, 2, 3))).sum(axis=1)
    array([3, 3])
    """
    return _between(seams, part.start, part.stop, strip.rows, strip.columns)


def candidate_parts(strip: Strip, seams: np.ndarray) -> list[Part]:
    """Return all that lies between two seams and is not too wide to be a digit.

    Parameters
    ----------
    strip : Strip
        A line of writing.
    seams : numpy.ndarray of int, shape (n, height)
        As :func:`mnist_helpers.reading.cutting.find_seams` returns them.

    Returns
    -------
    list of Part
        From left to right; each piece between neighbouring seams is one of them.

    Examples
    --------
    >>> ink = np.zeros((32, 50), np.float32)
    >>> ink[:, 10:13] = ink[:, 30:33] = 1
    >>> strip = Strip(ink, *np.indices(ink.shape))
    >>> seams = np.array([[0] * 32, [21] * 32, [50] * 32])
    >>> [(part.start, part.stop, part.box) for part in candidate_parts(strip, seams)]
    [(0, 1, (0, 10, 32, 13)), (0, 2, (0, 10, 32, 33)), (1, 2, (0, 30, 32, 33))]
    """
    rows, columns = np.nonzero(strip.ink >= INK)
    parts = []
    for start in range(len(seams) - 1):
        for stop in range(start + 1, min(start + _MOST_PIECES + 1, len(seams))):
            own = _between(seams, start, stop, rows, columns)
            down, across = rows[own], columns[own]
            box = (down.min(), across.min(), down.max() + 1, across.max() + 1)
            if stop > start + 1 and box[3] - box[1] > _WIDEST * DIGIT_HEIGHT:
                break
            parts.append(Part(start, stop, tuple(map(int, box))))
    return parts


def view_parts(strip: Strip, seams: np.ndarray, parts: list[Part]) -> np.ndarray:
    """Return what the judge sees of some parts: the ink of each, and all other ink around it.

    Parameters
    ----------
    strip : Strip
        A line of writing.
    seams : numpy.ndarray of int, shape (n, height of the strip)
    parts : list of Part

    Returns
    -------
    numpy.ndarray of float32, shape (len(parts), 24, 32, 2)
        From 0 to 1, at half the size of the strip, the middle of the part's box in the middle.

    Examples
    --------
    >>> strip = Strip(np.ones((32, 60), np.float32), *np.indices((32, 60)))
    >>> views = view_parts(strip, np.array([[0] * 32, [20] * 32, [60] * 32]), [Part(0, 1, (0, 0, 32, 20))])
    >>> views.shape, views.sum(axis=(1, 2)).tolist()
    ((1, 24, 32, 2), [[160.0, 176.0]])
    """
    height, width = 2 * VIEW[0], 2 * VIEW[1]
    ink = np.pad(strip.ink, ((height, height), (width, width)))
    own = np.zeros((len(parts), height, width), np.float32)
    everything = np.zeros_like(own)
    rows, columns = np.indices((height, width))
    for index, part in enumerate(parts):
        top = (part.box[0] + part.box[2]) // 2 - height // 2
        left = (part.box[1] + part.box[3]) // 2 - width // 2
        everything[index] = ink[top + height : top + 2 * height, left + width : left + 2 * width]
        on_strip = np.clip(rows + top, 0, len(strip.ink) - 1)
        own[index] = everything[index] * _between(seams, part.start, part.stop, on_strip, columns + left)
    views = np.stack([own, everything - own], axis=-1)
    rows_of_two = views[:, ::2] + views[:, 1::2]
    return (rows_of_two[:, :, ::2] + rows_of_two[:, :, 1::2]) / 4


def choose_parts(parts: list[Part], log_odds: np.ndarray, length: int | None = None) -> list[int]:
    """Choose the likeliest way to divide a line of writing into digits and parts that are none.

    Every piece belongs to one part of the division. Each digit of a division adds its log odds, and what is left out
    costs; the best division is found from left to right, as each piece needs only the best way to get to it (dynamic
    programming) with each number of digits, where that number counts.

    Parameters
    ----------
    parts : list of Part
        As :func:`candidate_parts` returns them.
    log_odds : numpy.ndarray of float, shape (n,)
        Logarithm of how much likelier each is one whole digit than not.
    length : int, optional
        How many digits there are, where that is known. Where no division has as many, any number may come.

    Returns
    -------
    list of int
        Which parts are the digits, from left to right.

    Examples
    --------
    >>> parts = [Part(0, 1, (0, 10, 32, 13)), Part(0, 2, (0, 10, 32, 33)), Part(1, 2, (0, 30, 32, 33))]
    >>> choose_parts(parts, np.array([2.0, -1.0, 2.0])), choose_parts(parts, np.array([-1.0, 2.0, -1.0]))
    ([0, 2], [1])
    >>> choose_parts(parts, np.array([-1.0, 2.0, -1.0]), length=2)
    [0, 2]
    """
    end = max((part.stop for part in parts), default=0)
    counted = length is not None and length <= end
    most = length if counted else 0
    best = np.full((end + 1, most + 1), -np.inf)  # for each seam, with each number of digits
    best[0, 0], came = 0, {}
    for index, part in enumerate(parts):  # sorted by their first seam
        tall = (part.box[2] - part.box[0]) / DIGIT_HEIGHT
        for is_digit, score in ((True, log_odds[index] if tall >= _LOWEST else -np.inf), (False, -_JUNK * tall)):
            step = int(counted and is_digit)
            for number in range(most + 1 - step):
                if best[part.start, number] + score > best[part.stop, number + step]:
                    best[part.stop, number + step] = best[part.start, number] + score
                    came[part.stop, number + step] = part.start, number, index, is_digit
    if best[end, most] == -np.inf:
        return choose_parts(parts, log_odds)
    chosen, stop, number = [], end, most
    while stop:
        stop, number, index, is_digit = came[stop, number]
        if is_digit:
            chosen.append(index)
    return chosen[::-1]


def share_of_digits(strip: Strip, seams: np.ndarray, parts: list[Part], whole: np.ndarray) -> float:
    """Return how much of the ink of a line is expected to be that of digits: much of writing, little of a photograph.

    Parameters
    ----------
    strip : Strip
        A line of writing.
    seams : numpy.ndarray of int, shape (n, height)
    parts : list of Part
        Those that were chosen; no two share a piece.
    whole : numpy.ndarray of float, shape (len(parts),)
        How likely each is one whole digit.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> strip = Strip(np.ones((32, 60), np.float32), *np.indices((32, 60)))
    >>> seams = np.array([[0] * 32, [15] * 32, [60] * 32])
    >>> share_of_digits(strip, seams, [Part(0, 1, (0, 0, 32, 15))], np.array([0.8]))
    0.2
    """
    rows, columns = np.nonzero(strip.ink >= INK)
    shares = [_between(seams, part.start, part.stop, rows, columns).mean() for part in parts]
    return float(np.dot(shares, whole))
