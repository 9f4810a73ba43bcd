"""What stands in one line belongs together, from top to bottom, and dirt does not count."""

import numpy as np
import pytest
import steps
from scenes import page

from mnist_helpers.reading.strokes import find_lines_of_writing, typical_height


@pytest.mark.parametrize("rise", [-0.1, 0.0, 0.1])
def test_lines_in_their_order(rise):
    drawn = page(["2705", "38", "946"], rise=rise)
    writings = find_lines_of_writing(drawn.astype(np.float32))
    assert len(writings) == 3
    tops = [writing.top for writing in writings]
    assert tops == sorted(tops)
    assert all(abs(writing.height - 60) < 6 for writing in writings)
    assert all(abs(writing.slope + rise) < 0.06 for writing in writings)


def test_a_line_holds_only_its_own_ink():
    drawn = page(["2705", "38"]).astype(np.float32)
    whole = np.zeros_like(drawn)
    for writing in find_lines_of_writing(drawn):
        place = np.s_[
            writing.top : writing.top + writing.ink.shape[0], writing.left : writing.left + writing.ink.shape[1]
        ]
        assert not (whole[place] * writing.ink).any()
        whole[place] += writing.ink
    assert np.abs(whole - drawn)[drawn >= 0.5].max() == 0


def test_specks_change_nothing():
    drawn = page(["2705", "38"]).astype(np.float32)
    dirty = drawn.copy()
    for row, column in np.random.default_rng(1).integers(0, np.array(drawn.shape) - 3, (60, 2)):
        dirty[row : row + 3, column : column + 3] = 1
    assert abs(typical_height(dirty >= 0.5) - typical_height(drawn >= 0.5)) < 5
    assert len(find_lines_of_writing(dirty)) == 2


def test_a_five_in_two_strokes_is_in_one_line():
    drawn = page(["2505"]).astype(np.float32)
    drawn[:, :5] = 0
    assert len(find_lines_of_writing(drawn)) == 1


def test_nothing_is_no_line():
    assert find_lines_of_writing(np.zeros((50, 80), np.float32)) == []
    assert typical_height(np.zeros((50, 80), bool)) == 0.0


def test_ones_alone_have_a_height():
    drawn = page(["111"])
    assert abs(typical_height(drawn >= 0.5) - 60) < 4


def test_the_lines_of_writing_of_two_pages_stay_as_they_are():
    steps.hold("strokes")
