"""The shared networks: shapes, parameter counts worked out by hand, and errors."""

import numpy as np
import pytest

from mnist_helpers import models


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        (lambda: models.build_mlp(), 784 * 384 + 384 + 384 * 10 + 10),
        (lambda: models.build_mlp(0, dropout=0), 784 * 10 + 10),
        (lambda: models.build_cnn(), 16 * 25 + 32 * 16 * 9 + 64 * 32 * 9 + 4 * (16 + 32 + 64) + 9 * 64 * 10 + 10),
        (
            lambda: models.build_cnn((16, 32), hidden_units=128),
            16 * 25 + 32 * 16 * 9 + 4 * (16 + 32) + 25 * 32 * 128 + 128 + 128 * 10 + 10,
        ),
    ],
)
def test_networks_take_digits_give_ten_logits_and_have_as_many_parameters_as_by_hand(build, parameters):
    model = build()
    assert model(np.zeros((2, 28, 28, 1), "float32")).shape == (2, 10)
    assert model.count_params() == parameters


def test_cnn_takes_colour_and_other_classes():
    model = models.build_cnn(input_shape=(32, 32, 3), classes=26)
    assert model(np.zeros((2, 32, 32, 3), "float32")).shape == (2, 26)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: models.build_mlp(-1), "hidden_units must be 0 or more; got -1"),
        (lambda: models.build_mlp(dropout=1), "dropout must be from 0 to below 1; got 1"),
        (lambda: models.build_cnn(()), "at least one number of filters"),
        (lambda: models.build_cnn(input_shape=(8, 8, 1)), r"too small for 3 blocks: block 2 gets 2x2"),
    ],
)
def test_networks_say_what_does_not_fit(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def described(model):
    """What each layer of a network is, in a few words."""
    asked = ("filters", "kernel_size", "padding", "use_bias", "units", "activation", "pool_size", "momentum", "rate")
    found = []
    for layer in model.layers:
        values = {name: value for name, value in layer.get_config().items() if name in asked}
        kind = type(layer).__name__
        if kind in ("Conv2D", "Dense", "Dropout", "BatchNormalization"):
            kind += " " + " ".join(str(value) for value in values.values())
        found.append(kind)
    return found


def test_the_perceptron_layer_by_layer():
    model = models.build_mlp(7, dropout=0.3)
    assert model.name == "mlp"
    assert described(model) == ["Flatten", "Dense 7 relu True", "Dropout 0.3", "Dense 10 linear True"]
    assert described(models.build_mlp(1, dropout=0)) == ["Flatten", "Dense 1 relu True", "Dense 10 linear True"]


def test_the_convolutional_network_layer_by_layer():
    model = models.build_cnn((4, 5, 6), hidden_units=7, classes=3)
    assert model.name == "cnn"
    normalization = "BatchNormalization 0.9"
    assert described(model) == [
        "InputLayer",
        *["Conv2D 4 (5, 5) valid linear False", "MaxPooling2D", normalization, "ReLU"],
        *["Conv2D 5 (3, 3) valid linear False", "MaxPooling2D", normalization, "ReLU"],
        *["Conv2D 6 (3, 3) valid linear False", normalization, "ReLU"],
        *["Flatten", "Dense 7 relu True", "Dense 3 linear True"],
    ]
    assert models.build_cnn((1,), hidden_units=1, input_shape=(6, 6, 1), classes=1).output_shape == (None, 1)


def test_the_shipped_kind_of_network_layer_by_layer():
    model = models.build_reader((4, 5), pooled=(2,), input_shape=(6, 8, 3), classes=3)
    assert model.name == "reader"
    assert described(model) == [
        "InputLayer",
        *["Conv2D 4 (5, 5) same linear False", "BatchNormalization 0.9", "ReLU"],
        *["Conv2D 5 (3, 3) same linear False", "MaxPooling2D", "BatchNormalization 0.9", "ReLU"],
        *["GlobalAveragePooling2D", "Dense 3 linear True"],
    ]
    assert [layer.name for layer in model.layers[1:]] == [
        *["convolution_1", "normalization_1", "relu_1"],
        *["convolution_2", "pooling_2", "normalization_2", "relu_2", "mean_of_each_map", "logits"],
    ]
    assert model.output_shape == (None, 3)
    assert models.build_reader().count_params() == 132266
    assert models.build_reader((1,), pooled={1}, input_shape=(2, 2, 1), classes=1).input_shape == (None, 2, 2, 1)


def test_the_border_finder_goes_down_and_up():
    model = models.build_border_finder((2, 3))
    assert model.name == "border_finder"
    twice = ["BatchNormalization 0.9", "ReLU"]
    assert described(model) == [
        "InputLayer",
        *["Conv2D 2 (3, 3) same linear False", *twice, "Conv2D 2 (3, 3) same linear False", *twice, "MaxPooling2D"],
        *["Conv2D 3 (3, 3) same linear False", *twice, "Conv2D 3 (3, 3) same linear False", *twice, "UpSampling2D"],
        *["Concatenate", "Conv2D 2 (3, 3) same linear False", *twice, "Conv2D 1 (1, 1) valid linear True"],
    ]
    assert model.get_layer(index=15).input[1] is model.get_layer(index=6).output
    assert models.build_border_finder().count_params() == 50_697


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: models.build_cnn(3),
            "filters must hold at least one number of filters, such as (16, 32); got 3.",
        ),
        (lambda: models.build_cnn((3, 0)), "filters must be at least 1 in each block; got (3, 0)."),
        (lambda: models.build_cnn((3, 1.5)), "filters of block 2 must be a whole number; got 1.5."),
        (lambda: models.build_cnn(hidden_units=-1), "hidden_units must be 0 or more; got -1."),
        (
            lambda: models.build_cnn(input_shape=(28, 28)),
            "input_shape must be height, width and channels; got (28, 28).",
        ),
        (
            lambda: models.build_cnn(classes=0),
            "sides, channels and classes must be at least 1; got (28, 28, 1) and 0.",
        ),
        (
            lambda: models.build_cnn((1,), input_shape=(5, 6, 1)),
            "images of shape (5, 6, 1) are too small for 1 blocks: block 1 gets 5x6. "
            "Use fewer blocks or larger images.",
        ),
        (
            lambda: models.build_cnn(input_shape=(15, 15, 1)),
            "images of shape (15, 15, 1) are too small for 3 blocks: block 3 gets 1x1. "
            "Use fewer blocks or larger images.",
        ),
        (lambda: models.build_reader((3, 4), pooled=(3,)), "pooled must name blocks from 1 to 2; got (3,)."),
        (lambda: models.build_reader((3, 4), pooled=(0,)), "pooled must name blocks from 1 to 2; got (0,)."),
        (lambda: models.build_reader((3, 4), pooled=1), "pooled must name blocks from 1 to 2; got 1."),
        (
            lambda: models.build_reader((3, 4), pooled=(1, 2), input_shape=(3, 9, 1)),
            "images of shape (3, 9, 1) cannot be halved 2 times.",
        ),
    ],
)
def test_messages_in_full(build, message):
    with pytest.raises(ValueError) as error:
        build()
    assert str(error.value) == message
