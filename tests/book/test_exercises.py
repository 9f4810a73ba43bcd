"""Each exercise as a learner meets it: the starter is not yet right, the solution passes, mistakes get hints."""

import contextlib
import importlib.util
import io
import os
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
SOLUTION = re.compile(
    r"<details><summary>Solution</summary>\n.*?```python\n(?P<code>.+?)\n```.*?</details>", flags=re.DOTALL
)
CHECKER = re.compile(r"exercises\.(\w+)\.(check_\w+)\(")


def without_magics(code: str) -> str:
    return re.sub(r"^(\s*)%.*$", r"\1pass", code, flags=re.MULTILINE)


def run(code: str, namespace: dict) -> str:
    """Run a cell and return what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(without_magics(code), "<cell>", "exec"), namespace)
    return printed.getvalue()


def exercises_of(path: Path) -> list[tuple[str, str]]:
    """Return starter and solution of each exercise, in order."""
    cells = nbformat.read(path, as_version=4).cells
    found = []
    for number, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            solution = SOLUTION.search(cells[number + 1].source)
            assert solution, f"{path.name}: no solution follows\n{cell.source}"
            found.append((cell.source, solution["code"]))
    return found


def wrong_answers_of(module: str) -> list[tuple]:
    """Return the table WRONG of ``tests/exercises/test_<module>.py``: (checker, answer, fragment of the hint)."""
    path = ROOT / "tests" / "exercises" / f"test_{module}.py"
    spec = importlib.util.spec_from_file_location(f"wrong_answers_{module}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.WRONG


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    """A chapter's path, and the names that its exercises start from."""
    namespace = {}
    folder = os.getcwd()
    os.chdir(request.param.parent)
    for cell in nbformat.read(request.param, as_version=4).cells:
        if {"setup", "exercise-needs"} & set(cell.metadata.get("tags", [])):
            run(cell.source, namespace)
    yield request.param, namespace
    os.chdir(folder)


def test_there_are_three_exercises(chapter):
    assert len(exercises_of(chapter[0])) == 3


def test_starters_run_and_are_not_yet_right(chapter):
    path, namespace = chapter
    for starter, _ in exercises_of(path):
        said = run(starter, dict(namespace))
        assert ": not yet." in said
        assert "Hint: " in said
        assert "solved" not in said


def test_solutions_pass(chapter):
    path, namespace = chapter
    for _, solution in exercises_of(path):
        assert ": solved." in run(solution, dict(namespace))


def test_starter_and_solution_call_the_same_checker(chapter):
    for starter, solution in exercises_of(chapter[0]):
        assert CHECKER.findall(starter)[-1:] == CHECKER.findall(solution)[-1:] != []
        assert starter.splitlines()[-1].startswith("exercises.")


def test_each_checker_is_tried_on_three_wrong_answers(chapter):
    for starter, _ in exercises_of(chapter[0]):
        module, name = CHECKER.findall(starter)[-1]
        tried = [answer for checker, *answer in wrong_answers_of(module) if checker.__name__ == name]
        assert len(tried) >= 3, f"{module}.{name}"
