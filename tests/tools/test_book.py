"""Chapters are text: notebooks follow from it, keep their outputs, and lead back to it."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from mnist_helpers.claims import claim
from tools.book import make, run, take_back
from tools.book.cells import joined, read_text, variant, write_text
from tools.book.chapters import Book
from tools.book.notebooks import notebook_text, read_notebook, stale_cells

ROOT = Path(__file__).parents[2]
NAMES = list(Book().chapters)
TEXT = """# @title(second)

Why? See @chapter(first), [Start](first.md) and a [term](../backmatter/words.md#first-word).

```{code-cell}
:tags: [setup]
```

```{code-cell}
claim("3 is less than 5", limit < 5)
```

```{code-cell}
:tags: [exercise]

# [starter]
x = 0
# [solution]
x = limit
# [end]
print(x)
```

<details><summary>Solution</summary>

Because.

@solution

</details>
"""


@pytest.fixture
def small(tmp_path):
    """Return a book of two chapters."""
    for name in ("text", "chapters", "backmatter"):
        (tmp_path / name).mkdir()
    chapters = [{"name": name, "title": name.title(), "question": "Why?"} for name in ("first", "second")]
    listed = {"repository": "", "parts": [{"caption": "All", "chapters": chapters}], "formerly": {}}
    (tmp_path / "text" / "book.yml").write_text(yaml.safe_dump(listed), "utf-8")
    (tmp_path / "text" / "setup.ipy").write_text(
        'REPOSITORY = ""\nfrom mnist_helpers import claim\nlimit = 3\n', "utf-8"
    )
    (tmp_path / "text" / "first.md").write_text("# @title(first)\n\nWhy?\n", "utf-8")
    (tmp_path / "text" / "second.md").write_text(TEXT, "utf-8")
    (tmp_path / "backmatter" / "words.md").write_text("# Words\n\n## First word\n", "utf-8")
    table = "<!-- chapters: made from text/book.yml -->\n\n<!-- end of chapters -->\n"
    (tmp_path / "README.md").write_text(table, "utf-8")
    assert make.main([], root=tmp_path) == 0
    return tmp_path


@pytest.fixture(scope="module")
def after_run(tmp_path_factory):
    """Return a small book whose second chapter has been run."""
    folder = tmp_path_factory.mktemp("run") / "book"
    source = small.__wrapped__ if hasattr(small, "__wrapped__") else small.__pytest_wrapped__.obj
    (folder.parent / "plain").mkdir()
    shutil.copytree(source(folder.parent / "plain"), folder)
    assert run.main(["second"], root=folder) == 0
    return folder


def changed(folder, old, new, name="second"):
    path = folder / "text" / f"{name}.md"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_written_as_it_is_read(name):
    text = (ROOT / "text" / f"{name}.md").read_text("utf-8")
    assert write_text(read_text(text)) == text


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_that_nobody_edited_leads_back_to_its_text(name):
    book = Book()
    chapter = book.chapter(name)
    text = take_back.text_of(book, chapter, read_notebook(book.notebook_path(chapter)))
    assert text == book.text_path(chapter).read_text("utf-8")


def test_the_book_is_what_its_text_makes(capsys):
    assert make.main(["--check"]) == 0, capsys.readouterr().out


def test_each_chapter_has_its_place_for_teachers_and_its_checkers():
    taught = (ROOT / "backmatter" / "instructors.md").read_text("utf-8")
    for chapter in Book().chapters.values():
        assert f"| {chapter.label} |" in taught, f"backmatter/instructors.md has no row for {chapter.label!r}"
        module = ROOT / "mnist_helpers" / "exercises" / f"{chapter.name}.py"
        assert module.exists(), f"mnist_helpers/exercises/{chapter.name}.py is missing"


@pytest.mark.parametrize("path", sorted([*ROOT.glob("backmatter/*.md"), ROOT / "intro.md", ROOT / "README.md"]))
def test_a_number_of_a_chapter_stands_in_a_link_which_follows_the_list(path):
    without_code = re.sub(r"`[^`]*`", "", path.read_text("utf-8"))
    assert re.findall(r"(?<!\[)\b[Cc]hapters? \d+", without_code) == []


def test_a_changed_sentence_is_one_line_and_needs_no_run(after_run, tmp_path):
    folder = shutil.copytree(after_run, tmp_path / "book")
    path = folder / "chapters" / "02_second.ipynb"
    before = path.read_text("utf-8").splitlines()
    changed(folder, "Because.", "Therefore.")
    assert make.main(["--check"], root=folder) == 1
    assert make.main([], root=folder) == 0
    after = path.read_text("utf-8").splitlines()
    assert len([1 for old, new in zip(before, after, strict=True) if old != new]) == 1
    assert not stale_cells(read_notebook(path))


@pytest.mark.parametrize(
    ("old", "new"), [("limit < 5", "limit < 6"), ('claim("3 is less than 5", limit < 5)', "limit")]
)
def test_changed_code_must_be_run(after_run, tmp_path, capsys, old, new):
    folder = shutil.copytree(after_run, tmp_path / "book")
    changed(folder, old, new)
    make.main([], root=folder)
    assert make.main(["--check"], root=folder) == 1
    assert "second: 1 cells to run" in capsys.readouterr().out


def test_a_cell_taken_out_makes_the_whole_chapter_stale(after_run, tmp_path, capsys):
    folder = shutil.copytree(after_run, tmp_path / "book")
    changed(folder, '```{code-cell}\nclaim("3 is less than 5", limit < 5)\n```\n\n', "")
    make.main([], root=folder)
    assert make.main(["--check"], root=folder) == 1
    assert "second: 2 cells to run" in capsys.readouterr().out


def test_a_second_run_gives_the_same_file(after_run, tmp_path):
    folder = shutil.copytree(after_run, tmp_path / "book")
    path = folder / "chapters" / "02_second.ipynb"
    before = path.read_bytes()
    assert run.main(["second"], root=folder) == 0
    assert path.read_bytes() == before
    assert "seconds" not in before.decode()


def test_a_claim_that_does_not_hold_is_not_stored(after_run, tmp_path, capsys):
    folder = shutil.copytree(after_run, tmp_path / "book")
    before = (folder / "chapters" / "02_second.ipynb").read_bytes()
    changed(folder, "limit < 5", "limit < 2")
    assert run.main(["second"], root=folder) == 1
    assert "Not as the book says: 3 is less than 5" in capsys.readouterr().out
    assert (folder / "chapters" / "02_second.ipynb").read_bytes() == before


def test_names_become_numbers_files_and_anchors(small):
    notebook = read_notebook(small / "chapters" / "02_second.ipynb")
    assert notebook.cells[0].source == (
        "# Second\n\nWhy? See chapter 1, [Start](01_first.ipynb) and a [term](../backmatter/words.md#First-word)."
    )
    assert notebook.cells[3].source == "x = 0\nprint(x)"
    assert "```python\nx = limit\nprint(x)\n```" in notebook.cells[4].source


def test_a_chapter_that_moves_takes_its_number_along(after_run, tmp_path):
    folder = shutil.copytree(after_run, tmp_path / "book")
    path = folder / "text" / "book.yml"
    listed = yaml.safe_load(path.read_text("utf-8"))
    listed["parts"][0]["chapters"].reverse()
    path.write_text(yaml.safe_dump(listed), "utf-8")
    assert make.main([], root=folder) == 0
    assert sorted(one.name for one in folder.glob("chapters/*")) == ["01_second.ipynb", "02_first.ipynb"]
    assert (
        "See chapter 2, [Start](02_first.ipynb)"
        in read_notebook(folder / "chapters" / "01_second.ipynb").cells[0].source
    )
    assert make.main(["--check"], root=folder) == 0
    assert "file: chapters/01_second" in (folder / "_toc.yml").read_text("utf-8")
    assert "[1 Second](chapters/01_second.ipynb)" in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("@chapter(first)", "@chapter(third)", "no chapter 'third'"),
        ("words.md#first-word", "words.md#last-word", r"words\.md has no heading"),
        ("# [end]\n", "", "not closed"),
        (":tags: [exercise]\n", ":tags: [other]\n", "stands after no exercise"),
    ],
)
def test_a_text_that_cannot_be_made_is_named(small, capsys, old, new, message):
    changed(small, old, new)
    with pytest.raises(SystemExit) as stopped:
        make.main([], root=small)
    assert stopped.value.code == 2
    with pytest.raises(ValueError, match=message):
        make.make(Book(small), [])


def test_a_text_without_a_place_in_the_list_is_named(small):
    (small / "text" / "third.md").write_text("# Third\n", "utf-8")
    with pytest.raises(ValueError, match=r"does not list 'third'"):
        Book(small)
    (small / "text" / "third.md").unlink()
    (small / "text" / "first.md").unlink()
    with pytest.raises(ValueError, match=r"text/first\.md is missing"):
        Book(small)


def test_what_was_edited_in_jupyter_comes_back_by_name(small):
    path = small / "chapters" / "02_second.ipynb"
    notebook = read_notebook(path)
    notebook.cells[0].source += "\n\nAnd chapter 1, and [that](01_first.ipynb)."
    notebook.cells[3].source = "x = 1\nprint(x)"
    notebook.cells[4].source = notebook.cells[4].source.replace("Because.", "Look.")
    path.write_text(notebook_text(notebook), "utf-8")
    text = take_back.text_of(Book(small), Book(small).chapter("second"), read_notebook(path))
    expected = TEXT.replace("first-word).", "first-word).\n\nAnd @chapter(first), and [that](first.md).")
    assert text == expected.replace("x = 0", "x = 1").replace("Because.", "Look.")


def test_starter_and_solution_share_one_cell():
    starter = "def f(x):\n    return 0\n\n\ncheck(f)"
    solution = "def f(x):\n    y = 2 * x\n    return y\n\n\ncheck(f)"
    code = joined(starter, solution)
    assert code.count("check(f)") == 1
    assert (variant(code, "starter"), variant(code, "solution")) == (starter, solution)


def test_a_progress_bar_goes_without_its_seconds():
    line = "215/215 ━━━━━━━━━━━━━━━━━━━━ 1s 2ms/step - accuracy: 0.79\n40/40 ━━━━━ 0s 913us/step\n"
    assert run.quiet(f"\x1b[1m{line}\x1b[0m") == "215/215 - accuracy: 0.79\n40/40\n"


def test_a_broken_claim_names_its_setting_and_does_not_stop(capsys):
    claim("the loss falls", False, "three epochs")
    said = capsys.readouterr().out
    assert said.startswith("Not as the book says: the loss falls. That belongs to three epochs.")
    assert "run on" in said
