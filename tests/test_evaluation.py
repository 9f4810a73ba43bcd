"""Numbers about a model agree with scikit-learn or with their definition, in ordinary cases and at the edges."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import log_softmax, softmax
from sklearn import metrics

from mnist_helpers import evaluation

CLOSE = {"rtol": 1e-12, "atol": 1e-12}


@st.composite
def answers_and_labels(draw):
    """Labels, answers and the number of classes; often some class is absent, or never answered."""
    classes = draw(st.integers(2, 12))
    images = draw(st.integers(1, 60))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = random.choice(random.choice(classes, draw(st.integers(1, classes)), replace=False), images)
    wrong = random.random(images) < draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    answers = np.where(wrong, random.choice(random.choice(classes, draw(st.integers(1, classes))), images), labels)
    return labels, answers, classes


@st.composite
def confidences(draw):
    """Confidence and whether right; often with equal confidences, and with those at the edges of bins."""
    images = draw(st.integers(1, 80))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    confidence = random.random(images)
    if draw(st.booleans()):
        confidence = confidence.round(1)
    return confidence, random.random(images) < confidence


@given(answers_and_labels())
def test_confusion_matrix_is_that_of_scikit_learn(case):
    labels, answers, classes = case
    matrix = evaluation.confusion_matrix(labels, answers, classes)
    np.testing.assert_array_equal(matrix, metrics.confusion_matrix(labels, answers, labels=range(classes)))
    assert matrix.sum() == len(labels)
    assert matrix.trace() == (labels == answers).sum()


@given(answers_and_labels())
def test_report_is_that_of_scikit_learn_and_of_the_definition(case):
    labels, answers, classes = case
    report = evaluation.per_class_report(labels, answers, classes)
    for c in range(classes):
        hits, shown, said = ((labels == c) & (answers == c)).sum(), (labels == c).sum(), (answers == c).sum()
        assert report["images"][c] == shown
        if shown + said == 0:
            assert all(np.isnan(report[name][c]) for name in ("precision", "recall", "f1"))
            continue
        np.testing.assert_allclose(report["precision"][c], hits / said if said else 0, **CLOSE)
        np.testing.assert_allclose(report["recall"][c], hits / shown if shown else 0, **CLOSE)
        np.testing.assert_allclose(report["f1"][c], 2 * hits / (shown + said), **CLOSE)
    for average in ("macro", "weighted"):
        *expected, _ = metrics.precision_recall_fscore_support(labels, answers, average=average, zero_division=0)
        assert list(report[average]) == ["precision", "recall", "f1"]
        np.testing.assert_allclose(list(report[average].values()), expected, **CLOSE)
    np.testing.assert_allclose(report["weighted"]["recall"], (labels == answers).mean(), **CLOSE)


def test_a_class_that_is_never_answered_and_one_that_is_absent():
    report = evaluation.per_class_report([0, 0, 1, 1], [0, 0, 0, 2], classes=4)
    np.testing.assert_array_equal(report["precision"], [2 / 3, 0, 0, np.nan])  # 1 never answered, 2 has no images
    np.testing.assert_array_equal(report["recall"], [1, 0, 0, np.nan])
    np.testing.assert_array_equal(report["images"], [2, 2, 0, 0])
    assert report["macro"]["recall"] == pytest.approx(1 / 3)
    assert report["weighted"]["recall"] == 0.5


@given(answers_and_labels(), st.integers(1, 8))
def test_confused_pairs_are_the_largest_of_both_directions(case, count):
    labels, answers, classes = case
    pairs = evaluation.most_confused_pairs(evaluation.confusion_matrix(labels, answers, classes), count)
    times = {}
    for label, answer in zip(labels.tolist(), answers.tolist(), strict=True):
        if label != answer:
            pair = (min(label, answer), max(label, answer))
            times[pair] = times.get(pair, 0) + 1
    assert [number for *_, number in pairs] == sorted(times.values(), reverse=True)[:count]
    assert all(times[a, b] == number for a, b, number in pairs)
    assert len({pair[:2] for pair in pairs}) == len(pairs)


def test_equal_pairs_come_in_order_of_their_classes():
    assert evaluation.most_confused_pairs([[0, 0, 1], [1, 0, 0], [0, 1, 0]]) == [(0, 1, 1), (0, 2, 1), (1, 2, 1)]


@given(st.integers(1, 20_000), st.floats(0, 1), st.floats(0.5, 0.999))
def test_accuracy_interval_is_wilsons_formula(images, share, level):
    right = round(share * images)
    low, high = evaluation.accuracy_interval(right, images, level)
    p, z = right / images, stats.norm.ppf(1 - (1 - level) / 2)
    middle = (p + z**2 / (2 * images)) / (1 + z**2 / images)
    half = z / (1 + z**2 / images) * math.sqrt(p * (1 - p) / images + z**2 / (4 * images**2))
    np.testing.assert_allclose([low, high], [max(middle - half, 0), min(middle + half, 1)], rtol=1e-9, atol=1e-12)
    assert 0 <= low <= p + 1e-12 and p - 1e-12 <= high <= 1


def test_accuracy_interval_holds_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(1)
    held = [
        low <= 0.99 <= high
        for low, high in (evaluation.accuracy_interval(right, 2000) for right in random.binomial(2000, 0.99, 2000))
    ]
    assert 0.93 <= np.mean(held) <= 0.97


def power_by_simulation(a, b, images, disagreement=None, rounds=4000):
    """Return how often the difference is noticed at 95% when so many images are drawn."""
    random = np.random.default_rng(7)
    if disagreement is None:
        right_a, right_b = random.binomial(images, a, rounds), random.binomial(images, b, rounds)
        pooled = (right_a + right_b) / (2 * images)
        z = np.abs(right_a - right_b) / np.sqrt(2 * images * pooled * (1 - pooled))
    else:
        only_a = (disagreement + (a - b)) / 2
        split = random.multinomial(images, [only_a, disagreement - only_a, 1 - disagreement], rounds)
        z = np.abs(split[:, 0] - split[:, 1]) / np.sqrt(np.maximum(split[:, 0] + split[:, 1], 1))
    return (z > stats.norm.ppf(0.975)).mean()


@pytest.mark.parametrize(("a", "b"), [(0.995, 0.994), (0.98, 0.97), (0.9, 0.8)])
@pytest.mark.parametrize("times", [None, 1.5, 2.9])
def test_so_many_images_notice_the_difference_four_times_in_five(a, b, times):
    disagreement = None if times is None else times * (a - b)
    images = evaluation.images_needed(a, b, disagreement)
    assert images == evaluation.images_needed(b, a, disagreement)
    assert 0.77 <= power_by_simulation(a, b, images, disagreement) <= 0.85
    assert evaluation.images_needed(a, b, disagreement, power=0.9) > images
    assert evaluation.images_needed(a, b, disagreement, level=0.9) < images


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_mcnemar_is_a_coin_thrown_once_for_each_disagreement(seed, images):
    right_a, right_b = np.random.default_rng(seed).random((2, images)) < 0.7
    only_a, only_b, p_value = evaluation.mcnemar(right_a, right_b)
    assert only_a - only_b == right_a.sum() - right_b.sum()
    assert only_a + only_b == (right_a != right_b).sum()
    flips, fewer = only_a + only_b, min(only_a, only_b)
    tail = sum(math.comb(flips, k) for k in range(fewer + 1)) / 2**flips
    assert p_value == pytest.approx(min(1, 2 * tail), abs=1e-12)
    assert evaluation.mcnemar(right_b, right_a) == (only_b, only_a, p_value)


def test_models_that_never_disagree_cannot_be_told_apart():
    assert evaluation.mcnemar([True, False], [True, False]) == (0, 0, 1.0)


@given(confidences(), st.integers(1, 15))
def test_reliability_is_a_mean_of_each_bin(case, bins):
    confidence, right = case
    table = evaluation.reliability(confidence, right, bins)
    edges = np.linspace(0, 1, bins + 1)
    np.testing.assert_array_equal(table["edges"], edges)
    assert table["images"].sum() == len(confidence)
    distance = 0
    for b in range(bins):
        inside = (confidence > edges[b]) & (confidence <= edges[b + 1]) | (b == 0) & (confidence == 0)
        assert table["images"][b] == inside.sum()
        if inside.any():
            np.testing.assert_allclose(table["confidence"][b], confidence[inside].mean(), **CLOSE)
            np.testing.assert_allclose(table["accuracy"][b], right[inside].mean(), **CLOSE)
            distance += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
        else:
            assert np.isnan(table["confidence"][b]) and np.isnan(table["accuracy"][b])
    assert evaluation.expected_calibration_error(confidence, right, bins) == pytest.approx(distance, abs=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 5))
def test_temperature_undoes_what_was_done_to_the_logits(seed, factor):
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (3000, 5))
    labels = np.array([random.choice(5, p=row) for row in softmax(logits, axis=1)])  # calibrated by construction
    plain, scaled = evaluation.fit_temperature(logits, labels), evaluation.fit_temperature(factor * logits, labels)
    assert plain == pytest.approx(1, abs=0.15)
    assert scaled == pytest.approx(factor * plain, rel=1e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_no_other_temperature_has_a_smaller_cross_entropy(seed):
    random = np.random.default_rng(seed)
    logits, labels = random.normal(0, 3, (200, 4)), random.integers(0, 4, 200)
    labels[:150] = logits[:150].argmax(axis=1)

    def cross_entropy(temperature):
        return -log_softmax(logits / temperature, axis=1)[np.arange(200), labels].mean()

    best = evaluation.fit_temperature(logits, labels)
    assert all(cross_entropy(best) <= cross_entropy(t) + 1e-10 for t in np.geomspace(0.05, 20, 60))


@given(confidences())
def test_error_by_coverage_counts_what_stays_above_each_threshold(case):
    confidence, right = case
    coverage, error = evaluation.error_by_coverage(confidence, right)
    thresholds = np.unique(confidence)[::-1]
    assert len(coverage) == len(thresholds)
    for share, wrong, threshold in zip(coverage, error, thresholds, strict=True):
        answered = confidence >= threshold
        np.testing.assert_allclose(share, answered.mean(), **CLOSE)
        np.testing.assert_allclose(wrong, (~right[answered]).mean(), **CLOSE)
    np.testing.assert_allclose(error[-1], 1 - right.mean(), **CLOSE)


@given(confidences(), st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0]))
def test_threshold_is_the_lowest_that_keeps_the_promise(case, largest_error):
    confidence, right = case
    threshold = evaluation.choose_threshold(confidence, right, largest_error)
    keeps = [t for t in np.unique(confidence) if (~right[confidence >= t]).mean() <= largest_error]
    assert threshold == (min(keeps) if keeps else math.inf)


TRUE = np.array([True])
BAD_INPUT = [
    (evaluation.accuracy_interval, (5, 4), "from 0 to the number of images, at least 1; got 5 of 4"),
    (evaluation.accuracy_interval, (0, 0), "got 0 of 0"),
    (evaluation.accuracy_interval, (1, 2, 95), "level must lie between 0 and 1, such as 0.95; got 95"),
    (evaluation.images_needed, (0.9, 0.9), "two different numbers from 0 to 1; got 0.9 and 0.9"),
    (evaluation.images_needed, (99.5, 99.4), "from 0 to 1; got 99.5 and 99.4"),
    (evaluation.images_needed, (0.9, 0.8, 0.05), "from the difference of the accuracies, 0.1, to 0.3; got 0.05"),
    (evaluation.images_needed, (0.9, 0.8, 0.31), "to 0.3; got 0.31"),
    (evaluation.images_needed, (0.9, 0.8, None, 95), "level and power must lie between 0 and 1; got 95"),
    (evaluation.mcnemar, ([1, 0], [True, False]), "right_a must be True or False.*answers == labels; got dtype int64"),
    (evaluation.mcnemar, ([True, False], [1, 0]), "right_b must be True or False"),
    (evaluation.mcnemar, (TRUE, [True, False]), "for the same images; got 1 and 2"),
    (evaluation.confusion_matrix, ([0, 1], [0]), "labels and answers must be as many; got 2 and 1"),
    (evaluation.confusion_matrix, ([], []), r"got \(0,\)"),
    (evaluation.confusion_matrix, ([0.0], [0]), "labels must be whole numbers; got dtype float64"),
    (evaluation.confusion_matrix, ([10], [0]), "labels must be from 0 to 9; got 10 to 10"),
    (evaluation.confusion_matrix, ([0], [-1]), "answers must be from 0 to 9; got -1"),
    (evaluation.per_class_report, ([0], np.zeros((1, 10))), r"answers.*got \(1, 10\).*argmax\(axis=1\)"),
    (evaluation.most_confused_pairs, (np.zeros((2, 3)),), r"as many rows as columns; got shape \(2, 3\)"),
    (evaluation.most_confused_pairs, (np.zeros((2, 2)), 0), "count must be at least 1; got 0"),
    (evaluation.reliability, ([0.5], [1.0]), "right must be True or False"),
    (evaluation.reliability, ([0.5, 0.5], TRUE), r"confidence must have the shape of right, \(1,\); got \(2,\)"),
    (evaluation.reliability, ([3.2], TRUE), "from 0 to 1; got 3.2 to 3.2.*not a logit"),
    (evaluation.reliability, ([np.nan], TRUE), "from 0 to 1; got nan"),
    (evaluation.reliability, ([0.5], TRUE, 0), "bins must be at least 1; got 0"),
    (evaluation.fit_temperature, ([1.0, 2.0], [0]), r"finite numbers of shape \(n, classes\); got shape \(2,\)"),
    (evaluation.fit_temperature, ([[np.inf, 0]], [0]), "finite numbers"),
    (evaluation.fit_temperature, ([[1.0, 0]], [2]), "labels must be from 0 to 1; got 2"),
    (evaluation.fit_temperature, ([[1.0, 0]], [0, 1]), "logits and labels must be as many; got 1 and 2"),
    (evaluation.error_by_coverage, ([-0.1], TRUE), "from 0 to 1; got -0.1"),
    (evaluation.choose_threshold, ([0.5], TRUE, 5), "a share from 0 to 1; got 5"),
]


@pytest.mark.parametrize(("function", "arguments", "message"), BAD_INPUT)
def test_bad_input_is_told_what_came_and_what_was_expected(function, arguments, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        function(*arguments)
