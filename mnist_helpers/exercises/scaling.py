"""Checkers of chapter 12, *When one machine is too small*."""

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_combine", "check_rate", "check_speed_up"]

_SHARED, _WORKERS = 0.9, 8


def _is_function(report, answer) -> bool:
    return report.check(
        callable(answer),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    )


def _number(value):
    """Return a value as a float, or None if it is no single real number."""
    if isinstance(value, (str, bool, np.bool_)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    real = np.issubdtype(array.dtype, np.number) and not np.iscomplexobj(array)
    return float(array.reshape(())) if real and array.size == 1 else None


@checker("Exercise 1")
def check_speed_up(report, speed_up):
    """Check the speed-up of eight workers when nine tenths of the work can be shared."""
    value = None if callable(speed_up) else _number(speed_up)
    if value is None:
        report.check(False, "The answer is one number.", "write one calculation, such as `1 / (... + ...)`.")
        return
    alone = 1 - _SHARED
    expected = 1 / (alone + _SHARED / _WORKERS)
    mistakes = [
        (_WORKERS, "this would be so if all of the work could be shared. A tenth cannot."),
        (_WORKERS * _SHARED, "times do not shrink in proportion. Write down the new time first: two parts, added up."),
        (1 / expected, "this is the new time, as a share of the old one. How many times does it fit into the old?"),
        (1 / alone, "this is the limit with more and more workers. Here there are eight."),
        (1 / (_SHARED + alone / _WORKERS), "the parts are swapped: it is the nine tenths that are shared."),
        (1 / (_SHARED / _WORKERS), "the part that cannot be shared still takes its time. Add it to the new time."),
        (expected / _WORKERS, "this is the efficiency: the speed-up for each worker."),
        (1 / (alone + _SHARED / 2), "this is the speed-up with two workers. Here there are eight."),
    ]
    hint = next(
        (what for wrong, what in mistakes if np.isclose(value, wrong, rtol=1e-3)),
        "the new time is what cannot be shared, plus an eighth of what can. The speed-up is 1 divided by it.",
    )
    report.check(np.isclose(value, expected, rtol=2e-3), "Eight workers are that many times as fast.", hint)


def _rate(step, base_rate, workers, warm_up_steps):
    target = base_rate * workers
    return base_rate + (target - base_rate) * min(1, step / warm_up_steps)


def _rate_hint(value: float, step, base_rate, workers, warm_up_steps) -> str:
    """Name the mistake that leads to a wrong rate."""
    target, share = base_rate * workers, step / warm_up_steps
    mistakes = [
        (target, "the full rate comes too early. In the warm-up the rate grows from step to step."),
        (target * min(1, share), "the warm-up starts at 0. It starts at the base rate, the one for a single worker."),
        (
            base_rate + (target - base_rate) * share,
            "after the warm-up the rate goes on growing. `min(1, ...)` stops it.",
        ),
        (base_rate, "the rate is still that of one worker. After the warm-up it is `workers` times as large."),
        (base_rate + target * min(1, share), "at the end the rate is a base rate too high. Grow by the *difference*."),
        (base_rate * np.sqrt(workers), "this is the square root of the number of workers. The rule here is linear."),
        (
            base_rate / workers,
            "the rate is divided by the number of workers. More workers, larger batches, larger steps.",
        ),
    ]
    return next(
        (what for wrong, what in mistakes if np.isclose(value, wrong, rtol=1e-6, atol=0)),
        "find the share of the warm-up that is over, at most 1. Go that share of the way from base rate to full rate.",
    )


_STEPS = [
    ("At step 0 it is the rate of one worker.", (0, 0.05, 8, 100)),
    ("In the middle of the warm-up it is half-way.", (50, 0.05, 8, 100)),
    ("At the end of the warm-up it is the full rate.", (100, 0.05, 8, 100)),
    ("After the warm-up it stays there.", (5000, 0.05, 8, 100)),
    ("It holds for other numbers, too.", (30, 0.2, 3, 40)),
    ("With one worker nothing changes.", (7, 0.1, 1, 10)),
]


@checker("Exercise 2")
def check_rate(report, learning_rate):
    """Check the linear scaling rule with a warm-up."""
    if not _is_function(report, learning_rate):
        return
    for claim, given in _STEPS:
        answer = learning_rate(*given)
        value = _number(answer)
        if value is None:
            what = "None. Is there a `return`?" if answer is None else f"a {type(answer).__name__}."
            report.check(False, "The function returns one number.", f"it returned {what}")
            return
        if not report.check(np.isclose(value, _rate(*given), rtol=1e-6), claim, _rate_hint(value, *given)):
            return


def _shares(sizes) -> tuple[list, list]:
    """Return gradients of workers with shares of these sizes, and the sizes; a mean over nothing is not a number."""
    random = np.random.default_rng(12)
    gradients = [
        [random.normal(size=shape).astype("float32") + number for shape in ((4, 3), (3,))]
        for number in range(len(sizes))
    ]
    for arrays, size in zip(gradients, sizes, strict=True):
        if size == 0:
            for array in arrays:
                array[...] = np.nan
    return gradients, list(sizes)


def _combine(gradients, sizes):
    present = [(arrays, size) for arrays, size in zip(gradients, sizes, strict=True) if size]
    total = sum(size for _, size in present)
    return [sum(arrays[k] * (size / total) for arrays, size in present) for k in range(len(gradients[0]))]


def _combine_hint(answer: list, gradients, sizes) -> str:
    """Name the mistake that leads to wrong gradients."""
    first = np.asarray(answer[0], dtype="float64")
    parts = [arrays[0].astype("float64") for arrays in gradients]
    if np.isnan(first).any():
        return "something is not a number. A worker without images has no gradient: leave it out, 0 times NaN is NaN."
    weighted = sum(part * size for part, size in zip(parts, sizes, strict=True) if size)
    mistakes = [
        (
            np.mean(parts, axis=0),
            "this is the mean over workers. One with three images must not count like one with fifty.",
        ),
        (np.nanmean(parts, axis=0), "each worker counts the same. Weigh it by the number of its images."),
        (np.sum(parts, axis=0), "this is the sum over workers. A mean is asked for, over images."),
        (weighted, "the sum is weighted; it still has to be divided by the number of all images."),
        (weighted / len(sizes), "it is divided by the number of workers. Divide by the number of all images."),
        (parts[0], "this is the gradient of the first worker alone."),
    ]
    return next(
        (what for wrong, what in mistakes if np.allclose(first, wrong, rtol=1e-4)),
        "multiply each gradient by the size of its share, add up, and divide by the number of all images.",
    )


_CASES = [
    ("Equal shares give the mean.", (20, 20)),
    ("Unequal shares count by their images.", (50, 50, 3)),
    ("A worker without images does no harm.", (10, 0, 30)),
]


@checker("Exercise 3")
def check_combine(report, combine):
    """Check a function that combines the mean gradients of shares of unequal sizes."""
    if not _is_function(report, combine):
        return
    for claim, sizes in _CASES:
        given = _shares(sizes)
        copies = _shares(sizes)
        answer = combine(*given)
        unchanged = given[1] == copies[1] and all(
            np.array_equal(new, old, equal_nan=True)
            for arrays, others in zip(given[0], copies[0], strict=True)
            for new, old in zip(arrays, others, strict=True)
        )
        if not unchanged:
            report.check(
                False,
                "The gradients that came in are unchanged.",
                "your function writes into an array it was given: `+=` and `*=` do. Use `a = a + b`.",
            )
            return
        if not isinstance(answer, (list, tuple)) or len(answer) != 2:
            what = "None. Is there a `return`?" if answer is None else f"a {type(answer).__name__}."
            if isinstance(answer, (list, tuple)):
                what = f"{len(answer)} things."
            report.check(
                False, "The function returns a list with one array for each array of weights.", "it returned " + what
            )
            return
        shapes = [np.shape(array) for array in answer]
        if shapes != [(4, 3), (3,)]:
            report.check(
                False,
                "Each array has the shape of its weights.",
                f"the shapes are {shapes}. Combine the first arrays of all workers, then the second ones.",
            )
            return
        right = all(
            np.allclose(np.asarray(array, dtype="float64"), expected, rtol=1e-4, atol=1e-6)
            for array, expected in zip(answer, _combine(*copies), strict=True)
        )
        if not report.check(right, claim, _combine_hint(answer, *copies)):
            return
