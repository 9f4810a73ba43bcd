"""Figures that sliders redraw, with a still twin for pages where no kernel answers."""

import importlib.util
import io

import ipywidgets
import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.display import display

from mnist_helpers._checks import said

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def png_of(figure) -> bytes:
    r"""Turn a figure into the bytes of a PNG file, and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    bytes

    Examples
    --------
    >>> png_of(plt.figure())[:4]
    b'\x89PNG'
    """
    if not isinstance(figure, plt.Figure):
        raise TypeError(f"figure must be a matplotlib Figure; got {said(figure)}.")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()


def in_colab() -> bool:
    """Tell whether this runs in Colab, which shows the still picture of a bundle and not the widget.

    Returns
    -------
    bool

    Examples
    --------
    >>> in_colab()
    False
    """
    try:
        return importlib.util.find_spec("google.colab") is not None
    except ModuleNotFoundError:  # no package google at all
        return False


def show_bundle(box, still: bytes, text: str) -> None:
    """Display a widget together with what stands for it where no kernel answers.

    Parameters
    ----------
    box : ipywidgets widget
        What Jupyter shows, and Colab.
    still : bytes
        A PNG file: what the HTML page shows.
    text : str
        What is printed outside a notebook.

    Examples
    --------
    >>> show_bundle(ipywidgets.VBox(), png_of(plt.figure()), "An empty box")
    An empty box
    """
    if get_ipython() is None:
        print(text)
    elif in_colab():
        display(box)
    else:
        bundle = {
            "text/plain": text,
            "image/png": still,
            WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": box.model_id},
        }
        display(bundle, raw=True)


def figure_with_sliders(draw, **sliders):
    """Show a figure that is drawn again whenever a slider moves.

    What is displayed is one bundle: the sliders with the figure for Jupyter, the figure at the sliders' first
    values as a still picture for the HTML page, and a line of text. In Colab the sliders are displayed alone,
    and outside a notebook the line of text.

    Parameters
    ----------
    draw : function
        Takes the values of the sliders by name, draws, and returns a new ``matplotlib.figure.Figure``.
    **sliders : ipywidgets widgets
        One for each argument of ``draw``, under its name. Their ``description`` is what the reader sees.

    Returns
    -------
    ipywidgets.VBox
        The sliders, then the picture.

    Raises
    ------
    ValueError
        There is no slider, or a slider has no value.
    TypeError
        ``draw`` returned something other than a figure.

    Examples
    --------
    >>> def draw(slope):
    ...     figure, axes = plt.subplots()
    ...     axes.axline((0, 0), slope=slope)
    ...     return figure
    >>> slider = ipywidgets.FloatSlider(description="slope", value=1)
    >>> box = figure_with_sliders(draw, slope=slider)
    A figure with sliders: slope
    >>> before = box.children[-1].value
    >>> slider.value = 2
    >>> box.children[-1].value == before
    False
    """
    if not sliders:
        raise ValueError("figure_with_sliders needs at least one slider, such as slope=ipywidgets.FloatSlider().")
    if not callable(draw):
        raise TypeError(f"draw must be a function that returns a matplotlib Figure; got {said(draw)}.")
    for name, slider in sliders.items():
        if not hasattr(slider, "value"):
            raise ValueError(f"{name} must be a widget with a value, such as FloatSlider; got {type(slider).__name__}.")

    def picture() -> bytes:
        figure = draw(**{name: slider.value for name, slider in sliders.items()})
        if not isinstance(figure, plt.Figure):
            raise TypeError(f"draw must return a matplotlib Figure; got {type(figure).__name__}.")
        return png_of(figure)

    still = picture()
    image = ipywidgets.Image(value=still, format="png", layout=ipywidgets.Layout(max_width="100%"))

    def redraw(change) -> None:
        image.value = picture()

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    box = ipywidgets.VBox([*sliders.values(), image])
    show_bundle(box, still, f"A figure with sliders: {', '.join(sliders)}")
    return box
