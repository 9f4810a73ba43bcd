"""A figure with sliders: redrawn when a slider moves, and still where nothing moves."""

import io

import ipywidgets
import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from mnist_helpers import widgets


def draw(level, dark=False):
    """Fill a figure with one grey."""
    figure, axes = plt.subplots(figsize=(1, 1), layout="none")
    axes.set_position((0, 0, 1, 1))
    axes.imshow([[0.0 if dark else level]], cmap="gray", vmin=0, vmax=1)
    axes.set_axis_off()
    return figure


def grey_of(png: bytes) -> float:
    """Return the grey in the middle of a PNG picture."""
    picture = matplotlib.image.imread(io.BytesIO(png), format="png")
    return float(picture[picture.shape[0] // 2, picture.shape[1] // 2, 0])


@pytest.fixture
def shown(monkeypatch):
    """Return the list of what is displayed: (object, whether it is a ready bundle)."""
    displayed = []
    monkeypatch.setattr(widgets, "get_ipython", lambda: "a notebook")
    monkeypatch.setattr(widgets, "display", lambda what, raw=False: displayed.append((what, raw)))
    return displayed


@pytest.fixture
def slider():
    return ipywidgets.FloatSlider(value=0.25, min=0, max=1, step=0.01)


def test_the_picture_follows_the_slider(shown, slider):
    image = widgets.figure_with_sliders(draw, level=slider).children[-1]
    assert grey_of(image.value) == pytest.approx(0.25, abs=0.01)
    slider.value = 0.75
    assert grey_of(image.value) == pytest.approx(0.75, abs=0.01)


def test_each_slider_reaches_its_own_argument(shown, slider):
    tick = ipywidgets.Checkbox(value=False)
    box = widgets.figure_with_sliders(draw, level=slider, dark=tick)
    assert box.children[:-1] == (slider, tick)
    tick.value = True
    assert grey_of(box.children[-1].value) == pytest.approx(0, abs=0.01)


def test_one_bundle_serves_page_text_and_notebook(shown, slider):
    box = widgets.figure_with_sliders(draw, level=slider)
    [(bundle, raw)] = shown
    assert raw
    assert set(bundle) == {"text/plain", "image/png", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == "A figure with sliders: level"
    assert bundle["application/vnd.jupyter.widget-view+json"] == {
        "version_major": 2,
        "version_minor": 0,
        "model_id": box.model_id,
    }
    assert grey_of(bundle["image/png"]) == pytest.approx(0.25, abs=0.01)


def test_the_still_picture_stays_when_the_slider_moves(shown, slider):
    widgets.figure_with_sliders(draw, level=slider)
    slider.value = 0.75
    assert grey_of(shown[0][0]["image/png"]) == pytest.approx(0.25, abs=0.01)


def test_colab_gets_the_widget(shown, slider, monkeypatch):
    monkeypatch.setattr(widgets, "in_colab", lambda: True)
    box = widgets.figure_with_sliders(draw, level=slider)
    assert shown == [(box, False)]


def test_outside_a_notebook_a_line_is_printed(slider, capsys):
    widgets.figure_with_sliders(draw, level=slider)
    assert capsys.readouterr().out == "A figure with sliders: level\n"


def test_colab_is_known_by_its_package(monkeypatch):
    asked = []
    monkeypatch.setattr(widgets.importlib.util, "find_spec", lambda name: asked.append(name) or object())
    assert widgets.in_colab()
    assert asked == ["google.colab"]


@pytest.mark.parametrize("missing", [lambda name: None, lambda name: exec("raise ModuleNotFoundError(name)")])
def test_elsewhere_is_not_colab(missing, monkeypatch):
    monkeypatch.setattr(widgets.importlib.util, "find_spec", missing)
    assert not widgets.in_colab()


def test_figures_do_not_pile_up(shown, slider):
    widgets.figure_with_sliders(draw, level=slider)
    for value in np.linspace(0, 1, 5):
        slider.value = value
    assert plt.get_fignums() == []


def test_says_what_does_not_fit(shown, slider):
    with pytest.raises(ValueError, match="needs at least one slider"):
        widgets.figure_with_sliders(draw)
    with pytest.raises(ValueError, match=r"level must be a widget with a value.*got float"):
        widgets.figure_with_sliders(draw, level=0.5)
    with pytest.raises(TypeError, match="draw must return a matplotlib Figure; got NoneType"):
        widgets.figure_with_sliders(lambda level: None, level=slider)
    assert shown == []
