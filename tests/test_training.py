"""The one-cycle schedule, and training with it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_helpers import models, training


def test_one_cycle_rises_and_falls_in_straight_lines():
    schedule = training.OneCycle(peak=2.0, steps=1000)
    rates = np.array([float(schedule(step)) for step in range(1001)])
    assert rates.argmax() == 300
    np.testing.assert_allclose(rates[[0, 300, 1000]], [0.04, 2.0, 0.0], atol=1e-6)
    np.testing.assert_allclose(np.diff(rates[:301]), 1.96 / 300, rtol=1e-3)
    np.testing.assert_allclose(np.diff(rates[300:]), -2.0 / 700, rtol=1e-3)


def test_one_cycle_stays_at_zero_after_the_end():
    assert float(training.OneCycle(peak=2.0, steps=10)(50)) == 0


def test_one_cycle_survives_saving():
    schedule = training.OneCycle(peak=0.3, steps=7)
    config = keras.optimizers.schedules.serialize(schedule)
    assert float(keras.optimizers.schedules.deserialize(config)(3)) == float(schedule(3))


@pytest.mark.parametrize("arguments", [{"peak": 0, "steps": 10}, {"peak": 0.1, "steps": 0}, {"peak": -1, "steps": 5}])
def test_one_cycle_says_what_does_not_fit(arguments):
    with pytest.raises(ValueError, match="peak and steps must be above 0; got"):
        training.OneCycle(**arguments)


@pytest.fixture
def separable():
    """Images that are dark on one side: a task that a network learns at once."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 300)
    images = random.random((300, 28, 28, 1)).astype("float32") * 0.1
    images[labels == 0, :, :14] += 0.8
    images[labels == 1, :, 14:] += 0.8
    return images, labels


@pytest.mark.parametrize("as_dataset", [False, True])
def test_fit_learns_and_ends_at_rate_zero(separable, as_dataset):
    keras.utils.set_random_seed(0)
    data = tf.data.Dataset.from_tensor_slices(separable).batch(64) if as_dataset else separable
    model = models.build_mlp(0, dropout=0)
    history = training.fit_one_cycle(model, data, separable, epochs=6, peak=1e-2, batch_size=64)
    assert history["val_accuracy"][-1] > 0.95
    assert history["loss"][-1] < history["loss"][0]
    assert int(model.optimizer.iterations) == 6 * 5
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-9)


def test_fit_says_what_does_not_fit(separable):
    model = models.build_mlp(4)
    with pytest.raises(ValueError, match="epochs and batch_size must be above 0; got epochs=0"):
        training.fit_one_cycle(model, separable, epochs=0, peak=0.01)
    with pytest.raises(ValueError, match="epochs and batch_size must be above 0; got epochs=1, batch_size=0"):
        training.fit_one_cycle(model, separable, epochs=1, peak=0.01, batch_size=0)
    endless = tf.data.Dataset.from_tensor_slices(separable).batch(64).repeat()
    with pytest.raises(ValueError, match="number of batches must be known"):
        training.fit_one_cycle(model, endless, epochs=1, peak=0.01)


@pytest.mark.parametrize("name", ["peak", "steps"])
def test_one_cycle_asks_for_numbers(name):
    with pytest.raises(ValueError, match=f"^{name} must be a number; got 'many'.$"):
        training.OneCycle(**{"peak": 0.1, "steps": 10, name: "many"})
