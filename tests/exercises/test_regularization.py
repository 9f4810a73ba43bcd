import keras
import numpy as np
import pytest

from mnist_helpers import exercises
from mnist_helpers.exercises import regularization


def _early_stopping(losses, patience):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return epoch, best_epoch
    return len(losses), best_epoch


def _one_too_late(losses, patience):
    return _early_stopping(losses, patience + 1)


def _one_too_early(losses, patience):
    return _early_stopping(losses, max(patience - 1, 1))


def _from_zero(losses, patience):
    stop, best = _early_stopping(losses, patience)
    return stop - 1, best - 1


def _looks_ahead(losses, patience):
    return _early_stopping(losses, patience)[0], int(np.argmin(losses)) + 1


def _never_stops(losses, patience):
    return len(losses), int(np.argmin(losses)) + 1


def _compares_with_previous(losses, patience):
    best_epoch, waited, previous = 0, 0, np.inf
    for epoch, loss in enumerate(losses, start=1):
        if loss < previous:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
            if waited == patience:
                return epoch, best_epoch
        previous = loss
    return len(losses), best_epoch


def _never_resets(losses, patience):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            waited += 1
            if waited == patience:
                return epoch, best_epoch
    return len(losses), best_epoch


def _equal_counts(losses, patience):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss <= best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return epoch, best_epoch
    return len(losses), best_epoch


def _nothing_after_the_loop(losses, patience):
    stop, best = _early_stopping(losses, patience)
    return None if stop == len(losses) else (stop, best)


def _loss_of_best(losses, patience):
    stop, best = _early_stopping(losses, patience)
    return stop, losses[best - 1]


def _sorts(losses, patience):
    losses.sort()
    return len(losses), 1


def _spatial_dropout(features, rate, training, random, shape=None, rescale=True):
    if not training:
        return features
    number, _, _, channels = features.shape
    keep = random.random(shape or (number, 1, 1, channels)) >= rate
    return features * keep / ((1 - rate) if rescale else 1)


def _ordinary_dropout(features, rate, training, random):
    return _spatial_dropout(features, rate, training, random, shape=features.shape)


def _no_rescaling(features, rate, training, random):
    return _spatial_dropout(features, rate, training, random, rescale=False)


def _also_in_use(features, rate, training, random):
    return _spatial_dropout(features, rate, True, random)


def _scales_in_use(features, rate, training, random):
    return _no_rescaling(features, rate, True, random) if training else features * (1 - rate)


def _swapped(features, rate, training, random):
    return _spatial_dropout(features, 1 - rate, training, random)


def _divides_by_rate(features, rate, training, random):
    return _no_rescaling(features, rate, training, random) / (rate if training else 1)


def _same_for_all_images(features, rate, training, random):
    return _spatial_dropout(features, rate, training, random, shape=(1, 1, 1, features.shape[3]))


def _whole_images(features, rate, training, random):
    return _spatial_dropout(features, rate, training, random, shape=(len(features), 1, 1, 1))


def _in_place(features, rate, training, random):
    if training:
        features *= random.random((len(features), 1, 1, features.shape[3])) >= rate
        features /= 1 - rate
    return features


def _only_training_returns(features, rate, training, random):
    return _spatial_dropout(features, rate, training, random) if training else None


def _fixed_rate(features, rate, training, random):
    return _spatial_dropout(features, 0.25, training, random)


def _mask_itself(features, rate, training, random):
    return random.random(features.shape) >= rate


FACTOR = exercises.regularization.check_factor
STOPPING = exercises.regularization.check_early_stopping
SPATIAL = exercises.regularization.check_spatial_dropout

WRONG = [
    (FACTOR, 0.6, "the share that stays. By what"),
    (FACTOR, 0.4, "the share that is dropped"),
    (FACTOR, 2.5, "Divide by the share that stays"),
    (FACTOR, 1.4, "0.84"),
    (FACTOR, 2, "one half"),
    (FACTOR, 1, "leaves the sum too small"),
    (FACTOR, 180, "number of units that stay"),
    (FACTOR, 120, "number of units that are dropped"),
    (FACTOR, 1.7, "not a rounded result"),
    (FACTOR, -3, "has to give 1"),
    (FACTOR, float("nan"), "has to give 1"),
    (FACTOR, "1 / 0.6", "quotes"),
    (FACTOR, [1, 2], "it holds 2"),
    (FACTOR, True, "True or False"),
    (FACTOR, max, "function"),
    (FACTOR, ..., "put your answer"),
    (STOPPING, _one_too_late, "one epoch too long"),
    (STOPPING, _one_too_early, "one epoch too early"),
    (STOPPING, _from_zero, "count epochs from 0"),
    (STOPPING, _looks_ahead, "comes after the stop"),
    (STOPPING, _never_stops, "you never stop"),
    (STOPPING, _compares_with_previous, "with the one before"),
    (STOPPING, _never_resets, "in a row"),
    (STOPPING, _equal_counts, "`<`, not `<=`"),
    (STOPPING, _nothing_after_the_loop, "after the loop"),
    (STOPPING, _loss_of_best, "second number is a loss"),
    (STOPPING, _sorts, "changes the list"),
    (STOPPING, lambda losses, patience: _early_stopping(losses, patience)[::-1], "swapped"),
    (STOPPING, lambda losses, patience: _early_stopping(losses, patience)[0], "it returned one"),
    (STOPPING, lambda losses, patience: (len(losses), 0), "nothing is compared yet"),
    (STOPPING, lambda losses, patience: "stop", "it returned a str"),
    (STOPPING, lambda losses, patience: (1, 2, 3), "two numbers"),
    (STOPPING, lambda losses: (1, 2), "TypeError"),
    (STOPPING, (5, 3), "hand over the function itself"),
    (SPATIAL, _ordinary_dropout, "single pixels are dropped"),
    (SPATIAL, _no_rescaling, "not rescaled"),
    (SPATIAL, _also_in_use, "You drop in use too"),
    (SPATIAL, _scales_in_use, "You multiply by the share that stays"),
    (SPATIAL, _swapped, "swapped"),
    (SPATIAL, _divides_by_rate, "you divide by the rate"),
    (SPATIAL, _same_for_all_images, "same channels"),
    (SPATIAL, _whole_images, "whole images are dropped"),
    (SPATIAL, _in_place, "writes into the array"),
    (SPATIAL, _only_training_returns, "it returned None in use"),
    (SPATIAL, _fixed_rate, "a number is fixed"),
    (SPATIAL, lambda features, rate, training, random: features, "nothing is 0"),
    (SPATIAL, lambda features, rate, training, random: features * (not training), "all is 0"),
    (SPATIAL, lambda features, rate, training, random: features[:, :1, :1], "spreads over rows"),
    (SPATIAL, _mask_itself, "Is it the mask?"),
    (SPATIAL, lambda features, rate, training, random: features / (1 - rate), "You rescale, although nothing"),
    (SPATIAL, 0.5, "hand over the function itself"),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_a_wrong_answer_gets_a_hint_that_names_the_mistake(check, answer, fragment, said_about):
    said = said_about(check, answer)
    assert "solved" not in said
    assert fragment in said


@pytest.mark.parametrize("factor", [1 / 0.6, 1.667, 300 / 180, np.float32(1 / 0.6), np.array([1 / 0.6]), [5 / 3]])
def test_factor_in_any_form(factor, said_about):
    assert "solved" in said_about(FACTOR, factor)


@pytest.mark.parametrize("form", [tuple, list, np.array])
def test_early_stopping_in_any_form(form, said_about):
    assert "solved" in said_about(STOPPING, lambda losses, patience: form(_early_stopping(losses, patience)))


def test_spatial_dropout_passes_in_other_forms_too(said_about):
    def transposed(features, rate, training, random):
        if not training:
            return features.copy()
        draws = random.uniform(size=(features.shape[0], features.shape[3]))
        return np.where((draws < rate)[:, None, None, :], 0, features) / (1 - rate)

    assert "solved" in said_about(SPATIAL, _spatial_dropout)
    assert "solved" in said_about(SPATIAL, transposed)


def test_the_rule_is_that_of_keras():
    """Feed random losses to the callback of Keras, and hold its epochs to the checker's."""
    random = np.random.default_rng(1)
    for _ in range(50):
        losses, patience = random.uniform(0, 1, 12).round(1).tolist(), int(random.integers(1, 5))
        callback = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
        model = keras.Sequential([keras.Input((1,))])
        model.stop_training = False
        callback.set_model(model)
        callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            callback.on_epoch_end(epoch, {"val_loss": loss})
            if model.stop_training:
                break
        assert regularization._stop(losses, patience) == (epoch + 1, callback.best_epoch + 1)
