"""Check what the README says of systems: whether each has a wheel of every package, with every Python of the book.

    python tools/check_platforms.py

Resolves `requirements-read.txt` and `requirements.txt` as each system would, with uv in a virtual environment of its
own; no package is installed. Exit status 1 when the table says "yes" of a system that lacks a wheel, or "in Colab" of
one that has all with every Python.
"""

import argparse
import itertools
import os
import re
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = "uv==0.13.9"
SYSTEMS = {
    "Windows, Intel or AMD": "x86_64-pc-windows-msvc",
    "macOS 14 or newer, Apple silicon": "aarch64-apple-darwin",
    "Linux, Intel or AMD": "x86_64-manylinux_2_28",
    "Linux, Arm": "aarch64-manylinux_2_28",
    "macOS, Intel": "x86_64-apple-darwin",
    "Windows, Arm": "aarch64-pc-windows-msvc",
}
OLDEST_MACOS = "14.0"
FILES = ("requirements-read.txt", "requirements.txt")
ANSWERS = {"yes": True, "in Colab": False}


def claims(readme: str) -> dict[tuple[str, str], bool]:
    """Return what the README says: whether a system (first) has all wheels of a file (second)."""
    rows = re.findall(r"^\| (.+?) \| (yes|in Colab) \| (yes|in Colab) \|$", readme, re.M)
    if [name for name, *_ in rows] != list(SYSTEMS):
        raise ValueError(f"README.md must have one row for each of {', '.join(SYSTEMS)}; got {rows}.")
    return {
        (name, file): ANSWERS[answer] for name, *answers in rows for file, answer in zip(FILES, answers, strict=True)
    }


def pythons(readme: str) -> list[str]:
    """Return the versions of Python that the README names."""
    return re.findall(r"3\.\d+", re.search(r"^With Python ([\d., or]+),", readme, re.M)[1])


def problem(uv: Path, system: str, python: str, file: str) -> str:
    """Return why a system with this Python cannot install a file of requirements; nothing where it can."""
    command = [uv, "pip", "compile", "--quiet", "--only-binary", ":all:", "--no-binary", "mnist-helpers"]
    command += ["--python-platform", SYSTEMS[system], "--python-version", python, file]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode and "No solution found" not in done.stderr:
        raise RuntimeError(f"uv could not answer for {system}, Python {python}, {file}:\n{done.stderr}")
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    """Run the command."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    readme = (ROOT / "README.md").read_text("utf-8")
    said = claims(readme)
    cases = [(*claim, python) for claim, python in itertools.product(said, pythons(readme))]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(8) as pool:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", UV], check=True)
        uv = programs / "uv"
        problems = list(pool.map(lambda case: problem(uv, case[0], case[2], case[1]), cases))
    wrong = 0
    for claim, all_there in said.items():
        found = {case[2]: text for case, text in zip(cases, problems, strict=True) if case[:2] == claim and text}
        wrong += all_there == bool(found)
        verdict = "wrong" if all_there == bool(found) else "right"
        result = f"wheels are missing for Python {', '.join(found)}" if found else "all wheels are there"
        print(f"{verdict}: {', '.join(claim)}: {result}")
        if all_there and found:
            print("\n".join(found.values()))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
