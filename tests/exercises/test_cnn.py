import keras
import numpy as np
import pytest

from mnist_helpers import exercises


def _windows(image, kernel, stride):
    k = len(kernel)
    height = (image.shape[0] - k) // stride + 1
    width = (image.shape[1] - k) // stride + 1
    return k, height, width


def _right(image, kernel, stride):
    k, height, width = _windows(image, kernel, stride)
    result = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            window = image[row * stride : row * stride + k, column * stride : column * stride + k]
            result[row, column] = (window * kernel).sum()
    return result


def _no_stride(image, kernel, stride):
    return _right(image, kernel, 1)


def _by_slicing(image, kernel, stride):
    return _right(image, kernel, 1)[::stride, ::stride]


def _as_list(image, kernel, stride):
    return _right(image, kernel, stride).astype("float32").tolist()


def _size_only(image, kernel, stride):
    _, height, width = _windows(image, kernel, stride)
    return _right(image, kernel, 1)[:height, :width]


def _off_by_one(image, kernel, stride):
    k = len(kernel)
    height, width = (image.shape[0] - k + 1) // stride, (image.shape[1] - k + 1) // stride
    return _right(image, kernel, stride)[:height, :width]


def _return_in_loop(image, kernel, stride):
    k, height, width = _windows(image, kernel, stride)
    result = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            window = image[row * stride : row * stride + k, column * stride : column * stride + k]
            result[row, column] = (window * kernel).sum()
        return result


def _rows_only(image, kernel, stride):
    return _right(image, kernel, 1)[::stride]


def _leaves_the_image(image, kernel, stride):
    result = np.zeros((len(image) // stride + 1, image.shape[1] // stride + 1))
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            window = image[row * stride :, column * stride :][: len(kernel), : len(kernel)]
            result[row, column] = (window * kernel).sum()
    return result


def _writes_into_the_image(image, kernel, stride):
    result = _right(image, kernel, stride)
    image[:] = 0
    return result


def _pooled(image, kernel, stride):
    full = _right(image, kernel, 1)
    _, height, width = _windows(image, kernel, stride)
    result = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            result[row, column] = full[row * stride :, column * stride :][:stride, :stride].max()
    return result


def _of(change):
    return lambda image, kernel, stride: change(_right(image, kernel, stride))


def _model(*layers, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *layers])


def _convolution(filters=8, size=3, activation="relu"):
    return keras.layers.Conv2D(filters, size, activation=activation)


def _pool():
    return keras.layers.MaxPooling2D()


def _end(units=10, activation=None):
    return [keras.layers.Flatten(), keras.layers.Dense(units, activation=activation)]


SHAPE, STRIDE, BUDGET = (
    exercises.cnn.check_output_shape,
    exercises.cnn.check_convolve_with_stride,
    exercises.cnn.check_budget,
)

WRONG = [
    (SHAPE, ..., "in place of the `...`"),
    (SHAPE, (28, 28, 6), "Three layers are still to come"),
    (SHAPE, (14, 14, 6), "that is the size after the first pooling"),
    (SHAPE, (10, 10, 16), "before the second pooling"),
    (SHAPE, (24, 24, 16), "left the pooling out"),
    (SHAPE, (8, 8, 16), "right with padding"),
    (SHAPE, (6, 6, 16), "not in 32 - 5"),
    (SHAPE, (4, 4, 16), "lost the + 1"),
    (SHAPE, (9, 9, 16), "n - k + 1 for a convolution"),
    (SHAPE, (5, 5, 1), "a map of its own"),
    (SHAPE, (5, 5, 6), "The second has 16 kernels"),
    (SHAPE, (5, 5, 96), "channels do not multiply"),
    (SHAPE, (5, 5, 22), "channels do not add up"),
    (SHAPE, (5, 5, 8), "pooling drops places"),
    (SHAPE, (5, 5, 17), "How many kernels has it?"),
    (SHAPE, (16, 5, 5), "Keras puts channels last"),
    (SHAPE, (5, 4, 16), "What happens to rows happens to columns"),
    (SHAPE, (None, 5, 5, 16), "leave the axis that counts images out"),
    (SHAPE, (1, 5, 5, 16), "leave the axis that counts images out"),
    (SHAPE, (5, 5), "you gave 2"),
    (SHAPE, 400, "nothing is flattened"),
    (SHAPE, (), "you gave 0"),
    (SHAPE, (5.5, 5.5, 16), "Use // to halve"),
    (SHAPE, "5, 5, 16", "three numbers in round brackets"),
    (SHAPE, np.zeros((5, 5, 16)), "three numbers in round brackets"),
    (STRIDE, 3, "its name, without brackets"),
    (STRIDE, _no_stride, "this is the map for stride 1"),
    (STRIDE, _size_only, "starts at row * stride"),
    (STRIDE, _off_by_one, "(n - k) // stride + 1"),
    (STRIDE, lambda image, kernel, stride: _right(image, kernel[::-1, ::-1], stride), "upside down"),
    (STRIDE, lambda image, kernel, stride: _right(image, kernel.T, stride), "rows and columns of the kernel"),
    (STRIDE, _of(np.transpose), "rows and columns of the result"),
    (STRIDE, lambda image, kernel, stride: _right(image, kernel, stride) / kernel.size, "the mean of the products"),
    (STRIDE, _rows_only, "steps in one direction only"),
    (STRIDE, _of(lambda result: result.astype(int)), "an array of integers"),
    (STRIDE, _of(lambda result: result.round()), "rounded"),
    (STRIDE, _of(lambda result: np.maximum(result, 0)), "a ReLU is in there"),
    (STRIDE, _pooled, "A stride skips places"),
    (STRIDE, _return_in_loop, "Is `return` inside a loop?"),
    (STRIDE, _of(np.zeros_like), "all results are 0"),
    (STRIDE, lambda image, kernel, stride: _right(image, np.ones_like(kernel), stride), "without the weights"),
    (STRIDE, _leaves_the_image, "Does a window leave the image"),
    (STRIDE, _writes_into_the_image, "writes into the image"),
    (STRIDE, lambda image, kernel, stride: None, "it returned None"),
    (STRIDE, lambda image, kernel, stride: "a map", "cannot be read as an array"),
    (STRIDE, lambda image, kernel, stride: _right(image, kernel, stride) + 1, "work out its answer by hand"),
    (STRIDE, lambda image, kernel: image, "TypeError"),
    (STRIDE, _of(lambda result: result * np.nan), "work out its answer by hand"),
    (BUDGET, 5386, "hand over the model itself"),
    (BUDGET, keras.Sequential([_convolution(), _convolution(), *_end()]), "keras.Input(shape=(28, 28, 1))"),
    (BUDGET, _model(_convolution(), _convolution(), *_end(), shape=(32, 32, 1)), "its input has the shape"),
    (BUDGET, _model(_convolution(), _convolution(), *_end(9)), "The last layer is Dense(10)"),
    (BUDGET, _model(_convolution(), _convolution(10)), "Flatten the maps"),
    (BUDGET, _model(_convolution(), _pool(), _convolution(), *_end(10, "softmax")), "leave the softmax"),
    (BUDGET, _model(_convolution(), *_end()), "it has 1"),
    (BUDGET, _model(*_end()), "it has 0"),
    (BUDGET, _model(_convolution(8, 3, None), _pool(), _convolution(), _pool(), *_end()), "Without a bend"),
    (BUDGET, _model(_convolution(), _convolution(), *_end()), "Its list of inputs is long"),
    (
        BUDGET,
        _model(_convolution(64), _pool(), _convolution(64), _pool(), _convolution(4, 5), *_end()),
        "fewer kernels",
    ),
]


@pytest.mark.parametrize(("check", "answer", "hint"), WRONG)
def test_wrong_answers_get_their_hint(check, answer, hint, refused):
    refused(hint, check, answer)


@pytest.mark.parametrize("answer", [(5, 5, 16), [5, 5, 16], np.array([5, 5, 16])])
def test_the_shape_in_other_forms(answer, said_about):
    assert ": solved." in said_about(SHAPE, answer)


@pytest.mark.parametrize("answer", [_right, _by_slicing, _as_list])
def test_other_ways_to_stride(answer, said_about):
    assert ": solved." in said_about(STRIDE, answer)


def test_other_networks_on_a_budget(said_about):
    normalized = _model(
        *[_convolution(8, 5, None), _pool(), keras.layers.BatchNormalization(), keras.layers.ReLU()],
        *[_convolution(16, 3, None), _pool(), keras.layers.Activation("relu")],
        *_end(),
    )
    assert ": solved." in said_about(BUDGET, normalized)
    inputs = keras.Input(shape=(28, 28, 1))
    features = keras.layers.Conv2D(4, 3, strides=2, activation="relu")(inputs)
    features = keras.layers.Conv2D(8, 3, strides=2, activation="gelu")(features)
    features = keras.layers.GlobalAveragePooling2D()(features)
    assert ": solved." in said_about(BUDGET, keras.Model(inputs, keras.layers.Dense(10)(features)))


def test_the_whole_budget_may_be_spent(said_about):
    model = _model(
        _convolution(38, 3), _convolution(10, 5), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)
    )
    assert model.count_params() == 10_000
    assert ": solved." in said_about(BUDGET, model)


@pytest.mark.parametrize(
    ("size", "hint"),
    {
        32: "the image itself",
        28: "after the first convolution",
        14: "after the first pooling",
        10: "before the second pooling",
        24: "you left the pooling out. It halves",
        20: "you left the first pooling out.",
        12: "between the two convolutions",
        8: "would be right with padding",
        6: "not in 32 - 5, nor in 32 - 4 + 1",
        4: "You have lost the + 1",
        7: "half of 14",
        3: "pooling by 2 twice is enough",
        1: "do not shrink to one place",
        2: "work through the layers one at a time: n - k + 1",
        31: "work through the layers one at a time: n - k + 1",
    }.items(),
)
def test_each_size_gets_the_hint_of_its_mistake(size, hint, refused):
    refused(hint, SHAPE, (size, size, 16))


@pytest.mark.parametrize(
    ("channels", "hint"),
    {
        1: "one channel goes in",
        6: "The second has 16 kernels",
        96: "channels do not multiply",
        22: "channels do not add up",
        4: "pooling drops places",
        8: "pooling drops places",
        17: "each kernel of the last convolution gives one channel",
    }.items(),
)
def test_each_number_of_channels_gets_the_hint_of_its_mistake(channels, hint, refused):
    refused(hint, SHAPE, (5, 5, channels))
