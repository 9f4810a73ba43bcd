"""Checkers for the exercises of the first notebook, ``getting_started``."""

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._report import checker

__all__ = ["check_descend", "check_likeness", "check_lower_half"]


def _same(answer, expected, tolerance=1e-6) -> bool:
    """Say whether an answer has the expected shape and values."""
    try:
        answer = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return False
    expected = np.asarray(expected, dtype=float)
    return answer.shape == expected.shape and bool(np.allclose(answer, expected, rtol=tolerance, atol=tolerance))


def _is_function(report, answer, name: str) -> bool:
    return report.check(
        callable(answer),
        f"`{name}` is a function.",
        f"the checker got {type(answer).__name__}. Hand over the function itself, `{name}`, without brackets after it.",
    )


def _is_one_number(report, result, name: str) -> bool:
    """Report whether a function's result is one finite real number."""
    if not report.check(
        result is not None,
        f"`{name}` returns something.",
        "it returned None. Does its last line begin with `return`?",
    ):
        return False
    if isinstance(result, str):
        return report.check(
            False, f"`{name}` returns one number.", f"it returned the text {result!r}. Leave out the quotes."
        )
    shape = np.shape(result)
    hint = f"it returned something of shape {shape}. "
    if name == "likeness" and np.size(result) == 1:
        hint += "That is one number, wrapped in brackets. Return the number alone, without brackets."
    elif name == "likeness" and len(shape) == 2:
        hint += "For tables `@` is another product, and `*` keeps every pixel. Lay out both with ravel(), then use `@`."
    elif name == "likeness":
        hint += "Multiplying keeps every pixel; a dot product also adds them up."
    elif np.size(result) == 1:
        hint += "That is one number, wrapped in brackets. Return the number alone."
    else:
        hint += "Return the last place alone, not the list of all places."
    if not report.check(shape == (), f"`{name}` returns one number.", hint):
        return False
    try:
        finite = bool(np.isfinite(float(result)))
    except (TypeError, ValueError):
        finite = False
    return report.check(
        finite,
        "The number is a finite one.",
        f"it is {result!r}. Print the parts of your formula one by one, and look for a division by 0.",
    )


@checker("Exercise 1, the lower half")
def check_lower_half(report, lower_half):
    """Check the last 14 rows of the third training image, scaled to 0...1."""
    (images, _), _ = load_mnist()
    digit = images[2] / 255
    if not report.check(
        isinstance(lower_half, np.ndarray),
        "`lower_half` is an array.",
        f"it is of type {type(lower_half).__name__}. Cut it out of `digit` with square brackets.",
    ):
        return
    if not report.check(
        np.issubdtype(lower_half.dtype, np.number),
        "It holds numbers.",
        f"its dtype is {lower_half.dtype}. Cut it out of `digit` as it is.",
    ):
        return
    shape = lower_half.shape
    if shape == (28, 28):
        hint = "these are all 28 rows. Which is the first row of the lower half?"
    elif shape == (28,):
        hint = "this is a single row. Keep the colon: start:end."
    elif shape == (28, 14):
        hint = "these are all rows and half of the columns. The first number in the brackets chooses rows."
    elif len(shape) == 2 and shape[1] == 28 and abs(shape[0] - 14) == 1:
        hint = f"there are {shape[0]} rows. Counting begins at 0 and leaves out the end: 0 to 13 is the upper half."
    else:
        hint = f"its shape is {shape}. Half of 28 rows are 14, and all 28 columns stay."
    if not report.check(shape == (14, 28), "It has 14 rows and 28 columns.", hint):
        return
    if _same(lower_half * 1.0, digit[14:] * 255):
        hint = "the numbers go up to 255: cut it out of `digit`, not out of `digit_bytes`."
    elif _same(lower_half, digit[:14]):
        hint = "this is the upper half. Row 0 is at the top."
    elif _same(lower_half, digit[:13:-1]):
        hint = "the right rows, but upside down: count forwards."
    else:
        hint = "14 rows, but not the last ones. Which number does the last row have?"
    report.check(_same(lower_half, digit[14:]), "They are the lower rows of the 4.", hint)


@checker("Exercise 2, likeness")
def check_likeness(report, likeness):
    """Check a function of two images that returns the dot product divided by both lengths."""
    if not _is_function(report, likeness, "likeness"):
        return
    (images, _), _ = load_mnist()
    four, other, zero = images[2] / 255, images[20] / 255, images[1] / 255
    given_four, given_other = four.copy(), other.copy()
    result = likeness(given_four, given_other)
    if not _is_one_number(report, result, "likeness"):
        return
    if not report.check(
        np.array_equal(given_four, four) and np.array_equal(given_other, other),
        "The images stay as they were.",
        "your function changes the images that it is given. Give the new arrays names of their own.",
    ):
        return

    dot, length_a, length_b = np.sum(four * other), np.sqrt(np.sum(four**2)), np.sqrt(np.sum(other**2))
    hints = [
        (dot, "this is the dot product alone. Divide it by the lengths of both images."),
        (dot / (length_a * length_b) ** 2, "you divide by a @ a and b @ b. A length is the square root of that."),
        (dot / length_a, "you divide by the length of `a` alone. `b` has a length too."),
        (dot / length_b, "you divide by the length of `b` alone. `a` has a length too."),
        (dot / length_a * length_b, "`x / y * z` divides by y only. Put both lengths into brackets: x / (y * z)."),
        (dot / (length_a + length_b), "you add the two lengths. Multiply them."),
        (dot / four.size, "you divide by the number of pixels. That is the same for every image, ink or not."),
        (dot / (four.sum() * other.sum()), "you divide by the sums of the pixels. For a length, square them first."),
        (np.sqrt(np.sum((four - other) ** 2)), "this is a distance: it is 0 for equal images. Begin with a @ b."),
        (dot * length_a * length_b, "you multiply by the lengths. Divide by them."),
    ]
    expected = dot / (length_a * length_b)
    hint = "your number is another. Compute a @ b, then both lengths, one in each line, and print them."
    if abs(float(result) - expected) < 0.006:
        hint = "your number is very close. Do not round it: return it as it is."
    hint = next((text for value, text in hints if _same(result, value)), hint)
    if not report.check(_same(result, expected), "Two different 4s get the right number.", hint):
        return
    report.check(
        _same(likeness(four.copy(), zero.copy()), np.sum(four * zero) / (length_a * np.sqrt(np.sum(zero**2)))),
        "A 4 and a 0 get the right number.",
        "the 4 and the 0 do not. Does your function use its own `a` and `b`, and nothing from outside?",
    )
    report.check(
        _same(likeness(four.copy(), 0.3 * four), 1),
        "An image and its paler copy get 1.",
        "an image and its paler copy do not get 1. Are the lengths computed anew from `a` and `b`?",
    )
    report.check(
        likeness(four.copy(), np.ones((28, 28))) < expected,
        "The black sheet no longer wins.",
        "the black sheet still gets more than a second 4. Which length is missing?",
    )


def _descend(loss, start, learning_rate, steps, sign=-1.0, fresh=True, keep=1.0):
    """Walk with measured slopes, as the chapter does; the switches make the common mistakes."""
    position, steepness = start, None
    for _ in range(steps):
        if fresh or steepness is None:
            steepness = (loss(position + 1e-6) - loss(position)) / 1e-6
        position = keep * position + sign * learning_rate * steepness
    return position


@checker("Exercise 3, gradient descent")
def check_descend(report, descend):
    """Check a function of (loss, start, learning rate, steps) that returns where gradient descent ends."""

    def bowl(w):
        return (w - 3) ** 2

    def valley(w):
        return 0.1 * w**4 + w

    if not _is_function(report, descend, "descend"):
        return
    start, rate, steps = 0.8, 0.1, 7  # an odd number: a rate of 1 would lead back to the start after an even one
    result = descend(bowl, start, rate, steps)
    if not _is_one_number(report, result, "descend"):
        return

    hints = [
        (start, "you are still at the start. Write a loop that changes `position` at each step."),
        (
            _descend(bowl, start, rate, 1),
            "you took one step only. Is there a loop, and does `return` stand outside it, further to the left?",
        ),
        (_descend(bowl, start, rate, steps, sign=1.0), "you walk uphill. Go against the slope: subtract."),
        (
            _descend(bowl, start, rate, steps, fresh=False),
            "every step uses the slope of the start. Measure it anew inside the loop.",
        ),
        (_descend(bowl, start, 1.0, steps), "the slope is not multiplied by the learning rate."),
        (_descend(bowl, start, rate, steps - 1), "you are one step short. range(steps) counts `steps` times."),
        (_descend(bowl, start, rate, steps + 1), "you took one step too many. range(steps) counts `steps` times."),
        (bowl(_descend(bowl, start, rate, steps)), "this is the loss at the last place. Return the place itself."),
        (_descend(bowl, 0.0, rate, steps), "you begin at 0. Begin at `start`."),
        (
            _descend(bowl, start, rate, steps, sign=1.0, keep=-1.0),
            "you subtract the position from the step. It is the other way round: position - learning_rate * slope.",
        ),
        (
            _descend(bowl, start, rate, steps, sign=-1.0, keep=0.0),
            "each step forgets where you were. The new place is the old one minus the step.",
        ),
        (
            _descend(lambda w: w**2, start, rate, steps),
            "you use the slope of w², 2w. This loss is another one: is the slope of *this* `loss` used?",
        ),
    ]
    expected = _descend(bowl, start, rate, steps)
    hint = next(
        (text for value, text in hints if _same(result, value, 1e-3)),
        "the walk ends elsewhere. Print the position after each step: it should come closer to the lowest point.",
    )
    if not report.check(_same(result, expected, 1e-3), "On a first curve you end at the right place.", hint):
        return
    report.check(
        _same(descend(valley, -3.0, 0.05, 12), _descend(valley, -3.0, 0.05, 12), 1e-3),
        "On a second curve too.",
        "on another curve you end elsewhere. Use `loss`, `start`, `learning_rate` and `steps` as they are given.",
    )
    report.check(
        _same(descend(bowl, 8.0, 0.1, 0), 8.0, 1e-3),
        "With no steps you stay where you are.",
        "with steps=0 you should stay at the start. Begin with position = start, and move only inside the loop.",
    )
