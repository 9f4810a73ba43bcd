"""Checkers of chapter 4, *Looking through a window: convolution*."""

import numpy as np

from mnist_helpers.exercises import _networks
from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_budget", "check_convolve_with_stride", "check_output_shape"]

_BUDGET = 10_000
_SIDES = {
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
_CHANNELS = {
    1: "one channel goes in. Each kernel of the convolution gives a map of its own.",
    6: "that is what the first convolution gives. The second has 16 kernels.",
    96: "channels do not multiply: each of the 16 kernels adds up the 6 maps that come in to one map.",
    22: "channels do not add up: only the maps of the last convolution come out.",
    4: "pooling drops places, not channels.",
    8: "pooling drops places, not channels.",
}


@checker("Exercise 1, the shapes of LeNet-5")
def check_output_shape(report, output_shape):
    """Check the shape after the four layers: 32, convolution 5, pooling 2, convolution 5, pooling 2."""
    is_shape = not isinstance(output_shape, (str, dict, set)) and np.ndim(output_shape) <= 1
    hint = "write three numbers in round brackets: (rows, columns, channels)."
    report.require(is_shape, "The answer is a shape.", hint)
    numbers = list(np.atleast_1d(np.asarray(output_shape, dtype=object)))
    with_images = bool(numbers) and (numbers[0] is None or (len(numbers) == 4 and numbers[0] == 1))
    hint = f"you gave {len(numbers)}. Rows, columns and channels are asked for."
    if with_images:
        hint = "leave the axis that counts images out: one image is meant."
    elif numbers == [400]:
        hint = "nothing is flattened here: 400 numbers, but in which rows, columns and channels?"
    report.require(len(numbers) == 3 and not with_images, "The answer has three numbers.", hint)
    real = all(isinstance(number, (int, float, np.number)) and not isinstance(number, bool) for number in numbers)
    hint = "rows, columns and channels are counted. Use // to halve a number, which gives a whole number, and not /."
    report.require(real and all(number == int(number) for number in numbers), "They are whole numbers.", hint)
    rows, columns, channels = map(int, numbers)
    hint = "the numbers are right. Keras puts channels last."
    report.expect((rows, columns, channels) != (16, 5, 5), "The order is rows, columns, channels.", hint)
    hint = "the image is square, and so are kernels and pooling. What happens to rows happens to columns."
    report.require(rows == columns, "There are as many rows as columns.", hint)
    hint = "work through the layers one at a time: n - k + 1 for a convolution, n // 2 for pooling."
    report.require(rows == columns == 5, "Rows and columns are right.", _SIDES.get(rows, hint))
    hint = "each kernel of the last convolution gives one channel. How many kernels has it?"
    report.check(channels == 16, "The channels are right.", _CHANNELS.get(channels, hint))


def _convolve(image, kernel, step_down, step_right):
    k = len(kernel)
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k))[::step_down, ::step_right]
    return (windows * kernel).sum(axis=(2, 3))


def _partly_filled(image, kernel, stride) -> list[tuple]:
    """Return the maps that loops over the wrong places leave behind, each with its hint."""
    right, full = _convolve(image, kernel, stride, stride), _convolve(image, kernel, 1, 1)
    height, width = right.shape
    inside = "only the beginning is filled. Is `return` inside a loop? It belongs after both loops."
    twice = (
        "the stride is in twice: in the number of places and in `range(0, height, stride)`. Go through every place of "
        "the result, range(height), and let its window start at row * stride."
    )
    first, first_row, first_column, spread, sparse, packed = (np.zeros_like(right) for _ in range(6))
    first[0, 0], first_row[0], first_column[:, 0] = right[0, 0], right[0], right[:, 0]
    spread[::stride, ::stride] = full[:height, :width][::stride, ::stride]
    sparse[::stride, ::stride] = right[::stride, ::stride]
    filled = full[:height, :width][::stride, ::stride]
    packed[: filled.shape[0], : filled.shape[1]] = filled
    without_row, without_column = right.copy(), right.copy()
    without_row[0], without_column[:, 0] = 0, 0
    short_row, short_column = right.copy(), right.copy()
    short_row[-1], short_column[:, -1] = 0, 0
    skipped = "the first row or column of the result is 0. range(height) begins at 0."
    unfinished = "the last row or column of the result is 0. range(height) goes to height - 1 by itself."
    return [
        (first, inside),
        (first_row, inside),
        (first_column, inside),
        (spread, twice),
        (sparse, twice),
        (packed, twice),
        (without_row, skipped),
        (without_column, skipped),
        (short_row, unfinished),
        (short_column, unfinished),
        (np.zeros_like(right), "all results are 0. Is the sum written into `result`?"),
    ]


def _stride_mistakes(image, kernel, stride) -> list[tuple]:
    """Return the maps that common mistakes lead to, each with the hint that names the mistake."""
    right, full = _convolve(image, kernel, stride, stride), _convolve(image, kernel, 1, 1)
    height, width = right.shape
    pooled = np.zeros_like(right)
    for row, column in np.ndindex(height, width):
        pooled[row, column] = full[row * stride :, column * stride :][:stride, :stride].max()
    floor = "a window of k can start in n - k + 1 places; with a stride, in (n - k) // stride + 1. Try it with n = 7, "
    floor += "k = 3, stride 2: windows start in rows 0, 2 and 4."
    step = "the window steps in one direction only. Both row and column are to be multiplied by the stride."
    starts = (
        "the map has the right size, but each window starts one pixel after the other. "
        "Result (row, column) belongs to the window that starts at row * stride."
    )
    mistakes = [
        (full, "this is the map for stride 1. How many places are left if the window takes larger steps?"),
        (full[:height, :width], starts),
        (
            _convolve(image, kernel[::-1, ::-1], stride, stride),
            "you turned the kernel upside down. Keras slides it as it is.",
        ),
        (_convolve(image, kernel.T, stride, stride), "rows and columns of the kernel are swapped."),
        (right.T, "rows and columns of the result are swapped."),
        (right / kernel.size, "this is the mean of the products. Their sum is asked for."),
        (_convolve(image, kernel, stride, 1), step),
        (_convolve(image, kernel, 1, stride), step),
        (_convolve(image, kernel, stride, 1)[:, :width], step),
        (_convolve(image, kernel, 1, stride)[:height], step),
        (np.trunc(right), "the results are whole numbers: is `result` an array of integers? Leave out the dtype."),
        (np.round(right), "the results are rounded. Leave them as they are."),
        (np.maximum(right, 0), "a ReLU is in there. A convolution may give negative numbers."),
        (
            pooled,
            "this is the largest answer of each square: pooling. A stride skips places, and looks at none of them.",
        ),
        (_convolve(image, np.ones_like(kernel), stride, stride), "the pixels are added up without the weights."),
        (-right, "the sign is wrong: all results are multiplied by -1."),
        (
            np.ones_like(right) * kernel.sum() + _convolve(image, np.ones_like(kernel), stride, stride),
            "window and kernel are added. Multiply them, number by number, and add up the products.",
        ),
        *_partly_filled(image, kernel, stride),
    ]
    for row, column in ((1, 1), (1, 0), (0, 1)):
        mistakes.append((right[: height - row, : width - column], floor))
        if stride > 1:
            offset = _convolve(image[row:, column:], kernel, stride, stride)
            mistakes.append((offset, "the first window starts in row 0 and column 0."))
    return mistakes


def _advice_for_stride(error) -> str:
    if not isinstance(error, (IndexError, ValueError)):
        return ""
    return "Does a window leave the image, or a result its array? The last window starts at row n - k at most."


@checker("Exercise 2, convolution with a stride")
def check_convolve_with_stride(report, convolve_with_stride):
    """Check a convolution with a stride, without padding, on images and kernels of several sizes."""
    keeps = "your function writes into the image or the kernel that it is given. Write into a new array."
    function = report.function(convolve_with_stride, "convolve_with_stride", keeps, advice=_advice_for_stride)
    random = np.random.default_rng(0)
    cases = [((11, 8), 3, 1), ((11, 9), 3, 2), ((12, 10), 3, 2), ((16, 13), 5, 3), ((9, 14), 2, 4), ((5, 4), 4, 3)]
    for shape, k, stride in cases:
        image, kernel = random.normal(0, 3, shape), random.normal(0, 3, (k, k))
        expected = _convolve(image, kernel, stride, stride)
        answer = report.array(function(image, kernel, stride), numbers_hint="Return the array that you fill.")

        def hint(answer=answer, image=image, kernel=kernel, stride=stride, expected=expected) -> str:
            if found := recognise(answer, _stride_mistakes(image, kernel, stride), atol=1e-3):
                return found
            if answer.shape != expected.shape:
                should = f"and should be {expected.shape}. In how many places does a window start?"
                return f"the shape is {answer.shape}, {should}"
            return "the shape is right, the numbers are not. Print one window, and work out its answer by hand."

        claim = f"It is right for: image {shape[0]} by {shape[1]}, kernel {k} by {k}, stride {stride}."
        report.require(close(answer, expected, atol=1e-3), claim, hint)


@checker("Exercise 3, a network on a budget")
def check_budget(report, model):
    """Check a convolutional network of at most 10,000 parameters, from (28, 28, 1) to ten logits."""
    import keras

    hint = "hand over the model itself, built with keras.Sequential([...])."
    report.require(isinstance(model, keras.Model), "The answer is a Keras model.", hint)
    hint = "its first entry should be keras.Input(shape=(28, 28, 1)), so that all weights can be made."
    report.require(bool(model.built), "The model knows the shape of its images.", hint)
    hint = (
        "only a model from keras.Sequential([...]) or keras.Model(inputs, outputs) shows what happens "
        "between its layers."
    )
    report.expect(bool(getattr(model, "outputs", None)), "The model shows its layers.", hint)
    hint = f"its input has the shape {model.input_shape[1:]}."
    report.require(tuple(model.input_shape) == (None, 28, 28, 1), "It takes images of shape (28, 28, 1).", hint)
    shape = tuple(model.output_shape)
    hint = "Flatten the maps before the last layer." if len(shape) > 2 else "The last layer is Dense(10)."
    hint = f"its output has the shape {shape[1:]}. {hint}"
    report.require(shape == (None, 10), "It gives ten numbers for each image.", hint)
    convolutions, straight, logits = _networks.convolutions_of(model)
    hint = "something stands after the last sum. The loss takes logits: leave the softmax or ReLU at the end out."
    report.require(logits, "It ends in logits.", hint)
    hint = f"it has {len(convolutions)}. Add a Conv2D before Flatten; pool in between."
    report.require(len(convolutions) >= 2, "It has at least two convolutions.", hint)
    name = straight[0].name if straight else ""
    hint = f"none follows {name}. Without a bend, two convolutions are no more than one: "
    hint += 'write activation="relu" in the layer.'
    report.require(not straight, "An activation function, such as ReLU, follows each convolution.", hint)
    largest = max(_networks.layers_of(model), key=lambda layer: layer.count_params())
    count = model.count_params()
    hint = f"it has {count:,}. The most, {largest.count_params():,}, are in {largest.name}. "
    if isinstance(largest, keras.layers.Dense):
        hint += "Its list of inputs is long. What makes maps smaller before they are flattened?"
    else:
        hint += "A kernel has rows x columns x channels in weights: use fewer kernels, or smaller ones."
    report.check(count <= _BUDGET, f"It has at most {_BUDGET:,} parameters.", hint)
