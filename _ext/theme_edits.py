"""What the theme's HTML lacks on each page: names, states and landmarks for who listens, and no script in the page.

Each edit must find what it changes. After an update of the theme that moves it, the build stops and says which edit
no longer fits.
"""

import re
import zlib
from pathlib import Path

from sphinx.errors import ExtensionError

SCRIPTS = Path(__file__).parent / "page_scripts"
WITHOUT_MENU_ENTRY = ("genindex.html", "py-modindex.html", "search.html")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src blob:; form-action 'self'; base-uri 'none'"
)


def script(name):
    """Return the tag of a script of ours; its address changes with what it holds."""
    return rf'src="{{root}}_static/{name}?v={zlib.crc32((SCRIPTS / name).read_bytes()):08x}"></script>'


EVERYWHERE = {
    "the script that chooses light or dark": (
        r'<script data-cfasync="false">.*?</script>',
        f"<script {script('first.js')}",
    ),
    "the name of the page for scripts": (
        r"\s*<script>DOCUMENTATION_OPTIONS\.(?:pagename|search_as_you_type) = [^<]*</script>",
        "",
    ),
    "icons that are read aloud": (r'<(i|span) class="((?:theme-switch )?fa)', r'<\1 aria-hidden="true" class="\2'),
    "the search dialog": (r'<dialog id="pst-search-dialog">', r'<dialog id="pst-search-dialog" aria-label="Search">'),
    "the menu's dialog": (
        r'<dialog id="pst-primary-sidebar-modal">',
        r'<dialog id="pst-primary-sidebar-modal" aria-label="Menu">',
    ),
    "the menu": (
        r'<div id="pst-primary-sidebar" class',
        r'<div id="pst-primary-sidebar" role="navigation" aria-label="Book" class',
    ),
    "the menu's button": (
        r'(<button class="sidebar-toggle primary-toggle [^>]*)title="Toggle primary sidebar"',
        r'\1type="button" aria-label="Menu" aria-expanded="false" title="Menu"',
    ),
    "the button of colours": (r'aria-label="Color mode" data-bs-title="Color mode"', 'aria-label="Colour mode"'),
    "the empty banner": (r'<header (id="pst-header"[^>]*)>\s*</header>', r"<div \1></div>"),
    "the empty footer": (r'<footer class="bd-footer">\s*</footer>', ""),
    "the end of the page": (r"</body>", f"<script defer {script('page.js')}\n</body>"),
    "the script of all icons": (r'\s*<script defer src="[^"]*/fontawesome\.js[^"]*"></script>', ""),
}
IN_THE_MENU = {
    "the place in the menu": (
        r'(<li class="toctree-l1 current active">\s*<a )(class="[^"]*" href="#")',
        r'\1aria-current="page" \2',
    ),
}
WITH_SECTIONS = {
    "the dialog of the contents": (
        r'<dialog id="pst-secondary-sidebar-modal">',
        r'<dialog id="pst-secondary-sidebar-modal" aria-label="Contents">',
    ),
    "the button of the contents": (
        r'(<button class="sidebar-toggle secondary-toggle [^>]*)title="Toggle secondary sidebar"',
        r'\1type="button" aria-label="Contents" aria-expanded="false" title="Contents"',
    ),
}
WITH_SOURCE = {
    "the button that prints": (r'<button onclick="window\.print\(\)"', r'<button type="button" data-print'),
}
BESIDES_SEARCH = {  # whose own scripts call the others at once
    "the scripts that search": (
        r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>',
        "",
    ),
    "the scripts that can wait": (
        r'<script (src="[^"]*/(?:doctools|sphinx_highlight|sphinx-book-theme|clipboard\.min|copybutton)\.js)',
        r"<script defer \1",
    ),
}
ON_SEARCH = {
    "the script that puts the cursor into the field": (
        r"<script>\s*// Activate the search field.*?</script>",
        "",
    ),
}


def edit(text, edits, page, root):
    """Return the HTML with all edits made; raise where one finds nothing."""
    for name, (pattern, new) in edits.items():
        text, found = re.subn(pattern, new.replace("{root}", root), text, flags=re.DOTALL)
        if not found:
            raise ExtensionError(
                f"{page}: the theme's HTML has changed, and this edit finds nothing: {name} ({pattern})"
            )
    return text


def edited(text, page):
    """Return the HTML of a page with all edits of the theme's own HTML."""
    root = re.search(r'data-content_root="([^"]*)"', text)[1]
    edits = dict(EVERYWHERE)
    if page not in WITHOUT_MENU_ENTRY:
        edits |= IN_THE_MENU
    if 'id="pst-secondary-sidebar"' in text:
        edits |= WITH_SECTIONS
    if "btn-download-pdf-button" in text:
        edits |= WITH_SOURCE
    edits |= ON_SEARCH if page == "search.html" else BESIDES_SEARCH
    text = edit(text, edits, page, root)
    left = re.search(r"<script(?![^>]* src=)[^>]*>|<[^>]* on[a-z]+=\"", text)
    if left:
        raise ExtensionError(f"{page}: a script stands in the page, which a content security policy forbids: {left[0]}")
    return text
