"""From a picture of writing to digits: find them, normalise each, and read it, or say that it cannot be read."""

from dataclasses import dataclass

import numpy as np
from skimage.transform import resize

from mnist_helpers.reading.cutting import cut_into_pieces
from mnist_helpers.reading.ink import find_ink, to_grey
from mnist_helpers.reading.lines import remove_lines
from mnist_helpers.reading.normalising import normalise_digit, restore_pen
from mnist_helpers.reading.strokes import find_lines_of_writing

__all__ = ["Crop", "Reading", "find_digits", "read_digits"]

_SHORTEST, _LONGEST = 100, 1600  # pixels of the sides of a picture while it is worked on
_MOST_PIECES = 6
TEMPERATURE = 1.0
THRESHOLD = 0.8


@dataclass(frozen=True)
class Crop:
    """One digit of a picture."""

    box: tuple[int, int, int, int]
    ink: np.ndarray
    line: int


@dataclass(frozen=True)
class Reading:
    """What was read, digit by digit."""

    text: str
    digits: np.ndarray
    boxes: np.ndarray
    confidences: np.ndarray
    accepted: np.ndarray
    images: np.ndarray
    probabilities: np.ndarray


@dataclass(frozen=True)
class _Part:
    """One or more neighbouring pieces of a line of writing, which may be a digit."""

    first: int
    last: int
    top: int
    left: int
    ink: np.ndarray
    height: float


def _working_size(grey):
    step = -(-max(grey.shape) // _LONGEST)
    if step > 1:
        shape = [-(-side // step) for side in grey.shape]
        return resize(grey, shape, order=1, anti_aliasing=True)
    times = min(-(-_SHORTEST // min(grey.shape)), _LONGEST // max(grey.shape))
    if times > 1:
        return np.clip(resize(grey, [side * times for side in grey.shape], order=3, mode="edge"), 0, 1)
    return grey


def _parts(writing, pieces) -> list[_Part]:
    inked = writing.ink >= 0.5
    numbers = np.unique(pieces[inked])
    corners = []
    for number in numbers:
        rows, columns = np.nonzero(inked & (pieces == number))
        corners.append((rows.min(), columns.min(), rows.max() + 1, columns.max() + 1))
    corners = np.array(corners)
    parts = []
    for first in range(len(numbers)):
        for last in range(first, min(first + _MOST_PIECES, len(numbers))):
            top, left = corners[first : last + 1, :2].min(axis=0)
            bottom, right = corners[first : last + 1, 2:].max(axis=0)
            if last > first and right - left > 1.6 * writing.height:
                break
            place = np.s_[top:bottom, left:right]
            own = (pieces[place] >= numbers[first]) & (pieces[place] <= numbers[last])
            ink = np.where(own, writing.ink[place], 0)
            parts.append(_Part(first, last, int(top), int(left), ink, writing.height))
    return parts


def _picture_of(ink):
    return normalise_digit(restore_pen(ink))


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _likelihoods(parts, logits):
    """Say of each part how likely it is one whole digit: log of a probability."""
    best = np.log(_softmax(logits).max(axis=1))
    tall = np.array([part.ink.shape[0] / part.height for part in parts])
    wide = np.array([part.ink.shape[1] / part.height for part in parts])
    shape = -20 * np.clip(wide - 1.1, 0, None) - 20 * np.clip(0.6 - tall, 0, None)
    return best + shape - 0.3


def _best_parts(parts, scores):
    """Choose parts that follow one another and cover the line: the likeliest such row of digits."""
    end = max(part.last for part in parts) + 1
    best = np.full(end + 1, -np.inf)
    best[0] = 0
    came = [None] * (end + 1)
    for place in range(end):
        for index, part in enumerate(parts):
            if part.first != place:
                continue
            tall = part.ink.shape[0] / part.height
            for digit, score in [(True, scores[index]), (False, -12 * tall if part.first == part.last else -np.inf)]:
                if best[place] + score > best[part.last + 1]:
                    best[part.last + 1] = best[place] + score
                    came[part.last + 1] = (place, index, digit)
    chosen = []
    while end:
        end, index, digit = came[end]
        if digit:
            chosen.append(index)
    return chosen[::-1]


def _segment(image, model):
    grey = to_grey(image)
    if min(grey.shape) < 5:
        return []
    work = _working_size(grey)
    ink = remove_lines(find_ink(work))
    lines = [
        _parts(writing, cut_into_pieces(writing.ink, writing.height, writing.slope))
        for writing in find_lines_of_writing(ink)
    ]
    writings = find_lines_of_writing(ink)
    everything = [part for parts in lines for part in parts]
    if not everything:
        return []
    images = np.stack([_picture_of(part.ink) for part in everything])[..., None]
    logits = np.asarray(model(images))
    scale = np.array(grey.shape) / work.shape
    found, start, line = [], 0, 0
    for writing, parts in zip(writings, lines, strict=True):
        own = slice(start, start + len(parts))
        start += len(parts)
        chosen = _best_parts(parts, _likelihoods(parts, logits[own]))
        for index in chosen:
            part = parts[index]
            top, left = writing.top + part.top, writing.left + part.left
            corner = np.floor(np.array([top, left]) * scale).astype(int)
            opposite = np.ceil((np.array([top, left]) + part.ink.shape) * scale).astype(int)
            opposite = np.minimum(opposite, grey.shape)
            box = tuple(int(side) for side in [*corner, *opposite])
            shape = tuple(opposite - corner)
            ink = part.ink if part.ink.shape == shape else np.clip(resize(part.ink, shape, order=1), 0, 1)
            found.append((Crop(box, ink.astype(np.float32), line), images[own][index], logits[own][index]))
        line += bool(chosen)
    return found


def _default_model(model):
    if model is not None:
        return model
    from mnist_helpers.pretrained import load_pretrained

    return load_pretrained("reader")


def find_digits(image, model=None) -> list[Crop]:
    return [crop for crop, _, _ in _segment(image, _default_model(model))]


def read_digits(image, model=None, temperature=TEMPERATURE, threshold=THRESHOLD) -> Reading:
    found = _segment(image, _default_model(model))
    number = len(found)
    logits = np.array([logits for _, _, logits in found]).reshape(number, 10)
    probabilities = _softmax(logits / temperature) if number else logits
    digits = probabilities.argmax(axis=1)
    confidences = probabilities.max(axis=1, initial=0)
    accepted = confidences >= threshold
    text = ""
    for index, (crop, _, _) in enumerate(found):
        if index and crop.line != found[index - 1][0].line:
            text += "\n"
        text += str(digits[index]) if accepted[index] else "?"
    boxes = np.array([crop.box for crop, _, _ in found], int).reshape(number, 4)
    images = np.array([image for _, image, _ in found], np.float32).reshape(number, 28, 28, 1)
    return Reading(text, digits, boxes, confidences, accepted, images, probabilities)
