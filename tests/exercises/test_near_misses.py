"""Answers that are nearly right, and answers that are right in an unusual way: each checker tells them apart."""

import itertools
import re

import keras
import numpy as np
import pytest
from keras import layers

from mnist_helpers import exercises, load_mnist

(IMAGES, _), _ = load_mnist()
DIGIT = IMAGES[2] / 255


def slope(f, w, h=1e-6):
    return (f(w + h) - f(w)) / h


def with_the_digit_of_the_chapter(a, b):
    a, b, digit = a.ravel(), b.ravel(), DIGIT.ravel()
    return (a @ b) / (np.sqrt(digit @ digit) * np.sqrt(b @ b))


def counts_pixels(a, b):
    a, b = a.ravel(), b.ravel()
    return a @ b / (len(a) * len(b))


def refuses_to_climb(loss, start, learning_rate, steps):
    for _ in range(steps):
        new = start - learning_rate * slope(loss, start)
        if loss(new) > loss(start):
            break
        start = new
    return start


def loops_over_a_number(loss, start, learning_rate, steps):
    for _ in steps:
        start = start - learning_rate * slope(loss, start)
    return start


def split_by(choose):
    def split_indices(labels, share, seed):
        training, validation = [], []
        for digit in np.unique(labels):
            members = np.flatnonzero(labels == digit)
            chosen = choose(members, share, seed, len(labels))
            validation.append(members[chosen])
            training.append(np.delete(members, chosen))
        return np.concatenate(training), np.concatenate(validation)

    return split_indices


def rotates_a_block(members, share, seed, _):
    start = np.random.default_rng(seed).integers(len(members))
    return (start + np.arange(round(share * len(members)))) % len(members)


def takes_a_tenth_of_all(members, share, seed, everything):
    size = min(round(share * everything / 10), len(members))
    return np.random.default_rng(seed).permutation(len(members))[:size]


def by_likeness(known, labels, new):
    known, new = known.reshape(len(known), -1), new.reshape(len(new), -1)
    return labels[(new @ known.T / np.linalg.norm(known, axis=1)).argmax(axis=1)]


def maximum_of_columns(logits):
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=-1, keepdims=True)


def maximum_by_python(logits):
    powers = np.exp(logits - max(logits))
    return powers / powers.sum(axis=-1, keepdims=True)


def fixed_momentum(weights, velocity, gradient, learning_rate, momentum):
    velocity = 0.9 * velocity - learning_rate * gradient
    return weights + velocity, velocity


def gate_at_zero(x, W, b, dh):  # noqa: N803
    da = dh * (x @ W + b >= 0)
    return da @ W.T, x.T @ da, da.sum(axis=0)


def stride_twice(image, kernel, stride):
    k = len(kernel)
    height, width = (image.shape[0] - k) // stride + 1, (image.shape[1] - k) // stride + 1
    result = np.zeros((height, width))
    for row in range(0, height, stride):
        for column in range(0, width, stride):
            result[row, column] = (image[row : row + k, column : column + k] * kernel).sum()
    return result


def divides_to_a_decimal(image, kernel, stride):
    return np.zeros((range((len(image) - len(kernel)) / stride + 1), 3))


def early_stopping(losses, patience, margin=0.0):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - margin:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


def works_the_best_epoch_out(losses, patience):
    stop, _ = early_stopping(losses, patience)
    return stop, stop - patience


def draws_inside(features, rate, training, random):
    if not training:
        return features
    keep = np.random.default_rng(0).random((len(features), 1, 1, features.shape[3])) >= rate
    return features * keep / (1 - rate)


def heaps_closed_at_both_ends(confidence, right, edges):
    error = 0.0
    for low, high in itertools.pairwise(edges):
        heap = (confidence >= low) & (confidence <= high)
        if heap.any():
            error += heap.mean() * abs(right[heap].mean() - confidence[heap].mean())
    return error


def private_generator(labels, answers, metric, random, rounds=1000):
    own = np.random.default_rng(0)
    results = []
    for _ in range(rounds):
        drawn = own.integers(len(labels), size=len(labels))
        results.append(metric(labels[drawn], answers[drawn]))
    return np.percentile(results, [2.5, 97.5])


def counts_errors_only(confidence, right, cost_error, cost_person):
    thresholds = np.append(confidence, np.inf)
    return thresholds[np.argmin([cost_error * (~right[confidence >= t]).sum() for t in thresholds])]


def filters_words_before_pairing(scores, words, mail):
    best, highest = None, -np.inf
    for word, count in zip([word for word in words if len(word) == len(scores)], mail, strict=False):
        total = np.log(count / sum(mail)) + sum(scores[place, ord(letter) - 65] for place, letter in enumerate(word))
        if total > highest:
            best, highest = word, total
    return best


def counts_smaller_numbers(photograph, size):
    return int((photograph < photograph[-size]).sum())


def index_with(side="right", floor=lambda shares: np.maximum(shares, 0.001), tenths=False):
    def stability_index(reference, today):
        borders = np.quantile(reference, np.arange(1, 10) / 10)

        def shares(values):
            boxes = np.searchsorted(borders, values, side=side)
            return floor(np.bincount(boxes, minlength=10) / len(values))

        p, q = np.full(10, 0.1) if tenths else shares(reference), shares(today)
        return np.sum((q - p) * np.log(q / p))

    return stability_index


def needs_worker_0(gradients, sizes):
    combined = [array * sizes[0] for array in gradients[0]]
    for arrays, size in zip(gradients[1:], sizes[1:], strict=True):
        if size:
            combined = [total + array * size for total, array in zip(combined, arrays, strict=True)]
    return [total / sum(sizes) for total in combined]


def geometric(step, base_rate, workers, warm_up_steps):
    return base_rate * workers ** min(1, step / warm_up_steps)


def waits_at_the_base_rate(step, base_rate, workers, warm_up_steps):
    return base_rate * max(1, workers * min(1, step / warm_up_steps))


E = exercises
ACCEPTED_ONCE = [
    (E.getting_started.check_likeness, with_the_digit_of_the_chapter, "is that of `digit`"),
    (E.getting_started.check_descend, refuses_to_climb, "Take every step"),
    (E.data.check_split_indices, split_by(rotates_a_block), "Draw the images one by one"),
    (E.training.check_relu_layer_backward, gate_at_zero, "`a > 0`, not `a >= 0`"),
    (E.regularization.check_spatial_dropout, draws_inside, "make no generator inside"),
    (
        E.regularization.check_early_stopping,
        lambda losses, patience: early_stopping(losses, patience, 1e-3),
        "no margin",
    ),
    (E.evaluation.check_bootstrap_interval, private_generator, "the `random` that comes in"),
    (E.emnist.check_likeliest_word, filters_words_before_pairing, "zip(words, mail)"),
    (E.svhn.check_where_to_cut, counts_smaller_numbers, "go up and down"),
    (E.shipping.check_stability_index, index_with(side="left"), "puts it into the box above"),
    (E.shipping.check_stability_index, index_with(tenths=True), "count them too"),
    (
        E.shipping.check_stability_index,
        index_with(floor=lambda shares: np.where(shares == 0, 0.001, shares)),
        "Every share below 0.001",
    ),
    (E.scaling.check_combine, needs_worker_0, "leave it out"),
]
MISLED_ONCE = [
    (E.getting_started.check_likeness, counts_pixels, "`len` counts rows or pixels"),
    (E.getting_started.check_descend, loops_over_a_number, "needs `range(...)`"),
    (E.data.check_split_indices, split_by(takes_a_tenth_of_all), "not from `len(labels)`"),
    (E.data.check_nearest_neighbour, by_likeness, "the largest *likeness*"),
    (E.mlp.check_stable_softmax, maximum_of_columns, "the largest score of each *column*"),
    (E.mlp.check_stable_softmax, maximum_by_python, "Python's `max`"),
    (E.training.check_momentum_step, fixed_momentum, "yours is 0.9 times the old velocity"),
    (E.cnn.check_convolve_with_stride, stride_twice, "the stride is in twice"),
    (E.cnn.check_convolve_with_stride, divides_to_a_decimal, "`//` gives whole numbers"),
    (
        E.regularization.check_early_stopping,
        lambda losses, patience: early_stopping(losses[1:-1], patience),
        "leaves out the first or the last",
    ),
    (E.regularization.check_early_stopping, works_the_best_epoch_out, "work the best epoch out from the stop"),
    (E.evaluation.check_precision, 96.7, "in percent"),
    (E.evaluation.check_calibration_error, heaps_closed_at_both_ends, "in two of your heaps"),
    (E.applications.check_best_threshold, counts_errors_only, "you count errors only"),
    (E.scaling.check_rate, geometric, "the same *factor*"),
    (E.scaling.check_rate, waits_at_the_base_rate, "stays at the base rate first"),
    (E.shipping.check_size, 3 * 3 * 64 * 128 + 4 * 128 + 4 * 64, "both belong to the channels that come *out*"),
]


@pytest.mark.parametrize(("check", "answer", "hint"), ACCEPTED_ONCE + MISLED_ONCE)
def test_near_misses_get_the_hint_of_their_mistake(check, answer, hint, refused):
    refused(hint, check, answer)


def _functional(activation):
    inputs = keras.Input((28, 28, 1))
    features = activation(layers.Conv2D(8, 5)(inputs))
    features = activation(layers.Conv2D(16, 3)(layers.MaxPooling2D(4)(features)))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(features)))


def _block(filters):
    return keras.Sequential([layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D()])


def _residual():
    inputs = keras.Input((28, 28, 1))
    features = layers.Conv2D(8, 3, padding="same")(inputs)
    inner = layers.Conv2D(8, 3, padding="same")(layers.ReLU()(features))
    features = layers.ReLU()(layers.Add()([features, inner]))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(features)))


NETWORKS = {
    "blocks": lambda: keras.Sequential(
        [keras.Input((28, 28, 1)), _block(8), _block(16), layers.Flatten(), layers.Dense(10)]
    ),
    "operations": lambda: _functional(keras.ops.relu),
    "maximum": lambda: _functional(lambda features: keras.ops.maximum(features, 0)),
    "tanh": lambda: _functional(keras.ops.tanh),
    "one layer twice": lambda: _functional(layers.ReLU()),
    "leaky": lambda: _functional(layers.LeakyReLU()),
    "residual": _residual,
    "separable": lambda: keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 5, activation="relu"),
            layers.MaxPooling2D(4),
            layers.SeparableConv2D(16, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10),
        ]
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_put_together_in_other_ways_are_right(name, said_about):
    said = said_about(E.cnn.check_budget, NETWORKS[name]())
    assert ": solved." in said
    assert "An activation function, such as ReLU, follows each convolution." in said


@pytest.mark.parametrize(
    "ends",
    [[layers.ReLU], [lambda: layers.Activation("softmax")], [layers.Softmax], [lambda: layers.Activation("tanh")]],
)
def test_what_follows_the_logits_is_noticed_in_a_layer_of_its_own(ends, refused):
    model = NETWORKS["blocks"]()
    refused("leave the softmax or ReLU", E.cnn.check_budget, keras.Sequential([model, *[make() for make in ends]]))


def test_a_dense_layer_does_not_bend_for_a_convolution(refused):
    inputs = keras.Input((28, 28, 1))
    features = layers.Conv2D(8, 3)(layers.Conv2D(8, 5, strides=2, activation="relu")(inputs))
    features = layers.Dense(8, activation="relu")(layers.GlobalAveragePooling2D()(features))
    refused("Without a bend", E.cnn.check_budget, keras.Model(inputs, layers.Dense(10)(features)))


def test_keras_own_pairs_of_amounts_are_right(said_about):
    pairs = (-15 / 360, 15 / 360), [-3 / 28, 3 / 28]
    assert ": solved." in said_about(lambda both: E.augmentation.check_shares(*both), pairs)


RAISING = [
    (E.getting_started.check_descend, "descend", loops_over_a_number),
    (E.mlp.check_stable_softmax, "stable_softmax", maximum_by_python),
    (E.cnn.check_convolve_with_stride, "convolve_with_stride", divides_to_a_decimal),
    (E.applications.check_repair, "repair", lambda text: int(text)),
    (E.emnist.check_likeliest_word, "likeliest_word", lambda scores, words, mail: words["ROME"]),
    (E.svhn.check_where_to_cut, "where_to_cut", lambda photograph, size: photograph[len(photograph)]),
    (E.scaling.check_combine, "combine", lambda gradients, sizes: gradients[len(sizes)]),
    (E.evaluation.check_bootstrap_interval, "bootstrap_interval", lambda *given: given[2](*given[:2]).nothing),
    (E.regularization.check_spatial_dropout, "spatial_dropout", lambda *given: given[0][given[1]]),
    (E.training.check_momentum_step, "momentum_step", lambda weights, velocity: weights),
]


@pytest.mark.parametrize(("check", "name", "function"), RAISING)
def test_the_call_to_paste_raises_the_same_error(check, name, function, capsys):
    check(function)
    report = capsys.readouterr().out
    call = report.rstrip().splitlines()[-1].strip()
    kind = re.search(r"it\s+raised\s+(\w+)", report)[1]
    assert call.startswith(f"{name}(")
    with pytest.raises(Exception) as caught:
        eval(call, {name: function, "np": np})
    assert type(caught.value).__name__ == kind
