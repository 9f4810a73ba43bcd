"""A trained network as layers that any language can compute: normalization folded away, weights as plain numbers."""

import base64
import json

import keras
import numpy as np

from mnist_helpers._checks import said

_DROPPED = (keras.layers.Dropout, keras.layers.SpatialDropout2D)


def fold_network(model) -> list[dict]:
    """Turn a trained chain of layers into the few kinds of layer that a forward pass needs.

    Batch normalization multiplies each channel by one number and adds another. So does a convolution that is given
    other weights: the two become one. A max pooling between them does no harm where the factor is not negative (the
    largest of some numbers stays the largest); where one is, a layer of kind ``"scale"`` keeps the normalization.

    Parameters
    ----------
    model : keras.Model
        Layers one after the other, of these classes: ``Conv2D`` (stride 1), ``MaxPooling2D`` (square, step as wide as
        the window, no padding), ``BatchNormalization`` of the last axis, ``ReLU``, ``Activation("relu")``,
        ``GlobalAveragePooling2D``, ``Flatten``, ``Dense``; ``Dropout`` is left out.

    Returns
    -------
    list of dict
        One for each layer that is left. ``"kind"`` is ``"convolution"`` (with ``"padding"``), ``"scale"``,
        ``"max_pooling"`` (with ``"size"``), ``"relu"``, ``"mean"``, ``"flatten"`` or ``"dense"``; ``"shape"`` is what
        comes out for one image, and ``"weights"`` a list of float32 arrays.

    Raises
    ------
    ValueError
        The model is no chain, or a layer is of another class or has a setting that is not listed.

    References
    ----------
    .. [1] B. Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
       inference", CVPR 2018, section 3.2. https://arxiv.org/abs/1712.05877

    Examples
    --------
    >>> from mnist_helpers import models
    >>> [layer["kind"] for layer in fold_network(models.build_cnn((16,)))]
    ['convolution', 'max_pooling', 'relu', 'flatten', 'dense']
    """
    folded = []
    for layer in _chain(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            _fold_normalization(layer, folded)
        else:
            folded.extend(_described(layer))
    return folded


def count_weights(layers: list[dict]) -> int:
    """Count the numbers that a folded network holds.

    Parameters
    ----------
    layers : list of dict
        What :func:`fold_network` returned.

    Returns
    -------
    int

    Examples
    --------
    >>> from mnist_helpers import models
    >>> count_weights(fold_network(models.build_mlp(hidden_units=0)))
    7850
    """
    if not isinstance(layers, list) or not all(isinstance(layer, dict) and "weights" in layer for layer in layers):
        raise ValueError(f"layers must be what fold_network returns; got {said(layers)}.")
    return sum(weights.size for layer in layers for weights in layer["weights"])


def network_to_json(model) -> str:
    """Write a trained network as one line of JSON, exact to the last bit of each weight.

    The line holds ``"input"``, the shape of an image; ``"layers"``, each with its kind, its settings, its output shape
    and the shapes of its weights; and ``"weights"``: all weights in that order, row by row, as little-endian float32 in
    base64.

    Parameters
    ----------
    model : keras.Model
        A chain of layers, as :func:`fold_network` takes it.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        The model is no chain, or has a layer that :func:`fold_network` does not know.

    Examples
    --------
    >>> from mnist_helpers import models
    >>> network = json.loads(network_to_json(models.build_mlp(hidden_units=0)))
    >>> network["layers"][-1]
    {'kind': 'dense', 'shape': [10], 'weights': [[784, 10], [10]]}
    """
    layers = fold_network(model)
    numbers = [weights.ravel() for layer in layers for weights in layer["weights"]]
    described = [
        layer | {"shape": list(layer["shape"]), "weights": [list(weights.shape) for weights in layer["weights"]]}
        for layer in layers
    ]
    network = {
        "input": list(model.input_shape[1:]),
        "layers": described,
        "weights": base64.b64encode(np.concatenate(numbers).astype("<f4").tobytes()).decode("ascii"),
    }
    return json.dumps(network, separators=(",", ":"))


def _chain(model) -> list:
    """Return the layers of a model in order; refuse one in which they do not follow one another."""
    if not isinstance(model, keras.Model) or not model.built:
        raise ValueError(f"model must be a keras.Model that knows the shape of its input; got {said(model)}.")
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not isinstance(model, keras.Sequential):
        before = model.inputs[0]
        for layer in layers:
            if layer.input is not before:
                raise ValueError(f"the layers must follow one another; {layer.name} does not read the layer before it.")
            before = layer.output
        if len(model.outputs) != 1 or model.outputs[0] is not before:
            raise ValueError("the layers must follow one another; the model's output is not that of its last layer.")
    return [layer for layer in layers if not isinstance(layer, _DROPPED)]


def _entry(kind: str, layer, weights=(), **settings) -> dict:
    arrays = [np.asarray(values, dtype="float32") for values in weights]
    return {"kind": kind, **settings, "shape": tuple(layer.output.shape[1:]), "weights": arrays}


def _refuse(layer, why: str):
    raise ValueError(f"{layer.name} ({type(layer).__name__}) cannot be exported: {why}.")


def _activation(layer) -> list[dict]:
    name = keras.activations.serialize(layer.activation)
    if name not in ("linear", "relu"):
        _refuse(layer, f"its activation is {name}; only relu, or none, is known")
    return [_entry("relu", layer)] if name == "relu" else []


def _weights_and_bias(layer) -> list[np.ndarray]:
    weights = layer.get_weights()
    return weights if layer.use_bias else [*weights, np.zeros(weights[0].shape[-1], dtype="float32")]


def _described(layer) -> list[dict]:
    """Return the entries for one layer of Keras."""
    if isinstance(layer, keras.layers.Conv2D):
        if layer.strides != (1, 1) or layer.dilation_rate != (1, 1) or layer.groups != 1:
            _refuse(layer, "only stride 1, dilation 1 and one group are known")
        return [_entry("convolution", layer, _weights_and_bias(layer), padding=layer.padding), *_activation(layer)]
    if isinstance(layer, keras.layers.Dense):
        if len(layer.output.shape) != 2:
            _refuse(layer, "it must read a list of numbers; put Flatten before it")
        return [_entry("dense", layer, _weights_and_bias(layer)), *_activation(layer)]
    if isinstance(layer, keras.layers.MaxPooling2D):
        height, width = layer.pool_size
        if height != width or layer.strides != layer.pool_size or layer.padding != "valid":
            _refuse(layer, "only square windows that do not overlap, without padding, are known")
        return [_entry("max_pooling", layer, size=height)]
    if isinstance(layer, keras.layers.ReLU):
        if layer.max_value is not None or layer.negative_slope or layer.threshold:
            _refuse(layer, "only the plain ReLU is known")
        return [_entry("relu", layer)]
    if isinstance(layer, keras.layers.Activation):
        return _activation(layer)
    if isinstance(layer, keras.layers.GlobalAveragePooling2D):
        return [_entry("mean", layer)]
    if isinstance(layer, keras.layers.Flatten):
        return [_entry("flatten", layer)]
    _refuse(layer, "this class is not known")


def _fold_normalization(layer, folded: list[dict]) -> None:
    """Move factor and offset of a normalization into the convolution before it, or keep them as a layer."""
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        _refuse(layer, "it must normalize the last axis")
    mean, variance = (np.asarray(values, dtype="float64") for values in (layer.moving_mean, layer.moving_variance))
    gamma = np.asarray(layer.gamma, dtype="float64") if layer.scale else np.ones_like(mean)
    beta = np.asarray(layer.beta, dtype="float64") if layer.center else np.zeros_like(mean)
    factor = gamma / np.sqrt(variance + layer.epsilon)
    offset = beta - factor * mean
    behind_pooling = len(folded) > 1 and folded[-1]["kind"] == "max_pooling"
    target = folded[-2] if behind_pooling else folded[-1] if folded else None
    if target is None or target["kind"] not in ("convolution", "dense") or (behind_pooling and (factor < 0).any()):
        folded.append(_entry("scale", layer, [factor, offset]))
        return
    kernel, bias = target["weights"]
    target["weights"] = [(kernel * factor).astype("float32"), (bias * factor + offset).astype("float32")]
