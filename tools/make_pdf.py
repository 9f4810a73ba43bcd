"""Make one PDF of the whole book, with its figures, formulas, links and an outline.

    jupyter-book build . && python tools/make_pdf.py            writes _build/reading-digits.pdf
    jupyter-book build . && python tools/make_pdf.py FILE.pdf

Joins the built pages into one and has Chromium print it. Links between chapters become links inside the file; solutions
and answers stand open.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdf
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from mnist_helpers._writing import write_file

ROOT = Path(__file__).resolve().parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
NAMED = ("id", "for", "aria-labelledby", "aria-describedby")
NOT_PRINTED = ".headerlink, .copybtn, .digit-pad, script, noscript, button"
READY = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map(image => image.decode()));
}"""
STYLE = """
@page { size: A4; margin: 16mm 15mm 18mm; }
body { background: white; font-size: 10pt; }
article { break-before: page; }
article:first-of-type { break-before: auto; }
pre, code { font-size: 8.2pt !important; }
pre { white-space: pre-wrap !important; overflow: visible !important; }
img { max-height: 110mm; }
.cell { break-inside: auto !important; }
details.hide > summary { display: none; }
.math { overflow: visible !important; }
"""
FOOTER = '<div style="width: 100%; text-align: center; font-size: 8pt"><span class="pageNumber"></span></div>'


def joined(folder: Path) -> str:
    """Return one HTML page that holds the articles of all, with links between them turned into links inside.

    Parameters
    ----------
    folder : Path
        The built book, with ``intro.html``.
    """
    paths = {(folder / f"{page}.html").resolve(): page.rpartition("/")[2] for page in PAGES}
    articles = []
    for path, name in paths.items():
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        article = soup.select_one("article.bd-article")
        for element in article.select(NOT_PRINTED):
            element.decompose()
        for element in article.select("details"):
            element["open"] = ""
        for element in article.find_all(True):
            for attribute in NAMED:
                if element.get(attribute):
                    element[attribute] = " ".join(f"{name}--{part}" for part in element[attribute].split())
            if element.get("src"):
                element["src"] = (path.parent / element["src"]).resolve().as_uri()
                element.attrs.pop("loading", None)  # all are printed
            if element.get("href"):
                parts = urlsplit(element["href"])
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                if not parts.scheme and target in paths:
                    element["href"] = f"#{paths[target]}" + (f"--{parts.fragment}" if parts.fragment else "")
                elif not parts.scheme:
                    del element["href"]  # a file beside the pages, which the PDF leaves behind
        article["id"] = name
        articles.append(str(article))
    styles = [
        f'<link rel="stylesheet" href="{(folder / "_static" / file).resolve().as_uri()}">'
        for file in ("styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css", "pygments.css", "book.css")
    ]
    styles += [
        f'<link rel="stylesheet" href="{path.as_uri()}">' for path in folder.resolve().glob("_static/mystnb.*.css")
    ]
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Reading Digits</title>'
        f"{''.join(styles)}<style>{STYLE}</style></head>"
        f'<body><main class="bd-content">{"".join(articles)}</main></body></html>'
    )


def outline_entries(node):
    """Yield the entries of an outline of a PDF from top to bottom, with what lies below each."""
    entry = node.get("/First")
    while entry:
        yield entry.get_object()
        yield from outline_entries(entry.get_object())
        entry = entry.get_object().get("/Next")


def name_outline(file: Path, titles: list[str]) -> None:
    """Give the entries of the outline their titles: Chromium doubles those that a page break has moved.

    Raises
    ------
    ValueError
        There are more or fewer entries than titles: the file is not complete.
    """
    writer = pypdf.PdfWriter(clone_from=file)
    entries = list(outline_entries(writer.root_object["/Outlines"]))
    if len(entries) != len(titles):
        raise ValueError(f"the outline has {len(entries)} entries, and the book {len(titles)} headings")
    for entry, title in zip(entries, titles, strict=True):
        entry[pypdf.generic.NameObject("/Title")] = pypdf.generic.TextStringObject(title)
    writer.add_metadata({"/Title": "Reading Digits", "/Author": "The Reading Digits authors"})
    writer.write(file)


def make_pdf(chromium, folder: Path, target: Path) -> None:
    """Print the built book in ``folder`` into the file ``target``, with a browser that Playwright has started."""
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "book.html"
        html = joined(folder)
        page.write_text(html, "utf-8")
        tab = chromium.new_page()
        tab.emulate_media(media="print")
        tab.goto(page.as_uri())
        tab.evaluate(READY)  # what comes while Chromium prints would cut the file short
        printed = Path(place) / "book.pdf"
        tab.pdf(
            path=printed,
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            tagged=True,
            outline=True,
        )
        tab.close()
        headings = BeautifulSoup(html, "html.parser").select("h1, h2, h3, h4, h5, h6")
        name_outline(printed, [" ".join(heading.get_text().split()) for heading in headings])
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, printed.read_bytes())


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "_build" / "reading-digits.pdf")
    file = parser.parse_args().file
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if program is None:
        parser.error("no Chromium or Chrome is installed, which prints the PDF")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        make_pdf(chromium, ROOT / "_build" / "html", file)
        chromium.close()
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
