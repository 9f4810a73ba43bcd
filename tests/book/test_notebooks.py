"""The rules that every chapter keeps, as far as a machine can hold them (CONTRIBUTING.md says why)."""

import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest

from tools.book.chapters import Book

CHAPTERS = Path(__file__).parents[2] / "chapters"
PATHS = sorted(CHAPTERS.glob("*.ipynb"))
NOTEBOOKS = [pytest.param(nbformat.read(path, as_version=4), id=path.stem) for path in PATHS]
for parameter in NOTEBOOKS:
    assert parameter.values[0].cells

HEADINGS = ["In this chapter you will", "Check yourself", "Exercises", "Key points", "Further reading"]
MYST = re.compile(r"\{[a-z:+-]+\}`|^:::|^```\{", re.MULTILINE)
BELITTLING = re.compile(r"\b(just|simply|easy|easily|obvious|obviously|trivial|trivially)\b", re.IGNORECASE)
VARYING = re.compile(r"0x[0-9a-f]{6,}|/home/|/Users/|/tmp/|site-packages|\\Users\\")


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def outputs_with(notebook, mime_type: str):
    return [
        (cell, output)
        for cell in code_cells(notebook)
        for output in cell.outputs
        if mime_type in output.get("data", {})
    ]


def text_of(output) -> str:
    return output.get("text", "") + "".join(
        value for kind, value in output.get("data", {}).items() if kind.startswith("text/")
    )


def setup_cell(notebook) -> str:
    (cell,) = [cell for cell in code_cells(notebook) if "setup" in tags(cell)]
    return cell.source


def test_there_are_chapters():
    assert len(PATHS) >= 3


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_outputs_come_from_one_clean_run(notebook):
    cells = code_cells(notebook)
    assert all(cell.source.strip() for cell in cells)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert not [output for cell in cells for output in cell.outputs if output.get("name") == "stderr"]


def test_what_runs_took_is_noted_beside_the_notebooks():
    times = json.loads((CHAPTERS.parent / "backmatter" / "run_times.json").read_text("utf-8"))
    assert list(times) == list(Book().chapters)
    for run in times.values():
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", run["date"])
        assert run["cores"] >= 1 and run["seconds"] >= 1 and run["cpu_seconds"] >= 0


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_output_tells_how_long_a_step_took(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert not re.search(r"\d[mu]?s/(step|epoch)", text_of(output)), cell.source


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_holds_no_more_than_jupyter_and_its_code_need(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info", "code"}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_kernel_is_any_python_3(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    assert "version" not in notebook.metadata.language_info


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_outputs_hold_nothing_of_one_machine(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert not VARYING.search(text_of(output)), cell.source


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_setup_cell_is_the_same_everywhere(notebook):
    assert setup_cell(notebook) == setup_cell(NOTEBOOKS[0].values[0])


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_markdown_reads_well_in_colab(notebook):
    assert not MYST.search(prose(notebook))
    for cell, output in outputs_with(notebook, "text/markdown"):
        assert not MYST.search(output.data["text/markdown"]), cell.source


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_words_do_not_belittle_the_reader(notebook):
    without_code = re.sub(r"```.*?```|`[^`]*`", "", prose(notebook), flags=re.DOTALL)
    assert BELITTLING.findall(without_code) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_chapter_has_its_parts_in_order(notebook):
    headings = re.findall(r"^#{1,3} +(.+?)\s*$", prose(notebook), flags=re.MULTILINE)
    assert [heading for heading in headings if heading in HEADINGS] == HEADINGS
    first = notebook.cells[0].source
    assert first.startswith("# ")
    assert "?" in first, "the first cell asks the question of the chapter"
    assert len(re.findall(r"^# ", re.sub(r"```.*?```", "", prose(notebook), flags=re.DOTALL), re.MULTILINE)) == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_headings_skip_no_level(notebook):
    without_code = re.sub(r"```.*?```", "", prose(notebook), flags=re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", without_code, flags=re.MULTILINE)]
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_each_figure_has_alt_text_and_caption(notebook):
    captions = []
    for cell, _ in outputs_with(notebook, "image/png"):
        assert sum("image/png" in output.get("data", {}) for output in cell.outputs) == 1, cell.source
        figure = cell.metadata.get("mystnb", {})
        alt = figure.get("image", {}).get("alt", "")
        caption = figure.get("figure", {}).get("caption", "")
        assert len(alt) >= 40, f"alt text says what the figure shows: {cell.source}"
        assert len(caption) >= 20, f"a caption says what to notice: {cell.source}"
        assert alt != caption
        assert re.fullmatch(r"fig-[a-z0-9-]+", figure["figure"].get("name", "")), cell.source
        for text in (alt, caption):
            assert not re.search(r"\d\s?%|\d\.\d", text), f"a number from a run is typed in: {text}"
        captions.append(figure["figure"]["name"])
    assert len(set(captions)) == len(captions)


def test_figure_names_are_unique_in_the_book():
    names = [
        cell.metadata.mystnb.figure.name
        for parameter in NOTEBOOKS
        for cell, _ in outputs_with(parameter.values[0], "image/png")
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_prose_types_no_measured_share(notebook):
    """A share in per cent comes from a run or from a cited source: then it stands beside its link."""
    for paragraph in re.split(r"\n\s*\n", re.sub(r"```.*?```", "", prose(notebook), flags=re.DOTALL)):
        if re.search(r"\d\s?(%|per ?cent)", paragraph):
            assert "](http" in paragraph, paragraph


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_sentences_from_the_run_hide_their_code(notebook):
    for cell, _ in outputs_with(notebook, "text/markdown"):
        assert "remove-input" in tags(cell), cell.source
        assert cell.metadata.jupyter.source_hidden
        assert cell.metadata.cellView == "form"
    for cell in code_cells(notebook):
        if "remove-input" in tags(cell):
            assert cell.outputs, f"a hidden cell shows something: {cell.source}"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_what_is_not_compared_is_asserted_next(notebook):
    """After cells whose output varies comes one that asserts a band and prints a line that is compared."""
    waiting = None
    for cell in code_cells(notebook):
        if "nbval-ignore-output" in tags(cell):
            waiting = cell
        elif waiting is not None:
            assert "assert " in cell.source, f"a band is missing after:\n{waiting.source}"
            assert any(text_of(output).strip() for output in cell.outputs), cell.source
            waiting = None
    assert waiting is None


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_nbval_skips_no_cell(notebook):
    allowed = {
        "setup",
        "check",
        "timing",
        "remove-cell",
        "exercise",
        "exercise-needs",
        "digit-pad",
        "needs-emnist",
        "needs-svhn",
        "nbval-ignore-output",
        "remove-input",
        "hide-input",
        "hide-output",
    }
    for cell in code_cells(notebook):
        unknown = [tag for tag in tags(cell) if tag not in allowed and not tag.endswith("-twin")]
        assert not unknown, cell.source
        assert "NBVAL" not in cell.source


def quiz_questions(notebook) -> list[list[tuple[str, str]]]:
    """Return, a question, its options with the feedback on each."""
    section = prose(notebook).split("Check yourself", 1)[1].split("Exercises", 1)[0]
    questions = re.split(r"^\*\*\d+\.", section, flags=re.MULTILINE)[1:]
    option = re.compile(r"<details><summary>(.+?)</summary>\n\n(.+?)\n\n</details>", re.DOTALL)
    return [option.findall(question) for question in questions]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_quiz_answers_every_option(notebook):
    questions = quiz_questions(notebook)
    assert 3 <= len(questions) <= 4
    for options in questions:
        assert 3 <= len(options) <= 5
        verdicts = [re.match(r"\*\*(Right|Not quite)\.\*\* ", feedback) for _, feedback in options]
        assert all(verdicts), options
        assert [verdict[1] for verdict in verdicts].count("Right") == 1, options
        assert all(len(feedback) > 40 for _, feedback in options), options


def test_the_right_option_has_no_favourite_place():
    places = [
        [feedback.startswith("**Right.") for _, feedback in options].index(True)
        for parameter in NOTEBOOKS
        for options in quiz_questions(parameter.values[0])
    ]
    assert max(places.count(place) for place in set(places)) <= 0.6 * len(places)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_cells_fit_on_a_screen(notebook):
    for cell in code_cells(notebook):
        assert len(cell.source.splitlines()) <= 40, cell.source
        if "remove-input" not in tags(cell):
            assert max(map(len, cell.source.splitlines())) <= 88, cell.source
