"""Checkers of chapter 3, *How training works*."""

import numpy as np

from mnist_helpers.exercises._report import checker, close

__all__ = ["check_learning_rate", "check_momentum_step", "check_relu_layer_backward"]

_STEPS, _STEEPNESS, _START, _GOAL = 40, 20.0, (10.0, 1.0), 0.1
_SLOPES = ("dx", "dW", "db")


@checker("Exercise 1, a learning rate")
def check_learning_rate(report, learning_rate):
    """Check that 40 steps with this learning rate end below a loss of 0.1 in a long valley."""
    rate = report.number(learning_rate, advice="Write the number without quotes, such as 0.01.")
    report.require(bool(np.isfinite(rate)), "The learning rate is a finite number.", "write a number such as 0.01.")
    hint = (
        "with a rate of 0 each step has length 0: you stay at the start."
        if rate == 0
        else "a rate below 0 walks uphill. The minus sign stands in the step already."
    )
    report.require(rate > 0, "The learning rate is above 0.", hint)
    w, b = _START
    first_loss = 0.5 * (w**2 + _STEEPNESS * b**2)
    for _ in range(_STEPS):
        w, b = w - rate * w, b - rate * _STEEPNESS * b
    loss = 0.5 * (w**2 + _STEEPNESS * b**2)
    where = f"After {_STEPS} steps the walk is at w = {w:.3g}, b = {b:.3g}, with loss {loss:.3g}."
    if not loss <= first_loss:
        hint = f"{where} That is more than at the start, {first_loss:g}: it is too large. What does one step do to b?"
    elif abs(b) > 0.05:
        hint = (
            f"{where} Here b has jumped from side to side, and each jump is nearly or fully as long as the one before. "
            "The rate is a little too large."
        )
    else:
        hint = f"{where} Here b is where it should be, but w is still on its way: the rate is too small."
    report.require(loss < _GOAL, f"{_STEPS} steps bring the loss below {_GOAL}.", hint)
    report.note(where)


def _several(report, result, names, shapes, hint) -> list[np.ndarray]:
    """Return the results as arrays of the shapes wanted."""
    wanted = f"The function returns {', '.join(names[:-1])} and {names[-1]}."
    if isinstance(result, np.ndarray) and result.ndim and len(result) == len(names):
        result = list(result)
    count = len(result) if isinstance(result, (tuple, list)) else 1
    form = f"it returns {count} thing{'s' * (count != 1)}. End with `return {', '.join(names)}`."
    report.expect(isinstance(result, (tuple, list)) and count == len(names), wanted, form)
    arrays = []
    for name, value, shape in zip(names, result, shapes, strict=True):
        of_type = f"It is `{name}`, of type {type(value).__name__}."
        array = report.array(value, numbers_hint=of_type)
        if array.shape != shape:
            report.refuse("Each result has the shape that it should.", hint(name, array.shape, shape))
        arrays.append(array)
    return arrays


def _velocity_mistakes(velocity, gradient, rate, momentum) -> list[tuple]:
    """Return the velocities that common mistakes lead to, each with the hint that names the mistake."""
    old, push = momentum * velocity, rate * gradient
    mean = "this is a running mean of slopes, as in Adam. "
    return [
        (velocity, "the velocity comes back as it came. Compute the new one first."),
        (old + push, "the push goes uphill: what is the sign of the gradient in it?"),
        (push - old, "both signs are wrong: a share of the old velocity, minus the push of the gradient."),
        (-old - push, "the old velocity has a minus sign. It keeps its direction."),
        (old - gradient, "the learning rate is missing."),
        (old, "the push of the gradient is missing."),
        (velocity - push, "all of the old velocity is kept. Only a share of it, the momentum, should be."),
        (-push, "the old velocity is forgotten. Keep a share of it."),
        (velocity / momentum - push, "you divide the old velocity by the momentum. Multiply."),
        (old - gradient / rate, "you divide the gradient by the learning rate. Multiply."),
        (old - (1 - momentum) * gradient, mean + "Here the gradient is multiplied by the learning rate."),
        (old + (1 - momentum) * gradient, mean + "Here the velocity also holds the sign and the rate."),
        (old - (1 - momentum) * push, "the gradient is multiplied by the learning rate alone, not by 1 - momentum."),
        (momentum * (velocity - push), "the momentum multiplies the old velocity alone, not the new push."),
        (rate * velocity - momentum * gradient, "learning rate and momentum have changed places."),
        (
            old + gradient,
            "here the velocity lacks sign and learning rate: that is another way to write it. "
            "Put both into the velocity, as the formula says.",
        ),
    ]


def _what_velocity_is(new, velocity, gradient, rate, momentum) -> str:
    """Find the factors of old velocity and gradient in the learner's own."""
    parts = np.column_stack([velocity.ravel(), gradient.ravel()])
    factors = np.linalg.lstsq(parts, new.ravel(), rcond=None)[0] if np.isfinite(new).all() else np.zeros(2)
    if not close(parts @ factors, new.ravel()) or not factors.any():
        return "compare it with the formula, one factor after the other."
    kept, pushed = factors.round(3)
    hint = (
        f"yours is {kept:g} times the old velocity {'-' if pushed < 0 else '+'} {abs(pushed):g} times the gradient; "
        f"the checker came with a momentum of {momentum:g} and a learning rate of {rate:g}: compare it "
        f"with the formula. "
    )
    if pushed < 0 and 0 < kept < 1:
        hint += "Perhaps a number is fixed somewhere in your function. Use `learning_rate` and `momentum`."
    return hint.strip()


def _weights_mistakes(weights, velocity, new, gradient, rate, momentum) -> list[tuple]:
    """Return the weights that common mistakes lead to when the velocity is right."""
    return [
        (weights, "the weights come back as they came. They move by the velocity."),
        (weights - new, "the minus sign is in the velocity already, so the weights *add* it."),
        (weights + velocity, "the weights move by the *old* velocity. Compute the new one first."),
        (weights - rate * gradient, "the weights take a plain step. They should move by the velocity."),
        (weights + rate * new, "the learning rate is in the velocity already."),
        (weights - rate * new, "the learning rate, and the minus sign, are in the velocity already."),
        (weights + momentum * new, "the momentum is in the velocity already."),
        (weights + new - rate * gradient, "the push is in twice. It is in the velocity already."),
        (
            weights + momentum * new - rate * gradient,
            "this is Nesterov's variant, and a good one. The formula here is the plain one: add the new velocity.",
        ),
        (new, "these are the velocities. Add them to the weights."),
        (weights * new, "you multiply weights and velocity. Add them."),
        (gradient + new, "you add the velocity to the gradient. Add it to the weights."),
        (velocity + new, "you add the new velocity to the old one. Add it to the weights."),
    ]


@checker("Exercise 2, a step with momentum")
def check_momentum_step(report, momentum_step):
    """Check one step with momentum, on arrays and on single numbers."""
    keeps = "`+=` or `*=` changes the caller's array. Write `weights = weights + …` instead."
    step = report.function(momentum_step, "momentum_step", keeps)
    weights, velocity, gradient = np.random.default_rng(0).normal(0, 1, (3, 4, 2))

    def shape_hint(name, came, wanted) -> str:
        return (
            f"`{name}` has shape {came}; weights and velocity came with shape {wanted}. No sum and no mean is needed."
        )

    def new(weights, velocity, gradient, rate, momentum):
        shapes = [weights.shape] * 2
        result = step(weights, velocity, gradient, rate, momentum)
        return _several(report, result, ("weights", "velocity"), shapes, shape_hint)

    rate, momentum = 0.2, 0.7
    new_weights, new_velocity = new(weights, velocity, gradient, rate, momentum)
    expected = momentum * velocity - rate * gradient
    swapped = close(new_weights, expected) and close(new_velocity, weights + expected)
    hint = "you return them in the opposite order."
    report.expect(not swapped, "The weights come first, then the velocity.", hint)
    report.matches(
        new_velocity,
        expected,
        "The velocity is a share of the old one plus the push.",
        _velocity_mistakes(velocity, gradient, rate, momentum),
        lambda: _what_velocity_is(new_velocity, velocity, gradient, rate, momentum),
    )
    report.matches(
        new_weights,
        weights + expected,
        "The weights move by the new velocity.",
        _weights_mistakes(weights, velocity, expected, gradient, rate, momentum),
        "the weights move by the new velocity, and by nothing else.",
    )
    expected = 0.9 * velocity[0] - 0.05 * gradient[0]
    again = new(weights[0], velocity[0], gradient[0], 0.05, 0.9)
    hint = "a number is fixed somewhere in your function. Use the names `learning_rate` and `momentum`."
    right = close(again[0], weights[0] + expected) and close(again[1], expected)
    report.check(right, "It works with another learning rate, momentum and shape.", hint)


def _slopes_from(da, x, weights) -> tuple:
    return da @ weights.T, x.T @ da, da.sum(axis=0)


def _gates(x, weights, biases, dh) -> list[tuple]:
    """Return wrong slopes before the ReLU, each with the hint that names the mistake."""
    a = x @ weights + biases
    gate = a > 0
    return [
        (dh, "this is the layer without ReLU. Where `a` was not positive, the ReLU gave 0: what passes back there?"),
        (dh * (dh > 0), "you silenced by the sign of `dh`. It is the sign of `a` that decides."),
        (dh * ~gate, "the wrong half passes: slopes pass where `a` is positive."),
        (dh * np.maximum(0, a), "you multiplied by `h`. The slope of ReLU is 1 where `a` is positive, not `a` itself."),
        (dh * a, "you multiplied by `a`. The slope of ReLU is 1 or 0."),
        (dh * (x @ weights > 0), "the biases are missing in `a`."),
        (dh * (x @ weights - biases > 0), "the biases are subtracted in `a`. The layer adds them."),
        (dh * (a > 1), "slopes pass where `a` is above 1. They pass where it is above 0."),
        (dh * (a > -1), "slopes pass where `a` is above -1. They pass where it is above 0."),
        (dh + gate, "the slope of the ReLU is added to `dh`. Multiply them."),
        (np.where(gate, 1.0, 0.0), "the slope of the ReLU alone is not enough: multiply it by `dh`."),
        (dh * np.sign(a), "ReLU has slope 0 where `a` is negative, not -1."),
        (dh * gate / len(dh), f"you divided by n. The shares of 1/{len(dh)} are in `dh` already."),
    ]


def _slope_mistake(arrays, x, weights, biases, dh) -> str:
    """Name the mistake that leads to wrong slopes, and the results that it spoils."""
    da = dh * (x @ weights + biases > 0)
    expected = _slopes_from(da, x, weights)
    right = [close(array, target) for array, target in zip(arrays, expected, strict=True)]
    wrong = [f"`{name}`" for name, good in zip(_SLOPES, right, strict=True) if not good]
    if wrong == ["`db`"] and close(arrays[2], da.mean(axis=0)):
        return "`db` is a mean over the images. The shares of 1/n are in `dh` already, so add up."
    if wrong == ["`dW`"] and close(arrays[1], x.T @ da / len(x)):
        return "`dW` is divided by n. The shares of 1/n are in `dh` already."
    if wrong == ["`dx`"] and close(arrays[0], expected[0] * (x > 0)):
        return "`dx` went through a second ReLU. That one belongs to the layer before."
    for at_a, what in _gates(x, weights, biases, dh):
        slopes = _slopes_from(at_a, x, weights)
        matches = [close(array, slope) for array, slope in zip(arrays, slopes, strict=True)]
        if all(matches):
            return what
        if any(matches) and all(good or match for good, match in zip(right, matches, strict=True)):
            return f"{' and '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} to blame: {what}"
    only = f"only {wrong[0]} is wrong. " if len(wrong) == 1 else ""
    return only + "Go back from `dh` in two steps: first through the ReLU to `da`, then through `x @ W + b`."


def _slope_shape_hint(name, came, wanted) -> str:
    """Say what a slope of another shape than its array is."""
    of = name[1:]
    hint = f"`{name}` has shape {came}, and {of} has {wanted}. "
    if name == "dW" and came == wanted[::-1]:
        return hint + "It is the right way round as `x.T @ …`."
    return hint + {
        ("db", (6, 4)): "The same biases serve all images: add up over them, axis 0.",
        ("db", (6,)): "You added up over the units. Which axis counts the images?",
        ("db", ()): "You added up everything. Keep one number for each unit.",
        ("db", (1, 4)): "Leave out keepdims.",
    }.get((name, came), "Do you return dx, dW, db in this order?")


def _advice_for_slopes(error) -> str:
    if not isinstance(error, ValueError):
        return ""
    return "Write the shape of each array on paper: x (6, 5), W (5, 4), dh (6, 4). Which one needs a .T?"


@checker("Exercise 3, the backward pass of a ReLU layer")
def check_relu_layer_backward(report, relu_layer_backward):
    """Check the backward pass of a dense layer with ReLU, on a layer of the checker's own."""
    keeps = "an assignment such as `dh[a <= 0] = 0` or `dh *= …` changes the caller's array. Make a new one."
    function = report.function(relu_layer_backward, "relu_layer_backward", keeps, advice=_advice_for_slopes)
    random = np.random.default_rng(0)
    x, weights = random.normal(0, 1, (6, 5)), random.normal(0, 1, (5, 4))
    biases, dh = random.normal(0, 1, 4), random.normal(0, 1, (6, 4))

    def backward(x, weights, biases, dh):
        shapes = (x.shape, weights.shape, biases.shape)
        return _several(report, function(x, weights, biases, dh), _SLOPES, shapes, _slope_shape_hint)

    def is_right(arrays, x, weights, biases, dh) -> bool:
        expected = _slopes_from(dh * (x @ weights + biases > 0), x, weights)
        return all(close(array, target) for array, target in zip(arrays, expected, strict=True))

    layer = x, weights, biases, dh
    arrays = backward(*layer)
    report.check(True, "Each slope has the shape of its array.", "")
    hint = lambda: _slope_mistake(arrays, *layer)  # noqa: E731
    report.require(is_right(arrays, *layer), "The slopes are those of the layer.", hint)
    one = x[:1], weights, biases, dh[:1]
    hint = "the number of images is fixed somewhere in your function."
    report.require(is_right(backward(*one), *one), "It also works for a batch of one image.", hint)
    on_the_bend = np.round(x), np.round(weights), np.zeros(4), dh
    hint = "where `a` is exactly 0, the ReLU gives 0, and no slope passes: `a > 0`, not `a >= 0`."
    report.check(is_right(backward(*on_the_bend), *on_the_bend), "Where `a` is exactly 0, no slope passes.", hint)
