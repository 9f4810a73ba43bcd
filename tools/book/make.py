"""Make the notebooks from the chapters' text, and whatever else follows from the list of chapters.

    python -m tools.book.make            all chapters
    python -m tools.book.make mlp cnn    some
    python -m tools.book.make --check    write nothing; exit 1 where a file is not what its text makes, or must be run

A sentence changes without a run. Changed code loses its outputs until ``python -m tools.book.run NAME``.
"""

import argparse
import sys

from tools.book.chapters import ROOT, Book
from tools.book.documents import documents
from tools.book.notebooks import make_notebook, notebook_text, read_notebook, stale_cells
from tools.book.writing import replace_files


def make(book: Book, names: list[str]) -> tuple[dict, dict]:
    """Return the text of each file that is made, by its path, and the cells that must be run, by the chapter's name."""
    texts, stale = documents(book), {}
    for chapter in map(book.chapter, names or book.chapters):
        path = book.notebook_path(chapter)
        old = path if path.exists() else former_path(book, chapter)
        notebook = make_notebook(book, chapter, read_notebook(old))
        texts[path] = notebook_text(notebook)
        if stale_cells(notebook):
            stale[chapter.name] = stale_cells(notebook)
    return texts, stale


def former_path(book: Book, chapter):
    """Return where a chapter's notebook is under another number, or the path that it shall have."""
    others = [path for path in book.root.glob("chapters/*.ipynb") if path.stem.split("_", 1)[-1] == chapter.name]
    return others[0] if others else book.notebook_path(chapter)


def strangers(book: Book) -> list:
    """Return the notebooks in ``chapters/`` that belong to no chapter of the list, as after a change of numbers."""
    expected = {book.notebook_path(chapter) for chapter in book.chapters.values()}
    return sorted(set(book.root.glob("chapters/*.ipynb")) - expected)


def main(arguments=None, root=ROOT) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="default: all chapters")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where something differs")
    chosen = parser.parse_args(arguments)
    try:
        book = Book(root)
        texts, stale = make(book, chosen.names)
    except ValueError as error:
        parser.exit(2, f"{error}\n")
    if chosen.check:
        faults = [
            f"{path.relative_to(root)}: is not what its text makes. python -m tools.book.make"
            for path, text in texts.items()
            if not path.exists() or path.read_text("utf-8") != text
        ]
        faults += [f"{path.relative_to(root)}: no chapter of text/book.yml" for path in strangers(book)]
        for name, cells in stale.items():
            faults.append(f"{name}: {len(cells)} cells to run, first {cells[0]!r}. python -m tools.book.run {name}")
        print("\n".join(faults) or f"{len(texts)} files are what the text makes")
        return int(bool(faults))
    for path in replace_files(texts):
        print(f"{path.relative_to(root)}: written")
    for path in strangers(book):
        path.unlink()
        print(f"{path.relative_to(root)}: taken away, its chapter has another number or none")
    for name, cells in stale.items():
        print(f"{name}: {len(cells)} cells to run. python -m tools.book.run {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
