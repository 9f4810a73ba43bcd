"""Numbers about a model: how often it is right, where it errs, how sure it is. Chapter 7 explains each of them.

Everything here takes arrays that a model has already answered; nothing needs the model itself.
"""

import itertools
import math

import numpy as np

from mnist_helpers._checks import as_numbers, check_numbers, check_whole

_NEAR = 1e-9  # nearer to 0, to 1 or to each other, shares are the same


def _whole_numbers(values, name: str, classes: int) -> np.ndarray:
    check_whole(classes=classes)
    values = as_numbers(values, name)
    if values.ndim != 1 or len(values) == 0:
        cure = " Logits or probabilities become answers with argmax(axis=1)." if values.ndim == 2 else ""
        raise ValueError(f"{name} must have shape (n,), one class an image; got {values.shape}.{cure}")
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} must be whole numbers; got dtype {values.dtype}. Try {name}.astype(int).")
    if values.min() < 0 or values.max() >= classes:
        raise ValueError(f"{name} must be from 0 to {classes - 1}; got {values.min()} to {values.max()}.")
    return values


def _labels_and_answers(labels, answers, classes: int) -> tuple[np.ndarray, np.ndarray]:
    labels, answers = _whole_numbers(labels, "labels", classes), _whole_numbers(answers, "answers", classes)
    if len(labels) != len(answers):
        raise ValueError(f"labels and answers must be as many; got {len(labels)} and {len(answers)}.")
    return labels, answers


def _right_or_wrong(right, name: str = "right") -> np.ndarray:
    right = as_numbers(right, name)
    if right.dtype != bool or right.ndim != 1 or len(right) == 0:
        raise ValueError(
            f"{name} must be True or False for each image, shape (n,), such as answers == labels; "
            f"got dtype {right.dtype} and shape {right.shape}."
        )
    return right


def _confidence_and_right(confidence, right) -> tuple[np.ndarray, np.ndarray]:
    right, confidence = _right_or_wrong(right), as_numbers(confidence, "confidence").astype(float)
    if confidence.shape != right.shape:
        raise ValueError(f"confidence must have the shape of right, {right.shape}; got {confidence.shape}.")
    if not np.all((confidence >= 0) & (confidence <= 1)):
        raise ValueError(
            f"confidence must be from 0 to 1; got {confidence.min():g} to {confidence.max():g}. "
            "It is the largest probability of an image, not a logit."
        )
    return confidence, right


def accuracy_interval(right: int, images: int, level: float = 0.95) -> tuple[float, float]:
    """Find the accuracies that go together with so many right answers: Wilson's confidence interval.

    Parameters
    ----------
    right : int
        Images read rightly.
    images : int
        Images in all, independent of each other.
    level : float
        In which share of all test sets the interval is to hold the true accuracy, between 0 and 1.

    Returns
    -------
    low, high : float
        From 0 to 1.

    Raises
    ------
    ValueError
        There is no image, more are right than there are, or the level is no share.

    Notes
    -----
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927,
    https://doi.org/10.1080/01621459.1927.10502953. SciPy does the arithmetic.

    Examples
    --------
    >>> low, high = accuracy_interval(98, 100)
    >>> round(low, 3), round(high, 3)
    (0.93, 0.994)
    """
    from scipy.stats import binomtest

    check_whole(right=right, images=images)
    check_numbers(level=level)
    level = float(level)
    if images < 1 or not 0 <= right <= images:
        raise ValueError(f"right must be from 0 to the number of images, at least 1; got {right} of {images}.")
    if not _NEAR <= level <= 1 - _NEAR:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95; got {level}.")
    interval = binomtest(int(right), int(images)).proportion_ci(confidence_level=level, method="wilson")
    return float(interval.low), float(interval.high)


def images_needed(
    accuracy_a: float,
    accuracy_b: float,
    disagreement: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> int:
    """Count the test images that it takes to tell two accuracies apart.

    Parameters
    ----------
    accuracy_a, accuracy_b : float
        The true accuracies, from 0 to 1.
    disagreement : float, optional
        Share of the images that one model reads rightly and the other does not, if both read the *same* images; at
        least the difference of the accuracies. By default each model has images of its own.
    level : float
        One minus the share of false alarms that you accept.
    power : float
        In which share of all such tests the difference is to be noticed.

    Returns
    -------
    int
        Images of each model (own images), or images in all (same images).

    Raises
    ------
    ValueError
        The accuracies are equal or no shares, or the disagreement does not fit them.

    Notes
    -----
    The normal approximations of J. L. Fleiss, B. Levin and M. C. Paik, "Statistical methods for rates and
    proportions", 2003, https://doi.org/10.1002/0471445428, and for the same images of R. J. Connor, "Sample size for
    testing differences in proportions for the paired-sample design", 1987, https://doi.org/10.2307/2531961.

    Examples
    --------
    >>> images_needed(0.995, 0.994)
    85862
    >>> images_needed(0.995, 0.994, disagreement=0.003)
    23545
    """
    from scipy.stats import norm

    check_numbers(accuracy_a=accuracy_a, accuracy_b=accuracy_b, level=level, power=power)
    a, b, level, power = (float(number) for number in (accuracy_a, accuracy_b, level, power))
    if not (0 <= a <= 1 and 0 <= b <= 1) or abs(a - b) < _NEAR:
        raise ValueError(f"accuracies must be two different numbers from 0 to 1; got {a:g} and {b:g}.")
    if not (_NEAR <= level <= 1 - _NEAR and _NEAR <= power <= 1 - _NEAR):
        raise ValueError(f"level and power must lie between 0 and 1; got {level} and {power}.")
    difference = abs(a - b)
    alarm, notice = norm.ppf(1 - (1 - level) / 2), norm.ppf(power)
    if disagreement is None:
        mean = (a + b) / 2
        spread = alarm * math.sqrt(2 * mean * (1 - mean)) + notice * math.sqrt(a * (1 - a) + b * (1 - b))
    else:
        check_numbers(disagreement=disagreement)
        disagreement = float(disagreement)
        largest = min(a + b, 2 - a - b)
        if not difference - 1e-12 <= disagreement <= largest + 1e-12:
            raise ValueError(
                f"disagreement must be from the difference of the accuracies, {difference:g}, "
                f"to {largest:g}; got {disagreement:g}."
            )
        spread = alarm * math.sqrt(disagreement) + notice * math.sqrt(max(0.0, disagreement - difference**2))
    return max(1, math.ceil((spread / difference) ** 2))


def mcnemar(right_a, right_b) -> tuple[int, int, float]:
    """Compare two models on the same images: McNemar's exact test.

    Parameters
    ----------
    right_a, right_b : array of bool, shape (n,)
        Which images each model reads rightly, in the same order.

    Returns
    -------
    only_a, only_b : int
        Images that one model alone reads rightly.
    p_value : float
        How often two equally good models would disagree at least as one-sidedly, by chance; from 0 to 1.

    Raises
    ------
    ValueError
        The arrays are not of bool, or not equally long.

    Notes
    -----
    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    1947, https://doi.org/10.1007/BF02295996; here with the exact binomial distribution.

    Examples
    --------
    >>> mcnemar([True, True, True, False], [True, False, False, False])
    (2, 0, 0.5)
    """
    from scipy.stats import binomtest

    right_a, right_b = _right_or_wrong(right_a, "right_a"), _right_or_wrong(right_b, "right_b")
    if len(right_a) != len(right_b):
        raise ValueError(f"both models must answer for the same images; got {len(right_a)} and {len(right_b)} answers.")
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    if only_a + only_b == 0:
        return only_a, only_b, 1.0
    return only_a, only_b, float(binomtest(only_a, only_a + only_b).pvalue)


def confusion_matrix(labels, answers, classes: int = 10) -> np.ndarray:
    """Count how often each class is read as each class.

    Parameters
    ----------
    labels, answers : array of integers, shape (n,)
        What the images show, and what the model reads; from 0 to ``classes - 1``.
    classes : int

    Returns
    -------
    numpy.ndarray
        int64, shape (classes, classes): rows are labels, columns are answers.

    Raises
    ------
    ValueError
        The arrays are not whole numbers, not equally long, empty or outside the classes.

    See Also
    --------
    sklearn.metrics.confusion_matrix : does the counting.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1], [0, 1, 0], classes=3).tolist()
    [[1, 0, 0], [1, 1, 0], [0, 0, 0]]
    """
    from sklearn import metrics

    labels, answers = _labels_and_answers(labels, answers, classes)
    return metrics.confusion_matrix(labels, answers, labels=np.arange(classes))


def per_class_report(labels, answers, classes: int = 10) -> dict[str, dict]:
    """Compute precision, recall, F1 and the number of images, class by class, and their averages.

    Parameters
    ----------
    labels, answers : array of integers, shape (n,)
        What the images show, and what the model reads; from 0 to ``classes - 1``.
    classes : int

    Returns
    -------
    dict
        ``"precision"``, ``"recall"``, ``"f1"``: arrays of shape (classes,), from 0 to 1. ``"images"``: how many each
        class has. ``"macro"`` and ``"weighted"``: for each of the three, the mean over the classes that occur among the
        labels or the answers, each counted once, or as often as it has images.

    Raises
    ------
    ValueError
        The arrays are not whole numbers, not equally long, empty or outside the classes.

    Notes
    -----
    The precision of a class that is never answered, and the recall of one that has no images, is 0 divided by 0. It
    counts as 0 if the class occurs at all; for a class that does not occur, precision, recall and F1 are NaN.

    See Also
    --------
    sklearn.metrics.precision_recall_fscore_support : does the arithmetic.

    Examples
    --------
    >>> report = per_class_report([0, 0, 0, 1], [0, 0, 1, 1], classes=2)
    >>> report["precision"].tolist(), report["recall"].round(2).tolist()
    ([1.0, 0.5], [0.67, 1.0])
    """
    from sklearn import metrics

    labels, answers = _labels_and_answers(labels, answers, classes)
    present = np.union1d(labels, answers)
    names = ("precision", "recall", "f1")
    columns = dict(zip(names, np.full((3, classes), np.nan), strict=True))
    *rates, _ = metrics.precision_recall_fscore_support(labels, answers, labels=present, zero_division=0)
    for name, rate in zip(names, rates, strict=True):
        columns[name][present] = rate
    report = columns | {"images": np.bincount(labels, minlength=classes)}
    for average in ("macro", "weighted"):
        *means, _ = metrics.precision_recall_fscore_support(
            labels, answers, labels=present, average=average, zero_division=0
        )
        report[average] = dict(zip(names, map(float, means), strict=True))
    return report


def most_confused_pairs(matrix, count: int = 5) -> list[tuple[int, int, int]]:
    """List the pairs of classes that are taken for each other most often, in either direction.

    Parameters
    ----------
    matrix : array of integers, shape (classes, classes)
        A confusion matrix.
    count : int
        How many pairs, at most.

    Returns
    -------
    list of (int, int, int)
        The two classes, the smaller one first, and how often one is read as the other. Most often first; of equal
        pairs the one with the smaller classes. Pairs that are never confused are left out.

    Raises
    ------
    ValueError
        The matrix is not square, or count is below 1.

    Examples
    --------
    >>> most_confused_pairs([[5, 1, 0], [2, 5, 0], [1, 0, 5]])
    [(0, 1, 3), (0, 2, 1)]
    """
    matrix = as_numbers(matrix, "matrix")
    check_whole(count=count)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix must have as many rows as columns; got shape {matrix.shape}.")
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}.")
    both_ways = matrix + matrix.T
    pairs = [(a, b, int(both_ways[a, b])) for a, b in itertools.combinations(range(len(matrix)), 2)]
    return sorted((pair for pair in pairs if pair[2] > 0), key=lambda pair: -pair[2])[:count]


def reliability(confidence, right, bins: int = 10) -> dict[str, np.ndarray]:
    """Compare confidence with accuracy, in bins of equal width.

    Parameters
    ----------
    confidence : array, shape (n,)
        The probability that the model gives to its answer, from 0 to 1.
    right : array of bool, shape (n,)
        Whether the answer is right.
    bins : int
        Between two bins, an edge belongs to the lower one.

    Returns
    -------
    dict of str to numpy.ndarray
        ``"edges"``, shape (bins + 1,); ``"images"``, ``"confidence"`` (the mean) and ``"accuracy"``, shape (bins,).
        The last two are NaN where a bin holds no image.

    Raises
    ------
    ValueError
        The arrays do not fit together, a confidence lies outside, or there is no bin.

    Examples
    --------
    >>> table = reliability([0.6, 0.9, 1.0], [False, True, True], bins=2)
    >>> table["images"].tolist(), table["accuracy"].round(2).tolist()
    ([0, 3], [nan, 0.67])
    """
    confidence, right = _confidence_and_right(confidence, right)
    check_whole(bins=bins)
    if bins < 1:
        raise ValueError(f"bins must be at least 1; got {bins}.")
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence) - 1, 0, bins - 1)
    images = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, confidence, minlength=bins) / images
        accuracy = np.bincount(place, right, minlength=bins) / images
    return {"edges": edges, "images": images, "confidence": mean, "accuracy": accuracy}


def expected_calibration_error(confidence, right, bins: int = 10) -> float:
    """Average the distance between confidence and accuracy over the bins of :func:`reliability`.

    Parameters
    ----------
    confidence : array, shape (n,)
        The probability that the model gives to its answer, from 0 to 1.
    right : array of bool, shape (n,)
        Whether the answer is right.
    bins : int
        A bin counts as often as it has images.

    Returns
    -------
    float
        From 0 (believe it) to 1.

    Raises
    ------
    ValueError
        As :func:`reliability`.

    Notes
    -----
    Source: M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", 2015, https://doi.org/10.1609/aaai.v29i1.9602.

    Examples
    --------
    >>> expected_calibration_error([0.75, 0.75, 0.75, 0.75], [True, True, True, False])
    0.0
    """
    table = reliability(confidence, right, bins)
    distance = np.nan_to_num(np.abs(table["accuracy"] - table["confidence"]))
    return float((table["images"] * distance).sum() / len(np.asarray(right)))


def fit_temperature(logits, labels) -> float:
    """Find the temperature by which logits must be divided, so that the cross-entropy is smallest.

    Parameters
    ----------
    logits : array, shape (n, classes)
        Of validation images: never of those that judge the result.
    labels : array of integers, shape (n,)

    Returns
    -------
    float
        From 0.05 to 20. Above 1: the model is surer than it should be; below 1: less sure.

    Raises
    ------
    ValueError
        The shapes do not fit together, a logit is not finite, or a label lies outside.

    Notes
    -----
    Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", 2017,
    https://arxiv.org/abs/1706.04599.

    Examples
    --------
    >>> round(fit_temperature([[4.0, 0.0]] * 4, [0, 0, 0, 1]), 2)  # sure by 0.98, right by 0.75
    3.64
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    logits = as_numbers(logits, "logits").astype(float)
    if logits.ndim != 2 or not np.isfinite(logits).all():
        raise ValueError(f"logits must be finite numbers of shape (n, classes); got shape {logits.shape}.")
    labels = _whole_numbers(labels, "labels", logits.shape[1])
    if len(labels) != len(logits):
        raise ValueError(f"logits and labels must be as many; got {len(logits)} and {len(labels)}.")

    def cross_entropy(log_temperature):
        log_probabilities = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -log_probabilities[np.arange(len(labels)), labels].mean()

    found = minimize_scalar(cross_entropy, bounds=np.log([0.05, 20.0]), method="bounded", options={"xatol": 1e-8})
    return float(np.exp(found.x))


def error_by_coverage(confidence, right) -> tuple[np.ndarray, np.ndarray]:
    """Compute the error among the images that are answered, when the least confident ones are refused.

    Parameters
    ----------
    confidence : array, shape (n,)
        The probability that the model gives to its answer, from 0 to 1.
    right : array of bool, shape (n,)
        Whether the answer is right.

    Returns
    -------
    coverage, error : numpy.ndarray
        Shape (m,), from the highest threshold to the lowest: the share of images answered, rising to 1, and the
        share of these that is wrong. Images of equal confidence are answered together or not at all.

    Raises
    ------
    ValueError
        The arrays do not fit together, or a confidence lies outside.

    Notes
    -----
    Source: C. K. Chow, "On optimum recognition error and reject tradeoff", 1970,
    https://doi.org/10.1109/TIT.1970.1054406.

    Examples
    --------
    >>> coverage, error = error_by_coverage([0.9, 0.5, 0.8, 0.6], [True, False, True, True])
    >>> coverage.tolist(), error.tolist()
    ([0.25, 0.5, 0.75, 1.0], [0.0, 0.0, 0.0, 0.25])
    """
    confidence, right = _confidence_and_right(confidence, right)
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(right) + 1)
    error = np.cumsum(~right[order]) / answered
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    return answered[last_of_equals] / len(right), error[last_of_equals]


def choose_threshold(confidence, right, largest_error: float) -> float:
    """Find the lowest threshold at which the images that are answered hold no more than a share of errors.

    Parameters
    ----------
    confidence : array, shape (n,)
        The probability that the model gives to its answer, from 0 to 1; of validation images.
    right : array of bool, shape (n,)
        Whether the answer is right.
    largest_error : float
        Share of the answered images that may be wrong, from 0 to 1.

    Returns
    -------
    float
        Answer where the confidence is at least this; refuse otherwise. ``inf`` if every threshold lets too many
        errors through: then all is to be refused.

    Raises
    ------
    ValueError
        The arrays do not fit together, or a confidence or the share lies outside.

    Examples
    --------
    >>> choose_threshold([0.9, 0.5, 0.8, 0.6], [True, False, True, True], largest_error=0.1)
    0.6
    """
    check_numbers(largest_error=largest_error)
    if not 0 <= largest_error <= 1:
        raise ValueError(f"largest_error must be a share from 0 to 1; got {largest_error}.")
    coverage, error = error_by_coverage(confidence, right)
    good = coverage[error <= largest_error]
    if len(good) == 0:
        return math.inf
    answered = round(good[-1] * len(np.asarray(right)))
    return float(np.sort(np.asarray(confidence, dtype=float))[::-1][answered - 1])
