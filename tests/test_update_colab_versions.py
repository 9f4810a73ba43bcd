"""Colab's versions are taken over from its list, and nothing else."""

import datetime
import importlib.util
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"
spec = importlib.util.spec_from_file_location("update_colab_versions", TOOLS / "update_colab_versions.py")
update_colab_versions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(update_colab_versions)

TEXT = "# What Colab had in May 2020.\nkeras==3.0\nscikit-learn==1.0\n\n# Others.\npillow==9.0\n"


@pytest.fixture
def versions(tmp_path):
    path = tmp_path / "versions.txt"
    path.write_text(TEXT, "utf-8")
    return path


def run(versions, published):
    path = versions.with_name("freeze.txt")
    path.write_text(published, "utf-8")
    return update_colab_versions.main([str(path)], versions=versions)


def test_versions_and_month_are_new_and_the_rest_stays(versions, capsys):
    assert run(versions, "# a comment\nkeras==3.13.2\nPillow==11.3.0\nscikit_learn==1.0\nzipp==3.17.0\n") == 0
    month = f"{datetime.date.today():%B %Y}"
    assert versions.read_text("utf-8") == (
        f"# What Colab had in {month}.\nkeras==3.13.2\nscikit-learn==1.0\n\n# Others.\npillow==11.3.0\n"
    )
    assert capsys.readouterr().out == "keras: 3.0 -> 3.13.2\npillow: 9.0 -> 11.3.0\n"


def test_a_list_that_lacks_a_package_changes_nothing(versions):
    with pytest.raises(ValueError, match="names no version of keras, pillow"):
        run(versions, "scikit-learn==1.6.1\n")
    assert versions.read_text("utf-8") == TEXT


def test_the_file_of_the_book_has_a_date_and_the_packages_that_chapters_must_not_move():
    text = update_colab_versions.VERSIONS.read_text("utf-8")
    assert update_colab_versions.DATE.search(text.splitlines()[0])
    pinned = {name for name, _ in update_colab_versions.PIN.findall(text)}
    assert {"tensorflow", "keras", "numpy", "ipywidgets", "ipython", "matplotlib", "seaborn"} <= pinned
