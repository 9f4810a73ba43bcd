"""Run chapters as readers do who do not simply run all cells, once, from top to bottom.

    python tools/check_odd_runs.py                              the quick chapters, in every circumstance
    python tools/check_odd_runs.py chapters/08_applications.ipynb --only restarted twice

The circumstances:

- ``restarted``: a fresh kernel, then only the setup cell, the cells that the exercises need, and the exercises.
- ``resumed``: a fresh kernel in the middle; all cells above the middle are run again, then the rest.
- ``twice``: all cells, and all cells once more in the same kernel.
- ``elsewhere``: from an empty folder.
- ``no home``: with a home folder that cannot be written to, and no folder set for Matplotlib or Keras.
- ``no network``: every connection to another computer is refused, and downloads are not switched off.

Nothing is stored. Exit status 1 when a cell failed. The quick chapters take about 15 minutes of one core.
"""

import argparse
import copy
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
QUICK = ("getting_started", "01_data", "02_mlp", "03_training", "04_cnn", "07_evaluation", "11_shipping")
NO_NETWORK = """
import socket

real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo


def is_here(host):
    return host in (None, "", "localhost", "::1", socket.gethostname()) or str(host).startswith("127.")


def connect(self, address):
    if isinstance(address, tuple) and not is_here(address[0]):
        raise OSError(101, "Network is unreachable")
    return real_connect(self, address)


def lookup(host, *arguments, **settings):
    if not is_here(host.decode() if isinstance(host, bytes) else host):
        raise socket.gaierror(-3, "Temporary failure in name resolution")
    return real_lookup(host, *arguments, **settings)


socket.socket.connect, socket.getaddrinfo = connect, lookup
"""


def tags_of(cell) -> set:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", ()))


def code_of(notebook) -> list:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def restarted(notebook) -> list:
    """Return the setup cell, what the exercises need, and the exercises."""
    return [cell for cell in code_of(notebook) if tags_of(cell) & {"setup", "exercise-needs", "exercise"}]


def twice(notebook) -> list:
    """Return all code cells, two times."""
    return [*code_of(notebook), *copy.deepcopy(code_of(notebook))]


def run(cells: list, folder: Path, environment: dict[str, str | None]) -> str:
    """Run cells in a fresh kernel; return what went wrong, or nothing."""
    notebook = nbformat.v4.new_notebook(cells=copy.deepcopy(cells))
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    client = NotebookClient(
        notebook, timeout=1800, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    kernel_environment = {name: value for name, value in (os.environ | environment).items() if value is not None}
    try:
        client.execute(env=kernel_environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return str(error)
    return ""


def resume(notebook, folder: Path) -> str:
    """Run half of the notebook in one kernel and, as after a restart, all of it in a second one."""
    cells = code_of(notebook)
    return run(cells[: len(cells) // 2], folder, {}) or run(cells, folder, {})


def in_circumstance(name: str, notebook, folder: Path, scratch: Path) -> str:
    """Run a notebook in one of the circumstances; return what went wrong, or nothing."""
    if name == "restarted":
        return run(restarted(notebook), folder, {})
    if name == "resumed":
        return resume(notebook, folder)
    if name == "twice":
        return run(twice(notebook), folder, {})
    if name == "elsewhere":
        return run(code_of(notebook), scratch, {})
    if name == "no home":
        file = scratch / "a file, and no folder"
        file.touch()
        nowhere = str(file / "home")
        unset = dict.fromkeys(("MPLCONFIGDIR", "KERAS_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR"))
        return run(code_of(notebook), folder, {**unset, "HOME": nowhere, "USERPROFILE": nowhere})
    (scratch / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(scratch), os.environ.get("PYTHONPATH")]))
    return run(code_of(notebook), folder, {"PYTHONPATH": path, "MNIST_HELPERS_OFFLINE": None})


CIRCUMSTANCES = ("restarted", "resumed", "twice", "elsewhere", "no home", "no network")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    quick = [CHAPTERS / f"{name}.ipynb" for name in QUICK]
    parser.add_argument("notebooks", nargs="*", type=Path, default=quick, help="default: the quick chapters")
    parser.add_argument("--only", nargs="+", choices=CIRCUMSTANCES, default=CIRCUMSTANCES, help="default: all")
    given = parser.parse_args()
    failed = 0
    for path in given.notebooks:
        notebook = nbformat.read(path, as_version=4)
        for name in given.only:
            start = time.perf_counter()
            with tempfile.TemporaryDirectory() as scratch:
                trouble = in_circumstance(name, notebook, path.resolve().parent, Path(scratch))
            failed += bool(trouble)
            verdict = f"FAILED\n{trouble[-3000:]}" if trouble else "fine"
            print(f"{path.stem}, {name}: {verdict} ({time.perf_counter() - start:.0f} s)", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
