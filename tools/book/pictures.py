"""Pictures of a notebook, stored with at most 256 colours where the eye cannot tell them from all."""

import base64
import io

import numpy as np
from PIL import Image

COLOURS = 256
VISIBLE = 8  # grey levels of 255: what one pixel in a thousand may differ by
METHODS = (Image.Quantize.MEDIANCUT, Image.Quantize.MAXCOVERAGE)


def lighter_png(stored: str) -> str:
    """Return a PNG file with few colours, or as it came where the loss could be seen or nothing is gained.

    Parameters
    ----------
    stored : str
        The file in base64, as a notebook holds it.

    Examples
    --------
    >>> buffer = io.BytesIO()
    >>> Image.new("RGB", (64, 64), "white").save(buffer, "PNG", compress_level=0)
    >>> len(base64.b64decode(lighter_png(base64.b64encode(buffer.getvalue()).decode()))) < 200
    True
    """
    with Image.open(io.BytesIO(base64.b64decode(stored))) as picture:
        if picture.mode == "P" or picture.convert("RGBA").getchannel("A").getextrema() != (255, 255):
            return stored
        dpi, full = picture.info.get("dpi"), picture.convert("RGB")
    difference, few = min(
        ((_difference(few, full), few) for few in (full.quantize(COLOURS, method, 3, dither=0) for method in METHODS)),
        key=lambda pair: pair[0],
    )
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True, **({"dpi": dpi} if dpi else {}))
    lighter = base64.b64encode(buffer.getvalue()).decode()
    return lighter if difference <= VISIBLE and len(lighter) < len(stored) else stored


def _difference(few: Image.Image, full: Image.Image) -> float:
    return float(np.quantile(np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(full, int)), 0.999))
