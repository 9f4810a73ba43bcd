"""From a digit's ink to a picture as MNIST's makers made them."""

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

from mnist_helpers._checks import as_numbers

__all__ = ["normalise_digit", "restore_pen"]

SIDE = 28
BOX = 20
PENS = (0.1, 0.2)


def _check_ink(ink) -> np.ndarray:
    ink = as_numbers(ink, "ink")
    if ink.ndim == 3 and ink.shape[2] == 1:
        ink = ink[:, :, 0]
    if ink.ndim != 2 or ink.size == 0:
        raise ValueError(
            f"ink must have shape (height, width); got {ink.shape}. Several digits are normalised one by one."
        )
    ink = ink.astype(np.float64)
    if not (np.isfinite(ink).all() and ink.min() >= 0 and ink.max() <= 1):
        raise ValueError(
            f"ink must lie between 0 (paper) and 1 (ink); got values from {ink.min()} to {ink.max()}. "
            "Divide pixels from 0 to 255 by 255; subtract from 1 where the paper is bright."
        )
    if not ink.any():
        raise ValueError("there is no ink in this picture: every value is 0.")
    return ink


def _overlaps(length: int, scale: float, offset: float) -> np.ndarray:
    """Say how much each source pixel, `scale` wide, the first at `offset`, covers of each of the SIDE target pixels."""
    target = np.arange(SIDE)[:, None]
    start = np.arange(length) * scale + offset
    return np.clip(np.minimum(target + 1, start + scale) - np.maximum(target, start), 0, None)


def normalise_digit(ink) -> np.ndarray:
    """Make of a digit's ink a picture like MNIST's.

    The inked box is scaled until its longer side has 20 pixels, and laid on 28 x 28 pixels so that the centre of mass
    is in the middle. A pixel of the result is the mean ink of the area it covers.

    Parameters
    ----------
    ink : array, shape (height, width)
        One digit, from 0 (paper) to 1 (ink).

    Returns
    -------
    numpy.ndarray
        float32, shape (28, 28), from 0.0 to 1.0.

    Raises
    ------
    ValueError
        Another shape, values outside 0 to 1, or no ink at all.

    Notes
    -----
    The recipe is that of Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998, https://doi.org/10.1109/5.726791, section III.A. The digit pad
    of this book computes the same in the page. What lies more than 14 pixels from the centre of mass is cut off.

    Examples
    --------
    >>> ink = np.zeros((60, 40))
    >>> ink[10:50, 18:22] = 1
    >>> picture = normalise_digit(ink)
    >>> picture.shape, picture.dtype
    ((28, 28), dtype('float32'))
    >>> rows, columns = np.nonzero(picture)
    >>> (int(rows.min()), int(rows.max())), (int(columns.min()), int(columns.max()))
    ((4, 23), (13, 14))
    """
    ink = _check_ink(ink)
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    scale = BOX / max(rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0])
    middles = [np.average(np.arange(ink.shape[axis]) + 0.5, weights=ink.sum(axis=1 - axis)) for axis in (0, 1)]
    down, across = (_overlaps(ink.shape[axis], scale, SIDE / 2 - scale * middles[axis]) for axis in (0, 1))
    return np.clip(down @ ink @ across.T, 0, 1).astype(np.float32)


def pen_width(ink) -> float:
    """Return the width of the strokes as a share of the longer side: the area of the ink per length of its skeleton.

    Examples
    --------
    >>> ink = np.zeros((60, 40))
    >>> ink[10:50, 18:22] = 1
    >>> round(pen_width(ink), 2)
    0.07
    """
    stroke = _check_ink(ink) >= 0.5
    length = skeletonize(stroke).sum()
    return float(stroke.sum() / length / max(stroke.shape)) if length else 0.0


def restore_pen(ink) -> np.ndarray:
    """Give strokes that are much thinner or thicker than those of MNIST's digits the width that they have there.

    Parameters
    ----------
    ink : array, shape (height, width)
        One digit, from 0 (paper) to 1 (ink).

    Returns
    -------
    numpy.ndarray of float64
        The ink itself if its strokes are from 0.1 to 0.2 of its longer side wide, and else redrawn, with a margin.

    Raises
    ------
    ValueError
        As for :func:`normalise_digit`.

    Examples
    --------
    >>> ink = np.zeros((100, 60))
    >>> ink[10:90, 30:33] = 1
    >>> round(pen_width(ink), 2), round(pen_width(restore_pen(ink)[20:-20, 20:-20]), 1)
    (0.03, 0.1)
    """
    ink = _check_ink(ink)
    width = pen_width(ink)
    low, high = PENS
    if low <= width <= high or width == 0:
        return ink
    stroke = np.pad(ink >= 0.5, round(0.2 * max(ink.shape)) + 1)
    change = (min(max(width, low), high) - width) * max(ink.shape) / 2
    depth = ndimage.distance_transform_edt(stroke) - ndimage.distance_transform_edt(~stroke) + change
    if change < 0:
        depth = np.maximum(depth, low * max(ink.shape) / 2 - ndimage.distance_transform_edt(~skeletonize(stroke)))
    return np.clip(depth + 0.5, 0, 1)
