"""Checkers of chapter 6, *Learning without memorising: regularization*."""

import numpy as np

from mnist_helpers.exercises._report import checker, close, recognise

__all__ = ["check_early_stopping", "check_factor", "check_spatial_dropout"]

_RATE = 0.4
_UNITS = 300


@checker("Exercise 1, a factor for what is missing")
def check_factor(report, factor):
    """Check the factor that makes up for a dropout rate of 0.4 among 300 units."""
    factor = report.number(factor, "The answer is one number.", "Which number does a unit get? Write a calculation.")
    expected = 1 / (1 - _RATE)
    kept = round(_UNITS * (1 - _RATE))
    mistakes = [
        (1 - _RATE, "this is the share that stays. By what must it be multiplied to give 1 again?"),
        (_RATE, "this is the share that is dropped. Which share stays? What makes 1 of it?"),
        (1 / _RATE, "you divided by the share that is dropped. Divide by the share that stays."),
        (1 + _RATE, "0.6 times 1.4 is 0.84, not 1. Adding what was lost is not enough: work with shares, and divide."),
        (1 / (1 + _RATE), "you divide by 1.4. Which share of the units stays? Divide by that."),
        (_RATE / (1 - _RATE), "this is what must be *added* for each unit. The whole factor is 1 larger."),
        (1.0, "a factor of 1 leaves the sum too small: 0.6 of what it will be in use."),
        (2.0, "2 is right for a rate of one half, as in the chapter. Here another share stays."),
        (kept, "this is the number of units that stay. How many are there in all? Divide one by the other."),
        (_UNITS - kept, "this is the number of units that are dropped. How many stay? How many are there in all?"),
    ]
    report.matches(
        factor,
        expected,
        "The factor keeps the sum right on average.",
        mistakes,
        "which share of the units stays, on average? Multiplied by the factor it has to give 1.",
        near=(0.05, "close: give the division itself, not a rounded result."),
        rtol=0,
        atol=0.005,
    )


def _stop(losses, patience, counts=lambda loss, best, previous: loss < best, reset=True, first=1):
    """Return the epoch of the stop and the best epoch; the switches make the common mistakes."""
    best, best_epoch, waited, previous = np.inf, 0, 0, np.inf
    for epoch, loss in enumerate(losses, start=first):
        if counts(loss, best, previous):
            best, best_epoch, waited = loss, epoch, 0 if reset else waited
        else:
            waited += 1
        previous = loss
        if waited >= patience:
            return epoch, best_epoch
    return len(losses) - 1 + first, best_epoch


_CURVES = [
    ("The first loss can be the lowest for long enough.", [0.6, 0.9, 0.7, 0.8, 0.85, 0.9, 0.5], 3),
    ("Patience 2 waits for two epochs without a new lowest loss.", [1.0, 0.8, 0.6, 0.7, 0.75, 0.8, 0.5, 0.4], 2),
    ("Patience 1 stops at the first of them.", [0.9, 0.7, 0.8, 0.6], 1),
    (
        "A new lowest loss starts the waiting anew.",
        [0.9, 0.95, 0.8, 0.85, 0.7, 0.75, 0.6, 0.65, 0.68, 0.7, 0.5],
        3,
    ),
    ("Better than the epoch before is not better than the best.", [0.5, 0.9, 0.8, 0.7, 0.6, 0.55, 0.4], 3),
    ("A loss equal to the lowest is not a new lowest.", [0.8, 0.6, 0.6, 0.6, 0.5], 2),
    ("A loss that is lower by very little is a new lowest.", [0.5, 0.49999, 0.49998, 0.49997, 0.6, 0.7, 0.8], 2),
    ("Without a stop, training ends with the last epoch.", [0.9, 0.8, 0.7, 0.75], 3),
    ("The last epoch can be the best.", [0.9, 0.8, 0.7], 2),
    ("The first epoch can be the best.", [3.0, 7.0, 9.0], 5),
    ("A single epoch is the last and the best.", [2.5], 1),
    ("Losses may be large.", [900.0, 800.0, 850.0, 700.0, 720.0, 710.0], 2),
]


def _stop_mistakes(losses, patience) -> list[tuple]:
    """Return the pairs that common mistakes lead to, each with the hint that names the mistake."""
    stop, best = _stop(losses, patience)
    lowest = int(np.argmin(losses)) + 1
    ends = "your rule leaves out the first or the last loss of the list. Go through all of `losses`."
    earlier = "you stop one epoch too early. How many epochs without a new lowest loss may pass?"
    little = "a loss that is lower by very little is a new lowest too: compare with `<`, and add no margin."
    return [
        (
            (len(losses), 0),
            "nothing is compared yet. Inside the loop: is this loss a new lowest? What do you note then?",
        ),
        ((best, stop), "the two numbers are swapped: first the epoch of the stop, then the best one."),
        ((stop - 1, best - 1), "you count epochs from 0. The first epoch is number 1."),
        ((stop, best - 1), "the best epoch is counted from 0. The first epoch is number 1."),
        (
            (stop, stop - patience),
            "you work the best epoch out from the stop. That fails where the patience does not run out: "
            "note the epoch of "
            "each new lowest loss.",
        ),
        (
            (stop, lowest),
            "your best epoch comes after the stop. Training has ended by then: that epoch never happened.",
        ),
        ((stop, losses[best - 1]), "the second number is a loss. The number of the epoch is asked for."),
        (
            _stop(losses, patience, reset=False),
            "you add up all epochs without a new lowest loss. They must come in a row: after a new lowest one, "
            "start counting from 0 again.",
        ),
        (
            _stop(losses, patience, lambda loss, best, previous: loss < previous),
            "you compare each loss with the one before. Compare it with the lowest so far.",
        ),
        (
            _stop(losses, patience, lambda loss, best, previous: loss <= best),
            "an equal loss counts as an improvement in your rule. Only a lower one is a new lowest: `<`, not `<=`.",
        ),
        (_stop(losses, patience, lambda loss, best, previous: loss < best - 1e-3), little),
        (_stop(losses, patience, lambda loss, best, previous: loss < best - 1e-4), little),
        (
            _stop(losses, patience + 1),
            "you wait one epoch too long. With patience 2, the second epoch without a new lowest loss ends it.",
        ),
        (_stop(losses, patience - 1) if patience > 1 else (1, 1), earlier),
        (
            (1, 1),
            "you stop after the first epoch. Does `return` stand in the right place, further to the right or left?",
        ),
        *((pair, ends) for pair in _without_ends(losses, patience)),
        ((stop + 1, best + 1), "you count epochs from 2. The first epoch is number 1."),
        ((stop - 1, best), "the epoch of the stop is counted from 0. The first epoch is number 1."),
        ((stop + 1, best), "you name the epoch after the stop."),
        ((len(losses), lowest), "you never stop. Count the epochs without a new lowest loss, and return when enough."),
        ((len(losses), best), "the best epoch is right, but you do not stop: return as soon as the waiting is over."),
        ((len(losses), len(losses)), "every loss counts as a new lowest. Is the lowest one kept?"),
        ((stop, 0), "the best epoch is never noted."),
        ((stop, 1), "the best epoch is noted once only. Note it at each new lowest loss."),
        ((stop, stop), "the best epoch is the last one in yours. Note it only at a new lowest loss."),
    ]


def _without_ends(losses, patience) -> list[tuple]:
    """Return what comes out if the ends of the list are left out."""
    parts = [(losses[1:], 1), (losses[:-1], 1), (losses[1:-1], 1), (losses[1:], 2), (losses[1:-1], 2)]
    return [_stop(part, patience, first=first) for part, first in parts if part]


@checker("Exercise 2, stopping in time")
def check_early_stopping(report, early_stopping):
    """Check early stopping with patience on lists of validation losses."""
    keeps = "your function changes the list it is given. Read it; do not remove or sort anything in it."
    nothing = "it returned None for one list. What if the patience never runs out? Return something after the loop too."
    function = report.function(early_stopping, "early_stopping", keeps, nothing)
    two = "The function returns two numbers."
    form = "Return two numbers, with a comma between them: `return stop, best`."
    otherwise = "go through the list by hand, with a pencil, and note the lowest loss so far and the epochs waited."
    for claim, losses, patience in _CURVES:
        answer = function(losses, patience)
        is_text = isinstance(answer, (str, dict, set))
        report.expect(not is_text, two, f"it returned a {type(answer).__name__}. {form}")
        report.expect(np.ndim(answer) > 0, two, f"it returned one, {answer}. {form}")
        shown = f"(Tried: losses {losses}, patience {patience}; you returned {answer}.)"
        pair = report.array(answer, numbers_hint=form)
        report.expect(pair.shape in ((2,), (2, 1)), two, f"it returned {answer!r}. {form}")
        found = f"{recognise(pair.ravel(), _stop_mistakes(losses, patience)) or otherwise} {shown}"
        report.require(close(pair.ravel(), _stop(losses, patience)), claim, found)


def _drop(report, function, features, rate, training, random) -> np.ndarray:
    """Return what the learner's function makes of the feature maps."""
    answer = function(features, rate, training, random)
    where = "in training" if training else "in use (training=False)"
    claim = f"The function returns something {where}."
    report.expect(answer is not None, claim, f"it returned None {where}. Each way through it needs a `return`.")
    hint = "Which shape must the mask have, so that it spreads over rows and columns? "
    hint += "An axis of length 1 is spread over all places."
    mask = "Is it the mask? Multiply the features by it."
    array = report.array(
        answer, features.shape, hint, mask, f"The result has the shape of the features, {features.shape}."
    )
    report.expect(array.dtype != bool, "The function returns numbers.", f"it returned an array of dtype bool. {mask}")
    return array


def _check_maps(report, dropped, rate) -> None:
    """Check which numbers are dropped: whole maps, each by itself, and as many as the rate says."""
    hint = "nothing is 0. Do you multiply by the mask? And return it?"
    report.require(dropped.any(), "In training something is dropped.", hint)
    hint = "all is 0. Which numbers of `random.random(...)` stay?"
    report.require(not dropped.all(), "In training something stays.", hint)
    by_map = dropped.mean(axis=(1, 2))  # (images, channels)
    hint = "single pixels are dropped. One draw should decide for a whole map: give the mask one row and one column."
    if np.isin(dropped.mean(axis=(2, 3)), (0, 1)).all():
        hint = (
            "whole rows of all channels are dropped. The channels are the last axis: the mask needs its length there."
        )
    elif np.isin(dropped.mean(axis=(1, 3)), (0, 1)).all():
        hint = "whole columns of all channels are dropped. The channels are the last axis."
    whole = np.isin(by_map, (0, 1)).all()
    report.require(whole, "Each feature map is dropped as a whole, or not at all.", hint)
    hint = (
        "whole images are dropped, with all their channels. Give the mask the length of the channels on its last axis."
    )
    differ = not np.isin(by_map.mean(axis=1), (0, 1)).all()
    report.require(differ, "The channels of one image fare differently.", hint)
    hint = "all images lose the same channels. Give the mask the length of the batch on its first axis."
    report.require((by_map != by_map[0]).any(), "Each image of the batch has a draw of its own.", hint)
    report.require(np.ptp(by_map.sum(axis=1)) > 0, "Each map has a draw of its own.", _FIXED_NUMBER)
    share = by_map.mean()
    hint = f"about {share:.0%} of the maps are dropped at rate {rate}. "
    if abs(share - (1 - rate)) < 0.1:
        hint += "Rate and the share that stays are swapped: a draw below the rate is dropped."
    else:
        hint += "Compare `random.random(...)` with the rate."
    report.require(abs(share - rate) < 0.06, "The share of dropped maps is about the rate.", hint)


_FIXED_NUMBER = (
    "each image loses the same *number* of maps. Every map has a draw of its own: `random.random(...)`, "
    "not a choice of so many."
)


def _check_draws(report, function, features, rate) -> None:
    """Check that the draws are those of the generator that comes in, anew at each call."""

    def maps(random):
        return _drop(report, function, features, rate, True, random)[:, 0, 0] == 0

    one = np.random.default_rng(7)
    first, second = maps(one), maps(one)
    hint = (
        "two calls, one after the other with the same generator, drop the same maps: in training that "
        "would be the same "
        "ones at every step. Draw from the `random` that comes in, and make no generator inside."
    )
    report.require(not np.array_equal(first, second), "The next step drops other maps.", hint)
    hint = "draw from the `random` that comes in, and from nothing else: with the same seed the same maps are dropped."
    same = np.array_equal(maps(np.random.default_rng(7)), first)
    report.require(same, "A generator with the same seed drops the same maps.", hint)


@checker("Exercise 3, dropping whole feature maps")
def check_spatial_dropout(report, spatial_dropout):
    """Check dropout of whole feature maps, on feature maps of the checker's own."""
    keeps = "your function writes into the array it is given. Use `features * ...` instead of `features *= ...`."
    function = report.function(spatial_dropout, "spatial_dropout", keeps, nothing=None)
    rate = 0.25
    features = np.random.default_rng(0).uniform(0.5, 1.5, (60, 4, 5, 8))
    in_use = _drop(report, function, features, rate, False, np.random.default_rng(7))
    hint = "with training=False nothing may happen."
    if (in_use == 0).any():
        hint += " You drop in use too, so that answers differ from call to call. What is `training` for?"
    rescaled = [
        (
            features * (1 - rate),
            f"{hint} You multiply by the share that stays; the rescaling in training has taken care of that already.",
        ),
        (features / (1 - rate), f"{hint} You rescale, although nothing is dropped."),
    ]
    report.matches(in_use, features, "In use, the feature maps come out as they went in.", rescaled, hint)
    trained = _drop(report, function, features, rate, True, np.random.default_rng(7))
    dropped = trained == 0
    _check_maps(report, dropped, rate)
    ratio = (trained / features)[~dropped]
    factors = [
        (1.0, "the maps that stay are not rescaled, so the next layer gets too little. See the first exercise."),
        (1 / rate, "you divide by the rate. Divide by the share that stays."),
        (1 - rate, "you multiply by the share that stays. Divide by it."),
        (1 / (1 + rate), "you divide by 1 plus the rate. Divide by the share that stays, 1 minus the rate."),
        (rate, "you multiply by the rate. Divide by the share that stays."),
        (2.0, "you double, which is right for a rate of one half only."),
    ]
    factors = [(np.full(ratio.shape, factor), what) for factor, what in factors]
    otherwise = "the maps that stay are not multiplied by the right factor. What keeps the sum right on average?"
    report.matches(ratio, np.full(ratio.shape, 1 / (1 - rate)), "What stays is rescaled.", factors, otherwise)
    _check_draws(report, function, features, rate)
    few = np.random.default_rng(1).normal(size=(3, 2, 6, 40))
    none = _drop(report, function, few, 0.0, True, np.random.default_rng(7))
    most = _drop(report, function, few, 0.9, True, np.random.default_rng(7))
    right = close(none, few) and close(most[most != 0], 10 * few[most != 0]) and np.mean(most == 0) > 0.7
    hint = (
        "a number is fixed somewhere in your function. Take the shape from `features.shape` and the rate from `rate`."
    )
    report.check(right, "It works for other shapes, and rates of 0 and 0.9.", hint)
