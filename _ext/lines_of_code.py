"""Lines of code that a phone can wrap: each in an element of its own, which knows how far the line is indented.

A narrow page wraps them with a hanging indent (``_static/book.css``). What a cell printed in columns is marked
``aligned``: it keeps its lines and scrolls in its own box; sentences wrap.
"""

import re
from html import unescape

BLOCK = re.compile(
    r'<div class="(?P<kind>(?P<output>output )?[^"]*highlight-[^"]*)">'
    r'(?P<before><div class="highlight"><pre>(?:<span></span>)?)(?P<code>.*?)</pre>',
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>")
IN_COLUMNS = re.compile(r"\S {2,}\S|^ *\[|[\u2500-\u257f]", re.MULTILINE)
DEEPEST = 6


def _wrapped(line):
    indent = len(line) - len(line.lstrip(" "))
    depth = min((indent + 3) // 4, DEEPEST)
    return f'<span class="line{f" in{depth}" if depth else ""}">{line}\n</span>'


def _block(match):
    kind, code = match["kind"], match["code"]
    if match["output"] and IN_COLUMNS.search(unescape(TAG.sub("", code))):
        kind += " aligned"
    else:
        code = "".join(map(_wrapped, code.removesuffix("\n").split("\n")))
    return f'<div class="{kind}">{match["before"]}{code}</pre>'


def with_lines(text):
    """Return the HTML of a page with an element for each line that may wrap, and with outputs in columns marked."""
    return BLOCK.sub(_block, text)
