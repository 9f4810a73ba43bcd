"""Figures hold what they were given, and say what input does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import seaborn as sns
from matplotlib.colors import to_rgba
from matplotlib.font_manager import font_scalings
from seaborn.utils import relative_luminance

from mnist_helpers import evaluation, plots

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


HOSTILE = {
    "axes.titlesize": 40,
    "axes.unicode_minus": False,
    "figure.subplot.left": 0.7,
    "font.family": "cursive",
    "image.cmap": "jet",
    "image.interpolation": "bicubic",
    "image.origin": "lower",
    "lines.linestyle": ":",
    "path.sketch": (5, 100, 2),
    "savefig.dpi": 20,
    "savefig.transparent": True,
    "text.usetex": True,
}


def drawn() -> np.ndarray:
    """Return the pixels of a figure with pictures, a title and lines."""
    plots.use_book_style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(3, 2), dpi=50)
    left.imshow(np.arange(12).reshape(4, 3))
    right.plot([-1, 0, 1])
    right.set_title("50 % of $x$")
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()


def test_the_book_style_draws_the_same_whatever_the_reader_has_set():
    with plt.rc_context():
        usual = drawn()
        settings = dict(plt.rcParams)
    with plt.rc_context(HOSTILE):
        np.testing.assert_array_equal(drawn(), usual)
        assert dict(plt.rcParams) == settings


@pytest.fixture
def book_style():
    with plt.rc_context():
        plots.use_book_style()
        yield


def test_the_book_has_a_style_of_its_own(book_style):
    style = {
        "axes.facecolor": "white",
        "axes.grid": True,
        "axes.titlesize": "medium",
        "figure.constrained_layout.use": True,
        "figure.dpi": 180,
        "figure.facecolor": "white",
        "figure.figsize": [7.2, 4.0],
        "lines.linewidth": 2,
    }
    assert {name: plt.rcParams[name] for name in style} == style
    assert plt.rcParams["axes.prop_cycle"].by_key()["color"] == sns.color_palette("colorblind")


@pytest.mark.parametrize(
    ("arguments", "size", "pictures"),
    [
        ({}, (7.2, 7.2 / 7), 7),
        ({"columns": 3}, (7.2, 7.2), 7),
        ({"columns": 4, "titles": list("abcdefg")}, (7.2, 1.8 * 2 * 1.22), 7),
        ({"columns": 4, "width": 4, "colorbar_label": "ink"}, (4, 0.86 * 2), 8),
    ],
)
def test_image_grid_is_as_high_as_its_rows(arguments, size, pictures):
    figure = plots.image_grid(np.zeros((7, 5, 5)), **arguments)
    np.testing.assert_allclose(figure.get_size_inches(), size)
    assert len(figure.axes) == pictures


def test_image_grid_draws_ink_without_ticks_and_small_titles():
    figure = plots.image_grid(np.array([[[0, 1]], [[0, 9]]]), titles=["a", "b"], colorbar_label="ink")
    for axes in figure.axes[:2]:
        assert axes.images[0].get_cmap().name == "gray_r"
        assert axes.get_xticks().size == axes.get_yticks().size == 0
        assert axes.title.get_size() == plt.rcParams["font.size"] * font_scalings["small"]
    bar = figure.axes[2]
    assert not bar.spines["outline"].get_visible()
    assert (bar._colorbar_info["aspect"], bar._colorbar_info["pad"]) == (30, 0.02)


def looks(lines):
    """What tells lines apart: label, line, marker and colour."""
    return [(line.get_label(), line.get_linestyle(), line.get_marker(), line.get_color()) for line in lines]


def test_training_curves_tell_training_from_validation_without_colour(book_style):
    figure = plots.training_curves(HISTORY)
    first, second = sns.color_palette("colorblind")[:2]
    assert figure.get_size_inches().tolist() == [7.2, 3.2]
    for axes in figure.axes:
        assert looks(axes.lines) == [("training", "-", "o", first), ("validation", "--", "s", second)]
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "validation"]
        figure.draw_without_rendering()
        assert all(tick == round(tick) for tick in axes.get_xticks())
    assert [axes.get_ylabel() for axes in plots.training_curves(HISTORY, metric="loss").axes] == ["loss", "loss"]


def test_probability_bars_have_a_scale_and_a_place_for_the_star(book_style):
    probabilities = [[0.2, 0.7, 0.1], [0.6, 0.0, 0.4]]
    figure = plots.probability_bars(np.zeros((2, 28, 28)), probabilities, labels=[1, 2], width=6)
    np.testing.assert_allclose(figure.get_size_inches(), (6, 3 + 2.3))
    assert figure.axes[0].get_gridspec().get_height_ratios() == (3, 2)
    for picture, bars, row, label in zip(figure.axes[:2], figure.axes[2:], probabilities, (1, 2), strict=True):
        assert picture.images[0].get_cmap().name == "gray_r"
        assert picture.get_xticks().size == picture.get_yticks().size == 0
        assert bars.get_xlim() == (0, 1.12)
        assert bars.get_ylim()[0] > bars.get_ylim()[1], "class 0 is on top"
        assert [text.get_text() for text in bars.get_xticklabels()] == ["0", ".5", "1"]
        assert bars.get_xticks().tolist() == [0, 0.5, 1]
        assert bars.get_yticks().tolist() == [0, 1, 2]
        assert not any(line.get_visible() for line in bars.get_ygridlines())
        assert bars.get_xlabel() == "probability"
        small = plt.rcParams["font.size"] * font_scalings["small"]
        assert bars.xaxis.label.get_size() == small
        assert {text.get_size() for text in (*bars.get_xticklabels(), *bars.get_yticklabels())} == {small}
        assert {tick.get_pad() for tick in (*bars.xaxis.majorTicks, *bars.yaxis.majorTicks)} == {1}
        assert {patch.get_facecolor() for patch in bars.patches} == {to_rgba("C0")}
        (star,) = bars.lines
        assert (star.get_marker(), star.get_color(), star.get_markersize()) == ("*", "C1", 9)
        assert star.get_xdata() == pytest.approx([row[label] + 0.06])
        assert star.get_ydata().tolist() == [label]
        assert not star.get_clip_on()
    assert [axes.get_ylabel() for axes in figure.axes] == ["", "", "class", ""]


@pytest.mark.parametrize(
    ("percent", "texts", "colours", "unit"),
    [
        (False, ["8", "2", "", "10"], [[0, 2], [0, 0]], "images"),
        (True, ["80.0", "20.0", "", "100.0"], [[0, 20], [0, 0]], "% of the label's images"),
    ],
)
def test_a_heat_map_colours_errors_alone(percent, texts, colours, unit):
    figure = plots.confusion_heat_map([[8, 2], [0, 10]], percent=percent)
    np.testing.assert_allclose(figure.get_size_inches(), (6, 5.52))
    axes, bar = figure.axes
    squares = axes.collections[0]
    assert [text.get_text() for text in axes.texts] == texts
    assert {text.get_size() for text in axes.texts} == {9}
    assert squares.get_array().reshape(2, 2).tolist() == colours
    assert squares.get_cmap().name == "Oranges"
    assert squares.get_linewidths().tolist() == [0.5]
    assert axes.get_aspect() == 1
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("read as", "label")
    assert bar.get_ylabel() == f"read wrongly ({unit})"
    assert {label.get_rotation() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())} == {0}


def test_a_row_without_images_has_no_shares():
    assert [t.get_text() for t in plots.confusion_heat_map([[0, 0], [0, 1]], percent=True).axes[0].texts][:2] == [
        "",
        "",
    ]


def test_a_reliability_diagram_shows_confidence_accuracy_bounds_and_numbers(book_style):
    table = {
        "images": np.array([0, 4, 10]),
        "accuracy": np.array([0, 0.5, 0.9]),
        "confidence": np.array([0, 0.6, 0.95]),
    }
    figure = plots.reliability_diagram({"one": table, "two": table})
    np.testing.assert_allclose(figure.get_size_inches(), (6, 5.1))
    upper, lower = figure.axes
    assert upper.get_gridspec().get_height_ratios() == (3, 1)
    assert upper.get_shared_x_axes().joined(upper, lower)
    first, second = sns.color_palette("colorblind")[:2]
    curves = [("one", "-", "o", first), ("two", "--", "s", second)]
    assert looks(upper.lines) == [("as sure as right", ":", "None", "0.35"), *curves]
    assert [look[1:] for look in looks(lower.lines)] == [look[1:] for look in curves]
    diagonal, curve, _ = upper.lines
    assert diagonal.get_linewidth() == 1.5
    assert diagonal.get_xydata().tolist() == [[0, 0], [100, 100]]
    np.testing.assert_allclose(curve.get_xydata(), [[60, 50], [95, 90]])
    np.testing.assert_allclose(lower.lines[0].get_xydata(), [[60, 4], [95, 10]])
    for bounds, colour in zip(upper.collections, (first, second), strict=True):
        expected = [evaluation.accuracy_interval(2, 4), evaluation.accuracy_interval(9, 10)]
        ends = [(x, 100 * np.array(pair)) for x, pair in zip((60, 95), expected, strict=True)]
        for segment, (x, (low, high)) in zip(bounds.get_segments(), ends, strict=True):
            np.testing.assert_allclose(segment, [[x, low], [x, high]])
        assert bounds.get_linewidths().tolist() == [1]
        assert bounds.get_colors()[0, :3].tolist() == pytest.approx(colour)
    assert (upper.get_ylim(), upper.get_ylabel()) == ((0, 103), "right (%)")
    assert (lower.get_xlim(), lower.get_xlabel()) == ((0, 102), "confidence (%)")
    assert (lower.get_ylabel(), lower.get_yscale()) == ("images", "log")
    assert upper.get_legend()._loc == 4, "lower right"
    assert [text.get_text() for text in upper.get_legend().get_texts()] == ["as sure as right", "one", "two"]


def test_more_curves_than_two_stay_apart_without_colour():
    table = {"images": np.array([4]), "accuracy": np.array([0.5]), "confidence": np.array([0.6])}
    upper = plots.reliability_diagram(dict.fromkeys("abcde", table)).axes[0]
    assert [look[1:3] for look in looks(upper.lines[1:])] == list(
        zip(["-", "--", "-.", "-", "--"], "osD^v", strict=True)
    )
    axes = plots.error_coverage_curves(dict.fromkeys("abcde", (np.ones(2), np.ones(2))))
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--", "-.", ":", "-"]


def test_error_coverage_curves_begin_where_they_are_told():
    curve = (np.array([0.25, 0.5, 0.75, 1.0]), np.array([0, 0.1, 0.2, 0.3]))
    axes = plots.error_coverage_curves({"one": curve}, lowest_coverage=0.5, width=5)
    np.testing.assert_allclose(axes.figure.get_size_inches(), (5, 3))
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[50, 10], [75, 20], [100, 30]])
    assert axes.get_xlim() == (50, 100)
    assert axes.get_ylim()[0] == 0
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one"]
    assert plots.error_coverage_curves({"one": curve}).get_xlim() == (80, 100)
    assert plots.error_coverage_curves({"one": curve}, lowest_coverage=0).get_xlim() == (0, 100)


def test_pages_are_drawn_in_grey_with_marks_below_their_boxes(book_style):
    figure = plots.pages([np.zeros((20, 60))] * 4, boxes=[[(2, 10, 12, 18)]] * 4, marks=[["4"], [""], ["?"], ["1"]])
    np.testing.assert_allclose(figure.get_size_inches(), (7.2, 2 * 2.4 * (1 / 3 + 0.03)))
    titled = plots.pages([np.zeros((90, 60)), np.zeros((20, 60))], titles=["a", "b"])
    np.testing.assert_allclose(titled.get_size_inches(), (7.2, 3.6 * (1.2 + 0.14)))
    small = plt.rcParams["font.size"] * font_scalings["small"]
    assert titled.axes[0].title.get_size() == small
    assert len(figure.axes) == 6
    assert not any(axes.axison for axes in figure.axes)
    assert [len(axes.texts) for axes in figure.axes] == [1, 0, 1, 1, 0, 0]
    axes = figure.axes[0]
    assert (axes.images[0].get_cmap().name, axes.images[0].get_clim()) == ("gray", (0, 255))
    (box,), (mark,) = axes.patches, axes.texts
    assert (box.get_fill(), box.get_edgecolor(), box.get_linewidth()) == (False, to_rgba("C1"), 1.2)
    assert box.get_path_effects()[0]._gc == {"linewidth": 3, "foreground": "white"}
    assert mark.get_position() == (14, 13)
    assert (mark.get_ha(), mark.get_va(), mark.get_size(), mark.get_color()) == ("center", "top", small, "black")
    paper = mark.get_bbox_patch()
    assert paper.get_facecolor() == (1, 1, 1, 0.9)
    assert paper.get_edgecolor()[3] == 0
    assert paper.get_boxstyle().pad == pytest.approx(0.08, rel=1e-2)


TABLE = {"images": np.array([4]), "accuracy": np.array([0.5]), "confidence": np.array([0.6])}
CURVE = (np.ones(2), np.ones(2))
ONE = np.zeros((1, 4, 4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.image_grid(ONE, width=0), "width must be above 0 and at most 100 inches; got 0."),
        (lambda: plots.image_grid(ONE, width=100.5), "width must be above 0 and at most 100 inches; got 100.5."),
        (lambda: plots.image_grid(ONE, titles="a"), "titles must be a list, one title a picture; got 'a'."),
        (lambda: plots.image_grid(ONE, titles=[]), "titles must be as many as images, 1; got 0."),
        (
            lambda: plots.image_grid(np.zeros((1, 0, 4))),
            "images must hold at least one pixel; got shape (1, 0, 4).",
        ),
        (
            lambda: plots.image_grid(np.full((1, 2, 2), np.nan)),
            "images must hold finite numbers; got nan and no finite one.",
        ),
        (
            lambda: plots.image_grid(np.zeros((4, 4))),
            "images must have shape (n, height, width), (n, height, width, 1) or (n, height, width, 3); got (4, 4). "
            "For one image use image[None].",
        ),
        (
            lambda: plots.image_grid(np.zeros((0, 4, 4))),
            "images must hold at least one image; got an empty array of shape (0, 4, 4).",
        ),
        (lambda: plots.image_grid(ONE, columns=0), "columns must be at least 1; got 0."),
        (
            lambda: plots.image_grid(ONE, limits=(1, 2, 3)),
            "limits must be two numbers, the smallest and the largest; got (1, 2, 3).",
        ),
        (
            lambda: plots.training_curves({"loss": [1], "accuracy": [1]}),
            "history lacks val_loss, val_accuracy; it has loss, accuracy. "
            "Give fit() validation_data, and compile() the metric.",
        ),
        (
            lambda: plots.training_curves({}, metric="auc"),
            "history lacks loss, val_loss, auc, val_auc; it has nothing. "
            "Give fit() validation_data, and compile() the metric.",
        ),
        (
            lambda: plots.training_curves(HISTORY | {"val_loss": [1]}),
            "each curve must hold one number an epoch; "
            "got shapes loss (2,), val_loss (1,), accuracy (2,), val_accuracy (2,).",
        ),
        (
            lambda: plots.probability_bars(np.zeros((11, 4, 4)), np.ones((11, 1))),
            "images must be 1 to 10 images, shape (n, height, width) or (n, height, width, channels); got (11, 4, 4).",
        ),
        (
            lambda: plots.probability_bars(ONE[0], [[1.0]]),
            "images must be 1 to 10 images, shape (n, height, width) or (n, height, width, channels); got (4, 4). "
            "For one image use image[None].",
        ),
        (
            lambda: plots.probability_bars(ONE, [1.0]),
            "probabilities must have shape (1, classes), one row an image; got (1,).",
        ),
        (
            lambda: plots.probability_bars(ONE, [[0.5, 0.502]]),
            "each row of probabilities must have no negative number and sum 1. "
            "For logits use keras.ops.softmax(logits). In all, got numbers from 0.5 to 0.502.",
        ),
        (
            lambda: plots.probability_bars(ONE, [[0.5, 0.5]], [2]),
            "labels must be whole numbers from 0 to 1; got [2].",
        ),
        (
            lambda: plots.probability_bars(ONE, [[0.5, 0.5]], [0.5]),
            "labels must be whole numbers from 0 to 1; got [0.5].",
        ),
        (lambda: plots.confusion_heat_map([[1, 2]]), "matrix must have as many rows as columns; got shape (1, 2)."),
        (lambda: plots.confusion_heat_map([[1]], width=-1), "width must be above 0 and at most 100 inches; got -1."),
        (lambda: plots.confusion_heat_map([[-1]]), "matrix must hold counts, 0 or more; got -1."),
        (
            lambda: plots.confusion_heat_map([[np.inf, 1], [1, 1]]),
            "matrix must hold counts, 0 or more; got 1.0.",
        ),
        (lambda: plots.reliability_diagram({}), "tables must hold at least one reliability table; got none."),
        (
            lambda: plots.reliability_diagram(3),
            "tables must be a dictionary of what evaluation.reliability returns, by name; got 3.",
        ),
        (
            lambda: plots.reliability_diagram({"one": TABLE}, width=0),
            "width must be above 0 and at most 100 inches; got 0.",
        ),
        (
            lambda: plots.error_coverage_curves(4),
            "curves must be a dictionary of what evaluation.error_by_coverage returns, by name; got 4.",
        ),
        (
            lambda: plots.error_coverage_curves({}),
            "curves must hold at least one curve, and lowest_coverage must be from 0 to below 1; got 0 curves and 0.8.",
        ),
        (
            lambda: plots.error_coverage_curves({"one": CURVE}, lowest_coverage=1),
            "curves must hold at least one curve, and lowest_coverage must be from 0 to below 1; got 1 curves and 1.",
        ),
        (lambda: plots.pages([]), "give at least one picture and one column; got 0 and 3."),
        (lambda: plots.pages([ONE[0]], columns=0), "give at least one picture and one column; got 1 and 0."),
        (lambda: plots.pages(None), "images must be a list with one entry for each picture; got None."),
        (lambda: plots.pages([ONE[0]], marks=3), "marks must be a list with one entry for each picture; got 3."),
        (
            lambda: plots.pages([np.zeros((4, 4, 2))]),
            "each picture must have shape (height, width) or (height, width, 3); got (4, 4, 2).",
        ),
        (lambda: plots.pages([ONE[0]], titles=["a", "b"]), "titles must be as many as pictures, 1; got 2."),
        (lambda: plots.pages([ONE[0]], marks=[[], []]), "marks must be as many as pictures, 1; got 2."),
        (
            lambda: plots.pages([ONE[0]], boxes=[[(1, 2, 3)]]),
            "each box must be top, left, bottom and right; got [(1, 2, 3)] for picture 0.",
        ),
        (
            lambda: plots.pages([ONE[0]], boxes=[[]], marks=[4]),
            "marks must be a list of texts for each picture; got 4.",
        ),
        (
            lambda: plots.pages([ONE[0]], boxes=[[(0, 0, 2, 2)]], marks=[["1", "2"]]),
            "each box needs one mark; got 1 boxes and 2 marks for picture 0.",
        ),
    ],
)
def test_messages_in_full(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: plots.training_curves(3),
            "history must be a dictionary, as model.fit(...).history; got 3.",
        ),
        (
            lambda: plots.training_curves(HISTORY, metric=3),
            "metric must be the name of a metric, such as 'accuracy'; got 3.",
        ),
    ],
)
def test_what_is_of_another_kind_is_refused(call, message):
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value) == message


def test_the_widest_figure_is_drawn():
    assert plots.image_grid(ONE, width=100).get_size_inches()[0] == 100
