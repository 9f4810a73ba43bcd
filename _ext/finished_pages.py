"""Finish the pages, once they are written: what the theme brings and no page needs is left out.

- Figures become WebP, and the page says how large they are, so that nothing jumps when they come. They wait
  until text and styles are there; then all of them come, scrolled to or not: the page may be printed or go offline.
- Stylesheets and fonts hold what is in use; the theme's script and font of all icons stay away.
- The word index loads on the search page, which alone searches; scripts wait until the page is there.
- Names and brackets in code stand there without a tag of their own: they have no colour of their own.
- A line of code is an element, so that a phone can wrap it.
- Parts have names, and what the theme leaves out for who listens is there.
- No script stands in a page: pages work under a strict content security policy, which the build prints.
"""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lighter_files import lighter_icons, lighter_math_font, lighter_styles, plain_tokens, to_webp
from lines_of_code import with_lines
from named_parts import with_names
from sphinx.util import logging
from theme_edits import POLICY, SCRIPTS, edited

FIGURE = re.compile(r'<img ([^>]*)src="((?:\.\./)*_images/[^"]+)\.png" ?/?>')
STYLESHEET = re.compile(r'(<link [^>]*href="[^"]*\.css)[^"]*"')
FINISHED = "<!-- finished -->\n"


def finished(text, name, sizes, plain):
    """Return the HTML of a page with light figures and code, without idle scripts, and with all landmarks."""

    def figure(match):
        attributes, path = match.groups()
        width, height = sizes[Path(path).name]
        if not re.search(r'\b(width|style)="', attributes):
            attributes += f'width="{width}" height="{height}" '
        picture = f'<img {attributes}loading="lazy" decoding="async" src="{path}.webp" />'
        return f'<a class="full-size" href="{path}.webp" title="Full size">{picture}</a>'

    if "<main" not in text:  # a page that only leads to another
        return text
    text = with_names(edited(text, name))
    text = re.sub(rf'<span class="(?:{"|".join(plain)})">([^<]*)</span>', r"\1", text)
    text = with_lines(text)
    text = FIGURE.sub(figure, text)
    return re.sub(r'((?:\.\./)*_images/[^"]+)\.png"', r'\1.webp"', text)


def finish(app, exception):
    """Work on what has been built."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    with ThreadPoolExecutor() as pool:
        sizes = dict(pool.map(to_webp, out.glob("_images/*.png")))
    plain = plain_tokens((static / "pygments.css").read_text("utf-8"))
    texts = {path: path.read_text("utf-8") for path in out.rglob("*.html") if "_static" not in path.parts}
    for path, text in texts.items():
        if not text.endswith(FINISHED):  # or it is a page of an earlier build that has not changed
            texts[path] = finished(text, path.name, sizes, plain) + FINISHED
    lighter_icons(static, texts.values())
    lighter_styles(static, texts.values())
    lighter_math_font(static / "fonts" / "stix-two-math.woff2", texts.values())
    version = zlib.crc32(b"".join(path.read_bytes() for path in sorted(static.rglob("*.css"))))
    for path, text in texts.items():
        path.write_text(STYLESHEET.sub(rf'\1?v={version:08x}"', text), "utf-8")
    logging.getLogger(__name__).info("The pages work under this Content-Security-Policy:\n%s", POLICY)


def add_scripts(app, config):
    """Have our scripts copied. They do not lie in _static: Jupyter Book would put them all on every page."""
    config.html_static_path.append(str(SCRIPTS))


def setup(app):
    """Work after everything else."""
    app.connect("config-inited", add_scripts)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
