"""Take what was edited in Jupyter back into a chapter's text.

    python -m tools.book.take_back chapters/02_mlp.ipynb

Cells that the text makes stay as they stand there, names and all; changed ones are written anew. A starter and its
solution come back into their one cell. Then look at ``git diff text``, and run ``python -m tools.book.make``.
"""

import argparse
import difflib
import re
import sys

import nbformat

from tools.book.cells import joined, read_text, text_metadata, variant, write_text
from tools.book.chapters import ROOT, Book, Chapter
from tools.book.notebooks import SOLUTION, cells_of, read_notebook
from tools.book.writing import replace_files

_FOLD = re.compile(r"<details><summary>Solution</summary>\n.*?(?P<block>```python\n(?P<code>.+?)\n```)", re.DOTALL)


def text_of(book: Book, chapter: Chapter, notebook) -> str:
    """Return a chapter's text as an edited notebook would have it.

    Raises
    ------
    ValueError
        An exercise has lost its solution.
    """
    edited = [cell for cell in notebook.cells if "caption" not in cell.metadata.get("tags", [])]
    written = read_text(book.text_path(chapter).read_text("utf-8"))
    made = [cell for cell in cells_of(book, chapter) if "caption" not in cell.metadata.get("tags", [])]
    kept = {}
    matcher = difflib.SequenceMatcher(None, list(map(_key, made)), list(map(_key, edited)), autojunk=False)
    for start, other, length in matcher.get_matching_blocks():
        kept |= {other + step: written[start + step] for step in range(length)}
    cells = [kept.get(place) or _text_cell(book, cell) for place, cell in enumerate(edited)]
    for place, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []) and not {place, place + 1} <= kept.keys():
            cell.source, cells[place + 1].source = _with_solution(book, *edited[place : place + 2])
    return write_text(cells)


def _key(cell) -> tuple:
    return cell.cell_type, cell.source, repr(sorted(cell.metadata.get("tags", []))), repr(cell.metadata.get("mystnb"))


def _text_cell(book: Book, cell):
    source = book.contract(cell.source)
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(source)
    metadata = text_metadata(cell.metadata)
    return nbformat.v4.new_code_cell("" if "setup" in metadata.get("tags", []) else source, metadata=metadata)


def _with_solution(book: Book, exercise, answer) -> tuple[str, str]:
    fold = _FOLD.search(answer.source)
    if fold is None:
        raise ValueError(f"no solution follows this exercise:\n{exercise.source}")
    code = book.contract(joined(exercise.source, fold["code"]))
    if variant(book.expand(code), "solution") != fold["code"]:
        raise ValueError(f"starter and solution of this exercise cannot be joined:\n{exercise.source}")
    return code, book.contract(answer.source.replace(fold["block"], SOLUTION))


def main(arguments=None, root=ROOT) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="+", help="chapters/02_mlp.ipynb, or mlp")
    book = Book(root)
    for chapter in map(book.chapter, parser.parse_args(arguments).notebooks):
        path = book.text_path(chapter)
        changed = replace_files({path: text_of(book, chapter, read_notebook(book.notebook_path(chapter)))})
        print(f"{path.relative_to(root)}: {'written' if changed else 'as it was'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
