"""Checkers of chapter 12, *When one machine is too small*."""

import numpy as np

from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_combine", "check_rate", "check_speed_up"]

_SHARED, _WORKERS = 0.9, 8


@checker("Exercise 1, eight workers")
def check_speed_up(report, speed_up):
    """Check the speed-up of eight workers when nine tenths of the work can be shared."""
    value = report.number(speed_up, advice="Write one calculation, such as `1 / (... + ...)`.")
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
    otherwise = "the new time is what cannot be shared, plus an eighth of what can. The speed-up is 1 divided by it."
    report.matches(value, expected, "Eight workers are that many times as fast.", mistakes, otherwise, rtol=2e-3)


def _rate(step, base_rate, workers, warm_up_steps):
    target = base_rate * workers
    return base_rate + (target - base_rate) * min(1, step / warm_up_steps)


def _rate_mistakes(step, base_rate, workers, warm_up_steps) -> list[tuple]:
    """Return the rates that common mistakes lead to, each with the hint that names the mistake."""
    target, share = base_rate * workers, step / warm_up_steps
    over = min(1, share)
    late = "it stays at the base rate first, and then follows a line that starts at 0. Grow from step 0 on."
    from_zero = "the warm-up starts at 0. It starts at the base rate, the one for a single worker."
    return [
        (target, "the full rate comes too early. In the warm-up the rate grows from step to step."),
        *([(base_rate * max(1, workers * over), late)] if step else []),
        (target * over, from_zero),
        (
            base_rate + (target - base_rate) * share,
            "after the warm-up the rate goes on growing. `min(1, ...)` stops it.",
        ),
        (
            base_rate * workers**over,
            "the rate grows by the same *factor* in each step. It should grow by the same *amount*.",
        ),
        (base_rate, "the rate is still that of one worker. After the warm-up it is `workers` times as large."),
        (base_rate + target * over, "at the end the rate is a base rate too high. Grow by the *difference*."),
        (base_rate - (target - base_rate) * over, "the rate shrinks. It grows from the base rate on."),
        (target - (target - base_rate) * over, "the rate starts high and ends low. It is the other way round."),
        (base_rate * np.sqrt(workers), "this is the square root of the number of workers. The rule here is linear."),
        (
            base_rate / workers,
            "the rate is divided by the number of workers. More workers, larger batches, larger steps.",
        ),
    ]


_STEPS = [
    ("At step 0 it is the rate of one worker.", (0, 0.05, 8, 100)),
    ("After a quarter of the warm-up it has gone a quarter of the way.", (25, 0.05, 8, 100)),
    ("In the middle of the warm-up it is half-way.", (50, 0.05, 8, 100)),
    ("At the end of the warm-up it is the full rate.", (100, 0.05, 8, 100)),
    ("After the warm-up it stays there.", (5000, 0.05, 8, 100)),
    ("One step after the warm-up, too.", (101, 0.05, 8, 100)),
    ("It holds for other numbers, too.", (30, 0.2, 3, 40)),
    ("With one worker nothing changes.", (7, 0.1, 1, 10)),
    ("The rate may be above 1.", (1, 2.5, 4, 5)),
]


@checker("Exercise 2, a warm-up")
def check_rate(report, learning_rate):
    """Check the linear scaling rule with a warm-up."""
    function = report.function(learning_rate, "learning_rate")
    otherwise = (
        "find the share of the warm-up that is over, at most 1. Go that share of the way from base rate to full rate."
    )
    for claim, given in _STEPS:
        answer = function(*given)
        kind = f"It returned a {type(answer).__name__}."
        value = report.number(answer, "The function returns one number.", kind)
        report.matches(value, _rate(*given), claim, _rate_mistakes(*given), otherwise, atol=0)


def _shares(sizes) -> tuple[list, list]:
    """Return gradients of workers with shares of these sizes, and the sizes; a mean over nothing is not a number."""
    random = np.random.default_rng(12)
    gradients = [
        [random.normal(size=shape).astype("float32") + number for shape in ((4, 3), (3,), (2, 5))]
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


def _combine_mistakes(gradients, sizes) -> list[tuple]:
    """Return what common mistakes make of the first gradients, each with the hint that names the mistake."""
    parts = [arrays[0].astype("float64") for arrays in gradients]
    weighted = sum(part * size for part, size in zip(parts, sizes, strict=True) if size)
    squared = sum(part * size**2 for part, size in zip(parts, sizes, strict=True) if size)
    weigh = "each worker counts the same. Weigh it by the number of its images."
    return [
        (
            np.mean(parts, axis=0),
            "this is the mean over workers. One with three images must not count like one with fifty.",
        ),
        (np.nanmean(parts, axis=0), weigh),
        (np.nansum(parts, axis=0) / sum(sizes), weigh),
        (np.sum(parts, axis=0), "this is the sum over workers. A mean is asked for, over images."),
        (weighted, "the sum is weighted; it still has to be divided by the number of all images."),
        (weighted * sum(sizes), "you multiply by the number of all images. Divide by it."),
        (weighted / len(sizes), "it is divided by the number of workers. Divide by the number of all images."),
        (squared / sum(sizes), "the sizes are in twice."),
        *((part, f"this is the gradient of worker {number} alone.") for number, part in enumerate(parts) if number),
        (parts[0], "this is the gradient of the first worker alone."),
    ]


_CASES = [
    ("Equal shares give the mean.", (20, 20)),
    ("Unequal shares count by their images.", (50, 50, 3)),
    ("A worker without images does no harm.", (10, 0, 30)),
    ("The first worker may be the one without images.", (0, 7, 25)),
    ("A single image counts.", (1, 30, 0)),
    ("One worker alone gives its own gradients.", (12,)),
]


@checker("Exercise 3, unequal shares")
def check_combine(report, combine):
    """Check a function that combines the mean gradients of shares of unequal sizes."""
    keeps = "your function writes into an array it was given: `+=` and `*=` do. Use `a = a + b`."
    function = report.function(combine, "combine", keeps)
    for claim, sizes in _CASES:
        given = _shares(sizes)
        answer = function(*given)
        what = (
            f"it returned {len(answer)} things."
            if isinstance(answer, (list, tuple))
            else f"it returned a {type(answer).__name__}."
        )
        two = isinstance(answer, (list, tuple)) and len(answer) == 3
        report.expect(two, "The function returns a list with one array for each array of weights.", what)
        shapes = [np.shape(array) for array in answer]
        hint = f"the shapes are {shapes}. Combine the first arrays of all workers, then the second ones."
        report.expect(shapes == [(4, 3), (3,), (2, 5)], "Each array has the shape of its weights.", hint)
        arrays = [report.array(array).astype("float64") for array in answer]
        hint = "something is not a number. A worker without images has no gradient: leave it out, 0 times NaN is NaN."
        if not np.isnan(arrays[0]).any():
            hint = recognise(arrays[0], _combine_mistakes(*given), rtol=1e-4)
        hint = (
            hint or "multiply each gradient by the size of its share, add up, and divide by the number of all images."
        )
        right = all(close(array, wanted, 1e-4, 1e-6) for array, wanted in zip(arrays, _combine(*given), strict=True))
        report.require(right, claim, hint)
