"""Parts of a line of writing: which there are, what the judge sees of them, and which are chosen."""

from itertools import combinations, pairwise

import numpy as np
import pytest
import steps

from mnist_helpers.reading.cutting import DIGIT_HEIGHT, Strip
from mnist_helpers.reading.judging import (
    NO_DIGIT,
    VIEW,
    Part,
    candidate_parts,
    choose_parts,
    part_of_writing,
    share_of_digits,
    view_parts,
)
from mnist_helpers.reading.networks import FOLDER, answers, network


@pytest.fixture
def line() -> tuple[Strip, np.ndarray]:
    """Three bars, at a distance, and the seams between them."""
    ink = np.zeros((DIGIT_HEIGHT, 60), np.float32)
    ink[:, 5:10] = ink[4:20, 25:30] = ink[:, 45:50] = 1
    seams = np.array([[column] * DIGIT_HEIGHT for column in (0, 17, 37, 60)])
    return Strip(ink, *np.indices(ink.shape)), seams


def test_candidates_are_all_runs_of_pieces(line):
    parts = candidate_parts(*line)
    assert [(part.start, part.stop) for part in parts] == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert parts[1].box == (0, 5, 32, 30)
    assert parts[3].box == (4, 25, 20, 30)


def test_what_is_too_wide_is_no_candidate():
    ink = np.zeros((DIGIT_HEIGHT, 200), np.float32)
    ink[:, 10:14] = ink[:, 150:154] = 1
    seams = np.array([[column] * DIGIT_HEIGHT for column in (0, 80, 200)])
    parts = candidate_parts(Strip(ink, *np.indices(ink.shape)), seams)
    assert [(part.start, part.stop) for part in parts] == [(0, 1), (1, 2)]


def test_a_part_belongs_to_the_writing_between_its_seams(line):
    strip, seams = line
    owned = part_of_writing(strip, seams, Part(1, 2, (4, 25, 20, 30)))
    assert owned[:, 17:37].all()
    assert owned.sum() == DIGIT_HEIGHT * 20


def test_views_show_the_part_and_apart_from_it_the_rest(line):
    strip, seams = line
    parts = candidate_parts(strip, seams)
    views = view_parts(strip, seams, parts)
    assert views.shape == (6, *VIEW, 2)
    assert views.dtype == np.float32
    middle = views[3]
    assert middle[..., 0].sum() * 4 == pytest.approx(16 * 5)
    rows, columns = np.nonzero(middle[..., 0])
    assert (rows.mean(), columns.mean()) == pytest.approx((VIEW[0] / 2, VIEW[1] / 2), abs=1)
    assert middle[..., 1].sum() > 0
    assert not (middle[..., 0] * middle[..., 1]).any()


def test_a_view_at_the_edge_is_filled_with_paper(line):
    strip, seams = line
    view = view_parts(strip, seams, candidate_parts(strip, seams)[:1])[0]
    assert not view[:, :10].any()


@pytest.mark.parametrize(
    ("log_odds", "expected"),
    [
        ([5, -5, -5, 5, -5, 5], [0, 3, 5]),
        ([-5, 5, -5, -5, -5, 5], [1, 5]),
        ([-5, -5, 5, -5, -5, -5], [2]),
        ([5, -5, -5, -9, -5, 5], [0, 5]),
        ([1, 1.5, -5, 1, -5, 1], [0, 3, 5]),
    ],
    ids=["three", "two together", "all together", "one left out", "more digits add more"],
)
def test_the_likeliest_division_is_chosen(line, log_odds, expected):
    assert choose_parts(candidate_parts(*line), np.array(log_odds, float)) == expected


@pytest.mark.parametrize(
    ("length", "expected"), [(1, [2]), (2, [1, 5]), (3, [0, 3, 5]), (4, [1, 5]), (10**6, [1, 5]), (None, [1, 5])]
)
def test_a_line_is_divided_into_as_many_digits_as_it_has(line, length, expected):
    log_odds = np.array([1.0, 5.0, 2.0, 1.0, -5.0, 5.0])
    assert choose_parts(candidate_parts(*line), log_odds, length) == expected


def test_of_the_divisions_into_so_many_digits_the_likeliest_is_chosen(line):
    random = np.random.default_rng(1)
    parts = candidate_parts(*line)
    heights = np.array([(part.box[2] - part.box[0]) / DIGIT_HEIGHT for part in parts])
    for _ in range(50):
        log_odds = random.normal(0, 5, len(parts))
        divisions = [(0, 3, 5), (0, 4), (1, 5), (2,)]
        for length in (1, 2, 3):
            best = -np.inf, None
            for division in divisions:
                for digits in combinations(division, length):
                    left_out = [part for part in division if part not in digits]
                    best = max(best, (log_odds[list(digits)].sum() - 6 * heights[left_out].sum(), list(digits)))
            assert choose_parts(parts, log_odds, length) == best[1]


def test_chosen_parts_never_share_a_piece(line):
    random = np.random.default_rng(0)
    parts = candidate_parts(*line)
    for _ in range(100):
        chosen = [parts[index] for index in choose_parts(parts, random.normal(0, 5, len(parts)))]
        assert all(one.stop <= other.start for one, other in pairwise(chosen))


def test_what_is_too_low_is_never_a_digit():
    parts = [Part(0, 1, (20, 0, 25, 5))]
    assert choose_parts(parts, np.array([50.0])) == []


def test_nothing_gives_nothing():
    assert choose_parts([], np.zeros(0)) == []


def test_the_share_of_digits_counts_their_ink_by_how_likely_they_are(line):
    first, last = (part for part in candidate_parts(*line) if (part.start, part.stop) in ((0, 1), (2, 3)))
    all_ink = 5 * (32 + 16 + 32)
    assert share_of_digits(*line, [first, last], np.array([1.0, 0.5])) == pytest.approx((160 + 80) / all_ink)
    assert share_of_digits(*line, [], np.zeros(0)) == 0


def test_the_judge_tells_digits_from_halves_of_digits():
    from mnist_helpers import pipeline

    _, (images, labels), _ = pipeline.load_mnist_splits()
    images, labels = images[:200, 2:26, :, 0], labels[:200]
    whole = np.zeros((200, *VIEW, 2), np.float32)
    rows = (np.arange(16) * 1.5).astype(int)
    whole[:, 4:20, 6:25, 0] = images[:, rows][:, :, (np.arange(19) * 1.5).astype(int)]
    half = whole.copy()
    half[:, :, 16:, 1] = half[:, :, 16:, 0]
    half[:, :, 16:, 0] = 0
    no_digit = [(answers(network("judge", FOLDER), views).argmax(axis=1) == NO_DIGIT).mean() for views in (whole, half)]
    assert no_digit[0] < 0.2
    assert no_digit[1] > 0.5


def test_the_parts_and_views_of_two_pages_stay_as_they_are():
    steps.hold("judging")
