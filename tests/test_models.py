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
