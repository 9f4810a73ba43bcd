"""Finish the pages, once they are written: what the theme brings and no page needs is left out.

- Figures become lossless WebP, and the page says how large they are, so that nothing jumps when they come.
- Icons come from a font that holds those in use; the theme's script and font of all icons stay away.
- The word index loads on the search page, which alone searches; scripts wait until the page is there.
- The sidebar is a landmark, title and all, to which a screen reader can jump.
"""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from PIL import Image

FIGURE = re.compile(r'<img ([^>]*)src="((?:\.\./)*_images/[^"]+)\.png"')
ICON_SCRIPT = re.compile(r'\s*<script defer src="[^"]*/fontawesome\.js[^"]*"></script>')
SEARCH_SCRIPTS = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
WAITING_SCRIPTS = re.compile(
    r'<script (src="[^"]*/(?:doctools|sphinx_highlight|sphinx-book-theme|clipboard\.min|copybutton)\.js)'
)
SIDEBAR = '<div id="pst-primary-sidebar"'
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\f[0-9a-f]+"\}')
ICON_NAME = re.compile(r"\bfa-([a-z-]+)")
ICON_FONT = re.compile(r'(fa-[a-z]+-[0-9]+)\.woff2\) format\("woff2"\)')
SET_BY_SCRIPT = {"xmark"}


logging.getLogger("fontTools").setLevel(logging.WARNING)


def to_webp(path):
    """Turn a PNG file into lossless WebP beside it; return its name and size."""
    with Image.open(path) as image:
        image.save(path.with_suffix(".webp"), lossless=True, quality=75, method=4)
        size = image.size
    path.unlink()
    return path.stem, size


def finished(text, name, sizes):
    """Return the HTML of a page with light figures, without scripts that it does not use, and with all landmarks."""

    def figure(match):
        attributes, path = match.groups()
        width, height = sizes[Path(path).name]
        if not re.search(r'\b(width|style)="', attributes):
            attributes += f'width="{width}" height="{height}" '
        return f'<img {attributes}decoding="async" src="{path}.webp"'

    text = text.replace(f"{SIDEBAR} class", f'{SIDEBAR} role="navigation" aria-label="Book" class')
    text = FIGURE.sub(figure, text)
    text = re.sub(r'((?:\.\./)*_images/[^"]+)\.png"', r'\1.webp"', text)
    text = ICON_SCRIPT.sub("", text)
    if name == "search.html":  # whose own scripts call the others at once
        return text
    text = SEARCH_SCRIPTS.sub("", text)
    return WAITING_SCRIPTS.sub(r"<script defer \1", text)


def lighter_icons(static, names):
    """Keep those icons in the theme's stylesheets that are named or drawn by a rule, and make a font of them."""
    styles = {path: path.read_text("utf-8") for path in static.glob("styles/*.css")}
    for path, css in styles.items():
        css = ICON_RULE.sub(lambda rule: rule[0] if names & set(ICON_NAME.findall(rule[1])) else "", css)
        styles[path] = ICON_FONT.sub(r'\1.woff) format("woff")', css)
        path.write_text(styles[path], "utf-8")
    drawn = "".join(styles.values())
    codes = [int(code, 16) for code in re.findall(r'"\\(f[0-9a-f]{3})"', drawn)]
    codes += map(ord, re.findall("[\uf000-\uf8ff]", drawn))
    options = Options(flavor="woff", layout_features=[])
    for path in static.glob("vendor/fontawesome/webfonts/*.ttf"):
        font = load_font(path, options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        save_font(font, path.with_suffix(".woff"), options)


def finish(app, exception):
    """Work on what has been built."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    with ThreadPoolExecutor() as pool:
        sizes = dict(pool.map(to_webp, out.glob("_images/*.png")))
    names = set(SET_BY_SCRIPT)
    for path in out.rglob("*.html"):
        if "_static" not in path.parts:
            text = finished(path.read_text("utf-8"), path.name, sizes)
            path.write_text(text, "utf-8")
            names |= set(ICON_NAME.findall(text))
    lighter_icons(out / "_static", names)


def setup(app):
    """Work after everything else."""
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
