"""Composed pages: the same seed gives the same page, boxes fit the ink, and factors are what they are said to be."""

from collections import Counter

import numpy as np
import pytest
from scipy.ndimage import label

from mnist_helpers import composing, load_mnist

(IMAGES, LABELS), _ = load_mnist()
IMAGES, LABELS = IMAGES[:5000], LABELS[:5000]
CLEAN = {"noise": 0, "specks": 0, "paper": "plain", "light": "even", "polarity": "dark on light"}


def page_of(seed, number=5, **factors):
    return composing.compose_code(IMAGES[:number], LABELS[:number], seed, **factors)


def ink_of(page):
    """Where a clean page is darker than half-way between paper and pen."""
    return page.image < (int(page.image.min()) + int(page.image.max())) / 2


@pytest.fixture(scope="module")
def pages():
    return composing.compose_many(IMAGES, LABELS, 120, seed=4)


def test_the_same_seed_gives_the_same_page_and_another_does_not():
    first, again, other = page_of(1), page_of(1), page_of(2)
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.boxes, again.boxes)
    assert first.factors == again.factors != other.factors
    many, again = (composing.compose_many(IMAGES, LABELS, 3, seed=1) for _ in range(2))
    assert all(np.array_equal(one.image, two.image) for one, two in zip(many, again, strict=True))


def test_a_page_says_what_is_on_it(pages):
    page = page_of(1)
    assert page.text == "50419"
    for page in pages:
        assert page.image.dtype == np.uint8
        assert page.boxes.shape == (5, 4)
        assert len(page.text) == 5
        assert set(page.text) <= set("0123456789")
        assert set(page.factors) == {
            "skew",
            "height",
            "pen",
            "touching",
            "paper",
            "light",
            "polarity",
            "noise",
            "specks",
        }


@pytest.mark.parametrize("seed", range(12))
def test_boxes_fit_the_ink(seed):
    page = page_of(seed, **CLEAN)
    ink, covered = ink_of(page), np.zeros(page.image.shape, bool)
    for top, left, bottom, right in page.boxes:
        covered[top:bottom, left:right] = True
        inside = ink[top:bottom, left:right]
        for edge in (inside[:3], inside[-3:], inside[:, :3], inside[:, -3:]):
            assert edge.any(), "a box is no larger than its ink"
    assert not ink[~covered].any()
    assert (np.diff(page.boxes[:, 1]) > 0).all(), "from left to right"


def test_boxes_lie_on_the_page_and_have_real_sizes(pages):
    for page in pages:
        assert (page.boxes[:, :2] > 0).all()
        assert (page.boxes[:, 2:] < page.image.shape).all()
    heights = np.concatenate([page.boxes[:, 2] - page.boxes[:, 0] for page in pages])
    low, middle, high = np.quantile(heights, [0.02, 0.5, 0.98])
    assert 25 < low < 45 < middle < 80 < high < 110


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("pen", composing.PENS)
def test_digits_touch_where_it_says_so_and_only_there(seed, pen):
    apart = page_of(seed, touching=False, pen=pen, **CLEAN)
    assert label(ink_of(apart), np.ones((3, 3)))[1] >= 5
    parts, _ = label(ink_of(apart), np.ones((3, 3)))
    owners = [set(np.unique(parts[t:b, left:r])) - {0} for t, left, b, r in apart.boxes]
    assert all(owner for owner in owners)
    touching = page_of(seed, touching=True, pen=pen, **CLEAN)
    assert label(ink_of(touching), np.ones((3, 3)))[1] <= label(ink_of(apart), np.ones((3, 3)))[1] - 1


def test_every_factor_has_its_share(pages):
    for name, expected in {
        "touching": {False: 96, True: 24},
        "paper": {"plain": 60, "ruled": 30, "framed": 30},
        "light": {"even": 60, "uneven": 60},
        "polarity": {"dark on light": 90, "light on dark": 30},
        "pen": {"thin": 40, "medium": 40, "thick": 40},
    }.items():
        assert Counter(page.factors[name] for page in pages) == expected
    skew = np.array([page.factors["skew"] for page in pages])
    assert np.abs(skew).max() <= 8
    assert skew.min() < -6 < 6 < skew.max()
    heights = [page.factors["height"] for page in pages]
    assert 40 <= min(heights) < 50 < 80 < max(heights) <= 90


def test_factors_are_drawn_independently(pages):
    """Light on dark, uneven light and touching digits do not come in step: every pair of values occurs."""
    for one, other in [("touching", "polarity"), ("light", "paper"), ("pen", "touching")]:
        pairs = {(page.factors[one], page.factors[other]) for page in pages}
        values = [{pair[place] for pair in pairs} for place in (0, 1)]
        assert len(pairs) == len(values[0]) * len(values[1])


def test_single_pages_draw_their_factors_in_the_same_shares():
    drawn = [composing._draw_factors(np.random.default_rng(seed)) for seed in range(2000)]
    assert np.mean([factors["touching"] for factors in drawn]) == pytest.approx(0.2, abs=0.04)
    assert np.mean([factors["light"] == "uneven" for factors in drawn]) == pytest.approx(0.5, abs=0.05)


def test_the_writing_climbs_with_the_skew():
    for skew in (-8, -3, 0, 5, 8):
        slopes = []
        for seed in range(8):
            middles = page_of(seed, skew=skew, touching=False).boxes.reshape(5, 2, 2).mean(axis=1)
            slopes.append(np.polyfit(middles[:, 1], -middles[:, 0], 1)[0])
        assert np.degrees(np.arctan(np.mean(slopes))) == pytest.approx(skew, abs=1.5)


def test_pens_write_wider_and_wider():
    ink = [ink_of(page_of(1, skew=0, height=60, touching=False, pen=pen, **CLEAN)).sum() for pen in composing.PENS]
    assert ink[0] < 0.85 * ink[1] < ink[1] < 0.85 * ink[2]


def test_a_thin_pen_breaks_no_stroke():
    for seed in range(20):
        digits = {"digit_images": IMAGES[seed : seed + 5], "digits": LABELS[seed : seed + 5], "seed": seed}
        pieces = [
            label(ink_of(composing.compose_code(**digits, pen=pen, touching=False, **CLEAN)), np.ones((3, 3)))[1]
            for pen in ("thin", "medium")
        ]
        assert pieces[0] <= pieces[1]


def test_a_thick_pen_fills_no_loop():
    for digit in np.flatnonzero(np.isin(LABELS, (0, 6, 8, 9)))[:60]:
        digits = {"digit_images": IMAGES[[digit]], "digits": LABELS[[digit]], "seed": 1, "skew": 0, "height": 60}
        papers = [label(~ink_of(composing.compose_code(**digits, pen=pen, **CLEAN)))[1] for pen in ("medium", "thick")]
        assert papers[0] <= papers[1]


def test_light_and_polarity_do_what_they_say():
    border = np.s_[:8]
    even, uneven, dark = (
        page_of(3, **CLEAN | change).image.astype(float)
        for change in ({}, {"light": "uneven"}, {"polarity": "light on dark"})
    )
    assert np.ptp(even[border]) < 5
    assert uneven.max() - uneven[0].min() > 40 or uneven.max() - uneven[-1].min() > 40
    np.testing.assert_allclose(dark, 255 - even, atol=1)


@pytest.mark.parametrize("paper", ["ruled", "framed"])
def test_paper_has_printed_lines(paper):
    page = page_of(5, skew=0, **CLEAN | {"paper": paper})
    blank = page_of(5, skew=0, **CLEAN).image
    dark = (page.image < int(blank[0, 0]) - 20).sum(axis=1)
    assert dark.max() > (0.9 * page.image.shape[1] if paper == "ruled" else 0.5 * page.image.shape[1])


def test_noise_and_specks():
    noisy = page_of(1, **CLEAN | {"noise": 8}).image[:8].astype(float)
    assert noisy.std() == pytest.approx(8, rel=0.15)
    clean, dirty = (page_of(1, **CLEAN | {"specks": number}) for number in (0, 15))
    assert 5 < label(ink_of(dirty))[1] - label(ink_of(clean))[1] <= 15


def test_uint8_float_and_a_channel_axis_give_the_same_page():
    plain = page_of(1).image
    scaled = composing.compose_code(IMAGES[:5, ..., None] / np.float32(255), LABELS[:5], 1).image
    np.testing.assert_array_equal(plain, scaled)


def test_one_digit_and_other_lengths():
    page = page_of(1, number=1)
    assert page.boxes.shape == (1, 4)
    assert page.factors["touching"] is False
    amounts = composing.compose_many(IMAGES, LABELS, 40, seed=2, lengths=(3, 4, 5, 6))
    assert Counter(len(page.text) for page in amounts) == {3: 10, 4: 10, 5: 10, 6: 10}


def test_no_digit_comes_twice_before_each_has_come_once():
    labels, firsts = np.unique(LABELS, return_index=True)
    images = IMAGES[firsts]
    pages = composing.compose_many(images, labels, 4, seed=1)
    written = "".join(page.text for page in pages)
    assert sorted(written[:10]) == sorted(written[10:]) == list("0123456789")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: composing.compose_code(IMAGES[0], LABELS[:1], 1), r"got \(28, 28\)\. For one image use image\[None\]"),
        (lambda: composing.compose_code(IMAGES[:0], LABELS[:0], 1), r"got \(0, 28, 28\)"),
        (lambda: composing.compose_code(IMAGES[:2], LABELS[:3], 1), r"2 whole numbers, one an image; got shape \(3,\)"),
        (lambda: composing.compose_code(IMAGES[:2], [0.5, 1], 1), "dtype float64"),
        (lambda: composing.compose_code(IMAGES[:2], [3, 12], 1), "from 0 to 9; got 3 to 12"),
        (lambda: composing.compose_code(IMAGES[:2] * 1.0, [3, 1], 1), "uint8 from 0 to 255, or float from 0 to 1"),
        (lambda: composing.compose_code(np.full((1, 28, 28), np.nan), [3], 1), "or no numbers"),
        (lambda: composing.compose_code(np.zeros((2, 28, 28)), [3, 1], 1), "image 0 has none"),
        (lambda: page_of(1, pen="brush"), "pen must be one of 'thin', 'medium', 'thick'; got 'brush'"),
        (lambda: page_of(1, skew=30), "skew must be from -8.0 to 8.0; got 30"),
        (lambda: page_of(1, height=np.nan), "height must be a finite number; got nan"),
        (lambda: page_of(1, colour="red"), "there is no factor 'colour'; there are pen, touching"),
        (lambda: page_of(1, number=1, touching=True), "touching needs at least 2 digits; got 1"),
        (lambda: composing.compose_many(IMAGES, LABELS, 0, 1), "number must be a whole number of at least 1; got 0"),
        (lambda: composing.compose_many(IMAGES, LABELS, 2, 1, lengths=(1,)), "at least 2; got 1"),
        (lambda: composing.compose_many(IMAGES, LABELS, 2, 1, lengths=()), "got none"),
    ],
)
def test_it_says_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


GREY = {
    # seed and factors: size, boxes, and by blocks, 4 by 8 of them, the mean and the spread of the grey levels
    11: (
        {"pen": "thick", "touching": True, "paper": "ruled", "light": "uneven", "polarity": "dark on light"},
        {"skew": 6.851376, "height": 67, "noise": 2.038192, "specks": 1},
        (234, 358),
        [[93, 45, 175, 109], [89, 99, 163, 156], [90, 153, 159, 214], [81, 210, 154, 248], [75, 259, 146, 307]],
        """
        203.4 201.3 200.1 198.5 196.9 194.8 191.9 190.4 186.5 158.3 154.4 164.4 169.0 150.6 137.0 178.7
        175.2 131.7 128.4 142.7 127.6 163.1 152.8 164.1 161.1 161.3 160.2 159.0 157.6 156.5 155.1 152.9
        """,
        """
        5.2 7.7 4.9 4.9 4.8 6.8 10.5 10.2 9.2 50.4 50.8 41.6 34.7 49.4 54.3 4.3
        4.6 52.1 50.8 43.6 48.8 19.5 32.9 8.0 6.9 4.4 4.0 4.1 4.1 4.1 3.9 7.5
        """,
    ),
    12: (
        {"pen": "thin", "touching": False, "paper": "framed", "light": "even", "polarity": "light on dark"},
        {"skew": -4.31134, "height": 88, "noise": 1.920635, "specks": 14},
        (289, 574),
        [[74, 64, 162, 161], [82, 155, 173, 233], [96, 247, 173, 324], [100, 336, 184, 396], [114, 430, 194, 486]],
        """
        16.2 16.3 16.3 16.5 16.3 15.0 14.1 13.8 16.3 68.1 56.9 48.9 30.7 37.1 44.0 17.1
        18.7 35.2 43.6 17.1 42.6 17.6 32.8 16.9 13.8 14.2 13.9 14.1 14.4 14.2 16.2 15.1
        """,
        """
        10.4 10.6 10.6 11.1 10.6 7.3 6.4 2.0 10.6 86.5 80.1 72.4 52.7 60.9 66.4 11.9
        20.3 57.2 66.5 15.1 65.6 19.7 56.1 12.9 1.9 7.2 1.9 6.1 7.4 4.6 10.5 9.2
        """,
    ),
    13: (
        {},
        {
            "skew": 7.143452,
            "height": 70,
            "noise": 1.021046,
            "specks": 12,
            "pen": "thick",
            "touching": True,
            "paper": "framed",
            "light": "even",
            "polarity": "dark on light",
        },
        (249, 428),
        [[110, 47, 198, 115], [103, 133, 188, 199], [99, 195, 169, 258], [87, 254, 169, 296], [83, 319, 149, 363]],
        """
        238.4 238.9 238.9 238.9 238.9 237.2 236.7 238.3 236.3 215.9 228.7 206.4 223.8 205.1 183.7 236.3
        236.3 158.1 184.0 177.3 175.6 227.2 223.9 236.0 234.2 226.6 236.4 236.7 235.8 236.8 238.8 238.4
        """,
        """
        7.7 1.1 1.0 1.1 1.1 9.2 9.8 5.2 10.8 56.2 36.7 65.8 45.0 67.8 79.9 10.7
        10.7 87.7 81.7 83.3 83.8 42.9 44.9 11.4 21.6 41.6 10.6 9.9 13.8 9.9 2.6 7.4
        """,
    ),
}


@pytest.mark.parametrize("seed", GREY)
def test_pages_stay_as_they_are(seed):
    """What is recorded about the reading of pages holds for these pages alone."""
    asked, drawn, shape, boxes, means, spreads = GREY[seed]
    page = page_of(seed, **asked)
    assert page.factors == pytest.approx(asked | drawn, abs=1e-6)
    assert page.image.shape == shape
    assert page.boxes.tolist() == boxes
    rows = np.array_split(page.image.astype(float), 4)
    blocks = [block for row in rows for block in np.array_split(row, 8, axis=1)]
    assert [block.mean() for block in blocks] == pytest.approx(list(map(float, means.split())), abs=0.1)
    assert [block.std() for block in blocks] == pytest.approx(list(map(float, spreads.split())), abs=0.1)


def test_many_pages_stay_as_they_are():
    pages = composing.compose_many(IMAGES, LABELS, 6, seed=4, lengths=(2, 3))
    assert [page.text for page in pages] == ["52", "396", "168", "56", "93", "323"]
    assert [page.image.shape for page in pages] == [
        (207, 312),
        (233, 289),
        (229, 328),
        (105, 166),
        (236, 235),
        (201, 315),
    ]
    assert [page.image.mean() for page in pages] == pytest.approx(
        [229.69, 143.15, 241.69, 26.58, 40.73, 152.87], abs=0.1
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: composing.compose_many(IMAGES, LABELS, 2, 1, lengths=5),
            "lengths must be numbers of digits, such as (5,); got 5.",
        ),
        (
            lambda: composing.compose_many(IMAGES, LABELS, 2, 1, lengths=()),
            "lengths must name at least one number of digits, such as (5,); got none.",
        ),
        (
            lambda: composing.compose_many(IMAGES, LABELS, 2, 1, lengths=(3, 1)),
            "each of lengths must be a whole number of at least 2; got 1.",
        ),
        (lambda: page_of(-1), "seed must be a whole number of at least 0, or a sequence of them; got -1."),
        (lambda: page_of([]), "seed must be a whole number of at least 0, or a sequence of them; got []."),
        (lambda: page_of((1, 0.5)), "seed must be a whole number of at least 0, or a sequence of them; got (1, 0.5)."),
        (
            lambda: composing.compose_code(IMAGES[0], [5], 1),
            "images must have shape (n, 28, 28) or (n, 28, 28, 1); got (28, 28). For one image use image[None].",
        ),
        (
            lambda: composing.compose_code(IMAGES[:0], [], 1),
            "images must have shape (n, 28, 28) or (n, 28, 28, 1); got (0, 28, 28).",
        ),
        (
            lambda: composing.compose_code(IMAGES[:1] * 1.0, [5], 1),
            "images must be uint8 from 0 to 255, or float from 0 to 1; got other or no numbers.",
        ),
        (
            lambda: composing.compose_code(np.full((1, 28, 28), 0.49), [5], 1),
            "each image must have ink, a pixel of at least half the largest value; image 0 has none.",
        ),
        (lambda: page_of(1, paper="blank"), "paper must be one of 'plain', 'ruled', 'framed'; got 'blank'."),
        (lambda: page_of(1, touching=1), "touching must be one of False, True; got 1."),
        (lambda: page_of(1, skew=8.1), "skew must be from -8.0 to 8.0; got 8.1."),
        (lambda: page_of(1, height=39), "height must be from 40 to 90; got 39."),
        (lambda: page_of(1, noise=50.5), "noise must be from 0 to 50; got 50.5."),
        (lambda: page_of(1, specks=501), "specks must be from 0 to 500; got 501."),
        (
            lambda: page_of(1, colour=1),
            "there is no factor 'colour'; "
            "there are pen, touching, paper, light, polarity, skew, height, noise, specks.",
        ),
        (lambda: page_of(1, number=1, touching=True), "touching needs at least 2 digits; got 1."),
    ],
)
def test_messages_in_full(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == message


def test_the_ends_of_each_range_are_allowed():
    page_of(0, skew=-8, height=40, noise=0, specks=0)
    page_of((0, 3), skew=8, height=90, noise=50, specks=500)
    assert composing.compose_code(np.full((1, 28, 28), 0.5), [9], 1).text == "9"
    assert composing.compose_code(np.full((1, 28, 28), 1.0), [0], 1).text == "0"
    assert [len(page.text) for page in composing.compose_many(IMAGES, LABELS, 1, seed=0, lengths=range(2, 3))] == [2]
