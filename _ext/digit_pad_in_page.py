"""The live digit pad in a page: in place of ``<div class="digit-pad">``, or of the still pad that a notebook shows.

A cell tagged ``digit-pad`` shows the still picture of a ``DigitPad``; when the reader comes near it, the live pad takes
its place, and the caption stays. Pages with neither load none of the pad's files. Without JavaScript the picture stays.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "mnist_helpers" / "digit_pad"
SCRIPTS = ("digit_pad_model.js", "digit_pad.js")
MOUNT = "digit_pad_mount.js"


def add_static_folder(app, config):
    """Have the files copied. Not named in _config.yml: Jupyter Book would put them on every page."""
    config.html_static_path.append(str(FOLDER))


def add_to_page(app, page, template, context, doctree):
    """Ask for the files where there is a place for a pad."""
    body = context.get("body", "")
    if 'class="digit-pad"' in body:
        app.add_css_file("digit_pad.css")
        for script in (*SCRIPTS, MOUNT):
            app.add_js_file(script, loading_method="defer")
    elif "tag_digit-pad" in body:
        app.add_css_file("digit_pad.css")
        app.add_js_file(MOUNT, loading_method="defer")


def setup(app):
    """Connect both to the build."""
    app.connect("config-inited", add_static_folder)
    app.connect("html-page-context", add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
