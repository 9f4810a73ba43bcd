"""Writing is found at any size, in bounded time."""

import time

import numpy as np
import pytest
import steps
from scenes import page, photograph

from mnist_helpers.reading.cutting import level_writing
from mnist_helpers.reading.finding import find_writing


@pytest.mark.parametrize(("height", "pen"), [(16, 2.0), (60, 5.0), (200, 12.0), (500, 40.0)])
def test_small_and_large_writing(height, pen):
    grey = photograph(page(["2705"], height, pen), noise=0.005, blur=0.4)
    writings, shape = find_writing(grey)
    assert len(writings) == 1
    scale = grey.shape[0] / shape[0]
    assert abs(writings[0].height * scale / height - 1) < 0.15
    assert 25 < writings[0].height < 120


def test_light_on_dark_is_the_same():
    grey = photograph(page(["2705"]))
    (dark,), _ = find_writing(grey)
    (light,), _ = find_writing(1 - grey)
    assert np.abs(dark.ink - light.ink).mean() < 0.02


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (11, 100), (100, 2)])
def test_too_small_for_a_digit(shape):
    assert find_writing(np.random.default_rng(1).random(shape, np.float32)) == ([], shape)


@pytest.mark.parametrize("shape", [(12, 300_000), (300_000, 12), (4000, 4000)])
def test_large_pictures_take_bounded_time(shape):
    grey = np.ones(shape, np.float32)
    grey[: shape[0] // 2] = 0.3
    start = time.process_time()
    find_writing(grey)
    assert time.process_time() - start < 10


def squares(shape: tuple, side: int, every: int) -> np.ndarray:
    """Return a white picture with black squares at a distance of each other."""
    rows, columns = (np.arange(length) % every < side for length in shape)
    return 1 - (rows[:, None] & columns).astype(np.float32)


@pytest.mark.parametrize(("shape", "side", "every"), [((37, 300), 2, 5), ((1600, 1600), 10, 20)])
def test_writing_too_small_to_be_read_is_not_enlarged_without_end(shape, side, every):
    writings, found_in = find_writing(squares(shape, side, every))
    assert writings
    assert found_in[0] <= 4 * shape[0]
    assert sum(level_writing(writing).ink.size for writing in writings) <= 4_100_000


def test_of_too_much_writing_the_largest_is_found():
    picture = squares((1600, 1600), 10, 20)
    picture[:200] = 1
    picture[60:82, 100:108] = picture[60:82, 150:158] = 0
    writings, shape = find_writing(picture)
    assert len(writings) < 70
    tops, heights = (np.array([getattr(writing, name) for writing in writings]) for name in ("top", "height"))
    assert (np.diff(tops) > 0).all()
    assert heights[0] / shape[0] * 1600 == pytest.approx(22, abs=2)


def test_a_stair_is_no_line_of_writing():
    picture = np.ones((400, 400), np.float32)
    for step in range(8):
        picture[20 + 25 * step : 60 + 25 * step, 20 + 30 * step : 26 + 30 * step] = 0
    assert len(find_writing(picture[:, :80])[0]) == 1, "two steps are no more than two digits at different heights"
    assert find_writing(picture)[0] == []


def test_what_is_found_on_pages_of_any_size_stays_as_it_is():
    steps.hold("finding")
