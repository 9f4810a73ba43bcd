"""What holds no digit gives an empty reading, or a clear error; nothing makes reading fall over."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from sklearn.datasets import load_sample_image

from mnist_helpers.reading import find_digits, read_digits


@pytest.mark.parametrize("value", [0, 7, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (28, 28), (300, 200), (100, 100, 3), (100, 100, 4)])
def test_one_colour_is_an_empty_reading(value, shape):
    reading = read_digits(np.full(shape, value, np.uint8))
    assert reading.text == ""
    assert reading.boxes.shape == (0, 4) and reading.images.shape == (0, 28, 28, 1)
    assert reading.probabilities.shape == (0, 10) and reading.accepted.shape == (0,)


@pytest.mark.parametrize("wrong", [np.zeros((0, 9)), np.zeros(9), np.full((9, 9), np.nan), np.full((9, 9), -1.0)])
@pytest.mark.parametrize("function", [read_digits, find_digits])
def test_no_picture_is_refused(function, wrong):
    with pytest.raises(ValueError, match=r"picture|pixels"):
        function(wrong)


@pytest.mark.parametrize("wrong", ["photo.png", None, np.full((9, 9), None)])
def test_no_array_of_numbers_is_refused(wrong):
    with pytest.raises(TypeError, match="picture"):
        read_digits(wrong)


@pytest.mark.parametrize("name", ["brick", "grass", "gravel"])
def test_surfaces_that_the_judge_learned_hold_no_digit(name):
    assert not read_digits(getattr(skimage.data, name)()).accepted.any()


@pytest.mark.parametrize(
    "name", ["astronaut", "chelsea", "clock", "coffee", "coins", "page", "text", "china.jpg", "flower.jpg"]
)
def test_photographs_that_the_judge_never_saw_hold_no_digit(name):
    picture = load_sample_image(name) if name.endswith("jpg") else getattr(skimage.data, name)()
    assert not read_digits(picture).accepted.any()


@pytest.mark.parametrize("seed", range(3))
def test_noise_holds_no_digit(seed):
    noise = np.random.default_rng(seed).integers(0, 256, (150, 200), np.uint8)
    assert not read_digits(noise).accepted.any()


def test_a_chessboard_holds_no_digit():
    board = np.kron(np.indices((8, 8)).sum(axis=0) % 2, np.ones((25, 25))) * 255
    assert not read_digits(board).accepted.any()


@pytest.fixture
def fuzz_reading():
    path = Path(__file__).parents[2] / "tools" / "fuzz_reading.py"
    spec = importlib.util.spec_from_file_location("fuzz_reading", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_random_pictures_never_make_it_fall_over(fuzz_reading):
    counts, _, faults = fuzz_reading.count_outcomes(200, seed=1)
    assert not [fault for fault in faults if " took " not in fault]
    assert counts["a clear error"] and counts["empty"]


def test_stripes_that_fade_when_they_are_made_level_are_no_writing(fuzz_reading):
    stripes = fuzz_reading.random_picture(np.random.default_rng((9, 42)))
    assert read_digits(stripes).text == ""
