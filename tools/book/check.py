"""Check one chapter after a change: the teacher's minute.

    python -m tools.book.check mlp

Makes its notebook again and compares, then asks the rules of the book of it (structure, figures, exercises, quiz) and
re-runs it with nbval. No page is built and no browser starts.
"""

import argparse
import subprocess
import sys

from tools.book import make
from tools.book.chapters import ROOT, Book

RULES = ("tests/book/test_notebooks.py", "tests/book/test_exercises.py")


def main(arguments=None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="of the chapter, such as mlp")
    chapter = Book().chapter(parser.parse_args(arguments).name)
    if make.main(["--check", chapter.name]):
        return 1
    rules = [sys.executable, "-m", "pytest", "-q", "-k", chapter.stem, *RULES]
    notebook = [sys.executable, "-m", "pytest", "-q", "--nbval", f"chapters/{chapter.stem}.ipynb"]
    return int(any(subprocess.run(command, cwd=ROOT, check=False).returncode for command in (rules, notebook)))


if __name__ == "__main__":
    sys.exit(main())
