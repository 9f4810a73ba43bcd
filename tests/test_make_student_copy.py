"""The students' copy holds the chapters without solutions and outputs, and runs."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(ROOT.glob("chapters/*.ipynb"))
spec = importlib.util.spec_from_file_location("make_student_copy", ROOT / "tools" / "make_student_copy.py")
make_student_copy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_student_copy)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("students") / "copy"
    assert make_student_copy.main([str(folder)]) == 0
    return folder


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def both(request, copy):
    """A chapter of the book, and the students' copy of it."""
    return [nbformat.read(path, as_version=4) for path in (request.param, copy / "chapters" / request.param.name)]


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def test_code_is_that_of_the_book_and_has_not_run(both):
    original, students = both
    assert sources(students, "code") == sources(original, "code")
    assert [cell.id for cell in students.cells if cell.cell_type == "code"] == [
        cell.id for cell in original.cells if cell.cell_type == "code"
    ]
    for cell in students.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def test_solutions_are_out_and_quizzes_are_in(both):
    original, students = ("\n".join(sources(notebook, "markdown")) for notebook in both)
    assert original.count("<summary>Solution") == 3
    assert "Solution" not in students
    folded = [len(re.findall("<details>", text)) for text in (original, students)]
    assert folded[0] - folded[1] == 3
    assert students.count("**Right.**") == original.count("**Right.**") >= 3


def test_links_lead_somewhere(copy):
    for path in (copy / "chapters").glob("*.ipynb"):
        text = "\n".join(sources(nbformat.read(path, as_version=4), "markdown"))
        for link in re.findall(r"\]\(((?:\.\./)?[\w/]+\.(?:md|ipynb))", text):
            assert (path.parent / link).is_file(), f"{path.name}: {link}"


def test_a_copy_runs_and_its_checkers_answer_with_a_hint(copy):
    path = copy / "chapters" / "getting_started.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    starters = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    assert len(starters) == 3
    for cell in starters:
        said = "".join(output.get("text", "") for output in cell.outputs)
        assert "not yet" in said and "Hint: " in said


@pytest.mark.parametrize("occupied", ["folder", "file"])
def test_nothing_is_overwritten(tmp_path, capsys, occupied):
    folder = tmp_path / "copy"
    mine = folder / "mine.txt" if occupied == "folder" else folder
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("my notes", "utf-8")
    with pytest.raises(SystemExit):
        make_student_copy.main([str(folder)])
    assert "is there already" in capsys.readouterr().err
    assert mine.read_text("utf-8") == "my notes"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
