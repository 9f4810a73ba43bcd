"""Chapter 12: wrong answers get the hint that names their mistake, right ones pass in any form."""

import numpy as np
import pytest

from mnist_helpers.exercises import scaling


def _rate(step, base_rate, workers, warm_up_steps):
    return base_rate + min(1, step / warm_up_steps) * (base_rate * workers - base_rate)


def _weighted(gradients, sizes):
    """The sums over all images; workers without images are left out."""
    present = [(arrays, size) for arrays, size in zip(gradients, sizes, strict=True) if size]
    return [sum(arrays[k] * size for arrays, size in present) for k in range(len(gradients[0]))]


def _combine(gradients, sizes):
    return [total / sum(sizes) for total in _weighted(gradients, sizes)]


def _keeps_nan(gradients, sizes):
    pairs = list(zip(gradients, sizes, strict=True))
    return [sum(arrays[k] * size for arrays, size in pairs) / sum(sizes) for k in range(len(gradients[0]))]


def _divides_by_workers(gradients, sizes):
    return [total / len(sizes) for total in _weighted(gradients, sizes)]


def _writes(gradients, sizes):
    gradients[0][0] *= sizes[0]
    return _combine(gradients, sizes)


def _by_worker(function):
    """Return a function that reduces over the workers and looks at no sizes."""
    return lambda gradients, sizes: [function(arrays, axis=0) for arrays in zip(*gradients, strict=True)]


WRONG = [
    (scaling.check_speed_up, ..., "in place of the"),
    (scaling.check_speed_up, "4.7", "one calculation"),
    (scaling.check_speed_up, lambda: 4.7, "one calculation"),
    (scaling.check_speed_up, [1, 2], "one calculation"),
    (scaling.check_speed_up, [[1], [2, 3]], "one calculation"),
    (scaling.check_speed_up, 1 / (0.1 + 0.9 / 2), "with two workers"),
    (scaling.check_speed_up, 8, "A tenth cannot"),
    (scaling.check_speed_up, 7.2, "Write down the new time"),
    (scaling.check_speed_up, 0.1 + 0.9 / 8, "this is the new time"),
    (scaling.check_speed_up, 10, "the limit with more and more"),
    (scaling.check_speed_up, 1 / (0.9 + 0.1 / 8), "swapped"),
    (scaling.check_speed_up, 8 / 0.9, "still takes its time"),
    (scaling.check_speed_up, 0.588, "the efficiency"),
    (scaling.check_speed_up, 3, "1 divided by it"),
    (scaling.check_rate, 0.4, "the function itself"),
    (scaling.check_rate, lambda *given: None, "begin with `return`"),
    (scaling.check_rate, lambda *given: "fast", "returned a str"),
    (scaling.check_rate, lambda step, base, workers, warm_up: base * workers, "comes too early"),
    (scaling.check_rate, lambda step, base, workers, warm_up: base, "still that of one worker"),
    (scaling.check_rate, lambda step, base, workers, warm_up: base * workers * min(1, step / warm_up), "starts at 0"),
    (scaling.check_rate, lambda step, base, workers, warm_up: base * step / warm_up, "starts at 0"),
    (
        scaling.check_rate,
        lambda step, base, workers, warm_up: base * workers ** min(1, step / warm_up) ** 2,
        "find the share",
    ),
    (
        scaling.check_rate,
        lambda step, base, workers, warm_up: base + (base * workers - base) * step / warm_up,
        "goes on growing",
    ),
    (
        scaling.check_rate,
        lambda step, base, workers, warm_up: base + base * workers * min(1, step / warm_up),
        "a base rate too high",
    ),
    (scaling.check_rate, lambda step, base, workers, warm_up: base * np.sqrt(workers), "linear"),
    (scaling.check_rate, lambda step, base, workers, warm_up: base / workers, "divided by the number of workers"),
    (scaling.check_combine, [1, 2], "the function itself"),
    (scaling.check_combine, lambda gradients, sizes: None, "begin with `return`"),
    (scaling.check_combine, lambda gradients, sizes: _combine(gradients, sizes)[0], "returned a ndarray"),
    (scaling.check_combine, lambda gradients, sizes: _combine(gradients, sizes)[:1], "returned 1 things"),
    (scaling.check_combine, lambda gradients, sizes: [np.float32(1)] * 3, "the shapes are"),
    (scaling.check_combine, _by_worker(np.mean), "mean over workers"),
    (scaling.check_combine, _by_worker(np.nanmean), "mean over workers"),
    (scaling.check_combine, _by_worker(np.sum), "sum over workers"),
    (scaling.check_combine, _weighted, "still has to be divided"),
    (scaling.check_combine, _divides_by_workers, "divided by the number of workers"),
    (scaling.check_combine, lambda gradients, sizes: gradients[0], "first worker alone"),
    (scaling.check_combine, _keeps_nan, "leave it out"),
    (scaling.check_combine, _writes, "writes into an array"),
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
        (scaling.check_speed_up, 1 / (0.1 + 0.9 / 8)),
        (scaling.check_speed_up, 4.706),
        (scaling.check_speed_up, np.array([80 / 17])),
        (scaling.check_rate, _rate),
        (scaling.check_rate, lambda *given: np.float64(_rate(*given))),
        (scaling.check_combine, _combine),
        (scaling.check_combine, lambda *given: tuple(_combine(*given))),
        (scaling.check_combine, lambda *given: [array.astype("float64") for array in _combine(*given)]),
    ],
)
def test_right_answers_pass(said_about, check, answer):
    assert ": solved." in said_about(check, answer)


def test_an_error_in_the_answer_is_reported(said_about):
    assert "raised ZeroDivisionError" in said_about(scaling.check_rate, lambda *given: 1 / 0)
