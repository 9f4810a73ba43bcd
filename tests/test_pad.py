"""The digit pad in a notebook, Python's half: an array comes out, and a still picture where it cannot live."""

import sys

import numpy as np
import pytest

from mnist_helpers import pad as pad_module
from mnist_helpers.pad import DigitPad
from mnist_helpers.widgets import WIDGET_VIEW

DIGIT = np.random.default_rng(0).uniform(size=(28, 28)).astype("float32")


@pytest.fixture
def without_anywidget(monkeypatch):
    """Do as if anywidget were not installed."""
    monkeypatch.setitem(sys.modules, "anywidget", None)
    pad_module._widget_class.cache_clear()
    yield
    pad_module._widget_class.cache_clear()


@pytest.fixture
def in_colab(monkeypatch):
    monkeypatch.setattr(pad_module, "in_colab", lambda: True)


def shown(pad) -> dict:
    """Return what a notebook is given to show, as IPython asks for it."""
    bundle = pad._repr_mimebundle_(include=None, exclude=None)
    return bundle[0] if isinstance(bundle, tuple) else bundle


def draw(pad, picture) -> None:
    """Do what the browser does after a stroke: send the picture's bytes."""
    sent = None if picture is None else memoryview(picture.astype("<f4").tobytes())
    pad._widget.set_state({"picture": sent})


@pytest.mark.parametrize("image", [DIGIT, DIGIT[..., None], DIGIT.astype("float64"), DIGIT.tolist(), DIGIT > 0.5])
def test_it_begins_with_the_image_that_it_is_given(image):
    pad = DigitPad(image)
    assert pad.image.dtype == np.float32
    np.testing.assert_array_equal(pad.image, np.asarray(image, "float32").reshape(28, 28))


def test_a_drawing_becomes_an_array():
    pad = DigitPad()
    draw(pad, DIGIT)
    np.testing.assert_array_equal(pad.image, DIGIT)
    pad.image[:] = 0  # a copy: the reader may do with it what she likes
    np.testing.assert_array_equal(pad.image, DIGIT)


def test_an_empty_pad_says_what_to_do():
    pad = DigitPad()
    with pytest.raises(ValueError, match=r"the pad is empty\. Draw a digit on it"):
        _ = pad.image
    draw(pad, DIGIT)
    draw(pad, None)
    with pytest.raises(ValueError, match="the pad is empty"):
        _ = pad.image


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (np.zeros((1, 28, 28)), r"shape \(28, 28\) or \(28, 28, 1\); got \(1, 28, 28\)"),
        (np.zeros((20, 20)), r"got \(20, 20\)"),
        (np.zeros(0), r"got \(0,\)"),
        ("digit.png", "must be an array of numbers; got 'digit.png'"),
        (DIGIT * 255, "from 0 .paper. to 1 .ink.; got .* to 25.*pipeline.scale_pixels"),
        (DIGIT - 1, "got -"),
        (np.full((28, 28), np.nan), "got nan"),
        (np.full((28, 28), "ink"), "must be an array of numbers; got dtype <U3"),
    ],
)
def test_what_is_no_image_is_refused(image, why):
    with pytest.raises(ValueError, match=why):
        DigitPad(image)


def test_a_notebook_gets_the_widget_and_the_still_picture():
    bundle = shown(DigitPad(DIGIT))
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle["text/plain"] == "A digit pad. What you draw on it is its .image."
    assert bundle[WIDGET_VIEW]["model_id"]


def test_colab_gets_the_widget_alone(in_colab):
    bundle = shown(DigitPad(DIGIT))
    assert WIDGET_VIEW in bundle
    assert "image/png" not in bundle


@pytest.mark.parametrize("image", [None, DIGIT])
@pytest.mark.usefixtures("without_anywidget")
def test_without_anywidget_it_is_a_still_picture(image):
    bundle = shown(DigitPad(image))
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "pip install anywidget" in bundle["text/plain"]
    assert WIDGET_VIEW not in bundle


@pytest.mark.usefixtures("without_anywidget", "in_colab")
def test_without_anywidget_colab_shows_the_picture_too():
    pad = DigitPad(DIGIT)
    assert "image/png" in shown(pad)
    np.testing.assert_array_equal(pad.image, DIGIT)


def test_the_widget_asks_no_other_host():
    widget = DigitPad()._widget
    assert "http://" not in widget._esm + widget._css
    assert "https://" not in widget._esm + widget._css
    assert "import " not in widget._esm
