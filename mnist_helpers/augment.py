"""Random changes of images that keep the label, for training."""

import math

import numpy as np
import tensorflow as tf

from mnist_helpers._checks import as_numbers, check_numbers, check_whole, said

_LARGEST = 10_000  # degrees or pixels: far more than any picture has


def _checked(images) -> tf.Tensor:
    if not tf.is_tensor(images):
        images = as_numbers(images, "images").astype("float32")
    images = tf.convert_to_tensor(images)
    if images.dtype != tf.float32:
        raise ValueError(f"images must be float32; got {images.dtype.name}. Try tf.cast(images, tf.float32).")
    if images.shape.rank != 4:
        raise ValueError(f"images must have shape (n, height, width, channels); got {tuple(images.shape)}.")
    return images


def _checked_seed(seed):
    if tf.is_tensor(seed):
        return seed
    numbers = as_numbers(seed, "seed")
    if numbers.shape != (2,) or numbers.dtype.kind not in "iu":
        raise ValueError(f"seed must be two whole numbers, such as (1, 2); got {said(seed)}.")
    return numbers.astype(np.int64)


def _draw_affine(number, seed, rotation, shift, zoom, shear) -> list[tf.Tensor]:
    """Draw an affine map for each of so many images: the matrix [[a, b], [c, d]] about the centre, then a move.

    It says where each pixel of the result is read.
    """
    seed = _checked_seed(seed)
    amounts = {"rotation": rotation, "shift": shift, "zoom": zoom, "shear": shear}
    check_numbers(**amounts)
    if min(amounts.values()) < 0 or zoom >= 1:
        raise ValueError(f"amounts must not be negative, and zoom must be below 1; got {amounts}.")
    if max(amounts.values()) > _LARGEST:
        raise ValueError(f"amounts must be at most {_LARGEST}; got {amounts}.")
    limits = tf.constant([math.radians(rotation), shear, zoom, zoom, shift, shift], tf.float32)
    drawn = tf.random.stateless_uniform([number, 6], seed, -1.0, 1.0) * limits
    angle, slant, zoom_x, zoom_y, move_x, move_y = tf.unstack(drawn, axis=1)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    a, b = cosine * (1 + zoom_x), (slant * cosine - sine) * (1 + zoom_y)
    c, d = sine * (1 + zoom_x), (slant * sine + cosine) * (1 + zoom_y)
    return [a, b, c, d, move_x, move_y]


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
    images = _checked(images)
    a, b, c, d, move_x, move_y = _draw_affine(tf.shape(images)[0], seed, rotation, shift, zoom, shear)
    height, width = tf.shape(images)[1], tf.shape(images)[2]
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


def random_warp(images, seed, rotation=12.0, shift=2.0, zoom=0.1, shear=0.1, elastic=1.0):
    """Change each image as :func:`random_affine` does, and bend its strokes.

    Strokes are bent by a smooth random displacement: independent normal numbers on a grid of 6 by 6 points, enlarged
    (bicubic) to the size of the image. The idea is from P. Simard, D. Steinkraus and J. Platt, "Best practices for
    convolutional neural networks applied to visual document analysis", 2003, https://doi.org/10.1109/ICDAR.2003.1227801.

    Parameters
    ----------
    images : tensor or array of float32, shape (n, height, width, channels)
    seed : two whole numbers, shape (2,)
        The same seed gives the same amounts, on every machine.
    rotation, shift, zoom, shear : float
        As in :func:`random_affine`.
    elastic : float
        Standard deviation of the displacement at the points of the grid, pixels.

    Returns
    -------
    tf.Tensor
        float32, the shape of ``images``. Each image is resampled once (bilinear); what comes in from outside is 0.

    Raises
    ------
    ValueError
        The shape is another, or an amount is negative or a zoom is 1 or more.

    Examples
    --------
    >>> import numpy as np
    >>> random_warp(np.ones((2, 28, 28, 1), dtype="float32"), seed=(1, 2)).shape
    TensorShape([2, 28, 28, 1])
    """
    check_numbers(elastic=elastic)
    if elastic < 0:
        raise ValueError(f"elastic must not be negative; got {elastic}.")
    if elastic > _LARGEST:
        raise ValueError(f"elastic must be at most {_LARGEST}; got {elastic}.")
    seed = _checked_seed(seed)
    images = _checked(images)
    number, height, width, channels = tf.unstack(tf.shape(images))
    drawn = _draw_affine(number, seed, rotation, shift, zoom, shear)
    a, b, c, d, move_x, move_y = (amount[:, None, None] for amount in drawn)
    bend_seed = tf.random.split(seed, 2, alg="auto_select")[1]
    grid = tf.random.stateless_normal([number, 6, 6, 2], bend_seed, stddev=elastic)
    bend = tf.image.resize(grid, [height, width], method="bicubic")
    centre_x, centre_y = tf.cast(width - 1, tf.float32) / 2, tf.cast(height - 1, tf.float32) / 2
    x = tf.range(width, dtype=tf.float32)[None, None, :] - centre_x
    y = tf.range(height, dtype=tf.float32)[None, :, None] - centre_y
    read_x = a * x + b * y + centre_x + move_x + bend[..., 0]
    read_y = c * x + d * y + centre_y + move_y + bend[..., 1]
    # A border of one empty pixel stands for all that lies outside.
    read_x = tf.clip_by_value(read_x + 1, 0.0, tf.cast(width, tf.float32) + 0.999)
    read_y = tf.clip_by_value(read_y + 1, 0.0, tf.cast(height, tf.float32) + 0.999)
    left, top = tf.floor(read_x), tf.floor(read_y)
    across, down = (read_x - left)[..., None], (read_y - top)[..., None]
    framed = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
    flat = tf.reshape(framed, [number, (height + 2) * (width + 2), channels])
    corner = tf.cast(top, tf.int32) * (width + 2) + tf.cast(left, tf.int32)

    def at(offset):
        places = tf.reshape(corner + offset, [number, height * width])
        return tf.reshape(tf.gather(flat, places, batch_dims=1), [number, height, width, channels])

    upper = at(0) * (1 - across) + at(1) * across
    lower = at(width + 2) * (1 - across) + at(width + 3) * across
    return tf.ensure_shape(upper * (1 - down) + lower * down, images.shape)


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
    if not isinstance(dataset, tf.data.Dataset):
        raise TypeError(f"dataset must be a tf.data.Dataset, as pipeline.make_dataset makes it; got {said(dataset)}.")
    if not callable(transform):
        raise TypeError(f"transform must be a function of images and seed; got {said(transform)}.")
    check_whole(seed=seed)
    seeds = tf.data.Dataset.random(seed=int(seed), rerandomize_each_iteration=True).batch(2)
    return (
        tf.data.Dataset.zip((dataset, seeds))
        .map(lambda batch, seed: (transform(batch[0], seed), batch[1]), num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )
