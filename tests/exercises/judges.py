"""Say whether an answer does what the published solution does, on valid input of the tests' own."""

import copy

import numpy as np


def _same(value, other) -> bool:
    if other is None or isinstance(other, str):
        return type(value) is type(other) and value == other
    if isinstance(other, (tuple, list)):
        return len(value) == len(other) and all(map(_same, value, other))
    value, other = np.asarray(value, dtype=float), np.asarray(other, dtype=float)
    return value.shape == other.shape and np.allclose(value, other, rtol=1e-4, atol=1e-6, equal_nan=True)


def _images(r, n):
    return r.random((n, 28, 28, 1)) * (r.random((n, 28, 28, 1)) < 0.3)


def _descend(r):
    a, b = r.normal(size=2)
    return lambda w: np.sin(w + a) + b * w, r.normal() * 3, r.uniform(0.01, 0.6), int(r.integers(0, 12))


def _forward(r):
    units = int(r.integers(2, 9))
    w = r.normal(size=(784, units)), r.normal(size=units), r.normal(size=(units, 10)), r.normal(size=10)
    return _images(r, int(r.integers(1, 5))), *w


def _momentum(r):
    shape = tuple(r.integers(1, 4, int(r.integers(1, 4))))
    return *r.normal(size=(3, *shape)), r.uniform(0.01, 1), r.uniform(0, 1)


def _relu_layer(r):
    n, i, u = r.integers(1, 6, 3)
    layer = [r.normal(size=s) for s in ((n, i), (i, u), (u,), (n, u))]
    return [np.round(part) for part in layer] if r.random() < 0.3 else layer


def _stride(r):
    k = int(r.integers(1, 5))
    return r.normal(size=r.integers(k, k + 9, 2)), r.normal(size=(k, k)), int(r.integers(1, 5))


def _losses(r):
    return r.choice([0.1, 0.2, 0.20001, 0.3, 0.5, 1.0, 7.0], int(r.integers(1, 12))).tolist(), int(r.integers(1, 5))


def _calibration(r):
    n = int(r.integers(1, 40))
    edges = np.array([0, 0.25, 0.5, 0.75, 1.0]) if r.random() < 0.5 else np.array([0, *np.sort(r.random(3)), 1])
    return r.choice([0.1, 0.25, 0.5, 0.6, 0.75, 0.8, 0.9, 1.0], n), r.random(n) < 0.7, edges


def _threshold(r):
    n = int(r.integers(1, 30))
    confidence = r.choice(np.arange(1, 21) / 20, n)
    return confidence, r.random(n) < r.choice([0.1, 0.6, 0.95]), r.uniform(0.1, 9), r.uniform(0.1, 9)


def _routing(r):
    digits = r.integers(0, 10, 9)
    digits[8] = -(digits[:8] @ ([3, 7, 1] * 2 + [3, 7])) % 10 if r.random() < 0.7 else digits[8]
    text = list(map(str, digits))
    for place in r.choice(9, int(r.choice([0, 1, 1, 1, 2, 3])), replace=False):
        text[place] = "?"
    return ("".join(text),)


def _prepare(r):
    n = int(r.integers(1, 6))
    return r.integers(0, 256, (n, 28, 28)).astype("uint8"), r.integers(1, 27, n).astype("uint8")


def _words(r):
    words = sorted({"".join(chr(65 + c) for c in r.integers(0, 26, int(r.integers(1, 4)))) for _ in range(12)})
    r.shuffle(words)
    scores = np.log(r.dirichlet(np.ones(26), int(r.integers(1, 4))))
    return scores, words, r.integers(1, 1000, len(words)).tolist()


def _cut(r):
    photographs = int(r.integers(1, 10))
    numbers = np.repeat(r.permutation(photographs), r.integers(1, 5, photographs))
    return numbers, int(r.integers(1, len(numbers) + 1))


def _photos(r):
    photos = r.integers(0, 256, (int(r.integers(1, 5)), 32, 32, 3))
    for photo in photos:
        row, column = r.integers(0, 24, 2)
        photo[row : row + 8, column : column + 8] += r.integers(-200, 200)
    return (photos.clip(0, 255).astype("uint8"),)


def _fold(r):
    channels = int(r.integers(1, 5))
    vectors = r.normal(size=(4, channels))
    return r.normal(size=(3, 3, 2, channels)), *vectors, r.uniform(0.1, 4, channels), r.choice([1e-3, 0.1, 1.0])


def _drift(r):
    reference = r.normal(size=int(r.integers(50, 400)))
    today = r.normal(r.normal() / 2, r.uniform(0.5, 2), int(r.choice([60, 300, 3000])))
    return (np.round(reference, 1), np.round(today, 1)) if r.random() < 0.5 else (reference, today)


def _rates(r):
    return int(r.integers(0, 60)), r.uniform(0.01, 3), int(r.integers(1, 9)), int(r.integers(1, 40))


def _gradients(r):
    sizes = r.choice([0, 1, 3, 20], int(r.integers(1, 5))).tolist()
    sizes[int(r.integers(len(sizes)))] = 7
    return [[r.normal(size=s) * (1 if n else np.nan) for s in ((2, 3), (3,), (1,))] for n in sizes], sizes


def _neighbours(r):
    known, new = r.random((int(r.integers(2, 20)), 28, 28)), r.random((int(r.integers(1, 6)), 28, 28))
    return known * r.uniform(0.2, 1, (len(known), 1, 1)), r.integers(0, 10, len(known)), new


INPUTS = {
    "check_likeness": lambda r: tuple(_images(r, 2)[..., 0] + 1e-3),
    "check_descend": _descend,
    "check_nearest_neighbour": _neighbours,
    "check_stable_softmax": lambda r: (r.normal(0, r.choice([1, 50, 2000]), (int(r.integers(1, 6)), 10)),),
    "check_forward": _forward,
    "check_momentum_step": _momentum,
    "check_relu_layer_backward": _relu_layer,
    "check_convolve_with_stride": _stride,
    "check_translate": lambda r: (r.random((28, 28)), *map(int, r.integers(-27, 28, 2))),
    "check_early_stopping": _losses,
    "check_calibration_error": _calibration,
    "check_repair": _routing,
    "check_prepare": _prepare,
    "check_likeliest_word": _words,
    "check_where_to_cut": _cut,
    "check_normalise_polarity": _photos,
    "check_fold": _fold,
    "check_stability_index": _drift,
    "check_rate": _rates,
}


def _by_examples(function, right, draw) -> bool:
    for seed in range(150):
        given, again = draw(np.random.default_rng(seed)), draw(np.random.default_rng(seed))
        if not _same(function(*given), right(*again)):
            return False
        if any(isinstance(a, (np.ndarray, list)) and not _same(a, b) for a, b in zip(given, again, strict=True)):
            return False
    return True


def _combines(function, right) -> bool:
    if len(_arguments_of(function)) == 2:
        return _by_examples(function, right, _gradients)
    return _by_examples(function, right, lambda r: (list(r.normal(size=(int(r.integers(1, 5)), 2, 3))),))


def _arguments_of(function):
    """Return the names of a function's arguments."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]


def _thresholds(function) -> bool:
    for seed in range(150):
        confidence, right, error, person = _threshold(np.random.default_rng(seed))

        def cost(t, c=confidence, right=right, error=error, person=person):
            return error * ((c >= t) & ~right).sum() + person * (c < t).sum()

        given = confidence.copy(), right.copy()
        chosen = float(function(*given, error, person))
        if cost(chosen) > min(map(cost, [*confidence, np.inf])) + 1e-9 or not _same(given[0], confidence):
            return False
    return True


def _splits(function) -> bool:
    chosen = []
    for seed in range(60):
        r = np.random.default_rng(seed)
        digits = r.choice(10, int(r.integers(1, 11)), replace=False)
        counts = r.integers(1, 5, len(digits)) * 10
        labels = r.permutation(np.repeat(digits, counts))
        share = float(r.choice([0.1, 0.2, 0.5, 0.8]))
        training, validation = function(labels.copy(), share, seed)
        if not np.array_equal(np.sort(np.concatenate([training, validation])), np.arange(len(labels))):
            return False
        got = [np.sum(labels[validation] == digit) for digit in digits]
        if not np.array_equal(got, np.round(share * counts)):
            return False
        if not _same(function(labels.copy(), share, seed), (training, validation)):
            return False
        chosen.append(tuple(np.sort(function(np.repeat([0, 1], 20), 0.2, seed)[1])))
    return len(set(chosen)) > 55 and np.ptp(np.bincount(np.concatenate(chosen), minlength=40)) < 25


def _drops(function) -> bool:
    r = np.random.default_rng(0)
    for rate in (0.0, 0.3, 0.9):
        features = r.normal(size=(50, 2, 3, 40))
        given = features.copy()
        if not _same(function(given, rate, False, np.random.default_rng(1)), features):
            return False
        one = np.random.default_rng(1)
        first, second = (np.asarray(function(given, rate, True, one)) for _ in range(2))
        maps = (first != 0).any(axis=(1, 2))
        if not _same(first, features * maps[:, None, None, :] / (1 - rate)) or not _same(given, features):
            return False
        if abs(maps.mean() - (1 - rate)) > 0.06 or (rate and (_same(first, second) or np.ptp(maps.sum(axis=1)) == 0)):
            return False
        if rate and (
            (maps == maps[0]).all() or not _same(function(given, rate, True, np.random.default_rng(1)), first)
        ):
            return False
    return True


def _resamples(function) -> bool:
    r = np.random.default_rng(0)
    for n, rounds in ((30, 300), (80, 150)):
        labels, answers, seen, drawn = r.normal(size=n), r.normal(size=n), [], []

        def metric(a, b, seen=seen, drawn=drawn, labels=labels, answers=answers):
            places = np.searchsorted(np.sort(labels), a)
            assert np.array_equal(answers[np.argsort(labels)][places], b)
            drawn.append(places)
            seen.append(np.mean(a * b) + a[0])
            return seen[-1]

        generator = np.random.default_rng(5)
        ends = function(labels.copy(), answers.copy(), metric, generator, rounds)
        counts = np.bincount(np.concatenate(drawn), minlength=n) / rounds
        fine = len(seen) == rounds and {len(d) for d in drawn} == {n} and _same(ends, np.percentile(seen, [2.5, 97.5]))
        alike = len({tuple(d) for d in drawn}) == rounds and np.abs(counts - 1).max() < 0.5
        before = [tuple(d) for d in drawn]
        function(labels, answers, metric, generator, rounds)
        if not fine or not alike or before[0] == tuple(drawn[rounds]):
            return False
    return True


def _fits_the_budget(model) -> bool:
    import keras

    kinds = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    bent = all(layer.activation is keras.activations.relu for layer in kinds)
    logits = model.layers[-1].activation is keras.activations.linear
    shapes = model.input_shape == (None, 28, 28, 1) and model.output_shape == (None, 10)
    return len(kinds) >= 2 and bent and logits and shapes and model.count_params() <= 10_000


def is_right(checker: str, answers: tuple, right: tuple) -> bool:
    """Return whether answers are as good as the published ones."""
    answer = answers[0]
    if checker == "check_budget":
        return _fits_the_budget(answer)
    if checker == "check_learning_rate":
        w, b = 10 * (1 - answer) ** 40, (1 - 20 * answer) ** 40
        return 0.5 * (w**2 + 20 * b**2) < 0.1
    if not callable(right[0]):
        exact = all(isinstance(value, (int, tuple)) for value in right)
        rtol = 0 if exact else 1e-4
        return all(
            np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, 0) for a, b in zip(answers, right, strict=True)
        )
    special = {
        "check_best_threshold": _thresholds,
        "check_split_indices": _splits,
        "check_spatial_dropout": _drops,
        "check_bootstrap_interval": _resamples,
    }
    if checker in special:
        return special[checker](answer)
    if checker == "check_combine":
        return _combines(answer, right[0])
    return _by_examples(answer, copy.copy(right[0]), INPUTS[checker])
