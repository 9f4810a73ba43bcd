"""Chapter 8 counts errors by their cause and by the pages' factors, and sums digits: its functions are held here."""

from types import SimpleNamespace

import numpy as np
import pytest

CHAPTER = "08_applications.ipynb"


@pytest.fixture(scope="module")
def twins(cells_tagged) -> dict:
    """The names that the chapter's own functions leave behind."""
    names = {"np": np}
    for tag in ("fates-twin", "factors-twin", "confidence-twin", "costs-twin", "checksum-twin"):
        exec(cells_tagged(tag), names)
    return names


def page_of(text, boxes, **factors):
    return SimpleNamespace(text=text, boxes=np.array(boxes, int).reshape(-1, 4), factors=factors)


def reading_of(digits, boxes=(), confidences=()):
    boxes = np.array(boxes, int).reshape(-1, 4)
    return SimpleNamespace(digits=np.array(digits, int), boxes=boxes, confidences=np.array(confidences, float))


def test_overlap_of_boxes(twins):
    boxes = np.array([[0, 0, 10, 10], [0, 20, 10, 30]])
    others = np.array([[0, 0, 10, 10], [0, 5, 10, 15], [5, 20, 10, 30], [40, 40, 50, 50]])
    shared = twins["overlap"](boxes, others)
    np.testing.assert_allclose(shared[0], [1, 50 / 150, 0, 0])
    np.testing.assert_allclose(shared[1], [0, 0, 0.5, 0])
    assert twins["overlap"](boxes, np.zeros((0, 4), int)).shape == (2, 0)


def test_each_digit_has_one_fate(twins):
    boxes = [[0, 0, 10, 10], [0, 20, 10, 30], [0, 40, 10, 50], [0, 60, 10, 70]]
    page = page_of("1234", boxes)
    found = reading_of([1, 9, 9], [boxes[0], boxes[1], [0, 40, 10, 46]])
    assert twins["what_became_of"](page, found) == ["right", "misread", "cut wrongly", "not found"]
    assert twins["what_became_of"](page, reading_of([])) == ["not found"] * 4


def test_a_digit_read_rightly_from_a_loose_box_is_right(twins):
    page = page_of("7", [[0, 0, 10, 10]])
    assert twins["what_became_of"](page, reading_of([7], [[0, 0, 10, 20]])) == ["right"]


def test_every_page_counts_once_for_each_factor(twins):
    common = {"paper": "plain", "light": "even", "polarity": "dark on light"}
    pages = [
        page_of("1", [], touching=number < 2, pen="thin" if number % 2 else "thick", skew=2 * number - 8, **common)
        for number in range(8)
    ]
    right = np.arange(8) != 1
    factors = twins["by_factor"](pages, right)
    counted = {label: (hits, number) for values in factors for label, hits, number in values}
    assert counted["touching"] == (1, 2)
    assert counted["digits apart"] == (6, 6)
    assert counted["thin pen"] == (3, 4)
    assert counted["plain paper"] == (7, 8)
    assert counted["skew above 4°"] == (2, 3)  # of -8, -6 and 6 the second is wrong
    assert [sum(number for _, _, number in values) for values in factors] == 6 * [len(pages)]


def test_confidence_of_a_text(twins):
    answer = reading_of([1, 2], confidences=[0.9, 0.5])
    assert twins["confidence_of"](answer) == pytest.approx(0.45)
    assert twins["confidence_of"](answer, length=2) == pytest.approx(0.45)
    assert twins["confidence_of"](answer, length=5) == 0
    assert twins["confidence_of"](reading_of([])) == 0, "an empty product would be 1"


def test_costs_of_thresholds(twins):
    confidence, right = np.array([0.9, 0.6, 0.8]), np.array([True, False, True])
    assert twins["cost"](0.5, confidence, right, 10, 1) == pytest.approx(10 / 3)
    assert twins["cost"](0.7, confidence, right, 10, 1) == pytest.approx(1 / 3)
    assert twins["cost"](np.inf, confidence, right, 10, 1) == pytest.approx(1)
    thresholds, costs = twins["all_costs"](confidence, right, 10, 1)
    assert thresholds.tolist() == [0.6, 0.8, 0.9, np.inf]
    assert thresholds[costs.argmin()] == 0.8


@pytest.mark.parametrize(("number", "last_digit"), [("021000021", 0), ("111000025", 0), ("021000022", 1)])
def test_checksum_of_routing_numbers(twins, number, last_digit):
    """The first two are in public use: a large bank each."""
    assert twins["checksum"](np.array([int(digit) for digit in number])) == last_digit


def test_the_example_that_is_shown_says_that_it_is_composed(chapter):
    (cell,) = [
        cell
        for cell in chapter.cells
        if cell.metadata.get("mystnb", {}).get("figure", {}).get("name") == "fig-applications-own"
    ]
    assert "composed example" in cell.metadata.mystnb.figure.caption.lower()
    assert "not a photo" in cell.metadata.mystnb.image.alt
