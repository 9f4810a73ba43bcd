"""A sheet of paper on a dark desk: what lies around it is no ink."""

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from mnist_helpers.reading.pictures import shrink

__all__ = ["extend_sheet"]

_TINY = 32  # pixels of the longer side, up to which one bright digit may fill the picture
_DARK_BORDER = 0.4  # of the border shows the desk
_LEAST_SHEET = 0.3  # of the picture is sheet
_MOST_INK = 0.25  # of the sheet is ink: more dark in the bright means a bright digit's loop
_EDGE = 0.01  # of the longer side: so far the sheet's edge may be blurred
_NO_INK = 0.8  # share up to which ink may lie beside the edge of a shadow
_DARKER = 0.7  # is the desk, times the sheet right beside it; a shadow fades slowly


def extend_sheet(grey: np.ndarray) -> np.ndarray:
    """Continue a bright sheet over what is dark around it, to the picture's border.

    Parameters
    ----------
    grey : numpy.ndarray of float, shape (height, width)
        Grey levels from 0 (black) to 1 (white).

    Returns
    -------
    numpy.ndarray, shape (height, width)
        The picture itself if it shows no bright sheet with darkness around it.

    Examples
    --------
    >>> grey = np.full((100, 160), 0.1)
    >>> grey[20:80, 30:130] = 0.9
    >>> grey[40:60, 70:73] = 0.2
    >>> round(float(extend_sheet(grey).mean()), 2)
    0.9
    >>> chalk = np.full((100, 160), 0.1)
    >>> chalk[20:80, 70:80] = 0.9
    >>> extend_sheet(chalk) is chalk
    True
    """
    if max(grey.shape) <= _TINY or np.ptp(grey) == 0:
        return grey
    threshold = threshold_otsu(shrink(grey, -(-max(grey.shape) // 200)))
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if np.mean(border < threshold) < _DARK_BORDER:
        return grey
    labels, _ = ndimage.label(ndimage.binary_opening(grey >= threshold, iterations=2))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    largest = labels == sizes.argmax()
    sheet = ndimage.binary_fill_holes(largest)
    if sheet.mean() < _LEAST_SHEET or (sheet & ~largest).sum() > _MOST_INK * sheet.sum():
        return grey
    edge = 2 + round(_EDGE * max(grey.shape))
    inner, outer = ndimage.binary_erosion(sheet, iterations=edge), ~ndimage.binary_dilation(sheet, iterations=edge)
    within = inner & ndimage.binary_dilation(outer, iterations=3 * edge)
    beside = outer & ndimage.binary_dilation(inner, iterations=3 * edge)
    if not within.any() or not beside.any():
        return grey
    if np.quantile(grey[beside], _NO_INK) > _DARKER * np.median(grey[within]):
        return grey
    nearest = ndimage.distance_transform_edt(~inner, return_distances=False, return_indices=True)
    return grey[tuple(nearest)]
