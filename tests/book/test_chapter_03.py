"""Chapter 3 writes training out in NumPy. Keras and TensorFlow, asked here on their own, must say the same."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_helpers import training

CHAPTER = "03_training.ipynb"


@pytest.fixture(scope="module")
def twin(cells_tagged):
    """The functions of the chapter's NumPy cells; they use nothing but NumPy."""
    code = cells_tagged("numpy-twin")
    assert "keras" not in code and "tf." not in code
    names = {"np": np}
    exec(code, names)
    return names


@pytest.fixture
def batch():
    random = np.random.default_rng(5)
    return random.random((32, 784)), random.integers(0, 10, 32)


def network_of(layers):
    """Build in Keras, in float64, a network with these weights and biases."""
    model = keras.Sequential([keras.Input(shape=(784,), dtype="float64")])
    for number, (_, b) in enumerate(layers, start=1):
        activation = None if number == len(layers) else "relu"
        model.add(keras.layers.Dense(len(b), activation=activation, dtype="float64"))
    model.set_weights([array for layer in layers for array in layer])
    return model


def slopes_by_tensorflow(model, x, y):
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    with tf.GradientTape() as tape:
        loss = loss_function(y, model(tf.constant(x)))
    return float(loss), [np.asarray(slope) for slope in tape.gradient(loss, model.trainable_variables)]


def shaken(parameters, seed=6):
    """Return parameters with biases other than zero: a forgotten bias would show."""
    random = np.random.default_rng(seed)
    return [array + random.normal(0, 0.05, array.shape) for array in parameters]


def test_forward_and_loss_are_those_of_keras(twin, batch):
    x, y = batch
    parameters = shaken(twin["random_parameters"](np.random.default_rng(1), 20, "float64"))
    model = network_of([parameters[:2], parameters[2:]])
    a, h, p = twin["forward"](x, parameters)
    np.testing.assert_allclose(a, x @ parameters[0] + parameters[1])
    np.testing.assert_allclose(h, np.maximum(a, 0))
    np.testing.assert_allclose(p, keras.ops.softmax(model(x)), atol=1e-12)
    assert twin["cross_entropy"](p, y) == pytest.approx(slopes_by_tensorflow(model, x, y)[0])


def test_backward_is_the_gradient_of_tensorflow(twin, batch):
    x, y = batch
    parameters = shaken(twin["random_parameters"](np.random.default_rng(1), 20, "float64"))
    _, expected = slopes_by_tensorflow(network_of([parameters[:2], parameters[2:]]), x, y)
    for own, tensorflow in zip(twin["backward"](x, y, parameters), expected, strict=True):
        np.testing.assert_allclose(own, tensorflow, atol=1e-12)


def test_backward_is_what_finite_differences_measure(twin, batch):
    x, y = batch
    parameters = shaken(twin["random_parameters"](np.random.default_rng(2), 15, "float64"))
    for direction_seed in range(5):
        direction = shaken([np.zeros_like(array) for array in parameters], direction_seed)
        ends = [[array + h * way for array, way in zip(parameters, direction, strict=True)] for h in (1e-6, -1e-6)]
        plus, minus = (twin["cross_entropy"](twin["forward"](x, end)[2], y) for end in ends)
        slopes = twin["backward"](x, y, parameters)
        along = sum(np.sum(slope * way) for slope, way in zip(slopes, direction, strict=True))
        assert (plus - minus) / 2e-6 == pytest.approx(along, rel=1e-4, abs=1e-7)


def test_deep_backward_is_the_gradient_of_tensorflow(twin, batch):
    x, y = batch
    spread = lambda n, m: np.sqrt(2 / n)  # noqa: E731
    layers = twin["deep_network"](spread, np.random.default_rng(3), sizes=(784, 12, 11, 9, 10))
    layers = [tuple(shaken([W.astype("float64"), b.astype("float64")])) for W, b in layers]
    _, expected = slopes_by_tensorflow(network_of(layers), x, y)
    own = [slope for pair in twin["deep_backward"](x, y, layers) for slope in pair]
    for numpy_slope, tensorflow in zip(own, expected, strict=True):
        np.testing.assert_allclose(numpy_slope, tensorflow, atol=1e-12)


def test_an_epoch_takes_the_steps_of_sgd(twin):
    random = np.random.default_rng(8)
    x, y = random.random((50, 784)), random.integers(0, 10, 50)
    parameters = twin["random_parameters"](np.random.default_rng(1), 6, "float64")
    model = network_of([[array.copy() for array in pair] for pair in (parameters[:2], parameters[2:])])
    optimizer = keras.optimizers.SGD(0.25)
    order = np.random.default_rng(9).permutation(50)
    for first in (0, 20, 40):  # the last batch is smaller
        part = order[first : first + 20]
        slopes = slopes_by_tensorflow(model, x[part], y[part])[1]
        optimizer.apply([tf.constant(slope) for slope in slopes], model.trainable_variables)
    twin["train_epoch"](x, y, parameters, 0.25, 20, np.random.default_rng(9))
    for own, keras_says in zip(parameters, model.get_weights(), strict=True):
        np.testing.assert_allclose(own, keras_says, atol=1e-9)


def test_accuracy_is_the_share_of_right_answers(twin, batch):
    x, _ = batch
    parameters = twin["random_parameters"](np.random.default_rng(1), 6, "float64")
    answers = twin["forward"](x, parameters)[2].argmax(axis=1)
    labels = answers.copy()
    labels[:8] = (labels[:8] + 1) % 10
    assert twin["accuracy"](x, labels, parameters) == 24 / 32


@pytest.mark.parametrize("rate", [0.001, 0.02])
def test_adam_takes_the_steps_of_keras(twin, rate):
    """A hundred steps, to a thousandth of a step, with slopes of very different sizes, one of them always 0."""
    random = np.random.default_rng(10)
    sizes = np.array([0.0, 1e-9, 1e-6, 1e-3, 1.0, 1e3])
    weights = random.normal(0, 1, 6)
    variable = keras.Variable(weights, dtype="float64")
    optimizer = keras.optimizers.Adam(rate)
    m = s = np.zeros(6)
    for t in range(1, 101):
        slope = sizes * random.normal(0.3, 1, 6)
        optimizer.apply([tf.constant(slope)], [variable])
        weights, m, s = twin["adam_step"](weights, slope, m, s, t, learning_rate=rate)
        np.testing.assert_allclose(weights, np.asarray(variable), rtol=0, atol=1e-3 * rate)


def test_the_start_has_the_spread_asked_for(twin):
    layers = twin["deep_network"](lambda n, m: n / m, np.random.default_rng(0), sizes=(400, 500, 250))
    for (weights, b), spread in zip(layers, (0.8, 2.0), strict=True):
        assert weights.std() == pytest.approx(spread, rel=0.02)
        assert not b.any()


def test_one_cycle_is_that_of_the_helpers(cells_tagged):
    names = {"keras": keras}
    exec(cells_tagged("one-cycle-twin"), names)
    for peak, steps in [(0.01, 500), (5e-3, 1290), (1.0, 7)]:
        own, helper = names["OneCycle"](peak, steps), training.OneCycle(peak, steps)
        at = range(0, steps + 20, max(1, steps // 50))
        assert [float(own(step)) for step in at] == [float(helper(step)) for step in at]
