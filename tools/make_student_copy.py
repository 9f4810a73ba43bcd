"""Make a copy of the chapters for students: without solutions, without outputs.

    python tools/make_student_copy.py FOLDER

FOLDER is new or empty; it gets ``chapters/``, and what their links lead to. Code cells are those of the book, byte for
byte: starters run, and their checkers answer with a hint. Students need the helpers as well: from a ``pip install`` of
this repository, or in Colab from the setup cell. Keep the originals: nothing brings the solutions back.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = re.compile(r"\n*<details><summary>Solution</summary>\n.*?\n</details>", re.DOTALL)


def for_students(notebook):
    """Take outputs, and what is folded away under "Solution", out of a notebook; return how many solutions that were.

    A cell that held nothing but a solution goes altogether.
    """
    solutions = 0
    kept = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source, found = SOLUTION.subn("", cell.source)
            solutions += found
        if cell.source.strip():
            kept.append(cell)
    notebook.cells = kept
    notebook.metadata.pop("run", None)
    return solutions


def main(arguments=None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="new, or empty")
    folder = parser.parse_args(arguments).folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        parser.error(f"{folder} is there already and is not empty; name a new folder, so that nothing is overwritten")
    chapters = folder / "chapters"
    chapters.mkdir(parents=True)
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        solutions = for_students(notebook)
        nbformat.write(notebook, chapters / path.name)
        print(f"{path.name}: {solutions} solutions taken out")
    shutil.copytree(ROOT / "backmatter", folder / "backmatter", ignore=shutil.ignore_patterns("instructors.md"))
    shutil.copy(ROOT / "intro.md", folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
