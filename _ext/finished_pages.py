"""Finish the pages, once they are written: what the theme brings and no page needs is left out.

- Figures become WebP, and the page says how large they are, so that nothing jumps when they come. They wait
  until text and styles are there; then all of them come, scrolled to or not: the page may be printed or go offline.
- Stylesheets and fonts hold what is in use; the theme's script and font of all icons stay away.
- The word index loads on the search page, which alone searches; scripts wait until the page is there.
- Names and brackets in code stand there without a tag of their own: they have no colour of their own.
- A line of code is an element, so that a phone can wrap it.
- The sidebar is a landmark, title and all, to which a screen reader can jump.
"""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lighter_files import lighter_icons, lighter_math_font, lighter_styles, plain_tokens, to_webp
from lines_of_code import with_lines

FIGURE = re.compile(r'<img ([^>]*)src="((?:\.\./)*_images/[^"]+)\.png"')
ICON_SCRIPT = re.compile(r'\s*<script defer src="[^"]*/fontawesome\.js[^"]*"></script>')
SEARCH_SCRIPTS = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
WAITING_SCRIPTS = re.compile(
    r'<script (src="[^"]*/(?:doctools|sphinx_highlight|sphinx-book-theme|clipboard\.min|copybutton)\.js)'
)
SIDEBAR = '<div id="pst-primary-sidebar"'
STYLESHEET = re.compile(r'(<link [^>]*href="[^"]*\.css)[^"]*"')
FINISHED = "<!-- finished -->\n"
LATE_FIGURES = """<script>addEventListener('load', () => {
  document.querySelectorAll('img[loading="lazy"]').forEach((figure) => { figure.loading = 'eager'; });
});</script>
"""


def finished(text, name, sizes, plain):
    """Return the HTML of a page with light figures and code, without idle scripts, and with all landmarks."""

    def figure(match):
        attributes, path = match.groups()
        width, height = sizes[Path(path).name]
        if not re.search(r'\b(width|style)="', attributes):
            attributes += f'width="{width}" height="{height}" '
        return f'<img {attributes}loading="lazy" decoding="async" src="{path}.webp"'

    text = text.replace(f"{SIDEBAR} class", f'{SIDEBAR} role="navigation" aria-label="Book" class')
    text = re.sub(rf'<span class="(?:{"|".join(plain)})">([^<]*)</span>', r"\1", text)
    text = with_lines(text)
    text, figures = FIGURE.subn(figure, text)
    if figures:
        text = text.replace("</body>", f"{LATE_FIGURES}</body>")
    text = re.sub(r'((?:\.\./)*_images/[^"]+)\.png"', r'\1.webp"', text)
    text = ICON_SCRIPT.sub("", text)
    if name == "search.html":  # whose own scripts call the others at once
        return text
    text = SEARCH_SCRIPTS.sub("", text)
    return WAITING_SCRIPTS.sub(r"<script defer \1", text)


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


def setup(app):
    """Work after everything else."""
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
