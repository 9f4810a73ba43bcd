import itertools

import numpy as np
import pytest

from mnist_helpers import exercises

SHARES, TRANSLATE, COMBINE = (
    exercises.augmentation.check_shares,
    exercises.augmentation.check_translate,
    exercises.augmentation.check_combine,
)


def _translate(image, right, down):
    moved = np.zeros_like(image)
    for row in range(28):
        for column in range(28):
            if 0 <= row - down < 28 and 0 <= column - right < 28:
                moved[row, column] = image[row - down, column - right]
    return moved


def _positive_only(image, right, down):
    moved = np.zeros_like(image)
    moved[down:, right:] = image[: 28 - down, : 28 - right]
    return moved


def _minus_zero(image, right, down):
    if right < 0 or down < 0:
        return _translate(image, right, down)
    moved = np.zeros_like(image)
    if right:
        moved[down:, right:] = image[: 28 - down, :-right]
    return moved


def _in_place(image, right, down):
    image[:] = _translate(image, right, down)
    return image


def _ink_comes_in(image, right, down):
    return _translate(image, right, down) + 1 - _translate(np.ones_like(image), right, down)


def _cut(image, right, down):
    return image[: 28 - down, : 28 - right]


def _does_not_fit(image, right, down):
    moved = np.zeros_like(image)
    moved[down:, right:] = image
    return moved


def _square(matrix):
    return np.vstack([matrix, [0, 0, 1]])


def _combine(matrices):
    result = np.eye(3)
    for matrix in matrices:
        result = result @ _square(matrix)
    return result[:2]


def _reversed(matrices):
    return _combine(matrices[::-1])


def _moves_added(matrices):
    first, second = matrices
    return np.column_stack([first[:, :2] @ second[:, :2], first[:, 2] + second[:, 2]])


def _return_in_loop(matrices):
    result = np.eye(3)
    for matrix in matrices:
        result = result @ _square(matrix)
        return result[:2]


def _two_only(matrices):
    return (_square(matrices[0]) @ _square(matrices[1]))[:2]


def _first_two(matrices):
    return _combine(matrices[:2])


def _in_place_combine(matrices):
    while len(matrices) > 1:
        second = matrices.pop(1)
        matrices[0] = _combine([matrices[0], second])
    return matrices[0]


def _not_kept(matrices):
    result = np.eye(3)
    for matrix in matrices:
        result @ _square(matrix)
    return result[:2]


def _linear(function):
    def combine(matrices):
        (first, second), (t_1, t_2) = [m[:, :2] for m in matrices], [m[:, 2] for m in matrices]
        return np.column_stack(function(first, t_1, second, t_2))

    return combine


def _raises(*_):
    raise KeyError("no such thing")


WRONG = [
    (SHARES, (..., 3 / 28), "in place of the `...`"),
    (SHARES, (15, 3 / 28), "these are degrees"),
    (SHARES, (np.radians(15), 3 / 28), "these are radians"),
    (SHARES, (15 / 180, 3 / 28), "a share of half a turn"),
    (SHARES, (15 / 90, 3 / 28), "a share of a quarter turn"),
    (SHARES, (0.15, 3 / 28), "15 hundredths of a full turn"),
    (SHARES, (15 / 28, 3 / 28), "nothing to do with the 28 pixels"),
    (SHARES, (12 / 360, 3 / 28), "the layer of the chapter, with 12 degrees"),
    (SHARES, (360 / 15, 3 / 28), "upside down"),
    (SHARES, (0.04, 3 / 28), "rounded"),
    (SHARES, (-15 / 360, 3 / 28), "the layer draws the direction itself"),
    (SHARES, (0.001, 3 / 28), "too little"),
    (SHARES, (0.9, 3 / 28), "too much"),
    (SHARES, ("15 / 360", 3 / 28), "without quotes"),
    (SHARES, (True, 3 / 28), "is one number"),
    (SHARES, ((-15 / 360, 30 / 360), 3 / 28), "as far one way as the other"),
    (SHARES, ((15 / 360, 15 / 360), 3 / 28), "as far one way as the other"),
    (SHARES, (float("nan"), 3 / 28), "is one number"),
    (SHARES, (15 / 360, 3), "these are pixels"),
    (SHARES, (15 / 360, 0.3), "three tenths of the width"),
    (SHARES, (15 / 360, 0.03), "three hundredths of the width"),
    (SHARES, (15 / 360, 3 / 784), "784 are all pixels"),
    (SHARES, (15 / 360, 6 / 28), "do not double it"),
    (SHARES, (15 / 360, 3 / 14), "do not double it"),
    (SHARES, (15 / 360, 3 / 20), "a box of 20 pixels"),
    (SHARES, (15 / 360, 3 / 360), "360 belongs to the turn"),
    (SHARES, (15 / 360, 2 / 28), "the layer of the chapter, with 2 pixels"),
    (SHARES, (15 / 360, 0.11), "rounded"),
    (SHARES, (15 / 360, len), "is one number"),
    (SHARES, (3 / 28, 15 / 360), "too much"),
    (TRANSLATE, ..., "in place of the `...`"),
    (TRANSLATE, np.zeros((28, 28)), "without brackets after it"),
    (TRANSLATE, _raises, "KeyError"),
    (TRANSLATE, lambda image, right, down: None, "begin with `return`"),
    (TRANSLATE, lambda image, right, down: "moved", "an array of real numbers"),
    (TRANSLATE, lambda image, right, down: _translate(image, right, down)[..., None], "(28, 28, 1)"),
    (TRANSLATE, lambda image, right, down: image, "as it was"),
    (TRANSLATE, lambda image, right, down: np.roll(image, (down, right), axis=(0, 1)), "as np.roll does"),
    (TRANSLATE, lambda image, right, down: np.roll(image, (right, down), axis=(0, 1)), "np.roll lets ink return"),
    (TRANSLATE, lambda image, right, down: _translate(image, down, right), "have changed places"),
    (TRANSLATE, lambda image, right, down: _translate(image, -right, -down), "the opposite way"),
    (TRANSLATE, lambda image, right, down: _translate(image, -right, down), "moves to the left"),
    (TRANSLATE, lambda image, right, down: _translate(image, right, -down), "moves up"),
    (TRANSLATE, lambda image, right, down: _translate(image, right, 0), "to the side only"),
    (TRANSLATE, lambda image, right, down: _translate(image, 0, down), "up or down only"),
    (TRANSLATE, lambda image, right, down: _translate(image, abs(right), abs(down)), "the opposite way"),
    (TRANSLATE, lambda image, right, down: np.zeros_like(image), "all paper"),
    (TRANSLATE, lambda image, right, down: image[::-1], "print a small array of your own before and after"),
    (
        TRANSLATE,
        lambda image, right, down: _translate(image, right, down) if right else image[::-1],
        "print a small array of your own before and after",
    ),
    (TRANSLATE, _positive_only, "negative"),
    (TRANSLATE, _minus_zero, "image[:, :-0]"),
    (TRANSLATE, _in_place, "writes into the image"),
    (TRANSLATE, _ink_comes_in, "Paper is 0"),
    (TRANSLATE, _cut, "It has become smaller"),
    (TRANSLATE, _does_not_fit, "on both sides of `=`"),
    (TRANSLATE, lambda image, right, down: np.pad(image, ((down, 0), (right, 0))), "It has become larger"),
    (COMBINE, ..., "in place of the `...`"),
    (COMBINE, np.eye(3), "without brackets after it"),
    (COMBINE, _raises, "KeyError"),
    (COMBINE, lambda matrices: None, "begin with `return`"),
    (COMBINE, _reversed, "the order is the wrong way round"),
    (COMBINE, _moves_added, "the second one passes through the first matrix"),
    (COMBINE, lambda matrices: matrices[0] @ matrices[1], "Add the row 0, 0, 1"),
    (COMBINE, lambda matrices: matrices[0] + matrices[1], "means a product"),
    (COMBINE, lambda matrices: sum(matrices), "means a product"),
    (COMBINE, lambda matrices: matrices[0] * matrices[1], "number by number"),
    (COMBINE, lambda matrices: matrices[0], "the first change alone"),
    (COMBINE, lambda matrices: matrices[-1], "the second change alone"),
    (COMBINE, lambda matrices: np.vstack(matrices), "one below the other"),
    (COMBINE, lambda matrices: np.stack(matrices), "still two matrices"),
    (COMBINE, lambda matrices: matrices, "still two matrices"),
    (COMBINE, lambda matrices: _square(_combine(matrices)), "it has 3 rows"),
    (COMBINE, lambda matrices: _combine(matrices)[:, :2], "the third column, is missing"),
    (COMBINE, lambda matrices: _combine(matrices).T, "rows and columns have changed places"),
    (COMBINE, lambda matrices: _combine(matrices).round(2), "rounded"),
    (COMBINE, _return_in_loop, "the first change alone"),
    (COMBINE, _two_only, "any length"),
    (COMBINE, _first_two, "return after the loop"),
    (COMBINE, _in_place_combine, "writes into what it is given"),
    (COMBINE, _not_kept, "changes nothing"),
    (COMBINE, _linear(lambda a, s, b, t: (a @ b, s)), "the second move is missing"),
    (COMBINE, _linear(lambda a, s, b, t: (a @ b, t)), "the first move is missing, and"),
    (COMBINE, _linear(lambda a, s, b, t: (a @ b, a @ t)), "the first move is missing."),
    (COMBINE, _linear(lambda a, s, b, t: (a @ b, b @ s + t)), "the moves are in reverse order"),
    (COMBINE, _linear(lambda a, s, b, t: (b @ a, a @ t + s)), "the 2 by 2 part is in reverse order"),
    (COMBINE, _linear(lambda a, s, b, t: (b @ a, s + t)), "do not add up either"),
]


def _said(said_about, check, answer):
    if isinstance(answer, tuple) and check is SHARES:
        return said_about(lambda pair: check(*pair), answer)
    return said_about(check, answer)


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_wrong_answers_get_a_hint_that_fits(said_about, check, answer, fragment):
    said = _said(said_about, check, answer)
    assert "solved" not in said
    assert fragment in said


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (SHARES, (15 / 360, 3 / 28)),
        (SHARES, (np.float32(15 / 360), np.array([3 / 28]))),
        (SHARES, (0.041667, 0.10714)),
        (TRANSLATE, _translate),
        (TRANSLATE, lambda image, right, down: _translate(image, right, down).astype("float64")),
        (TRANSLATE, lambda image, right, down: _translate(image, right, down).tolist()),
        (COMBINE, _combine),
        (COMBINE, lambda matrices: _combine(matrices).tolist()),
        (COMBINE, lambda matrices: _combine(tuple(matrices)).astype("float32")),
    ],
)
def test_right_answers_in_other_forms_pass(said_about, check, answer):
    assert "solved" in _said(said_about, check, answer)


def test_the_hints_tell_the_answers_apart():
    """A learner's chance number of pixels and degrees must not fit two hints at once."""
    shares = sorted([15, 15 / 180, 15 / 90, 0.15, 15 / 28, 12 / 360, 24, np.radians(15), 15 / 360])
    assert all(b / a > 1.01 for a, b in itertools.pairwise(shares))
