"""Checkers of chapter 7, *How far can you trust it? Evaluation*."""

import itertools

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_bootstrap_interval", "check_calibration_error", "check_precision"]

_COUPONS = np.array([[90, 0, 10], [2, 95, 3], [20, 0, 380]])  # rows: labels 1, 4, 7; columns: answers


def _fails(report, passed: bool, claim: str, hint: str) -> bool:
    """Note a claim only if it does not hold, and say whether it fails."""
    return not (passed or report.check(False, claim, hint))


def _one_number(report, answer, claim: str) -> float | None:
    """Return the answer as a number, or None after a hint."""
    array = np.asarray(answer)
    if callable(answer):
        report.check(False, claim, "this is a function. Call it, or write the number itself.")
    elif isinstance(answer, str):
        report.check(False, claim, "this is text. Leave the quotes out.")
    elif array.dtype == bool or not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        report.check(False, claim, f"it is of type {type(answer).__name__}. Which number is asked for?")
    elif array.size != 1:
        report.check(False, claim, f"it holds {array.size} numbers. One is asked for.")
    else:
        return float(array.reshape(()))
    return None


def _is_function(report, answer) -> bool:
    return report.check(
        callable(answer),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    )


@checker("Exercise 1")
def check_precision(report, precision):
    """Check the precision of the 7 in the coupons' confusion matrix."""
    precision = _one_number(report, precision, "The answer is a number.")
    if precision is None:
        return
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
        (_COUPONS[0, 0] / _COUPONS[:, 0].sum(), "this is the precision of the 1. Take the last column."),
        (_COUPONS[1, 1] / _COUPONS[:, 1].sum(), "this is the precision of the 4. Take the last column."),
        (100 * right, "this is in percent. Leave out the factor 100."),
    ]
    hint = "go down the column of the 7. How many coupons are in it, and how many of them are a 7?"
    for wrong, what in mistakes:
        if abs(precision - wrong) < 0.0005:
            hint = what
            break
    else:
        if 0.0005 <= abs(precision - right) < 0.005:
            hint = "close: give the division itself, not a rounded result."
    report.check(abs(precision - right) < 0.0005, "It is the share of the column that is right.", hint)


def _heaps(confidence, edges, side: str) -> list[np.ndarray]:
    """Return which answers lie in each heap; an edge belongs to the heap on its `side`."""
    heaps = []
    for low, high in itertools.pairwise(edges):
        if side == "lower":
            heaps.append((confidence > low) & (confidence <= high))
        elif side == "upper":
            heaps.append((confidence >= low) & (confidence < high))
        else:  # upper, but the last edge has no heap above it
            heaps.append((confidence >= low) & ((confidence < high) | (high == edges[-1])))
    return heaps


def _calibration_error(confidence, right, edges, side="lower", weight="share", signed=False, middle=False) -> float:
    """Return the calibration error, or what a common mistake makes of it."""
    error, filled = 0.0, 0
    for number, heap in enumerate(_heaps(confidence, edges, side)):
        if not heap.any():
            continue
        sure = edges[number : number + 2].mean() if middle else confidence[heap].mean()
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
]


def _calibration_mistakes(confidence, right, edges) -> list[tuple[float, str]]:
    """Return the values that common mistakes lead to, each with the hint that names the mistake."""
    unweighted = (
        "each heap counts alike in your mean. A heap with twice the answers counts twice: use its share of them."
    )
    return [
        (
            abs(right.mean() - confidence.mean()),
            "it is what you get with all answers on one heap, and when too sure and too modest cancel. "
            "Pick the answers of each heap with a mask, and take the distance in each: `abs`.",
        ),
        (
            _calibration_error(confidence, right, edges, signed=True),
            "too sure in one heap and too modest in another cancel. Take the distance in each heap: `abs`.",
        ),
        (_calibration_error(confidence, right, edges, weight="heaps"), unweighted),
        (_calibration_error(confidence, right, edges, weight="filled"), unweighted),
        (
            _calibration_error(confidence, right, edges, weight="sum"),
            "you add up the distances. Multiply each by the share of the answers that its heap holds.",
        ),
        (
            len(right) * _calibration_error(confidence, right, edges),
            "you multiply by the number of answers in a heap. Use its *share* of all answers.",
        ),
        (
            _calibration_error(confidence, right, edges, middle=True),
            "you compare with the middle of the heap. Compare with the mean confidence of the answers in it.",
        ),
        (
            _calibration_error(confidence, right, edges, side="upper"),
            "an answer on an edge lies in your upper heap. It belongs to the lower one: `> low` and `<= high`.",
        ),
        (
            _calibration_error(confidence, right, edges, side="upper but the last"),
            "an answer on an edge lies in your upper heap. It belongs to the lower one: `> low` and `<= high`.",
        ),
        (
            _calibration_error(confidence, ~right, edges),
            "you use the share that is wrong. Accuracy is the share that is right: `right[heap].mean()`.",
        ),
        (100 * _calibration_error(confidence, right, edges), "this is in percent. Leave out the factor 100."),
    ]


@checker("Exercise 2")
def check_calibration_error(report, calibration_error):
    """Check the expected calibration error on answers of the checker's own."""
    if not _is_function(report, calibration_error):
        return
    for claim, (confidence, right), edges in _HEAPS:
        given = confidence.copy(), right.copy()
        answer = calibration_error(confidence, right, edges)
        if _fails(
            report,
            answer is not None,
            "The function returns something.",
            "it returned None. The last line needs a `return`.",
        ):
            return
        if _fails(
            report,
            np.array_equal(confidence, given[0]) and np.array_equal(right, given[1]),
            "The arrays that came in are unchanged.",
            "your function writes into the arrays it is given. Read them only.",
        ):
            return
        error = _one_number(report, answer, "The function returns a number.")
        if error is None:
            return
        expected = _calibration_error(confidence, right, edges)
        if np.isnan(error):
            hint = "it is nan: the mean of no answers. Skip a heap without answers: `if heap.any():`."
        else:
            hint = next(
                (what for wrong, what in _calibration_mistakes(confidence, right, edges) if np.isclose(error, wrong)),
                "take one heap by hand: its answers, their mean confidence, the share that is right, its own share.",
            )
        shown = edges.round(2).tolist()
        hint += f" (Tried: {len(right)} answers, edges {shown}; you returned {error:.4f}.)"
        if not report.check(bool(np.isclose(error, expected)), claim, hint):
            return


class _Spy:
    """A metric that notes what it is given: labels are 0 to n - 1, and the answer to a label is label + 1000."""

    def __init__(self):
        self.draws, self.values = [], []

    def __call__(self, labels, answers) -> float:
        labels, answers = np.asarray(labels), np.asarray(answers)
        self.draws.append((labels, answers))
        self.values.append(float(labels.mean()))
        return self.values[-1]


_IMAGES = 60


def _try_bootstrap(report, function, seed: int, rounds: int):
    """Return the interval that the function finds and the spy that watched it, or None after a hint."""
    spy = _Spy()
    answer = function(np.arange(_IMAGES), np.arange(_IMAGES) + 1000, spy, np.random.default_rng(seed), rounds)
    form = "return the lower and the upper end, with a comma between them: `return low, high`."
    if _fails(report, answer is not None, "The function returns something.", f"it returned None: {form}"):
        return None
    values = np.asarray(answer)
    if _fails(
        report,
        values.shape == (2,) and np.issubdtype(values.dtype, np.number),
        "The function returns two numbers.",
        f"it returned something of shape {values.shape}: {form}",
    ):
        return None
    return values.astype(float), spy


@checker("Exercise 3")
def check_bootstrap_interval(report, bootstrap_interval):
    """Check the bootstrap: what is drawn, how often, and which percentiles are returned."""
    if not _is_function(report, bootstrap_interval):
        return
    tried = _try_bootstrap(report, bootstrap_interval, seed=1, rounds=400)
    if tried is None:
        return
    interval, spy = tried
    calls = len(spy.draws)
    if not report.check(
        400 <= calls <= 401,
        "The metric is asked once in each round.",
        f"with rounds=400 it was asked {calls} times. One draw, one number, in each round.",
    ):
        return
    sizes = {len(labels) for labels, _ in spy.draws} | {len(answers) for _, answers in spy.draws}
    if not report.check(
        sizes == {_IMAGES},
        "Each draw is as large as the test set.",
        f"of {_IMAGES} images, some draws hold {min(sizes)}. Draw as many as there are.",
    ):
        return
    if not report.check(
        all(np.array_equal(answers, labels + 1000) for labels, answers in spy.draws),
        "A label and its answer stay together.",
        "labels and answers are drawn apart. Draw places once, and pick from both arrays with the same places.",
    ):
        return
    drawn = [labels for labels, _ in spy.draws]
    hint = "each draw holds every image once. "
    if all(np.array_equal(labels, np.arange(_IMAGES)) for labels in drawn):
        hint += "You pass on the test set as it is: draw places with `random.integers`, and pick with them."
    else:
        hint += "Shuffling changes nothing: draw *with replacement*, so that some come twice."
    if not report.check(
        np.mean([len(np.unique(labels)) < _IMAGES for labels in drawn]) > 0.9,
        "Images are drawn with replacement.",
        hint,
    ):
        return
    if not report.check(
        len(np.unique(spy.values)) > 100,
        "Each round has a draw of its own.",
        "all rounds use the same few draws. Draw inside the loop.",
    ):
        return
    means = np.mean(drawn, axis=0)
    if not report.check(
        np.abs(means - (_IMAGES - 1) / 2).max() < 5,
        "Each image is drawn as often as any other.",
        "some images are drawn more often than others. `random.integers(n, size=n)` gives 0 to n - 1, all alike.",
    ):
        return
    values = np.array(spy.values[-400:])
    expected = np.percentile(values, [2.5, 97.5])
    spread = values.std()
    mistakes = [
        (expected[::-1], "the two ends are swapped: the lower one first."),
        (np.percentile(values, [5, 95]), "these are the 5th and 95th percentiles: 90 of 100 lie between them."),
        (np.percentile(values, [0.025, 0.975]), "percentiles go from 0 to 100: 2.5 and 97.5, not 0.025 and 0.975."),
        (np.percentile(values, [25, 75]), "these are the 25th and the 75th percentile: half of the results."),
        (
            (values.min(), values.max()),
            "these are the smallest and the largest result. Leave 2.5 of 100 off at each end.",
        ),
        ((values.mean(), spread), "these are mean and spread. Two percentiles are asked for."),
        (values.mean() + spread * np.array([-1, 1]), "mean plus and minus one spread holds fewer than 95 of 100."),
        (
            values.mean() + spread * np.array([-2, 2]),
            "mean plus and minus two spreads is always symmetric; results often are not. Take the percentiles.",
        ),
        (
            values.mean() + spread * np.array([-1.96, 1.96]),
            "mean plus and minus 1.96 spreads is always symmetric; results often are not. Take the percentiles.",
        ),
    ]
    hint = "sort the results: 2.5 of 100 lie below the lower end, and 2.5 of 100 above the upper one."
    for wrong, what in mistakes:
        if np.allclose(interval, wrong, atol=0.01):
            hint = what
            break
    near = np.sort(values)
    low_end, high_end = near[[8, 11]], near[[388, 391]]  # what the usual definitions of a percentile give
    fits = low_end[0] <= interval[0] <= low_end[1] and high_end[0] <= interval[1] <= high_end[1]
    if not report.check(bool(fits), "The ends are the 2.5th and the 97.5th percentile.", hint):
        return
    again = _try_bootstrap(report, bootstrap_interval, seed=1, rounds=100)
    same = _try_bootstrap(report, bootstrap_interval, seed=1, rounds=100)
    if again is None or same is None:
        return
    report.check(
        np.array_equal(again[0], same[0]) and 100 <= len(again[1].draws) <= 101,
        "The same generator gives the same interval, with any number of rounds.",
        "draw with the `random` that comes in, and make as many rounds as `rounds` says.",
    )
