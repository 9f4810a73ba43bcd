"""Mutants of a small package: a fault that its tests look for is noticed, another is shown."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"
spec = importlib.util.spec_from_file_location("measure_mutants", TOOLS / "measure_mutants.py")
measure_mutants = importlib.util.module_from_spec(spec)
spec.loader.exec_module(measure_mutants)

MODULE = '''"""Sums."""

import functools


@functools.cache
def total(first: int, second: int | None = 2) -> int:
    """Add."""
    return first + second * len("ab")


def unseen(number):
    return number < 4
'''
TESTS = """from mnist_helpers import sums


def test_total():
    assert sums.total(1) == 5
    assert sums.total(1, 3) == 7
"""
EXAMPLES = """import pytest


@pytest.mark.parametrize("module", ["mnist_helpers.sums"])
def test_examples_in_docstrings_run(module):
    assert module


@pytest.mark.parametrize("module", ["mnist_helpers.sums"])
def test_all_that_a_module_offers_is_there(module):
    assert module
"""


@pytest.fixture
def book(tmp_path):
    for name, text in {
        "mnist_helpers/__init__.py": "",
        "mnist_helpers/sums.py": MODULE,
        "tests/test_sums.py": TESTS,
        "tests/test_package.py": EXAMPLES,
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def run(book, *arguments):
    """Run the command in a process of its own: the helpers are not loaded there yet."""
    code = f"import sys, pathlib, measure_mutants as m; sys.exit(m.main({arguments!r}, pathlib.Path({str(book)!r})))"
    return subprocess.run([sys.executable, "-c", code], cwd=TOOLS, capture_output=True, text=True)


def test_every_mutant_of_a_module_is_tried_and_survivors_are_shown(book):
    out = run(book, "sums").stdout
    assert "sums @@ -13 +13 @@\n-    return number < 4\n+    return number <= 4\n" in out
    assert "-    return number < 4\n+    return number < 5\n" in out
    assert "first" not in out, "what the test looks at is noticed, in a decorated function too"
    assert "sums                               5       5       3        2   60.0%" in out
    assert out.endswith("every mutant was tried\n")
    assert (book / "mnist_helpers" / "sums.py").read_text("utf-8") == MODULE


def test_tests_that_fail_without_a_fault_tell_nothing(book):
    (book / "tests" / "test_sums.py").write_text("def test_nothing():\n    assert 'no' == 'yes'\n", "utf-8")
    ended = run(book, "sums")
    assert ended.returncode == 1
    assert "the tests of sums fail without a fault:" in ended.stdout
    assert "assert 'no' == 'yes'" in ended.stdout


def test_an_unknown_module_is_told_the_known_ones(book, capsys):
    with pytest.raises(SystemExit):
        measure_mutants.main(["summs"], root=book)
    assert "no module summs; there are __init__, sums" in capsys.readouterr().err


def test_annotations_and_docstrings_stay():
    mutants = measure_mutants.mutants_of("sums", MODULE)
    assert all("first: int, second: int | None" in mutant.after and '"""Add."""' in mutant.after for mutant in mutants)
    assert [mutant.line for mutant in mutants] == [7, 9, 9, 13, 13]


def test_a_sample_is_a_share_from_a_seed_and_never_none():
    mutants = measure_mutants.mutants_of("sums", MODULE)
    assert measure_mutants.sample(mutants, 0.4, seed=1) == measure_mutants.sample(mutants, 0.4, seed=1)
    assert [len(measure_mutants.sample(mutants, share, seed=1)) for share in (0.001, 0.4, 1)] == [1, 2, 5]
    drawn = {tuple(map(str, measure_mutants.sample(mutants, 0.4, seed))) for seed in range(20)}
    assert len(drawn) > 5
    assert measure_mutants.sample([], 0.4, seed=1) == []


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("evaluation", "tests/test_evaluation.py"),
        ("data/_files", "tests/data/test_files.py"),
        ("reading/lines", "tests/reading/test_lines.py"),
        ("reading/networks", "tests/reading/test_ink.py"),
        ("pretrained/_checked", "tests/test_pretrained.py"),
        ("exercises/__init__", "tests/exercises/test_cnn.py"),
        ("recorded/__init__", "tests/book/test_recorded.py"),
        ("__init__", "tests/test_package.py"),
    ],
)
def test_a_module_has_its_own_tests_or_those_of_its_folder(module, tests):
    assert tests in measure_mutants.tests_of(module)


def test_every_module_has_tests():
    for module in measure_mutants.modules_of(measure_mutants.ROOT):
        assert len(measure_mutants.tests_of(module)) >= 2


def test_modules_count_by_their_number_of_mutants():
    *_, total, interval = measure_mutants.table([("one", 100, 10, 5), ("two", 300, 10, 0)]).splitlines()
    assert total.split() == ["all", "400", "20", "15", "5", "87.5%"]
    assert interval == "95 % interval: 53.1% to 88.8%"
