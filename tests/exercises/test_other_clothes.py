"""Right answers in other clothes pass: other kinds of numbers and arrays, other libraries, other ways to write it."""

import decimal
import fractions
import math

import keras
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import scipy.spatial
import scipy.special
import tensorflow as tf
from sklearn.model_selection import StratifiedShuffleSplit, train_test_split
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from mnist_helpers import exercises as E  # noqa: N812

NUMBERS = {
    E.data.check_batch_size: 550,
    E.mlp.check_parameters: 52_650,
    E.training.check_learning_rate: 0.09,
    E.regularization.check_factor: 1 / 0.6,
    E.evaluation.check_precision: 380 / 393,
    E.applications.check_digit_accuracy: 0.99**0.2,
    E.emnist.check_first_loss: math.log(26),
    E.shipping.check_size: 74_752,
    E.scaling.check_speed_up: 80 / 17,
}
FORMS = [
    float,
    np.float64,
    np.float32,
    np.array,
    decimal.Decimal,
    fractions.Fraction,
    keras.ops.convert_to_tensor,
    tf.constant,
    lambda number: [number],
    lambda number: (number,),
    lambda number: np.array([[number]]),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("check", NUMBERS)
def test_numbers_of_any_kind_are_right(check, form, said_about):
    assert ": solved." in said_about(check, form(NUMBERS[check]))


@pytest.mark.parametrize("form", FORMS)
def test_pairs_of_numbers_of_any_kind_are_right(form, said_about):
    shares, counts = (form(15 / 360), form(3 / 28)), (form(432), form(1296))
    assert ": solved." in said_about(lambda pair: E.augmentation.check_shares(*pair), shares)
    assert ": solved." in said_about(lambda pair: E.svhn.check_first_layer(*pair), counts)


def by_scikit_learn(labels, share, seed):
    return train_test_split(np.arange(len(labels)), test_size=share, stratify=labels, random_state=seed)


def by_shuffle_split(labels, share, seed):
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=share, random_state=seed)
    return next(splitter.split(np.zeros((len(labels), 1)), labels))


def by_choice(labels, share, seed):
    rng = np.random.default_rng(seed)
    chosen = [
        rng.choice(np.flatnonzero(labels == digit), round(share * np.sum(labels == digit)), replace=False)
        for digit in set(labels.tolist())
    ]
    validation = np.concatenate(chosen)
    return np.setdiff1d(np.arange(len(labels)), validation), validation


def with_masks(labels, share, seed):
    rng, mask = np.random.RandomState(seed), np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        members = np.where(labels == digit)[0]
        rng.shuffle(members)
        mask[members[: int(np.round(share * len(members)))]] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def neighbours_by(make):
    return lambda known, labels, new: make(known.reshape(len(known), -1), labels, new.reshape(len(new), -1))


def forward_by_keras(images, w1, b1, w2, b2):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(len(b1), activation="relu"),
            keras.layers.Dense(len(b2)),
        ]
    )
    model.set_weights([w1, b1, w2, b2])
    return model(images)


def slope(f, w, h=1e-6):
    return (f(w + h) - f(w)) / h


def by_central_differences(loss, start, learning_rate, steps):
    for _ in range(steps):
        start -= learning_rate * (loss(start + 1e-5) - loss(start - 1e-5)) / 2e-5
    return np.float64(start)


def by_recursion(loss, start, learning_rate, steps):
    if steps == 0:
        return start
    return by_recursion(loss, start - learning_rate * slope(loss, start), learning_rate, steps - 1)


def by_while(loss, start, learning_rate, steps):
    taken = 0
    while taken < steps:
        start, taken = start - learning_rate * slope(loss, start), taken + 1
    return start


def relu_by_tape(x, W, b, dh):  # noqa: N803
    parts = [tf.constant(part) for part in (x, W, b)]
    with tf.GradientTape() as tape:
        tape.watch(parts)
        h = tf.nn.relu(parts[0] @ parts[1] + parts[2])
    return tape.gradient(h, parts, output_gradients=tf.constant(dh))


def strided_by_scipy(image, kernel, stride):
    return scipy.signal.correlate2d(image, kernel, mode="valid")[::stride, ::stride]


def strided_by_keras(image, kernel, stride):
    image, kernel = image[None, :, :, None], kernel[:, :, None, None]
    return keras.ops.conv(image, kernel, strides=stride, padding="valid")[0, :, :, 0]


def translated_by_padding(image, right, down):
    padded = np.pad(image, 28)
    return padded[28 - down : 56 - down, 28 - right : 56 - right]


def stopped_by_list(losses, patience):
    for epoch in range(1, len(losses) + 1):
        best = int(np.argmin(losses[:epoch])) + 1
        if epoch - best >= patience:
            return epoch, best
    return len(losses), int(np.argmin(losses)) + 1


def dropped_by_binomial(features, rate, training, random):
    mask = random.binomial(1, 1 - rate, (features.shape[0], features.shape[-1]))[:, None, None]
    return np.where(mask, features / (1 - rate), 0) if training else features.copy()


def calibrated_by_digitize(confidence, right, edges):
    heaps = np.digitize(confidence, edges, right=True)
    sure, good = (np.bincount(heaps, weights, len(edges) + 1) for weights in (confidence, right))
    return np.abs(good - sure).sum() / len(right)


def resampled_by_choice(labels, answers, metric, random, rounds=1000):
    places = [random.choice(len(labels), len(labels)) for _ in range(rounds)]
    return tuple(np.quantile([metric(labels[p], answers[p]) for p in places], [0.025, 0.975]))


def resampled_at_once(labels, answers, metric, random, rounds=1000):
    draws = random.integers(0, len(labels), (rounds, len(labels)))
    return np.percentile([metric(labels[row], answers[row]) for row in draws], (2.5, 97.5)).tolist()


def cheapest_by_sorting(confidence, right, cost_error, cost_person):
    tried = [0.0, *np.unique(confidence), 2.0]
    costs = [np.where(confidence >= t, cost_error * (1 - right), cost_person).sum() for t in tried]
    return tried[int(np.argmin(costs))]


def repaired_by_arithmetic(text):
    unknown = text.count("?")
    if unknown > 1:
        return None
    weights = [3, 7, 1] * 3
    total = sum(w * int(c) for w, c in zip(weights, text, strict=True) if c != "?")
    if not unknown:
        return text if total % 10 == 0 else None
    weight = weights[text.index("?")]
    return text.replace("?", str(-total * pow(weight, -1, 10) % 10))


def cut_by_unique(photograph, size):
    _, starts = np.unique(photograph, return_index=True)
    return max(start for start in starts if len(photograph) - start >= size)


def word_by_max(scores, words, mail):
    pairs = [(word, count) for word, count in zip(words, mail, strict=True) if len(word) == len(scores)]
    letters = np.arange(len(scores))
    return max(
        pairs,
        key=lambda pair: np.log(pair[1]) + scores[letters, [ord(c) - 65 for c in pair[0]]].sum(),
        default=(None, 0),
    )[0]


def polarity_by_sign(photos):
    x = photos.astype("float64")
    x = (x - x.mean(axis=(1, 2, 3), keepdims=True)) / (x.std(axis=(1, 2, 3), keepdims=True) + 8)
    return x * np.where(x[:, 8:24, 8:24].mean(axis=(1, 2, 3)) < 0, -1, 1)[:, None, None, None]


def index_by_histogram(reference, today):
    edges = [-np.inf, *np.quantile(reference, np.linspace(0.1, 0.9, 9)), np.inf]
    places = [np.digitize(values, edges[1:-1]) for values in (reference, today)]
    p, q = (np.clip([np.mean(place == box) for box in range(10)], 0.001, None) for place in places)
    return float(((q - p) * (np.log(q) - np.log(p))).sum())


def folded_by_einsum(kernel, bias, gamma, beta, mean, variance, epsilon):
    factor = gamma * (variance + epsilon) ** -0.5
    return np.einsum("rcio,o->rcio", kernel, factor), beta + (bias - mean) * factor


def averaged_by_numpy(gradients, sizes):
    kept = [number for number, size in enumerate(sizes) if size]
    return [
        np.average([gradients[n][k] for n in kept], axis=0, weights=[sizes[n] for n in kept])
        for k in range(len(gradients[0]))
    ]


def chained_by_reduce(matrices):
    squares = [np.vstack([matrix, [0, 0, 1]]) for matrix in matrices]
    return np.linalg.multi_dot([np.eye(3), np.eye(3), *squares])[:2]


def momentum_by_list(weights, velocity, gradient, learning_rate, momentum):
    velocity = -(learning_rate * gradient) + velocity * momentum
    return [velocity + weights, velocity]


LIBRARIES = [
    (E.getting_started.check_likeness, lambda a, b: 1 - scipy.spatial.distance.cosine(a.ravel(), b.ravel())),
    (E.getting_started.check_likeness, lambda a, b: np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)),
    (E.getting_started.check_likeness, lambda a, b: np.tensordot(a, b) / np.sqrt((a**2).sum() * (b**2).sum())),
    (
        E.getting_started.check_likeness,
        lambda a, b: float(np.einsum("ij,ij", a, b) / math.sqrt((a * a).sum() * (b * b).sum())),
    ),
    (E.getting_started.check_descend, by_central_differences),
    (E.getting_started.check_descend, by_recursion),
    (E.getting_started.check_descend, by_while),
    *((E.data.check_split_indices, split) for split in (by_scikit_learn, by_shuffle_split, by_choice, with_masks)),
    (
        E.data.check_nearest_neighbour,
        neighbours_by(lambda known, labels, new: KNeighborsClassifier(1).fit(known, labels).predict(new)),
    ),
    (
        E.data.check_nearest_neighbour,
        neighbours_by(lambda k, labels, n: labels[NearestNeighbors(n_neighbors=1).fit(k).kneighbors(n)[1][:, 0]]),
    ),
    (
        E.data.check_nearest_neighbour,
        neighbours_by(lambda k, labels, n: labels[scipy.spatial.distance.cdist(n, k).argmin(axis=1)]),
    ),
    (
        E.data.check_nearest_neighbour,
        neighbours_by(lambda k, labels, n: [labels[np.linalg.norm(k - row, axis=1).argmin()] for row in n]),
    ),
    (E.mlp.check_stable_softmax, lambda logits: scipy.special.softmax(logits, axis=1)),
    (E.mlp.check_stable_softmax, lambda logits: np.exp(scipy.special.log_softmax(logits, axis=-1))),
    (E.mlp.check_stable_softmax, lambda logits: keras.ops.softmax(logits)),
    (E.mlp.check_stable_softmax, lambda logits: tf.nn.softmax(logits)),
    (E.mlp.check_stable_softmax, lambda logits: keras.activations.softmax(keras.ops.convert_to_tensor(logits))),
    (
        E.mlp.check_stable_softmax,
        lambda logits: np.exp(logits - scipy.special.logsumexp(logits, axis=1, keepdims=True)),
    ),
    (E.mlp.check_forward, forward_by_keras),
    (E.mlp.check_forward, lambda x, w, b, v, c: np.clip(x.reshape(-1, 784) @ w + b, 0, None) @ v + c),
    (E.mlp.check_forward, lambda x, w, b, v, c: keras.ops.relu(x.reshape(-1, 784) @ w + b).numpy() @ v + c),
    (E.mlp.check_forward, lambda x, w, b, v, c: np.array([np.maximum(i.ravel() @ w + b, 0) @ v + c for i in x])),
    (E.training.check_momentum_step, momentum_by_list),
    (E.training.check_momentum_step, lambda *given: np.stack(momentum_by_list(*given))),
    (E.training.check_momentum_step, lambda *given: tuple(map(tf.constant, momentum_by_list(*given)))),
    (E.training.check_relu_layer_backward, relu_by_tape),
    (E.cnn.check_convolve_with_stride, strided_by_scipy),
    (E.cnn.check_convolve_with_stride, strided_by_keras),
    (E.cnn.check_output_shape, [5, 5, 16]),
    (E.cnn.check_output_shape, np.array([5.0, 5.0, 16.0])),
    (E.cnn.check_output_shape, (10 / 2, 5, 16)),
    (E.augmentation.check_translate, translated_by_padding),
    (E.augmentation.check_translate, lambda im, right, down: scipy.ndimage.shift(im, (down, right), order=0)),
    (E.augmentation.check_combine, chained_by_reduce),
    (E.regularization.check_early_stopping, stopped_by_list),
    (E.regularization.check_early_stopping, lambda *given: np.array(stopped_by_list(*given), dtype=float)),
    (E.regularization.check_spatial_dropout, dropped_by_binomial),
    (E.evaluation.check_calibration_error, calibrated_by_digitize),
    (E.evaluation.check_bootstrap_interval, resampled_by_choice),
    (E.evaluation.check_bootstrap_interval, resampled_at_once),
    (E.applications.check_best_threshold, cheapest_by_sorting),
    (E.applications.check_repair, repaired_by_arithmetic),
    (E.emnist.check_prepare, lambda images, labels: [np.swapaxes(images, 1, 2), labels - np.uint8(1)]),
    (E.emnist.check_prepare, lambda images, labels: (np.array([i.T for i in images]), labels.astype(int) - 1)),
    (E.emnist.check_prepare, lambda images, labels: (np.einsum("nij->nji", images), np.subtract(labels, 1).tolist())),
    (E.emnist.check_likeliest_word, word_by_max),
    (E.svhn.check_where_to_cut, cut_by_unique),
    (E.svhn.check_normalise_polarity, polarity_by_sign),
    (E.shipping.check_fold, folded_by_einsum),
    (E.shipping.check_stability_index, index_by_histogram),
    (E.scaling.check_rate, lambda step, b, w, n: float(np.interp(step, [0, n], [b, b * w]))),
    (E.scaling.check_rate, lambda step, b, w, n: b * w if step >= n else b + step * (b * w - b) / n),
    (E.scaling.check_rate, lambda step, b, w, n: b * (1 + (w - 1) * np.clip(step / n, 0, 1))),
    (E.scaling.check_combine, averaged_by_numpy),
]


@pytest.mark.parametrize("number", range(len(LIBRARIES)))
def test_other_ways_to_write_it_are_right(number, said_about):
    check, answer = LIBRARIES[number]
    assert ": solved." in said_about(check, answer)


RETURNS = [np.asarray, lambda array: np.asarray(array).tolist(), lambda array: np.asarray(array, order="F")]
RETURNS += [tf.constant, keras.ops.convert_to_tensor]


@pytest.mark.parametrize("form", RETURNS)
@pytest.mark.parametrize(
    ("check", "function"),
    [
        (E.mlp.check_stable_softmax, lambda logits: scipy.special.softmax(logits, axis=1)),
        (E.mlp.check_forward, lambda x, w, b, v, c: np.maximum(x.reshape(-1, 784) @ w + b, 0) @ v + c),
        (E.cnn.check_convolve_with_stride, strided_by_scipy),
        (E.augmentation.check_translate, translated_by_padding),
        (E.augmentation.check_combine, chained_by_reduce),
        (E.regularization.check_spatial_dropout, dropped_by_binomial),
        (E.svhn.check_normalise_polarity, polarity_by_sign),
        (E.scaling.check_rate, lambda step, b, w, n: np.interp(step, [0, n], [b, b * w])),
        (E.evaluation.check_calibration_error, calibrated_by_digitize),
        (E.shipping.check_stability_index, index_by_histogram),
    ],
)
def test_results_of_any_kind_are_right(check, function, form, said_about):
    assert ": solved." in said_about(check, lambda *given: form(function(*given)))
