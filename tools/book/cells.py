"""A chapter's text, read into cells and written from them.

The text is MyST Markdown as jupytext reads it. A code cell says in plain words what its notebook says in metadata:

- ``tags``: ``sentence`` (a Markdown output whose code is folded away), ``check`` (what the book asks itself: compared
  by nbval, not on the page), ``folded`` (code that opens on demand), and every tag of a notebook;
- ``figure``, ``caption`` and ``alt`` of a figure.

An exercise is one cell, in which ``# [starter]``, ``# [solution]`` and ``# [end]`` mark what differs.
"""

import difflib
import re

import jupytext
import nbformat

FORMAT = {"extension": ".md", "format_name": "myst"}
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
PLAIN = {"sentence": ["remove-input"], "check": ["check", "remove-cell"], "folded": ["hide-input"]}
_MARK = re.compile(r"^ *# \[(starter|solution|end)\]$")


def read_text(text: str) -> list:
    """Return the cells of a chapter's text, as they stand there."""
    return jupytext.reads(text, fmt=FORMAT).cells


def write_text(cells: list) -> str:
    """Return the text of cells: the inverse of ``read_text``."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    written = jupytext.writes(notebook, fmt=FORMAT).split("---\n", 2)[2].lstrip("\n")
    return re.sub(r"(:tags: \[setup\]\n)\n+```", r"\1```", written)


def notebook_metadata(metadata: dict) -> dict:
    """Return the metadata that a code cell's words stand for.

    >>> notebook_metadata({"tags": ["sentence"]})
    {'tags': ['remove-input'], 'jupyter': {'source_hidden': True}, 'cellView': 'form'}
    """
    made = {name: value for name, value in metadata.items() if name not in ("tags", "figure", "caption", "alt")}
    tags = metadata.get("tags", [])
    if tags:
        made["tags"] = [plain for tag in tags for plain in PLAIN.get(tag, [tag])]
    if set(tags) & PLAIN.keys():
        made |= FOLDED
    if "figure" in metadata:
        figure = {"caption": metadata["caption"], "name": metadata["figure"]}
        made["mystnb"] = {"figure": figure, "image": {"alt": metadata["alt"]}}
    return made


def text_metadata(metadata: dict) -> dict:
    """Return the words for a notebook cell's metadata: the inverse of ``notebook_metadata``."""
    made = {}
    tags = list(metadata.get("tags", []))
    for word, plain in PLAIN.items():
        if plain[-1] in tags:
            place = tags.index(plain[0])
            tags = [tag for tag in tags if tag not in plain]
            tags.insert(place, word)
    if tags:
        made["tags"] = tags
    page = metadata.get("mystnb", {})
    if "figure" in page:
        made |= {"figure": page["figure"]["name"], "caption": page["figure"]["caption"], "alt": page["image"]["alt"]}
    elif page:
        made["mystnb"] = page
    known = {"tags", "mystnb", "jupyter", "cellView", "lines_to_next_cell", "execution"}
    return made | {name: value for name, value in metadata.items() if name not in known}


def variant(code: str, wanted: str) -> str:
    r"""Return one side of an exercise's code, ``"starter"`` or ``"solution"``.

    >>> print(variant("# [starter]\nx = 0\n# [solution]\nx = 1\n# [end]\ncheck(x)", "solution"))
    x = 1
    check(x)
    """
    inside, kept = None, []
    for line in code.split("\n"):
        mark = _MARK.match(line)
        if mark:
            inside = None if mark[1] == "end" else mark[1]
        elif inside in (None, wanted):
            kept.append(line)
    if inside is not None:
        raise ValueError(f"a region of an exercise is not closed with # [end]:\n{code}")
    return "\n".join(kept)


def joined(starter: str, solution: str) -> str:
    """Return an exercise's code with what differs between its two sides marked: the inverse of ``variant``."""
    first, second = starter.split("\n"), solution.split("\n")
    blocks = []  # [starter lines, solution lines], or a list of shared lines
    for kind, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        small = kind == "equal" and b - a <= 2 and blocks and a > 0 and b < len(first)
        if kind == "equal" and not small:
            blocks.append(first[a:b])
        elif blocks and isinstance(blocks[-1], tuple):
            blocks[-1] = (blocks[-1][0] + first[a:b], blocks[-1][1] + second[c:d])
        else:
            blocks.append((first[a:b], second[c:d]))
    lines = []
    for block in blocks:
        if isinstance(block, list):
            lines += block
            continue
        indent = " " * min((len(line) - len(line.lstrip()) for side in block for line in side if line), default=0)
        lines += [f"{indent}# [starter]", *block[0], f"{indent}# [solution]", *block[1], f"{indent}# [end]"]
    return "\n".join(lines)
