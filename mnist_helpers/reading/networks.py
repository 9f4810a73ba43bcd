"""The networks that help to read: loaded once, when they are first needed, and asked in batches."""

from functools import cache

import numpy as np

__all__ = ["answers", "network"]

_BATCH = 500


@cache
def network(name: str):
    """Load a shipped network once; TensorFlow takes seconds.

    Parameters
    ----------
    name : str
        As for :func:`mnist_helpers.pretrained.load_pretrained`.

    Returns
    -------
    keras.Model

    Examples
    --------
    >>> network("judge") is network("judge")
    True
    """
    from mnist_helpers.pretrained import load_pretrained

    return load_pretrained(name)


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
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([np.asarray(model(batch), np.float64) for batch in batches])
