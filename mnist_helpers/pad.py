"""The digit pad of the landing page as a widget: what the reader draws becomes an array."""

from functools import cache
from pathlib import Path

import numpy as np
import traitlets

from mnist_helpers import plots
from mnist_helpers._checks import as_numbers
from mnist_helpers.widgets import in_colab, png_of

_FOLDER = Path(__file__).parent / "digit_pad"
_SIDE = 28


@cache
def _widget_class():
    """Return the class of the widget, or None where anywidget is not installed."""
    try:
        import anywidget
    except ModuleNotFoundError:
        return None

    class PadWidget(anywidget.AnyWidget):
        _esm = "\n".join(
            (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
            for name in ("digit_pad_model", "digit_pad", "digit_pad_widget")
        )
        _css = (_FOLDER / "digit_pad.css").read_text(encoding="utf-8")
        picture = traitlets.Instance(np.ndarray, allow_none=True).tag(
            sync=True,
            to_json=lambda picture, widget: None if picture is None else picture.astype("<f4").tobytes(),
            from_json=lambda sent, widget: None if sent is None else np.frombuffer(sent, "<f4").reshape(_SIDE, _SIDE),
        )

    return PadWidget


def _checked(image) -> np.ndarray:
    array = as_numbers(image, "image")
    if array.shape == (_SIDE, _SIDE, 1):
        array = array[..., 0]
    if array.shape != (_SIDE, _SIDE):
        raise ValueError(f"image must be one picture of shape (28, 28) or (28, 28, 1); got {array.shape}.")
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
        raise ValueError(
            f"pixels must be from 0 (paper) to 1 (ink); got {array.min():g} to {array.max():g}. "
            "Pixels from 0 to 255 become so with pipeline.scale_pixels."
        )
    return array.astype("float32")


class DigitPad:
    """A pad to draw a digit on, in a notebook. Put it on the last line of a cell to see it.

    The small network of the book's landing page answers while you draw. What it gets, you get too: ``pad.image`` is
    an array that a model of your own can read. On a page without a kernel, and where anywidget is not installed, the
    pad is a still picture of the image that it began with.

    Parameters
    ----------
    image : array, shape (28, 28) or (28, 28, 1), optional
        What is on the pad at first: numbers from 0 (paper) to 1 (ink). Without it the pad is empty.

    Raises
    ------
    ValueError
        The image has another shape, or pixels that are not numbers from 0 to 1.

    Examples
    --------
    >>> from mnist_helpers import pipeline
    >>> _, (x_val, y_val), _ = pipeline.load_mnist_splits()
    >>> pad = DigitPad(x_val[0])
    >>> pad.image.shape, pad.image.dtype
    ((28, 28), dtype('float32'))
    """

    def __init__(self, image=None):
        self._still = None if image is None else _checked(image)
        widget_class = _widget_class()
        self._widget = widget_class and widget_class(picture=self._still)

    @property
    def image(self) -> np.ndarray:
        """What is on the pad now: float32, shape (28, 28), from 0.0 (paper) to 1.0 (ink).

        Raises
        ------
        ValueError
            The pad is empty.
        """
        picture = self._still if self._widget is None else self._widget.picture
        if picture is None:
            raise ValueError(
                "the pad is empty. Draw a digit on it, or take a ready-made one; then run this cell again."
            )
        return picture.copy()

    def __repr__(self):
        """Say what it is, and how to get the live one where it is not."""
        if self._widget is None:
            return "A digit pad, as a still picture. For a live one: %pip install anywidget, restart, and run again."
        return "A digit pad. What you draw on it is its .image."

    def _repr_mimebundle_(self, **kwargs):
        """Show the widget, or the picture where no kernel answers."""
        live = {} if self._widget is None else self._widget._repr_mimebundle_(**kwargs)
        if live and in_colab():  # it would show the picture of a bundle
            return live
        data, metadata = live if isinstance(live, tuple) else (live, {})
        picture = np.zeros((_SIDE, _SIDE)) if self._still is None else self._still
        still = png_of(plots.image_grid(picture[None], columns=1, width=2.4, limits=(0, 1)))
        return {**data, "text/plain": repr(self), "image/png": still}, metadata
