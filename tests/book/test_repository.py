"""The repository's address is the same everywhere, and the command that sets it changes nothing else."""

import importlib.util
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://github.com/reader/digits"

spec = importlib.util.spec_from_file_location("set_repository", ROOT / "tools" / "set_repository.py")
set_repository = importlib.util.module_from_spec(spec)
spec.loader.exec_module(set_repository)


@pytest.fixture
def copy(tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "chapters").mkdir()
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
    assert "  use_repository_button: true" in config
    assert set_repository.main(["--clear"], root=copy) == 0
    assert contents(copy) == before


def test_check_names_the_file_that_differs(copy, capsys):
    path = copy / "chapters" / "getting_started.ipynb"
    old = b'REPOSITORY = \\"\\"'
    path.write_bytes(path.read_bytes().replace(old, f'REPOSITORY = \\"{ADDRESS}\\"'.encode()))
    assert set_repository.main(["--check"], root=copy) == 1
    assert f"chapters/getting_started.ipynb: {ADDRESS}" in capsys.readouterr().out


def test_a_chapter_without_the_line_is_named(copy):
    path = copy / "chapters" / "getting_started.ipynb"
    path.write_bytes(path.read_bytes().replace(b"# set by tools/set_repository.py", b"#"))
    with pytest.raises(ValueError, match=r"getting_started\.ipynb: its setup cell must hold one line"):
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
