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


def test_every_page_is_there_to_its_end(pdf, articles):
    text = (
        "".join("".join(page.extract_text().split()) for page in pdf.pages)
        .replace("\ufb01", "fi")
        .replace("\ufb02", "fl")
    )
    for article in articles:
        paragraphs = [
            p.get_text() for p in article.select("p") if len(p.get_text()) > 40 and not p.select("math, code")
        ]
        for paragraph in (paragraphs[0], paragraphs[-1]):
            assert "".join(paragraph.split())[:40] in text, paragraph


def test_the_outline_has_every_heading_of_a_chapter(pdf, articles):
    def titles(outline):
        for entry in outline:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    found = list(titles(pdf.outline))
    assert len(found) >= sum(len(article.select("h1, h2, h3")) for article in articles)


def test_every_figure_is_there(pdf, articles):
    figures = {image["src"].rpartition("/")[2] for article in articles for image in article.select("img[src$=webp]")}
    drawn = {image.data for page in pdf.pages for image in page.images}
    assert len(figures) > 50
    assert len(drawn) >= 0.95 * len(figures)


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
