"""Digits are scaled, centred and drawn with a pen as MNIST's were."""

import numpy as np
import pytest
import steps
from scenes import ink_of
from scipy import ndimage

from mnist_helpers.reading.normalising import normalise_digit, pen_width, restore_pen


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("height", [20, 61, 300])
def test_box_of_20_and_mass_in_the_middle(digit, height):
    picture = normalise_digit(ink_of(digit, height, height / 10))
    assert (picture.shape, picture.dtype) == ((28, 28), np.float32)
    assert np.allclose(ndimage.center_of_mass(picture), 13.5, atol=0.05)
    sides = [np.ptp(np.flatnonzero(picture.max(axis=axis) > 0.02)) + 1 for axis in (0, 1)]
    assert 19 <= max(sides) <= 21


def test_mnist_stays_as_it_is_but_for_a_shift(mnist):
    alike = []
    for image in mnist[1][0][:50] / 255:
        centred = ndimage.shift(image, 13.5 - np.array(ndimage.center_of_mass(image)), order=1)
        alike.append(np.corrcoef(normalise_digit(image).ravel(), centred.ravel())[0, 1])
    assert np.median(alike) > 0.97


@pytest.mark.parametrize("width", [0.02, 0.05, 0.15, 0.3])
def test_pens_come_into_range(width):
    restored = restore_pen(ink_of("2", 200, 200 * width))
    digit = restored[ndimage.find_objects((restored > 0.01).astype(int))[0]]
    assert 0.08 <= pen_width(digit) <= 0.22
    assert restored.min() >= 0 and restored.max() <= 1


def test_a_usual_pen_is_left_alone():
    ink = ink_of("3", 100, 15.0)
    assert np.array_equal(restore_pen(ink), ink)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (np.zeros((28, 28)), "no ink"),
        (np.zeros((0, 3)), "shape"),
        (np.zeros((2, 28, 28)), "one by one"),
        (np.full((5, 5), 255), "Divide"),
        (np.full((5, 5), np.nan), "between 0"),
        (np.full((5, 5), "a"), "numbers"),
    ],
)
@pytest.mark.parametrize("function", [normalise_digit, restore_pen])
def test_what_is_no_ink(function, wrong, reason):
    with pytest.raises(ValueError, match=reason):
        function(wrong)


def test_digits_as_the_reader_sees_them_stay_as_they_are():
    steps.hold("normalising")
