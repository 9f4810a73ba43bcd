"""Checkers of chapter 6, *Learning without memorising: regularization*."""

import numbers

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_early_stopping", "check_factor", "check_spatial_dropout"]

_RATE = 0.4
_UNITS = 300


def _fails(report, passed: bool, claim: str, hint: str) -> bool:
    """Note a claim only if it does not hold, and say whether it fails."""
    return not (passed or report.check(False, claim, hint))


def _one_number(report, answer) -> float | None:
    """Return the answer as a number, or None after a hint."""
    if callable(answer):
        report.check(False, "The answer is a number.", "this is a function. Call it, or write the number itself.")
        return None
    if isinstance(answer, str):
        report.check(False, "The answer is a number.", "this is text. Leave the quotes out.")
        return None
    if isinstance(answer, (bool, np.bool_)):
        report.check(False, "The answer is a number.", "this is True or False. Which number does a unit get?")
        return None
    array = np.asarray(answer)
    if not np.issubdtype(array.dtype, np.number) or np.issubdtype(array.dtype, np.complexfloating):
        report.check(False, "The answer is a number.", f"it is of type {type(answer).__name__}. Write a calculation.")
        return None
    if not report.check(array.size == 1, "The answer is one number.", f"it holds {array.size}. One is asked for."):
        return None
    return float(array.reshape(()))


@checker("Exercise 1")
def check_factor(report, factor):
    """Check the factor that makes up for a dropout rate of 0.4 among 300 units."""
    factor = _one_number(report, factor)
    if factor is None:
        return
    expected = 1 / (1 - _RATE)
    kept = round(_UNITS * (1 - _RATE))
    mistakes = [
        (1 - _RATE, "this is the share that stays. By what must it be multiplied to give 1 again?"),
        (_RATE, "this is the share that is dropped. Which share stays? What makes 1 of it?"),
        (1 / _RATE, "you divided by the share that is dropped. Divide by the share that stays."),
        (1 + _RATE, "0.6 times 1.4 is 0.84, not 1. Adding what was lost is not enough: work with shares, and divide."),
        (1.0, "a factor of 1 leaves the sum too small: 0.6 of what it will be in use."),
        (2.0, "2 is right for a rate of one half, as in the chapter. Here another share stays."),
        (kept, "this is the number of units that stay. How many are there in all? Divide one by the other."),
        (_UNITS - kept, "this is the number of units that are dropped. How many stay? How many are there in all?"),
        (_UNITS / (_UNITS - kept), "you divided by the units that are dropped. Divide by those that stay."),
    ]
    hint = "which share of the units stays, on average? Multiplied by the factor it has to give 1."
    for wrong, what in mistakes:
        if abs(factor - wrong) < 0.005:
            hint = what
            break
    else:
        if 0.005 <= abs(factor - expected) < 0.05:
            hint = "close: give the division itself, not a rounded result."
    report.check(abs(factor - expected) < 0.005, "The factor keeps the sum right on average.", hint)


def _stop(losses, patience, counts=lambda loss, best, previous: loss < best):
    """Return the epoch of the stop and the best epoch, from 1; `counts` says what is an improvement."""
    best, best_epoch, waited, previous = np.inf, 0, 0, np.inf
    for epoch, loss in enumerate(losses, start=1):
        if counts(loss, best, previous):
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        previous = loss
        if waited >= patience:
            return epoch, best_epoch
    return len(losses), best_epoch


def _stop_without_reset(losses, patience):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return len(losses), best_epoch


_CURVES = [
    ("Patience 2 waits for two epochs without a new lowest loss.", [1.0, 0.8, 0.6, 0.7, 0.75, 0.8, 0.5, 0.4], 2),
    ("Patience 1 stops at the first of them.", [0.9, 0.7, 0.8, 0.6], 1),
    (
        "A new lowest loss starts the waiting anew.",
        [0.9, 0.95, 0.8, 0.85, 0.7, 0.75, 0.6, 0.65, 0.68, 0.7, 0.5],
        3,
    ),
    ("Better than the epoch before is not better than the best.", [0.5, 0.9, 0.8, 0.7, 0.6, 0.55, 0.4], 3),
    ("A loss equal to the lowest is not a new lowest.", [0.8, 0.6, 0.6, 0.6, 0.5], 2),
    ("Without a stop, training ends with the last epoch.", [0.9, 0.8, 0.7, 0.75], 3),
    ("The last epoch can be the best.", [0.9, 0.8, 0.7], 2),
]


def _stop_mistakes(losses, patience) -> list[tuple[tuple, str]]:
    """Return the pairs that common mistakes lead to, each with the hint that names the mistake."""
    stop, best = _stop(losses, patience)
    lowest = int(np.argmin(losses)) + 1
    later = _stop(losses, patience + 1)
    earlier = _stop(losses, patience - 1) if patience > 1 else (1, 1)
    previous = _stop(losses, patience, lambda loss, best, previous: loss < previous)
    equal = _stop(losses, patience, lambda loss, best, previous: loss <= best)
    mistakes = [
        (
            (len(losses), 0),
            "nothing is compared yet. Inside the loop: is this loss a new lowest? What do you note then?",
        ),
        ((best, stop), "the two numbers are swapped: first the epoch of the stop, then the best one."),
        ((stop - 1, best - 1), "you count epochs from 0. The first epoch is number 1."),
        ((stop, best - 1), "the best epoch is counted from 0. The first epoch is number 1."),
        (
            (stop, lowest),
            "your best epoch comes after the stop. Training has ended by then: that epoch never happened.",
        ),
        (
            (stop, losses[best - 1]),
            "the second number is a loss. The number of the epoch is asked for.",
        ),
        (
            _stop_without_reset(losses, patience),
            "you add up all epochs without a new lowest loss. They must come in a row: after a new lowest one, "
            "start counting from 0 again.",
        ),
        (previous, "you compare each loss with the one before. Compare it with the lowest so far."),
        (
            equal,
            "an equal loss counts as an improvement in your rule. Only a lower one is a new lowest: `<`, not `<=`.",
        ),
        (later, "you wait one epoch too long. With patience 2, the second epoch without a new lowest loss ends it."),
        (earlier, "you stop one epoch too early. How many epochs without a new lowest loss may pass?"),
        ((stop - 1, best), "the epoch of the stop is counted from 0. The first epoch is number 1."),
        ((len(losses), lowest), "you never stop. Count the epochs without a new lowest loss, and return when enough."),
        ((len(losses), best), "the best epoch is right, but you do not stop: return as soon as the waiting is over."),
    ]
    return [(pair, hint) for pair, hint in mistakes if tuple(pair) != (stop, best)]


def _as_pair(report, answer) -> tuple[float, float] | None:
    """Return the answer as two numbers, or None after a hint."""
    form = "Return two numbers, with a comma between them: `return stop, best`."
    if _fails(
        report,
        answer is not None,
        "The function returns something for every list.",
        "it returned None for one. What if the patience never runs out? Return something after the loop too.",
    ):
        return None
    if isinstance(answer, (numbers.Number, np.number)):
        report.check(False, "The function returns two numbers.", f"it returned one, {answer}. " + form)
        return None
    if isinstance(answer, (str, dict, set)):
        report.check(False, "The function returns two numbers.", f"it returned a {type(answer).__name__}. " + form)
        return None
    values = np.asarray(answer)
    if values.shape == (2, 1):
        values = values.reshape(2)
    if _fails(
        report,
        values.shape == (2,) and np.issubdtype(values.dtype, np.number) and not np.iscomplexobj(values),
        "The function returns two numbers.",
        f"it returned {answer!r}. " + form,
    ):
        return None
    return float(values[0]), float(values[1])


@checker("Exercise 2")
def check_early_stopping(report, early_stopping):
    """Check early stopping with patience on lists of validation losses."""
    if not report.check(
        callable(early_stopping),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    for claim, losses, patience in _CURVES:
        given = list(losses)
        answer = early_stopping(given, patience)
        if _fails(
            report,
            given == losses,
            "The list that came in is unchanged.",
            "your function changes the list it is given. Read it; do not remove or sort anything in it.",
        ):
            return
        pair = _as_pair(report, answer)
        if pair is None:
            return
        expected = _stop(losses, patience)
        hint = next(
            (hint for wrong, hint in _stop_mistakes(losses, patience) if np.allclose(pair, wrong)),
            "go through the list by hand, with a pencil, and note the lowest loss so far and the epochs waited.",
        )
        tried = f" (Tried: losses {losses}, patience {patience}; you returned {answer[0]}, {answer[1]}.)"
        if not report.check(pair == expected, claim, hint + tried):
            return


def _try_dropout(report, function, features, rate, training):
    """Return what the function makes of the feature maps, or None after a hint."""
    given = features.copy()
    answer = function(given, rate, training, np.random.default_rng(7))
    where = "in training" if training else "in use (training=False)"
    if _fails(
        report,
        answer is not None,
        f"The function returns something {where}.",
        f"it returned None {where}. Each way through the function needs a `return`.",
    ):
        return None
    if _fails(
        report,
        np.array_equal(given, features),
        "The feature maps that came in are unchanged.",
        "your function writes into the array it is given. Use `features * ...` instead of `features *= ...`.",
    ):
        return None
    answer = np.asarray(answer)
    if _fails(
        report,
        np.issubdtype(answer.dtype, np.number) and not np.iscomplexobj(answer),
        "The function returns numbers.",
        f"it returned an array of dtype {answer.dtype}. Is it the mask? Multiply the features by it.",
    ):
        return None
    hint = f"it has shape {answer.shape}. Which shape must the mask have, so that it spreads over rows and columns? "
    if _fails(
        report,
        answer.shape == features.shape,
        f"The result has the shape of the features, {features.shape}.",
        hint + "An axis of length 1 is spread over all places.",
    ):
        return None
    return answer


@checker("Exercise 3")
def check_spatial_dropout(report, spatial_dropout):
    """Check dropout of whole feature maps, on feature maps of the checker's own."""
    if not report.check(
        callable(spatial_dropout),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    rate = 0.25
    features = np.random.default_rng(0).uniform(0.5, 1.5, (60, 4, 5, 8))
    in_use = _try_dropout(report, spatial_dropout, features, rate, False)
    if in_use is None:
        return
    hint = "with training=False nothing may happen. "
    if np.allclose(in_use, features * (1 - rate)):
        hint += "You multiply by the share that stays; the rescaling in training has taken care of that already."
    elif np.allclose(in_use, features / (1 - rate)):
        hint += "You rescale, although nothing is dropped."
    elif (in_use == 0).any():
        hint += "You drop in use too, so that answers differ from call to call. What is `training` for?"
    if not report.check(np.allclose(in_use, features), "In use, the feature maps come out as they went in.", hint):
        return

    trained = _try_dropout(report, spatial_dropout, features, rate, True)
    if trained is None:
        return
    dropped = trained == 0
    if not report.check(
        dropped.any(), "In training something is dropped.", "nothing is 0. Do you multiply by the mask? And return it?"
    ):
        return
    if not report.check(
        not dropped.all(), "In training something stays.", "all is 0. Which numbers of `random.random(...)` stay?"
    ):
        return
    by_map = dropped.mean(axis=(1, 2))  # (images, channels)
    whole_maps = np.isin(by_map, (0, 1)).all()
    hint = "single pixels are dropped. One draw should decide for a whole map: give the mask one row and one column."
    if not whole_maps and np.isin(dropped.mean(axis=(2, 3)), (0, 1)).all():
        hint = (
            "whole rows of all channels are dropped. The channels are the last axis: the mask needs its length there."
        )
    elif not whole_maps and np.isin(dropped.mean(axis=(1, 3)), (0, 1)).all():
        hint = "whole columns of all channels are dropped. The channels are the last axis."
    if not report.check(whole_maps, "Each feature map is dropped as a whole, or not at all.", hint):
        return
    if not report.check(
        not np.isin(by_map.mean(axis=1), (0, 1)).all(),
        "The channels of one image fare differently.",
        "whole images are dropped, with all their channels. Give the mask the length of the channels on its last axis.",
    ):
        return
    if not report.check(
        (by_map != by_map[0]).any(),
        "Each image of the batch has a draw of its own.",
        "all images lose the same channels. Give the mask the length of the batch on its first axis.",
    ):
        return
    share = by_map.mean()
    hint = f"about {share:.0%} of the maps are dropped at rate {rate}. "
    if abs(share - (1 - rate)) < 0.1:
        hint += "Rate and the share that stays are swapped: a draw below the rate is dropped."
    else:
        hint += "Compare `random.random(...)` with the rate."
    if not report.check(abs(share - rate) < 0.1, "The share of dropped maps is the rate.", hint):
        return
    ratio = (trained / features)[~dropped]
    hint = "the maps that stay are not multiplied by the right factor. What keeps the sum right on average?"
    for factor, what in [
        (1.0, "the maps that stay are not rescaled, so the next layer gets too little. See the first exercise."),
        (1 / rate, "you divide by the rate. Divide by the share that stays."),
        (1 - rate, "you multiply by the share that stays. Divide by it."),
        (rate, "you multiply by the rate. Divide by the share that stays."),
        (2.0, "you double, which is right for a rate of one half only."),
    ]:
        if np.allclose(ratio, factor):
            hint = what
    if not report.check(np.allclose(ratio, 1 / (1 - rate)), "What stays is rescaled.", hint):
        return
    one = np.asarray(spatial_dropout(features[:1, :2, :3, :3].copy(), 0.0, True, np.random.default_rng(7)))
    report.check(
        one.shape == (1, 2, 3, 3) and np.allclose(one, features[:1, :2, :3, :3]),
        "It works for other shapes, and a rate of 0 drops nothing.",
        "a number is fixed somewhere in your function. Take the shape from `features.shape` and the rate from `rate`.",
    )
