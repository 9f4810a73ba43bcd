"""From a picture of writing to digits: find them, normalise each, and read it, or say that it cannot be read."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.special import expit, log_softmax, logsumexp, softmax
from skimage.transform import resize

from mnist_helpers._checks import check_numbers, check_whole
from mnist_helpers.reading.cutting import Strip, find_seams, level_writing, mark_borders
from mnist_helpers.reading.finding import find_writing
from mnist_helpers.reading.judging import (
    NO_DIGIT,
    Part,
    candidate_parts,
    choose_parts,
    part_of_writing,
    share_of_digits,
    view_parts,
)
from mnist_helpers.reading.networks import FOLDER, answers, network
from mnist_helpers.reading.normalising import normalise_digit, restore_pen
from mnist_helpers.reading.pictures import to_grey
from mnist_helpers.reading.strokes import Writing

__all__ = ["Crop", "Reading", "find_digits", "read_digits"]

READERS = ("page_reader_1", "page_reader_2")
"""They see each digit alone: trained alike, from different starts, so that they err on different digits."""

JUDGE_WEIGHT = 0.5
"""What the judge's vote counts beside the mean of theirs. `tools/choose_confidences.py` chose all four figures."""

WHOLE_WEIGHT = 0.1
"""What it counts for the confidence how likely the judge holds a part to be one whole digit: a power. It is small, as
the parts of the best division are whole far more often than those that the judge has learned from."""

TEMPERATURE = 2.8
"""Divides the votes before they become probabilities."""

THRESHOLD = 0.87
"""A digit is accepted from this confidence on: nine codes in ten of composed pages then are, all five digits."""

_DIGIT = 0.5  # how likely a part must be one whole digit to be accepted as one
_SPECK = 0.05  # ink apart from the rest of a digit is dirt if it has less than this share
_WRITING = 0.65  # of the ink of a line is that of digits: most of a photograph that looks like writing has less
_CLEAR_WRITING = 0.75  # below this, digits of a line are found, but none is accepted


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
        The digits, ``?`` for one that is not accepted; a line break between two lines.
    digits : numpy.ndarray of int, shape (n,)
        The likeliest digits, those that are not accepted included.
    boxes : numpy.ndarray of int, shape (n, 4)
        Top, left, bottom and right of each, in pixels of the picture.
    confidences : numpy.ndarray of float, shape (n,)
        How sure the reader is of each digit: that it is this one, and, which counts for less, that it is one whole
        digit. They are made to refuse by, in their order; as probabilities most are too low, and chapter 8 mends them.
    accepted : numpy.ndarray of bool, shape (n,)
        Whether the confidence reaches the threshold, the judge holds it for a digit rather than for none, and nearly
        all of its line is writing.
    images : numpy.ndarray of float32, shape (n, 28, 28, 1)
        What the reader saw.
    probabilities : numpy.ndarray of float, shape (n, 10)
        What the networks agree on.
    """

    text: str
    digits: np.ndarray
    boxes: np.ndarray
    confidences: np.ndarray
    accepted: np.ndarray
    images: np.ndarray
    probabilities: np.ndarray


def find_digits(image, length: int | None = None) -> list[Crop]:
    """Find the digits of a picture, in the order in which they are read.

    Lines of writing are cut wherever a digit may end, and a small network tells which runs of pieces are one whole
    digit; what is none (dots, dirt, stray strokes) is left out.

    Parameters
    ----------
    image : array
        Grey, shape (height, width), or colour, shape (height, width, 3 or 4); any usual dtype; dark ink on light paper
        or light ink on dark. See :func:`mnist_helpers.reading.to_grey`.
    length : int, optional
        How many digits a line has, where that is known: five for a postal code of the United States. Lines are then
        cut into as many where they can be.

    Returns
    -------
    list of Crop
        Line by line and from left to right; empty where there is no writing.

    Raises
    ------
    ValueError
        The array is no picture, or length is no whole number from 1.

    Examples
    --------
    >>> from mnist_helpers import composing, load_mnist
    >>> _, (images, labels) = load_mnist()
    >>> page = composing.compose_code(images[:3], labels[:3], seed=6)
    >>> crops = find_digits(page.image)
    >>> len(crops), crops[0].ink.shape == (crops[0].box[2] - crops[0].box[0], crops[0].box[3] - crops[0].box[1])
    (3, True)
    """
    _check_length(length)
    crops, _, _ = _find(image, length)
    return crops


def read_digits(
    image, model=None, temperature: float = TEMPERATURE, threshold: float = THRESHOLD, length: int | None = None
) -> Reading:
    """Read the digits of a picture.

    Three networks vote on each digit: two readers see it alone, as one of MNIST's; the judge, which has told it from
    other parts of the line, sees it among its neighbours and counts for less. Their probabilities are multiplied, and
    as they look at the same ink and often err together, made less sure with a temperature.

    Parameters
    ----------
    image : array
        A picture as for :func:`find_digits`.
    model : keras.Model or other callable, optional
        From images ``(n, 28, 28, 1)`` to logits ``(n, 10)``; it takes the place of the two readers, which have learned
        from MNIST's digits and from digits of composed pages.
    temperature : float
        Divides the sums of the networks' log probabilities, so that confidences are no larger than they should be.
    threshold : float
        A digit is accepted from this confidence on, from 0 to 1.
    length : int, optional
        As for :func:`find_digits`.

    Returns
    -------
    Reading
        An empty one where there is no writing.

    Raises
    ------
    TypeError
        The model cannot be called.
    ValueError
        The array is no picture, or temperature, threshold or length is out of its range.

    Examples
    --------
    >>> from mnist_helpers import composing, load_mnist
    >>> _, (images, labels) = load_mnist()
    >>> page = composing.compose_code(images[:3], labels[:3], seed=6)
    >>> read_digits(page.image).text, page.text
    ('721', '721')
    >>> read_digits(np.full((50, 80), 255, np.uint8)).text
    ''
    """
    _check_settings(model, temperature, threshold)
    _check_length(length)
    return _read(*_find(image, length), model, temperature, threshold)


def _check_settings(model, temperature, threshold) -> None:
    if model is not None and not callable(model):
        cure = f" Load it first: load_pretrained({model!r})." if isinstance(model, str) else ""
        raise TypeError(f"model must be a network from images to logits; got {type(model).__name__}.{cure}")
    check_numbers(temperature=temperature, threshold=threshold)
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature must be above 0; got {temperature!r}.")
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must be from 0 to 1; got {threshold!r}.")


def _check_length(length) -> None:
    if length is not None:
        check_whole(length=length)
        if length < 1:
            raise ValueError(f"length must be the number of digits of a line, from 1; got {length!r}.")


def _see(crops: list[Crop]) -> np.ndarray:
    """Return the digits as the readers see them: float32, (n, 28, 28, 1)."""
    images = np.zeros((len(crops), 28, 28, 1), np.float32)
    for place, crop in zip(images, crops, strict=True):
        place[..., 0] = normalise_digit(restore_pen(crop.ink))
    return images


def _ask_readers(images: np.ndarray, model=None) -> np.ndarray:
    """Return the mean of the readers' log probabilities for each digit and class, (n, 10)."""
    votes = np.zeros((len(images), 10))
    models = [model] if model else [network(name, FOLDER) for name in READERS]
    for own in models if len(images) else []:
        logits = answers(own, images)
        if logits.shape != votes.shape:
            raise ValueError(
                f"model must give logits of shape {votes.shape} for {len(images)} images; got {logits.shape}."
            )
        votes += log_softmax(logits, axis=1) / len(models)
    return votes


def _combine(
    votes: np.ndarray,
    judged: np.ndarray,
    temperature: float,
    judge_weight: float = JUDGE_WEIGHT,
    whole_weight: float = WHOLE_WEIGHT,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of each class, and the confidence in each digit."""
    votes = votes + judge_weight * log_softmax(judged[:, :NO_DIGIT], axis=1)
    probabilities = softmax(votes / temperature, axis=1)
    return probabilities, probabilities.max(axis=1, initial=0) * expit(_log_odds(judged)) ** whole_weight


def _acceptable(judged: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Tell which digits may be accepted, however likely each is this one or that: those that look like writing."""
    return (expit(_log_odds(judged)) >= _DIGIT) & (shares >= _CLEAR_WRITING)


def _read(
    crops: list[Crop], judged: np.ndarray, shares: np.ndarray, model, temperature: float, threshold: float
) -> Reading:
    """Read digits that were found."""
    images = _see(crops)
    probabilities, confidences = _combine(_ask_readers(images, model), judged, temperature)
    digits = probabilities.argmax(axis=1)
    accepted = (confidences >= threshold) & _acceptable(judged, shares)
    signs = np.where(accepted, digits.astype(str), "?")
    lines = np.array([crop.line for crop in crops], int)
    text = "\n".join("".join(signs[lines == line]) for line in range(lines.max(initial=-1) + 1))
    boxes = np.array([crop.box for crop in crops], int).reshape(len(crops), 4)
    return Reading(text, digits, boxes, confidences, accepted, images, probabilities)


def _find(image, length: int | None = None) -> tuple[list[Crop], np.ndarray, np.ndarray]:
    """Return the digits of a picture, what the judge answers about each, (n, 11), and the share of its line (n,)."""
    grey = to_grey(image)
    writings, work_shape = find_writing(grey)
    crops, judged, shares = [], [np.zeros((0, NO_DIGIT + 1))], []
    for writing in writings:
        strip = level_writing(writing)
        seams = find_seams(strip.ink, mark_borders(strip))
        parts = candidate_parts(strip, seams)
        if not parts:  # strokes so fine that they fade when the line is made level
            continue
        logits = answers(network("judge", FOLDER), view_parts(strip, seams, parts))
        chosen = choose_parts(parts, _log_odds(logits), length)
        digits = [parts[index] for index in chosen]
        share = share_of_digits(strip, seams, digits, expit(_log_odds(logits[chosen])))
        if share >= _WRITING:
            line = crops[-1].line + 1 if crops else 0
            crops += [_crop(writing, strip, seams, part, line, work_shape, grey.shape) for part in digits]
            judged.append(logits[chosen])
            shares += [share] * len(digits)
    return crops, np.concatenate(judged), np.array(shares)


def _log_odds(judged: np.ndarray) -> np.ndarray:
    """Return the logarithm of how much likelier each part is one whole digit than not."""
    return logsumexp(judged[:, :NO_DIGIT], axis=1) - judged[:, NO_DIGIT]


def _without_specks(ink: np.ndarray) -> np.ndarray:
    """Take out what stands apart and is much smaller than the rest."""
    labels, number = ndimage.label(ink, np.ones((3, 3)))
    amounts = ndimage.sum_labels(ink, labels, np.arange(number + 1))
    return np.where((amounts >= min(_SPECK * amounts.sum(), amounts.max()))[labels], ink, 0)


def _crop(writing: Writing, strip: Strip, seams: np.ndarray, part: Part, line: int, work_shape, shape) -> Crop:
    """Take a part of a line of writing out of the picture, in the pixels that the picture has."""
    ink = _without_specks(np.where(part_of_writing(strip, seams, part), writing.ink, 0))
    inked = ink >= min(0.5, ink.max())
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = np.divide(shape, work_shape)
    corner = np.array([writing.top + rows[0], writing.left + columns[0]])
    opposite = np.minimum(np.ceil((corner + ink.shape) * scale).astype(int), shape)
    corner = np.floor(corner * scale).astype(int)
    if ink.shape != tuple(opposite - corner):
        ink = np.clip(resize(ink, opposite - corner, order=1, anti_aliasing=True), 0, 1)
    return Crop((*corner.tolist(), *opposite.tolist()), ink.astype(np.float32), line)
