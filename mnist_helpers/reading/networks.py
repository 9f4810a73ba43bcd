"""The networks that help to read: loaded once, when they are first needed, and asked in batches."""

from functools import cache
from pathlib import Path

import numpy as np

__all__ = ["FOLDER", "answers", "network"]

FOLDER = Path(__file__).parent  # where tools/train_judge.py writes weights and cards
_VALUES = 1_000_000  # of the images that a network is given at once


@cache
def network(name: str, folder: Path | None = None):
    """Load a network once, and compile it: answers for a few images then take half the time.

    Parameters
    ----------
    name : str
        As for :func:`mnist_helpers.pretrained.load_pretrained`.
    folder : Path, optional
        Where it lies, if not beside those.

    Returns
    -------
    callable
        From images, float32, of the network's shape, to a tensor of its answers.

    Examples
    --------
    >>> network("judge", FOLDER) is network("judge", FOLDER)
    True
    """
    import tensorflow as tf

    from mnist_helpers.pretrained import load_pretrained

    model = load_pretrained(name, folder)
    images = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
    return tf.function(lambda batch: model(batch, training=False), input_signature=[images])


def answers(model, images: np.ndarray) -> np.ndarray:
    """Return what a network answers, in double precision; many images are given batch by batch.

    Parameters
    ----------
    model : callable
        From images, float32, shape ``(n, ...)``, to an array whose first side is ``n``.
    images : numpy.ndarray
        At least one image.

    Returns
    -------
    numpy.ndarray of float64

    Examples
    --------
    >>> answers(lambda images: images.sum(axis=1), np.ones((1200, 3), np.float32)).shape
    (1200,)
    """
    size = max(1, _VALUES // images[0].size)
    batches = [images[start : start + size] for start in range(0, len(images), size)]
    return np.concatenate([np.atleast_1d(np.asarray(model(batch), np.float64)) for batch in batches])
