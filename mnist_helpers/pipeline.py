"""From arrays to scaled, split and batched data. Chapter 1 writes each step out in full."""

import numpy as np

from mnist_helpers._checks import as_numbers, check_whole, said
from mnist_helpers.data import load_mnist

VALIDATION_SIZE = 5_000
SPLIT_SEED = 0


def _check_images(images) -> np.ndarray:
    images = as_numbers(images, "images")
    if images.ndim not in (3, 4):
        cure = " For one image use image[None]." if images.ndim == 2 else ""
        raise ValueError(
            f"images must have shape (n, height, width) or (n, height, width, channels); got {images.shape}.{cure}"
        )
    if len(images) == 0:
        raise ValueError(f"images must hold at least one image; got an empty array of shape {images.shape}.")
    return images


def _check_pairs(images: np.ndarray, labels) -> np.ndarray:
    labels = as_numbers(labels, "labels")
    if labels.shape != (len(images),):
        raise ValueError(
            f"labels must have shape ({len(images)},), one label an image; got {labels.shape}. "
            "One-hot labels become whole numbers with labels.argmax(axis=1)."
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers; got dtype {labels.dtype}. Try labels.astype(int).")
    return labels


def _check_seed(seed, name: str) -> None:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"{name} must be a whole number from 0 to {2**32 - 1}; got {said(seed)}.")


def scale_pixels(images) -> np.ndarray:
    """Turn pixels from 0..255 into numbers from 0 to 1.

    Parameters
    ----------
    images : array of uint8, shape (n, height, width) or (n, height, width, channels)
        Pixels from 0 to 255.

    Returns
    -------
    numpy.ndarray
        float32, the same shape, from 0.0 to 1.0.

    Raises
    ------
    ValueError
        The shape is another, the array is empty, or the dtype is not uint8 (already scaled, perhaps).

    Examples
    --------
    >>> scale_pixels(np.array([[[0, 51], [204, 255]]], dtype=np.uint8)).tolist()
    [[[0.0, 0.20000000298023224], [0.800000011920929, 1.0]]]
    """
    images = _check_images(images)
    if images.dtype != np.uint8:
        raise ValueError(
            f"images must be uint8 pixels from 0 to 255; got dtype {images.dtype}. "
            "Pixels that are already scaled need no second scaling."
        )
    return np.divide(images, 255, dtype="float32")


def split_validation(images, labels, validation_size: int = VALIDATION_SIZE, seed: int = SPLIT_SEED):
    """Take a validation set out of the training data, with the same share of each class in both parts.

    Parameters
    ----------
    images : array, shape (n, height, width) or (n, height, width, channels)
    labels : array of integers, shape (n,)
    validation_size : int
        How many images the validation set gets.
    seed : int
        The same seed gives the same split.

    Returns
    -------
    (x_train, y_train), (x_val, y_val) : tuple of tuples of numpy.ndarray
        Copies, shuffled, with the dtypes that came in.

    Raises
    ------
    ValueError
        Shapes do not fit together, or there are too few images for that split.

    See Also
    --------
    sklearn.model_selection.train_test_split : does the drawing.

    Examples
    --------
    >>> (images, labels), _ = load_mnist()
    >>> (x_train, y_train), (x_val, y_val) = split_validation(images, labels)
    >>> x_train.shape, x_val.shape
    ((55000, 28, 28), (5000, 28, 28))
    """
    from sklearn.model_selection import train_test_split

    images = _check_images(images)
    labels = _check_pairs(images, labels)
    _check_seed(seed, "seed")
    classes, counts = np.unique(labels, return_counts=True)
    largest = len(images) - len(classes)
    if not isinstance(validation_size, (int, np.integer)) or not len(classes) <= validation_size <= largest:
        raise ValueError(
            f"validation_size must be a whole number from {len(classes)} to {largest}, so that both parts "
            f"hold each of the {len(classes)} classes; got {said(validation_size)}."
        )
    if counts.min() < 2:
        raise ValueError(f"each class needs at least two images to be split; class {classes[counts.argmin()]} has one.")
    x_train, x_val, y_train, y_val = train_test_split(
        images, labels, test_size=int(validation_size), stratify=labels, random_state=seed
    )
    return (x_train, y_train), (x_val, y_val)


def load_mnist_splits(validation_size: int = VALIDATION_SIZE, seed: int = SPLIT_SEED):
    """Load MNIST scaled and split in three, as chapter 1 does step by step.

    Parameters
    ----------
    validation_size : int
        How many of the 60,000 training images are held out for validation.
    seed : int
        The same seed gives the same split.

    Returns
    -------
    (x_train, y_train), (x_val, y_val), (x_test, y_test) : tuple of tuples of numpy.ndarray
        Images ``(n, 28, 28, 1)``, float32, from 0.0 (paper) to 1.0 (ink): 55,000, 5,000 and 10,000 of them
        by default. Labels ``(n,)``, uint8, from 0 to 9.

    Raises
    ------
    ValueError
        The validation size does not fit.
    DataFileError
        The file in the package is missing or damaged.

    Examples
    --------
    >>> (x_train, y_train), (x_val, y_val), (x_test, y_test) = load_mnist_splits()
    >>> x_train.shape, x_val.shape, x_test.shape
    ((55000, 28, 28, 1), (5000, 28, 28, 1), (10000, 28, 28, 1))
    """
    check_whole(validation_size=validation_size)
    _check_seed(seed, "seed")
    (images, labels), (x_test, y_test) = load_mnist()
    (x_train, y_train), (x_val, y_val) = split_validation(images, labels, validation_size, seed)
    return (
        (scale_pixels(x_train)[..., None], y_train),
        (scale_pixels(x_val)[..., None], y_val),
        (scale_pixels(x_test)[..., None], y_test),
    )


def make_dataset(images, labels, batch_size: int = 256, shuffle_seed: int | None = None):
    """Feed images and labels to a network in batches.

    Parameters
    ----------
    images : array, shape (n, height, width) or (n, height, width, channels)
    labels : array of integers, shape (n,)
    batch_size : int
        Images a batch. The last batch holds what is left over.
    shuffle_seed : int, optional
        Shuffle anew in each epoch, from this seed. Without it the order stays as it is: right for
        validation and test data.

    Returns
    -------
    tf.data.Dataset
        Batches ``(images, labels)``, prepared while the network is busy with the batch before.

    Raises
    ------
    ValueError
        Shapes do not fit together, or the batch size is less than 1.

    Examples
    --------
    >>> dataset = make_dataset(np.zeros((10, 28, 28), dtype=np.float32), np.arange(10), batch_size=4)
    >>> [len(batch_labels) for _, batch_labels in dataset]
    [4, 4, 2]
    """
    import tensorflow as tf

    images = _check_images(images)
    labels = _check_pairs(images, labels)
    if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
        raise ValueError(f"batch_size must be a whole number of at least 1; got {said(batch_size)}.")
    check_whole(batch_size=batch_size)
    if shuffle_seed is not None:
        check_whole(shuffle_seed=shuffle_seed)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    if shuffle_seed is not None:
        dataset = dataset.shuffle(len(images), seed=shuffle_seed)
    return dataset.batch(int(batch_size)).prefetch(tf.data.AUTOTUNE)
