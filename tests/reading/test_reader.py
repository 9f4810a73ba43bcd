"""From pictures to digits: composed pages are read well enough, boxes are exact, and junk is left out."""

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_helpers import composing, load_pretrained, pipeline
from mnist_helpers.reading import Reading, find_digits, read_digits, reader
from mnist_helpers.reading.judging import NO_DIGIT
from mnist_helpers.reading.reader import Crop, _without_specks

TOOLS = Path(__file__).parents[2] / "tools"
PLAIN = {
    "paper": "plain",
    "light": "even",
    "noise": 1,
    "specks": 0,
    "skew": 0,
    "touching": False,
    "pen": "medium",
    "polarity": "dark on light",
    "height": 50,
}


@pytest.fixture(scope="module")
def validation():
    _, (images, labels), _ = pipeline.load_mnist_splits()
    return images, labels


@pytest.fixture(scope="module")
def page(validation):
    """The first five validation digits on plain paper."""
    images, labels = validation
    return composing.compose_code(images[:5], labels[:5], 1, **PLAIN)


@pytest.fixture(scope="module")
def result(page):
    return read_digits(page.image)


@pytest.fixture
def measure_reading(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import measure_reading

    return measure_reading


def test_sixty_composed_pages_are_read(validation, measure_reading):
    """The bounds are below what 1,000 pages give, as far as chance moves 60 pages."""
    figures = measure_reading.measure(*validation, codes=60, seed=2026)
    assert figures["codes"] == 60
    assert figures["digits_cut_right"] >= 0.98
    assert figures["codes_right"] >= 0.9
    assert figures["codes_right_of_surest"] >= 0.96
    assert figures["any_length"]["codes"] == 60
    assert figures["any_length"]["codes_right"] <= figures["codes_right"]


def test_each_number_of_codes_is_a_run_with_a_seed_of_its_own(measure_reading, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(measure_reading.record_runs, "RECORDED", tmp_path)
    monkeypatch.setattr(sys, "argv", ["measure_reading.py", "--codes", "2", "3", "--seed", "5", "--record"])
    assert measure_reading.main() == 0
    arm = json.loads((tmp_path / "reading.json").read_text(encoding="utf-8"))["arms"]["validation"]
    assert [(run["seed"], run["codes"], run["digits"]) for run in arm["runs"]] == [(5, 2, 10), (6, 3, 15)]
    assert arm["settings"]["digits"] == "validation"
    assert capsys.readouterr().out.count("of CPU a page") == 2


def test_what_the_reader_saw_of_a_misread_digit_is_kept(page, result, measure_reading):
    assert measure_reading.misread_digits(page, result) == []
    other = dataclasses.replace(page, text=str((int(page.text[0]) + 1) % 10) + page.text[1:])
    (digit,) = measure_reading.misread_digits(other, result)
    assert (digit["written"], digit["read"]) == (int(other.text[0]), int(page.text[0]))
    seen = np.frombuffer(bytes.fromhex(digit["seen"]), np.uint8).reshape(28, 28, 1)
    np.testing.assert_allclose(seen / 255, result.images[0], atol=1 / 255)


def test_a_plain_page_is_read(page, result):
    assert result.text == page.text
    assert result.accepted.all()


def test_a_reading_is_complete(result):
    assert isinstance(result, Reading)
    assert result.digits.shape == result.confidences.shape == result.accepted.shape == (5,)
    assert result.boxes.shape == (5, 4)
    assert np.issubdtype(result.boxes.dtype, np.integer)
    assert result.images.shape == (5, 28, 28, 1)
    assert result.images.dtype == np.float32
    assert result.probabilities.sum(axis=1) == pytest.approx(np.ones(5))
    assert (result.probabilities.argmax(axis=1) == result.digits).all()
    assert (result.confidences <= result.probabilities.max(axis=1)).all()


def test_boxes_are_those_of_the_ink(page, result):
    assert np.abs(result.boxes - page.boxes).max() <= 2


def test_crops_fit_their_boxes_and_hold_one_digit(page):
    crops = find_digits(page.image)
    assert len(crops) == 5
    for crop in crops:
        top, left, bottom, right = crop.box
        assert crop.ink.shape == (bottom - top, right - left)
        assert crop.ink.dtype == np.float32
        assert 0 <= crop.ink.min() <= crop.ink.max() <= 1
        dark = page.image[top:bottom, left:right] < 128
        assert ((crop.ink >= 0.5) == dark).mean() > 0.95


def test_several_lines_are_read_from_top_to_bottom(validation):
    images, labels = validation
    pages = [composing.compose_code(images[i : i + 4], labels[i : i + 4], i, **PLAIN) for i in (0, 4, 8)]
    width = max(page.image.shape[1] for page in pages)
    rows = [
        np.pad(page.image, [(0, 0), (0, width - page.image.shape[1])], constant_values=int(np.median(page.image)))
        for page in pages
    ]
    picture = np.concatenate(rows)
    assert read_digits(picture).text == "\n".join(page.text for page in pages)
    assert [crop.line for crop in find_digits(picture)] == [0] * 4 + [1] * 4 + [2] * 4


@pytest.mark.parametrize("scale", [0.6, 2, 4])
def test_boxes_are_in_pixels_of_the_picture_at_any_size(page, scale):
    from skimage.transform import rescale

    result = read_digits(rescale(page.image / 255, scale, anti_aliasing=scale < 1))
    assert "".join(map(str, result.digits)) == page.text
    assert np.abs(result.boxes - page.boxes * scale).max() <= 3 * max(1, scale)


def test_the_same_picture_in_another_form_gives_the_same(page, result):
    colour = np.repeat(page.image[..., None], 3, axis=2)
    for picture in (255 - page.image, page.image / 255.0, colour, page.image.astype(np.uint16) * 257):
        again = read_digits(picture)
        assert again.text == result.text
        np.testing.assert_array_equal(again.boxes, result.boxes)


@pytest.mark.parametrize("picture", ["white", "black", "noise", "one pixel", "a line", "dots"])
def test_where_there_is_no_digit_none_is_read(picture):
    random = np.random.default_rng(0)
    pictures = {
        "white": np.full((80, 120), 255, np.uint8),
        "black": np.zeros((80, 120), np.uint8),
        "noise": random.integers(0, 256, (80, 120)).astype(np.uint8),
        "one pixel": np.zeros((1, 1)),
        "a line": np.full((80, 120), 255, np.uint8),
        "dots": np.full((80, 120), 255, np.uint8),
    }
    pictures["a line"][40:43] = 0
    pictures["dots"][random.integers(0, 80, 12), random.integers(0, 120, 12)] = 0
    result = read_digits(pictures[picture])
    assert not set(result.text) & set("0123456789")


def test_specks_commas_and_strokes_are_left_out(page):
    picture = page.image.copy()
    (_, _, bottom, right), (_, left, _, _) = page.boxes[1:3]
    ink = int(picture.min())
    picture[bottom - 4 : bottom + 1, (left + right) // 2 - 1 : (left + right) // 2 + 2] = ink
    picture[3:6, 10:13] = ink
    result = read_digits(picture)
    assert "".join(map(str, result.digits)) == page.text


def test_a_digit_that_is_not_accepted_is_a_question_mark(page):
    result = read_digits(page.image, threshold=1)
    assert result.text == "?????"
    assert not result.accepted.any()
    assert "".join(map(str, result.digits)) == page.text
    assert read_digits(page.image, threshold=0).text == page.text


def test_what_the_judge_holds_for_no_digit_is_not_accepted(page, result):
    crops, judged, shares = reader._find(page.image)
    judged[1, NO_DIGIT] = judged[1].max() + 3
    doubted = reader._read(crops, judged, shares, None, reader.TEMPERATURE, threshold=0)
    assert doubted.accepted.tolist() == [True, False, True, True, True]
    assert doubted.text == result.text[0] + "?" + result.text[2:]
    assert doubted.confidences[1] < result.confidences[1]
    np.testing.assert_array_equal(np.delete(doubted.confidences, 1), np.delete(result.confidences, 1))


def test_of_a_line_that_is_hardly_writing_no_digit_is_accepted(page, result):
    crops, judged, shares = reader._find(page.image)
    assert shares.shape == (5,)
    assert shares.min() > reader._CLEAR_WRITING > reader._WRITING
    doubted = reader._read(crops, judged, shares * 0 + 0.7, None, reader.TEMPERATURE, threshold=0)
    assert doubted.text == "?????"
    np.testing.assert_array_equal(doubted.confidences, result.confidences)


@pytest.mark.parametrize("length", [3, 4, 6])
def test_a_line_is_read_as_so_many_digits_as_it_is_said_to_have(page, length):
    assert len(read_digits(page.image, length=length).digits) == len(find_digits(page.image, length)) == length


def test_to_say_the_right_length_changes_nothing_where_it_was_found(page, result):
    again = read_digits(page.image, length=5)
    np.testing.assert_array_equal(again.boxes, result.boxes)
    np.testing.assert_array_equal(again.confidences, result.confidences)


def test_a_line_that_cannot_have_so_many_digits_is_read_as_ever(page, result):
    assert read_digits(page.image, length=1000).text == result.text


def test_each_line_has_the_length(validation):
    images, labels = validation
    pages = [composing.compose_code(images[a : a + 4], labels[a : a + 4], a, **PLAIN) for a in (0, 4)]
    picture = np.full(
        (sum(len(page.image) for page in pages), max(page.image.shape[1] for page in pages)), 230, np.uint8
    )
    top = 0
    for page in pages:
        height, width = page.image.shape
        picture[top : top + height, :width] = page.image
        top += height
    assert [len(line) for line in read_digits(picture, length=3).text.split("\n")] == [3, 3]


def test_a_higher_temperature_makes_less_sure(page, result):
    calmer = read_digits(page.image, temperature=5.0)
    assert (calmer.confidences < result.confidences).all()
    np.testing.assert_array_equal(calmer.digits, result.digits)


def test_where_the_networks_differ_the_answer_is_less_sure(page, result):
    def opposed(images):
        votes = np.zeros((len(images), 10))
        votes[np.arange(len(images)), (result.digits + 1) % 10] = 3.0
        return votes

    assert (read_digits(page.image, opposed).confidences < result.confidences).all()


def test_another_network_reads(page):
    assert read_digits(page.image, load_pretrained("pocket")).text == page.text


def test_an_empty_reading_has_the_right_shapes():
    empty = read_digits(np.full((60, 90), 255, np.uint8))
    assert empty.text == ""
    assert empty.digits.shape == empty.confidences.shape == empty.accepted.shape == (0,)
    assert empty.boxes.shape == (0, 4)
    assert empty.images.shape == (0, 28, 28, 1)
    assert empty.probabilities.shape == (0, 10)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"temperature": 0}, ValueError, "temperature must be above 0; got 0"),
        ({"temperature": float("nan")}, ValueError, "temperature must be a finite number; got nan"),
        ({"threshold": 1.5}, ValueError, "threshold must be from 0 to 1; got 1.5"),
        ({"length": 0}, ValueError, "length must be the number of digits of a line, from 1; got 0"),
        ({"length": 2.5}, ValueError, "length must be a whole number; got 2.5"),
        ({"model": "reader"}, TypeError, r"got str. Load it first: load_pretrained\('reader'\)"),
        ({"model": 3}, TypeError, "model must be a network from images to logits; got int"),
        ({"model": lambda images: np.zeros((len(images), 26))}, ValueError, r"\(\d+, 10\) .* got \(\d+, 26\)"),
        ({"model": len}, ValueError, r"logits of shape \(\d+, 10\)"),
    ],
)
def test_wrong_settings_are_told(page, settings, error, message):
    with pytest.raises(error, match=message):
        read_digits(page.image, **settings)


def test_of_ink_that_is_all_specks_something_is_left():
    dots = np.zeros((20, 60), np.float32)
    dots[::4, ::4] = 1
    assert _without_specks(dots).sum() > 0


@pytest.mark.parametrize("result", [Crop, Reading])
def test_what_was_read_cannot_be_changed(result):
    made = result(*result.__dataclass_fields__)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.ink = None
