"""A picture handed over through a button: of ipywidgets 7 or 8, good or bad."""

import datetime
import io

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from mnist_helpers import upload, widgets


def png(grey: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((40, 60), grey, np.uint8)).save(buffer, format="png")
    return buffer.getvalue()


def as_8(name: str, content: bytes) -> dict:
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return {
        "name": name,
        "type": "image/png",
        "size": len(content),
        "content": memoryview(content),
        "last_modified": now,
    }


@pytest.fixture
def drawn():
    """Return the pictures that were drawn, and the function that draws them."""
    pictures = []

    def draw(picture):
        pictures.append(np.asarray(picture))
        return plt.figure(figsize=(1, 1))

    return pictures, draw


def test_content_of_either_version():
    files = {"a.png": b"first", "b.png": b"second"}
    assert upload.newest_file(tuple(as_8(*file) for file in files.items())) == b"second"
    assert (
        upload.newest_file({name: {"metadata": {}, "content": content} for name, content in files.items()}) == b"second"
    )
    assert upload.newest_file(()) is upload.newest_file({}) is None


def test_a_picture_is_drawn_as_soon_as_it_is_handed_over(drawn):
    pictures, draw = drawn
    button, message, image = upload.figure_from_picture(draw, np.zeros((5, 5))).children
    assert (button.description, button.accept, button.multiple) == ("Your picture", "image/*", False)
    assert (image.format, image.layout.max_width, message.value) == ("png", "100%", "")
    before = image.value
    assert len(pictures) == 1
    button.value = (as_8("code.png", png(200)),)
    assert pictures[1].shape[:2] == (40, 60)
    assert pictures[1].max() == pictures[1].min() > 0
    assert message.value == ""
    assert bytes(image.value).startswith(b"\x89PNG")
    assert isinstance(button, ipywidgets.FileUpload)
    assert bytes(before).startswith(b"\x89PNG")


def test_what_is_no_picture_gets_a_message_and_changes_nothing(drawn):
    pictures, draw = drawn
    button, message, _ = upload.figure_from_picture(draw, np.zeros((5, 5))).children
    button.value = (as_8("letter.png", b"Dear reader, <b>this is text</b>"),)
    assert len(pictures) == 1
    assert message.value.startswith("This file cannot be read: ")
    assert "<b>" not in message.value
    button.value = (as_8("code.png", png(90)),)
    assert len(pictures) == 2
    assert message.value == ""


def test_the_page_gets_the_example(drawn, monkeypatch):
    shown = []
    monkeypatch.setattr(widgets, "get_ipython", lambda: "a notebook")
    monkeypatch.setattr(widgets, "display", lambda what, raw=False: shown.append(what))
    box = upload.figure_from_picture(drawn[1], np.zeros((5, 5)))
    [bundle] = shown
    assert bundle["image/png"] == box.children[-1].value
    assert bundle[widgets.WIDGET_VIEW]["model_id"] == box.model_id


def test_drawing_must_give_a_figure():
    with pytest.raises(TypeError, match="must return a matplotlib Figure; got int"):
        upload.figure_from_picture(lambda picture: 3, np.zeros((5, 5)))
