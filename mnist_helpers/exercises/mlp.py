"""Checkers of chapter 2, *A first network*."""

import itertools

import numpy as np

from mnist_helpers.exercises._report import checker, close

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
        weights + first + outputs: "the units of the second hidden layer have biases too.",
        weights + second + outputs: "the units of the first hidden layer have biases too.",
        weights + outputs: "the units of the hidden layers have biases too.",
        weights - first - second - outputs: "the biases are subtracted. They count like the weights: add them.",
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
        first * second + second + second * outputs + outputs: "the first layer, from the pixels, is missing.",
        inputs * first + first + second * outputs + outputs: "the layer between the 64 and the 32 units is missing.",
        inputs * first + first: "this is the first layer. Two more follow.",
        784 * 128 + 128 + 128 * 10 + 10: "this is the network with one hidden layer of 128 from the chapter above.",
    }


@checker("Exercise 1, count")
def check_parameters(report, parameters):
    """Check the number of parameters of a network 784, 64, 32, 10."""

    def advice(value) -> str:
        if np.ndim(value) and not isinstance(value, str):
            return "Add up the counts of the layers."
        return "Write a calculation such as 784 * 64, without quotes."

    parameters = report.number(parameters, "The answer is a number.", advice)
    whole = bool(np.isfinite(parameters)) and parameters == int(parameters) and parameters > 0
    hint = "parameters are counted one by one. Only multiplications and additions are needed."
    report.require(whole, "It is a whole number above 0.", hint)
    expected = sum(n * m + m for n, m in itertools.pairwise(_SIZES))
    direction = "too few" if parameters < expected else "too many"
    otherwise = f"that is {direction}. Count each of the three layers alone: inputs x outputs + outputs."
    hint = _wrong_counts().get(int(parameters), otherwise)
    report.check(parameters == expected, "The network has that many parameters.", hint)


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _shape_hint(shape, one_a_row: str, one_row: str):
    """Return a function that says what another shape than (rows, ten) means."""
    rule = "One row for each image, one column for each digit."

    def hint(array) -> str:
        if array.shape in (shape[:1], (shape[0], 1)):
            return one_a_row
        if array.shape in (shape[1:], (1, shape[1])):
            return one_row
        return f"Rows and columns have changed places. {rule}" if array.shape == shape[::-1] else rule

    return hint


def _softmax_mistakes(logits) -> list[tuple]:
    """Return what common mistakes make of the scores, each with the hint that names the mistake."""
    shifted, powers = logits - logits.max(axis=-1, keepdims=True), np.exp(logits)
    sums = powers.sum(axis=-1, keepdims=True)
    right = np.exp(shifted)
    by_column = np.exp(logits - logits.max(axis=0))
    columns = "the columns add up to 1. Each *row* is one image: which axis runs along a row?"
    row_maximum = (
        "you take away the largest score of each *column*. Each row is one image: which axis runs along a row?"
    )
    both = "above and below the fraction line stand different powers. Take the largest score away in both."
    rows_together = "all rows together add up to 1. Sum along each row: which axis is that?"
    return [
        (_softmax(logits.T).T, columns),
        (by_column / by_column.sum(axis=0), columns),
        (right / right.sum(axis=0), "you add up each *column*. Each row is one image: which axis runs along a row?"),
        (by_column / by_column.sum(axis=-1, keepdims=True) * np.ones_like(logits), row_maximum),
        (by_column / right.sum(axis=-1, keepdims=True), row_maximum),
        (right / right.sum(), rows_together),
        (np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum(), rows_together),
        (powers / powers.sum(), rows_together),
        (np.log(_softmax(logits)), "these are logarithms of probabilities. The softmax itself has no logarithm."),
        (right, "the powers are right. Now divide each row by its sum."),
        (powers, "these are the powers of e. Now divide each row by its sum."),
        (np.zeros_like(logits), "all is 0: `//` drops what stands after the point. Divide with `/`."),
        (right * right.sum(axis=-1, keepdims=True), "you multiply by the sum of the row. Divide by it."),
        (right / right.mean(axis=-1, keepdims=True), "you divide by the mean of each row. Divide by its sum."),
        (right / right.max(axis=-1, keepdims=True), "you divide by the largest power. Divide by the sum of the row."),
        (shifted, "the largest score of each row is taken away. Now raise e to the result, and divide by the sum."),
        (shifted / shifted.sum(axis=-1, keepdims=True), "raise e to the scores before you divide."),
        (logits / logits.sum(axis=-1, keepdims=True), "raise e to the scores before you divide."),
        (_softmax(-logits), "the largest score gets the smallest probability: a minus sign is in the way."),
        (powers / right.sum(axis=-1, keepdims=True), both),
        (right / sums, both),
        (
            _softmax(logits / logits.max(axis=-1, keepdims=True)),
            "dividing the scores by the largest changes the result. What can you do to all scores of a row "
            "that leaves the softmax as it is?",
        ),
    ]


def _takes_something_away(softmax) -> bool:
    """Whether a softmax stands scores that are too large for it only because it takes some number away."""
    rows = [np.full((6, 10), 1000.0), np.full((6, 10), 720.0)]
    return any(np.isfinite(np.asarray(softmax(row))).all() for row in rows)


def _advice_for_softmax(error) -> str:
    if "broadcast" not in str(error):
        return ""
    return (
        "One number for each of 6 rows lies in a line, and does not fit 10 columns. To reach its own row "
        "it must stay in "
        "a column: how did the softmax of the chapter keep it there?"
    )


def _what_became_of_1000(softmax, probabilities) -> str:
    """Say what is wrong with the probabilities of very large scores."""
    if not np.isnan(probabilities).any():
        return (
            "the result is finite, but wrong: scores of 999 and 1000 should share the belief as scores of 0 and 1 do. "
            "Do not cut large scores off or replace nan; take the same number away from all scores of a row."
        )
    if _takes_something_away(softmax):
        return (
            "there is a nan. You take a number away, and the wrong one: some power is still infinite. Which number, "
            "for each row anew, keeps every power at 1 or below?"
        )
    return (
        "there is a nan. e to the 1000 is infinite. Take a number away from all scores of a row "
        "*before* you raise e to them."
    )


@checker("Exercise 2, a safe softmax")
def check_stable_softmax(report, stable_softmax):
    """Check a softmax of rows that neither overflows nor divides 0 by 0."""
    keeps = (
        "your function writes into the array it is given, so the caller's logits change. "
        "Write `logits - ...` into a new name instead of `logits -= ...`."
    )
    softmax = report.function(stable_softmax, "stable_softmax", keeps, advice=_advice_for_softmax)
    logits = np.random.default_rng(0).normal(0, 2, (6, 10))
    shape_hint = _shape_hint(
        logits.shape,
        one_a_row="There is one number for each row. Are these the sums? The powers divided by them are asked for.",
        one_row="That is one row only. Does `return` stand inside a loop?",
    )
    probabilities = report.array(softmax(logits), logits.shape, shape_hint)
    no_power = (
        "there is a nan already for scores between -10 and 10. Has every power of a row become 0? Then you divide "
        "0 by 0. The number that you take away must suit the scores of the row."
    )
    otherwise = "compare your function with the one in the chapter on the scores 2, 1, 0."
    report.matches(
        probabilities,
        _softmax(logits),
        "Small scores give the probabilities of the chapter.",
        lambda: _softmax_mistakes(logits),
        no_power if np.isnan(probabilities).any() else otherwise,
        near=(0.06, "close, but not equal. Return the numbers as they are, without rounding them or adding to them."),
        atol=1e-6,
    )
    large = np.array([[1000.0] + [0.0] * 9, [999.0, 1000.0] + [0.0] * 8])
    probabilities = report.array(softmax(large), large.shape)
    hint = lambda: _what_became_of_1000(softmax, probabilities)  # noqa: E731
    report.require(close(probabilities, _softmax(large), atol=1e-6), "A score of 1000 is no problem.", hint)
    mixed = np.array([[1000.0, 999.0] + [0.0] * 8, [-1000.0, -1001.0] + [-2000.0] * 8, [0.0] * 9 + [1e6]])
    report.require(
        close(softmax(mixed), _softmax(mixed), atol=1e-6),
        "Rows with very different scores do not disturb each other.",
        "in a row whose scores are all far below 0, each power becomes 0, and 0 / 0 is nan. "
        "Take away the largest score of *that row*, not of the whole batch, nor always the same number.",
    )
    hint = "for one image, logits of shape (1, 10), it is wrong. Is a number of images in the code?"
    report.check(close(softmax(logits[3:4]), _softmax(logits[3:4]), atol=1e-6), "It works for one image, too.", hint)


def _forward_mistakes(images, first_weights, first_biases, second_weights, second_biases) -> list[tuple]:
    """Return the logits that common mistakes lead to, each with the hint that names the mistake."""
    flat = images.reshape(len(images), -1)
    by_columns = images.transpose(0, 2, 1, 3).reshape(len(images), -1)

    def relu(x):
        return np.maximum(0, x)

    def second(hidden):
        return hidden @ second_weights + second_biases

    sums = flat @ first_weights + first_biases
    hidden = relu(sums)
    sign = "is subtracted. It is added at the end of the sum."
    return [
        (second(sums), "this is the network without ReLU. Where does the bend belong?"),
        (relu(second(hidden)), "the logits went through a ReLU too. A logit may be negative: no ReLU at the end."),
        (relu(second(sums)), "the ReLU stands at the end. It belongs between the two layers."),
        (hidden @ second_weights, "the biases of the second layer are missing."),
        (second(relu(flat @ first_weights)), "the biases of the first layer are missing."),
        (relu(flat @ first_weights) @ second_weights, "both layers lack their biases."),
        (
            second(relu(flat @ first_weights) + first_biases),
            "the ReLU comes before the biases are added. Add first, then bend.",
        ),
        (_softmax(second(hidden)), "these are probabilities. The logits are asked for: leave the softmax out."),
        (second(np.abs(sums)), "negative numbers are to become 0, not positive ones."),
        (second(np.minimum(0, sums)), "this keeps the negative numbers. ReLU keeps the positive ones."),
        (second(np.maximum(1, sums)), "everything below 1 becomes 1. ReLU makes everything below 0 a 0."),
        (second(np.maximum(-1, sums)), "everything below -1 becomes -1. ReLU makes everything below 0 a 0."),
        (second(relu(flat @ first_weights - first_biases)), f"the first layer's bias {sign}"),
        (hidden @ second_weights - second_biases, f"the second layer's bias {sign}"),
        (second(np.tanh(sums)), "this is tanh. The network bends with ReLU."),
        (
            second(relu(flat / 255 @ first_weights + first_biases)),
            "the pixels are scaled already, from 0 to 1. Do not divide them again.",
        ),
        (
            second(relu(by_columns @ first_weights + first_biases)),
            "the columns are laid end to end. Keras takes the rows: leave out order='F' or the `.T`.",
        ),
    ]


def _advice_for_forward(error) -> str:
    said = str(error)
    if any(word in said for word in ("ambiguous", "integer", "axis")):
        return (
            "Python's `max` and `np.max` look for one largest number in all. The larger of 0 and each number, "
            "one by one, is what `np.maximum` gives."
        )
    if isinstance(error, ValueError):
        shapes = "(n, 784) @ (784, 24), then (n, 24) @ (24, 10)"
        return f"Write the shape of each array on paper: {shapes}. Are the images flat?"
    return ""


@checker("Exercise 3, the forward pass")
def check_forward(report, forward):
    """Check the forward pass of an MLP with one hidden ReLU layer, on weights of the checker's own."""
    keeps = (
        "your function writes into an array that it is given. Give the result a new name: `a = a * 2`, not `a *= 2`."
    )
    function = report.function(forward, "forward", keeps, advice=_advice_for_forward)
    random = np.random.default_rng(0)
    units = 24
    images = random.uniform(0, 1, (6, 28, 28, 1)).astype("float32")
    first = random.normal(0, 0.1, (784, units)), random.normal(0, 1, units)
    second = random.normal(0, 0.5, (units, 10)), random.normal(0, 1, 10)
    answer = function(images, *first, *second)
    hint = "you return the hidden layer. The second layer is still to come, with weights and biases of its own."
    report.expect(np.shape(answer) != (len(images), units), "The result is ten logits for each image.", hint)
    shape_hint = _shape_hint(
        (len(images), 10),
        one_a_row="That is one number for each image. Did you choose a digit with argmax? All ten are asked for.",
        one_row="There are ten logits for one image only. Does a `return` stand inside a loop, or does `np.max` melt "
        "the images into one?",
    )
    answer = report.array(answer, (len(images), 10), shape_hint)
    expected = np.maximum(0, images.reshape(len(images), -1) @ first[0] + first[1]) @ second[0] + second[1]
    report.matches(
        answer,
        expected,
        "The logits are those of the network.",
        lambda: _forward_mistakes(images, *first, *second),
        "work through it in order: flatten, weights, biases, ReLU, weights, biases. Print the shape after each step.",
        near=(0.06, "close, but not equal. Return the numbers as they are, without rounding them."),
        atol=1e-3,
    )
    report.check(
        close(function(images[:1], *first, *second), expected[:1], atol=1e-3),
        "It also works for a batch of one image.",
        "the number of images is fixed somewhere in your function. Take it from `len(images)`.",
    )
