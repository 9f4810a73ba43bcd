# ruff: noqa: N803 - the arguments have the names of the chapter
import numpy as np
import pytest

from mnist_helpers import exercises

RATE, MOMENTUM, RELU = (
    exercises.training.check_learning_rate,
    exercises.training.check_momentum_step,
    exercises.training.check_relu_layer_backward,
)


def _momentum(weights, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return weights + velocity, velocity


def _plain_step(weights, velocity, gradient, learning_rate, momentum):
    weights = weights - learning_rate * gradient
    return weights, velocity


def _momentum_in_place(weights, velocity, gradient, learning_rate, momentum):
    velocity *= momentum
    velocity -= learning_rate * gradient
    weights += velocity
    return weights, velocity


def _fixed_numbers(weights, velocity, gradient, learning_rate, momentum):
    return _momentum(weights, velocity, gradient, 0.2, 0.7)


def _with_velocity(new_velocity):
    """Return a step whose velocity is wrong, and whose weights move by it."""

    def step(weights, velocity, gradient, learning_rate, momentum):
        v = new_velocity(velocity, gradient, learning_rate, momentum)
        return weights + v, v

    return step


def _with_weights(new_weights):
    """Return a step whose velocity is right, and whose weights are wrong."""

    def step(weights, velocity, gradient, learning_rate, momentum):
        v = momentum * velocity - learning_rate * gradient
        return new_weights(weights, v, velocity, gradient, learning_rate, momentum), v

    return step


def _relu(x, W, b, dh):
    da = dh * (x @ W + b > 0)
    return da @ W.T, x.T @ da, da.sum(axis=0)


def _dense(x, W, b, da):
    return da @ W.T, x.T @ da, da.sum(axis=0)


def _gated(gate):
    """Return a backward pass with ``gate(dh, a)`` as the slope before the ReLU."""
    return lambda x, W, b, dh: _dense(x, W, b, gate(dh, x @ W + b))


def _relu_in_place(x, W, b, dh):
    dh[x @ W + b <= 0] = 0
    return _dense(x, W, b, dh)


def _only_weights_gated(x, W, b, dh):
    return dh @ W.T, _relu(x, W, b, dh)[1], dh.sum(axis=0)


def _changed(place, change):
    """Return a right backward pass with one result changed."""

    def backward(x, W, b, dh):
        result = list(_relu(x, W, b, dh))
        result[place] = change(result[place], x, dh * (x @ W + b > 0))
        return tuple(result)

    return backward


def _raises(*_):
    raise KeyError("no such thing")


WRONG = [
    (RATE, ..., "in place of the `...`"),
    (RATE, 0.01, "the rate is too small"),
    (RATE, 0.07, "the rate is too small"),
    (RATE, 0.099, "a little too large"),
    (RATE, 0.1, "a little too large"),
    (RATE, 0.11, "more than at the start"),
    (RATE, 1, "more than at the start"),
    (RATE, 1e200, "it is too large"),
    (RATE, 0, "each step has length 0"),
    (RATE, -0.09, "walks uphill"),
    (RATE, "0.09", "without quotes"),
    (RATE, (0, 9), "decimals with a point"),
    (RATE, [0.08, 0.09, 0.07], "of type list"),
    (RATE, True, "of type bool"),
    (RATE, float("nan"), "such as 0.01"),
    (RATE, float("inf"), "such as 0.01"),
    (RATE, 0.09j, "of type complex"),
    (RATE, print, "this is a function"),
    (RATE, {}, "of type dict"),
    (MOMENTUM, ..., "in place of the `...`"),
    (MOMENTUM, 0.9, "hand over the function itself"),
    (MOMENTUM, _plain_step, "comes back as it came"),
    (MOMENTUM, lambda *answer: None, "begin with `return`"),
    (MOMENTUM, lambda *answer: _momentum(*answer)[0], "it returns 1 thing."),
    (MOMENTUM, lambda *answer: (*_momentum(*answer), 1), "it returns 3 things"),
    (MOMENTUM, lambda *answer: _momentum(*answer)[::-1], "in the opposite order"),
    (MOMENTUM, lambda *answer: ("w", "v"), "of type str"),
    (MOMENTUM, lambda *answer: (1.0, 2.0), "came with shape"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v + rate * g), "what is the sign"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v - g), "the learning rate is missing"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v), "push of the gradient is missing"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: v - rate * g), "all of the old velocity"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: -rate * g), "the old velocity is forgotten"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v + (1 - mu) * g), "a running mean of slopes"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v - (1 - mu) * g), "a running mean of slopes"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v - (1 - mu) * rate * g), "not by 1 - momentum"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * (v - rate * g)), "the old velocity alone"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: rate * v - mu * g), "changed places"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: mu * v + g), "another way to write it"),
    (MOMENTUM, _with_velocity(lambda v, g, rate, mu: 7 * v), "compare it with the formula"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w), "the weights come back"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w - v), "so the weights *add* it"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w + old), "the *old* velocity"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w - rate * g), "a plain step"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w + rate * v), "in the velocity already"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w - rate * v), "in the velocity already"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w + v - rate * g), "the push is in twice"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: w + mu * v - rate * g), "Nesterov's variant"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: v), "Add them to the weights"),
    (MOMENTUM, _with_weights(lambda w, v, old, g, rate, mu: 7 * w), "by nothing else"),
    (MOMENTUM, _momentum_in_place, "changes the caller's array"),
    (MOMENTUM, _fixed_numbers, "a number is fixed"),
    (MOMENTUM, lambda weights, velocity: (weights, velocity), "raised TypeError"),
    (MOMENTUM, _raises, "raised KeyError"),
    (MOMENTUM, lambda *answer: tuple(np.full_like(array, np.nan) for array in _momentum(*answer)), "not yet"),
    (RELU, ..., "in place of the `...`"),
    (RELU, (1, 2, 3), "hand over the function itself"),
    (RELU, _dense, "this is the layer without ReLU"),
    (RELU, _gated(lambda dh, a: dh * (dh > 0)), "the sign of `dh`"),
    (RELU, _gated(lambda dh, a: dh * (a < 0)), "the wrong half"),
    (RELU, _gated(lambda dh, a: dh * np.maximum(0, a)), "you multiplied by `h`"),
    (RELU, _gated(lambda dh, a: dh * a), "you multiplied by `a`"),
    (RELU, _gated(lambda dh, a: 1.0 * (a > 0)), "multiply it by `dh`"),
    (RELU, _gated(lambda dh, a: dh * np.sign(a)), "not -1"),
    (RELU, _gated(lambda dh, a: dh * (a > 0) / len(dh)), "you divided by n"),
    (RELU, _gated(lambda dh, a: dh * 3), "in two steps"),
    (RELU, lambda x, W, b, dh: _relu(x, W, 0 * b, dh), "the biases are missing in `a`"),
    (RELU, _only_weights_gated, "`dx` and `db` are to blame"),
    (RELU, _changed(0, lambda dx, x, da: dx * (x > 0)), "a second ReLU"),
    (RELU, _changed(1, lambda dW, x, da: dW.T), "has shape (4, 5)"),
    (RELU, _changed(1, lambda dW, x, da: dW.T), "It is the right way round as `x.T @ …`"),
    (RELU, _changed(1, lambda dW, x, da: dW[:2]), "Do you return dx, dW, db in this order?"),
    (RELU, _changed(0, lambda dx, x, da: dx.T), "Do you return dx, dW, db in this order?"),
    (RELU, _changed(1, lambda dW, x, da: dW / len(x)), "`dW` is divided by n"),
    (RELU, _changed(2, lambda db, x, da: da), "add up over them, axis 0"),
    (RELU, _changed(2, lambda db, x, da: da.sum(axis=1)), "Which axis counts the images?"),
    (RELU, _changed(2, lambda db, x, da: da.sum()), "one number for each unit"),
    (RELU, _changed(2, lambda db, x, da: da.sum(axis=0, keepdims=True)), "Leave out keepdims"),
    (RELU, _changed(2, lambda db, x, da: da.mean(axis=0)), "is a mean over the images"),
    (RELU, lambda *answer: _relu(*answer)[::-1], "in this order"),
    (RELU, lambda *answer: _relu(*answer)[:2], "it returns 2 things"),
    (RELU, lambda *answer: None, "The function returns something."),
    (RELU, lambda *answer: None, "begin with `return`"),
    (RELU, lambda x, W, b, dh: (dh @ W, x.T @ dh, dh.sum(axis=0)), "Which one needs a .T?"),
    (RELU, _relu_in_place, "changes the caller's array"),
    (RELU, lambda x, W, b, dh: _relu(x.reshape(6, 5), W, b, dh), "raised ValueError"),
    (RELU, lambda x: x, "raised TypeError"),
    (RELU, _raises, "raised KeyError"),
    (RELU, lambda *answer: ("dx", "dW", "db"), "of type str"),
    (RELU, lambda *answer: tuple(np.full_like(array, np.nan) for array in _relu(*answer)), "in two steps"),
]

RIGHT = [
    (RATE, 0.09),
    (RATE, np.float32(0.085)),
    (RATE, np.array([0.08])),
    (RATE, 0.0952),  # the rate that shrinks both directions alike: 2 / (1 + 20)
    (MOMENTUM, _momentum),
    (MOMENTUM, lambda *answer: list(_momentum(*answer))),
    (MOMENTUM, lambda *answer: np.array(_momentum(*answer))),
    (RELU, _relu),
    (RELU, lambda *answer: list(_relu(*answer))),
    (RELU, lambda x, W, b, dh: _dense(x, W, b, np.where(x @ W + b > 0, dh, 0))),
    (RELU, lambda *answer: tuple(array.astype("float32").astype("float64") for array in _relu(*answer))),
]


@pytest.mark.parametrize(("check", "answer", "fragment"), WRONG)
def test_wrong_answer_gets_its_hint(check, answer, fragment, said_about):
    printed = said_about(check, answer)
    assert "solved" not in printed
    assert fragment in printed


@pytest.mark.parametrize(("check", "answer"), RIGHT)
def test_right_answer_is_accepted(check, answer, said_about):
    printed = said_about(check, answer)
    assert "solved. Well done!" in printed
    assert "not yet" not in printed


@pytest.mark.parametrize(
    ("check", "answer", "secret"),
    [
        (RATE, 0.01, "0.09"),
        (MOMENTUM, _plain_step, "momentum * velocity"),
        (RELU, _dense, "a > 0"),
    ],
)
def test_first_hints_do_not_give_the_answer_away(check, answer, secret, said_about):
    assert secret not in said_about(check, answer)
