"""Measure what each page of the built book loads, in kilobytes as a server with gzip sends them.

    jupyter-book build . && python tools/measure_pages.py

Opens the pages of _build/html in headless Chromium, as wide as a phone, and adds up the files that they ask for:
without figures, and figures alone. Nothing is judged here; tests/book/test_weight.py has the limit.
"""

import argparse
import gzip
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

PAGES = Path(__file__).resolve().parents[1] / "_build" / "html"
PACKED = {".png", ".webp", ".jpg", ".woff", ".woff2"}


def sent(path: Path) -> int:
    """Return how many bytes of a file a server sends: text is compressed."""
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, 9))


def weights(tab, page: Path) -> tuple[int, int]:
    """Return the bytes that a page loads without its figures, and those of its figures.

    Parameters
    ----------
    tab : playwright page
    page : Path of the HTML file
    """
    files = set()
    tab.on("request", lambda request: files.add(request.url))
    tab.goto(page.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    tab.wait_for_load_state("networkidle")
    paths = {Path(unquote(urlsplit(url).path)) for url in files if url.startswith("file:")}
    figures = {path for path in paths if path.parent.name == "_images"}
    return sum(map(sent, paths - figures)), sum(map(sent, figures))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=PAGES, help="default: _build/html")
    folder = parser.parse_args().folder.resolve()
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))))
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        print(f"{'without figures':>15} {'figures':>8}  KB, gzip")
        for path in sorted(folder.rglob("*.html")):
            if "_static" not in path.parts and path.name != "index.html":  # which leads to another
                tab = chromium.new_page(viewport={"width": 390, "height": 844})
                rest, figures = weights(tab, path)
                tab.close()
                print(f"{rest / 1000:15.1f} {figures / 1000:8.1f}  {path.relative_to(folder)}")
        chromium.close()


if __name__ == "__main__":
    main()
