"""Addresses of chapters and headings: old pages lead on, and anchors are those that JupyterLab gives.

A chapter that gets another number or name has its old page under ``formerly`` in ``text/book.yml``: there the build
puts a page that leads to the new one.
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{target}">
</head>
<body><p>This chapter is <a href="{target}">on another page</a> now.</p></body>
</html>
"""


def lab_anchor(heading):
    """Return the anchor of a heading as JupyterLab writes it: capitals stay.

    >>> lab_anchor("Activation function")
    'Activation-function'
    """
    return heading.replace(" ", "-")


def stems(listed):
    """Return, by the name of each chapter in the list, the name of its page.

    >>> chapters = [{"name": "start", "numbered": False}, {"name": "mlp"}]
    >>> stems({"parts": [{"chapters": chapters}]})
    {'start': 'start', 'mlp': '01_mlp'}
    """
    found, number = {}, 0
    for entry in (entry for part in listed["parts"] for entry in part.get("chapters", ())):
        numbered = entry.get("numbered", True)
        number += numbered
        found[entry["name"]] = f"{number:02d}_{entry['name']}" if numbered else entry["name"]
    return found


def lead_on(app, exception):
    """Write the pages of former addresses."""
    if exception or app.builder.format != "html":
        return
    listed = yaml.safe_load((ROOT / "text" / "book.yml").read_text("utf-8"))
    names = stems(listed)
    for former, name in (listed.get("formerly") or {}).items():
        page = Path(app.outdir, f"{former}.html")
        if page.exists():
            raise ValueError(f"text/book.yml: {former} is a page of the book, and cannot be a former one.")
        page.write_text(PAGE.format(target=f"{names[name]}.html"), "utf-8")


def setup(app):
    """Write what leads on once everything is built; _config.yml names ``lab_anchor``."""
    app.connect("build-finished", lead_on, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
