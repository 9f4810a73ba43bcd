"""What a Keras model does on its way from the images to the logits, however it was put together."""

import numpy as np

_SAME_IN_USE = ("Dropout", "Pooling", "Softmax", "Random", "InputLayer")


def is_convolution(operation) -> bool:
    """Return whether an operation slides kernels over an image: any kind of Conv2D."""
    return any(
        kind.__name__ in ("BaseConv", "BaseSeparableConv", "BaseDepthwiseConv") for kind in type(operation).__mro__
    )


def _is_bent(function, shape) -> bool:
    """Return whether a function is more than a weighted sum: f(a + b) is not f(a) + f(b) - f(0)."""
    a, b = np.random.default_rng(0).normal(0, 2, (2, *shape)).astype("float32")
    try:
        of_sum, of_a, of_b, of_zero = (np.asarray(function(value)) for value in (a + b, a, b, 0 * a))
    except Exception:
        return False
    return not np.allclose(of_sum, of_a + of_b - of_zero, atol=1e-3)


def bends(operation, node) -> bool:
    """Return whether an operation applies an activation function: as a layer, an `activation` or an operation."""
    name = type(operation).__name__
    activation = getattr(operation, "activation", None)
    if name != "Activation" and activation is not None:
        return getattr(activation, "__name__", "") != "softmax" and _is_bent(activation, (8, 8))
    if getattr(activation, "__name__", "") == "softmax" or any(word in name for word in _SAME_IN_USE):
        return False
    if name == "Maximum":  # keras.ops.maximum(features, 0)
        return True
    if len(node.input_tensors) != 1:
        return False
    shape = [size or 1 for size in node.input_tensors[0].shape]
    return _is_bent(operation, shape)


def is_softmax(operation) -> bool:
    """Return whether an operation ends in a softmax."""
    activation = getattr(operation, "activation", None)
    return "softmax" in (type(operation).__name__.lower(), getattr(activation, "__name__", ""))


def _walk(tensor, state, visit, at_input) -> None:
    """Go from a tensor back to the inputs, along every path; `visit` turns one state into the next."""
    operation, node_index, tensor_index = tensor._keras_history
    if type(operation).__name__ == "InputLayer":
        at_input(state)
        return
    node = operation._inbound_nodes[node_index]

    def outwards(state) -> None:
        for source in node.input_tensors:
            _walk(source, state, visit, at_input)

    if hasattr(operation, "layers"):  # a model within the model
        _walk(operation.outputs[tensor_index], state, visit, outwards)
    else:
        outwards(visit(operation, node, state))


def convolutions_of(model) -> tuple[list, list, bool]:
    """Return a model's convolutions, those that no activation function follows, and whether it ends in logits."""
    found, straight, ends = {}, {}, []

    def visit(operation, node, state):
        bent, at_end = state
        bent = bent or bends(operation, node)
        if at_end and (bent or is_softmax(operation)):
            ends.append(operation)
        if is_convolution(operation):
            found[operation.name] = operation
            if not bent:
                straight[operation.name] = operation
        if is_convolution(operation) or type(operation).__name__ in ("Dense", "EinsumDense"):
            return False, False
        return bent, at_end

    for tensor in model.outputs:
        _walk(tensor, (False, True), visit, lambda state: None)
    return list(found.values()), list(straight.values()), not ends


def layers_of(model) -> list:
    """Return the layers of a model and of the models in it."""
    return [inner for layer in model.layers for inner in (layers_of(layer) if hasattr(layer, "layers") else [layer])]
