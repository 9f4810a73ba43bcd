"""The printed book is complete: every page, figure and link of the built one is in the PDF."""

import runpy
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
tool = runpy.run_path(str(ROOT / "tools" / "make_pdf.py"))


@pytest.fixture(scope="module")
def pdf(browser, book, tmp_path_factory):
    file = tmp_path_factory.mktemp("pdf") / "book.pdf"
    tool["make_pdf"](browser, book, file)
    return pypdf.PdfReader(file)


@pytest.fixture(scope="module")
def articles(book):
    return [
        BeautifulSoup((book / f"{page}.html").read_text("utf-8"), "html.parser").select_one("article.bd-article")
        for page in tool["PAGES"]
    ]


@pytest.fixture(scope="module")
def links(pdf):
    """The links of the PDF: to other sites, and to places in it."""
    annotations = [entry.get_object() for page in pdf.pages for entry in page.get("/Annots", [])]
    outside = {entry["/A"]["/URI"] for entry in annotations if "/URI" in entry.get("/A", {})}
    inside = [entry["/Dest"] for entry in annotations if "/Dest" in entry]
    return outside, inside


def titles(outline):
    for entry in outline:
        yield from titles(entry) if isinstance(entry, list) else [entry.title]


def words(text):
    return "".join(text.replace("\ufb01", "fi").replace("\ufb02", "fl").split())


def test_every_page_is_there_to_its_end(pdf, articles):
    starts = [pdf.get_destination_page_number(entry) for entry in pdf.outline if not isinstance(entry, list)]
    assert len(starts) == len(articles)
    for article, first, after in zip(articles, starts, [*starts[1:], len(pdf.pages)], strict=True):
        last_pages = "".join(words(pdf.pages[number].extract_text()) for number in range(max(first, after - 3), after))
        paragraphs = [p for p in article.select("p, li") if len(p.get_text()) > 40 and not p.select("math, code, p")]
        assert words(paragraphs[-1].get_text())[:40] in last_pages


def test_the_outline_has_the_headings_of_the_book(pdf, articles):
    headings = [heading for article in articles for heading in article.select("h1, h2, h3, h4")]
    for heading in headings:
        for link in heading.select(".headerlink"):
            link.decompose()
    assert list(titles(pdf.outline)) == [" ".join(heading.get_text().split()) for heading in headings]


def test_every_figure_is_there(pdf, articles):
    figures = {image["src"].rpartition("/")[2] for article in articles for image in article.select("img[src$=webp]")}
    resources = [page["/Resources"].get("/XObject", {}) for page in pdf.pages]
    objects = [held.get_object() for page in resources for held in page.values()]
    drawn = {hash(bytes(held._data)) for held in objects if held["/Subtype"] == "/Image"}
    assert len(figures) > 50
    assert len(drawn) >= len(figures)


def test_links_to_other_sites_are_kept(links, articles):
    outside, _ = links
    wanted = {a["href"] for article in articles for a in article.select("a[href^=http]") if a.get_text(strip=True)}
    assert len(wanted) > 100
    assert {link.rstrip("/") for link in wanted} - {link.rstrip("/") for link in outside} == set()


def test_links_between_chapters_lead_into_the_file(pdf, links):
    outside, inside = links
    assert len(inside) > 300
    places = pdf.named_destinations
    assert [place for place in inside if str(place) not in places and not isinstance(place, list)] == []
    assert [link for link in outside if link.startswith("file:")] == []
