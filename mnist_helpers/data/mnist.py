"""The MNIST handwritten digits, shipped inside the package."""

from pathlib import Path

import numpy as np

from mnist_helpers.data._files import verify

MNIST_FILE = Path(__file__).with_name("mnist.npz")
MNIST_DIGEST = "sha256:06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
_CURE = (
    "Install the helpers again: in a clone of the book, `git checkout -- mnist_helpers/data/mnist.npz`; "
    "otherwise `pip install --force-reinstall --no-deps` with the book's address."
)


def load_mnist():
    """Load all 70,000 MNIST digits. Nothing is downloaded.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuple of tuples of numpy.ndarray
        Images ``(60000, 28, 28)`` and ``(10000, 28, 28)``, uint8, from 0 (paper) to 255 (ink), in rows
        from top to bottom; labels ``(60000,)`` and ``(10000,)``, uint8, from 0 to 9. The layout and order
        of ``keras.datasets.mnist.load_data()``. The arrays are fresh at each call: yours to change.

    Raises
    ------
    DataFileError
        The file in the package is missing or damaged; the message names it and the cure.

    Notes
    -----
    Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998.
    Licence: CC BY-SA 3.0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_mnist()
    >>> x_train.shape, x_train.dtype, y_train[:5].tolist()
    ((60000, 28, 28), dtype('uint8'), [5, 0, 4, 1, 9])
    """
    verify(MNIST_FILE, (MNIST_DIGEST,), _CURE)
    with np.load(MNIST_FILE, allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])
