"""Checkers for the exercises of the first notebook, ``getting_started``."""

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._calls import SpelledFunction
from mnist_helpers.exercises._report import checker, close

__all__ = ["check_descend", "check_likeness", "check_lower_half"]


@checker("Exercise 1, the lower half")
def check_lower_half(report, lower_half):
    """Check the last 14 rows of the third training image, scaled to 0...1."""
    (images, _), _ = load_mnist()
    digit = images[2] / 255
    kind = f"it is of type {type(lower_half).__name__}. Cut it out of `digit` with square brackets."
    report.require(isinstance(lower_half, np.ndarray), "`lower_half` is an array.", kind)
    dtype = f"its dtype is {lower_half.dtype}. Cut it out of `digit` as it is."
    report.require(np.issubdtype(lower_half.dtype, np.number), "It holds numbers.", dtype)
    rows = len(lower_half) if lower_half.ndim else 0
    shapes = {
        (28, 28): "these are all 28 rows. Which is the first row of the lower half?",
        (28,): "this is a single row. Keep the colon: start:end.",
        (28, 14): "these are all rows and half of the columns. The first number in the brackets chooses rows.",
        (13, 28): "there are 13 rows. Counting begins at 0 and leaves out the end: 0 to 13 is the upper half.",
        (15, 28): "there are 15 rows. Counting begins at 0 and leaves out the end: 0 to 13 is the upper half.",
        (0, 28): "no row is left. The first number in the brackets must be smaller than the second.",
    }
    hint = f"its shape is {lower_half.shape}. Half of 28 rows are 14, and all 28 columns stay."
    hint = shapes.get(lower_half.shape, hint)
    report.require((rows, *lower_half.shape[1:]) == (14, 28), "It has 14 rows and 28 columns.", hint)
    mistakes = [
        (digit[14:] * 255, "the numbers go up to 255: cut it out of `digit`, not out of `digit_bytes`."),
        (digit[:14], "this is the upper half. Row 0 is at the top."),
        (digit[:13:-1], "the right rows, but upside down: count forwards."),
        (digit[14:, ::-1], "the right rows, but each from right to left. Leave the columns as they are."),
    ]
    otherwise = "14 rows, but not the last ones. Which number does the last row have?"
    report.matches(lower_half, digit[14:], "They are the lower rows of the 4.", mistakes, otherwise)


def _likeness(a, b) -> float:
    return np.sum(a * b) / (np.sqrt(np.sum(a**2)) * np.sqrt(np.sum(b**2)))


def _likeness_mistakes(a, b, digit) -> list[tuple]:
    """Return the numbers that common mistakes lead to, each with the hint that names the mistake."""
    dot, length_a, length_b = np.sum(a * b), np.sqrt(np.sum(a**2)), np.sqrt(np.sum(b**2))
    outside = "one length is that of `digit`, from outside. Take it from the images that come in, `a` and `b`."
    length = np.sqrt(np.sum(digit**2))
    pixels = "you divide by the number of pixels. That is the same for every image, ink or not."
    counted = "`len` counts rows or pixels, the same for every image. The length meant here is np.sqrt(a @ a)."
    return [
        (dot, "this is the dot product alone. Divide it by the lengths of both images."),
        (dot / (length_a * length_b) ** 2, "you divide by a @ a and b @ b. A length is the square root of that."),
        (dot / np.sqrt(length_a * length_b), "there is one square root too many. A length is np.sqrt(a @ a)."),
        (dot / length_a, "you divide by the length of `a` alone. `b` has a length too."),
        (dot / length_b, "you divide by the length of `b` alone. `a` has a length too."),
        (dot / length_a**2, "you divide by the length of `a` twice. One of the two is that of `b`."),
        (dot / length_b**2, "you divide by the length of `b` twice. One of the two is that of `a`."),
        (dot / (length_a**2 * length_b), "`a @ a` lacks its square root."),
        (dot / (length_a * length_b**2), "`b @ b` lacks its square root."),
        (dot / length_a * length_b, "`x / y * z` divides by y only. Put both lengths into brackets: x / (y * z)."),
        (dot / (length_a + length_b), "you add the two lengths. Multiply them."),
        (dot / (length_a - length_b), "you subtract one length from the other. Multiply them."),
        (dot * length_a * length_b, "you multiply by the lengths. Divide by them."),
        (length_a * length_b / dot, "the fraction is upside down: the dot product stands above the line."),
        (dot - length_a * length_b, "you subtract the lengths. Divide by them."),
        (dot + length_a * length_b, "you add the lengths. Divide by them."),
        (1.0, "it is 1, as for an image compared with itself. Compute a @ b, then both lengths, and print them."),
        (_likeness(digit, b), "this is about `digit`. Does your function use its own `a` and `b`?"),
        (dot / (length * length_b), outside),
        (dot / (length * length_a), outside),
        (dot / 784, pixels),
        (dot / 784**2, counted),
        (dot / 28, counted),
        (dot / (a.sum() * b.sum()), "you divide by the sums of the pixels. For a length, square them first."),
        (np.sqrt(np.sum((a - b) ** 2)), "this is a distance: it is 0 for equal images. Begin with a @ b."),
    ]


def _what_likeness_returned(value) -> str:
    """Say what to do about a result that is not one number."""
    shape = np.shape(value)
    if len(shape) == 2:
        return "For tables `@` is another product, and `*` keeps every pixel. Lay out both with ravel(), then use `@`."
    return "Multiplying keeps every pixel; a dot product also adds them up." if shape else ""


def _alone(report, value, name: str, several) -> float:
    """Return the one number that a function returned, without brackets around it."""
    claim = f"`{name}` returns one number."
    number = report.number(value, claim, several)
    wrapped = "it is one number, wrapped in brackets. Return the number alone, without brackets."
    report.require(np.ndim(value) == 0, claim, wrapped)
    hint = f"it is {number!r}. Print the parts of your formula one by one, and look for a division by 0."
    report.require(bool(np.isfinite(number)), "The number is a finite one.", hint)
    return number


@checker("Exercise 2, likeness")
def check_likeness(report, likeness):
    """Check a function of two images that returns the dot product divided by both lengths."""
    keeps = "your function changes the images that it is given. Give the new arrays names of their own."
    likeness = report.function(likeness, "likeness", keeps)
    (images, _), _ = load_mnist()
    digit, four, other, zero = (images[place] / 255 for place in (2, 26, 20, 1))
    result = _alone(report, likeness(four, other), "likeness", _what_likeness_returned)
    report.matches(
        result,
        _likeness(four, other),
        "Two different 4s get the right number.",
        _likeness_mistakes(four, other, digit),
        "your number is another. Compute a @ b, then both lengths, one in each line, and print them.",
        near=(0.006, "your number is very close. Do not round it: return it as it is."),
    )
    for claim, pair, hint in [
        (
            "A 4 and a 0 get the right number, in either order.",
            (digit, zero),
            "the 4 and the 0 do not. Does your function use its own `a` and `b`, and nothing from outside?",
        ),
        (
            "An image and its paler copy get 1.",
            (four, 0.3 * four),
            "an image and its paler copy do not get 1. Are the lengths computed anew from `a` and `b`?",
        ),
        (
            "A black sheet gets what the formula gives.",
            (four, np.ones((28, 28))),
            "the black sheet gets another number. Which length is missing?",
        ),
    ]:
        both = [report.number(likeness(*pair[::way]), "`likeness` returns one number.") for way in (1, -1)]
        report.check(close(both, [_likeness(*pair)] * 2), claim, hint)


def _descend(loss, start, learning_rate, steps, sign=-1.0, fresh=True, keep=1.0):
    """Walk with measured slopes, as the chapter does; the switches make the common mistakes."""
    position, steepness = start, None
    for _ in range(steps):
        if fresh or steepness is None:
            steepness = (loss(position + 1e-6) - loss(position)) / 1e-6
        position = keep * position + sign * learning_rate * steepness
    return position


def _descend_mistakes(loss, start, rate, steps) -> list[tuple]:
    """Return the places that common mistakes lead to, each with the hint that names the mistake."""
    one, half = _descend(loss, start, rate, 1), _descend(loss, start, rate * rate, steps)
    slope = (loss(start + 1e-6) - loss(start)) / 1e-6
    return [
        (start, "you are still at the start. Write a loop that changes `position` at each step."),
        (one, "you took one step only. Is there a loop, and does `return` stand outside it, further to the left?"),
        (_descend(loss, start, rate, steps, sign=1.0), "you walk uphill. Go against the slope: subtract."),
        (
            _descend(loss, start, rate, steps, fresh=False),
            "every step uses the slope of the start. Measure it anew inside the loop.",
        ),
        (_descend(loss, start, 1.0, steps), "the slope is not multiplied by the learning rate."),
        (_descend(loss, start, 1 / rate, steps), "you divide by the learning rate. Multiply."),
        (half, "the learning rate is in twice."),
        (_descend(loss, start, rate, steps - 1), "you are one step short. range(steps) counts `steps` times."),
        (_descend(loss, start, rate, steps + 1), "you took one step too many. range(steps) counts `steps` times."),
        (loss(_descend(loss, start, rate, steps)), "this is the loss at the last place. Return the place itself."),
        (slope, "this is a slope. Return the place where the walk ends."),
        (_descend(loss, 0.0, rate, steps), "you begin at 0. Begin at `start`."),
        (
            _descend(loss, start, rate, steps, sign=1.0, keep=-1.0),
            "you subtract the position from the step. It is the other way round: position - learning_rate * slope.",
        ),
        (
            _descend(loss, start, rate, steps, keep=0.0),
            "each step forgets where you were. The new place is the old one minus the step.",
        ),
        (
            _descend(lambda w: w**2, start, rate, steps),
            "you use the slope of w², 2w. This loss is another one: is the slope of *this* `loss` used?",
        ),
    ]


@checker("Exercise 3, gradient descent")
def check_descend(report, descend):
    """Check a function of (loss, start, learning rate, steps) that returns where gradient descent ends."""
    bowl = SpelledFunction(lambda w: (w - 3) ** 2, "lambda w: (w - 3) ** 2")
    valley = SpelledFunction(lambda w: 0.1 * w**4 + w, "lambda w: 0.1 * w**4 + w")
    descend = report.function(descend, "descend")

    def walk(*given):
        return _alone(report, descend(*given), "descend", "Return the last place alone, not the list of all places.")

    given = bowl, 0.8, 0.1, 7  # an odd number: a rate of 1 would lead back to the start after an even one
    report.matches(
        walk(*given),
        _descend(*given),
        "On a first curve you end at the right place.",
        _descend_mistakes(*given),
        "the walk ends elsewhere. Print the position after each step: it should come closer to the lowest point.",
        rtol=1e-3,
        atol=1e-3,
    )
    report.check(
        close(walk(valley, -3.0, 0.05, 12), _descend(valley, -3.0, 0.05, 12), 1e-3, 1e-3),
        "On a second curve too.",
        "on another curve you end elsewhere. Use `loss`, `start`, `learning_rate` and `steps` as they are given.",
    )
    report.check(
        close(walk(bowl, 8.0, 0.1, 0), 8.0, 1e-3, 1e-3),
        "With no steps you stay where you are.",
        "with steps=0 you should stay at the start. Begin with position = start, and move only inside the loop.",
    )
    report.check(
        close(walk(bowl, 2.0, 1.05, 3), _descend(bowl, 2.0, 1.05, 3), 1e-3, 1e-3),
        "Steps that are too long lead uphill, and are taken.",
        "with a rate of 1.05 each step jumps over the lowest point, and the loss grows. Take every step, "
        "and do not stop before `steps` of them.",
    )
