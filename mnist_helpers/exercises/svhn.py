"""Checkers of chapter 10, *House numbers: when the world changes*."""

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_first_layer", "check_normalise_polarity", "check_where_to_cut"]


def _whole_number(answer) -> int | None:
    """Return a whole number, also out of an array of one number; None for anything else."""
    if isinstance(answer, (bool, np.bool_, str, bytes)) or callable(answer):
        return None
    try:
        array = np.asarray(answer)
    except ValueError:
        return None
    if array.size != 1 or array.dtype.kind not in "iuf" or not float(array.item()).is_integer():
        return None
    return int(array.item())


def _check_count(report, answer, name: str, expected: int, mistakes: dict) -> None:
    count = _whole_number(answer)
    if not report.check(
        count is not None, f"`{name}` is one whole number.", "write a product, such as 3 * 3 * 48, without quotes."
    ):
        return
    otherwise = "rows x columns x channels that come in, for each kernel, times the number of kernels."
    report.check(count == expected, f"`{name}` is right.", mistakes.get(count, otherwise))


@checker("Exercise 1")
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


@checker("Exercise 2")
def check_where_to_cut(report, where_to_cut):
    """Check a function that splits crops between photographs."""
    if not report.check(
        callable(where_to_cut),
        "`where_to_cut` is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    short = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]
    long = np.repeat(np.arange(40), np.random.default_rng(0).integers(1, 5, 40))
    cases = [
        (short, 3, "where the starter would cut a photograph"),
        (short, 2, "where no photograph is in the way"),
        ([5, 5, 5, 5, 9], 3, "where nothing is left for training"),
        ([4, 4, 4], 2, "where all crops are from one photograph"),
        *((long, size, f"with {len(long)} crops, of which {size} are for validation") for size in (1, 20, 33, 60)),
    ]
    for photograph, validation_size, claim in cases:
        given = np.array(photograph)
        try:
            answer = where_to_cut(given, validation_size)
        except IndexError as error:
            hint = f"NumPy says: {error}. Do you look before the first crop, or behind the last?"
            report.check(False, f"It is right {claim}.", hint)
            return
        if not report.check(
            np.array_equal(given, photograph),
            "What came in is unchanged.",
            "your function writes into the array that it is given. Only read it.",
        ):
            return
        cut = _whole_number(answer)
        if cut is None:
            hint = "it returned nothing. Is there a `return` at its end?" if answer is None else "it returned "
            hint += "" if answer is None else f"{type(answer).__name__} {answer!r}"[:60] + ". Return a number of crops."
            report.check(False, "The function returns one whole number.", hint)
            return
        expected = _where_to_cut(photograph, validation_size)
        if not report.check(
            cut == expected, f"It is right {claim}.", _hint_on_cut(photograph, validation_size, cut, expected)
        ):
            return


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
    photos = np.full((18, 32, 32, 3), 120.0)
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
    photos[[11, 15]] = 240 - photos[[11, 15]]
    photos[8:] += random.normal(0, 5, (10, 32, 32, 3))
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


@checker("Exercise 3")
def check_normalise_polarity(report, normalise_polarity):
    """Check a normalisation that gives the same for a photograph and its negative."""
    if not report.check(
        callable(normalise_polarity),
        "`normalise_polarity` is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    photos = _photographs()
    given = photos.copy()
    answer = normalise_polarity(given)
    if not report.check(
        answer is not None, "The function returns something.", "it returned nothing. Is there a `return` at its end?"
    ):
        return
    if not report.check(
        np.array_equal(given, photos),
        "The photographs that came in are unchanged.",
        "your function writes into the array that it is given. `normalise` returns a new one: work on that.",
    ):
        return
    result = np.asarray(answer, dtype=float)
    if not report.check(
        result.shape == photos.shape,
        f"The result has shape {photos.shape}, as the photographs.",
        f"its shape is {result.shape}. With `keepdims=True` the means keep four axes.",
    ):
        return
    normalised = _normalise(photos)
    middle = normalised[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True)
    swapped = np.where(middle < 0, -normalised, normalised)
    dark = photos[:, 8:24, 8:24].mean(axis=(1, 2, 3), keepdims=True) < 127.5
    hint = _hint_on_polarity(result, normalised, swapped, np.where(dark, -normalised, normalised))
    of_negatives = np.asarray(normalise_polarity(255 - photos), dtype=float)
    if not report.check(
        np.allclose(result, of_negatives, atol=1e-3), "A photograph and its negative give the same.", hint
    ):
        return
    report.check(np.allclose(result, swapped, atol=1e-3), "The middle is not darker than the whole.", hint)
