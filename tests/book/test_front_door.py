"""The README's commands install what they need and no more, and its table names the systems that are tried."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
platforms = runpy.run_path(str(ROOT / "tools" / "check_platforms.py"))


def packages(name):
    return re.findall(r"^([\w-]+)==", (ROOT / name).read_text("utf-8"), re.M)


def test_reading_installs_a_set_of_its_own_and_the_rest_adds_to_it():
    (command,) = re.findall(r"^python3 -m venv .*jupyter-book build \.$", README, re.M)
    assert "pip install -r requirements-read.txt &&" in command
    assert "\n-r requirements-read.txt\n" in (ROOT / "requirements.txt").read_text("utf-8")
    assert set(packages("requirements-read.txt")) & set(packages("requirements.txt")) == set()
    assert set(packages("requirements-read.txt")) & {"tensorflow", "scipy", "scikit-image", "playwright"} == set()


def test_the_reference_is_made_without_the_large_libraries():
    code = (
        "import sys; sys.path.insert(0, '_ext'); import helpers_alone as alone; alone.setup(None); import inspect;"
        "from mnist_helpers.training import OneCycle; print(inspect.signature(OneCycle));"
        "print(OneCycle.get_config.__doc__);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & (alone.imported_libraries() - alone.NEEDED)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(peak: float, steps: int)", "Return what the schedule was made with.", "[]"]


def test_the_table_has_every_system_that_is_tried():
    claims = platforms["claims"](README)
    assert {system for system, _ in claims} == set(platforms["SYSTEMS"])
    with pytest.raises(ValueError, match="must have one row for each of"):
        platforms["claims"](README.replace("| Linux, Arm |", "| Linux on Arm |"))
    assert platforms["pythons"](README) == ["3.11", "3.12", "3.13"]
