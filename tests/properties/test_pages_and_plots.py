"""Invariants of composed pages, and of figures: what is drawn is what was given."""

import itertools

import numpy as np
from calls import DIGITS
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_helpers import composing, plots, workers

FEW = settings(max_examples=max(4, settings.default.max_examples // 5))
FACTORS = st.fixed_dictionaries(
    {},
    optional={
        "skew": st.floats(-8, 8),
        "height": st.integers(40, 90),
        "pen": st.sampled_from(list(composing.PENS)),
        "paper": st.sampled_from(["plain", "ruled", "framed"]),
        "light": st.sampled_from(["even", "uneven"]),
        "polarity": st.sampled_from(["dark on light", "light on dark"]),
        "noise": st.floats(0, 50),
        "specks": st.integers(0, 30),
        "touching": st.booleans(),
    },
)


@FEW
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4), st.integers(0, 2**64), FACTORS)
def test_a_page_holds_its_digits_from_left_to_right_and_says_what_was_done(digits, seed, factors):
    images = np.resize(DIGITS, (len(digits), 28, 28))
    page = composing.compose_code(images, np.array(digits), seed, **factors)
    assert page.text == "".join(map(str, digits)) and page.image.dtype == np.uint8
    assert {name: page.factors[name] for name in factors} == factors
    for top, left, bottom, right in page.boxes:
        assert 0 < top < bottom < page.image.shape[0] and 0 < left < right < page.image.shape[1]
    assert all(one[1] < other[3] for one, other in itertools.pairwise(page.boxes))
    again = composing.compose_code(images[..., None], np.array(digits), seed, **factors)
    np.testing.assert_array_equal(page.image, again.image)


@FEW
@given(st.integers(1, 12), st.integers(0, 2**31 - 1))
def test_many_pages_have_each_factor_in_its_share(number, seed):
    pages = composing.compose_many(DIGITS, np.array([1, 7, 1]), number, seed, lengths=(2,))
    for name, shares in composing._SHARES.items():
        for choice, share in zip(composing._CHOICES[name], shares, strict=True):
            assert abs(sum(page.factors[name] == choice for page in pages) - share * number) <= 1


@FEW
@given(st.integers(1, 7), st.integers(1, 9), st.booleans())
def test_a_grid_has_one_picture_for_each_image_in_order(number, columns, named):
    images = np.arange(number * 4.0).reshape(number, 2, 2)
    titles = [f"image {n}" for n in range(number)] if named else None
    figure = plots.image_grid(images, titles, columns)
    assert len(figure.axes) == number
    for axes, image in zip(figure.axes, images, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)
    assert [axes.get_title() for axes in figure.axes] == (titles or [""] * number)


@given(st.integers(1, 20))
def test_ports_are_all_different(count):
    ports = workers.free_ports(count)
    assert len(set(ports)) == count and all(0 < port < 2**16 for port in ports)
