"""Every link leads somewhere: inside the built pages, between the documents of the repository, to other sites."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for path in ROOT.glob("*.md") if path.name != "intro.md")


class Page(HTMLParser):
    """The links of a page, and the places in it that a link can name."""

    def __init__(self, path: Path):
        super().__init__()
        self.links, self.places = [], {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.places |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        for name in ("href", "src"):
            if attributes.get(name):
                self.links.append(attributes[name])


@pytest.fixture(scope="module")
def pages(book):
    """Return the built pages by path; what lies in `_static/` are the theme's templates."""
    return {path: Page(path) for path in sorted(book.rglob("*.html")) if "_static" not in path.parts}


def test_links_between_pages_resolve(pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                broken.append(f"{path.name}: {link}")
            elif target in pages and unquote(parts.fragment) not in pages[target].places:
                broken.append(f"{path.name}: {link} (no such place)")
    assert not broken


def test_links_to_other_sites_are_whole(pages):
    links = {link for page in pages.values() for link in page.links if urlsplit(link).scheme}
    assert links
    for link in links:
        parts = urlsplit(link)
        if parts.scheme in {"data", "mailto"}:
            continue
        assert parts.scheme in {"http", "https"} and "." in parts.netloc and not re.search(r"[\s<>\"]", link), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_documents_resolve(path):
    without_code = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", without_code):
        if not urlsplit(link).scheme:
            assert (path.parent / link).exists(), link
