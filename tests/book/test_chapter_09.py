"""Chapter 9 composes words, cuts them, and looks them up: its functions are held here."""

import numpy as np
import pytest
from skimage import transform

CHAPTER = "09_emnist.ipynb"


@pytest.fixture(scope="module")
def twins(cells_tagged) -> dict:
    """The names that the chapter's own functions leave behind, with a list of three towns."""
    names = {"np": np, "transform": transform, "TOWNS": ["OSLO", "ROME", "PARIS"]}
    exec(cells_tagged("word-twin"), names)
    return names


@pytest.fixture(scope="module")
def strokes():
    """One image of each class: a stroke of that class's own width, in the middle."""
    images = np.zeros((26, 28, 28, 1), "float32")
    for label in range(26):
        images[label, 4:24, 14 - (label + 2) // 4 : 15 + label // 4] = 1
    return images


def scores_for(word):
    scores = np.full((len(word), 26), -9.0)
    scores[np.arange(len(word)), [ord(letter) - 65 for letter in word]] = -0.1
    return scores


def test_a_word_is_written_with_gaps_and_cut_at_them(twins, strokes):
    page = twins["write_word"]("ABZ", strokes, np.arange(26), np.random.default_rng(0))
    assert page.dtype == np.uint8 and page.shape[0] == 96
    widths = [right - left for left, right in twins["cut_at_gaps"]((235 - page.astype(float)) / 190)]
    assert widths == pytest.approx([2 * strokes[label].any(axis=0).sum() for label in (0, 1, 25)], abs=2)


def test_gaps_at_the_rim_are_none(twins):
    ink = np.zeros((10, 12))
    ink[:, [0, 1, 5, 11]] = 1
    assert twins["cut_at_gaps"](ink).tolist() == [[0, 2], [5, 6], [11, 12]]
    assert twins["cut_at_gaps"](np.zeros((10, 12))).tolist() == []


@pytest.mark.parametrize(("height", "width"), [(60, 20), (20, 60), (33, 32), (7, 50)])
def test_a_letter_is_centred_and_fills_24_pixels(twins, height, width):
    ink = np.zeros((90, 90))
    ink[5 : 5 + height, 20 : 20 + width] = 1
    letter = twins["fit_letter"](ink)
    assert letter.shape == (28, 28)
    rows, columns = np.flatnonzero(letter.max(axis=1) > 0.5), np.flatnonzero(letter.max(axis=0) > 0.5)
    longer, shorter = (rows, columns) if height > width else (columns, rows)
    assert (longer[0], longer[-1]) == (2, 25)
    assert (shorter[0] + shorter[-1]) / 2 == pytest.approx(13.5, abs=1)


def test_the_best_word_has_the_right_length_and_the_highest_sum(twins):
    best_word = twins["best_word"]
    word, total = best_word(scores_for("ROMA"), ["OSLO", "ROME", "PARIS"])
    assert word == "ROME" and total == pytest.approx(-0.1 * 3 - 9)
    assert best_word(scores_for("BERLIN"), ["OSLO", "PARIS"]) == (None, -np.inf)


def test_the_price_is_what_the_dictionary_gives_up(twins):
    assert twins["price_of"](scores_for("OSLO")) == pytest.approx(0)
    assert twins["price_of"](scores_for("ROMA")) == pytest.approx(8.9)
    assert twins["price_of"](scores_for("TUNISIA")) == np.inf
