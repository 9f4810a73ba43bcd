"""Invariants of augmentation, networks, their export and the learning rate, from a few tiny examples each."""

import base64
import json

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_helpers import augment, export, models, pipeline, training

FEW = settings(max_examples=max(4, settings.default.max_examples // 5))
SEEDS = st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
IMAGES = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 3), st.integers(2, 9), st.integers(2, 9), st.sampled_from([1, 3])),
    elements=st.floats(0, 1, width=32),
)
NOTHING = {"rotation": 0.0, "shift": 0.0, "zoom": 0.0, "shear": 0.0}


@FEW
@given(IMAGES, SEEDS)
def test_no_amounts_change_no_pixel(images, seed):
    np.testing.assert_allclose(augment.random_affine(images, seed, **NOTHING), images, atol=1e-4)
    np.testing.assert_allclose(augment.random_warp(images, seed, **NOTHING, elastic=0.0), images, atol=1e-4)


@FEW
@given(IMAGES, SEEDS)
def test_changed_images_mix_what_was_there_with_empty_paper(images, seed):
    for transform in (augment.random_affine, augment.random_warp):
        changed = transform(images, seed).numpy()
        assert changed.shape == images.shape
        assert changed.min() >= -1e-6 and changed.max() <= images.max() + 1e-6
        np.testing.assert_array_equal(changed, transform(images, seed))


@FEW
@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 2**31 - 1))
def test_augmented_batches_keep_labels_and_order(number, batch_size, seed):
    images = np.random.default_rng(seed).random((number, 4, 4, 1), dtype=np.float32)
    dataset = pipeline.make_dataset(images, np.arange(number), batch_size)
    changed = list(augment.augment_dataset(dataset, lambda batch, seed: -batch, seed))
    np.testing.assert_array_equal(np.concatenate([batch for batch, _ in changed]), -images)
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in changed]), np.arange(number))


@FEW
@given(st.integers(0, 20), st.sampled_from([0, 0.5]))
def test_an_mlp_has_the_parameters_of_the_formula(hidden_units, dropout):
    counted = models.build_mlp(hidden_units, dropout).count_params()
    assert counted == (785 * hidden_units + (hidden_units + 1) * 10 if hidden_units else 785 * 10)


@FEW
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from([1, 3]), st.integers(1, 5), st.data())
def test_convolutional_networks_have_the_parameters_of_the_formula(filters, channels, classes, data):
    shape = (24, 20, channels)
    pooled = data.draw(st.sets(st.integers(1, len(filters))).map(sorted))
    steps = list(zip([channels, *filters], filters, [25, 9, 9], strict=False))
    inside = sum(before * after * size + 4 * after for before, after, size in steps)
    reader = models.build_reader(filters, pooled, shape, classes)
    assert reader.count_params() == inside + (filters[-1] + 1) * classes
    assert reader.output_shape == (None, classes)
    cnn = models.build_cnn(filters, 0, shape, classes)
    *_, height, width, last = cnn.get_layer(index=-2).input.shape
    assert cnn.count_params() == inside + (height * width * last + 1) * classes


@FEW
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(1, 3), st.integers(1, 3))
def test_the_border_finder_gives_one_logit_a_pixel(filters, rows, columns):
    step = 2 ** (len(filters) - 1)
    images = np.zeros((1, rows * step, columns * step, 1), np.float32)
    assert models.build_border_finder(filters)(images).shape == images.shape


@given(st.floats(1e-6, 10), st.integers(1, 10_000), st.floats(0, 1))
def test_the_learning_rate_stays_below_its_peak_and_ends_at_zero(peak, steps, share):
    schedule = training.OneCycle.from_config(training.OneCycle(peak, steps).get_config())
    assert 0 <= float(schedule(share * steps)) <= peak * 1.0001
    assert float(schedule(0)) == pytest.approx(0.02 * peak, rel=1e-4)
    assert float(schedule(steps)) == pytest.approx(0, abs=1e-5 * peak)


@FEW
@given(st.lists(st.integers(1, 3), min_size=1, max_size=2), st.integers(0, 2**31 - 1))
def test_a_folded_network_keeps_shapes_and_comes_back_from_json_bit_by_bit(filters, seed):
    keras.utils.set_random_seed(seed)
    model = models.build_reader(filters, (1,), (8, 8, 1), 3)
    layers = export.fold_network(model)
    numbers = sum(
        before * after * size + after for before, after, size in zip([1, *filters], filters, [25, 9], strict=False)
    )
    assert export.count_weights(layers) == numbers + (filters[-1] + 1) * 3
    network = json.loads(export.network_to_json(model))
    weights = np.frombuffer(base64.b64decode(network["weights"]), "<f4")
    np.testing.assert_array_equal(weights, np.concatenate([w.ravel() for layer in layers for w in layer["weights"]]))
    assert network["input"] == [8, 8, 1] and network["layers"][-1]["shape"] == [3]


@FEW
@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 2))
def test_fitting_tells_each_epoch_and_takes_each_step(number, batch_size, epochs):
    model = models.build_mlp(0, 0)
    images, labels = np.zeros((number, 28, 28, 1), np.float32), np.arange(number) % 10
    history = training.fit_one_cycle(model, (images, labels), epochs=epochs, peak=0.1, batch_size=batch_size)
    assert sorted(history) == ["accuracy", "loss"] and len(history["loss"]) == epochs
    assert int(model.optimizer.iterations) == epochs * -(-number // batch_size)
