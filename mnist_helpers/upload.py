"""A button for a picture of the reader's own, with a still twin for pages where no kernel answers."""

import html
import io

import ipywidgets
import matplotlib.pyplot as plt

from mnist_helpers._checks import said
from mnist_helpers.widgets import png_of, show_bundle


def newest_file(value) -> bytes | None:
    """Return the content of the file that was handed over last to a ``FileUpload``.

    Parameters
    ----------
    value : tuple or dict
        ``FileUpload.value``. In ipywidgets 8 it is a tuple of dicts, one a file, with the content under
        ``"content"``; in ipywidgets 7, which Colab has, it is a dict from file names to such dicts.

    Returns
    -------
    bytes or None
        None if no file has been handed over yet.

    Examples
    --------
    >>> newest_file(({"name": "code.png", "content": memoryview(b"of 8")},))
    b'of 8'
    >>> newest_file({"code.png": {"metadata": {}, "content": b"of 7"}})
    b'of 7'
    """
    if not isinstance(value, (tuple, dict)):
        raise TypeError(f"value must be FileUpload.value, a tuple or a dict; got {said(value)}.")
    files = list(value.values() if isinstance(value, dict) else value)
    if not all(isinstance(file, dict) and isinstance(file.get("content"), (bytes, memoryview)) for file in files):
        raise TypeError(f"each file must be a dict with bytes under 'content'; got {said(files)}.")
    return bytes(files[-1]["content"]) if files else None


def figure_from_picture(draw, example):
    """Show a figure of an example, and a button: the figure is drawn again for each picture that is handed over.

    What is displayed is one bundle: button and figure for Jupyter and Colab, the figure of the example as a still
    picture for the HTML page, and a line of text outside a notebook. The picture goes to the kernel that runs the
    notebook, and is kept in its memory only.

    Parameters
    ----------
    draw : function
        Takes a picture, an array as :func:`~mnist_helpers.reading.read_image` returns it, and returns a new
        ``matplotlib.figure.Figure``.
    example : array
        The picture that is drawn at first.

    Returns
    -------
    ipywidgets.VBox
        The button, a line for messages, and the figure.

    Raises
    ------
    TypeError
        ``draw`` returned something other than a figure.

    Examples
    --------
    >>> import numpy as np
    >>> box = figure_from_picture(lambda picture: plt.figure(), np.zeros((8, 8)))
    A figure of a picture that you hand over
    """
    from mnist_helpers.reading import read_image

    if not callable(draw):
        raise TypeError(f"draw must be a function that returns a matplotlib Figure; got {said(draw)}.")

    def picture(array) -> bytes:
        figure = draw(array)
        if not isinstance(figure, plt.Figure):
            raise TypeError(f"draw must return a matplotlib Figure; got {type(figure).__name__}.")
        return png_of(figure)

    still = picture(example)
    button = ipywidgets.FileUpload(accept="image/*", multiple=False, description="Your picture")
    message = ipywidgets.HTML(value="")
    image = ipywidgets.Image(value=still, format="png", layout=ipywidgets.Layout(max_width="100%"))

    def redraw(change) -> None:
        content = newest_file(change["new"])
        if content is None:
            return
        try:
            image.value = picture(read_image(io.BytesIO(content)))
        except ValueError as error:
            message.value = f"This file cannot be read: {html.escape(str(error))}"
        else:
            message.value = ""

    button.observe(redraw, names="value")
    box = ipywidgets.VBox([button, message, image])
    show_bundle(box, still, "A figure of a picture that you hand over")
    return box
