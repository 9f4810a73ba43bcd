"""nbval is strict in every chapter: an output changed by hand makes the run fail."""

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

CHAPTERS = Path(__file__).parents[2] / "chapters"
PATHS = sorted(CHAPTERS.glob("*.ipynb"))
COMPARED = ("text/plain", "text/markdown", "text/html", "text/latex")


def is_compared(cell) -> bool:
    return cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", [])


def change(output) -> bool:
    """Change one character of what the output says; return whether there was anything to change."""
    if output.output_type == "stream":
        output.text = output.text.replace(output.text.strip()[0], "#", 1)
        return True
    for kind in COMPARED:
        if kind in output.get("data", {}):
            output.data[kind] = output.data[kind] + "#"
            return True
    return False


def first_compared(notebook) -> int:
    for number, cell in enumerate(notebook.cells):
        if is_compared(cell) and any(change(copy.deepcopy(output)) for output in cell.outputs):
            return number
    raise AssertionError("no output of this notebook is compared")


@pytest.mark.parametrize("path", PATHS[::5], ids=lambda path: path.stem)  # the next test asks about all
def test_a_changed_output_makes_nbval_fail(path, tmp_path):
    """Run the chapter's beginning under its own settings, with its first compared output changed by one character."""
    notebook = nbformat.read(path, as_version=4)
    number = first_compared(notebook)
    notebook.cells = notebook.cells[: number + 1]
    assert any(change(output) for output in notebook.cells[number].outputs)
    folder = tmp_path / "chapters"
    folder.mkdir()
    shutil.copy(CHAPTERS / "conftest.py", folder)
    nbformat.write(notebook, folder / path.name)
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "--rootdir", folder, folder]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    assert result.returncode == 1, result.stdout
    assert "mismatch" in result.stdout
    passed = f"1 failed, {cells - 1} passed" if cells > 1 else "1 failed"
    assert passed in result.stdout, result.stdout


class Collected:
    """A pytest plugin that keeps the cells which nbval collects."""

    def pytest_collection_finish(self, session):
        self.items = session.items


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_compared_output_is_compared(path):
    """Ask nbval itself, under the chapters' settings: each output equals itself, and not itself changed."""
    collected = Collected()
    pytest.main(["--collect-only", "-q", "--nbval", "-p", "no:cacheprovider", str(path)], plugins=[collected])
    tried = 0
    for item in collected.items:
        for number, output in enumerate(item.cell.outputs if is_compared(item.cell) else []):
            changed = copy.deepcopy(item.cell.outputs)
            if change(changed[number]):
                tried += 1
                assert item.compare_outputs(item.cell.outputs, item.cell.outputs)
                assert not item.compare_outputs(changed, item.cell.outputs), output
    assert tried


@pytest.mark.parametrize(("in_ci", "outcome"), [(False, "2 skipped"), (True, "1 failed, 1 passed")])
@pytest.mark.parametrize(
    ("tag", "loader", "title"),
    [("needs-emnist", "load_emnist_letters", "EMNIST letters"), ("needs-svhn", "load_svhn", "SVHN")],
)
def test_a_notebook_without_its_data_is_skipped_and_in_ci_fails(in_ci, outcome, tag, loader, title, tmp_path):
    cells = [nbformat.v4.new_code_cell("2 + 2", outputs=[], metadata={"tags": ["nbval-ignore-output"]})]
    load = f"from mnist_helpers import {loader}\nloaded = {loader}()"
    cells.append(nbformat.v4.new_code_cell(load, metadata={"tags": [tag]}))
    folder = tmp_path / "chapters"
    folder.mkdir()
    shutil.copy(CHAPTERS / "conftest.py", folder)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "with_data.ipynb")
    settings = {name: value for name, value in os.environ.items() if name not in ("CI", "MNIST_HELPERS_OFFLINE")}
    settings |= {"MNIST_HELPERS_DATA": str(tmp_path / "nothing"), **({"CI": "true"} if in_ci else {})}
    command = [sys.executable, "-m", "pytest", "--nbval", "-rs", "-p", "no:cacheprovider", "--rootdir", folder, folder]
    said = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=tmp_path, check=False).stdout
    assert outcome in said, said
    assert ("MNIST_HELPERS_OFFLINE switches downloads off" if in_ci else f"{title}: not on this computer") in said
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_most_cells_are_compared(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and cell.outputs]
    ignored = [cell for cell in cells if not is_compared(cell)]
    assert len(ignored) <= len(cells) / 2
