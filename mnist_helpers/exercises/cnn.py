"""Checkers of chapter 4, *Looking through a window: convolution*."""

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_budget", "check_convolve_with_stride", "check_output_shape"]

_BUDGET = 10_000


@checker("Exercise 1")
def check_output_shape(report, output_shape):
    """Check the shape after the four layers: 32, convolution 5, pooling 2, convolution 5, pooling 2."""
    if not report.check(
        not isinstance(output_shape, (str, dict, set)) and np.ndim(output_shape) <= 1,
        "The answer is a shape.",
        "write three numbers in round brackets: (rows, columns, channels).",
    ):
        return
    numbers = list(np.atleast_1d(np.asarray(output_shape, dtype=object)))
    if numbers and (numbers[0] is None or (len(numbers) == 4 and numbers[0] == 1)):
        report.check(
            False, "The answer has three numbers.", "leave the axis that counts images out: one image is meant."
        )
        return
    if not report.check(
        len(numbers) == 3,
        "The answer has three numbers.",
        "nothing is flattened here: 400 numbers, but in which rows, columns and channels?"
        if numbers == [400]
        else f"you gave {len(numbers)}. Rows, columns and channels are asked for.",
    ):
        return
    if not report.check(
        all(isinstance(number, (int, np.integer)) and not isinstance(number, bool) for number in numbers),
        "They are whole numbers.",
        "rows, columns and channels are counted. Use // to halve a number, which gives a whole number, and not /.",
    ):
        return
    rows, columns, channels = map(int, numbers)
    if not report.check(
        rows == columns or rows in (6, 16),
        "There are as many rows as columns.",
        "the image is square, and so are kernels and pooling. What happens to rows happens to columns.",
    ):
        return
    if (rows, columns, channels) == (16, 5, 5):
        report.check(False, "The order is rows, columns, channels.", "the numbers are right. Keras puts channels last.")
        return
    sizes = {
        32: "that is the image itself. What do four layers do to it?",
        28: "that is the size after the first convolution. Three layers are still to come.",
        14: "that is the size after the first pooling. A convolution and a pooling are still to come.",
        10: "that is the size before the second pooling.",
        24: "you left the pooling out. It halves rows and columns, twice.",
        20: "you left the first pooling out.",
        12: "you left the first pooling out. It comes between the two convolutions.",
        8: "this would be right with padding. Without it, a kernel of 5 takes rows away.",
        6: "a window of 5 can start in 32 - 5 + 1 places, not in 32 - 5, nor in 32 - 4 + 1.",
        4: "a window of 5 starts in n - 5 + 1 places. You have lost the + 1.",
        7: "that is half of 14. A convolution lies between the two poolings.",
        3: "pooling by 2 twice is enough; the kernel takes away 4 rows each time.",
        1: "the maps do not shrink to one place. Work through the layers one at a time.",
    }
    hint = "work through the layers one at a time: n - k + 1 for a convolution, n // 2 for pooling."
    if not report.check(rows == columns == 5, "Rows and columns are right.", sizes.get(rows, hint)):
        return
    channel_hints = {
        1: "one channel goes in. Each kernel of the convolution gives a map of its own.",
        6: "that is what the first convolution gives. The second has 16 kernels.",
        96: "channels do not multiply: each of the 16 kernels adds up the 6 maps that come in to one map.",
        22: "channels do not add up: only the maps of the last convolution come out.",
        4: "pooling drops places, not channels.",
        8: "pooling drops places, not channels.",
    }
    report.check(
        channels == 16,
        "The channels are right.",
        channel_hints.get(channels, "each kernel of the last convolution gives one channel. How many kernels has it?"),
    )


def _convolve(image, kernel, step_down, step_right):
    k = len(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k))[::step_down, ::step_right]
    return (windows * kernel).sum(axis=(2, 3))


def _stride_mistakes(image, kernel, stride) -> list[tuple[np.ndarray, str]]:
    """Return the maps that common mistakes lead to, each with the hint that names the mistake."""
    right = _convolve(image, kernel, stride, stride)
    full = _convolve(image, kernel, 1, 1)
    height, width = right.shape
    pooled = np.zeros_like(right)
    for row in range(height):
        for column in range(width):
            pooled[row, column] = full[row * stride :, column * stride :][:stride, :stride].max()
    first_only = np.zeros_like(right)
    first_only[0, 0] = right[0, 0]
    first_row = np.zeros_like(right)
    first_row[0] = right[0]
    floor = "a window of k can start in n - k + 1 places; with a stride, in (n - k) // stride + 1. Try it with n = 7, "
    floor += "k = 3, stride 2: windows start in rows 0, 2 and 4."
    inside = "only the beginning is filled. Is `return` inside a loop? It belongs after both loops."
    step_hint = "the window steps in one direction only. Both row and column are to be multiplied by the stride."
    turned = kernel[::-1, ::-1]
    mistakes = [
        (full, "this is the map for stride 1. How many places are left if the window takes larger steps?"),
        (
            full[:height, :width],
            "the map has the right size, but each window starts one pixel after the other. "
            "Result (row, column) belongs to the window that starts at row * stride.",
        ),
        (_convolve(image, turned, stride, stride), "you turned the kernel upside down. Keras slides it as it is."),
        (_convolve(image, kernel.T, stride, stride), "rows and columns of the kernel are swapped."),
        (right.T, "rows and columns of the result are swapped."),
        (right / kernel.size, "this is the mean of the products. Their sum is asked for."),
        (_convolve(image, kernel, stride, 1), step_hint),
        (_convolve(image, kernel, 1, stride), step_hint),
        (_convolve(image, kernel, stride, 1)[:, :width], step_hint),
        (_convolve(image, kernel, 1, stride)[:height], step_hint),
        (np.trunc(right), "the results are whole numbers: is `result` an array of integers? Leave out the dtype."),
        (np.round(right), "the results are rounded. Leave them as they are."),
        (np.maximum(right, 0), "a ReLU is in there. A convolution may give negative numbers."),
        (
            pooled,
            "this is the largest answer of each square: pooling. A stride skips places, and looks at none of them.",
        ),
        (first_only, inside),
        (first_row, inside),
        (np.zeros_like(right), "all results are 0. Is the sum written into `result`?"),
        (_convolve(image, np.ones_like(kernel), stride, stride), "the pixels are added up without the weights."),
    ]
    for drop_row, drop_column in ((1, 1), (1, 0), (0, 1)):
        mistakes.append((right[: height - drop_row, : width - drop_column], floor))
        if stride > 1:
            offset = _convolve(image[drop_row:, drop_column:], kernel, stride, stride)
            mistakes.append((offset, "the first window starts in row 0 and column 0."))
    return mistakes


@checker("Exercise 2")
def check_convolve_with_stride(report, convolve_with_stride):
    """Check a convolution with a stride, without padding, on images and kernels of several sizes."""
    if not report.check(
        callable(convolve_with_stride),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    random = np.random.default_rng(0)
    cases = [((11, 8), 3, 1), ((11, 9), 3, 2), ((12, 10), 3, 2), ((16, 13), 5, 3), ((9, 14), 2, 4)]
    for shape, k, stride in cases:
        image, kernel = random.normal(0, 3, shape), random.normal(0, 3, (k, k))
        given, weights = image.copy(), kernel.copy()
        case = f"image {shape[0]} by {shape[1]}, kernel {k} by {k}, stride {stride}"
        try:
            answer = convolve_with_stride(given, weights, stride)
        except (IndexError, ValueError) as error:
            hint = f"NumPy says: {error}. Does a window leave the image, or a result its array? "
            hint += "The last window starts at row n - k at most."
            report.check(False, f"It works for: {case}.", hint)
            return
        if not report.check(
            answer is not None, "The function returns something.", "it returned None. Is there a `return` at its end?"
        ):
            return
        if not (np.array_equal(given, image) and np.array_equal(weights, kernel)):
            hint = "your function writes into the image or the kernel that it is given. Write into a new array."
            report.check(False, "What came in is unchanged.", hint)
            return
        try:
            answer = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            hint = "the result cannot be read as an array of numbers. Return the array that you fill."
            report.check(False, "The function returns an array of numbers.", hint)
            return
        expected = _convolve(image, kernel, stride, stride)
        if answer.shape == expected.shape and np.allclose(answer, expected, atol=1e-3):
            report.check(True, f"It is right for: {case}.", "")
            continue
        hint = (
            f"the shape is {answer.shape}, and should be {expected.shape}. In how many places does a window start?"
            if answer.shape != expected.shape
            else "the shape is right, the numbers are not. Print one window, and work out its answer by hand."
        )
        for wrong, what in _stride_mistakes(image, kernel, stride):
            if answer.shape == wrong.shape and np.allclose(answer, wrong, atol=1e-3):
                hint = what
                break
        report.check(False, f"It is right for: {case}.", hint)
        return


@checker("Exercise 3")
def check_budget(report, model):
    """Check a convolutional network of at most 10,000 parameters, from (28, 28, 1) to ten logits."""
    import keras

    if not report.check(
        isinstance(model, keras.Model),
        "The answer is a Keras model.",
        "hand over the model itself, built with keras.Sequential([...]).",
    ):
        return
    if not report.check(
        bool(model.built),
        "The model knows the shape of its images.",
        "its first entry should be keras.Input(shape=(28, 28, 1)), so that all weights can be made.",
    ):
        return
    if not report.check(
        tuple(model.input_shape) == (None, 28, 28, 1),
        "It takes images of shape (28, 28, 1).",
        f"its input has the shape {model.input_shape[1:]}.",
    ):
        return
    shape = tuple(model.output_shape)
    if not report.check(
        shape == (None, 10),
        "It gives ten numbers for each image.",
        f"its output has the shape {shape[1:]}. "
        + ("Flatten the maps before the last layer." if len(shape) > 2 else "The last layer is Dense(10)."),
    ):
        return
    layers = list(model.layers)
    ends = [layers[-1].__class__.__name__.lower(), getattr(getattr(layers[-1], "activation", None), "__name__", "")]
    if not report.check(
        "softmax" not in ends and "relu" not in ends and "sigmoid" not in ends,
        "It ends in logits.",
        "something stands after the last sum. The loss takes logits: leave the softmax or ReLU at the end out.",
    ):
        return
    windows = [number for number, layer in enumerate(layers) if isinstance(layer, keras.layers.Conv2D)]
    if not report.check(
        len(windows) >= 2,
        "It has at least two convolutions.",
        f"it has {len(windows)}. Add a Conv2D before Flatten; pool in between.",
    ):
        return

    def bends(layer):
        activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
        return isinstance(layer, keras.layers.ReLU) or activation not in ("linear", "softmax")

    straight = [
        layers[first].name
        for first, after in zip(windows, [*windows[1:], len(layers)], strict=True)
        if not any(bends(layer) for layer in layers[first:after] if not isinstance(layer, keras.layers.Dense))
    ]
    if not report.check(
        not straight,
        "A ReLU follows each convolution.",
        f"none follows {straight[0] if straight else ''}. Without a bend, two convolutions are no more than one: "
        'write activation="relu" in the layer.',
    ):
        return
    largest = max(layers, key=lambda layer: layer.count_params())
    count = model.count_params()
    hint = f"it has {count:,}. The most, {largest.count_params():,}, are in {largest.name}. "
    if isinstance(largest, keras.layers.Dense):
        hint += "Its list of inputs is long. What makes maps smaller before they are flattened?"
    else:
        hint += "A kernel has rows x columns x channels in weights: use fewer kernels, or smaller ones."
    report.check(count <= _BUDGET, f"It has at most {_BUDGET:,} parameters.", hint)
