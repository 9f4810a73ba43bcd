"""What the pages load is little, and all of it is used."""

import base64
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
weights = runpy.run_path(str(ROOT / "tools" / "measure_pages.py"))["weights"]
LIMIT = 200_000
ICONS = """() => [...document.querySelectorAll('[class*=fa-], .admonition-title')].flatMap(element =>
    [['::before', element], ['::after', element]].map(([part, of]) => getComputedStyle(of, part)))
    .filter(style => style.fontFamily.includes('Awesome') && style.content !== 'none')
    .map(style => [style.content.replaceAll('"', ''), style.fontFamily, style.fontWeight])"""

SIZES_OF_FORMULAS = """async () => {
    await document.fonts.ready;
    return [...document.querySelectorAll('math')].map((formula) => {
        const { width, height } = formula.getBoundingClientRect();
        return [width, height];
    });
}"""
USE_WHOLE_FONT = """async (font) => {
    document.fonts.add(await new FontFace('Whole', `url(data:font/woff2;base64,${font})`).load());
    document.querySelectorAll('math').forEach((formula) => { formula.style.fontFamily = 'Whole'; });
}"""
ALL_FIGURES = "() => [...document.images].every((figure) => figure.complete && figure.naturalWidth)"


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


@pytest.fixture(scope="module")
def visits(browser, pages):
    """What a phone sees of a page: weight, icons, and sizes of formulas in the page's font and in the whole one."""
    font = base64.b64encode((ROOT / "_static" / "fonts" / "stix-two-math.woff2").read_bytes()).decode()
    seen = {}
    for path in pages:
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        weight, figures = weights(tab, path)
        icons, formulas = tab.evaluate(ICONS), tab.evaluate(SIZES_OF_FORMULAS)
        tab.evaluate(USE_WHOLE_FONT, font)
        seen[path.name] = SimpleNamespace(
            weight=weight,
            figures=figures,
            icons=icons,
            formulas=formulas,
            formulas_in_whole_font=tab.evaluate(SIZES_OF_FORMULAS),
        )
        tab.close()
    return seen


def test_a_page_loads_at_most_200_kilobytes_before_its_figures(visits):
    heavy = {name: visit.weight for name, visit in visits.items()}
    assert {name: weight for name, weight in heavy.items() if weight > LIMIT} == {}
    assert min(heavy.values()) > 20_000


def test_the_figures_of_a_page_weigh_at_most_700_kilobytes(visits):
    weights_of_figures = {name: visit.figures for name, visit in visits.items()}
    assert {name: weight for name, weight in weights_of_figures.items() if weight > 700_000} == {}
    assert max(weights_of_figures.values()) > 200_000


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


def test_each_icon_is_in_the_font(book, visits):
    fonts = {
        weight: set(TTFont(book / "_static" / "vendor" / "fontawesome" / "webfonts" / name).getBestCmap())
        for weight, name in {"900": "fa-solid-900.woff", "400": "fa-regular-400.woff"}.items()
    }
    brands = set(TTFont(book / "_static/vendor/fontawesome/webfonts/fa-brands-400.woff").getBestCmap())
    seen = {tuple(icon) for visit in visits.values() for icon in visit.icons}
    assert len(seen) >= 8
    for character, family, weight in seen:
        assert ord(character) in (brands if "Brands" in family else fonts[weight]), (character, family)


def test_formulas_look_as_with_the_whole_font(visits):
    assert sum(len(visit.formulas) for visit in visits.values()) > 100
    for name, visit in visits.items():
        np.testing.assert_allclose(visit.formulas, visit.formulas_in_whole_font, atol=1.01, err_msg=name)


def test_all_figures_come_to_a_reader_who_does_not_scroll(browser, book):
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    tab.goto((book / "chapters" / "08_applications.html").as_uri())
    assert tab.evaluate("document.images.length") > 10
    tab.wait_for_function(ALL_FIGURES)
    tab.close()


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (".used{color:red}", True),
        (".unused{color:red}", False),
        (".used .unused{color:red}", False),
        (".used:not(.unused){color:red}", True),
        (".made-by-a-script{color:red}", True),
        ("pre{color:red}", True),
        ("@media print{.used{color:red}}", True),
        ("@media print{.unused{color:red}}", False),
        ("@keyframes turn{50%{color:red}}", True),
    ],
)
def test_a_rule_stays_if_its_classes_are_named(tmp_path, monkeypatch, rule, kept):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    from lighter_files import lighter_styles

    (tmp_path / "page.css").write_text(rule, "utf-8")
    (tmp_path / "page.js").write_text("element.className = `made-by-${what}`", "utf-8")
    lighter_styles(tmp_path, ['<p class="used">'])
    assert (tmp_path / "page.css").read_text("utf-8").replace("\n", "") == (rule if kept else "")


def test_of_several_selectors_those_in_use_stay(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "_ext")
    from lighter_files import lighter_styles

    (tmp_path / "page.css").write_text('.used>p, .unused, [a=","].used{color:red}', "utf-8")
    lighter_styles(tmp_path, ["used"])
    assert (tmp_path / "page.css").read_text("utf-8").strip() == '.used>p,[a=","].used{color:red}'


def test_a_stylesheet_changes_its_address_with_its_rules(book):
    versions = set(re.findall(r'\.css\?v=(\w+)"', (book / "intro.html").read_text("utf-8")))
    assert len(versions) == 1 and len(versions.pop()) == 8


def test_no_page_names_a_file_that_was_left_out(book, pages):
    for path in [*pages, *book.glob("_static/styles/*.css")]:
        text = path.read_text("utf-8")
        assert "fontawesome.js" not in text
        assert not re.search(r"_images/[^\"]+\.png", text), path
