"""Checkers of chapter 2, *A first network*."""

import itertools
import numbers

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_forward", "check_parameters", "check_stable_softmax"]

_SIZES = (784, 64, 32, 10)


def _wrong_counts() -> dict[int, str]:
    """Return the counts that common mistakes lead to, each with the hint that names the mistake."""
    inputs, first, second, outputs = _SIZES
    layers = [(inputs, first), (first, second), (second, outputs)]
    weights = sum(n * m for n, m in layers)
    no_bias = "you counted the weights only. What does each unit, and each score, add at the end of its sum?"
    side = "you counted 28 inputs. How long is the list after flattening an image of 28 by 28?"
    skipped = "the second hidden layer takes what the first one gives. How many numbers reach each of its units?"
    return {
        weights: no_bias,
        weights + 3: "one bias for each layer is too few: each unit and each score has a bias of its own.",
        weights + first + second: "the ten scores have biases too.",
        weights + outputs: "the units of the hidden layers have biases too.",
        weights + inputs + first + second + outputs: "the pixels have no biases: they are given, not learned.",
        weights + inputs + first + second: "a layer has one bias for each *output*, not for each input.",
        28 * first + first + sum(n * m + m for n, m in layers[1:]): side,
        28 * first + sum(n * m for n, m in layers[1:]): side,
        sum(_SIZES): "you added up the sizes. How many weights lie between 784 numbers and 64 units?",
        sum(_SIZES[1:]): "these are the biases. Now add the weights.",
        inputs * first + first + inputs * second + second + second * outputs + outputs: skipped,
        inputs * first + inputs * second + second * outputs: skipped,
        inputs * first + first + first * outputs + outputs: "one hidden layer is missing: the one with 32 units.",
        inputs * first + first + first * second + second: "the layer of the ten scores is missing.",
        inputs * first + first: "this is the first layer. Two more follow.",
        784 * 128 + 128 + 128 * 10 + 10: "this is the network with one hidden layer of 128 from the chapter above.",
    }


@checker("Exercise 1, count")
def check_parameters(report, parameters):
    """Check the number of parameters of a network 784, 64, 32, 10."""
    if callable(parameters):
        report.check(False, "The answer is a number.", "this is a function. Call it, or write the number itself.")
        return
    array = np.asarray(parameters)
    if array.ndim and array.size != 1 and np.issubdtype(array.dtype, np.number):
        report.check(False, "The answer is one number.", "these are several. Add up the counts of the layers.")
        return
    if array.size == 1 and np.issubdtype(array.dtype, np.number):
        parameters = array.item()  # a number in brackets, or in an array of its own, is that number
    is_number = isinstance(parameters, (numbers.Real, np.number)) and not isinstance(parameters, (bool, np.bool_))
    if not report.check(
        is_number,
        "The answer is a number.",
        f"it is of type {type(parameters).__name__}. Write a calculation such as 784 * 64, without quotes.",
    ):
        return
    if not report.check(
        bool(np.isfinite(parameters)) and parameters == int(parameters) and parameters > 0,
        "It is a whole number above 0.",
        "parameters are counted one by one. Only multiplications and additions are needed.",
    ):
        return
    expected = sum(n * m + m for n, m in itertools.pairwise(_SIZES))
    direction = "too few" if parameters < expected else "too many"
    hint = _wrong_counts().get(
        int(parameters), f"that is {direction}. Count each of the three layers alone: inputs x outputs + outputs."
    )
    report.check(parameters == expected, "The network has that many parameters.", hint)


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _as_numbers(report, answer, shape, one_a_row: str, one_row: str) -> np.ndarray | None:
    """Return the answer as an array of numbers of that shape, or None after a hint.

    The last two are hints for an answer that has one number a row, or the numbers of one row.
    """
    if not report.check(
        answer is not None,
        "The function returns something.",
        "it returned None. Does its last line start with `return`?",
    ):
        return None
    try:
        answer = np.asarray(answer)
    except Exception:
        answer = np.asarray(None)
    if not report.check(
        np.issubdtype(answer.dtype, np.number) and not np.issubdtype(answer.dtype, np.complexfloating),
        "The function returns numbers.",
        f"it returned an array of dtype {answer.dtype}.",
    ):
        return None
    hint = "one row for each image, one column for each digit."
    if answer.shape in (shape[:1], (shape[0], 1)):
        hint = one_a_row
    elif answer.shape in (shape[1:], (1, shape[1])):
        hint = one_row
    elif answer.shape == shape[::-1]:
        hint = "rows and columns have changed places: " + hint
    if not report.check(
        answer.shape == shape, f"The result has shape {shape}.", f"it has shape {answer.shape}: {hint}"
    ):
        return None
    return answer


def _takes_something_away(softmax) -> bool:
    """Whether a softmax stands scores that are too large for it only because it takes some number away."""
    rows = [np.full((6, 10), 1000.0), np.full((6, 10), 720.0)]
    return any(np.isfinite(np.asarray(softmax(row))).all() for row in rows)


@checker("Exercise 2, a safe softmax")
def check_stable_softmax(report, stable_softmax):
    """Check a softmax of rows that neither overflows nor divides 0 by 0."""
    if not report.check(
        callable(stable_softmax),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    logits = np.random.default_rng(0).normal(0, 2, (6, 10))
    given = logits.copy()
    try:
        answer = stable_softmax(given)
    except ValueError as error:
        if "broadcast" not in str(error):
            raise
        report.check(
            False,
            "The shapes fit together.",
            f"NumPy says: {error}. One number for each of 6 rows lies in a line, and does not fit 10 columns. To reach "
            "its own row it must stay in a column: how did the softmax of the chapter keep it there?",
        )
        return
    probabilities = _as_numbers(
        report,
        answer,
        logits.shape,
        one_a_row="one number for each row. Are these the sums? The powers divided by them are asked for.",
        one_row="that is one row only. Does `return` stand inside a loop?",
    )
    if probabilities is None:
        return
    if not report.check(
        np.array_equal(given, logits),
        "The logits that came in are unchanged.",
        "your function writes into the array it is given, so the caller's logits change. "
        "Write `logits - ...` into a new name instead of `logits -= ...`.",
    ):
        return
    expected = _softmax(logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    mistakes = [
        (_softmax(logits.T).T, "the columns add up to 1. Each *row* is one image: which axis runs along a row?"),
        (
            np.exp(shifted) / np.exp(shifted).sum(),
            "all rows together add up to 1. Sum along each row: which axis is that?",
        ),
        (np.exp(logits) / np.exp(logits).sum(), "all rows together add up to 1. Which axis runs along a row?"),
        (np.log(expected), "these are logarithms of probabilities. The softmax itself has no logarithm."),
        (np.exp(shifted), "the powers are right. Now divide each row by its sum."),
        (shifted, "the largest score of each row is taken away. Now raise e to the result, and divide by the sum."),
        (shifted / shifted.sum(axis=-1, keepdims=True), "raise e to the scores before you divide."),
        (logits / logits.sum(axis=-1, keepdims=True), "raise e to the scores before you divide."),
        (
            np.exp(logits) / np.exp(shifted).sum(axis=-1, keepdims=True),
            "above and below the fraction line stand different powers. Take the largest score away in both.",
        ),
        (
            np.exp(shifted) / np.exp(logits).sum(axis=-1, keepdims=True),
            "above and below the fraction line stand different powers. Take the largest score away in both.",
        ),
        (
            _softmax(logits / logits.max(axis=-1, keepdims=True)),
            "dividing the scores by the largest changes the result. What can you do to all scores of a row "
            "that leaves the softmax as it is?",
        ),
    ]
    hint = "compare your function with the one in the chapter on the scores 2, 1, 0."
    if np.isnan(probabilities).any():
        hint = (
            "there is a nan already for scores between -10 and 10. Has every power of a row become 0? Then you divide "
            "0 by 0. The number that you take away must suit the scores of the row."
        )
    elif np.allclose(probabilities, expected, atol=0.06):
        hint = "close, but not equal. Return the numbers as they are, without rounding them or adding to them."
    for wrong, what in mistakes:
        if np.allclose(probabilities, wrong, atol=1e-6):
            hint = what
            break
    if not report.check(
        np.allclose(probabilities, expected, atol=1e-6), "Small scores give the probabilities of the chapter.", hint
    ):
        return

    large = np.array([[1000.0] + [0.0] * 9, [999.0, 1000.0] + [0.0] * 8])
    probabilities = np.asarray(stable_softmax(large.copy()))
    if np.isnan(probabilities).any() and _takes_something_away(stable_softmax):
        hint = (
            "there is a nan. You take a number away, and the wrong one: some power is still infinite. Which number, "
            "for each row anew, keeps every power at 1 or below?"
        )
    elif np.isnan(probabilities).any():
        hint = (
            "there is a nan. e to the 1000 is infinite. Take a number away from all scores of a row "
            "*before* you raise e to them."
        )
    else:
        hint = (
            "the result is finite, but wrong: scores of 999 and 1000 should share the belief as scores of 0 and 1 do. "
            "Do not cut large scores off or replace nan; take the same number away from all scores of a row."
        )
    if not report.check(np.allclose(probabilities, _softmax(large), atol=1e-6), "A score of 1000 is no problem.", hint):
        return

    mixed = np.array([[1000.0, 999.0] + [0.0] * 8, [-1000.0, -1001.0] + [-2000.0] * 8])
    report.check(
        np.allclose(stable_softmax(mixed.copy()), _softmax(mixed), atol=1e-6),
        "Rows with very different scores do not disturb each other.",
        "in a row whose scores are all far below 0, each power becomes 0, and 0 / 0 is nan. "
        "Take away the largest score of *that row*, not of the whole batch, nor always the same number.",
    )


def _variants(flat, flat_by_columns, first, second):
    """Return the logits that common mistakes lead to, each with the hint that names the mistake."""
    (first_weights, first_biases), (second_weights, second_biases) = first, second

    def relu(x):
        return np.maximum(0, x)

    hidden = relu(flat @ first_weights + first_biases)
    logits = hidden @ second_weights + second_biases
    scaled = relu(flat / 255 @ first_weights + first_biases) @ second_weights + second_biases
    by_columns = relu(flat_by_columns @ first_weights + first_biases) @ second_weights + second_biases
    return [
        (
            (flat @ first_weights + first_biases) @ second_weights + second_biases,
            "this is the network without ReLU. Where does the bend belong?",
        ),
        (relu(logits), "the logits went through a ReLU too. A logit may be negative: no ReLU at the end."),
        (
            relu((flat @ first_weights + first_biases) @ second_weights + second_biases),
            "the ReLU stands at the end. It belongs between the two layers.",
        ),
        (hidden @ second_weights, "the biases of the second layer are missing."),
        (relu(flat @ first_weights) @ second_weights + second_biases, "the biases of the first layer are missing."),
        (relu(flat @ first_weights) @ second_weights, "both layers lack their biases."),
        (
            (relu(flat @ first_weights) + first_biases) @ second_weights + second_biases,
            "the ReLU comes before the biases are added. Add first, then bend.",
        ),
        (_softmax(logits), "these are probabilities. The logits are asked for: leave the softmax out."),
        (
            np.abs(flat @ first_weights + first_biases) @ second_weights + second_biases,
            "negative numbers are to become 0, not positive ones.",
        ),
        (
            np.minimum(0, flat @ first_weights + first_biases) @ second_weights + second_biases,
            "this keeps the negative numbers. ReLU keeps the positive ones.",
        ),
        (scaled, "the pixels are scaled already, from 0 to 1. Do not divide them again."),
        (by_columns, "the columns are laid end to end. Keras takes the rows: leave out order='F' or the `.T`."),
    ]


@checker("Exercise 3, the forward pass")
def check_forward(report, forward):
    """Check the forward pass of an MLP with one hidden ReLU layer, on weights of the checker's own."""
    if not report.check(
        callable(forward),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    random = np.random.default_rng(0)
    units = 24
    images = random.uniform(0, 1, (6, 28, 28, 1)).astype("float32")
    first_weights, first_biases = random.normal(0, 0.1, (784, units)), random.normal(0, 1, units)
    second_weights, second_biases = random.normal(0, 0.5, (units, 10)), random.normal(0, 1, 10)
    arrays = (images, first_weights, first_biases, second_weights, second_biases)
    given = [array.copy() for array in arrays]
    try:
        answer = forward(*given)
    except (TypeError, ValueError) as error:
        if "ambiguous" in str(error) or "integer" in str(error) or "axis" in str(error):
            hint = (
                "Python's `max` and `np.max` look for one largest number in all. The larger of 0 and each number, "
                "one by one, is what `np.maximum` gives."
            )
            report.check(False, "The ReLU takes an array.", hint)
            return
        if isinstance(error, TypeError):
            raise
        hint = f"NumPy says: {error}. Write the shape of each array on paper: "
        hint += f"(n, 784) @ (784, {units}), then (n, {units}) @ ({units}, 10). Are the images flat?"
        report.check(False, "The shapes fit together.", hint)
        return
    if np.shape(answer) == (len(images), units):
        hint = "you return the hidden layer. The second layer is still to come, with weights and biases of its own."
        report.check(False, "The result is ten logits for each image.", hint)
        return
    answer = _as_numbers(
        report,
        answer,
        (len(images), 10),
        one_a_row="one number for each image. Did you choose a digit with argmax? All ten logits are asked for.",
        one_row="ten logits for one image only. Does a `return` stand inside a loop, or does `np.max` melt the images "
        "into one?",
    )
    if answer is None:
        return
    if not report.check(
        all(np.array_equal(before, after) for before, after in zip(arrays, given, strict=True)),
        "The images and weights that came in are unchanged.",
        "your function writes into an array that it is given. Give the result a new name: `a = a * 2` in place of "
        "`a *= 2`.",
    ):
        return
    flat = images.reshape(len(images), -1)
    flat_by_columns = images.transpose(0, 2, 1, 3).reshape(len(images), -1)
    expected = np.maximum(0, flat @ first_weights + first_biases) @ second_weights + second_biases
    hint = "work through it in order: flatten, weights, biases, ReLU, weights, biases. Print the shape after each step."
    if np.allclose(answer, expected, atol=0.06):
        hint = "close, but not equal. Return the numbers as they are, without rounding them."
    for wrong, what in _variants(flat, flat_by_columns, (first_weights, first_biases), (second_weights, second_biases)):
        if np.allclose(answer, wrong, atol=1e-3):
            hint = what
            break
    if not report.check(np.allclose(answer, expected, atol=1e-3), "The logits are those of the network.", hint):
        return
    one = np.asarray(forward(images[:1].copy(), first_weights, first_biases, second_weights, second_biases))
    report.check(
        one.shape == (1, 10) and np.allclose(one, expected[:1], atol=1e-3),
        "It also works for a batch of one image.",
        "the number of images is fixed somewhere in your function. Take it from `len(images)`.",
    )
