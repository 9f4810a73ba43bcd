"""Checkers of chapter 7, *How far can you trust it? Evaluation*."""

import itertools

import numpy as np

from mnist_helpers.exercises._calls import SpelledFunction
from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_bootstrap_interval", "check_calibration_error", "check_precision"]

_COUPONS = np.array([[90, 0, 10], [2, 95, 3], [20, 0, 380]])  # rows: labels 1, 4, 7; columns: answers


@checker("Exercise 1, the precision of the 7")
def check_precision(report, precision):
    """Check the precision of the 7 in the coupons' confusion matrix."""
    precision = report.number(precision, "The answer is a number.", "One number between 0 and 1 is asked for.")
    hits, row, column = _COUPONS[2, 2], _COUPONS[2].sum(), _COUPONS[:, 2].sum()
    right = hits / column
    mistakes = [
        (hits / row, "this is the recall: you divided by the row, all that are a 7. Divide by all that are called 7."),
        (
            2 * hits / (row + column),
            "this is F1. It takes precision and recall together; precision alone is asked for.",
        ),
        (_COUPONS.trace() / _COUPONS.sum(), "this is the accuracy, over all labels. Look at one column only."),
        (hits / _COUPONS.sum(), "you divided by all coupons. Divide by those that are called 7."),
        ((column - hits) / column, "this is the share of the column that is wrong. Which share of it is right?"),
        (column, "this is the number of coupons that are called 7. Which share of them is a 7?"),
        (hits, "this is a count. Divide it by the number of coupons that are called 7."),
        (column / hits, "the fraction is upside down: a precision is never above 1."),
        (
            hits / (column - hits),
            "you divided by the wrong ones alone. Divide by all that are called 7, right or wrong.",
        ),
        (hits / (hits + 10), "the three 4s that are called 7 are missing below the line. Add up the whole column."),
        (hits / (hits + 3), "the ten 1s that are called 7 are missing below the line. Add up the whole column."),
        (_COUPONS[0, 0] / _COUPONS[:, 0].sum(), "this is the precision of the 1. Take the last column."),
        (_COUPONS[1, 1] / _COUPONS[:, 1].sum(), "this is the precision of the 4. Take the last column."),
    ]
    if 1 < precision <= 100 and abs(precision - 100 * right) < 0.5:
        mistakes.insert(0, (precision, "this is in percent. Leave out the factor 100."))
    report.matches(
        precision,
        right,
        "It is the share of the column that is right.",
        mistakes,
        "go down the column of the 7. How many coupons are in it, and how many of them are a 7?",
        near=(0.005, "close: give the division itself, not a rounded result."),
        rtol=0,
        atol=0.0005,
    )


_SIDES = {
    "lower": lambda c, low, high, last: (c > low) & (c <= high),
    "upper": lambda c, low, high, last: (c >= low) & (c < high),
    "upper but the last": lambda c, low, high, last: (c >= low) & ((c < high) | (high == last)),
    "both": lambda c, low, high, last: (c >= low) & (c <= high),
    "none": lambda c, low, high, last: (c > low) & (c < high),
}


def _calibration_error(confidence, right, edges, side="lower", weight="share", signed=False, middle=False) -> float:
    """Return the calibration error, or what a common mistake makes of it."""
    error, filled = 0.0, 0
    for low, high in itertools.pairwise(edges):
        heap = _SIDES[side](confidence, low, high, edges[-1])
        if not heap.any():
            continue
        sure = (low + high) / 2 if middle else confidence[heap].mean()
        distance = right[heap].mean() - sure
        error += (heap.mean() if weight == "share" else 1) * (distance if signed else abs(distance))
        filled += 1
    return error / {"share": 1, "sum": 1, "heaps": len(edges) - 1, "filled": max(filled, 1)}[weight]


def _answers(seed: int, images: int, lean: float, lowest: float = 0.1, steps: int | None = None):
    random = np.random.default_rng(seed)
    confidence = random.uniform(lowest, 1, images)
    if steps is not None:  # some then lie on an edge, exactly
        confidence = (confidence * steps).round() / steps
    right = random.random(images) < np.clip(confidence + lean * np.sign(confidence - 0.6), 0, 1)
    return confidence, right


_TENTHS = np.linspace(0, 1, 11)
_QUARTERS = np.array([0, 0.25, 0.5, 0.75, 1])
_HEAPS = [
    ("Heaps count by the answers that they hold.", _answers(1, 400, -0.15), _QUARTERS),
    ("Ten heaps work as well as four.", _answers(2, 300, 0.1), _TENTHS),
    ("A heap without answers counts nothing.", _answers(3, 100, -0.2, lowest=0.55), _TENTHS),
    ("An edge belongs to the heap below it.", _answers(4, 200, -0.2, steps=8), _QUARTERS),
    ("Edges need not be evenly spaced.", _answers(5, 300, -0.1), np.array([0, 0.5, 0.9, 0.99, 1])),
    ("The last heap may be empty.", (np.array([0.2, 0.3, 0.35, 0.6]), np.array([True, False, True, True])), _QUARTERS),
    ("One answer in a heap is enough.", (np.array([0.9, 1.0, 0.5]), np.array([True, True, False])), _QUARTERS),
]


def _calibration_mistakes(confidence, right, edges) -> list[tuple]:
    """Return the values that common mistakes lead to, each with the hint that names the mistake."""

    def error(**switches):
        return _calibration_error(confidence, right, edges, **switches)

    unweighted = (
        "each heap counts alike in your mean. A heap with twice the answers counts twice: use its share of them."
    )
    upper = "an answer on an edge lies in your upper heap. It belongs to the lower one: `> low` and `<= high`."
    first = _calibration_error(confidence, right, edges[:2])
    all_heaps = (
        "only some heaps are counted. Go through all of them, from the first to the last, and return after the loop."
    )
    shares = [np.mean(_SIDES["lower"](confidence, *pair, 1)) for pair in itertools.pairwise(edges)]
    return [
        (
            abs(right.mean() - confidence.mean()),
            "it is what you get with all answers on one heap, and when too sure and too modest cancel. "
            "Pick the answers of each heap with a mask, and take the distance in each: `abs`.",
        ),
        (
            error(signed=True),
            "too sure in one heap and too modest in another cancel. Take the distance in each: `abs`.",
        ),
        (error(weight="heaps"), unweighted),
        (error(weight="filled"), unweighted),
        (
            error(weight="sum"),
            "you add up the distances. Multiply each by the share of the answers that its heap holds.",
        ),
        (
            len(right) * error(),
            "you multiply by the number of answers in a heap. Use its *share* of all answers.",
        ),
        (
            error(middle=True),
            "you compare with the middle of the heap. Compare with the mean confidence of the answers in it.",
        ),
        (error(side="upper"), upper),
        (error(side="upper but the last"), upper),
        (
            error(side="both"),
            "an answer on an edge lies in two of your heaps. It belongs to the lower one only: `> low` and `<= high`.",
        ),
        (
            error(side="none"),
            "an answer on an edge lies in none of your heaps. It belongs to the lower one: `<= high`.",
        ),
        (
            _calibration_error(confidence, ~right, edges),
            "you use the share that is wrong. Accuracy is the share that is right: `right[heap].mean()`.",
        ),
        (100 * error(), "this is in percent. Leave out the factor 100."),
        (-error(), "the sign is wrong: distances are never negative. Add them up."),
        (sum(shares), "you add up the shares alone. Multiply each by the distance in its heap."),
        (first, all_heaps),
        (_calibration_error(confidence, right, edges[1:]), all_heaps),
        (_calibration_error(confidence, right, edges[:-1]), all_heaps),
        (0.0, "it is 0, as if every heap were right. Is anything added up in the loop?"),
    ]


@checker("Exercise 2, the calibration error")
def check_calibration_error(report, calibration_error):
    """Check the expected calibration error on answers of the checker's own."""
    keeps = "your function writes into the arrays it is given. Read them only."
    function = report.function(calibration_error, "calibration_error", keeps)
    otherwise = "take one heap by hand: its answers, their mean confidence, the share that is right, its own share."
    for claim, (confidence, right), edges in _HEAPS:
        answer = function(confidence, right, edges)
        error = report.number(answer, "The function returns a number.", "One is asked for.")
        expected = _calibration_error(confidence, right, edges)
        shown = f"(Tried: {len(right)} answers, edges {edges.round(2).tolist()}; you returned {error:.4f}.)"
        hint = "it is nan: the mean of no answers. Skip a heap without answers: `if heap.any():`."
        if not np.isnan(error):
            hint = recognise(error, _calibration_mistakes(confidence, right, edges)) or otherwise
        report.require(close(error, expected), claim, f"{hint} {shown}")


class _Spy:
    """A metric that notes what it is given: labels are 0 to n - 1, and the answer to a label is label + 1000."""

    def __init__(self):
        self.draws, self.values = [], []

    def __call__(self, labels, answers) -> float:
        labels, answers = np.asarray(labels), np.asarray(answers)
        self.draws.append((labels, answers))
        self.values.append(float(((labels / _IMAGES) ** 2).mean()))  # not symmetric, so that mean and spread do not do
        return self.values[-1]


_IMAGES = 60


def _watch(report, function, random, rounds: int):
    """Return the interval that the function finds, and the spy that watched it."""
    spy = _Spy()
    metric = SpelledFunction(spy, "lambda labels, answers: np.mean(labels == answers)")
    answer = function(np.arange(_IMAGES), np.arange(_IMAGES) + 1000, metric, random, rounds)
    form = "return the lower and the upper end, with a comma between them: `return low, high`."
    values = report.array(answer, numbers_hint=form)
    hint = f"it returned something of shape {values.shape}: {form}"
    report.expect(values.shape == (2,), "The function returns two numbers.", hint)
    return values, spy


def _check_draws(report, spy, rounds: int) -> None:
    """Check what was drawn: how often, how many, in pairs, with replacement, and all alike."""
    calls = len(spy.draws)
    hint = f"with rounds={rounds} it was asked {calls} times. One draw, one number, in each round."
    report.require(rounds <= calls <= rounds + 1, "The metric is asked once in each round.", hint)
    drawn = [labels for labels, _ in spy.draws[-rounds:]]
    sizes = {np.size(part) for pair in spy.draws for part in pair}
    hint = f"of {_IMAGES} images, some draws hold {min(sizes)}. Draw as many as there are."
    report.require(sizes == {_IMAGES}, "Each draw is as large as the test set.", hint)
    pairs = all(np.array_equal(answers, labels + 1000) for labels, answers in spy.draws)
    hint = "labels and answers are drawn apart. Draw places once, and pick from both arrays with the same places."
    if all(answers.max() < 1000 for _, answers in spy.draws):
        hint = "the metric gets labels twice. It wants labels and answers, in this order."
    elif all(labels.min() >= 1000 for labels, _ in spy.draws):
        hint = "the metric gets the answers first. It wants labels and answers, in this order."
    report.require(pairs, "A label and its answer stay together.", hint)
    hint = "each draw holds every image once. "
    if all(np.array_equal(labels, np.arange(_IMAGES)) for labels in drawn):
        hint += "You pass on the test set as it is: draw places with `random.integers`, and pick with them."
    else:
        hint += "Shuffling changes nothing: draw *with replacement*, so that some come twice."
    twice = np.mean([len(np.unique(labels)) < _IMAGES for labels in drawn])
    report.require(twice > 0.9, "Images are drawn with replacement.", hint)
    hint = "all rounds use the same few draws. Draw inside the loop."
    report.require(len(np.unique(spy.values)) > rounds // 4, "Each round has a draw of its own.", hint)
    counts = np.bincount(np.concatenate(drawn), minlength=_IMAGES) / rounds
    hint = "some images are drawn more often than others. `random.integers(n, size=n)` gives 0 to n - 1, all alike."
    report.require(np.abs(counts - 1).max() < 0.3, "Each image is drawn about as often as any other.", hint)


def _interval_mistakes(values) -> list[tuple]:
    """Return the ends that common mistakes lead to, each with the hint that names the mistake."""
    low, high = np.percentile(values, [2.5, 97.5])
    mean, spread = values.mean(), values.std()
    symmetric = "spreads is always symmetric; results often are not. Take the percentiles."
    return [
        ((high, low), "the two ends are swapped: the lower one first."),
        (np.percentile(values, [5, 95]), "these are the 5th and 95th percentiles: 90 of 100 lie between them."),
        (np.percentile(values, [0.025, 0.975]), "percentiles go from 0 to 100: 2.5 and 97.5, not 0.025 and 0.975."),
        (np.percentile(values, [25, 75]), "these are the 25th and the 75th percentile: half of the results."),
        (
            (values.min(), values.max()),
            "these are the smallest and the largest result. Leave 2.5 of 100 off at each end.",
        ),
        ((mean, spread), "these are mean and spread. Two percentiles are asked for."),
        ((mean - spread, mean + spread), "mean plus and minus one spread holds fewer than 95 of 100."),
        ((mean - 2 * spread, mean + 2 * spread), f"mean plus and minus two {symmetric}"),
        ((mean - 1.96 * spread, mean + 1.96 * spread), f"mean plus and minus 1.96 {symmetric}"),
        ((low, low), "both ends are the lower one."),
        ((high, high), "both ends are the upper one."),
    ]


@checker("Exercise 3, an interval for any number")
def check_bootstrap_interval(report, bootstrap_interval):
    """Check the bootstrap: what is drawn, how often, and which percentiles are returned."""
    function = report.function(
        bootstrap_interval,
        "bootstrap_interval",
        nothing="it returned None: return the lower and the upper end, with a comma between them: `return low, high`.",
    )
    random = np.random.default_rng(1)
    interval, spy = _watch(report, function, random, 400)
    _check_draws(report, spy, 400)
    values = np.array(spy.values[-400:])
    ordered = np.sort(values)
    (low, above_low), (below_high, high) = ordered[[8, 11]], ordered[[388, 391]]  # usual definitions of a percentile
    fits = low <= interval[0] <= above_low and below_high <= interval[1] <= high
    hint = recognise(interval, _interval_mistakes(values), atol=1e-5)
    hint = hint or "sort the results: 2.5 of 100 lie below the lower end, and 2.5 of 100 above the upper one."
    report.require(bool(fits), "The ends are the 2.5th and the 97.5th percentile.", hint)
    own = "draw with the `random` that comes in, and make as many rounds as `rounds` says."
    first, spy = _watch(report, function, np.random.default_rng(1), 100)
    same, _ = _watch(report, function, np.random.default_rng(1), 100)
    other, _ = _watch(report, function, np.random.default_rng(2), 100)
    right = np.array_equal(first, same) and 100 <= len(spy.draws) <= 101
    report.require(right, "The same seed gives the same interval, with any number of rounds.", own)
    report.require(not np.array_equal(first, other), "Another seed gives another interval.", own)
    again, _ = _watch(report, function, random, 100)
    more, _ = _watch(report, function, random, 100)
    report.check(not np.array_equal(again, more), "The next call draws anew.", own)
