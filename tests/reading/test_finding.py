"""Writing is found at any size, in bounded time."""

import time

import numpy as np
import pytest
from scenes import page, photograph

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
