"""Checkers for the exercises of chapter 1, ``01_data``."""

import numpy as np

from mnist_helpers.data import load_mnist
from mnist_helpers.exercises._report import checker

__all__ = ["check_batch_size", "check_nearest_neighbour", "check_split_indices"]


def _is_function(report, answer, name: str) -> bool:
    return report.check(
        callable(answer),
        f"`{name}` is a function.",
        f"the checker got {type(answer).__name__}. Hand over the function itself, `{name}`, without brackets after it.",
    )


@checker("Exercise 1, batches to order")
def check_batch_size(report, batch_size):
    """Check the smallest batch size with which 55,000 images make at most 100 batches."""
    if isinstance(batch_size, (np.ndarray, list, tuple)) and np.size(batch_size) == 1:
        batch_size = np.asarray(batch_size).item()
    if isinstance(batch_size, (float, np.floating)) and float(batch_size).is_integer():
        batch_size = int(batch_size)
    whole = isinstance(batch_size, (int, np.integer)) and not isinstance(batch_size, bool)
    if not report.check(
        whole,
        "The batch size is a whole number.",
        f"it is {batch_size!r}, of type {type(batch_size).__name__}. Images come whole: write an integer.",
    ):
        return
    if not report.check(
        batch_size >= 1,
        "A batch holds at least one image.",
        f"it is {batch_size}. With no image in a batch the epoch never ends.",
    ):
        return
    batches = -(-55_000 // int(batch_size))
    hint = f"there are {batches:,}. Fewer batches need larger batches."
    if batch_size == 100:
        hint = "100 is to be the number of *batches*, not of the images in one. You get 550 of them."
    elif batch_size == 549:
        hint = "there are 101. 100 full batches leave some images over, and they make one batch more."
    if not report.check(batches <= 100, "An epoch has at most 100 batches.", hint):
        return
    hint = f"with {batch_size:,} there are {batches}; a smaller batch size still gives 100 or fewer. Go down."
    if batch_size == 600:
        hint = "600 would be right for 60,000 images. 5,000 of them were set aside for validation."
    report.check(batch_size == 550, "No smaller batch size will do.", hint)


def _try_split(report, split_indices, labels, share: float, seed: int):
    """Call the learner's function and return two arrays of indices, or None after reporting why not."""
    parts = split_indices(labels.copy(), share, seed)
    if not report.check(
        isinstance(parts, (tuple, list)) and len(parts) == 2,
        "`split_indices` returns two things.",
        "it returned None. Does its last line begin with `return`?"
        if parts is None
        else f"it returned {type(parts).__name__}. End with `return training, validation`.",
    ):
        return None
    arrays = []
    for name, part in zip(("training", "validation"), parts, strict=True):
        nested = isinstance(part, list) and any(np.ndim(piece) > 0 for piece in part)
        if not report.check(
            not nested,
            f"The {name} part is one array.",
            "it is a list of arrays, one for each digit. np.concatenate joins them.",
        ):
            return None
        array = np.asarray(part)
        hint = f"its shape is {array.shape} and its dtype {array.dtype}. Return positions of images: 0, 1, 2 and so on."
        if array.dtype == bool:
            hint = "these are True and False. np.flatnonzero turns them into positions."
        if not report.check(
            array.ndim == 1 and np.issubdtype(array.dtype, np.integer), f"The {name} part holds indices.", hint
        ):
            return None
        arrays.append(array)
    return arrays


def _is_one_cut(report, training, validation, labels) -> bool:
    """Report whether each image is in exactly one of the two parts."""
    both = np.concatenate([training, validation])
    if len(both) and (both.min() < 0 or both.max() >= len(labels)):
        hint = (
            f"there are {len(labels)} labels, and your largest index is {both.max()}. "
            "Use the `labels` that your function is given, not `y_all` or `y_train`."
        )
    elif set(both.tolist()) <= set(labels.tolist()) and len(both) == len(labels):
        hint = "these look like the labels themselves. Return positions: the numbers that np.flatnonzero gives."
    elif len(np.unique(both)) < len(both) and both.max() < np.bincount(labels).max():
        hint = (
            f"no index is larger than {both.max()}: these count the images of one digit, and not all images. "
            "Pick the digit's own indices with them: members[...]."
        )
    elif np.isin(np.unique(labels), labels[both], invert=True).sum() == len(np.unique(labels)) - 1:
        hint = "only one digit was cut. Does `return` stand outside the loop, further to the left?"
    elif np.intersect1d(training, validation).size:
        hint = (
            f"{np.intersect1d(training, validation).size} images are in both. "
            "What goes to validation must not stay in training."
        )
    elif len(np.unique(both)) < len(both):
        hint = (
            "an image occurs twice in the same part. `permutation` draws each one once; `choice` and `integers` do not."
        )
    else:
        hint = (
            f"{len(labels) - len(both)} of {len(labels)} images are in neither part. Cut both slices at the same place."
        )
    return report.check(
        np.array_equal(np.sort(both), np.arange(len(labels))), "Each image is in exactly one part.", hint
    )


@checker("Exercise 2, the stratified split")
def check_split_indices(report, split_indices):
    """Check a stratified, seeded split on labels of which some are rare."""
    if not _is_function(report, split_indices, "split_indices"):
        return
    wanted = np.arange(1, 11) * 4  # validation images of each digit
    labels = np.random.default_rng(7).permutation(np.repeat(np.arange(10), wanted * 5))
    found = _try_split(report, split_indices, labels, 0.2, 1)
    if found is None:
        return
    training, validation = found
    if not _is_one_cut(report, training, validation, labels):
        return
    got = np.bincount(labels[validation], minlength=10)
    odd = int(np.abs(got - wanted).argmax())
    hint = (
        f"of the {wanted[odd] * 5} images of the digit {odd}, {got[odd]} went to validation; "
        f"a share of 0.2 is {wanted[odd]}. Cut each digit by itself, in a loop over the digits."
    )
    if len(validation) > len(training):
        hint = "the validation part is the larger one. Have you returned the two in the other order: training first?"
    elif got.min() == got.max():
        hint = f"each digit gave {got[0]} images. The same *share* of each is asked for, not the same number."
    elif got[0] < wanted[0] and np.array_equal(got[1:], wanted[1:]):
        hint = "the digit 0 is missing from validation. Does your loop begin at 1?"
    elif got[9] < wanted[9] and np.array_equal(got[:9], wanted[:9]):
        hint = "the digit 9 is missing from validation. range(9) ends at 8."
    if not report.check(np.array_equal(got, wanted), "Validation gets a fifth of each digit.", hint):
        return
    _, again = split_indices(labels.copy(), 0.2, 1)
    report.check(
        np.array_equal(again, validation),
        "The same seed gives the same split.",
        "two calls with seed 1 differ. Draw from np.random.default_rng(seed), made inside the function.",
    )
    _, other = split_indices(labels.copy(), 0.2, 2)
    first = np.concatenate([np.flatnonzero(labels == digit)[: wanted[digit]] for digit in range(10)])
    hint = "seeds 1 and 2 give the same images. Hand `seed` to np.random.default_rng."
    if np.array_equal(np.sort(validation), np.sort(first)):
        hint = "you took the first images of each digit. Shuffle each digit's indices before you cut."
    report.check(not np.array_equal(np.sort(other), np.sort(validation)), "Another seed gives another split.", hint)
    quarter = _try_split(report, split_indices, labels[:400], 0.5, 1)
    if quarter is None:
        return
    half = np.bincount(labels[:400][quarter[1]], minlength=10) / np.bincount(labels[:400], minlength=10)
    report.check(
        len(quarter[0]) + len(quarter[1]) == 400 and bool(np.all(np.abs(half - 0.5) < 0.2)),
        "It follows the `labels` and the `share` that it is given.",
        "with a share of 0.5 and 400 other labels it did not halve each digit. Is a number of your own in the code?",
    )


def _known_mistakes(known, known_labels, new) -> dict[str, np.ndarray]:
    """Return what common mistakes would answer, by the hint that each deserves."""
    known, new = known.reshape(len(known), -1), new.reshape(len(new), -1)
    dots = new @ known.T
    squared = (new**2).sum(axis=1)[:, None] - 2 * dots + (known**2).sum(axis=1)
    present = np.unique(known_labels)
    means = np.stack([known[known_labels == digit].mean(axis=0) for digit in present])
    to_means = -2 * new @ means.T + (means**2).sum(axis=1)
    manhattan = np.stack([np.abs(known - image).sum(axis=1) for image in new])
    signed = new.sum(axis=1)[:, None] - known.sum(axis=1)
    return {
        "this is the label of the *farthest* image. argmax finds the largest distance; which one is the smallest?": (
            known_labels[squared.argmax(axis=1)]
        ),
        "a large dot product is not a small distance: an image full of ink wins often. Use the whole formula for d².": (
            known_labels[dots.argmax(axis=1)]
        ),
        "this is the nearest *mean*. Compare with every known image; do not average.": present[to_means.argmin(axis=1)],
        "you added up the differences without their sign. Square each difference before you add.": (
            known_labels[manhattan.argmin(axis=1)]
        ),
        "plus and minus cancel out when you add up the differences. Square them first.": (
            known_labels[signed.argmin(axis=1)]
        ),
        "the differences cancel out when you add them up without squares. Square them first.": (
            known_labels[signed.argmax(axis=1)]
        ),
        "only the amount of ink is compared: the differences cancel out. Square each one before you add.": (
            known_labels[np.abs(signed).argmin(axis=1)]
        ),
        "this is always the label of the first known image. Find the nearest one's index for each new image.": (
            np.full(len(new), known_labels[0])
        ),
        "the formula lacks the part b · b, the known images' own ink.": (
            known_labels[((new**2).sum(axis=1)[:, None] - 2 * dots).argmin(axis=1)]
        ),
        "in the formula the middle part is -2 a · b. The 2 is missing.": (
            known_labels[(squared + dots).argmin(axis=1)]
        ),
        "in the formula the middle part is *subtracted*.": known_labels[(squared + 4 * dots).argmin(axis=1)],
    }


@checker("Exercise 3, the nearest neighbour")
def check_nearest_neighbour(report, nearest_neighbour):
    """Check a nearest-neighbour classifier on 600 known and 150 new images."""
    if not _is_function(report, nearest_neighbour, "nearest_neighbour"):
        return
    (images, labels), _ = load_mnist()
    images = images[26_000:26_750].astype("float32") / 255
    known, new = images[:600], images[600:]
    known_labels = labels[26_000:26_600]
    given = known.copy(), known_labels.copy(), new.copy()
    try:
        answers = nearest_neighbour(*given)
    except IndexError as error:
        hint = f"{error}. Is argmin told to look along axis=1, for each new image by itself?"
        report.check(False, "Each index belongs to a known image.", hint)
        return
    except ValueError as error:
        hint = (
            f"NumPy says: {error}. Images come as (n, 28, 28). Have you laid each out as a row, with reshape(n, 784)?"
        )
        report.check(False, "The shapes fit together.", hint)
        return
    if not report.check(
        all(np.array_equal(after, before) for after, before in zip(given, (known, known_labels, new), strict=True)),
        "The arrays that go in stay as they were.",
        "your function changes the arrays that it is given. Give the new arrays names of their own.",
    ):
        return
    if not report.check(
        answers is not None, "It returns something.", "it returned None. Does its last line begin with `return`?"
    ):
        return
    answers = np.asarray(answers)
    rows, new_rows = known.reshape(600, -1), new.reshape(150, -1)
    squared = (new_rows**2).sum(axis=1)[:, None] - 2 * new_rows @ rows.T + (rows**2).sum(axis=1)
    right = known_labels[squared.argmin(axis=1)]
    hint = f"150 new images went in, and something of shape {answers.shape} came out. "
    if answers.shape in [(), (1,)] and answers.ravel()[0] == right[0]:
        hint += "It is the answer for the first one. Does `return` stand outside the loop, further to the left?"
    elif answers.shape in [(150, 1), (1, 150)] and answers.dtype.kind in "iuf":
        hint += "Leave out the axis of size 1: ravel() makes a plain row of it."
    elif answers.shape == ():
        hint += "Is argmin told to look along axis=1, for each new image by itself?"
    elif answers.shape == (600,):
        hint += "That is one for each *known* image: argmin has worked along the other axis."
    elif answers.shape == (5000,):
        hint += "Use the images that the function is given, not `x_train` and `y_train`."
    elif answers.shape == (1000,):
        hint += "Use the images that the function is given, not `x_val`."
    elif answers.ndim == 2:
        hint += "These look like distances. argmin(axis=1) finds the smallest in each row."
    else:
        hint += "Return one label for each."
    if not report.check(answers.shape == (150,), "There is one answer for each new image.", hint):
        return
    if not report.check(
        answers.dtype.kind in "iuf" and not (answers.dtype.kind == "f" and np.isnan(answers).any()),
        "The answers are numbers.",
        f"their dtype is {answers.dtype}, or one of them is NaN. Pick them out of `known_labels`.",
    ):
        return
    if np.mean(answers == right) < 0.99:
        if np.array_equal(answers, squared.argmin(axis=1)):
            hint = "these are the indices of the nearest images. Look up their labels: known_labels[...]."
        elif answers.max() > 9 or answers.min() < 0:
            hint = (
                f"they go from {answers.min()} to {answers.max()}, and a label is 0 to 9. Look it up in known_labels."
            )
        else:
            hint = f"{np.sum(answers != right)} of 150 differ. Compute one distance by hand, and compare."
            for mistake, result in _known_mistakes(known, known_labels, new).items():
                if np.mean(answers == result) >= 0.99:
                    hint = mistake
                    break
        report.check(False, "Each answer is the label of the nearest known image.", hint)
        return
    report.check(True, "Each answer is the label of the nearest known image.", "")
    fewer = np.asarray(nearest_neighbour(known[:3].copy(), known_labels[:3].copy(), known[:2].copy()))
    report.check(
        np.array_equal(fewer, known_labels[:2]),
        "It works with 3 known and 2 new images.",
        "with fewer images it answers wrongly. Is a number of images written into the code?",
    )
