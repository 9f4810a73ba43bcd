"""Chapter 11: wrong answers get the hint that names their mistake, right ones pass in any form."""

import numpy as np
import pytest

from mnist_helpers.exercises import shipping

SIZE = 3 * 3 * 64 * 128 + 2 * 4 * 128


def _fold(kernel, bias, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, factor * (bias - mean) + beta


def _fold_with(new_kernel=None, new_bias=None):
    """Return a function that does all right but for one of the two results."""

    def fold(kernel, bias, gamma, beta, mean, variance, epsilon):
        right = _fold(kernel, bias, gamma, beta, mean, variance, epsilon)
        names = dict(
            K=kernel, b=bias, g=gamma, beta=beta, m=mean, v=variance, e=epsilon, f=right[0][0, 0, 0] / kernel[0, 0, 0]
        )
        return (
            right[0] if new_kernel is None else new_kernel(names),
            right[1] if new_bias is None else new_bias(names),
        )

    return fold


def _changes_its_input(kernel, bias, gamma, beta, mean, variance, epsilon):
    kernel *= gamma / np.sqrt(variance + epsilon)
    return kernel, bias


def _shares(reference, values, borders=None, floor=0.001):
    borders = np.quantile(reference, np.arange(1, 10) / 10) if borders is None else borders
    boxes = np.searchsorted(borders, values, side="right")
    return np.maximum(np.bincount(boxes, minlength=10) / len(values), floor)


def _index(reference, today):
    p, q = _shares(reference, reference), _shares(reference, today)
    return np.sum((q - p) * np.log(q / p))


def _index_by(formula):
    return lambda reference, today: formula(_shares(reference, reference), _shares(reference, today))


def _counts(reference, today):
    p = _shares(reference, reference) * len(reference)
    q = np.maximum(_shares(reference, today, floor=0) * len(today), 1)
    return np.sum((q - p) * np.log(q / p))


def _own_borders(reference, today):
    p, q = _shares(reference, reference), _shares(today, today)
    return np.sum((q - p) * np.log(q / p))


def _no_floor(reference, today):
    p, q = _shares(reference, reference), _shares(reference, today, floor=0)
    return np.sum((q - p) * np.log(q / p))


def _sorts(reference, today):
    today.sort()
    return _index(reference, today)


WRONG = [
    (shipping.check_size, ..., "in place of the"),
    (shipping.check_size, "74752", "Write the calculation"),
    (shipping.check_size, [1, 2], "one calculation"),
    (shipping.check_size, 3 * 3 * 64 * 128, "kernel alone"),
    (shipping.check_size, SIZE - 512, "512 bytes are missing"),
    (shipping.check_size, 4 * (3 * 3 * 64 * 128 + 128), "size in float32"),
    (shipping.check_size, 3 * 3 * 64 * 128 + 256, "four bytes each, not one"),
    (shipping.check_size, 3 * 3 * 64 * 128 + 4 + 512, "one scale for the whole layer"),
    (shipping.check_size, 3 * 3 * 64 * 128 + 4 * 64 + 512, "channels that come *out*"),
    (shipping.check_size, 8 * SIZE, "number of bits"),
    (shipping.check_size, SIZE / 1000, "kilobytes"),
    (shipping.check_size, 1, "add three parts"),
    (shipping.check_fold, 3, "the function itself"),
    (shipping.check_fold, lambda *given: None, "returned None"),
    (shipping.check_fold, lambda *given: given[0], "return new_kernel, new_bias"),
    (shipping.check_fold, lambda *given: _fold(*given)[::-1], "swapped"),
    (shipping.check_fold, lambda *given: (given[0].sum(axis=2), given[1]), "its shape is"),
    (shipping.check_fold, lambda kernel, *rest: ("kernel", rest[0]), "returned a str"),
    (shipping.check_fold, _changes_its_input, "writes into an array"),
    (shipping.check_fold, _fold_with(lambda n: n["K"]), "the old kernel"),
    (shipping.check_fold, _fold_with(lambda n: n["K"] * n["g"]), "gamma alone"),
    (shipping.check_fold, _fold_with(lambda n: n["K"] * n["g"] / (n["v"] + n["e"])), "square root is missing"),
    (shipping.check_fold, _fold_with(lambda n: n["K"] * n["g"] / np.sqrt(n["v"])), "epsilon is missing"),
    (
        shipping.check_fold,
        _fold_with(lambda n: n["K"] * n["g"] / (np.sqrt(n["v"]) + n["e"])),
        "outside the square root",
    ),
    (shipping.check_fold, _fold_with(lambda n: n["K"] / np.sqrt(n["v"] + n["e"])), "gamma is missing"),
    (shipping.check_fold, _fold_with(None, lambda n: n["b"] + n["beta"]), "still lacks"),
    (shipping.check_fold, _fold_with(None, lambda n: n["beta"] - n["f"] * n["m"]), "own bias is lost"),
    (shipping.check_fold, _fold_with(None, lambda n: n["b"] + n["beta"] - n["f"] * n["m"]), "without the factor"),
    (shipping.check_fold, _fold_with(None, lambda n: n["f"] * (n["b"] + n["m"]) + n["beta"]), "sign of the mean"),
    (shipping.check_fold, _fold_with(None, lambda n: n["f"] * (n["b"] - n["m"])), "beta is missing"),
    (shipping.check_fold, _fold_with(None, lambda n: n["f"] * (n["m"] - n["b"]) + n["beta"]), "other way round"),
    (
        shipping.check_fold,
        _fold_with(None, lambda n: n["f"] * (n["b"] - n["m"] + n["beta"])),
        "beta is added at the end",
    ),
    (shipping.check_fold, _fold_with(None, lambda n: n["f"] * n["b"] + n["beta"]), "the mean is missing"),
    (shipping.check_fold, _fold_with(None, lambda n: n["f"] * n["b"] + n["beta"] - n["m"]), "it is multiplied too"),
    (shipping.check_fold, _fold_with(None, lambda n: n["b"]), "it is the old bias"),
    (shipping.check_fold, _fold_with(lambda n: n["K"] / n["f"]), "you divide by the factor"),
    (shipping.check_fold, _fold_with(None, lambda n: n["b"] * 7), "is another one"),
    (shipping.check_stability_index, 0.2, "the function itself"),
    (shipping.check_stability_index, lambda reference, today: None, "returned None"),
    (shipping.check_stability_index, lambda reference, today: _shares(reference, today), "Its shape is (10,)"),
    (shipping.check_stability_index, _sorts, "changes an array"),
    (shipping.check_stability_index, _index_by(lambda p, q: -np.sum((q - p) * np.log(q / p))), "sign is wrong"),
    (shipping.check_stability_index, _index_by(lambda p, q: np.sum(q * np.log(q / p))), "q · ln(q / p)"),
    (shipping.check_stability_index, _index_by(lambda p, q: np.sum(p * np.log(p / q))), "p · ln(p / q)"),
    (shipping.check_stability_index, _index_by(lambda p, q: np.sum(np.abs(q - p))), "logarithm is missing"),
    (shipping.check_stability_index, _index_by(lambda p, q: np.mean((q - p) * np.log(q / p))), "mean over the boxes"),
    (shipping.check_stability_index, _index_by(lambda p, q: np.sum((q - p) * np.log10(q / p))), "base 10"),
    (shipping.check_stability_index, _counts, "these are counts"),
    (shipping.check_stability_index, _own_borders, "borders of their own"),
    (shipping.check_stability_index, _no_floor, "not a finite number"),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_wrong_answers_get_a_hint(said_about, check, answer, fragment):
    said = said_about(check, answer)
    assert ": not yet." in said
    assert "raised" not in said
    assert fragment in said


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (shipping.check_size, SIZE),
        (shipping.check_size, float(SIZE)),
        (shipping.check_size, np.array([SIZE])),
        (shipping.check_fold, _fold),
        (shipping.check_fold, lambda *given: list(_fold(*given))),
        (shipping.check_stability_index, _index),
        (shipping.check_stability_index, lambda reference, today: float(_index(reference, today))),
        (shipping.check_stability_index, lambda reference, today: _index(reference.copy(), np.sort(today))),
    ],
)
def test_right_answers_pass(said_about, check, answer):
    assert ": solved." in said_about(check, answer)


def test_an_error_in_the_answer_is_reported(said_about):
    assert "raised ZeroDivisionError" in said_about(shipping.check_fold, lambda *given: 1 / 0)
