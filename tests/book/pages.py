"""The pages of the book, and how a test opens one."""

from pathlib import Path
from types import SimpleNamespace

import yaml

ROOT = Path(__file__).parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]), "search"]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
WIDE, PHONE = 1280, 390


def open_page(browser, book, page, width):
    """Open a page of the book; what it asks for and complains about collects in ``requests`` and ``errors``."""
    tab = browser.new_page(viewport={"width": width, "height": 844}, reduced_motion="reduce", locale="en-US")
    requests, errors = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((book / f"{page}.html").as_uri())
    return SimpleNamespace(tab=tab, page=page, wide=width == WIDE, requests=requests, errors=errors)
