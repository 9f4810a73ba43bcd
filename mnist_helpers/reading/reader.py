"""From a picture of writing to digits: find them, normalise each, and read it, or say that it cannot be read."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit, softmax
from skimage.transform import resize

from mnist_helpers.reading.cutting import Strip, cut_into_pieces
from mnist_helpers.reading.ink import find_ink, to_grey
from mnist_helpers.reading.judging import Part, candidate_parts, choose_parts, view_parts
from mnist_helpers.reading.lines import remove_lines
from mnist_helpers.reading.normalising import normalise_digit, restore_pen
from mnist_helpers.reading.strokes import Writing, find_lines_of_writing

__all__ = ["Crop", "Reading", "find_digits", "read_digits"]

TEMPERATURE = 1.0
THRESHOLD = 0.8

_SHORTEST, _LONGEST = 100, 1600  # pixels of the sides of a picture while it is worked on
_BATCH = 500


@dataclass(frozen=True)
class Crop:
    """One digit of a picture.

    Attributes
    ----------
    box : (int, int, int, int)
        Top, left, bottom and right, in pixels of the picture; bottom and right are the first that are free.
    ink : numpy.ndarray of float32, shape (bottom - top, right - left)
        The ink of this digit alone, from 0 (paper) to 1 (ink).
    line : int
        The number of its line of writing, from 0.
    """

    box: tuple[int, int, int, int]
    ink: np.ndarray
    line: int


@dataclass(frozen=True)
class Reading:
    """What was read, digit by digit, line by line and from left to right.

    Attributes
    ----------
    text : str
        The digits, ``?`` for one that is not accepted; lines end in a line break.
    digits : numpy.ndarray of int, shape (n,)
        The likeliest digits, those that are not accepted included.
    boxes : numpy.ndarray of int, shape (n, 4)
        Top, left, bottom and right of each, in pixels of the picture.
    confidences : numpy.ndarray of float, shape (n,)
        How likely each digit is right: that it is one whole digit, times that it is this one.
    accepted : numpy.ndarray of bool, shape (n,)
        Whether the confidence reaches the threshold.
    images : numpy.ndarray of float32, shape (n, 28, 28, 1)
        What the network saw.
    probabilities : numpy.ndarray of float, shape (n, 10)
        What it answered.
    """

    text: str
    digits: np.ndarray
    boxes: np.ndarray
    confidences: np.ndarray
    accepted: np.ndarray
    images: np.ndarray
    probabilities: np.ndarray


def find_digits(image) -> list[Crop]:
    """Find the digits of a picture."""
    return _find(image)[0]


def read_digits(image, model=None, temperature: float = TEMPERATURE, threshold: float = THRESHOLD) -> Reading:
    """Read the digits of a picture."""
    crops, whole = _find(image)
    number = len(crops)
    pictures = [normalise_digit(restore_pen(crop.ink)) for crop in crops]
    images = np.array(pictures, np.float32).reshape(number, 28, 28, 1)
    logits = _answers(model or _network("reader"), images) if number else np.zeros((0, 10))
    probabilities = softmax(logits / temperature, axis=1)
    digits = probabilities.argmax(axis=1)
    confidences = probabilities.max(axis=1, initial=0) * whole
    accepted = confidences >= threshold
    signs = [str(digit) if sure else "?" for digit, sure in zip(digits, accepted, strict=True)]
    lines = [[] for _ in range(crops[-1].line + 1)] if crops else []
    for crop, sign in zip(crops, signs, strict=True):
        lines[crop.line].append(sign)
    boxes = np.array([crop.box for crop in crops], int).reshape(number, 4)
    return Reading("\n".join(map("".join, lines)), digits, boxes, confidences, accepted, images, probabilities)


@cache
def _network(name: str):
    """Load a network once, when it is first needed: TensorFlow takes seconds."""
    from mnist_helpers.pretrained import load_pretrained

    return load_pretrained(name)


def _answers(model, images: np.ndarray) -> np.ndarray:
    """Return the logits of a network, in double precision."""
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([np.asarray(model(batch), np.float64) for batch in batches])


def _find(image) -> tuple[list[Crop], np.ndarray]:
    """Return the digits of a picture, and how likely each is one whole digit."""
    grey = to_grey(image)
    work = _working_size(grey)
    writings = find_lines_of_writing(remove_lines(find_ink(work)))
    strips = [cut_into_pieces(writing) for writing in writings]
    candidates = [candidate_parts(strip) for strip in strips]
    views = [view_parts(strip, parts) for strip, parts in zip(strips, candidates, strict=True)]
    crops, whole = [], []
    if not sum(map(len, views)):
        return crops, np.array(whole)
    logits = _answers(_network("judge"), np.concatenate(views))[:, 0]
    logits_of_lines = np.split(logits, np.cumsum([len(parts) for parts in candidates])[:-1])
    line = 0
    for writing, strip, parts, own in zip(writings, strips, candidates, logits_of_lines, strict=True):
        chosen = choose_parts(parts, own)
        crops += [_crop(writing, strip, parts[index], line, work.shape, grey.shape) for index in chosen]
        whole += [expit(own[index]) for index in chosen]
        line += bool(chosen)
    return crops, np.array(whole)


def _working_size(grey: np.ndarray) -> np.ndarray:
    """Return the picture, smaller where it is very large and larger where it is very small."""
    step = -(-max(grey.shape) // _LONGEST)
    if step > 1:
        return resize(grey, [-(-side // step) for side in grey.shape], order=1, anti_aliasing=True)
    times = min(-(-_SHORTEST // min(grey.shape)), _LONGEST // max(grey.shape))
    if times > 1:
        return np.clip(resize(grey, [side * times for side in grey.shape], order=3, mode="edge"), 0, 1)
    return grey


def _crop(writing: Writing, strip: Strip, part: Part, line: int, work_shape, shape) -> Crop:
    """Take a part of a line of writing out of the picture, in the pixels that the picture has."""
    own = (strip.pieces_of_writing >= part.first) & (strip.pieces_of_writing <= part.last)
    ink = np.where(own, writing.ink, 0)
    rows, columns = (np.flatnonzero((ink >= 0.5).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    corner, opposite = np.array([[rows[0], columns[0]], [rows[-1] + 1, columns[-1] + 1]])
    ink = ink[corner[0] : opposite[0], corner[1] : opposite[1]]
    scale, place = np.divide(shape, work_shape), np.array([writing.top, writing.left])
    corner = np.floor((corner + place) * scale).astype(int)
    opposite = np.minimum(np.ceil((opposite + place) * scale).astype(int), shape)
    if ink.shape != tuple(opposite - corner):
        ink = np.clip(resize(ink, opposite - corner, order=1, anti_aliasing=True), 0, 1)
    return Crop((*corner.tolist(), *opposite.tolist()), ink.astype(np.float32), line)
