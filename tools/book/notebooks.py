"""A chapter's notebook, made from its text; outputs of cells whose code is as it was stay."""

import copy
import difflib
import hashlib
import re
from pathlib import Path

import nbformat

from tools.book.cells import notebook_metadata, read_text, variant
from tools.book.chapters import Book, Chapter

KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
"""What JupyterLab writes when it opens a notebook, but for the version of Python."""

SOLUTION = "@solution"
_ADDRESS = re.compile(r'^REPOSITORY = ".*"', re.MULTILINE)


def read_notebook(path: Path):
    """Return a notebook, or one without cells where there is no file."""
    return nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()


def notebook_text(notebook) -> str:
    """Return the text of a notebook's file, as JupyterLab would save it."""
    return nbformat.writes(notebook) + "\n"


def make_notebook(book: Book, chapter: Chapter, old):
    """Return the notebook of a chapter's text, with ids and outputs of the old one where its cells stay.

    Parameters
    ----------
    book : Book
    chapter : Chapter
    old : nbformat.NotebookNode
        The notebook as it is; may be empty.
    """
    made = nbformat.v4.new_notebook(metadata=copy.deepcopy(KERNEL))
    made.cells = cells_of(book, chapter)
    _take_ids(made.cells, old.cells)
    _take_outputs(made.cells, old.cells)
    if "code" in old.metadata:
        made.metadata["code"] = old.metadata["code"]
    return made


def stale_cells(notebook) -> list[str]:
    """Return the first lines of the code cells that have to be run; all of them where one was taken out or moved."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    changed = [cell.source.split("\n", 1)[0] for cell in code if cell.execution_count is None]
    if not changed and notebook.metadata.get("code") != code_digest(notebook):
        return [cell.source.split("\n", 1)[0] for cell in code]
    return changed


def code_digest(notebook) -> str:
    """Return a digest of all code in its order. The address in the setup cell, which changes nothing, is left out."""
    sources = [_ADDRESS.sub("", cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def cells_of(book: Book, chapter: Chapter) -> list:
    """Return the cells that a chapter's text makes, each figure's followed by its caption."""
    cells, solution = [], None
    for cell in read_text(book.text_path(chapter).read_text("utf-8")):
        source = book.expand(cell.source)
        if cell.cell_type == "markdown":
            if SOLUTION in source:
                if solution is None:
                    raise ValueError(f"text/{chapter.name}.md: {SOLUTION} stands after no exercise.")
                source, solution = source.replace(SOLUTION, f"```python\n{solution}\n```"), None
            cells.append(nbformat.v4.new_markdown_cell(source))
            continue
        tags = cell.metadata.get("tags", [])
        if "setup" in tags:
            source = (book.root / "text" / "setup.ipy").read_text("utf-8").strip()
            source = _ADDRESS.sub(f'REPOSITORY = "{book.repository}"', source)
        if "exercise" in tags:
            solution = variant(source, "solution")
            source = variant(source, "starter")
        made = nbformat.v4.new_code_cell(source, metadata=notebook_metadata(cell.metadata))
        cells.append(made)
        if "figure" in cell.metadata:
            cells.append(_caption(cell.metadata))
    return cells


def _caption(metadata: dict):
    """Return a caption as a cell of its own, for Jupyter and Colab, where figures have none; the page leaves it out."""
    text = (
        f"**Figure.** {metadata['caption']}\n\n"
        f"<details><summary>The figure in words</summary>\n\n{metadata['alt']}\n\n</details>"
    )
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": ["remove-cell", "caption"]})


def _take_ids(cells: list, old: list) -> None:
    """Give each cell the id that it had; a changed one keeps its id too, a new one gets one from what it says."""
    before = [(cell.cell_type, cell.source) for cell in old]
    after = [(cell.cell_type, cell.source) for cell in cells]
    for cell in cells:
        cell.id = ""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            for was, now in zip(old[a:b], cells[c:d], strict=True):
                now.id = was.id
    used = {cell.id for cell in cells}
    for cell in cells:
        number = 0
        while not cell.id:
            key = hashlib.sha256(f"{cell.source}\0{number}".encode()).hexdigest()[:8]
            cell.id, number = ("" if key in used else key), number + 1
        used.add(cell.id)


def _take_outputs(cells: list, old: list) -> None:
    """Give each code cell the outputs that the same code had: by id first, then wherever the same code stood."""
    by_id = {cell.id: cell for cell in old if cell.cell_type == "code"}
    left = [cell for cell in old if cell.cell_type == "code"]
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        same = [was for was in left if _ADDRESS.sub("", was.source) == _ADDRESS.sub("", cell.source)]
        was = by_id.get(cell.id)
        chosen = was if any(was is one for one in same) else next(iter(same), None)
        cell.execution_count = None
        if chosen is not None:
            left = [one for one in left if one is not chosen]
            cell.outputs, cell.execution_count = copy.deepcopy(chosen.outputs), chosen.execution_count
    counted = [cell for cell in cells if cell.cell_type == "code"]
    for number, cell in enumerate(counted, 1):
        if cell.execution_count is not None:
            cell.execution_count = number
