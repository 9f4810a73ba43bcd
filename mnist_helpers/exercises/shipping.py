"""Checkers of chapter 11, *From notebook to product: shipping a network*."""

import numpy as np

from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_fold", "check_size", "check_stability_index"]

_WEIGHTS = 3 * 3 * 64 * 128
_CHANNELS = 128


@checker("Exercise 1, how many bytes")
def check_size(report, size):
    """Check the bytes of a quantised convolution."""
    advice = "Write the calculation: one calculation that adds up all bytes."
    size = report.number(size, advice=advice)
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
        (_WEIGHTS + 4 * 64 + small, "scales and biases: both belong to the channels that come *out*, 128 of them."),
        (8 * expected, "this is the number of bits. A byte has eight."),
        (
            4 * expected,
            "a weight of int8 takes one byte, not four, and four bytes are in the scales and biases already.",
        ),
        (expected / 1000, "these are kilobytes. The question is for bytes."),
        (expected / 1024, "these are units of 1,024 bytes. The question is for bytes."),
        (9 * 64 + 2 * small, "each of the 128 channels out has a window of its own over all channels in."),
        (64 * 128 + 2 * small, "a window has 3 · 3 places, and a weight for each of them."),
        (3 * 64 * 128 + 2 * small, "the window is 3 by 3: nine places, not three."),
    ]
    otherwise = "add three parts: the weights, one byte each; the scales; the biases. How many are there of each?"
    report.matches(size, expected, "All bytes are counted.", mistakes, otherwise, rtol=0, atol=0.5)


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


@checker("Exercise 2, folding a convolution that has a bias")
def check_fold(report, fold):
    """Check a function that folds a normalization into a convolution with a bias."""
    keeps = "your function writes into an array it was given. Use `kernel * ...` instead of `kernel *= ...`."
    nothing = "it returned None. Write `return new_kernel, new_bias`."
    function = report.function(fold, "fold", keeps, nothing)
    random = np.random.default_rng(5)
    for epsilon, claim in (
        (0.1, "The {} does the work of both layers."),
        (1.5, "With another epsilon, too, the {} does."),
    ):
        kernel, bias = random.normal(size=(3, 3, 4, 6)), random.normal(size=6)
        gamma, beta, mean = random.normal(size=(3, 6))
        given = kernel, bias, gamma, beta, mean, random.uniform(0.2, 3, 6), epsilon
        answer = function(*given)
        two = isinstance(answer, (tuple, list)) and len(answer) == 2
        hint = f"it returned a {type(answer).__name__}. Write `return new_kernel, new_bias`."
        report.expect(two, "The function returns two arrays.", hint)
        swapped = np.shape(answer[0]) == (6,) and np.shape(answer[1]) == kernel.shape
        hint = "the two are swapped: `return new_kernel, new_bias`."
        report.expect(not swapped, "The kernel comes first, then the bias.", hint)
        text = f"It returned a {type(answer[0]).__name__}."
        new_kernel = report.array(answer[0], kernel.shape, "Multiply along the last axis.", text)
        new_bias = report.array(answer[1], (6,), "There is one bias for each channel out.", text)
        expected_kernel, expected_bias = _fold(*given)
        kernels, biases = _fold_mistakes(*given)
        otherwise = "the {} is another one. Write down y for one channel, and sort by what is multiplied."
        for name, new, expected, mistakes in [
            ("kernel", new_kernel, expected_kernel, kernels),
            ("bias", new_bias, expected_bias, biases),
        ]:
            report.matches(new, expected, claim.format(name), mistakes, otherwise.format(name), rtol=1e-5)


def _shares(reference, values, side="right", floor=0.001):
    borders = np.quantile(reference, np.arange(1, 10) / 10)
    boxes = np.searchsorted(borders, values, side=side)
    return np.maximum(np.bincount(boxes, minlength=10) / len(values), floor)


def _index(reference, today, side="right"):
    p, q = _shares(reference, reference, side), _shares(reference, today, side)
    return np.sum((q - p) * np.log(q / p))


def _zeros_only(reference, today):
    """Return the index where only shares of 0 are raised."""
    p, q = _shares(reference, reference, floor=0), _shares(reference, today, floor=0)
    p, q = np.where(p == 0, 0.001, p), np.where(q == 0, 0.001, q)
    return np.sum((q - p) * np.log(q / p))


def _index_mistakes(reference, today) -> list[tuple[float, str]]:
    """Return what common mistakes lead to, each with its hint."""
    tenth = np.full(10, 0.1)
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
        (_zeros_only(reference, today), "only shares of 0 are raised. Every share below 0.001 is raised to 0.001."),
        (
            np.sum((q - tenth) * np.log(q / tenth)),
            "the reference's shares are taken for a tenth each. Where many values are equal they are not: "
            "count them too.",
        ),
        (
            _index(reference, today, "left"),
            'a value on a border is in the box below it in yours. `side="right"` puts it into the box above.',
        ),
        (np.sum((q + p) * np.log(q / p)), "you add p and q in front of the logarithm. The factor is q - p."),
        (np.sum((q - p) * (q / p)), "the logarithm of q / p is missing."),
        (np.sum((q - p) * np.log(q * p)), "the logarithm is that of q / p, a quotient."),
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
    (
        "An empty last box does no harm.",
        lambda random: [random.uniform(0, 1, 500), random.uniform(0, 0.7, 300)],
    ),
    (
        "An empty first box does no harm.",
        lambda random: [random.uniform(0, 1, 500), random.uniform(0.4, 2, 300)],
    ),
    (
        "A share between 0 and 0.001 is raised, too.",
        lambda random: [random.uniform(0, 1, 3000), np.append(random.uniform(0.2, 1, 3999), 0.01)],
    ),
    (
        "Confidences may pile up at 1.",
        lambda random: [random.uniform(0.2, 1.5, 600).clip(0, 1), random.uniform(0.4, 1.3, 500).clip(0, 1)],
    ),
    (
        "Values may lie on a border.",
        lambda random: [random.integers(0, 9, 700) / 8, random.integers(0, 9, 400) / 8],
    ),
]


@checker("Exercise 3, an index of drift")
def check_stability_index(report, stability_index):
    """Check the population stability index, on values of the checker's own."""
    keeps = "your function changes an array it was given. Sort a copy, or do not sort at all."
    function = report.function(stability_index, "stability_index", keeps)
    for claim, draw in _TRIES:
        reference, today = draw(np.random.default_rng(3))
        answer = function(reference, today)
        shape = f"Its shape is {np.shape(answer)}. Add up the ten boxes, and return the sum."
        value = report.number(answer, "The function returns one number.", shape)
        expected = _index(reference, today)
        hint = "it is not a finite number. Raise shares below 0.001 to 0.001 *before* you take logarithms."
        if np.isfinite(value):
            hint = recognise(value, _index_mistakes(reference, today))
        hint = hint or "go through the four steps by hand for three boxes, with a pencil."
        report.require(close(value, expected, atol=1e-9), claim, hint)
