"""Rules, frames and squared paper go; strokes stay, even long and straight ones."""

import numpy as np
import pytest
import steps
from scenes import page

from mnist_helpers.reading.lines import remove_lines

DRAWN = page(["2705"])


def kept(found: np.ndarray, drawn: np.ndarray = DRAWN) -> float:
    """Return how much of the digits' ink is still there."""
    return (found[drawn >= 0.5] >= 0.5).mean()


def left(found: np.ndarray, drawn: np.ndarray = DRAWN) -> float:
    """Return how many pixels are inked that no digit inked, per pixel of the digits."""
    return ((found >= 0.5) & (drawn < 0.1)).sum() / (drawn >= 0.5).sum()


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.07])
@pytest.mark.parametrize("row", [0.3, 0.5, 0.75])
def test_a_rule_goes_and_digits_stay(slope, row):
    rows, columns = np.indices(DRAWN.shape)
    rule = np.abs(rows - row * DRAWN.shape[0] - slope * (columns - DRAWN.shape[1] / 2)) < 1.2
    found = remove_lines(np.maximum(DRAWN, rule * 0.9).astype(np.float32))
    assert kept(found) > 0.93
    assert left(found) < 0.03


def test_squared_paper_goes():
    ink = DRAWN.copy()
    ink[10::40] = ink[11::40] = 0.8
    ink[:, 10::40] = ink[:, 11::40] = 0.8
    found = remove_lines(ink.astype(np.float32))
    assert kept(found) > 0.85
    assert left(found) < 0.1 < left(ink)


def test_boxes_of_a_form_go():
    ink = DRAWN.copy()
    ink[25:28, 20:-20] = ink[-28:-25, 20:-20] = 1
    for column in np.linspace(20, DRAWN.shape[1] - 23, 5).astype(int):
        ink[25:-25, column : column + 3] = 1
    outside = (DRAWN < 0.1) & (ink == 1)
    found = remove_lines(ink.astype(np.float32))
    assert (found[outside] >= 0.5).mean() < 0.05
    assert kept(found) > 0.9


@pytest.mark.parametrize("digits", ["1111", "7", "4", "777", "174"])
@pytest.mark.parametrize("pen", [3.0, 6.0, 10.0])
def test_strokes_are_no_rules(digits, pen):
    for margin in (0.05, 0.7):
        drawn = page([digits], pen=pen, margin=margin)
        assert kept(remove_lines(drawn.astype(np.float32)), drawn) > 0.97


@pytest.mark.parametrize(("width", "goes"), [(2, True), (5, False)])
def test_an_upright_line_is_printed_if_it_is_finer_than_the_pen(width, goes):
    drawn = page(["2705"], pen=5.0)
    height = int(1.6 * 60)
    upright = np.zeros_like(drawn)
    upright[20 : 20 + height, 12 : 12 + width] = 1
    found = remove_lines(np.maximum(drawn, upright).astype(np.float32))
    assert (found[upright == 1].mean() < 0.1) == goes
    assert kept(found, drawn) > 0.97


def test_paper_without_ink():
    assert not remove_lines(np.zeros((50, 80), np.float32)).any()


def test_two_pages_without_their_lines_stay_as_they_are():
    steps.hold("lines")
