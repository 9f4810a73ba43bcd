"""Checkers of chapter 9, *From ten digits to 26 letters*."""

import math

import numpy as np

from mnist_helpers.exercises._report import checker, recognise

__all__ = ["check_first_loss", "check_likeliest_word", "check_prepare"]


@checker("Exercise 1, the first loss")
def check_first_loss(report, first_loss):
    """Check the cross-entropy of 26 equal probabilities."""
    loss, expected = report.number(first_loss, advice="Write a calculation."), math.log(26)
    mistakes = [
        (-expected, "the sign is wrong. A probability below 1 has a negative logarithm; the loss is minus that."),
        (math.log10(26), "this is the logarithm to base 10. np.log is the natural one."),
        (-math.log10(26), "this is the logarithm to base 10, and without the minus."),
        (math.log2(26), "this is the logarithm to base 2. np.log is the natural one."),
        (math.log(10), "this is the loss with ten classes. This chapter has 26."),
        (math.log(25), "this is the loss with 25 classes. The right class is one of the 26."),
        (math.log(27), "this is the loss with 27 classes. Labels from 0 to 25 are 26 classes."),
        (math.log(260), "you multiplied by 10. There are 26 classes in all."),
        (math.log(52), "capital and small letters share a class: there are 26 classes, not 52."),
        (1 / 26, "this is the probability of one class. The loss is minus its logarithm."),
        (26.0, "this is the number of classes. The loss is minus the logarithm of the probability of one."),
        (-math.log(25 / 26), "this is the loss if the right class had a probability of 25 in 26. It has 1 in 26."),
        (25 / 26, "this is the share of wrong guesses. The loss is minus the logarithm of a probability."),
        (expected / 26, "you divided by 26 once too often. The loss of one image counts its right class only."),
        (26 * expected, "you added up over all classes. The loss of one image counts its right class only."),
    ]
    hint = recognise(loss, mistakes, rtol=2e-3)
    hint = hint or "the right class gets the probability 1 / 26. What is minus its natural logarithm?"
    if loss == round(expected, 1):
        hint = "this is rounded too far. Give two digits after the point, or the calculation."
    right = abs(loss - expected) < 5e-3
    report.check(right, "It is the cross-entropy of a network that has learned nothing yet.", hint)


_QUARTER_TURN = "a quarter turn is not enough: the letters come out mirrored. Swap axes 1 and 2."
_FIRST_AXIS = "axis 0 must stay first: it counts the images."
_IMAGE_MISTAKES = [
    ("the images lie as they came. Swap rows and columns.", lambda images: images),
    (_QUARTER_TURN, lambda images: np.rot90(images, 1, (1, 2))),
    (_QUARTER_TURN, lambda images: np.rot90(images, 3, (1, 2))),
    ("reversing the rows is not enough. Swap rows and columns.", lambda images: images[:, ::-1]),
    ("reversing the columns is not enough. Swap rows and columns.", lambda images: images[:, :, ::-1]),
    ("half a turn is not enough. Swap rows and columns.", lambda images: images[:, ::-1, ::-1]),
    ("the order of the images is reversed. Axis 0 counts the images.", lambda images: images[::-1]),
    (
        "`reshape` deals the pixels out anew, in their old order. `transpose` moves axes.",
        lambda images: images.reshape(28, 28, -1),
    ),
    ("`.T` turns all axes around, that of the images too. Name the axes: `transpose(0, 2, 1)`.", np.transpose),
    (_FIRST_AXIS, lambda images: images.transpose(2, 0, 1)),
    (_FIRST_AXIS, lambda images: images.transpose(1, 0, 2)),
    (_FIRST_AXIS, lambda images: images.transpose(1, 2, 0)),
    ("the images are scaled as well. That comes later.", lambda images: images.transpose(0, 2, 1) / 255),
]


def _image_hint(answer: np.ndarray, images: np.ndarray) -> str:
    for hint, mistake in _IMAGE_MISTAKES:
        wrong = mistake(images)
        if answer.shape == wrong.shape and np.allclose(answer, wrong):
            return hint
    if answer.shape == images.shape[:1]:
        return "numbers come first, as many as there are images. Return the images first, then the labels."
    if answer.shape != images.shape:
        return f"the shape is {answer.shape}, and should stay {images.shape}."
    return "the pixels are others. Each row of the result is a column of the image that came in."


def _label_hint(answer: np.ndarray, labels: np.ndarray) -> str:
    if answer.shape != labels.shape:
        return f"their shape is {answer.shape}, and should stay {labels.shape}."
    if np.array_equal(answer, labels):
        return "they still run from 1 to 26. Keras counts classes from 0."
    if answer.dtype.kind in "US":
        return "these are letters. Return numbers: A is 0, and Z is 25."
    if np.array_equal(answer, labels % 26):
        return "with `% 26`, Z becomes 0 and all others keep their old number. Subtract 1."
    if np.array_equal(answer, labels + 1):
        return "you added 1. They run from 1 to 26, and should run from 0 to 25."
    if np.array_equal(answer, labels - labels.min()):
        return "you subtracted the smallest label that came. In a few images the A may be missing: subtract 1."
    return "subtract 1 from each: A is 0, and Z is 25."


@checker("Exercise 2, upright letters")
def check_prepare(report, prepare):
    """Check that images in EMNIST's stored form are put upright, and labels moved to start at 0."""
    keeps = "your function writes into what it is given. Make new arrays: `labels - 1`, not `labels -= 1`."
    function = report.function(prepare, "prepare", keeps)
    random = np.random.default_rng(9)
    for number, labels in ((5, [3, 26, 2, 9, 12]), (1, [1]), (28, [*range(1, 27), 5, 5])):
        images = random.integers(0, 256, (number, 28, 28), dtype=np.uint8)
        labels = np.array(labels, dtype=np.uint8)
        answer = function(images, labels)
        pair = isinstance(answer, (tuple, list)) and len(answer) == 2
        hint = "return the images and the labels, with a comma between them."
        report.require(pair, f"For {number} images two things come back.", hint)
        prepared, numbers = map(np.asarray, answer)
        right = np.array_equal(prepared, images.transpose(0, 2, 1))
        report.require(right, "The images are upright.", lambda: _image_hint(prepared, images))  # noqa: B023
        right = np.array_equal(numbers, labels - 1)
        report.require(right, "The labels run from 0 to 25.", lambda: _label_hint(numbers, labels))  # noqa: B023


def _sum_of(scores, word) -> float:
    return sum(float(scores[place, ord(letter) - 65]) for place, letter in enumerate(word))


def _pick(scores, words, mail, value) -> str | None:
    """Return the word of the right length with the highest value."""
    fitting = [(word, count) for word, count in zip(words, mail, strict=True) if len(word) == len(scores)]
    return max(fitting, key=lambda pair: value(*pair))[0] if fitting else None


def _word_mistakes(scores, words, mail) -> list[tuple[str, object]]:
    """Return what common mistakes answer, each with the hint that names the mistake."""
    spelled = "".join(chr(65 + place) for place in scores.argmax(axis=1))
    total = sum(mail)

    def share(count):
        return count / total

    def picked(value):
        return _pick(scores, words, mail, value)

    fitting = [word for word in words if len(word) == len(scores)]
    return [
        ("the mail is left out. Add the logarithm of the word's share.", picked(lambda w, c: _sum_of(scores, w))),
        ("this word gets the most mail, and its letters do not count.", picked(lambda w, c: c)),
        (
            "you added the share itself. Its logarithm is to be added.",
            picked(lambda w, c: _sum_of(scores, w) + share(c)),
        ),
        (
            "you added the mail itself. Its logarithm is to be added.",
            picked(lambda w, c: _sum_of(scores, w) + c),
        ),
        (
            "with yours, more mail makes a word *less* likely. Add the logarithm of its share.",
            picked(lambda w, c: _sum_of(scores, w) - math.log(share(c))),
        ),
        (
            "you multiplied the two logarithms. Logarithms are added where probabilities multiply.",
            picked(lambda w, c: _sum_of(scores, w) * math.log(share(c))),
        ),
        (
            "the mail counts too much. Add its natural logarithm once a word, not at each letter, and add the scores "
            "as they are: they are logarithms already.",
            picked(lambda w, c: _sum_of(scores, w) + len(w) * math.log(share(c))),
        ),
        (
            "this is the *least* likely word. Look for the highest sum.",
            picked(lambda w, c: -_sum_of(scores, w) - math.log(share(c))),
        ),
        (
            "the mail counts too little. Add the natural logarithm of its share, `np.log`, and all of it.",
            picked(lambda w, c: _sum_of(scores, w) + math.log10(share(c))),
        ),
        (
            "this is the first word of the right length. Does `return` stand inside the loop? "
            "Or does the sum go on from word to word?",
            fitting[0],
        ),
        (
            "the mail of other words is taken: after words are left out, places in `words` and `mail` no longer belong "
            "together. Pair them first, with zip(words, mail).",
            max(zip(fitting, mail, strict=False), key=lambda pair: _sum_of(scores, pair[0]) + math.log(pair[1]))[0],
        ),
        ("this is the last word of the right length. Keep the one with the highest sum.", fitting[-1]),
        ("these are the best letters, place by place. Return a word of the list.", spelled),
    ]


def _word_cases() -> list[tuple]:
    """Return pages of letters, lists of words, and their mail: a claim with each."""
    random = np.random.default_rng(26)

    def scores_for(word, m_instead=None):
        """Draw log probabilities that favour the word; the first letter may be an M, so much more likely."""
        logits = random.normal(0, 0.5, (len(word), 26))
        logits[np.arange(len(word)), [ord(letter) - 65 for letter in word]] += 6
        if m_instead is not None:
            logits[0, ord("M") - 65] = logits[0, ord(word[0]) - 65] + m_instead
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    near = ["MALI", "BALI", "ROME", "LIMA", "RIGA", "OSLO"]
    doubts = [
        ("Where a letter is in doubt, the mail decides.", -1.5, [900, 100, 300, 100, 200, 5000]),
        ("Where two letters fit nearly as well, a little more mail is enough.", -0.05, [900, 100, 300, 100, 200, 50]),
        ("More mail makes up for a letter that fits a little less.", -0.7, [900, 100, 300, 100, 200, 50]),
        ("Where letters and mail agree, they win together.", -0.8, [100, 300, 300, 100, 200, 50]),
        ("A little more mail does not outweigh a letter that is clear.", -2.7, [900, 100, 300, 100, 200, 50]),
    ]
    return [
        ("One letter that cannot be read does no harm.", scores_for("OSXO"), near, [400, 300, 900, 500, 200, 100]),
        *((claim, scores_for("BALI", m_instead), near, mail) for claim, m_instead, mail in doubts),
        (
            "A word of another length is out of the question.",
            scores_for("BERNAU"),
            ["HAMBURG", "BERN", "BERLIN", "BONN", "BERNAU"],
            [9000, 8000, 40, 50, 30],
        ),
        (
            "Each word keeps its own mail where words of other lengths come before it.",
            scores_for("BALI", -0.7),
            ["ROM", "LONDON", "BALI", "OSLO", "MALI", "RIGA"],
            [900, 7000, 300, 100, 900, 20],
        ),
        ("A single word of this length is the answer.", scores_for("XX"), ["ROM", "UR", "OSLO"], [5, 1, 3]),
    ]


def _word_hint(answer, scores, expected: str, mistake: str) -> str:
    """Say what is wrong with a word."""
    if answer is None:
        return (
            f"it returned None, and {expected} has this length. Is there a `return` at its end? "
            "And does `highest` start at `-np.inf`? All sums are below 0."
        )
    if not isinstance(answer, str):
        return f"it returned {type(answer).__name__}. Return the word itself, as text."
    if len(answer) != len(scores):
        return f"it returned {answer!r}, which has {len(answer)} letters; the page has {len(scores)}."
    return mistake or (
        f"it returned {answer!r}, and {expected!r} has the highest sum. Start each word's sum at the logarithm "
        "of its share of the mail, and add the score of each of its letters."
    )


@checker("Exercise 3, towns that get more mail")
def check_likeliest_word(report, likeliest_word):
    """Check the choice of a word from the scores of its letters and the mail that each word gets."""
    function = report.function(likeliest_word, "likeliest_word", nothing=None)
    cases = _word_cases()
    answers = [function(*case) for _, *case in cases]
    mistakes = [_word_mistakes(*case) for _, *case in cases]
    hint = ""
    for number, (what, _) in enumerate(mistakes[0]):
        if answers == [case[number][1] for case in mistakes]:
            hint = hint or what
    for (claim, scores, words, mail), answer in zip(cases, answers, strict=True):
        expected = _pick(scores, words, mail, lambda w, c, s=scores: _sum_of(s, w) + math.log(c))
        right = isinstance(answer, str) and answer == expected
        report.require(right, claim, _word_hint(answer, scores, expected, hint))
    _, scores, words, mail = cases[0]
    nothing = function(scores[:2], words, mail)
    hint = f"it returned {nothing!r} for a page of two letters."
    report.check(nothing is None, "Where no word has this length, None comes back.", hint)
