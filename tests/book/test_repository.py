"""The repository's address is the same everywhere, and the command that sets it changes nothing else."""

import importlib.util
import shutil
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://github.com/reader/digits"

spec = importlib.util.spec_from_file_location("set_repository", ROOT / "tools" / "set_repository.py")
set_repository = importlib.util.module_from_spec(spec)
spec.loader.exec_module(set_repository)


@pytest.fixture
def copy(tmp_path):
    for name in ("_config.yml", "README.md", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "chapters").mkdir()
    (tmp_path / "text").mkdir()
    shutil.copy(ROOT / "text" / "book.yml", tmp_path / "text")
    for path in ROOT.glob("chapters/*.ipynb"):
        shutil.copy(path, tmp_path / "chapters")
    set_repository.set_address(tmp_path, "")
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_book_and_its_chapters_agree(capsys):
    assert set_repository.main(["--check"]) == 0, capsys.readouterr().out


def test_it_sets_every_file_and_clears_them_again(copy):
    before = contents(copy)
    assert set_repository.main([ADDRESS], root=copy) == 0
    assert set(set_repository.addresses(copy).values()) == {ADDRESS}
    changed = {path: text.replace(ADDRESS.encode(), b"") for path, text in contents(copy).items()}
    for path in copy.glob("chapters/*.ipynb"):
        assert changed[path] == before[path]
    config = (copy / "_config.yml").read_text("utf-8")
    assert f'  colab_url: "{set_repository.COLAB}"' in config
    assert f'  binderhub_url: "{set_repository.BINDER}"' in config
    assert "  use_repository_button: true" in config
    readme = (copy / "README.md").read_text("utf-8")
    assert f"[![Tests]({ADDRESS}/actions/workflows/push.yml/badge.svg)]" in readme
    assert "https://reader.github.io/digits/" in readme
    assert "https://colab.research.google.com/github/reader/digits/blob/main/chapters/getting_started.ipynb" in readme
    assert yaml.safe_load((copy / "CITATION.cff").read_text("utf-8"))["repository-code"] == ADDRESS
    assert set_repository.main(["--clear"], root=copy) == 0
    assert contents(copy) == before


def test_check_names_the_file_that_differs(copy, capsys):
    path = copy / "chapters" / "getting_started.ipynb"
    old = b'REPOSITORY = \\"\\"'
    path.write_bytes(path.read_bytes().replace(old, f'REPOSITORY = \\"{ADDRESS}\\"'.encode()))
    assert set_repository.main(["--check"], root=copy) == 1
    assert f"chapters/getting_started.ipynb: {ADDRESS}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("README.md", "set_repository.py -->\n", f"set_repository.py -->\n[Code]({ADDRESS})\n"),
        ("CITATION.cff", "cff-version", f'repository-code: "{ADDRESS}"\ncff-version'),
        ("_config.yml", 'binderhub_url: ""', 'binderhub_url: "https://mybinder.org"'),
        ("_config.yml", "use_repository_button: false", "use_repository_button: true"),
    ],
)
def test_check_finds_a_link_that_another_file_lacks(copy, capsys, name, old, new):
    path = copy / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert set_repository.main(["--check"], root=copy) == 1
    assert f"{name}: " in capsys.readouterr().out


def test_a_readme_without_the_place_is_named(copy):
    path = copy / "README.md"
    path.write_text(path.read_text("utf-8").replace("badges: set by", ""), "utf-8")
    with pytest.raises(ValueError, match=r"README\.md: needs one place for the address"):
        set_repository.main(["--check"], root=copy)


def test_a_chapter_without_the_line_is_named(copy):
    path = copy / "chapters" / "getting_started.ipynb"
    path.write_bytes(path.read_bytes().replace(b"# set by tools/set_repository.py", b"#"))
    with pytest.raises(ValueError, match=r"getting_started\.ipynb: needs one place for the address"):
        set_repository.main(["--check"], root=copy)


@pytest.mark.parametrize(
    "address",
    ["", "github.com/reader/digits", "http://github.com/reader/digits", "https://github.com/reader", f'{ADDRESS}"; x'],
)
def test_a_bad_address_is_refused(copy, address, capsys):
    before = contents(copy)
    with pytest.raises(SystemExit):
        set_repository.main([address], root=copy)
    assert "is not of the form https://github.com/OWNER/NAME" in capsys.readouterr().err
    assert contents(copy) == before


def test_a_pasted_address_is_tidied():
    assert set_repository.valid_address(f" {ADDRESS}.git/ ") == ADDRESS
