"""A folded network answers as the one it was made of, and what cannot be folded is refused."""

import base64
import json

import keras
import numpy as np
import pytest
from keras import layers

from mnist_helpers import export, load_pretrained, models

IMAGES = np.random.default_rng(0).uniform(size=(5, 28, 28, 1)).astype("float32")


def sequential(*chain, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape=shape), *chain])


def with_random_weights(model, seed=1, negative=True):
    """Give every weight, the moving averages too, a value that a trained network may have."""
    random = np.random.default_rng(seed)
    for variable in model.weights:
        if variable.name in ("moving_variance", "gamma"):
            values = random.uniform(0.3, 2, size=variable.shape)
        else:
            values = random.normal(scale=0.3, size=variable.shape)
        if variable.name == "gamma" and negative:
            values[::2] *= -1
        variable.assign(values)
    return model


def forward(folded, values):
    """Compute a folded network with Keras' plain operations."""
    for layer in folded:
        match layer["kind"]:
            case "convolution":
                kernel, bias = layer["weights"]
                values = keras.ops.conv(values, kernel, padding=layer["padding"]) + bias
            case "scale":
                factor, offset = layer["weights"]
                values = values * factor + offset
            case "max_pooling":
                values = keras.ops.max_pool(values, layer["size"])
            case "relu":
                values = keras.ops.relu(values)
            case "mean":
                values = keras.ops.mean(values, axis=(1, 2))
            case "flatten":
                values = keras.ops.reshape(values, (len(values), -1))
            case "dense":
                weights, bias = layer["weights"]
                values = values @ weights + bias
        assert tuple(values.shape[1:]) == layer["shape"]
    return np.asarray(values)


def assert_same_answers(model):
    folded = export.fold_network(model)
    np.testing.assert_allclose(forward(folded, IMAGES), model(IMAGES), rtol=1e-4, atol=1e-4)
    return [layer["kind"] for layer in folded]


def test_the_shipped_network_keeps_its_answers():
    kinds = assert_same_answers(load_pretrained("pocket"))
    assert kinds.count("convolution") == 5
    assert kinds[-2:] == ["mean", "dense"]


@pytest.mark.parametrize("negative", [False, True])
def test_a_negative_factor_is_not_folded_through_a_pooling(negative):
    kinds = assert_same_answers(with_random_weights(models.build_reader((4, 6, 8), pooled=(1,)), negative=negative))
    assert kinds.count("scale") == negative
    assert kinds.count("convolution") == 3


@pytest.mark.parametrize(
    "model",
    [
        lambda: models.build_cnn((4, 8), hidden_units=16),
        lambda: models.build_mlp(12),
        lambda: sequential(layers.Conv2D(3, 4, padding="same", activation="relu"), layers.Flatten(), layers.Dense(2)),
        lambda: sequential(layers.Conv2D(3, (3, 5)), layers.MaxPooling2D(3), layers.GlobalAveragePooling2D()),
        lambda: sequential(layers.Flatten(), layers.Dense(4), layers.BatchNormalization(), layers.Dense(2)),
        lambda: sequential(layers.MaxPooling2D(), layers.BatchNormalization(), layers.Activation("relu")),
        lambda: sequential(layers.BatchNormalization(scale=False), layers.BatchNormalization(center=False)),
        lambda: sequential(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Dropout(0.5), layers.ReLU()),
        lambda: sequential(layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization(), layers.Flatten()),
    ],
)
def test_other_chains_keep_their_answers(model):
    assert_same_answers(with_random_weights(model()))


def test_a_normalization_costs_nothing_where_it_can_be_folded():
    plain, normalized = (
        sequential(layers.Conv2D(6, 3, use_bias=True), *between, layers.Flatten(), layers.Dense(10))
        for between in ([], [layers.BatchNormalization()])
    )
    assert export.count_weights(export.fold_network(normalized)) == plain.count_params()


def test_the_json_line_holds_every_weight():
    model = with_random_weights(models.build_reader((4, 6), pooled=(1,)), negative=False)
    network = json.loads(export.network_to_json(model))
    numbers = np.frombuffer(base64.b64decode(network["weights"]), dtype="<f4")
    folded = export.fold_network(model)
    np.testing.assert_array_equal(
        numbers, np.concatenate([weights.ravel() for layer in folded for weights in layer["weights"]])
    )
    assert network["input"] == [28, 28, 1]
    assert [tuple(layer["shape"]) for layer in network["layers"]] == [layer["shape"] for layer in folded]
    assert (
        numbers.size
        == export.count_weights(folded)
        == sum(np.prod(shape, dtype=int) for layer in network["layers"] for shape in layer["weights"])
    )


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (layers.Conv2D(2, 3, strides=2), "only stride 1"),
        (layers.Conv2D(2, 3, dilation_rate=2), "dilation 1"),
        (layers.Conv2D(2, 3, activation="gelu"), "its activation is gelu"),
        (layers.MaxPooling2D(3, strides=2), "do not overlap"),
        (layers.MaxPooling2D(2, padding="same"), "without padding"),
        (layers.MaxPooling2D((2, 1)), "only square windows"),
        (layers.ReLU(max_value=6), "only the plain ReLU"),
        (layers.Dense(3), "put Flatten before it"),
        (layers.BatchNormalization(axis=1), "normalize the last axis"),
        (layers.AveragePooling2D(2), "this class is not known"),
    ],
)
def test_what_is_not_known_is_refused(layer, why):
    with pytest.raises(ValueError, match=rf"{layer.name} .* cannot be exported: .*{why}"):
        export.fold_network(sequential(layer))


def test_a_network_that_branches_is_refused():
    inputs = keras.Input(shape=(28, 28, 1))
    left, right = layers.Conv2D(2, 3, name="left")(inputs), layers.Conv2D(2, 3, name="right")(inputs)
    with pytest.raises(ValueError, match="right does not read the layer before it"):
        export.fold_network(keras.Model(inputs, layers.Add()([left, right])))
    with pytest.raises(ValueError, match="the model's output is not that of its last layer"):
        export.fold_network(keras.Model(inputs, [left, layers.ReLU()(left)]))
