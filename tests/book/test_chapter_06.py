"""Chapter 6 writes regularization out in NumPy, and repeats the code of its recorded comparison: both are held here."""

import ast
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

CHAPTER = "06_regularization.ipynb"
EXPERIMENT = Path(__file__).parents[2] / "tools" / "experiments" / "regularization.py"


@pytest.fixture(scope="module")
def twins(cells_tagged) -> dict:
    """The names that the chapter's own NumPy functions leave behind."""
    names = {"np": np, "tf": tf, "keras": keras}
    for tag in ("dropout-twin", "decay-twin", "batch-norm-twin", "smoothing-twin"):
        exec(cells_tagged(tag), names)
    return names


@pytest.fixture(params=range(5))
def random(request):
    return np.random.default_rng(request.param)


class Draws:
    """Stands in for a NumPy generator, and gives the draws that it is told to give."""

    def __init__(self, draws):
        self.draws = draws

    def random(self, shape):
        assert shape == self.draws.shape
        return self.draws


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_with_the_mask_of_keras(twins, random, rate):
    activations = random.uniform(0.1, 2, (16, 40)).astype("float32")
    layer = keras.layers.Dropout(rate, seed=int(random.integers(1000)))
    by_keras = layer(activations, training=True).numpy()
    draws = Draws(np.where(by_keras == 0, rate / 2, rate + (1 - rate) / 2))
    assert (by_keras == 0).any()
    np.testing.assert_allclose(twins["dropout"](activations, rate, True, draws), by_keras, rtol=1e-5)
    np.testing.assert_array_equal(twins["dropout"](activations, rate, False, draws), layer(activations, training=False))


def test_dropout_keeps_the_mean(twins, random):
    activations = random.uniform(0, 1, 30)
    many = np.repeat(activations[None], 20_000, axis=0)
    dropped = twins["dropout"](many, 0.3, True, random)
    error = dropped.std(axis=0) / np.sqrt(len(many))
    assert (np.abs(dropped.mean(axis=0) - activations) < 5 * error + 1e-12).all()


def test_sgd_with_l2_is_sgd_with_decay(twins, random):
    w, gradient = random.normal(0, 1, (2, 20))
    l2 = float(random.uniform(0, 0.5))
    by_l2 = twins["sgd_step"](w, gradient, 0.1, l2=l2)
    np.testing.assert_allclose(by_l2, twins["sgd_step"](w, gradient, 0.1, decay=2 * l2))
    by_keras = twins["run_keras"](gradient[None], w, keras.optimizers.SGD(0.1), l2=l2)
    np.testing.assert_allclose(by_l2, by_keras, atol=1e-6)
    decayed = twins["run_keras"](gradient[None], w, keras.optimizers.SGD(0.1, weight_decay=l2))
    np.testing.assert_allclose(twins["sgd_step"](w, gradient, 0.1, decay=l2), decayed, atol=1e-6)


@pytest.mark.parametrize("strength", [{"l2": 0.3}, {"decay": 0.7}, {}])
def test_adam_takes_the_steps_of_keras(twins, random, strength):
    gradients = random.normal(random.normal(0, 1, 6), random.uniform(0.1, 2, 6), (60, 6))
    start = random.normal(0, 1, 6)
    decay, l2 = strength.get("decay"), strength.get("l2", 0.0)
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=decay) if decay else keras.optimizers.Adam(0.01)
    by_keras = twins["run_keras"](gradients, start, optimizer, l2=l2)
    np.testing.assert_allclose(twins["run_by_hand"](gradients, start, **strength), by_keras, atol=2e-5)


@pytest.mark.parametrize("momentum", [0.9, 0.99])
def test_batch_norm_in_training_and_in_use(twins, random, momentum):
    gamma, beta = random.normal(1, 0.3, 7), random.normal(0, 1, 7)
    layer = keras.layers.BatchNormalization(momentum=momentum)
    layer.build((None, 7))
    averages = random.normal(0, 1, 7), random.uniform(0.5, 2, 7)
    layer.set_weights([gamma, beta, *averages])
    for _ in range(5):
        x = random.normal(2, 3, (32, 7)).astype("float32")
        y, averages = twins["batch_norm"](x, gamma, beta, averages, True, momentum)
        np.testing.assert_allclose(y, layer(x, training=True), atol=1e-4)
    np.testing.assert_allclose(averages, layer.get_weights()[2:], rtol=1e-4, atol=1e-5)
    y, unchanged = twins["batch_norm"](x, gamma, beta, averages, False, momentum)
    np.testing.assert_allclose(y, layer(x, training=False), atol=1e-4)
    assert unchanged is averages


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_smoothed_loss(twins, random, smoothing):
    logits, labels = random.normal(0, 4, (64, 10)), random.integers(0, 10, 64)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    by_keras = float(loss(keras.utils.to_categorical(labels, 10), logits))
    assert twins["smoothed_loss"](logits, labels, smoothing) == pytest.approx(by_keras, abs=1e-4)


def functions_of(source: str) -> dict[str, str]:
    return {node.name: ast.dump(node) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def test_the_recorded_comparison_runs_the_code_of_the_chapter(cells_tagged):
    chapter, experiment = functions_of(cells_tagged("recipe-twin")), functions_of(EXPERIMENT.read_text())
    assert set(chapter) == {"build_network", "make_batches", "train", "score"}
    for name, function in chapter.items():
        assert function == experiment[name], name
