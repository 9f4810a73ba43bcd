"""Checkers of chapter 11, *From notebook to product: shipping a network*."""

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_fold", "check_size", "check_stability_index"]

_WEIGHTS = 3 * 3 * 64 * 128
_CHANNELS = 128


def _fails(report, passed: bool, claim: str, hint: str) -> bool:
    """Note a claim only if it does not hold, and say whether it fails."""
    return not (passed or report.check(False, claim, hint))


def _is_function(report, answer) -> bool:
    return report.check(
        callable(answer),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    )


def _numbers(report, answer, shape, what: str, hint: str):
    """Return the answer as an array of real numbers of that shape, or None after a hint."""
    if _fails(report, answer is not None, f"The function returns {what}.", "it returned None. Is there a `return`?"):
        return None
    try:
        values = np.asarray(answer)
    except ValueError:
        values = np.asarray(None)
    real = np.issubdtype(values.dtype, np.number) and not np.iscomplexobj(values)
    if _fails(report, real, f"The function returns {what}.", f"it returned a {type(answer).__name__}. {hint}"):
        return None
    if _fails(report, values.shape == shape, f"The function returns {what}.", f"its shape is {values.shape}. {hint}"):
        return None
    return values.astype("float64")


@checker("Exercise 1")
def check_size(report, size):
    """Check the bytes of a quantised convolution."""
    if callable(size) or isinstance(size, (str, bool, np.bool_)):
        report.check(False, "The answer is a number.", f"this is a {type(size).__name__}. Write the calculation.")
        return
    value = np.asarray(size)
    if not np.issubdtype(value.dtype, np.number) or np.iscomplexobj(value) or value.size != 1:
        report.check(False, "The answer is one number.", "write one calculation that adds up all bytes.")
        return
    size = float(value.reshape(()))
    small = 4 * _CHANNELS  # bytes of the scales, and again of the biases
    expected = _WEIGHTS + 2 * small
    mistakes = [
        (_WEIGHTS, "this is the kernel alone. What else is stored for each channel that comes out?"),
        (_WEIGHTS + small, "512 bytes are missing: 128 scales *and* 128 biases, four bytes each, one a channel out."),
        (4 * _WEIGHTS, "four bytes a weight is float32, and the scales and biases are missing."),
        (4 * _WEIGHTS + small, "this is the size in float32. In int8 a weight takes one byte, and scales are added."),
        (4 * _WEIGHTS + 2 * small, "a weight of int8 takes one byte, not four."),
        (_WEIGHTS + 2 * _CHANNELS, "scales and biases are float32: four bytes each, not one."),
        (_WEIGHTS + 4 + small, "this is one scale for the whole layer. Here each channel that comes out has its own."),
        (
            _WEIGHTS + 2 * 4 * 64,
            "scales and biases belong to the channels that come *out*, not in.",
        ),
        (_WEIGHTS + 4 * 64 + small, "the scales belong to the channels that come *out*."),
        (8 * expected, "this is the number of bits. A byte has eight."),
        (expected / 1000, "these are kilobytes. The question is for bytes."),
        (expected / 1024, "these are units of 1,024 bytes. The question is for bytes."),
        (9 * 64 + 2 * small, "each of the 128 channels out has a window of its own over all channels in."),
        (64 * 128 + 2 * small, "a window has 3 · 3 places, and a weight for each of them."),
        (3 * 64 * 128 + 2 * small, "the window is 3 by 3: nine places, not three."),
    ]
    hint = next(
        (what for wrong, what in mistakes if abs(size - wrong) < 0.5),
        "add three parts: the weights, one byte each; the scales; the biases. How many are there of each?",
    )
    report.check(abs(size - expected) < 0.5, "All bytes are counted.", hint)


def _fold(kernel, bias, gamma, beta, mean, variance, epsilon):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, factor * (bias - mean) + beta


def _fold_mistakes(kernel, bias, gamma, beta, mean, variance, epsilon) -> tuple[list, list]:
    """Return wrong kernels and wrong biases that common mistakes lead to, each with its hint."""
    factor = gamma / np.sqrt(variance + epsilon)
    kernels = [
        (kernel, "it is the old kernel. Each weight must be multiplied by the factor of its channel."),
        (kernel * gamma, "it is multiplied by gamma alone. Normalization also divides by the spread, the square root."),
        (kernel * gamma / (variance + epsilon), "the square root is missing: divide by `np.sqrt(variance + epsilon)`."),
        (kernel * gamma / np.sqrt(variance), "epsilon is missing. It belongs under the square root."),
        (
            kernel * gamma / (np.sqrt(variance) + epsilon),
            "epsilon stands outside the square root. It is added to the variance, inside.",
        ),
        (kernel / factor, "you divide by the factor. Multiply."),
        (kernel / np.sqrt(variance + epsilon), "gamma is missing."),
    ]
    biases = [
        (bias + beta, "the bias still lacks the factor and the mean. Put z + b into the formula, and multiply out."),
        (bias, "it is the old bias. Put z with its bias into the formula: what is left beside the pixels?"),
        (beta - factor * mean, "the convolution's own bias is lost. It is normalized like all the rest of z."),
        (
            bias + beta - factor * mean,
            "the convolution's own bias is added without the factor. It is a part of z, so it is multiplied as well.",
        ),
        (factor * (bias + mean) + beta, "the sign of the mean is wrong: it is subtracted."),
        (factor * (mean - bias) + beta, "the mean is subtracted from the bias, not the other way round."),
        (factor * (bias - mean), "beta is missing."),
        (factor * (bias - mean + beta), "beta is added at the end. It is not multiplied by the factor."),
        (factor * bias + beta, "the mean is missing."),
        (factor * bias + beta - mean, "the mean is subtracted before the factor comes: it is multiplied too."),
    ]
    return kernels, biases


@checker("Exercise 2")
def check_fold(report, fold):
    """Check a function that folds a normalization into a convolution with a bias."""
    if not _is_function(report, fold):
        return
    random = np.random.default_rng(5)
    kernel, bias = random.normal(size=(3, 3, 4, 6)), random.normal(size=6)
    gamma, beta, mean = random.normal(size=(3, 6))
    given = [kernel, bias, gamma, beta, mean, random.uniform(0.2, 3, 6)]
    copies = [array.copy() for array in given]
    epsilon = 0.1
    answer = fold(*copies, epsilon)
    if _fails(
        report,
        isinstance(answer, (tuple, list)) and len(answer) == 2,
        "The function returns two arrays.",
        f"it returned {'None' if answer is None else 'a ' + type(answer).__name__}. "
        "Write `return new_kernel, new_bias`.",
    ):
        return
    if _fails(
        report,
        all(np.array_equal(array, copy) for array, copy in zip(given, copies, strict=True)),
        "The arrays that came in are unchanged.",
        "your function writes into an array it was given. Use `kernel * ...` instead of `kernel *= ...`.",
    ):
        return
    if _fails(
        report,
        np.shape(answer[0]) != (6,) or np.shape(answer[1]) != kernel.shape,
        "The kernel comes first, then the bias.",
        "the two are swapped: `return new_kernel, new_bias`.",
    ):
        return
    new_kernel = _numbers(report, answer[0], kernel.shape, "a kernel of the old shape", "Multiply along the last axis.")
    if new_kernel is None:
        return
    new_bias = _numbers(report, answer[1], (6,), "one bias for each channel out", "One number for each channel out.")
    if new_bias is None:
        return
    kernels, biases = _fold_mistakes(*given, epsilon)
    expected_kernel, expected_bias = _fold(*given, epsilon)
    for name, new, expected, mistakes in [
        ("kernel", new_kernel, expected_kernel, kernels),
        ("bias", new_bias, expected_bias, biases),
    ]:
        hint = next((what for wrong, what in mistakes if np.allclose(new, wrong, rtol=1e-5)), None)
        hint = hint or f"the {name} is another one. Write down y for one channel, and sort by what is multiplied."
        if not report.check(np.allclose(new, expected, rtol=1e-5), f"The {name} does the work of both layers.", hint):
            return


def _shares(reference, values, side="right", floor=0.001):
    borders = np.quantile(reference, np.arange(1, 10) / 10)
    boxes = np.searchsorted(borders, values, side=side)
    return np.maximum(np.bincount(boxes, minlength=10) / len(values), floor)


def _index(reference, today):
    p, q = _shares(reference, reference), _shares(reference, today)
    return np.sum((q - p) * np.log(q / p))


def _index_mistakes(reference, today) -> list[tuple[float, str]]:
    """Return what common mistakes lead to, each with its hint."""
    p, q = _shares(reference, reference), _shares(reference, today)
    counts = [np.maximum(shares * len(values), 1) for shares, values in ((p, reference), (q, today))]
    own = _shares(today, today)
    return [
        (np.mean(today > np.median(reference)) - 0.5, "this is still the starter: it only looks at the middle border."),
        (-np.sum((q - p) * np.log(q / p)), "the sign is wrong. Is it (q - p) times the logarithm of q / p?"),
        (np.sum(q * np.log(q / p)), "this sums q · ln(q / p). The factor in front is q - p."),
        (np.sum(p * np.log(p / q)), "this sums p · ln(p / q). The factor in front is q - p."),
        (np.sum((q - p) * np.log2(q / p)), "this is the logarithm to base 2. `np.log` is the natural one."),
        (np.sum((q - p) * np.log10(q / p)), "this is the logarithm to base 10. `np.log` is the natural one."),
        (np.sum(np.abs(q - p)), "the logarithm is missing."),
        (np.mean((q - p) * np.log(q / p)), "this is the mean over the boxes. The index is their sum."),
        (
            np.sum((counts[1] - counts[0]) * np.log(counts[1] / counts[0])),
            "these are counts. Shares are asked for: divide by the number of values.",
        ),
        (np.sum((own - p) * np.log(own / p)), "today's values are cut at borders of their own. Use the reference's."),
    ]


_TRIES = [
    ("The same values have an index of 0.", lambda random: [random.normal(size=1000)] * 2),
    (
        "A small move gives the right index.",
        lambda random: [random.normal(size=1000), random.normal(0.3, 1, 500)],
    ),
    (
        "It sees a wider spread around the same middle.",
        lambda random: [random.normal(size=800), random.normal(0, 2, 600)],
    ),
    (
        "An empty box and values beyond the reference do no harm.",
        lambda random: [random.uniform(0, 1, 500), random.uniform(1.5, 2, 300)],
    ),
]


@checker("Exercise 3")
def check_stability_index(report, stability_index):
    """Check the population stability index, on values of the checker's own."""
    if not _is_function(report, stability_index):
        return
    for claim, draw in _TRIES:
        reference, today = draw(np.random.default_rng(3))
        copies = reference.copy(), today.copy()
        answer = stability_index(*copies)
        if _fails(
            report,
            np.array_equal(copies[0], reference) and np.array_equal(copies[1], today),
            "The values that came in are unchanged.",
            "your function changes an array it was given. Sort a copy, or do not sort at all.",
        ):
            return
        value = _numbers(report, answer, (), "one number", "Add up the ten boxes, and return the sum.")
        if value is None:
            return
        expected = _index(reference, today)
        hint = "go through the four steps by hand for three boxes, with a pencil."
        if not np.isfinite(value):
            hint = "it is not a finite number. Raise shares below 0.001 to 0.001 *before* you take logarithms."
        else:
            for wrong, what in _index_mistakes(reference, today):
                if np.isclose(value, wrong, rtol=1e-6) and not np.isclose(wrong, expected, rtol=1e-6):
                    hint = what
                    break
        if not report.check(np.isclose(value, expected, rtol=1e-6, atol=1e-9), claim, hint):
            return
