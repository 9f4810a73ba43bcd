"""Checkers of chapter 10, *House numbers: when the world changes*."""

import numpy as np

from mnist_helpers.exercises._report import checker, close

__all__ = ["check_first_layer", "check_normalise_polarity", "check_where_to_cut"]


def _check_count(report, answer, name: str, expected: int, mistakes: dict) -> None:
    advice = "Write a product, such as 3 * 3 * 48, without quotes."
    count = report.number(answer, f"`{name}` is one whole number.", advice, whole=True)
    otherwise = "rows x columns x channels that come in, for each kernel, times the number of kernels."
    report.require(count == expected, f"`{name}` is right.", mistakes.get(count, otherwise))


@checker("Exercise 1, the price of colour")
def check_first_layer(report, weights_grey, weights_colour):
    """Check the weights of 48 kernels of 3 by 3, without biases, on one channel and on three."""
    biases = "there are 48 too many: the layer has no biases."
    one_kernel = "that is one kernel. The layer has 48."
    row = "a kernel of 3 by 3 has 9 places, not 3."
    _check_count(
        report,
        weights_grey,
        "weights_grey",
        432,
        {
            9: one_kernel,
            27: "that is one kernel, for colour photographs. Grey ones have one channel, and the layer has 48 kernels.",
            48: "that is one weight for each kernel. How many places has its window?",
            3: row,
            54: "the parts are added. They multiply each other.",
            55: "the parts are added. They multiply each other.",
            144: row,
            288: "that is for 32 kernels. This layer has 48.",
            480: biases,
            1200: "that is for kernels of 5 by 5. These have 3 by 3.",
            1296: "that many are needed for three channels. Grey photographs have one.",
        },
    )
    _check_count(
        report,
        weights_colour,
        "weights_colour",
        1296,
        {
            27: one_kernel,
            144: "a kernel has a weight for each place *and* each channel: 3 by 3 by 3.",
            432: "that is enough for one channel. A kernel on colour photographs has weights for red, green and blue.",
            57: "the parts are added. They multiply each other.",
            435: "the channels do not add to the count, they multiply it.",
            864: "that is for 32 kernels. This layer has 48.",
            1344: biases,
            1440: "there are 144 too many: the layer has no biases.",
            3600: "that is for kernels of 5 by 5. These have 3 by 3.",
            3888: "the 3 channels are counted twice. One kernel has 3 * 3 * 3 weights.",
        },
    )


def _where_to_cut(photograph, validation_size: int) -> int:
    cut = len(photograph) - validation_size
    while cut > 0 and photograph[cut - 1] == photograph[cut]:
        cut -= 1
    return cut


def _hint_on_cut(photograph, validation_size: int, cut: int, expected: int) -> str:
    """Say what is wrong with a cut."""
    crops = len(photograph)
    if not 0 <= cut <= crops:
        return f"the answer is {cut}. Of {crops} crops, from 0 to {crops} can go to training."
    if cut == crops - expected:
        return f"{cut} is how many go to validation. Return how many go to training."
    if crops - cut < validation_size:
        return f"you cut before crop {cut}, and only {crops - cut} are left for validation. Go back, not forward."
    if 0 < cut < crops and photograph[cut - 1] == photograph[cut]:
        return (
            f"you cut before crop {cut}, and photograph {photograph[cut]} is on both sides. "
            "Go back until a new photograph begins there."
        )
    return f"you cut before crop {cut}, and training could get {expected}. Stop as soon as both conditions hold."


def _advice_for_cut(error) -> str:
    return "Do you look before the first crop, or behind the last?" if isinstance(error, IndexError) else ""


_SHORT = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]


@checker("Exercise 2, no photograph on both sides")
def check_where_to_cut(report, where_to_cut):
    """Check a function that splits crops between photographs."""
    keeps = "your function writes into the array that it is given. Only read it."
    function = report.function(where_to_cut, "where_to_cut", keeps, advice=_advice_for_cut)
    random = np.random.default_rng(0)
    repeats = random.integers(1, 5, 40)
    long, shuffled = np.repeat(np.arange(40), repeats), np.repeat(random.permutation(40), repeats)
    cases = [
        (_SHORT, 3, "where the starter would cut a photograph"),
        (_SHORT, 2, "where no photograph is in the way"),
        ([5, 5, 5, 5, 9], 3, "where nothing is left for training"),
        ([4, 4, 4], 2, "where all crops are from one photograph"),
        ([7, 7, 3, 3, 3, 9, 9, 1, 1], 4, "where the numbers of the photographs go up and down"),
        ([3, 8, 8, 2], 1, "where the last photograph has one crop"),
        *((shuffled, size, f"with shuffled photographs and {size} crops for validation") for size in (5, 30, 51)),
        *((long, size, f"with {len(long)} crops, of which {size} are for validation") for size in (1, 20, 33, 60)),
    ]
    for photograph, size, claim in cases:
        photograph = np.array(photograph)
        answer = function(photograph, size)
        advice = "Return a number of crops."
        cut = report.number(
            answer,
            "The function returns one whole number.",
            f"It returned {type(answer).__name__}. {advice}",
            whole=True,
        )
        expected = _where_to_cut(photograph, size)
        report.require(cut == expected, f"It is right {claim}.", _hint_on_cut(photograph, size, cut, expected))


def _normalise(photos) -> np.ndarray:
    photos = photos.astype("float32")
    mean, spread = (function(photos, axis=(1, 2, 3), keepdims=True) for function in (np.mean, np.std))
    return (photos - mean) / (spread + 8)


def _photographs() -> np.ndarray:
    """Draw photographs with a middle that is lighter or darker than the rest.

    In the first eight it is so throughout, more or less. In the others a look elsewhere, at a part of it, at one colour
    or at a fixed grey leads astray.
    """
    random = np.random.default_rng(1)
    photos = np.full((22, 32, 32, 3), 120.0)
    middle = photos[:, 8:24, 8:24]
    middle[:8] += np.array([60, -60, 25, -25, -90, -90, -40, 40])[:, None, None, None]
    photos[:8] += random.normal(0, 25, (8, 1, 1, 3)) + random.normal(0, 30, (8, 32, 32, 3))
    photos[8] -= 60  # dark, with a middle that is a little lighter
    middle[8] += 30
    photos[9] += 70
    middle[9] -= 30
    middle[[10, 11]] += 60  # a light middle, dark in the middle of its own
    middle[[10, 11], 4:12, 4:12] -= 150
    photos[12, 8:24] += 80  # light to the left and right of a dark middle, or above and below it
    photos[13, :, 8:24] += 80
    middle[[12, 13]] -= 110
    middle[[14, 15]] -= 10  # dark, but for its last row and column, or its first
    middle[14, -1] = middle[14, :, -1] = middle[15, 0] = middle[15, :, 0] = 250
    middle[16] += [60, -40, 20]  # not every colour is lighter
    middle[17] += [-40, 90, -20]
    middle[18:] += 4  # a little lighter, with a black line just outside it
    photos[18, 7, 8:24] = photos[19, 24, 8:24] = photos[20, 8:24, 7] = photos[21, 8:24, 24] = 0
    photos[[11, 15]] = 240 - photos[[11, 15]]
    photos[8:] += random.normal(0, 5, (14, 32, 32, 3))
    return photos.clip(0, 255).round().astype(np.uint8)


def _hint_on_polarity(result, normalised, swapped, by_fixed_grey) -> str:
    """Recognise a common wrong answer."""
    known = [
        (normalised, "all photographs are as `normalise` returns them. Which of them need a change of sign?"),
        (np.abs(normalised), "`abs` folds light and dark onto each other. Change the sign of a whole photograph."),
        (
            -normalised,
            "every photograph changes its sign. Only those with a dark middle need it: decide for each, with means "
            "over axes 1, 2 and 3.",
        ),
        (-swapped, "the middle is darker than the whole now. It is the other way round."),
        (by_fixed_grey, "the middle is compared with a fixed grey. After `normalise`, compare it with 0."),
    ]
    for wrong, what in known:
        if np.allclose(result, wrong, atol=1e-3):
            return what
    if np.allclose(np.abs(result), np.abs(normalised), atol=1e-3):
        return "signs change within a photograph, or for the wrong ones. Take the mean of rows and columns 8:24."
    return "the numbers are not those of `normalise`, up to their sign. Call it first, then change signs."


@checker("Exercise 3, a photograph and its negative")
def check_normalise_polarity(report, normalise_polarity):
    """Check a normalisation that gives the same for a photograph and its negative."""
    keeps = "your function writes into the array that it is given. `normalise` returns a new one: work on that."
    function = report.function(normalise_polarity, "normalise_polarity", keeps)
    photos = _photographs()
    shape_hint = "With `keepdims=True` the means keep four axes."
    result = report.array(function(photos), photos.shape, shape_hint).astype(float)
    normalised = _normalise(photos)
    middle = normalised[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True)
    swapped = np.where(middle < 0, -normalised, normalised)
    dark = photos[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True) < 127.5
    hint = _hint_on_polarity(result, normalised, swapped, np.where(dark, -normalised, normalised))
    of_negatives = report.array(function(255 - photos), photos.shape, shape_hint)
    same = close(result, of_negatives, atol=1e-3)
    report.require(same, "A photograph and its negative give the same.", hint)
    report.require(close(result, swapped, atol=1e-3), "The middle is not darker than the whole.", hint)
    one = report.array(function(photos[:1]), (1, 32, 32, 3), shape_hint)
    hint = "for a single photograph it is wrong. Is a number of photographs in the code?"
    report.check(close(one, swapped[:1], atol=1e-3), "It works for a single photograph.", hint)
