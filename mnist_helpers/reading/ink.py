"""What is ink, and what is paper."""

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from mnist_helpers.reading.pictures import shrink

__all__ = ["find_ink"]

_TINY = 32  # pixels of the longer side, up to which a picture may be filled by one digit
_QUIET = 0.03  # a contrast below this share of the brightness is never ink
_NOISE = 5.0  # ink stands out of the paper's noise by this many standard deviations


def _shrunk(grey: np.ndarray, longest: int) -> np.ndarray:
    """Return the picture averaged over squares, so that no side is longer."""
    return shrink(grey, -(-max(grey.shape) // longest))


def _enlarged(small: np.ndarray, shape: tuple) -> np.ndarray:
    if small.shape == shape:
        return small
    step = -(-max(shape) // max(small.shape))
    while -(-shape[0] // step) != small.shape[0] or -(-shape[1] // step) != small.shape[1]:
        step += 1
    for axis, side in enumerate(shape):
        last = small.shape[axis] - 1
        place = np.clip((np.arange(side) + 0.5) / step - 0.5, 0, last)
        before = place.astype(int)
        share = (place - before).astype(small.dtype).reshape((-1, 1) if axis == 0 else (1, -1))
        small = (1 - share) * small.take(before, axis) + share * small.take(np.minimum(before + 1, last), axis)
    return small


def ink_is_dark(grey: np.ndarray) -> bool:
    """Say whether a picture is dark on light.

    Strokes are narrow: they differ from the median of their surroundings, at whatever width suits them. In a picture as
    small as MNIST's a digit may fill everything, and what most of its border shows is paper.

    Parameters
    ----------
    grey : numpy.ndarray of float, shape (height, width)
        Grey levels from 0 (black) to 1 (white).

    Examples
    --------
    >>> grey = np.ones((60, 100))
    >>> grey[10:50, 40:45] = 0
    >>> ink_is_dark(grey), ink_is_dark(1 - grey)
    (True, False)
    """
    if max(grey.shape) <= _TINY:
        border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        return bool(np.mean(border > threshold_otsu(grey)) >= 0.5)
    small = _shrunk(grey, 64)
    skew = 0.0
    for share in (0.25, 0.12, 0.06):
        window = max(3, int(share * min(small.shape)) | 1)
        beyond = small - ndimage.median_filter(small, size=window, mode="nearest")
        strength = (np.abs(beyond) ** 3).sum() + 1e-9
        skew += (beyond**3).sum() / strength * np.cbrt(strength)
    return bool(skew <= 0)


def _paper(grey: np.ndarray, window: int) -> np.ndarray:
    """Say how bright the paper would be at each pixel, had nobody written on it."""
    small = _shrunk(grey, 400)
    window = max(3, round(window * small.shape[0] / grey.shape[0])) | 1
    closed = ndimage.grey_closing(small, size=(window, window), mode="nearest")
    closed = ndimage.gaussian_filter(closed, window / 8, mode="nearest")
    return _enlarged(closed, grey.shape)


def _contrast(grey: np.ndarray, window: int) -> np.ndarray:
    paper = _paper(grey, window)
    contrast = (paper - grey) / np.maximum(paper, 0.1)
    return contrast - np.median(contrast)


def _threshold(contrast: np.ndarray, window: int) -> np.ndarray:
    """Return the contrast half-way up the edges around each pixel."""
    edges = np.hypot(ndimage.sobel(contrast, 0), ndimage.sobel(contrast, 1))
    edges = np.clip(edges - 4 * np.median(edges), 0, None) + 1e-6
    common = (edges * contrast).sum() / edges.sum()
    near = [
        ndimage.gaussian_filter(_shrunk(part, 200), window * 0.5 / -(-max(contrast.shape) // 200))
        for part in (edges, edges * contrast)
    ]
    prior = near[0].mean()
    local = (near[1] + prior * common) / (near[0] + prior)
    return _enlarged(local, contrast.shape)


def run_lengths(mask: np.ndarray, axis: int) -> np.ndarray:
    """Return for each pixel of a mask how long the run is in which it stands, along an axis.

    Examples
    --------
    >>> run_lengths(np.array([[True, True, False, True]]), axis=1)
    array([[2, 2, 0, 1]])
    """
    structure = np.zeros((3, 3), bool)
    structure[:, 1] = True
    labels, number = ndimage.label(mask, structure if axis == 0 else structure.T)
    sizes = np.bincount(labels.ravel(), minlength=number + 1)
    sizes[0] = 0
    return sizes[labels]


def stroke_width(mask: np.ndarray) -> float:
    """Return the width of the strokes, in pixels: the median of the shorter run through each pixel.

    Examples
    --------
    >>> mask = np.zeros((20, 20), bool)
    >>> mask[2:18, 5:8] = True
    >>> stroke_width(mask)
    3.0
    """
    if not mask.any():
        return 0.0
    width = np.minimum(run_lengths(mask, 0), run_lengths(mask, 1))
    return float(np.median(width[mask]))


def find_ink(grey: np.ndarray) -> np.ndarray:
    """Find the ink on bright paper, whatever the light.

    Parameters
    ----------
    grey : numpy.ndarray of float, shape (height, width)
        Grey levels from 0 (black) to 1 (white); the writing is dark (see :func:`ink_is_dark`).

    Returns
    -------
    numpy.ndarray of float32, shape (height, width)
        From 0 (paper) to 1 (ink); the edges of strokes are at 0.5.

    Examples
    --------
    >>> grey = np.linspace(0.4, 1, 100) * np.ones((60, 1))  # light falls from the right
    >>> grey[10:50, 20:25] *= 0.3
    >>> ink = find_ink(grey)
    >>> bool(ink[15:45, 21:24].min() > 0.9), bool(ink[:, 30:].max() < 0.1)
    (True, True)
    """
    grey = ndimage.gaussian_filter(grey, 0.7)
    window = max(3, min(grey.shape) // 2)
    for _ in range(2):
        contrast = _contrast(grey, window)
        noise = 1.4826 * np.median(np.abs(contrast))
        threshold = np.maximum(_threshold(contrast, window), max(_QUIET, _NOISE * noise))
        ink = np.clip(contrast / (2 * threshold), 0, 1).astype(np.float32)
        narrower = max(15, round(10 * stroke_width(ink >= 0.5)))
        if narrower >= window:
            break
        window = narrower
    return ink
