"""Checkers for the exercises of chapter 1, ``01_data``."""

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._report import checker

__all__ = ["check_batch_size", "check_nearest_neighbour", "check_split_indices"]

_SEEDS = range(40)


@checker("Exercise 1, batches to order")
def check_batch_size(report, batch_size):
    """Check the smallest batch size with which 55,000 images make at most 100 batches."""
    advice = "Images come whole: write an integer."
    batch_size = report.number(batch_size, "The batch size is a whole number.", advice, whole=True)
    hint = f"it is {batch_size}. With no image in a batch the epoch never ends."
    report.require(batch_size >= 1, "A batch holds at least one image.", hint)
    batches = -(-55_000 // batch_size)
    hints = {
        100: "100 is to be the number of *batches*, not of the images in one. You get 550 of them.",
        549: "there are 101. 100 full batches leave some images over, and they make one batch more.",
    }
    hint = hints.get(batch_size, f"there are {batches:,}. Fewer batches need larger batches.")
    report.require(batches <= 100, "An epoch has at most 100 batches.", hint)
    hint = f"with {batch_size:,} there are {batches}; a smaller batch size still gives 100 or fewer. Go down."
    if batch_size == 600:
        hint = "600 would be right for 60,000 images. 5,000 of them were set aside for validation."
    report.check(batch_size == 550, "No smaller batch size will do.", hint)


def _indices(report, part, name: str) -> np.ndarray:
    """Return one part of a split as an array of whole numbers."""
    nested = isinstance(part, list) and any(np.ndim(piece) > 0 for piece in part)
    hint = "it is a list of arrays, one for each digit. np.concatenate joins them."
    report.expect(not nested, f"The {name} part is one array.", hint)
    array = np.asarray(part)
    hint = f"its shape is {array.shape} and its dtype {array.dtype}. Return positions of images: 0, 1, 2 and so on."
    if array.dtype == bool:
        hint = "these are True and False. np.flatnonzero turns them into positions."
    whole = array.ndim == 1 and np.issubdtype(array.dtype, np.integer)
    report.expect(whole, f"The {name} part holds indices.", hint)
    return array


def _what_is_no_cut(training, validation, labels) -> str:
    """Say why not each image is in exactly one of the two parts."""
    both = np.concatenate([training, validation])
    present = np.unique(labels)
    if len(both) and (both.min() < 0 or both.max() >= len(labels)):
        return (
            f"there are {len(labels)} labels, and your largest index is {both.max()}. "
            "Use the `labels` that your function is given, not `y_all` or `y_train`."
        )
    if set(both.tolist()) <= set(labels.tolist()) and len(both) == len(labels):
        return "these look like the labels themselves. Return positions: the numbers that np.flatnonzero gives."
    if len(np.unique(both)) < len(both) and both.max() < np.bincount(labels).max():
        return (
            f"no index is larger than {both.max()}: these count the images of one digit, and not all images. "
            "Pick the digit's own indices with them: members[...]."
        )
    if len(present) > 1 and np.isin(present, labels[both], invert=True).sum() == len(present) - 1:
        return "only one digit was cut. Does `return` stand outside the loop, further to the left?"
    if missing := np.setdiff1d(present, labels[both]).tolist():
        return f"the digit {missing[0]} is in neither part. Which digits does your loop go through?"
    if (shared := np.intersect1d(training, validation)).size:
        return f"{shared.size} images are in both. What goes to validation must not stay in training."
    if len(np.unique(both)) < len(both):
        return (
            "an image occurs twice in the same part. `permutation` draws each one once; `choice` and `integers` do not."
        )
    return f"{len(labels) - len(both)} of {len(labels)} images are in neither part. Cut both slices at the same place."


def _what_is_no_share(training, validation, labels, wanted) -> str:
    """Say why validation does not get its share of each digit."""
    got, members = np.bincount(labels[validation], minlength=10), np.bincount(labels, minlength=10)
    odd = int(np.abs(got - wanted).argmax())
    if len(validation) > len(training):
        return "the validation part is the larger one. Have you returned the two in the other order: training first?"
    if got.min() == got.max():
        return f"each digit gave {got[0]} images. The same *share* of each is asked for, not the same number."
    if np.array_equal(got, np.minimum(members, got.max())):
        return (
            f"each digit gave {got.max()} images, if it had so many. The same *share* of each is asked for: take it "
            "from the number of images of *this digit*, not from `len(labels)`."
        )
    if got[0] < wanted[0] and np.array_equal(got[1:], wanted[1:]):
        return "the digit 0 is missing from validation. Does your loop begin at 1?"
    if got[9] < wanted[9] and np.array_equal(got[:9], wanted[:9]):
        return "the digit 9 is missing from validation. range(9) ends at 8."
    count = f"of the {members[odd]} images of the digit {odd}, {got[odd]} went to validation; "
    count += f"a share of {wanted.sum() / len(labels):.1f} is {wanted[odd]}. "
    off = np.abs(got - wanted)[members > 0]
    if off.max() == 1 == off.min():
        return count + "Each digit is off by one image. Where do you cut?"
    return count + "Cut each digit by itself, in a loop over the digits."


def _check_seeds(report, split, labels, validation) -> None:
    """Check that the choice follows the seed, and that images are drawn one by one."""
    hint = "two calls with seed 1 differ. Draw from np.random.default_rng(seed), made inside the function."
    report.require(np.array_equal(split(labels, 0.2, 1)[1], validation), "The same seed gives the same split.", hint)
    drawn = [split(labels, 0.2, seed)[1] for seed in _SEEDS]
    first = [np.flatnonzero(labels == digit)[: np.sum(labels[validation] == digit)] for digit in range(10)]
    hint = "seeds 1 and 2 give the same images. Hand `seed` to np.random.default_rng."
    if np.array_equal(np.sort(validation), np.sort(np.concatenate(first))):
        hint = "you took the first images of each digit. Shuffle each digit's indices before you cut."
    differ = not np.array_equal(np.sort(drawn[1]), np.sort(drawn[2]))
    report.require(differ, "Another seed gives another split.", hint)
    zeros = {tuple(np.sort(part[labels[part] == 0])) for part in drawn}
    hint = (
        f"{len(drawn)} seeds give only {len(zeros)} choices of the digit 0, which has thousands. Do you move a block, "
        "or take every fifth? Draw the images one by one: random.permutation."
    )
    report.require(len(zeros) > 0.8 * len(drawn), "Any images of a digit can be chosen together.", hint)
    often = np.bincount(np.concatenate(drawn), minlength=len(labels))
    hint = "some images go to validation with every seed, or with none. Shuffle all of a digit's indices."
    report.require(often.max() < len(drawn) and np.mean(often == 0) < 0.01, "Each image can be chosen.", hint)


@checker("Exercise 2, the stratified split")
def check_split_indices(report, split_indices):
    """Check a stratified, seeded split on labels of which some are rare."""
    function = report.function(split_indices, "split_indices")

    def split(labels, share, seed):
        parts = function(labels, share, seed)
        two = isinstance(parts, (tuple, list)) and len(parts) == 2
        hint = f"it returned {type(parts).__name__}. End with `return training, validation`."
        report.expect(two, "`split_indices` returns two things.", hint)
        return _indices(report, parts[0], "training"), _indices(report, parts[1], "validation")

    def is_cut(parts, labels):
        return np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(labels)))

    wanted = np.arange(1, 11) * 4  # validation images of each digit
    labels = np.random.default_rng(7).permutation(np.repeat(np.arange(10), wanted * 5))
    parts = split(labels, 0.2, 1)
    report.require(is_cut(parts, labels), "Each image is in exactly one part.", lambda: _what_is_no_cut(*parts, labels))
    got = np.bincount(labels[parts[1]], minlength=10)
    hint = "Validation gets a fifth of each digit."
    report.require(np.array_equal(got, wanted), hint, lambda: _what_is_no_share(*parts, labels, wanted))
    _check_seeds(report, split, labels, parts[1])
    few = np.repeat([2, 3, 7], [10, 4, 6])
    halves = split(few, 0.5, 3)
    fits = is_cut(halves, few) and np.array_equal(np.bincount(few[halves[1]], minlength=10)[[2, 3, 7]], [5, 2, 3])
    hint = "with a share of 0.5 and 20 labels, 2, 3 and 7, it did not halve each. Is a number of your own in the code?"
    report.check(fits, "It follows the `labels` and the `share` that it is given.", hint)


def _neighbour_mistakes(known, known_labels, new) -> list[tuple]:
    """Return what common mistakes would answer, each with the hint that names the mistake."""
    known, new = known.reshape(len(known), -1), new.reshape(len(new), -1)
    dots, ink, own = new @ known.T, (new**2).sum(axis=1)[:, None], (known**2).sum(axis=1)
    squared = ink - 2 * dots + own
    present = np.unique(known_labels)
    means = np.stack([known[known_labels == digit].mean(axis=0) for digit in present])
    to_means = -2 * new @ means.T + (means**2).sum(axis=1)
    manhattan = np.stack([np.abs(known - image).sum(axis=1) for image in new])
    signed = new.sum(axis=1)[:, None] - known.sum(axis=1)
    cancel = "the differences cancel out when you add them up without squares. Square them first."
    return [
        (
            squared.argmin(axis=1),
            "these are the indices of the nearest images. Look up their labels: known_labels[...].",
        ),
        (
            known_labels[squared.argmax(axis=1)],
            "this is the label of the *farthest* image. argmax finds the largest distance; which one is the smallest?",
        ),
        (
            known_labels[dots.argmax(axis=1)],
            "a large dot product is not a small distance: an image full of ink wins often. Use the whole formula for "
            "d².",
        ),
        (
            known_labels[(dots / np.sqrt(own)).argmax(axis=1)],
            "this is the image of the largest *likeness*, the angle. The smallest distance is asked for: it also "
            "counts how dark the images are.",
        ),
        (
            present[to_means.argmin(axis=1)],
            "this is the nearest *mean*. Compare with every known image; do not average.",
        ),
        (
            known_labels[manhattan.argmin(axis=1)],
            "you added up the differences without their sign. Square each difference before you add.",
        ),
        (known_labels[signed.argmin(axis=1)], cancel),
        (known_labels[signed.argmax(axis=1)], cancel),
        (
            known_labels[np.abs(signed).argmin(axis=1)],
            "only the amount of ink is compared: the differences cancel out. Square each one before you add.",
        ),
        (
            np.full(len(new), known_labels[0]),
            "this is always the label of the first known image. Find the nearest one's index for each new image.",
        ),
        (
            known_labels[(ink - 2 * dots).argmin(axis=1)],
            "the formula lacks the part b · b, the known images' own ink.",
        ),
        (
            known_labels[(own - dots).argmin(axis=1)],
            "in the formula the middle part is -2 a · b. The 2 is missing.",
        ),
        (known_labels[(own + 2 * dots).argmin(axis=1)], "in the formula the middle part is *subtracted*."),
        (
            np.full(len(new), known_labels[own.argmin()]),
            "this is the image with the least ink. The middle part is missing.",
        ),
    ]


def _what_shape_means(answers, right) -> str:
    """Say what answers of a wrong shape are."""
    if answers.shape in [(), (1,)] and answers.ravel()[0] == right[0]:
        return "It is the answer for the first one. Does `return` stand outside the loop, further to the left?"
    if answers.shape in [(150, 1), (1, 150)] and answers.dtype.kind in "iuf":
        return "Leave out the axis of size 1: ravel() makes a plain row of it."
    return {
        (): "Is argmin told to look along axis=1, for each new image by itself?",
        (600,): "That is one for each *known* image: argmin has worked along the other axis.",
        (5000,): "Use the images that the function is given, not `x_train` and `y_train`.",
        (1000,): "Use the images that the function is given, not `x_val`.",
        (150, 600): "These look like distances. argmin(axis=1) finds the smallest in each row.",
    }.get(answers.shape, "Return one label for each new image.")


def _advice_for_neighbour(error) -> str:
    if isinstance(error, IndexError):
        return "Is argmin told to look along axis=1, for each new image by itself?"
    if isinstance(error, ValueError):
        return "Images come as (n, 28, 28). Have you laid each out as a row, with reshape(n, 784)?"
    return ""


def _check_labels(report, answers, known, known_labels, new) -> None:
    """Check that the answers are the labels of the nearest images, but for one in a hundred that rounding decides."""
    rows, new_rows = known.reshape(len(known), -1), new.reshape(len(new), -1)
    squared = (new_rows**2).sum(axis=1)[:, None] - 2 * new_rows @ rows.T + (rows**2).sum(axis=1)
    right = known_labels[squared.argmin(axis=1)]
    hint = f"150 new images went in, and something of shape {np.shape(answers)} came out. "
    answers = np.asarray(answers)
    shape_hint = hint + _what_shape_means(answers, right)
    report.require(answers.shape == (150,), "There is one answer for each new image.", shape_hint)
    hint = f"their dtype is {answers.dtype}, or one of them is NaN. Pick them out of `known_labels`."
    real = answers.dtype.kind in "iuf" and not np.isnan(answers.astype(float)).any()
    report.require(real, "The answers are numbers.", hint)

    def mistake() -> str:
        for wrong, said in _neighbour_mistakes(known, known_labels, new):
            if np.mean(answers == wrong) >= 0.99:
                return said
        if answers.max() > 9 or answers.min() < 0:
            span = f"they go from {answers.min()} to {answers.max()}"
            return f"{span}, and a label is 0 to 9. Look it up in known_labels."
        return f"{np.sum(answers != right)} of 150 differ. Compute one distance by hand, and compare."

    report.require(np.mean(answers == right) >= 0.99, "Each answer is the label of the nearest known image.", mistake)


@checker("Exercise 3, the nearest neighbour")
def check_nearest_neighbour(report, nearest_neighbour):
    """Check a nearest-neighbour classifier on 600 known and 150 new images."""
    keeps = "your function changes the arrays that it is given. Give the new arrays names of their own."
    neighbour = report.function(nearest_neighbour, "nearest_neighbour", keeps, advice=_advice_for_neighbour)
    (images, labels), _ = load_mnist()
    images = images[26_000:26_750].astype("float32") / 255
    images[::3] *= 0.5  # paler copies: a likeness would not notice
    known, known_labels, new = images[:600], labels[26_000:26_600], images[600:]
    _check_labels(report, neighbour(known, known_labels, new), known, known_labels, new)
    few = report.array(neighbour(known[:3], known_labels[:3], known[:2]), (2,), "Return one label for each new image.")
    hint = "with fewer images it answers wrongly. Is a number of images written into the code?"
    report.require(np.array_equal(few, known_labels[:2]), "It works with 3 known and 2 new images.", hint)
    digits = np.stack([images[np.flatnonzero(labels[26_000:26_750] == digit)[0]] for digit in range(10)])
    each = report.array(neighbour(digits, np.arange(10), digits[::-1]), (10,), "Return one label for each new image.")
    hint = "ten known images went in, one of each digit, and the same ones as new. Each is its own nearest image."
    report.check(np.array_equal(each, np.arange(10)[::-1]), "Each digit finds itself.", hint)
