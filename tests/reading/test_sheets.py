"""A sheet on a dark desk is continued to the border; shadows, chalk and single digits are left alone."""

import numpy as np
import pytest
import steps

from mnist_helpers import composing, pipeline
from mnist_helpers.reading import read_digits, to_grey
from mnist_helpers.reading.sheets import extend_sheet

CLEAN = {"paper": "plain", "noise": 1, "specks": 0, "touching": False, "height": 50}


def pages_of(**factors) -> list[composing.Page]:
    _, (images, labels), _ = pipeline.load_mnist_splits()
    return [
        composing.compose_code(images[i : i + 3], labels[i : i + 3], i, **CLEAN, **factors) for i in range(0, 30, 3)
    ]


def desk_around(image: np.ndarray, level: int, width: int = 60) -> np.ndarray:
    desk = np.random.default_rng(0).normal(level, 6, np.add(image.shape, 2 * width))
    desk[width:-width, width:-width] = image
    return np.clip(desk, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("level", [10, 40, 80])
def test_a_desk_becomes_paper(level):
    for page in pages_of(polarity="dark on light", light="even"):
        grey = to_grey(desk_around(page.image, level))
        extended = extend_sheet(grey)
        assert extended.shape == grey.shape
        np.testing.assert_array_equal(extended[75:-75, 75:-75], grey[75:-75, 75:-75])
        paper = np.median(to_grey(page.image))
        assert np.abs(np.r_[extended[0], extended[-1]] - paper).max() < 0.1


def test_what_lies_on_a_desk_is_read():
    pages = pages_of(polarity="dark on light")
    plain, on_desk = (
        [
            "".join(map(str, read_digits(picture).digits)) == page.text
            for page, picture in zip(pages, pictures, strict=True)
        ]
        for pictures in ([page.image for page in pages], [desk_around(page.image, 40) for page in pages])
    )
    assert sum(on_desk) >= sum(plain) - 1


@pytest.mark.parametrize(
    "factors", [{"light": "uneven", "polarity": "dark on light"}, {"light": "even", "polarity": "light on dark"}]
)
def test_shadows_and_chalk_are_no_desk(factors):
    greys = [to_grey(page.image) for page in pages_of(**factors)]
    assert all(extend_sheet(grey) is grey for grey in greys)


def test_digits_of_mnist_are_no_sheets():
    _, (images, _), _ = pipeline.load_mnist_splits()
    for image in np.asarray(images[:100]).reshape(-1, 28, 28):
        larger = np.kron(image.astype(float), np.ones((4, 4)))
        larger /= larger.max()
        for grey in (image / image.max(), larger):
            assert extend_sheet(grey) is grey


def test_sheets_stay_as_they_are():
    steps.hold("sheets")
