"""What the pages load is little, and all of it is used."""

import re
import runpy
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
weights = runpy.run_path(str(ROOT / "tools" / "measure_pages.py"))["weights"]
LIMIT = 250_000
ICONS = """() => [...document.querySelectorAll('[class*=fa-], .admonition-title')].flatMap(element =>
    [['::before', element], ['::after', element]].map(([part, of]) => getComputedStyle(of, part)))
    .filter(style => style.fontFamily.includes('Awesome') && style.content !== 'none')
    .map(style => [style.content.replaceAll('"', ''), style.fontFamily, style.fontWeight])"""


class Figures(HTMLParser):
    """The attributes of a page's figures."""

    def __init__(self, path):
        super().__init__()
        self.found = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "img" and "_images/" in attributes["src"]:
            self.found.append(attributes)


@pytest.fixture(scope="module")
def pages(book):
    return [path for path in sorted(book.rglob("*.html")) if "_static" not in path.parts and path.name != "index.html"]


def test_a_page_loads_at_most_250_kilobytes_before_its_figures(browser, pages):
    heavy = {}
    for path in pages:
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        heavy[path.name], _ = weights(tab, path)
        tab.close()
    assert {name: weight for name, weight in heavy.items() if weight > LIMIT} == {}
    assert min(heavy.values()) > 20_000


def test_figures_are_webp_of_known_size(pages):
    figures = [(path, figure) for path in pages for figure in Figures(path).found if ".svg" not in figure["src"]]
    assert len(figures) > 50
    for path, figure in figures:
        assert figure["src"].endswith(".webp")
        with Image.open(path.parent / figure["src"]) as image:
            assert image.format == "WEBP"
            if "width" in figure:
                assert image.size == (int(figure["width"]), int(figure["height"]))


def test_no_figure_lies_there_twice(book):
    assert list(book.glob("_images/*.png")) == []


def test_each_icon_is_in_the_font(browser, book, pages):
    fonts = {
        weight: set(TTFont(book / "_static" / "vendor" / "fontawesome" / "webfonts" / name).getBestCmap())
        for weight, name in {"900": "fa-solid-900.woff", "400": "fa-regular-400.woff"}.items()
    }
    brands = set(TTFont(book / "_static/vendor/fontawesome/webfonts/fa-brands-400.woff").getBestCmap())
    seen = set()
    for path in pages:
        tab = browser.new_page()
        tab.goto(path.as_uri())
        seen |= {tuple(icon) for icon in tab.evaluate(ICONS)}
        tab.close()
    assert len(seen) >= 8
    for character, family, weight in seen:
        assert ord(character) in (brands if "Brands" in family else fonts[weight]), (character, family)


def test_no_page_names_a_file_that_was_left_out(book, pages):
    for path in [*pages, *book.glob("_static/styles/*.css")]:
        text = path.read_text("utf-8")
        assert "fontawesome.js" not in text
        assert not re.search(r"_images/[^\"]+\.png", text), path
