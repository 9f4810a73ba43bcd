"""Execute chapters from top to bottom and store their outputs.

    python tools/run_chapters.py                         all chapters
    python tools/run_chapters.py chapters/02_mlp.ipynb   some of them

Each notebook runs in a fresh kernel, in its own folder. It is written back only when every cell has run without
an error, so that stored outputs always come from one clean run. What the run took is stored with them, for the table in
backmatter/run_times.md.
"""

import argparse
import asyncio
import datetime
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
VOLATILE = ("execution", "ExecuteTime", "collapsed", "scrolled")


def execute(path: Path) -> dict:
    """Run one notebook in a fresh kernel and write it back with its outputs; return what the run took.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell failed. The file is left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = nbformat.from_dict(KERNEL)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem.replace('_', '-')}-{number:03d}"
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
    run = {
        "date": f"{datetime.date.today()}",
        "cores": os.cpu_count(),
        "seconds": round(time.perf_counter() - start),
        "cpu_seconds": round(sum(after[2:4]) - sum(before[2:4])),  # of child processes that have ended
    }
    notebook.metadata = nbformat.from_dict(KERNEL | {"run": run})  # the kernel adds its exact Python version
    for cell in notebook.cells:
        for name in VOLATILE:
            cell.metadata.pop(name, None)
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":  # the colours of Keras' progress bar are too pale on a white page
                output.text = COLOURS.sub("", output.text)
            output.get("data", {}).pop(WIDGET_VIEW, None)  # dead without its kernel: the still picture stays
    nbformat.validate(notebook)
    finished = path.with_suffix(".ipynb.part")
    nbformat.write(notebook, finished)
    finished.replace(path)
    return run


def main() -> int:
    """Run the command; the exit status is 1 when a chapter failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in chapters/")
    notebooks = parser.parse_args().notebooks or sorted(CHAPTERS.glob("*.ipynb"))
    failed = 0
    for path in notebooks:
        try:
            run = execute(path.resolve())
        except CellExecutionError as error:
            failed += 1
            print(f"{path.name}: FAILED, left as it was\n{error}", flush=True)
        else:
            print(f"{path.name}: {run['seconds']} s, {run['cpu_seconds']} s of CPU", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main())
