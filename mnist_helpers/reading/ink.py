"""What is ink, and what is paper."""

import numpy as np
from scipy import ndimage

from mnist_helpers.reading.pictures import to_grey

__all__ = ["find_ink", "to_grey"]

_QUIET = 0.03  # a contrast below this share of the brightness is never ink
_NOISE = 5.0  # ink stands out of the paper's noise by this many standard deviations


def _shrunk(grey: np.ndarray, longest: int) -> np.ndarray:
    """Return the picture averaged over squares, so that no side is longer."""
    step = -(-max(grey.shape) // longest)
    if step == 1:
        return grey
    rows, columns = (-(-side // step) * step for side in grey.shape)
    padded = np.pad(grey, [(0, rows - grey.shape[0]), (0, columns - grey.shape[1])], mode="edge")
    return padded.reshape(rows // step, step, columns // step, step).mean(axis=(1, 3))


def _enlarged(small: np.ndarray, shape: tuple) -> np.ndarray:
    if small.shape == shape:
        return small
    step = -(-max(shape) // max(small.shape))
    while -(-shape[0] // step) != small.shape[0] or -(-shape[1] // step) != small.shape[1]:
        step += 1
    rows, columns = ((np.arange(side) + 0.5) / step - 0.5 for side in shape)
    grid = np.meshgrid(rows, columns, indexing="ij")
    return ndimage.map_coordinates(small, grid, order=1, mode="nearest")


def ink_is_dark(grey: np.ndarray) -> bool:
    small = _shrunk(grey, 128)
    window = max(3, min(small.shape) // 3 | 1)
    middle = ndimage.median_filter(small, size=window, mode="nearest")
    return bool(((small - middle) ** 3).sum() <= 0)


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
    """Return for each pixel of a mask how long the run is in which it stands, along an axis."""
    structure = np.zeros((3, 3), bool)
    structure[:, 1] = True
    labels, number = ndimage.label(mask, structure if axis == 0 else structure.T)
    sizes = np.bincount(labels.ravel(), minlength=number + 1)
    sizes[0] = 0
    return sizes[labels]


def stroke_width(mask: np.ndarray) -> float:
    """Return the width of the strokes, in pixels: the median of the shorter run through each pixel."""
    if not mask.any():
        return 0.0
    width = np.minimum(run_lengths(mask, 0), run_lengths(mask, 1))
    return float(np.median(width[mask]))


def find_ink(grey: np.ndarray) -> np.ndarray:
    if not ink_is_dark(grey):
        grey = 1 - grey
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
