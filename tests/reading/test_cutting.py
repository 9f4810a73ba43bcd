"""Lines of writing are made level, marked where digits touch, and cut along seams."""

from itertools import pairwise

import numpy as np
import pytest
import steps

from mnist_helpers import composing, pipeline, reading
from mnist_helpers.reading import cutting
from mnist_helpers.reading.cutting import DIGIT_HEIGHT, INK, Strip, find_seams, level_writing, mark_borders
from mnist_helpers.reading.finding import find_writing
from mnist_helpers.reading.strokes import Writing


def bars(*columns: int, width: int = 60, thickness: int = 8) -> np.ndarray:
    ink = np.zeros((DIGIT_HEIGHT, width), np.float32)
    for column in columns:
        ink[:, column : column + thickness] = 1
    return ink


def writing_of(ink, height=None, slope=0.0) -> Writing:
    return Writing(np.asarray(ink, np.float32), 0, 0, float(height or len(ink)), slope)


@pytest.mark.parametrize("height", [20, 32, 47, 90])
def test_a_line_becomes_as_tall_as_always(height):
    strip = level_writing(writing_of(np.ones((height, 3 * height))))
    assert strip.ink.shape == pytest.approx((DIGIT_HEIGHT, 3 * DIGIT_HEIGHT), abs=1)
    assert strip.rows.shape == strip.columns.shape == (height, 3 * height)
    assert strip.ink.dtype == np.float32


def test_a_line_that_climbs_is_made_level():
    ink = np.zeros((100, 200), np.float32)
    for column in range(200):
        ink[70 - column // 4 : 80 - column // 4, column] = 1
    strip = level_writing(writing_of(ink, height=32, slope=-0.25))
    middles = (np.arange(len(strip.ink))[:, None] * strip.ink).sum(axis=0) / strip.ink.sum(axis=0)
    assert np.ptp(middles) <= 2


def test_each_pixel_of_the_line_is_found_on_the_strip():
    ink = np.zeros((64, 128), np.float32)
    ink[10:30, 40:60] = 1
    strip = level_writing(writing_of(ink, slope=0.1))
    on_strip = strip.ink[strip.rows, strip.columns]
    assert on_strip[12:28, 42:58].min() > 0.9
    assert on_strip[40:, 80:].max() == 0


def test_seams_run_through_gaps_and_not_through_thick_strokes():
    ink = bars(6, 26, 46)
    seams = find_seams(ink, np.zeros(ink.shape))
    apart = [seam for seam in seams if ink[np.arange(len(ink)), np.minimum(seam, 59)].sum() < 1]
    middles = [np.median(seam) for seam in apart]
    assert all(any(abs(middle - gap) <= 3 for middle in middles) for gap in (20, 40))


def test_seams_do_not_cross_and_have_ink_between_them():
    random = np.random.default_rng(0)
    ink = (random.random((DIGIT_HEIGHT, 90)) < 0.3).astype(np.float32)
    seams = find_seams(ink, np.zeros(ink.shape))
    assert (np.diff(seams, axis=0) >= 0).all()
    columns = np.arange(90)
    for left, right in pairwise(seams):
        assert (ink[(columns >= left[:, None]) & (columns < right[:, None])] >= INK).any()
    assert not (ink * (columns >= seams[-1][:, None])).any()


def test_a_marked_border_is_free_to_cross():
    ink = bars(10, thickness=40)
    borders = np.zeros(ink.shape)
    inside = [seam for seam in find_seams(ink, borders) if 14 < np.median(seam) < 46]
    assert not inside, "the bar is too thick to be cut"
    borders[:, 29:31] = 1
    inside = [seam for seam in find_seams(ink, borders) if 14 < np.median(seam) < 46]
    assert inside
    assert np.abs(np.array(inside) - 29.5).max() <= 4


def test_no_ink_gives_one_seam():
    assert find_seams(np.zeros((32, 40)), np.zeros((32, 40))).shape == (1, 32)


@pytest.mark.parametrize("shape", [(32, 50), (41, 133)])
def test_marks_have_the_shape_of_their_strip(shape):
    marks = mark_borders(Strip(np.zeros(shape, np.float32), *np.indices(shape)))
    assert marks.shape == shape
    assert marks.max() < 0.5, "there is no ink to meet"


def test_the_network_is_given_little_more_than_the_strip(monkeypatch):
    given = []
    monkeypatch.setattr(cutting, "answers", lambda model, images: given.append(images) or images)
    mark_borders(Strip(np.zeros((33, 1001), np.float32), *np.indices((33, 1001))))
    assert [images.shape for images in given] == [(1, 40, 1008, 1)]


def strips_of_pages(touching: bool) -> list[Strip]:
    _, (images, labels), _ = pipeline.load_mnist_splits()
    plain = {"paper": "plain", "light": "even", "noise": 1, "specks": 0, "skew": 0}
    pages = [
        composing.compose_code(images[i : i + 4], labels[i : i + 4], i, touching=touching, **plain)
        for i in range(0, 40, 4)
    ]
    return [level_writing(line) for page in pages for line in find_writing(reading.to_grey(page.image))[0]]


def test_touching_digits_are_marked_where_they_touch():
    marked = []
    for touching in (False, True):
        strips = strips_of_pages(touching)
        on_ink = [mark_borders(strip)[strip.ink >= INK] for strip in strips]
        marked.append(np.mean([(marks > 0.5).sum() for marks in on_ink]))
    assert marked[1] > 5 * marked[0]


def test_the_strips_and_seams_of_two_pages_stay_as_they_are():
    steps.hold("cutting")
