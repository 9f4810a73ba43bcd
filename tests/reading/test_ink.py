"""Ink is found whatever the light, the paper and the pen, and nothing is found where there is none."""

import numpy as np
import pytest
import steps
from scenes import page, photograph

from mnist_helpers.reading.finding import find_writing
from mnist_helpers.reading.ink import find_ink, ink_is_dark, run_lengths, stroke_width

DRAWN = page(["2705"])


def agreement(found: np.ndarray, drawn: np.ndarray) -> float:
    """Return intersection over union of the ink."""
    found, drawn = found >= 0.5, drawn >= 0.5
    return (found & drawn).sum() / (found | drawn).sum()


def light_of(kind: str) -> np.ndarray:
    rows, columns = np.mgrid[0 : 1 : DRAWN.shape[0] * 1j, 0 : 1 : DRAWN.shape[1] * 1j]
    return {
        "even": np.ones(DRAWN.shape),
        "falls off": 0.4 + 0.6 * columns,
        "spot": 0.5 + 0.5 * np.exp(-(((rows - 0.3) / 0.5) ** 2) - ((columns - 0.6) / 0.3) ** 2),
        "shadow": 1 - 0.5 / (1 + np.exp((columns - 0.5) * 60)),
    }[kind]


@pytest.mark.parametrize("kind", ["even", "falls off", "spot", "shadow"])
def test_any_light(kind):
    assert agreement(find_ink(photograph(DRAWN) * light_of(kind)), DRAWN) > 0.85


@pytest.mark.parametrize("contrast", [0.12, 0.3, 0.9])
def test_pale_and_black_ink(contrast):
    grey = photograph(DRAWN * contrast / 0.75, noise=0.005)
    assert agreement(find_ink(grey), DRAWN) > 0.85


@pytest.mark.parametrize("pen", [2.0, 5.0, 12.0])
def test_pens(pen):
    drawn = page(["2705"], pen=pen)
    assert agreement(find_ink(photograph(drawn)), drawn) > 0.75


def test_result_is_float32_from_0_to_1():
    ink = find_ink(photograph(DRAWN))
    assert ink.dtype == np.float32 and ink.shape == DRAWN.shape
    assert ink.min() >= 0 and ink.max() <= 1


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.3])
def test_there_is_no_ink_on_blank_paper(noise):
    blank = photograph(np.zeros((150, 200)), noise=noise)
    assert (find_ink(blank) >= 0.5).mean() < 0.001


def test_a_gradient_holds_no_writing():
    assert find_writing(np.linspace(0.8, 1, 200) * np.ones((100, 1)))[0] == []


@pytest.mark.parametrize("kind", ["even", "falls off", "spot", "shadow"])
@pytest.mark.parametrize("pen", [2.0, 5.0, 12.0])
def test_dark_or_light_ink(kind, pen):
    grey = photograph(page(["2705"], pen=pen))
    grey = grey * light_of(kind)[: grey.shape[0], : grey.shape[1]] if pen == 5.0 else grey
    assert ink_is_dark(grey)
    assert not ink_is_dark(1 - grey)


def test_a_digit_that_fills_a_tiny_picture(mnist):
    digits = mnist[1][0][:100] / 255
    assert not any(ink_is_dark(digit) for digit in digits)
    assert all(ink_is_dark(1 - digit) for digit in digits)


def test_a_sheet_on_a_dark_desk():
    sheet = np.pad(photograph(page(["2705"], pen=8.0)), 40, constant_values=0.2)
    assert ink_is_dark(sheet)


def test_run_lengths_and_stroke_width():
    mask = np.zeros((20, 30), bool)
    mask[5:9, 3:27] = True
    assert set(np.unique(run_lengths(mask, 0))) == {0, 4}
    assert set(np.unique(run_lengths(mask, 1))) == {0, 24}
    assert stroke_width(mask) == 4
    assert stroke_width(np.zeros((5, 5), bool)) == 0


def test_the_ink_of_two_pages_stays_as_it_is():
    steps.hold("ink")
