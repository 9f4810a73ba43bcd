"""Random changes of images that keep the label, for training."""

import math

import tensorflow as tf


def random_affine(images, seed, rotation=12.0, shift=2.0, zoom=0.1, shear=0.1):
    """Turn, move, stretch and slant each image by its own random amounts, in one step.

    The four changes are composed into one affine map, so that each image is resampled once (bilinear); what comes in
    from outside is 0.

    Parameters
    ----------
    images : tensor or array of float32, shape (n, height, width, channels)
    seed : two whole numbers, shape (2,)
        The same seed gives the same amounts, on every machine.
    rotation : float
        Largest turn to either side, degrees.
    shift : float
        Largest move to each side, pixels, horizontally and vertically.
    zoom : float
        Largest stretch or shrinkage, as a share, below 1; height and width change separately.
    shear : float
        Largest slant: pixels to the side for each pixel upwards.

    Returns
    -------
    tf.Tensor
        float32, the shape of ``images``.

    Raises
    ------
    ValueError
        The shape is another, or an amount is negative or a zoom is 1 or more.

    Examples
    --------
    >>> import numpy as np
    >>> images = np.ones((2, 28, 28, 1), dtype="float32")
    >>> random_affine(images, seed=(1, 2)).shape
    TensorShape([2, 28, 28, 1])
    """
    amounts = {"rotation": rotation, "shift": shift, "zoom": zoom, "shear": shear}
    if min(amounts.values()) < 0 or zoom >= 1:
        raise ValueError(f"amounts must not be negative, and zoom must be below 1; got {amounts}.")
    images = tf.convert_to_tensor(images, tf.float32)
    if images.shape.rank != 4:
        raise ValueError(f"images must have shape (n, height, width, channels); got {tuple(images.shape)}.")
    number = tf.shape(images)[0]
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    limits = tf.constant([math.radians(rotation), shear, zoom, zoom, shift, shift], tf.float32)
    drawn = tf.random.stateless_uniform([number, 6], seed, -1.0, 1.0) * limits
    angle, slant, zoom_x, zoom_y, move_x, move_y = tf.unstack(drawn, axis=1)
    # Where each pixel of the result is read: the matrix [[a, b], [c, d]] about the centre, then a move.
    cosine, sine = tf.cos(angle), tf.sin(angle)
    a, b = cosine * (1 + zoom_x), (slant * cosine - sine) * (1 + zoom_y)
    c, d = sine * (1 + zoom_x), (slant * sine + cosine) * (1 + zoom_y)
    centre_x, centre_y = tf.cast(width - 1, tf.float32) / 2, tf.cast(height - 1, tf.float32) / 2
    from_x = centre_x - a * centre_x - b * centre_y + move_x
    from_y = centre_y - c * centre_x - d * centre_y + move_y
    nothing = tf.zeros_like(a)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, from_x, c, d, from_y, nothing, nothing], axis=1),
        output_shape=tf.stack([height, width]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
    return tf.ensure_shape(moved, images.shape)


def augment_dataset(dataset, transform, seed: int):
    """Apply a random transform to the images of each batch, anew in each epoch.

    Parameters
    ----------
    dataset : tf.data.Dataset
        Batches ``(images, labels)``.
    transform : function of (images, seed)
        For example :func:`random_affine`. It gets a fresh seed, two whole numbers, for each batch.
    seed : int
        The same seed gives the same sequence of seeds.

    Returns
    -------
    tf.data.Dataset
        Batches ``(transformed images, labels)``, in the order of ``dataset``, repeatable although they are
        prepared side by side.

    Examples
    --------
    >>> images = tf.ones((6, 8, 8, 1))
    >>> dataset = tf.data.Dataset.from_tensor_slices((images, tf.range(6))).batch(4)
    >>> [len(batch_labels) for _, batch_labels in augment_dataset(dataset, random_affine, seed=1)]
    [4, 2]
    """
    seeds = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2)
    return (
        tf.data.Dataset.zip((dataset, seeds))
        .map(lambda batch, seed: (transform(batch[0], seed), batch[1]), num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )
