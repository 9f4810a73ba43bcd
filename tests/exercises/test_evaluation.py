import itertools

import numpy as np
import pytest

from mnist_helpers import evaluation, exercises
from mnist_helpers.exercises import evaluation as checkers


def _calibration_error(confidence, right, edges, distance=abs, weigh=None, sure=None):
    """The solution, with parts that a mistake replaces."""
    error = 0.0
    for low, high in itertools.pairwise(edges):
        heap = (confidence > low) & (confidence <= high)
        if heap.any():
            mean = confidence[heap].mean() if sure is None else sure(low, high)
            share = heap.mean() if weigh is None else weigh(heap, edges)
            error += share * distance(right[heap].mean() - mean)
    return error


def _one_heap(confidence, right, edges):
    return abs(right.mean() - confidence.mean())


def _signed(confidence, right, edges):
    return _calibration_error(confidence, right, edges, distance=float)


def _abs_of_the_sum(confidence, right, edges):
    return abs(_signed(confidence, right, edges))


def _unweighted(confidence, right, edges):
    return _calibration_error(confidence, right, edges, weigh=lambda heap, edges: 1 / (len(edges) - 1))


def _mean_of_filled(confidence, right, edges):
    distances = []
    for low, high in itertools.pairwise(edges):
        heap = (confidence > low) & (confidence <= high)
        if heap.any():
            distances.append(abs(right[heap].mean() - confidence[heap].mean()))
    return np.mean(distances)


def _added_up(confidence, right, edges):
    return _calibration_error(confidence, right, edges, weigh=lambda heap, edges: 1)


def _by_number(confidence, right, edges):
    return _calibration_error(confidence, right, edges, weigh=lambda heap, edges: heap.sum())


def _middle(confidence, right, edges):
    return _calibration_error(confidence, right, edges, sure=lambda low, high: (low + high) / 2)


def _edge_to_upper(confidence, right, edges):
    error = 0.0
    for low, high in itertools.pairwise(edges):
        heap = (confidence >= low) & (confidence < high)
        if heap.any():
            error += heap.mean() * abs(right[heap].mean() - confidence[heap].mean())
    return error


def _digitized_to_upper(confidence, right, edges):
    place = np.clip(np.digitize(confidence, edges) - 1, 0, len(edges) - 2)
    heaps = [place == number for number in range(len(edges) - 1)]
    return sum(abs(right[heap].sum() - confidence[heap].sum()) for heap in heaps) / len(right)


def _wrong_share(confidence, right, edges):
    return _calibration_error(confidence, ~right, edges)


def _percent(confidence, right, edges):
    return 100 * _calibration_error(confidence, right, edges)


def _empty_heaps_too(confidence, right, edges):
    error = 0.0
    for low, high in itertools.pairwise(edges):
        heap = (confidence > low) & (confidence <= high)
        error += heap.mean() * abs(right[heap].mean() - confidence[heap].mean())
    return error


def _ten_even_heaps(confidence, right, edges):
    return _calibration_error(confidence, right, np.linspace(0, 1, 11))


def _sorts_in_place(confidence, right, edges):
    confidence.sort()
    return 0.1


def _forgets_to_return(confidence, right, edges):
    _calibration_error(confidence, right, edges)


def _list_of_distances(confidence, right, edges):
    return [0.1, 0.2]


def _bootstrap(labels, answers, metric, random, rounds=1000, draw=None, ends=None):
    """The solution, with parts that a mistake replaces."""
    results = []
    for _ in range(rounds):
        places = random.integers(len(labels), size=len(labels)) if draw is None else draw(random, len(labels))
        results.append(metric(labels[places], answers[places]))
    low, high = np.percentile(results, [2.5, 97.5]) if ends is None else ends(np.array(results))
    return low, high


def drawing(draw):
    """Return the solution with another way of drawing places."""
    return lambda *given, **named: _bootstrap(*given, **named, draw=draw)


def ending(ends):
    """Return the solution with another way from results to ends."""
    return lambda *given, **named: _bootstrap(*given, **named, ends=ends)


def _no_draw(labels, answers, metric, random, rounds=1000):
    return np.percentile([metric(labels, answers) for _ in range(rounds)], [2.5, 97.5])


def _draws_apart(labels, answers, metric, random, rounds=1000):
    n = len(labels)
    results = [metric(labels[random.integers(n, size=n)], answers[random.integers(n, size=n)]) for _ in range(rounds)]
    return np.percentile(results, [2.5, 97.5])


def _draws_once(labels, answers, metric, random, rounds=1000):
    places = random.integers(len(labels), size=len(labels))
    return np.percentile([metric(labels[places], answers[places]) for _ in range(rounds)], [2.5, 97.5])


def _only_once(labels, answers, metric, random, rounds=1000):
    places = random.integers(len(labels), size=len(labels))
    value = metric(labels[places], answers[places])
    return value, value


def _fixed_rounds(labels, answers, metric, random, rounds=1000):
    return _bootstrap(labels, answers, metric, random, rounds=1000)


def _generator_of_its_own(labels, answers, metric, random, rounds=1000):
    return _bootstrap(labels, answers, metric, np.random.default_rng(), rounds)


def _forgets_the_interval(labels, answers, metric, random, rounds=1000):
    _bootstrap(labels, answers, metric, random, rounds)


def _results_themselves(labels, answers, metric, random, rounds=1000):
    return [metric(labels, answers) for _ in range(rounds)]


def around(times):
    """Return ends that lie so many spreads on both sides of the mean."""
    return lambda results: results.mean() + times * results.std() * np.array([-1, 1])


PRECISION = exercises.evaluation.check_precision
CALIBRATION = exercises.evaluation.check_calibration_error
BOOTSTRAP = exercises.evaluation.check_bootstrap_interval

WRONG = [
    (PRECISION, 380 / 400, "this is the recall"),
    (PRECISION, 2 * 380 / (400 + 393), "this is F1"),
    (PRECISION, 565 / 600, "this is the accuracy"),
    (PRECISION, 380 / 600, "divided by all coupons"),
    (PRECISION, 13 / 393, "share of the column that is wrong"),
    (PRECISION, 393, "number of coupons that are called 7"),
    (PRECISION, 380, "this is a count"),
    (PRECISION, 393 / 380, "upside down"),
    (PRECISION, 380 / 13, "by the wrong ones alone"),
    (PRECISION, 90 / 112, "precision of the 1"),
    (PRECISION, 1.0, "precision of the 4"),
    (PRECISION, 38000 / 393, "in percent"),
    (PRECISION, 0.97, "not a rounded result"),
    (PRECISION, 0.5, "go down the column"),
    (PRECISION, float("nan"), "go down the column"),
    (PRECISION, "380 / 393", "quotes"),
    (PRECISION, [380, 393], "it holds 2 numbers"),
    (PRECISION, True, "of type bool"),
    (PRECISION, max, "this is a function"),
    (PRECISION, ..., "put your answer"),
    (CALIBRATION, _one_heap, "all answers on one heap"),
    (CALIBRATION, _signed, "Take the distance in each"),
    (CALIBRATION, _abs_of_the_sum, "too sure and too modest cancel"),
    (CALIBRATION, _unweighted, "each heap counts alike"),
    (CALIBRATION, _mean_of_filled, "each heap counts alike"),
    (CALIBRATION, _added_up, "you add up the distances"),
    (CALIBRATION, _by_number, "Use its *share*"),
    (CALIBRATION, _middle, "middle of the heap"),
    (CALIBRATION, _edge_to_upper, "belongs to the lower one"),
    (CALIBRATION, _digitized_to_upper, "belongs to the lower one"),
    (CALIBRATION, _wrong_share, "the share that is wrong"),
    (CALIBRATION, _percent, "in percent"),
    (CALIBRATION, _empty_heaps_too, "the mean of no answers"),
    (CALIBRATION, _ten_even_heaps, "take one heap by hand"),
    (CALIBRATION, _sorts_in_place, "writes into the arrays"),
    (CALIBRATION, _forgets_to_return, "it returned None"),
    (CALIBRATION, _list_of_distances, "it holds 2 numbers"),
    (CALIBRATION, lambda confidence, right, edges: 0.1, "take one heap by hand"),
    (CALIBRATION, lambda confidence, right: 0.1, "TypeError"),
    (CALIBRATION, 0.1, "hand over the function itself"),
    (CALIBRATION, None, "put your answer"),
    (BOOTSTRAP, _no_draw, "You pass on the test set as it is"),
    (BOOTSTRAP, drawing(lambda random, n: random.permutation(n)), "*with replacement*"),
    (BOOTSTRAP, drawing(lambda random, n: random.integers(n, size=n // 2)), "Draw as many as there are"),
    (BOOTSTRAP, drawing(lambda random, n: random.integers(n // 2, size=n)), "drawn more often than others"),
    (BOOTSTRAP, _draws_apart, "labels and answers are drawn apart"),
    (BOOTSTRAP, _draws_once, "Draw inside the loop"),
    (BOOTSTRAP, _only_once, "it was asked 1 times"),
    (BOOTSTRAP, _fixed_rounds, "it was asked 1000 times"),
    (BOOTSTRAP, _generator_of_its_own, "draw with the `random` that comes in"),
    (BOOTSTRAP, _forgets_the_interval, "return low, high"),
    (BOOTSTRAP, _results_themselves, "something of shape (400,)"),
    (BOOTSTRAP, ending(lambda results: np.percentile(results, [97.5, 2.5])), "swapped"),
    (BOOTSTRAP, ending(lambda results: np.percentile(results, [5, 95])), "5th and 95th"),
    (BOOTSTRAP, ending(lambda results: np.percentile(results, [0.025, 0.975])), "from 0 to 100"),
    (BOOTSTRAP, ending(lambda results: np.percentile(results, [25, 75])), "half of the results"),
    (BOOTSTRAP, ending(lambda results: (results.min(), results.max())), "the smallest and the largest"),
    (BOOTSTRAP, ending(lambda results: (results.mean(), results.std())), "mean and spread"),
    (BOOTSTRAP, ending(around(1)), "fewer than 95"),
    (BOOTSTRAP, ending(around(2)), "always symmetric"),
    (BOOTSTRAP, ending(around(1.96)), "always symmetric"),
    (BOOTSTRAP, lambda labels, answers: (0, 1), "TypeError"),
    (BOOTSTRAP, (0.1, 0.2), "hand over the function itself"),
]


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_a_wrong_answer_gets_a_hint_that_names_the_mistake(check, answer, fragment, said_about):
    said = said_about(check, answer)
    assert "solved" not in said
    assert fragment in said


@pytest.mark.parametrize("precision", [380 / 393, 0.9669, np.float32(380 / 393), np.array([380 / 393]), [380 / 393]])
def test_precision_in_any_form(precision, said_about):
    assert "solved" in said_about(PRECISION, precision)


def test_the_precision_is_that_of_the_helper():
    labels = np.repeat([0, 1, 2], checkers._COUPONS.sum(axis=1))
    answers = np.concatenate([np.repeat([0, 1, 2], row) for row in checkers._COUPONS])
    assert evaluation.per_class_report(labels, answers, classes=3)["precision"][2] == pytest.approx(380 / 393)


def _with_digitize(confidence, right, edges):
    place = np.digitize(confidence, edges[1:-1], right=True)
    heaps = [place == number for number in range(len(edges) - 1)]
    return sum(abs(right[heap].sum() - confidence[heap].sum()) for heap in heaps) / len(right)


@pytest.mark.parametrize("form", [float, np.float32, np.asarray, lambda error: np.array([error])])
@pytest.mark.parametrize("function", [_calibration_error, _with_digitize])
def test_calibration_error_in_any_form(function, form, said_about):
    assert "solved" in said_about(CALIBRATION, lambda *given: form(function(*given)))


@pytest.mark.parametrize("heaps", [4, 10])
def test_the_checker_expects_what_the_helper_computes(heaps):
    random = np.random.default_rng(heaps)
    confidence = random.uniform(0.1, 1, 200)
    right = random.random(200) < confidence
    expected = evaluation.expected_calibration_error(confidence, right, bins=heaps)
    assert checkers._calibration_error(confidence, right, np.linspace(0, 1, heaps + 1)) == pytest.approx(expected)


def _bootstrap_with_choice(labels, answers, metric, random, rounds=1000):
    places = random.choice(len(labels), size=(rounds, len(labels)))
    results = sorted(metric(labels[drawn], answers[drawn]) for drawn in places)
    return [results[round(0.025 * rounds)], results[round(0.975 * rounds) - 1]]


def _bootstrap_of_pairs(labels, answers, metric, random, rounds=1000):
    pairs = np.stack([labels, answers], axis=1)
    results = [metric(*pairs[random.integers(len(pairs), size=len(pairs))].T) for _ in range(rounds)]
    return np.quantile(results, [0.025, 0.975])


@pytest.mark.parametrize("function", [_bootstrap, _bootstrap_with_choice, _bootstrap_of_pairs])
def test_the_bootstrap_passes_in_other_forms_too(function, said_about):
    assert "solved" in said_about(BOOTSTRAP, function)
