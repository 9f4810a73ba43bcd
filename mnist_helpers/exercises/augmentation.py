"""Checkers of chapter 5, *More from the same digits: augmentation*."""

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_combine", "check_shares", "check_translate"]

_ROTATIONS = [
    (15, "these are degrees: Keras would turn each image by up to 15 full turns. Which share of a full turn?"),
    (np.radians(15), "these are radians. Keras wants a share of a full turn of 360 degrees."),
    (15 / 180, "this is a share of half a turn, so Keras would turn by up to 30 degrees."),
    (15 / 90, "this is a share of a quarter turn. A full turn has 360 degrees."),
    (0.15, "this is 15 hundredths of a full turn, that is, 54 degrees. How many degrees has a full turn?"),
    (7.5 / 360, "Keras turns by up to this share to *either* side: do not halve it."),
    (15 / 28, "degrees have nothing to do with the 28 pixels. A full turn has 360 degrees."),
    (12 / 360, "that is the layer of the chapter, with 12 degrees. Here they are 15."),
    (360 / 15, "the fraction is upside down: this says how many such turns make a full one."),
    (15 * 360, "you multiply by 360. Divide: a share of a full turn is below 1."),
]
_TRANSLATIONS = [
    (3, "these are pixels: Keras would move by up to 3 whole widths of the image. Which share of the width?"),
    (0.3, "this is three tenths of the width, more than 8 pixels. How many pixels is the image wide?"),
    (0.03, "this is three hundredths of the width, less than 1 pixel. How many pixels is the image wide?"),
    (3 / 784, "784 are all pixels of the image. One row has fewer."),
    (3 / 14, "Keras moves by up to this share to *either* side: do not double it. It is a share of the whole width."),
    (1.5 / 28, "Keras moves by up to this share to *either* side: do not halve it."),
    (3 / 20, "the digit fits a box of 20 pixels, but Keras takes the share of the whole image."),
    (3 / 360, "360 belongs to the turn. How many pixels is the image wide?"),
    (2 / 28, "that is the layer of the chapter, with 2 pixels. Here they are 3."),
    (28 / 3, "the fraction is upside down: the share of 3 pixels in the width is below 1."),
    (3 * 28, "you multiply by 28. Divide: a share of the width is below 1."),
]


def _check_share(report, answer, what: str, expected: float, mistakes) -> None:
    claim = f"`{what}` is one number."
    try:
        pair = np.asarray(answer, dtype=float) if isinstance(answer, (tuple, list)) else np.zeros(0)
    except (TypeError, ValueError):
        pair = np.zeros(0)
    if pair.shape == (2,):  # Keras takes a lowest and a highest amount, too
        hint = f"Keras takes two numbers as well, but {answer!r} do not go as far one way as the other."
        report.expect(pair[1] > 0 and close(-pair[0], pair[1]), claim, hint)
        answer = float(pair[1])
    value = report.number(answer, claim, "Write a calculation such as 3 / 4, without quotes or brackets.")
    report.expect(bool(np.isfinite(value)), claim, "it is not finite. Write a calculation such as 3 / 4.")
    otherwise = "this is too little." if 0 < value < expected else "this is too much."
    if value <= 0:
        otherwise = "the amount to either side is a number above 0; the layer draws the direction itself."
    near = "that is near, but rounded. Write the division itself and let Python work it out."
    report.matches(
        value,
        expected,
        f"`{what}` sets the amount that was asked for.",
        mistakes,
        otherwise,
        near=(0.1 * expected, near),
        rtol=0.002,
        atol=0,
    )


@checker("Exercise 1, the amounts")
def check_shares(report, rotation_factor, translation_factor):
    """Check the shares that make Keras' layers turn by up to 15 degrees and move by up to 3 pixels."""
    _check_share(report, rotation_factor, "rotation_factor", 15 / 360, _ROTATIONS)
    _check_share(report, translation_factor, "translation_factor", 3 / 28, _TRANSLATIONS)


def _translated(image, right: int, down: int):
    size = len(image)
    moved = np.zeros_like(image)
    new_rows, new_columns = slice(max(0, down), size + min(0, down)), slice(max(0, right), size + min(0, right))
    old_rows, old_columns = slice(max(0, -down), size + min(0, -down)), slice(max(0, -right), size + min(0, -right))
    moved[new_rows, new_columns] = image[old_rows, old_columns]
    return moved


def _translate_mistakes(image, right: int, down: int) -> list[tuple]:
    """Return what common mistakes make of an image, each with the hint that names the mistake."""
    filled = _translated(image, right, down) + (1 - _translated(np.ones_like(image), right, down))
    nothing = np.zeros_like(image)
    left_over = np.where(_translated(np.ones_like(image), right, down) > 0, _translated(image, right, down), image)
    lost = "a row or column at the border is lost. Count how many rows and columns stay: 28 minus the amount."
    mistakes = [
        (image, "the image is as it was."),
        (np.roll(image, (down, right), (0, 1)), "what leaves comes in again, as np.roll does. Let paper, 0, come in."),
        (np.roll(image, (right, down), (0, 1)), "right and down have changed places, and np.roll lets ink return."),
        (nothing, "the result is all paper. Which slice of the image do you write into it?"),
        (
            _translated(image, down, right),
            "right and down have changed places. Axis 0 runs down, axis 1 to the right.",
        ),
        (_translated(image, -right, -down), "it moves the opposite way: it should go to the right and down."),
        (_translated(image, -right, down), "it moves to the left. A positive `right` goes to the right."),
        (_translated(image, right, -down), "it moves up. A positive `down` goes down."),
        (_translated(image, right, 0), "it moves to the side only. Where does `down` come in?"),
        (_translated(image, 0, down), "it moves up or down only. Where does `right` come in?"),
        (_translated(image, right, right), "`right` also says how far it goes down. That is for `down`."),
        (_translated(image, down, down), "`down` also says how far it goes to the right. That is for `right`."),
        (left_over, "where paper should come in, the old image is left. Start from np.zeros((28, 28))."),
        (filled, "what comes in is ink. Paper is 0."),
    ]
    off = [(_translated(image, right + x, down + y), "it is off by one pixel.") for x in (-1, 0, 1) for y in (-1, 0, 1)]
    shrunk = []
    for side in range(4):
        cut = np.rot90(image, side).copy()
        cut[0] = 0
        shrunk.append((_translated(np.rot90(cut, -side), right, down), lost))
        moved = np.rot90(_translated(image, right, down), side).copy()
        moved[0] = 0
        shrunk.append((np.rot90(moved, -side), lost))
    return mistakes + shrunk + off


def _what_went_wrong(result, image, right: int, down: int) -> str:
    """Recognise a common wrong translation."""
    if result.shape != image.shape:
        return f"for right={right}, down={down} the result has shape {result.shape}."
    if right == 0 and not result.any():
        return "with `right` at 0 the image is empty. What does `image[:, :-0]` give? Try `28 - right` as the end."
    if right == 0 and down == 0:
        return "with both at 0 the image should be the same as before."
    otherwise = "print a small array of your own before and after, with a single 1 in it, and follow where it goes."
    if right < 0 or down < 0:
        otherwise = "the direction is wrong for a negative amount. Which rows and columns stay, and where do they go?"
    return recognise(result, _translate_mistakes(image, right, down), atol=1e-6) or otherwise


def _advice_for_translate(error) -> str:
    if not isinstance(error, ValueError):
        return ""
    return "Do the slices on both sides of `=` have as many rows and columns? They must fit negative numbers and 0 too."


@checker("Exercise 2, moving an image")
def check_translate(report, translate):
    """Check a function that moves an image by whole pixels and lets paper come in."""
    keeps = "your function writes into the image that it is given. Write into a new array: np.zeros((28, 28))."
    function = report.function(translate, "translate", keeps, advice=_advice_for_translate)
    (images, _), _ = load_mnist()
    image = images[0].astype("float32") / 255  # a 5 with ink near all sides, so that lost ink shows
    for row, column in [(0, 3), (27, 20), (9, 0), (15, 27), (0, 0), (0, 27), (27, 0), (27, 27)]:
        image[row, column] = 0.5 + (row + 2 * column) / 200
    shapes = {
        (28, 28, 1): "One image of 28 rows and 28 columns comes in and goes out.",
        (23, 25): "It has become smaller. Cut out what stays, and write it into an image of zeros of full size.",
        (33, 31): "It has become larger. What leaves the image is lost: cut it off.",
    }
    for right, down, claim in [
        (3, 5, "3 to the right and 5 down"),
        (-3, -5, "3 to the left and 5 up, with negative numbers"),
        (4, -2, "4 to the right and 2 up"),
        (0, 6, "straight down"),
        (-7, 0, "straight to the left"),
        (0, 0, "not at all"),
        (27, -27, "so far that one pixel is left"),
    ]:
        result = report.array(function(image, right, down), (28, 28), shapes).astype(float)

        def hint(result=result, right=right, down=down) -> str:
            return _what_went_wrong(result, image, right, down)

        report.require(close(result, _translated(image, right, down), atol=1e-6), f"It moves {claim}.", hint)


def _square(matrix):
    return np.vstack([matrix, [0, 0, 1]])


def _combined(matrices):
    result = np.eye(3)
    for matrix in matrices:
        result = result @ _square(matrix)
    return result[:2]


def _mistaken_combinations(first, second) -> list[tuple]:
    """Return what common mistakes lead to, each with the hint that names the mistake."""
    (linear_1, move_1), (linear_2, move_2) = ((matrix[:, :2], matrix[:, 2]) for matrix in (first, second))

    def joined(linear, move):
        return np.column_stack([linear, move])

    product = linear_1 @ linear_2
    both = "the 2 by 2 part is in reverse order, and the moves do not add up either."
    number = "`*` multiplies number by number. The product of two matrices is written `@`."
    return [
        (
            _combined([second, first]),
            "the order is the wrong way round. Start from a pixel of the last image: which matrix meets it first?",
        ),
        (first + second, "you add the matrices. One after the other means a product."),
        (first * second, number),
        ((np.eye(3) * _square(first) * _square(second))[:2], number),
        ((np.eye(3) + _square(first) + _square(second))[:2], "you add the matrices. One after the other is a product."),
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
        (joined(linear_2 @ linear_1, move_1 + move_2), both),
        (first, "this is the first change alone."),
        (second, "this is the second change alone."),
        (_combined([first, first]), "this is the first change, made twice."),
        (_combined([second, second]), "this is the second change, made twice."),
        (np.eye(3)[:2], "this is the matrix that changes nothing. Does your loop multiply, and keep what it gets?"),
        (np.zeros((2, 3)), "all is 0. Start from np.eye(3), the matrix that changes nothing."),
        (
            (_square(first) @ _square(second))[1:],
            "these are the last two rows. The row 0, 0, 1 is the one to leave out: [:2].",
        ),
    ]


def _advice_for_combine(error) -> str:
    if isinstance(error, IndexError):
        return "The list may be of any length: go through it with a loop."
    if isinstance(error, ValueError):
        return "2 by 3 times 2 by 3 does not fit. Add the row 0, 0, 1 to each, and try again."
    return ""


@checker("Exercise 3, any number of changes")
def check_combine(report, combine):
    """Check a function that turns a list of reading matrices, first change first, into one."""
    keeps = "your function writes into what it is given. Start from `result = np.eye(3)` and give it new values."
    function = report.function(combine, "combine", keeps, advice=_advice_for_combine)
    random = np.random.default_rng(5)
    first, second, third = (
        np.column_stack([np.eye(2) + random.normal(0, 0.3, (2, 2)), random.normal(0, 3, 2)]) for _ in range(3)
    )
    shapes = {
        (3, 3): "That is, it has 3 rows. The last one, 0, 0, 1, has done its work: leave it out with `[:2]`.",
        (2, 2): "This is the part that turns, slants and stretches. The move, the third column, is missing.",
        (3, 2): "Here rows and columns have changed places.",
        (2, 4): "There are four columns: two for the 2 by 2 part, and only one for the move.",
        (4, 3): "The two matrices stand one below the other. One after the other means a product.",
        (2, 2, 3): "These are still two matrices. One after the other means a product.",
        (1, 2, 3): "It is in brackets once too often. Return the matrix alone.",
        (1, 3): "One row is left. Only the last row, 0, 0, 1, is to be left out: [:2].",
    }
    report.matches(
        report.array(function([first, second]), (2, 3), shapes),
        _combined([first, second]),
        "For two changes, one reading finds the same places.",
        _mistaken_combinations(first, second),
        "try it with two moves, then with a move and a turn: what should come out?",
        near=(0.006, "that is right, but rounded. Return the numbers as they are."),
        atol=1e-4,
    )
    hint = "the list may be of any length: go through it with a loop, and return after the loop, not inside it."
    for changes, claim in [([first, second, third], "three changes"), ([second], "one change alone")]:
        right = close(report.array(function(changes)), _combined(changes), atol=1e-4)
        report.require(right, f"It also works for {claim}.", hint)
