"""Networks that several chapters share. The chapter that teaches a network builds it in full."""

import keras
from keras import layers

from mnist_helpers._checks import check_numbers, check_whole, said


def _check_filters(filters) -> None:
    if not isinstance(filters, (tuple, list)) or not filters:
        raise ValueError(f"filters must hold at least one number of filters, such as (16, 32); got {said(filters)}.")
    check_whole(**{f"filters of block {block}": number for block, number in enumerate(filters, start=1)})
    if min(filters) < 1:
        raise ValueError(f"filters must be at least 1 in each block; got {said(filters)}.")


def _check_shapes(input_shape, classes) -> None:
    if not isinstance(input_shape, (tuple, list)) or len(input_shape) != 3:
        raise ValueError(f"input_shape must be height, width and channels; got {said(input_shape)}.")
    check_whole(height=input_shape[0], width=input_shape[1], channels=input_shape[2], classes=classes)
    if min(*input_shape, classes) < 1:
        raise ValueError(f"sides, channels and classes must be at least 1; got {said(input_shape)} and {classes}.")


def build_mlp(hidden_units: int = 384, dropout: float = 0.2):
    """Build the multilayer perceptron of chapter 2, untrained.

    Parameters
    ----------
    hidden_units : int
        Units of the hidden layer; 0 gives softmax regression.
    dropout : float
        Share of hidden units set to 0 in a training step, from 0 to below 1; 0 leaves the layer out.

    Returns
    -------
    keras.Sequential
        From images ``(n, 28, 28, 1)``, float32, from 0 to 1, to logits ``(n, 10)``.

    Raises
    ------
    ValueError
        A negative number of units, or a dropout outside the range.

    Examples
    --------
    >>> build_mlp().count_params()
    305290
    """
    check_whole(hidden_units=hidden_units)
    check_numbers(dropout=dropout)
    if hidden_units < 0:
        raise ValueError(f"hidden_units must be 0 or more; got {hidden_units}.")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be from 0 to below 1; got {dropout}.")
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()], name="mlp")
    if hidden_units:
        model.add(layers.Dense(hidden_units, activation="relu"))
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10))
    return model


def build_cnn(filters=(16, 32, 64), hidden_units: int = 0, input_shape=(28, 28, 1), classes: int = 10):
    """Build the convolutional network of chapter 4, untrained.

    Each block is convolution (5x5 in the first, 3x3 in the others, no padding, no bias), max pooling (in the first
    two), batch normalization, ReLU. Pooling first makes normalization and ReLU four times smaller.

    Parameters
    ----------
    filters : sequence of int
        Filters of each block, from first to last.
    hidden_units : int
        Units of a dense layer before the last; 0 leaves it out.
    input_shape : (int, int, int)
        Height, width and channels of an image.
    classes : int
        Number of logits.

    Returns
    -------
    keras.Model
        From images ``(n, *input_shape)``, float32, from 0 to 1, to logits ``(n, classes)``.

    Raises
    ------
    ValueError
        There is no block, or the images are too small for the blocks.

    Examples
    --------
    >>> build_cnn().count_params(), build_cnn((16, 32), hidden_units=128).count_params()
    (29658, 109018)
    """
    _check_filters(filters)
    _check_shapes(input_shape, classes)
    check_whole(hidden_units=hidden_units)
    if hidden_units < 0:
        raise ValueError(f"hidden_units must be 0 or more; got {hidden_units}.")
    inputs = keras.Input(shape=input_shape)
    features = inputs
    for block, number in enumerate(filters):
        kernel_size = 5 if block == 0 else 3
        _, height, width, _ = features.shape
        if min(height, width) < kernel_size + (block < 2):
            raise ValueError(
                f"images of shape {tuple(input_shape)} are too small for {len(filters)} blocks: block {block + 1} "
                f"gets {height}x{width}. Use fewer blocks or larger images."
            )
        features = layers.Conv2D(number, kernel_size, use_bias=False)(features)
        if block < 2:
            features = layers.MaxPooling2D()(features)
        features = layers.BatchNormalization(momentum=0.9)(features)
        features = layers.ReLU()(features)
    features = layers.Flatten()(features)
    if hidden_units:
        features = layers.Dense(hidden_units, activation="relu")(features)
    return keras.Model(inputs, layers.Dense(classes)(features), name="cnn")


def build_reader(filters=(32, 64, 64, 128), pooled=(1, 2, 4), input_shape=(28, 28, 1), classes: int = 10):
    """Build a network of the kind that the book ships (:func:`mnist_helpers.pretrained.load_pretrained`), untrained.

    Each block is convolution (5x5 in the first, 3x3 in the others, zero padding, no bias), max pooling (in the blocks
    that are named), batch normalization, ReLU. Each map of the last block becomes its mean, and a dense layer makes
    logits of the means: what is seen counts, wherever it stands.
    Source of the mean over each map: M. Lin, Q. Chen and S. Yan, "Network in network", 2013,
    https://arxiv.org/abs/1312.4400.

    Parameters
    ----------
    filters : sequence of int
        Filters of each block, from first to last.
    pooled : collection of int
        The blocks with pooling, counted from 1.
    input_shape : (int, int, int)
        Height, width and channels of an image.
    classes : int
        Number of logits.

    Returns
    -------
    keras.Model
        From images ``(n, *input_shape)``, float32, from 0 to 1, to logits ``(n, classes)``.

    Raises
    ------
    ValueError
        There is no block, a block to be pooled is not there, or the images are too small.

    Examples
    --------
    >>> build_reader().count_params()
    132266
    """
    _check_filters(filters)
    _check_shapes(input_shape, classes)
    if not isinstance(pooled, (tuple, list, set, range)) or not all(
        block in range(1, len(filters) + 1) for block in pooled
    ):
        raise ValueError(f"pooled must name blocks from 1 to {len(filters)}; got {said(pooled)}.")
    if min(input_shape[:2]) < 2 ** len(pooled):
        raise ValueError(f"images of shape {tuple(input_shape)} cannot be halved {len(pooled)} times.")
    inputs = keras.Input(shape=input_shape)
    features = inputs
    for block, number in enumerate(filters, start=1):
        kernel_size = 5 if block == 1 else 3
        convolution = layers.Conv2D(number, kernel_size, padding="same", use_bias=False, name=f"convolution_{block}")
        features = convolution(features)
        if block in pooled:
            features = layers.MaxPooling2D(name=f"pooling_{block}")(features)
        features = layers.BatchNormalization(momentum=0.9, name=f"normalization_{block}")(features)
        features = layers.ReLU(name=f"relu_{block}")(features)
    features = layers.GlobalAveragePooling2D(name="mean_of_each_map")(features)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(features), name="reader")


def build_border_finder(filters=(12, 24, 40)):
    """Build the network that marks where digits of a line of writing touch, untrained.

    A U-Net: blocks of two convolutions (3x3, zero padding, batch normalization, ReLU) with max pooling between them, on
    the way down; on the way up each map is doubled in size and joined with the map of the same size from the way down.
    Source: O. Ronneberger, P. Fischer and T. Brox, "U-Net: convolutional networks for biomedical image segmentation",
    MICCAI 2015, https://arxiv.org/abs/1505.04597.

    Parameters
    ----------
    filters : sequence of int
        Filters of each block on the way down.

    Returns
    -------
    keras.Model
        From ink ``(n, height, width, 1)``, float32, from 0 to 1, to one logit a pixel ``(n, height, width, 1)``. Height
        and width are multiples of ``2 ** (len(filters) - 1)``.

    Examples
    --------
    >>> import numpy as np
    >>> build_border_finder()(np.zeros((1, 40, 60, 1), "float32")).shape
    TensorShape([1, 40, 60, 1])
    """
    _check_filters(filters)

    def convolve(features, number):
        features = layers.Conv2D(number, 3, padding="same", use_bias=False)(features)
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(features))

    inputs = keras.Input(shape=(None, None, 1))
    features, passed = inputs, []
    for number in filters:
        if passed:
            features = layers.MaxPooling2D()(features)
        features = convolve(convolve(features, number), number)
        passed.append(features)
    for number, same_size in list(zip(filters, passed, strict=True))[-2::-1]:
        features = layers.Concatenate()([layers.UpSampling2D()(features), same_size])
        features = convolve(features, number)
    return keras.Model(inputs, layers.Conv2D(1, 1)(features), name="border_finder")
