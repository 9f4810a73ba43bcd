"""Figures hold what they were given, and say what input does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from seaborn.utils import relative_luminance

from mnist_helpers import plots

HISTORY = {"loss": [2.0, 1.0], "val_loss": [2.1, 1.5], "accuracy": [0.5, 0.8], "val_accuracy": [0.4, 0.7]}


def test_image_grid_draws_each_image_with_its_title():
    images = np.random.default_rng(0).random((7, 5, 5))
    figure = plots.image_grid(images, titles=list("abcdefg"), columns=3)
    assert [axes.get_title() for axes in figure.axes] == list("abcdefg")
    for axes, image in zip(figure.axes, images, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)


def test_image_grid_uses_one_scale_for_all_images():
    figure = plots.image_grid(np.array([[[0, 1]], [[0, 9]]]))
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(0, 9)}
    figure = plots.image_grid(np.array([[[0, 1]], [[0, 9]]]), limits=(-9, 9))
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(-9, 9)}


def test_image_grid_draws_one_colour_bar_for_all_images():
    images = np.array([[[-1, 1]], [[0, 2]], [[1, 0]]])
    figure = plots.image_grid(images, columns=2, cmap=plots.DIVERGING, limits=(-2, 2), colorbar_label="weight")
    *pictures, bar = figure.axes
    assert len(pictures) == 3
    assert bar.get_ylabel() == "weight"
    assert bar.get_ylim() == (-2, 2)
    figure.draw_without_rendering()
    assert bar.get_position().x0 > max(axes.get_position().x1 for axes in pictures)


@pytest.mark.parametrize("shape", [(2, 4, 4, 1), (2, 4, 4, 3)])
def test_image_grid_takes_channels(shape):
    assert len(plots.image_grid(np.zeros(shape)).axes) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": np.zeros((28, 28))}, r"got \(28, 28\).*image\[None\]"),
        ({"images": np.zeros((3, 28, 28, 2))}, r"got \(3, 28, 28, 2\)"),
        ({"images": np.zeros((0, 28, 28))}, "at least one image"),
        ({"images": np.zeros((2, 4, 4)), "titles": ["a"]}, "as many as images, 2; got 1"),
        ({"images": np.zeros((2, 4, 4)), "columns": 0}, "columns must be at least 1; got 0"),
    ],
)
def test_image_grid_says_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.image_grid(**arguments)


def test_training_curves_draw_the_history_with_labels():
    figure = plots.training_curves(HISTORY)
    for axes, (name, scale) in zip(figure.axes, (("loss", 1), ("accuracy", 100)), strict=True):
        training, validation = axes.lines
        assert (training.get_label(), validation.get_label()) == ("training", "validation")
        assert training.get_linestyle() != validation.get_linestyle()
        np.testing.assert_array_equal(training.get_xdata(), [1, 2])
        np.testing.assert_allclose(training.get_ydata(), scale * np.array(HISTORY[name]))
        np.testing.assert_allclose(validation.get_ydata(), scale * np.array(HISTORY[f"val_{name}"]))
        assert axes.get_xlabel() == "epoch"
        assert axes.get_ylabel() == ("accuracy (%)" if name == "accuracy" else name)


def test_training_curves_name_what_is_missing():
    with pytest.raises(ValueError, match="history lacks val_loss, val_accuracy; it has loss, accuracy"):
        plots.training_curves({"loss": [1], "accuracy": [1]})


def test_drawing_does_not_show(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("plt.show() was called"))
    plots.use_book_style()
    plots.image_grid(np.zeros((1, 2, 2)))
    plots.training_curves(HISTORY)


def test_probability_bars_show_the_answer_and_star_the_label():
    probabilities = np.array([[0.2, 0.7, 0.1], [0.6, 0.0, 0.4]])
    figure = plots.probability_bars(np.zeros((2, 28, 28, 1)), probabilities, labels=[1, 2])
    first, second, first_bars, second_bars = figure.axes
    assert [first.get_title(), second.get_title()] == ["read as 1", "read as 0"]
    for bars, row, label in zip((first_bars, second_bars), probabilities, (1, 2), strict=True):
        np.testing.assert_allclose([bar.get_width() for bar in bars.patches], row)
        assert bars.lines[0].get_ydata()[0] == label
    assert not plots.probability_bars(np.zeros((1, 28, 28)), [[0.5, 0.5]]).axes[1].lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((28, 28)), [[1.0]]), r"got \(28, 28\).*image\[None\]"),
        ((np.zeros((11, 28, 28)), np.ones((11, 1))), "1 to 10 images"),
        ((np.zeros((2, 28, 28)), [[1.0]]), r"shape \(2, classes\).*got \(1, 1\)"),
        ((np.zeros((1, 28, 28)), [[3.0, -2.0]]), "For logits use"),
        ((np.zeros((1, 28, 28)), [[0.5, 0.6]]), "sum 1"),
        ((np.zeros((1, 28, 28)), [[np.nan, 1.0]]), "no negative number"),
        ((np.zeros((1, 28, 28)), [[0.5, 0.5]], [0, 1]), r"labels must have shape \(1,\).*got \(2,\)"),
    ],
)
def test_probability_bars_say_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.probability_bars(*arguments)


def test_each_number_of_a_heat_map_stands_out_from_its_square():
    figure = plots.confusion_heat_map(np.arange(1, 82).reshape(9, 9))
    axes = figure.axes[0]
    squares = [relative_luminance(colour) for colour in axes.collections[0].get_facecolors()]
    numbers = [relative_luminance(text.get_color()) for text in axes.texts]
    contrasts = [(max(pair) + 0.05) / (min(pair) + 0.05) for pair in zip(squares, numbers, strict=True)]
    assert min(contrasts) >= 4.5
    assert set(numbers) == {0, 1}


def test_boxes_stand_out_from_grey_paper_without_colour():
    boxes = [np.array([[10, 10, 50, 50]])]
    figure = plots.pages([np.full((60, 60), 160)], boxes=boxes)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].mean(axis=2)
    middle = pixels[len(pixels) // 2]
    paper = np.flatnonzero(abs(middle - 160) < 2)
    across = middle[paper[0] : paper[-1]]  # from edge to edge of the picture, through both sides of the box
    assert across.max() > 250


def test_pages_have_boxes_and_marks_where_they_belong():
    images = [np.zeros((20, 60)), np.full((30, 40), 255)]
    boxes = [np.array([[2, 10, 12, 18], [3, 30, 13, 35]]), []]
    figure = plots.pages(images, titles=["one", "two"], boxes=boxes, marks=[["4", "?"], []], columns=2)
    first, second = figure.axes
    assert [first.get_title(), second.get_title()] == ["one", "two"]
    assert [text.get_text() for text in first.texts] == ["4", "?"]
    assert [patch.get_bbox().bounds for patch in first.patches] == [(9.5, 1.5, 8, 10), (29.5, 2.5, 5, 10)]
    assert not second.patches


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": []}, "at least one picture"),
        ({"titles": ["a", "b"]}, "titles must be as many as pictures, 1; got 2"),
        ({"boxes": [[], []]}, "boxes must be as many as pictures, 1; got 2"),
        (
            {"boxes": [[(0, 0, 2, 2)]], "marks": [["1", "2"]]},
            "each box needs one mark; got 1 boxes and 2 marks for picture 0",
        ),
    ],
)
def test_pages_say_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.pages(**{"images": [np.zeros((8, 8))]} | arguments)
