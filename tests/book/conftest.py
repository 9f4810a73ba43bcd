"""The built book, the browser and the notebook of a chapter, which the tests of the book share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """Build the book with warnings as errors; return the folder of its pages."""
    target = tmp_path_factory.mktemp("book")
    build = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
    options = ["-W", "-n", "--keep-going", "--path-output", str(target), str(ROOT)]
    done = subprocess.run(build + options, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
    return target / "_build" / "html"


@pytest.fixture(scope="module")
def chapter(request):
    """Read the notebook that the module of the tests names in ``CHAPTER``."""
    return nbformat.read(ROOT / "chapters" / request.module.CHAPTER, as_version=4)


@pytest.fixture(scope="module")
def cells_tagged(chapter):
    """Return a function from a tag to the code of the chapter's cells that carry it."""

    def code_of(tag: str) -> str:
        sources = [cell.source for cell in chapter.cells if tag in cell.metadata.get("tags", [])]
        assert sources, tag
        return "\n\n".join(sources)

    return code_of


@pytest.fixture(scope="module")
def browser():
    """Start an installed Chromium, without a window; skip (in CI: fail) where there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"no browser: none of {', '.join(BROWSERS)} is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()
