"""Checkers of chapter 3, *How training works*."""

import numbers

import numpy as np

from mnist_helpers.exercises._report import checker

__all__ = ["check_learning_rate", "check_momentum_step", "check_relu_layer_backward"]

_STEPS, _STEEPNESS, _START, _GOAL = 40, 20.0, (10.0, 1.0), 0.1


def _one_number(report, answer):
    """Return the answer as a float, or None after a hint that says what it is instead."""
    if callable(answer):
        report.check(False, "The answer is a number.", "this is a function. Write the number itself.")
        return None
    if isinstance(answer, str):
        report.check(False, "The answer is a number.", "it is a text. Write the number without quotes.")
        return None
    if isinstance(answer, (tuple, list)) and len(answer) == 2:
        hint = "these are two numbers. Python writes decimals with a point: 0.5, not 0,5."
        report.check(False, "The answer is one number.", hint)
        return None
    array = np.asarray(answer)
    is_number = array.size == 1 and (isinstance(answer, numbers.Real) or np.issubdtype(array.dtype, np.number))
    if isinstance(answer, (bool, np.bool_)) or not is_number or np.iscomplexobj(array):
        hint = f"it is of type {type(answer).__name__}. Write one number such as 0.01."
        report.check(False, "The answer is one number.", hint)
        return None
    return float(array.reshape(()) if array.ndim == 0 else array.reshape(-1)[0])


@checker("Exercise 1")
def check_learning_rate(report, learning_rate):
    """Check that 40 steps with this learning rate end below a loss of 0.1 in a long valley."""
    rate = _one_number(report, learning_rate)
    if rate is None:
        return
    if not report.check(
        bool(np.isfinite(rate)), "The learning rate is a finite number.", "write a number such as 0.01."
    ):
        return
    hint = (
        "with a rate of 0 each step has length 0: you stay at the start."
        if rate == 0
        else "a rate below 0 walks uphill. The minus sign stands in the step already."
    )
    if not report.check(rate > 0, "The learning rate is above 0.", hint):
        return
    w, b = _START
    first_loss = 0.5 * (w**2 + _STEEPNESS * b**2)
    for _ in range(_STEPS):
        w, b = w - rate * w, b - rate * _STEEPNESS * b
    loss = 0.5 * (w**2 + _STEEPNESS * b**2)
    where = f"After {_STEPS} steps the walk is at w = {w:.3g}, b = {b:.3g}, with loss {loss:.3g}."
    if loss < _GOAL:
        hint = ""
    elif not loss <= first_loss:
        hint = f"{where} That is more than at the start, {first_loss:g}: it is too large. What does one step do to b?"
    elif abs(b) > 0.05:
        hint = (
            f"{where} Here b has jumped from side to side, and each jump is nearly or fully as long as the one before. "
            "The rate is a little too large."
        )
    else:
        hint = f"{where} Here b is where it should be, but w is still on its way: the rate is too small."
    report.check(loss < _GOAL, f"{_STEPS} steps bring the loss below {_GOAL}.", hint)
    if loss < _GOAL:
        report.lines.append(f"  {where}")


def _call(report, function, *arguments):
    """Call a learner's function with copies; return its result and whether it left the arguments alone."""
    copies = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    result = function(*copies)
    same = all(
        np.array_equal(argument, copy)
        for argument, copy in zip(arguments, copies, strict=True)
        if isinstance(argument, np.ndarray)
    )
    return result, same


def _several(report, result, names, shapes):
    """Return the results as arrays of the shapes wanted, or None after a hint."""
    wanted = f"{', '.join(names[:-1])} and {names[-1]}"
    if result is None:
        report.check(False, f"The function returns {wanted}.", "it returns nothing. Is a `return` missing?")
        return None
    if isinstance(result, np.ndarray) and len(result) == len(names):
        result = list(result)
    if not isinstance(result, (tuple, list)) or len(result) != len(names):
        count = len(result) if isinstance(result, (tuple, list)) else 1
        hint = f"it returns {count} thing{'s' * (count != 1)}. End with `return {', '.join(names)}`."
        report.check(False, f"The function returns {wanted}.", hint)
        return None
    arrays = []
    for name, value, shape in zip(names, result, shapes, strict=True):
        try:
            array = np.asarray(value, dtype="float64")
        except (TypeError, ValueError):
            report.check(False, f"`{name}` holds numbers.", f"it is of type {type(value).__name__}.")
            return None
        arrays.append(array)
        if array.shape != shape:
            return arrays  # the caller knows what the shapes mean
    return arrays


@checker("Exercise 2")
def check_momentum_step(report, momentum_step):
    """Check one step with momentum, on arrays and on single numbers."""
    if not report.check(
        callable(momentum_step),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    random = np.random.default_rng(0)
    weights, velocity, gradient = random.normal(0, 1, (3, 4, 2))
    rate, momentum = 0.2, 0.7
    result, left_alone = _call(report, momentum_step, weights, velocity, gradient, rate, momentum)
    arrays = _several(report, result, ("weights", "velocity"), (weights.shape, velocity.shape))
    if arrays is None:
        return
    new_weights, new_velocity = arrays[0], arrays[-1]
    if len(arrays) < 2 or new_weights.shape != weights.shape or new_velocity.shape != velocity.shape:
        hint = f"weights and velocity came with shape {weights.shape}. No sum and no mean is needed."
        report.check(False, "Weights and velocity keep their shapes.", hint)
        return
    expected = momentum * velocity - rate * gradient
    if np.allclose(new_weights, expected) and np.allclose(new_velocity, weights + expected):
        report.check(False, "The weights come first, then the velocity.", "you return them in the opposite order.")
        return

    mistakes = [
        (velocity, "the velocity comes back as it came. Compute the new one first."),
        (momentum * velocity + rate * gradient, "the push goes uphill: what is the sign of the gradient in it?"),
        (momentum * velocity - gradient, "the learning rate is missing."),
        (momentum * velocity, "the push of the gradient is missing."),
        (velocity - rate * gradient, "all of the old velocity is kept. Only a share of it, the momentum, should be."),
        (-rate * gradient, "the old velocity is forgotten. Keep a share of it."),
        (
            momentum * velocity - (1 - momentum) * gradient,
            "this is a running mean of slopes, as in Adam. Here the gradient is multiplied by the learning rate.",
        ),
        (
            momentum * velocity + (1 - momentum) * gradient,
            "this is a running mean of slopes, as in Adam. Here the velocity also holds the sign and the rate.",
        ),
        (
            momentum * velocity - (1 - momentum) * rate * gradient,
            "the gradient is multiplied by the learning rate alone, not by 1 - momentum.",
        ),
        (momentum * (velocity - rate * gradient), "the momentum multiplies the old velocity alone, not the new push."),
        (rate * velocity - momentum * gradient, "learning rate and momentum have changed places."),
        (
            momentum * velocity + gradient,
            "here the velocity lacks sign and learning rate: that is another way to write it. "
            "Put both into the velocity, as the formula says.",
        ),
    ]
    hint = "compare it with the formula, one factor after the other."
    for wrong, what in mistakes:
        if np.allclose(new_velocity, wrong):
            hint = what
            break
    if not report.check(
        np.allclose(new_velocity, expected),
        "The velocity is a share of the old one plus the push.",
        hint,
    ):
        return

    mistakes = [
        (weights, "the weights come back as they came. They move by the velocity."),
        (weights - expected, "the minus sign is in the velocity already, so the weights *add* it."),
        (weights + velocity, "the weights move by the *old* velocity. Compute the new one first."),
        (weights - rate * gradient, "the weights take a plain step. They should move by the velocity."),
        (weights + rate * expected, "the learning rate is in the velocity already."),
        (weights - rate * expected, "the learning rate, and the minus sign, are in the velocity already."),
        (
            weights + expected - rate * gradient,
            "the push is in twice. It is in the velocity already.",
        ),
        (
            weights + momentum * expected - rate * gradient,
            "this is Nesterov's variant, and a good one. The formula here is the plain one: add the new velocity.",
        ),
        (expected, "these are the velocities. Add them to the weights."),
    ]
    hint = "the weights move by the new velocity, and by nothing else."
    for wrong, what in mistakes:
        if np.allclose(new_weights, wrong):
            hint = what
            break
    if not report.check(np.allclose(new_weights, weights + expected), "The weights move by the new velocity.", hint):
        return
    if not report.check(
        left_alone,
        "The arrays that you were given are unchanged.",
        "`+=` or `*=` changes the caller's array. Write `weights = weights + …` instead.",
    ):
        return
    again, _ = _call(report, momentum_step, weights, velocity, gradient, 0.05, 0.9)
    new = 0.9 * velocity - 0.05 * gradient
    report.check(
        np.allclose(again[0], weights + new) and np.allclose(again[1], new),
        "It works with another learning rate and momentum.",
        "a number is fixed somewhere in your function. Use the names `learning_rate` and `momentum`.",
    )


@checker("Exercise 3")
def check_relu_layer_backward(report, relu_layer_backward):
    """Check the backward pass of a dense layer with ReLU, on a layer of the checker's own."""
    if not report.check(
        callable(relu_layer_backward),
        "The answer is a function.",
        "hand over the function itself: its name, without brackets after it.",
    ):
        return
    random = np.random.default_rng(0)
    n, inputs, units = 6, 5, 4
    x, weights = random.normal(0, 1, (n, inputs)), random.normal(0, 1, (inputs, units))
    biases, dh = random.normal(0, 1, units), random.normal(0, 1, (n, units))
    shapes = (x.shape, weights.shape, biases.shape)
    try:
        result, left_alone = _call(report, relu_layer_backward, x, weights, biases, dh)
    except ValueError as error:
        hint = f"NumPy says: {error}. Write the shape of each array on paper: x ({n}, {inputs}), "
        hint += f"W ({inputs}, {units}), dh ({n}, {units}). Which one needs a .T?"
        report.check(False, "The shapes fit together.", hint)
        return
    arrays = _several(report, result, ("dx", "dW", "db"), shapes)
    if arrays is None:
        return
    for name, of, array, shape in zip(("dx", "dW", "db"), ("x", "W", "b"), arrays, shapes, strict=False):
        if array.shape != shape:
            hint = f"`{name}` has shape {array.shape}, and {of} has {shape}. "
            if name == "dW" and array.shape == shape[::-1]:
                hint += "It is the right way round as `x.T @ …`."
            elif name == "db" and array.shape == (n, units):
                hint += "The same biases serve all images: add up over them, axis 0."
            elif name == "db" and array.shape == (n,):
                hint += "You added up over the units. Which axis counts the images?"
            elif name == "db" and array.shape == ():
                hint += "You added up everything. Keep one number for each unit."
            elif name == "db" and array.shape == (1, units):
                hint += "Leave out keepdims."
            else:
                hint += "Do you return dx, dW, db in this order?"
            report.check(False, "Each slope has the shape of its array.", hint)
            return
    report.check(True, "Each slope has the shape of its array.", "")

    a = x @ weights + biases
    gate = a > 0
    da = dh * gate
    variants = [
        (dh, "this is the layer without ReLU. Where `a` was not positive, the ReLU gave 0: what passes back there?"),
        (dh * (dh > 0), "you silenced by the sign of `dh`. It is the sign of `a` that decides."),
        (np.maximum(0, dh), "you put `dh` through a ReLU. A slope may be negative; it is `a` that decides."),
        (dh * ~gate, "the wrong half passes: slopes pass where `a` is positive."),
        (dh * np.maximum(0, a), "you multiplied by `h`. The slope of ReLU is 1 where `a` is positive, not `a` itself."),
        (dh * a, "you multiplied by `a`. The slope of ReLU is 1 or 0."),
        (dh * (x @ weights > 0), "the biases are missing in `a`."),
        (np.where(gate, 1.0, 0.0), "the slope of the ReLU alone is not enough: multiply it by `dh`."),
        (dh * np.sign(a), "ReLU has slope 0 where `a` is negative, not -1."),
        (da / n, f"you divided by n. The shares of 1/{n} are in `dh` already."),
    ]

    def slopes_from(at_a):
        return at_a @ weights.T, x.T @ at_a, at_a.sum(axis=0)

    expected = slopes_from(da)
    right = [np.allclose(array, target) for array, target in zip(arrays, expected, strict=True)]
    if not all(right):
        hint = "go back from `dh` in two steps: first through the ReLU to `da`, then through `x @ W + b`."
        for at_a, what in variants:
            matches = [np.allclose(array, slope) for array, slope in zip(arrays, slopes_from(at_a), strict=True)]
            if all(matches):
                hint = what
                break
            if any(matches) and all(good or match for good, match in zip(right, matches, strict=True)):
                names = [name for name, good in zip(("dx", "dW", "db"), right, strict=True) if not good]
                hint = f"{' and '.join(f'`{name}`' for name in names)} is to blame: {what}"
                break
        if not right[2] and right[0] and right[1] and np.allclose(arrays[2], da.mean(axis=0)):
            hint = "`db` is a mean over the images. The shares of 1/n are in `dh` already, so add up."
        if not right[1] and right[0] and right[2] and np.allclose(arrays[1], x.T @ da / n):
            hint = "`dW` is divided by n. The shares of 1/n are in `dh` already."
        if np.allclose(arrays[0], expected[0] * (x > 0)) and right[1] and right[2]:
            hint = "`dx` went through a second ReLU. That one belongs to the layer before."
        report.check(False, "The slopes are those of the layer.", hint)
        return
    report.check(True, "The slopes are those of the layer.", "")
    if not report.check(
        left_alone,
        "The arrays that you were given are unchanged.",
        "an assignment such as `dh[a <= 0] = 0` or `dh *= …` changes the caller's array. Make a new one.",
    ):
        return
    one, _ = _call(report, relu_layer_backward, x[:1], weights, biases, dh[:1])
    one_expected = da[:1] @ weights.T, x[:1].T @ da[:1], da[:1].sum(axis=0)
    report.check(
        all(np.allclose(array, target) for array, target in zip(one, one_expected, strict=True)),
        "It also works for a batch of one image.",
        "the number of images is fixed somewhere in your function.",
    )
