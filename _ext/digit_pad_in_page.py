"""The live digit pad: a page with ``<div class="digit-pad">`` gets its style and scripts, and no other page does."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "mnist_helpers" / "digit_pad"
MOUNT = "document.querySelectorAll('.digit-pad').forEach((place) => DigitPad.mount(place, DIGIT_PAD_MODEL));"


def add_static_folder(app, config):
    """Have the files copied. Not named in _config.yml: Jupyter Book would put them on every page."""
    config.html_static_path.append(str(FOLDER))


def add_to_page(app, page, template, context, doctree):
    """Ask for the files where there is a place for a pad."""
    if 'class="digit-pad"' in context.get("body", ""):
        app.add_css_file("digit_pad.css")
        for script in ("digit_pad_model.js", "digit_pad.js"):
            app.add_js_file(script, loading_method="defer")
        app.add_js_file(None, body=f"addEventListener('DOMContentLoaded', () => {{ {MOUNT} }});")


def setup(app):
    """Connect both to the build."""
    app.connect("config-inited", add_static_folder)
    app.connect("html-page-context", add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
