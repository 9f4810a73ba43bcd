"""Invariants of reading: what holds of any picture, of any ink and of any way to cut a line."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import ndimage

from mnist_helpers import reading
from mnist_helpers.reading import cutting, finding, ink, judging, lines, networks, pictures, sheets, strokes

FEW = settings(max_examples=max(5, settings.default.max_examples // 4))
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def masks(draw, largest=80):
    """Blots, strokes and lines on paper, at random."""
    random = np.random.default_rng(draw(SEEDS))
    mask = np.zeros((draw(st.integers(12, largest)), draw(st.integers(12, 2 * largest))), bool)
    for _ in range(draw(st.integers(0, 6))):
        top, left = random.integers(mask.shape[0]), random.integers(mask.shape[1])
        height, width = random.integers(1, [40, 12] if random.random() < 0.7 else [4, 120])
        mask[top : top + height, left : left + width] = True
    return mask


@st.composite
def greys(draw):
    """Pictures of masks: dark on light or light on dark, with noise."""
    mask, noise = draw(masks()), draw(st.sampled_from([0.0, 0.02, 0.3]))
    grey = np.where(mask, 0.1, 0.9) + noise * np.random.default_rng(draw(SEEDS)).normal(size=mask.shape)
    return np.clip(1 - grey if draw(st.booleans()) else grey, 0, 1).astype(np.float32)


PIXELS = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=12))


@given(PIXELS, st.sampled_from([np.uint8, np.int16, np.int64, ">i4", np.float32, np.float64]))
def test_grey_levels_do_not_depend_on_dtype_channel_or_colour(pixels, dtype):
    expected = pixels / np.float32(255)
    same = (pixels / 255 if np.dtype(dtype).kind == "f" else pixels).astype(dtype)
    for picture in (same, same[..., None], np.stack([same] * 3, axis=-1)):
        grey = reading.to_grey(picture)
        assert grey.dtype == np.float32
        np.testing.assert_allclose(grey, expected, atol=1e-6)


@given(PIXELS, st.integers(1, 15))
def test_shrinking_keeps_the_mean_of_whole_squares(pixels, step):
    small = pictures.shrink(pixels.astype(float), step)
    assert small.shape == tuple(-(-side // step) for side in pixels.shape)
    assert pixels.min() <= small.min() and small.max() <= pixels.max()
    whole = np.kron(pixels, np.ones((step, step)))
    np.testing.assert_allclose(pictures.shrink(whole, step), pixels)


@given(masks(40), st.integers(0, 9), st.integers(0, 9))
def test_where_a_digit_lies_on_the_paper_does_not_matter(mask, above, before):
    if not mask.any():
        return
    once, moved = reading.normalise_digit(mask), reading.normalise_digit(np.pad(mask, [(above, 3), (before, 2)]))
    np.testing.assert_allclose(once, moved, atol=1e-6)
    assert once.shape == (28, 28) and once.dtype == np.float32 and once.min() >= 0 and once.max() <= 1
    centre = ndimage.center_of_mass(once)
    if not (once[[0, -1]].any() or once[:, [0, -1]].any()):  # nothing was cut off
        np.testing.assert_allclose(centre, (13.5, 13.5), atol=0.25)  # edges of pixels move it a little


@given(masks(40))
def test_restoring_the_pen_keeps_pens_as_they_should_be_and_makes_no_other_numbers(mask):
    if not mask.any():
        return
    restored = reading.restore_pen(mask)
    assert restored.min() >= 0 and restored.max() <= 1 and restored.any()
    low, high = 0.1, 0.2
    from mnist_helpers.reading.normalising import pen_width

    if low <= pen_width(mask) <= high:
        np.testing.assert_array_equal(restored, mask)


@given(masks(30), st.sampled_from([0, 1]))
def test_run_lengths_are_counted_one_by_one(mask, axis):
    found = ink.run_lengths(mask, axis)
    turned = mask if axis == 1 else mask.T
    expected = np.zeros(turned.shape, int)
    for row, values in enumerate(turned):
        column = 0
        for inked, run in itertools.groupby(values):
            length = len(list(run))
            expected[row, column : column + length] = length if inked else 0
            column += length
    np.testing.assert_array_equal(found, expected if axis == 1 else expected.T)


@FEW
@given(greys())
def test_ink_and_sheets_and_lines_stay_within_paper_and_ink(grey):
    before = grey.copy()
    assert isinstance(ink.ink_is_dark(grey), bool)
    extended, inked = sheets.extend_sheet(grey), ink.find_ink(grey)
    without = lines.remove_lines(inked)
    for picture in (extended, inked, without):
        assert picture.shape == grey.shape
        assert np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1
    assert set(np.unique(extended)) <= set(np.unique(grey))
    np.testing.assert_array_equal(grey, before)


@FEW
@given(masks())
def test_lines_of_writing_hold_ink_of_the_page_once(mask):
    page = mask.astype(np.float32)
    found = strokes.find_lines_of_writing(page)
    seen = np.zeros(mask.shape, int)
    for line in found:
        height, width = line.ink.shape
        place = np.s_[line.top : line.top + height, line.left : line.left + width]
        assert (line.ink <= page[place]).all()
        seen[place] += line.ink > 0
        assert line.height >= 8 and np.isfinite(line.slope)
    assert seen.max(initial=0) <= 1
    assert strokes.typical_height(mask) <= mask.shape[0]


@FEW
@given(greys())
def test_writing_is_found_cut_and_divided_without_a_remainder(grey):
    found, shape = finding.find_writing(grey)
    for writing in found:
        assert writing.top + writing.ink.shape[0] <= shape[0] and writing.left + writing.ink.shape[1] <= shape[1]
        strip = cutting.level_writing(writing)
        assert strip.ink.min() >= 0 and strip.ink.max() <= 1
        borders = cutting.mark_borders(strip)
        assert borders.shape == strip.ink.shape and borders.min() >= 0 and borders.max() <= 1
        seams = cutting.find_seams(strip.ink, borders)
        assert (np.diff(seams, axis=0) >= 0).all() or len(seams) == 1
        assert seams.min() == 0 and seams.max() <= strip.ink.shape[1]
        parts = judging.candidate_parts(strip, seams)
        assert {(n, n + 1) for n in range(len(seams) - 1)} <= {(part.start, part.stop) for part in parts}
        pieces = [
            judging.part_of_writing(strip, seams, judging.Part(n, n + 1, (0, 0, 1, 1))) for n in range(len(seams) - 1)
        ]
        assert np.sum(pieces, axis=0).max(initial=0) <= 1
        if parts:
            views = judging.view_parts(strip, seams, parts)
            assert len(views) == len(parts) and np.isfinite(views).all()
            log_odds = np.linspace(-3, 3, len(parts))
            chosen = [parts[index] for index in judging.choose_parts(parts, log_odds)]
            assert all(one.stop <= other.start for one, other in itertools.pairwise(chosen))
            assert 0 <= judging.share_of_digits(strip, seams, chosen, np.ones(len(chosen))) <= 1 + 1e-9


@given(st.integers(1, 6), SEEDS)
def test_the_chosen_division_is_the_best_of_all(pieces, seed):
    random = np.random.default_rng(seed)
    parts = [
        judging.Part(start, stop, (0, 0, int(random.integers(5, 40)), 5))
        for start in range(pieces)
        for stop in range(start + 1, pieces + 1)
    ]
    log_odds = random.normal(0, 3, len(parts))
    place = {(part.start, part.stop): index for index, part in enumerate(parts)}

    def worth(index, is_digit):
        tall = (parts[index].box[2] - parts[index].box[0]) / cutting.DIGIT_HEIGHT
        return (log_odds[index] if tall >= judging._LOWEST else -np.inf) if is_digit else -judging._JUNK * tall

    best = -np.inf
    for cuts in itertools.chain.from_iterable(itertools.combinations(range(1, pieces), n) for n in range(pieces)):
        division = [place[pair] for pair in itertools.pairwise((0, *cuts, pieces))]
        best = max(best, sum(max(worth(index, True), worth(index, False)) for index in division))
    chosen = set(judging.choose_parts(parts, log_odds))
    gaps = [0, *(side for index in sorted(chosen) for side in (parts[index].start, parts[index].stop)), pieces]
    found = sum(worth(index, True) for index in chosen)
    for start, stop in (
        itertools.batched(gaps, 2) if hasattr(itertools, "batched") else zip(*[iter(gaps)] * 2, strict=True)
    ):
        if stop > start:
            found += max(
                sum(worth(place[pair], False) for pair in itertools.pairwise((start, *cuts, stop)))
                for n in range(stop - start)
                for cuts in itertools.combinations(range(start + 1, stop), n)
            )
    np.testing.assert_allclose(found, best)


@given(st.integers(1, 50), st.integers(1, 5), st.integers(1, 40))
def test_answers_in_batches_are_those_of_all_at_once(number, side, values):
    images = np.random.default_rng(number).random((number, side), dtype=np.float32)
    largest, networks._VALUES = networks._VALUES, values
    try:
        found = networks.answers(lambda batch: batch.sum(axis=1), images)
    finally:
        networks._VALUES = largest
    np.testing.assert_array_equal(found, images.sum(axis=1).astype(float))


@FEW
@given(greys(), st.floats(0, 1))
def test_a_reading_hangs_together(grey, threshold):
    crops = reading.find_digits(grey)
    read = reading.read_digits(grey, threshold=threshold)
    assert [crop.box for crop in crops] == [tuple(box) for box in read.boxes.tolist()]
    for (top, left, bottom, right), crop in zip(read.boxes, crops, strict=True):
        assert 0 <= top < bottom <= grey.shape[0] and 0 <= left < right <= grey.shape[1]
        assert crop.ink.shape == (bottom - top, right - left)
    np.testing.assert_allclose(read.probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(read.accepted, read.confidences >= threshold)
    signs = [str(digit) if sure else "?" for digit, sure in zip(read.digits, read.accepted, strict=True)]
    assert read.text.replace("\n", "") == "".join(signs)
