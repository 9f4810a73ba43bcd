"""Run chapters from top to bottom and store their outputs in the notebooks.

    python -m tools.book.run                  all chapters
    python -m tools.book.run mlp cnn          some
    python -m tools.book.run --timings mlp    cells that measure time too: on a quiet machine
    python -m tools.book.run --times          note how long each chapter took, for backmatter/run_times.md: likewise

Each notebook is made from its text and runs in a fresh kernel, in its own folder. It is written only when every cell
has run without an error and everything that the book claims holds: stored outputs always come from one clean run.
What changes from run to run is not stored: cells tagged ``timing`` keep what they showed, and Keras' progress bar goes
without its seconds. Pictures have at most 256 colours where nobody sees the difference.
"""

import argparse
import asyncio
import datetime
import json
import os
import re
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from mnist_helpers.claims import BROKEN
from tools.book.chapters import ROOT, Book, Chapter
from tools.book.make import former_path
from tools.book.notebooks import KERNEL, code_digest, make_notebook, notebook_text, read_notebook
from tools.book.pictures import lighter_png
from tools.book.writing import replace_files

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r" ━+ +\d+s(?: \d+\w+/(?:step|epoch))?(?= - |$)", re.MULTILINE)
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
VOLATILE = ("execution", "ExecuteTime", "collapsed", "scrolled")
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError, OSError, ValueError)


def quiet(text: str) -> str:
    """Return what a cell printed without colours, and Keras' lines without bar and seconds.

    >>> quiet("215/215 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - accuracy: 0.79")
    '215/215 - accuracy: 0.79'
    """
    return PROGRESS.sub("", COLOURS.sub("", text))


def execute(book: Book, chapter: Chapter, timings: bool) -> dict:
    """Run one chapter and write its notebook; return what the run took.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell failed. The file is left as it was.
    ValueError
        Something that the book claims does not hold. Likewise.
    """
    path = book.notebook_path(chapter)
    old = read_notebook(former_path(book, chapter))
    notebook = make_notebook(book, chapter, old)
    stored = {cell.id: cell.outputs for cell in notebook.cells if cell.get("execution_count")}
    # ipykernel captures TensorFlow's log differently under pytest: run as nbval does.
    os.environ["PYTEST_CURRENT_TEST"] = "storing outputs"
    client = NotebookClient(
        notebook,
        timeout=1800,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        coalesce_streams=True,
        record_timing=False,
    )
    start, before = time.perf_counter(), os.times()
    client.execute()
    after = os.times()
    taken = {
        "date": f"{datetime.date.today()}",
        "cores": os.cpu_count(),
        "seconds": round(time.perf_counter() - start),
        "cpu_seconds": round(sum(after[2:4]) - sum(before[2:4])),  # of child processes that have ended
    }
    notebook.metadata = nbformat.from_dict(KERNEL | {"code": code_digest(notebook)})
    for cell in notebook.cells:
        _tidy(cell)
        if "timing" in cell.metadata.get("tags", []) and cell.id in stored and not timings:
            cell.outputs = stored[cell.id]
    nbformat.validate(notebook)
    _refuse_broken_claims(notebook)
    replace_files({path: notebook_text(notebook)})
    return taken


def _tidy(cell) -> None:
    for name in VOLATILE:
        cell.metadata.pop(name, None)
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            output.text = quiet(output.text)
        data = output.get("data", {})
        data.pop(WIDGET_VIEW, None)  # dead without its kernel: the still picture stays
        if "image/png" in data:
            data["image/png"] = lighter_png(data["image/png"])


def _refuse_broken_claims(notebook) -> None:
    broken = [
        line
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        for line in output.get("text", "").splitlines()
        if line.startswith(BROKEN)
    ]
    if broken:
        raise ValueError("the book claims what this run does not show:\n" + "\n".join(broken))


def note_times(book: Book, taken: dict) -> None:
    """Write what runs took into ``backmatter/run_times.json``, beside what it holds of other chapters."""
    path = book.root / "backmatter" / "run_times.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    times = {name: taken.get(name, known.get(name)) for name in book.chapters if name in known | taken}
    replace_files({path: json.dumps(times, indent=1) + "\n"})


def main(arguments=None, root=ROOT) -> int:
    """Run the command; the exit status is 1 when a chapter failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="default: all chapters")
    parser.add_argument("--timings", action="store_true", help="store what cells that measure time show")
    parser.add_argument("--times", action="store_true", help="note how long each chapter took")
    chosen = parser.parse_args(arguments)
    book = Book(root)
    failed, times = 0, {}
    for chapter in map(book.chapter, chosen.names or book.chapters):
        try:
            taken = execute(book, chapter, chosen.timings)
        except FAILURES as error:
            failed += 1
            print(f"{chapter.name}: FAILED, left as it was\n{error}", flush=True)
        else:
            times[chapter.name] = taken
            print(f"{chapter.name}: {taken['seconds']} s, {taken['cpu_seconds']} s of CPU", flush=True)
    if chosen.times:
        note_times(book, times)
    return int(failed > 0)


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main())
