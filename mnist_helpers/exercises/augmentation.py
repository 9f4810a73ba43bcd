"""Checkers of chapter 5, *More from the same digits: augmentation*."""

import numbers

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._report import checker

__all__ = ["check_combine", "check_shares", "check_translate"]


def _one_number(answer) -> float | None:
    """Return a finite real number, also out of an array of one number; None for anything else."""
    if isinstance(answer, (bool, np.bool_, str)) or callable(answer):
        return None
    if not isinstance(answer, numbers.Real):
        try:
            array = np.asarray(answer)
        except Exception:
            return None
        if array.size != 1 or array.dtype.kind not in "iuf":
            return None
        answer = array.item()
    return float(answer) if np.isfinite(answer) else None


def _close(value: float, other: float) -> bool:
    return bool(np.isclose(value, other, rtol=0.002, atol=0))


def _check_share(report, answer, what: str, expected: float, mistakes) -> None:
    value = _one_number(answer)
    if value is None:
        hint = f"`{what}` is {type(answer).__name__} {answer!r}"[:90]
        report.check(
            False, f"`{what}` is one number.", hint + ". Write a calculation such as 3 / 4, without quotes or brackets."
        )
        return
    hint = "this is too little." if 0 < value < expected else "this is too much."
    if value <= 0:
        hint = "the amount to either side is a number above 0; the layer draws the direction itself."
    for wrong, what_is_wrong in mistakes:
        if _close(value, wrong):
            hint = what_is_wrong
            break
    else:
        if value > 0 and abs(value / expected - 1) < 0.1:
            hint = "that is near, but rounded. Write the division itself and let Python work it out."
    report.check(_close(value, expected), f"`{what}` sets the amount that was asked for.", hint)


@checker("Exercise 1")
def check_shares(report, rotation_factor, translation_factor):
    """Check the shares that make Keras' layers turn by up to 15 degrees and move by up to 3 pixels."""
    _check_share(
        report,
        rotation_factor,
        "rotation_factor",
        15 / 360,
        [
            (15, "these are degrees: Keras would turn each image by up to 15 full turns. Which share of a full turn?"),
            (np.radians(15), "these are radians. Keras wants a share of a full turn of 360 degrees."),
            (15 / 180, "this is a share of half a turn, so Keras would turn by up to 30 degrees."),
            (15 / 90, "this is a share of a quarter turn. A full turn has 360 degrees."),
            (0.15, "this is 15 hundredths of a full turn, that is, 54 degrees. How many degrees has a full turn?"),
            (30 / 360, "Keras turns by up to this share to *either* side: do not double it."),
            (15 / 28, "degrees have nothing to do with the 28 pixels. A full turn has 360 degrees."),
            (12 / 360, "that is the layer of the chapter, with 12 degrees. Here they are 15."),
            (360 / 15, "the fraction is upside down: this says how many such turns make a full one."),
        ],
    )
    _check_share(
        report,
        translation_factor,
        "translation_factor",
        3 / 28,
        [
            (3, "these are pixels: Keras would move by up to 3 whole widths of the image. Which share of the width?"),
            (0.3, "this is three tenths of the width, more than 8 pixels. How many pixels is the image wide?"),
            (0.03, "this is three hundredths of the width, less than 1 pixel. How many pixels is the image wide?"),
            (3 / 784, "784 are all pixels of the image. One row has fewer."),
            (6 / 28, "Keras moves by up to this share to *either* side: do not double it."),
            (3 / 14, "Keras takes the share of the whole width, not of half of it."),
            (3 / 20, "the digit fits a box of 20 pixels, but Keras takes the share of the whole image."),
            (3 / 360, "360 belongs to the turn. How many pixels is the image wide?"),
            (2 / 28, "that is the layer of the chapter, with 2 pixels. Here they are 3."),
            (28 / 3, "the fraction is upside down: the share of 3 pixels in the width is below 1."),
        ],
    )


def _is_function(report, answer, name: str) -> bool:
    return report.check(
        callable(answer),
        f"`{name}` is a function.",
        f"the checker got {type(answer).__name__}. Hand over the function itself, `{name}`, without brackets after it.",
    )


def _as_array(report, answer, shape, other_shapes=()) -> np.ndarray | None:
    """Return the answer as an array of real numbers of that shape, or None after a hint."""
    if not report.check(
        answer is not None and answer is not ...,
        "The function returns something.",
        "it returned nothing. Does its last line start with `return`, and is the `...` replaced?",
    ):
        return None
    try:
        array = np.asarray(answer)
    except Exception:
        array = np.asarray(None)
    if not report.check(
        array.dtype.kind in "biuf",
        "The function returns an array of numbers.",
        f"it returned {type(answer).__name__} that cannot be read as real numbers.",
    ):
        return None
    hint = dict(other_shapes).get(array.shape, f"its shape is {array.shape}.")
    if not report.check(array.shape == shape, f"The result has shape {shape}.", hint):
        return None
    return array.astype(float)


def _translated(image, right: int, down: int):
    size = len(image)
    moved = np.zeros_like(image)
    new_rows, new_columns = slice(max(0, down), size + min(0, down)), slice(max(0, right), size + min(0, right))
    old_rows, old_columns = slice(max(0, -down), size + min(0, -down)), slice(max(0, -right), size + min(0, -right))
    moved[new_rows, new_columns] = image[old_rows, old_columns]
    return moved


def _what_went_wrong(result, image, right: int, down: int) -> str:
    """Recognise a common wrong translation."""
    rolled = np.roll(image, (down, right), axis=(0, 1))
    if right < 0 or down < 0:
        otherwise = "the direction is wrong for a negative amount. Which rows and columns stay, and where do they go?"
    else:
        otherwise = "print a small array of your own before and after, with a single 1 in it, and follow where it goes."
    known = [
        (rolled, "what leaves on one side comes in on the other, as np.roll does. Let paper, 0, come in instead."),
        (image, "the image is as it was."),
        (np.zeros_like(image), "the result is all paper. Which slice of the image do you write into it?"),
        (_translated(image, down, right), "right and down have changed places. Axis 0 runs down, axis 1 to the right."),
        (
            np.roll(image, (right, down), axis=(0, 1)),
            "right and down have changed places, and np.roll lets ink return.",
        ),
        (_translated(image, -right, -down), "it moves the opposite way: it should go to the right and down."),
        (_translated(image, -right, down), "it moves to the left. A positive `right` goes to the right."),
        (_translated(image, right, -down), "it moves up. A positive `down` goes down."),
        (_translated(image, right, 0), "it moves to the side only. Where does `down` come in?"),
        (_translated(image, 0, down), "it moves up or down only. Where does `right` come in?"),
    ]
    filled = _translated(image, right, down) + (1 - _translated(np.ones_like(image), right, down))
    known.append((filled, "what comes in is ink. Paper is 0."))
    return next((what for wrong, what in known if np.allclose(result, wrong, atol=1e-6)), otherwise)


@checker("Exercise 2")
def check_translate(report, translate):
    """Check a function that moves an image by whole pixels and lets paper come in."""
    if not _is_function(report, translate, "translate"):
        return
    (images, _), _ = load_mnist()
    image = images[0].astype("float32") / 255  # a 5 with ink near all sides, so that lost ink shows
    image[0, 3], image[27, 20], image[9, 0], image[15, 27] = 0.5, 0.6, 0.7, 0.8
    shapes = {
        (28, 28, 1): "its shape is (28, 28, 1). One image of 28 rows and 28 columns comes in and goes out.",
        (
            28 - 5,
            28 - 3,
        ): "it has become smaller. Cut out what stays, and write it into an image of zeros of full size.",
        (28 + 5, 28 + 3): "it has become larger. What leaves the image is lost: cut it off.",
    }
    given = image.copy()
    try:
        answer = translate(given, 3, 5)
    except ValueError as error:
        hint = f"NumPy says: {error}. Do the slices on both sides of `=` have as many rows and columns?"
        report.check(False, "The function can be tried out on `right=3, down=5`.", hint)
        return
    result = _as_array(report, answer, (28, 28), shapes.items())
    if result is None:
        return
    if not report.check(
        np.array_equal(given, image),
        "The image that came in is unchanged.",
        "your function writes into the image that it is given. Write into a new array: np.zeros((28, 28)).",
    ):
        return
    for right, down, claim in [
        (3, 5, "3 to the right and 5 down"),
        (-3, -5, "3 to the left and 5 up, with negative numbers"),
        (4, -2, "4 to the right and 2 up"),
        (0, 6, "straight down"),
        (0, 0, "not at all"),
    ]:
        given = image.copy()
        try:
            result = np.asarray(translate(given, right, down), dtype=float)
        except ValueError as error:
            hint = f"NumPy says: {error}. The slices must fit negative numbers and 0 too."
            report.check(False, f"It moves {claim}.", hint)
            return
        expected = _translated(image, right, down)
        if result.shape != expected.shape:
            hint = f"for right={right}, down={down} the result has shape {result.shape}."
        elif right == 0 and not result.any():
            hint = "with `right` at 0 the image is empty. What does `image[:, :-0]` give? Try `28 - right` as the end."
        elif right == 0 and down == 0:
            hint = "with both at 0 the image should be the same as before."
        else:
            hint = _what_went_wrong(result, image, right, down)
        if not report.check(
            result.shape == expected.shape and np.allclose(result, expected, atol=1e-6), f"It moves {claim}.", hint
        ):
            return


def _square(matrix):
    return np.vstack([matrix, [0, 0, 1]])


def _mistaken_combinations(first, second):
    """Return what common mistakes lead to, each with the hint that names the mistake."""
    (linear_1, move_1), (linear_2, move_2) = ((matrix[:, :2], matrix[:, 2]) for matrix in (first, second))

    def joined(linear, move):
        return np.column_stack([linear, move])

    product = linear_1 @ linear_2
    return [
        (
            (_square(second) @ _square(first))[:2],
            "the order is the wrong way round. Start from a pixel of the last image: which matrix meets it first?",
        ),
        (first + second, "you add the matrices. One after the other means a product."),
        (first * second, "`*` multiplies number by number. The product of two matrices is written `@`."),
        (joined(linear_1 * linear_2, move_1 + move_2), "`*` multiplies number by number. Use `@` for matrices."),
        (joined(product, move_1 + move_2), "the moves do not add up: the second one passes through the first matrix."),
        (joined(product, move_1), "the second move is missing. It passes through the first matrix."),
        (joined(product, move_2), "the first move is missing, and the second has not passed through the first matrix."),
        (joined(product, linear_1 @ move_2), "the first move is missing."),
        (joined(product, linear_2 @ move_1 + move_2), "the 2 by 2 part is right, but the moves are in reverse order."),
        (
            joined(linear_2 @ linear_1, linear_1 @ move_2 + move_1),
            "the move is right; the 2 by 2 part is in reverse order.",
        ),
        (
            joined(linear_2 @ linear_1, move_1 + move_2),
            "the 2 by 2 part is in reverse order, and the moves do not add up either.",
        ),
        (first, "this is the first change alone."),
        (second, "this is the second change alone."),
    ]


@checker("Exercise 3")
def check_combine(report, combine):
    """Check a function that turns a list of reading matrices, first change first, into one."""
    if not _is_function(report, combine, "combine"):
        return
    random = np.random.default_rng(5)
    first, second, third = (
        np.column_stack([np.eye(2) + random.normal(0, 0.3, (2, 2)), random.normal(0, 3, 2)]) for _ in range(3)
    )
    given = [first.copy(), second.copy()]
    shapes = {
        (3, 3): "it has 3 rows. The last one, 0, 0, 1, has done its work: leave it out with `[:2]`.",
        (2, 2): "this is the part that turns, slants and stretches. The move, the third column, is missing.",
        (3, 2): "rows and columns have changed places.",
        (2, 4): "there are four columns: two for the 2 by 2 part, and only one for the move.",
        (4, 3): "the two matrices stand one below the other. One after the other means a product.",
        (2, 2, 3): "these are still two matrices. One after the other means a product.",
    }
    try:
        answer = combine(given)
    except ValueError as error:
        hint = f"NumPy says: {error}. 2 by 3 times 2 by 3 does not fit. Add the row 0, 0, 1 to each, and try again."
        report.check(False, "The shapes fit together.", hint)
        return
    result = _as_array(report, answer, (2, 3), shapes.items())
    if result is None:
        return
    if not report.check(
        len(given) == 2 and np.array_equal(given[0], first) and np.array_equal(given[1], second),
        "The list and the matrices that came in are unchanged.",
        "your function writes into what it is given. Start from `result = np.eye(3)` and give it new values.",
    ):
        return
    expected = (_square(first) @ _square(second))[:2]
    hint = "try it with two moves, then with a move and a turn: what should come out?"
    if np.allclose(result, expected, atol=0.006):
        hint = "that is right, but rounded. Return the numbers as they are."
    elif np.allclose(result, np.eye(3)[:2]):
        hint = "this is the matrix that changes nothing. Does your loop multiply, and keep what it gets?"
    else:
        for wrong, what in _mistaken_combinations(first, second):
            if np.allclose(result, wrong, atol=1e-4):
                hint = what
                break
    if not report.check(
        np.allclose(result, expected, atol=1e-4), "For two changes, one reading finds the same places.", hint
    ):
        return
    for changes, claim in [([first, second, third], "three changes"), ([second], "one change alone")]:
        expected = np.eye(3)
        for matrix in changes:
            expected = expected @ _square(matrix)
        try:
            result = np.asarray(combine([matrix.copy() for matrix in changes]), dtype=float)
        except (IndexError, ValueError) as error:
            hint = f"Python says: {error}. The list may be of any length: go through it with a loop."
            report.check(False, f"It also works for {claim}.", hint)
            return
        hint = "the list may be of any length: go through it with a loop, and return after the loop, not inside it."
        if not report.check(
            result.shape == (2, 3) and np.allclose(result, expected[:2], atol=1e-4),
            f"It also works for {claim}.",
            hint,
        ):
            return
