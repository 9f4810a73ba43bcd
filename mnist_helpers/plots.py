"""Pictures of numbers. Each function takes numbers, draws, and returns the Axes or the Figure."""

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.patheffects import withStroke

from mnist_helpers import evaluation
from mnist_helpers._checks import as_numbers, check_numbers, check_whole, is_list, said

INK = "gray_r"
DIVERGING = "PuOr"

_WIDEST = 100  # inches


def use_book_style() -> None:
    """Set the figure style of the book: colour-blind-safe colours, sharp at double density.

    Whatever a ``matplotlibrc`` or an earlier cell has set goes back to Matplotlib's defaults first: with its
    ``image.origin: lower`` every digit would stand on its head.
    """
    plt.rcdefaults()
    sns.set_theme(
        style="whitegrid",
        palette="colorblind",
        rc={
            "axes.titlesize": "medium",
            "figure.constrained_layout.use": True,
            "figure.dpi": 180,
            "figure.facecolor": "white",
            "figure.figsize": (7.2, 4.0),
            "lines.linewidth": 2,
        },
    )


def _check_width(width) -> None:
    check_numbers(width=width)
    if not 0 < width <= _WIDEST:
        raise ValueError(f"width must be above 0 and at most {_WIDEST} inches; got {width}.")


def _check_titles(titles, number: int) -> None:
    if titles is None:
        return
    if not is_list(titles):
        raise ValueError(f"titles must be a list, one title a picture; got {said(titles)}.")
    if len(titles) != number:
        raise ValueError(f"titles must be as many as images, {number}; got {len(titles)}.")


def _check_pixels(images: np.ndarray) -> None:
    if images.size == 0:
        raise ValueError(f"images must hold at least one pixel; got shape {images.shape}.")
    if not np.isfinite(images).any():
        raise ValueError(f"images must hold finite numbers; got {images.flat[0]} and no finite one.")


def image_grid(
    images,
    titles=None,
    columns: int = 10,
    cmap: str = INK,
    limits=None,
    width: float = 7.2,
    colorbar_label: str | None = None,
):
    """Draw pictures side by side, in rows.

    Parameters
    ----------
    images : array, shape (n, height, width), (n, height, width, 1) or (n, height, width, 3)
        Any dtype that Matplotlib draws.
    titles : sequence of str, optional
        One short line above each picture.
    columns : int
        Pictures a row.
    cmap : str
        Matplotlib colour map: ``INK`` draws ink dark on white; ``DIVERGING`` suits numbers of both signs.
    limits : (float, float), optional
        Values drawn with the two ends of the colour map, the same for all pictures; by default the smallest
        and largest value of ``images``.
    width : float
        Width of the figure, inches.
    colorbar_label : str, optional
        Draw one colour bar, on the right, for all pictures, with this label. It says which colour is which number;
        signed numbers need it.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes are those of the pictures, row by row, and last that of the colour bar, if there is one.

    Raises
    ------
    ValueError
        The shape is another, there is no image, titles are more or fewer than images, or there is no column.

    Examples
    --------
    >>> figure = image_grid(np.zeros((12, 28, 28)), columns=6)
    >>> len(figure.axes)
    12
    """
    images = as_numbers(images, "images")
    _check_width(width)
    check_whole(columns=columns)
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[-1] not in (1, 3)):
        cure = " For one image use image[None]." if images.ndim == 2 else ""
        raise ValueError(
            "images must have shape (n, height, width), (n, height, width, 1) or (n, height, width, 3); "
            f"got {images.shape}.{cure}"
        )
    if len(images) == 0:
        raise ValueError(f"images must hold at least one image; got an empty array of shape {images.shape}.")
    _check_pixels(images)
    _check_titles(titles, len(images))
    if columns < 1:
        raise ValueError(f"columns must be at least 1; got {columns}.")
    if limits is not None:
        ends = as_numbers(limits, "limits")
        if ends.shape != (2,) or not np.isfinite(ends).all():
            raise ValueError(f"limits must be two numbers, the smallest and the largest; got {said(limits)}.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = (width if colorbar_label is None else 0.86 * width) / columns
    height = rows * side * (1.0 if titles is None else 1.22)
    low, high = (images.min(), images.max()) if limits is None else limits
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)
    for axis in axes.flat[len(images) :]:
        axis.remove()
    for index, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image, cmap=cmap, vmin=low, vmax=high)
        axis.set(xticks=[], yticks=[])
        if titles is not None:
            axis.set_title(titles[index], fontsize="small")
    if colorbar_label is not None:
        pictures = figure.axes
        bar = figure.colorbar(pictures[0].images[0], ax=pictures, label=colorbar_label, aspect=30, pad=0.02)
        bar.outline.set_visible(False)
    return figure


def training_curves(history: dict, metric: str = "accuracy"):
    """Draw loss and one metric, on training and validation data, epoch by epoch; accuracy in percent.

    Parameters
    ----------
    history : dict of str to list of float
        ``keras`` history: what ``model.fit(...).history`` holds, with ``validation_data`` given.
    metric : str
        The metric in the right-hand panel.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        A curve is missing; the message names those that are there.

    Examples
    --------
    >>> history = {"loss": [2, 1], "val_loss": [2, 1.5], "accuracy": [0.5, 0.8], "val_accuracy": [0.5, 0.7]}
    >>> [axes.get_ylabel() for axes in training_curves(history).axes]
    ['loss', 'accuracy (%)']
    """
    if not isinstance(history, dict):
        raise TypeError(f"history must be a dictionary, as model.fit(...).history; got {said(history)}.")
    if not isinstance(metric, str):
        raise TypeError(f"metric must be the name of a metric, such as 'accuracy'; got {said(metric)}.")
    missing = [name for name in ("loss", "val_loss", metric, f"val_{metric}") if name not in history]
    if missing:
        raise ValueError(
            f"history lacks {', '.join(missing)}; it has {', '.join(map(str, history)) or 'nothing'}. "
            "Give fit() validation_data, and compile() the metric."
        )
    curves = {name: as_numbers(history[name], name) for name in ("loss", "val_loss", metric, f"val_{metric}")}
    if len({curve.shape for curve in curves.values()}) != 1 or curves["loss"].ndim != 1:
        shapes = ", ".join(f"{name} {curve.shape}" for name, curve in curves.items())
        raise ValueError(f"each curve must hold one number an epoch; got shapes {shapes}.")
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.2))
    epochs = np.arange(1, len(curves["loss"]) + 1)
    for axis, name in zip(axes, ("loss", metric), strict=True):
        scale, unit = (100, " (%)") if name == "accuracy" else (1, "")
        axis.plot(epochs, scale * curves[name], marker="o", label="training")
        axis.plot(epochs, scale * curves[f"val_{name}"], marker="s", linestyle="--", label="validation")
        axis.set(xlabel="epoch", ylabel=name + unit)
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.legend()
    return figure


def probability_bars(images, probabilities, labels=None, width: float = 7.2):
    """Draw images in a row, and below each the probability that a network gives to each class.

    The title above an image is the answer: the class with the largest probability. A star marks the label.

    Parameters
    ----------
    images : array, shape (n, height, width), (n, height, width, 1) or (n, height, width, 3)
        At most ten images.
    probabilities : array, shape (n, classes)
        From 0 to 1, each row with sum 1.
    labels : array of integers, shape (n,), optional
        The right classes.
    width : float
        Width of the figure, inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        The shapes do not fit together, or the rows are no probabilities (logits, perhaps).

    Examples
    --------
    >>> figure = probability_bars(np.zeros((1, 28, 28)), [[0.1, 0.9]], labels=[0])
    >>> figure.axes[0].get_title()
    'read as 1'
    """
    images, probabilities = as_numbers(images, "images"), as_numbers(probabilities, "probabilities")
    _check_width(width)
    if images.ndim not in (3, 4) or not 1 <= len(images) <= 10:
        cure = " For one image use image[None]." if images.ndim == 2 else ""
        raise ValueError(
            f"images must be 1 to 10 images, shape (n, height, width) or (n, height, width, channels); "
            f"got {images.shape}.{cure}"
        )
    if probabilities.ndim != 2 or len(probabilities) != len(images) or probabilities.shape[1] == 0:
        raise ValueError(
            f"probabilities must have shape ({len(images)}, classes), one row an image; got {probabilities.shape}."
        )
    if not (np.all(probabilities >= 0) and np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)):
        raise ValueError(
            "each row of probabilities must have no negative number and sum 1. "
            "For logits use keras.ops.softmax(logits). "
            f"In all, got numbers from {probabilities.min():g} to {probabilities.max():g}."
        )
    _check_pixels(images)
    if labels is not None:
        labels = as_numbers(labels, "labels")
        if labels.shape != (len(images),):
            raise ValueError(f"labels must have shape ({len(images)},), one an image; got {labels.shape}.")
        if not (np.issubdtype(labels.dtype, np.integer) and np.isin(labels, np.arange(probabilities.shape[1])).all()):
            raise ValueError(
                f"labels must be whole numbers from 0 to {probabilities.shape[1] - 1}; got {labels.tolist()}."
            )
    classes = np.arange(probabilities.shape[1])
    side = width / len(images)
    figure, axes = plt.subplots(2, len(images), figsize=(width, side + 2.3), height_ratios=(side, 2.0), squeeze=False)
    for index, (picture, bars) in enumerate(axes.T):
        picture.imshow(images[index], cmap=INK)
        picture.set(xticks=[], yticks=[], title=f"read as {probabilities[index].argmax()}")
        bars.barh(classes, probabilities[index], color="C0")
        bars.set(xlim=(0, 1.12), xticks=[0, 0.5, 1], xticklabels=["0", ".5", "1"], yticks=classes)
        bars.invert_yaxis()
        bars.grid(visible=False, axis="y")
        bars.tick_params(labelsize="small", pad=1)
        bars.set_xlabel("probability", fontsize="small")
        if labels is not None:
            right = int(labels[index])
            bars.plot(probabilities[index, right] + 0.06, right, marker="*", color="C1", markersize=9, clip_on=False)
    axes[1, 0].set_ylabel("class")
    return figure


def confusion_heat_map(matrix, percent: bool = False, width: float = 6.0):
    """Draw a confusion matrix; only what is read wrongly is coloured, so that the right answers do not outshine it.

    Parameters
    ----------
    matrix : array of integers, shape (classes, classes)
        Rows are labels, columns are answers.
    percent : bool
        Write each number as a share of its row, in percent, instead of a count.
    width : float
        Width of the figure, inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        The matrix is not square, or holds a negative number.

    Examples
    --------
    >>> figure = confusion_heat_map([[8, 2], [0, 10]], percent=True)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['80.0', '20.0', '', '100.0']
    """
    matrix = as_numbers(matrix, "matrix")
    _check_width(width)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(f"matrix must have as many rows as columns; got shape {matrix.shape}.")
    if not (np.isfinite(matrix).all() and matrix.min() >= 0):
        raise ValueError(f"matrix must hold counts, 0 or more; got {matrix.min()}.")
    if percent:
        matrix = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    texts = np.array(
        [["" if value == 0 else f"{value:.1f}" if percent else f"{value}" for value in row] for row in matrix]
    )
    errors_only = np.where(np.eye(len(matrix), dtype=bool), 0, matrix)
    figure, axes = plt.subplots(figsize=(width, 0.92 * width))
    sns.heatmap(
        errors_only, annot=texts, fmt="", cmap="Oranges", square=True, linewidths=0.5, ax=axes, annot_kws={"size": 9}
    )
    for text, colour in zip(axes.texts, axes.collections[0].get_facecolors(), strict=True):
        # Black and white stand out equally from a luminance of 0.179.
        text.set_color("white" if sns.utils.relative_luminance(colour) < 0.179 else "black")
    axes.set(xlabel="read as", ylabel="label")
    axes.tick_params(rotation=0)
    unit = "% of the label's images" if percent else "images"
    axes.collections[0].colorbar.set_label(f"read wrongly ({unit})")
    return figure


def _is_table(table) -> bool:
    return isinstance(table, dict) and table.keys() >= {"images", "accuracy", "confidence"}


def reliability_diagram(tables: dict, width: float = 6.0):
    """Draw how often answers are right against how sure they are, and below how many answers there are.

    Parameters
    ----------
    tables : dict of str to dict
        A name, and what :func:`~mnist_helpers.evaluation.reliability` returns.
    width : float
        Width of the figure, inches.

    Returns
    -------
    matplotlib.figure.Figure
        Vertical lines are 95% confidence intervals; on the diagonal, confidence can be believed.

    Raises
    ------
    ValueError
        There is no table.

    Examples
    --------
    >>> table = evaluation.reliability([0.6, 0.9, 0.8], [False, True, True], bins=5)
    >>> [axes.get_ylabel() for axes in reliability_diagram({"network": table}).axes]
    ['right (%)', 'images']
    """
    _check_width(width)
    if not isinstance(tables, dict) or not all(map(_is_table, tables.values())):
        raise ValueError(
            f"tables must be a dictionary of what evaluation.reliability returns, by name; got {said(tables)}."
        )
    if not tables:
        raise ValueError("tables must hold at least one reliability table; got none.")
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(width, 0.85 * width), sharex=True, height_ratios=(3, 1))
    upper.plot([0, 100], [0, 100], color="0.35", linestyle=":", linewidth=1.5, label="as sure as right")
    for (name, table), marker, line in zip(tables.items(), "osD^v", ("-", "--", "-.", "-", "--"), strict=False):
        filled = np.flatnonzero(table["images"])
        images, accuracy = table["images"][filled], table["accuracy"][filled]
        bounds = [evaluation.accuracy_interval(round(r * n), n) for r, n in zip(accuracy, images, strict=True)]
        sure = 100 * table["confidence"][filled]
        drawn = upper.plot(sure, 100 * accuracy, marker=marker, linestyle=line, label=name)
        low, high = 100 * np.transpose(bounds)
        upper.vlines(sure, low, high, color=drawn[0].get_color(), linewidth=1)
        lower.plot(sure, images, marker=marker, linestyle=line, color=drawn[0].get_color())
    upper.set(ylabel="right (%)", ylim=(0, 103))
    upper.legend(loc="lower right")
    lower.set(xlabel="confidence (%)", ylabel="images", yscale="log", xlim=(0, 102))
    return figure


def error_coverage_curves(curves: dict, lowest_coverage: float = 0.8, width: float = 6.0):
    """Draw the error among the images that are answered against the share of images that is answered.

    Parameters
    ----------
    curves : dict of str to (array, array)
        A name, and what :func:`~mnist_helpers.evaluation.error_by_coverage` returns.
    lowest_coverage : float
        Where the horizontal axis starts, from 0 to below 1.
    width : float
        Width of the figure, inches.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        There is no curve, or the coverage lies outside.

    Examples
    --------
    >>> curve = evaluation.error_by_coverage([0.9, 0.8, 0.6], [True, True, False])
    >>> axes = error_coverage_curves({"network": curve})
    >>> axes.get_xlabel(), axes.get_ylabel()
    ('answered (%)', 'wrong among the answered (%)')
    """
    _check_width(width)
    check_numbers(lowest_coverage=lowest_coverage)
    if not isinstance(curves, dict) or not all(isinstance(c, tuple) and len(c) == 2 for c in curves.values()):
        raise ValueError(
            f"curves must be a dictionary of what evaluation.error_by_coverage returns, by name; got {said(curves)}."
        )
    if not curves or not 0 <= lowest_coverage < 1:
        raise ValueError(
            f"curves must hold at least one curve, and lowest_coverage must be from 0 to below 1; "
            f"got {len(curves)} curves and {lowest_coverage}."
        )
    _, axes = plt.subplots(figsize=(width, 0.6 * width))
    for (name, (coverage, error)), line in zip(curves.items(), ("-", "--", "-.", ":", "-"), strict=False):
        shown = coverage >= lowest_coverage
        axes.plot(100 * coverage[shown], 100 * error[shown], linestyle=line, label=name)
    axes.set(xlabel="answered (%)", ylabel="wrong among the answered (%)", xlim=(100 * lowest_coverage, 100))
    axes.set_ylim(bottom=0)
    axes.legend()
    return axes


def pages(images, titles=None, boxes=None, marks=None, columns: int = 3, width: float = 7.2):
    """Draw pictures of writing, each in its own size, with a box around each digit.

    Parameters
    ----------
    images : sequence of arrays, shape (height, width) or (height, width, 3)
        Grey pictures from 0 (black) to 255 (white), or colour pictures as Matplotlib draws them.
    titles : sequence of str, optional
        One short line above each picture.
    boxes : sequence of arrays of int, shape (n, 4), optional
        For each picture top, left, bottom and right of each box.
    marks : sequence of sequences of str, optional
        For each picture what stands below each box, such as the digit that was read.
    columns : int
        Pictures a row.
    width : float
        Width of the figure, inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        There is no picture or no column, or titles, boxes or marks are more or fewer than what they belong to.

    Examples
    --------
    >>> figure = pages([np.zeros((20, 60)), np.zeros((30, 50))], boxes=[[(2, 3, 9, 8)], []], marks=[["7"], []])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['7']
    """
    _check_width(width)
    check_whole(columns=columns)
    for name, given in {"images": images, "titles": titles, "boxes": boxes, "marks": marks}.items():
        if not is_list(given) and (given is not None or name == "images"):
            raise ValueError(f"{name} must be a list with one entry for each picture; got {said(given)}.")
    if len(images) == 0 or columns < 1:
        raise ValueError(f"give at least one picture and one column; got {len(images)} and {columns}.")
    images = [as_numbers(image, "each picture") for image in images]
    for image in images:
        if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)) or image.size == 0:
            raise ValueError(f"each picture must have shape (height, width) or (height, width, 3); got {image.shape}.")
    boxes = [[]] * len(images) if boxes is None else boxes
    marks = [[""] * (len(of_page) if is_list(of_page) else 0) for of_page in boxes] if marks is None else marks
    for name, given in {"titles": images if titles is None else titles, "boxes": boxes, "marks": marks}.items():
        if len(given) != len(images):
            raise ValueError(f"{name} must be as many as pictures, {len(images)}; got {len(given)}.")
    for index, (of_page, their_marks) in enumerate(zip(boxes, marks, strict=True)):
        if not is_list(of_page) or not all(as_numbers(box, "each box").shape == (4,) for box in of_page):
            raise ValueError(f"each box must be top, left, bottom and right; got {said(of_page)} for picture {index}.")
        if not is_list(their_marks) and not isinstance(their_marks, str):
            raise ValueError(f"marks must be a list of texts for each picture; got {said(their_marks)}.")
        if len(of_page) != len(their_marks):
            raise ValueError(
                f"each box needs one mark; got {len(of_page)} boxes and {len(their_marks)} marks for picture {index}."
            )
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    tallest = max(np.shape(image)[0] / np.shape(image)[1] for image in images)
    height = rows * width / columns * (min(tallest, 1.2) + (0.03 if titles is None else 0.14))
    figure, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for index, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image, cmap="gray", vmin=0, vmax=255)
        if titles is not None:
            axis.set_title(titles[index], fontsize="small")
        for (top, left, bottom, right), mark in zip(boxes[index], marks[index], strict=True):
            corner = (left - 0.5, top - 0.5)
            box = plt.Rectangle(corner, right - left, bottom - top, fill=False, edgecolor="C1", linewidth=1.2)
            box.set_path_effects([withStroke(linewidth=3, foreground="white")])  # without colour, it is seen on grey
            axis.add_patch(box)
            place = ((left + right) / 2, bottom + 1)
            sign = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
            if mark:
                axis.text(*place, mark, ha="center", va="top", fontsize="small", color="black", bbox=sign)
    return figure
