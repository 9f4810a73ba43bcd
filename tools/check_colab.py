"""Run the chapters as Colab runs them: its versions, its module, the helpers installed by the setup cell.

    python tools/check_colab.py                         all chapters, and the figures of the shipped networks
    python tools/check_colab.py chapters/02_mlp.ipynb   some chapters

Makes a virtual environment with tools/colab_versions.txt and a stand-in for the module google.colab. Each notebook is
copied alone into an empty folder and executed there. The setup cell of the first one installs the helpers from a
repository made of this working tree; nothing else in the environment may change by that. Takes a quarter of an hour.

Chapters on letters and house numbers read the folder named by MNIST_HELPERS_DATA. Where it is missing they are left
out, which is said; with CI set they fail. Exit status 1 when a cell raised, a version changed or a count differs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from set_repository import set_address

from mnist_helpers.data._files import OFFLINE_SETTING, find_problems
from mnist_helpers.data.emnist import EMNIST_LETTERS
from mnist_helpers.data.svhn import SVHN

ROOT = Path(__file__).resolve().parents[1]
NEEDS = {"needs-emnist": EMNIST_LETTERS, "needs-svhn": SVHN}
SETTINGS = {OFFLINE_SETTING: "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "_build", "build", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
)
COLAB_OUTPUT = '''
"""Stand-in for the part of google.colab that widgets ask for."""


def enable_custom_widget_manager():
    """Colab loads its widget manager here."""
'''
COUNT = """
from mnist_helpers import load_model_card, load_pretrained, pipeline

_, validation, test = pipeline.load_mnist_splits()
same = True
for name in ("reader", "pocket", "cnn", "mlp"):
    model, card = load_pretrained(name), load_model_card(name)
    run = next(run for run in card["runs"] if run["seed"] == card["chosen_seed"])
    for part, (images, labels) in (("validation", validation), ("test", test)):
        right = int((model.predict(images, batch_size=1000, verbose=0).argmax(axis=1) == labels).sum())
        same &= right == run[part]["right"]
        print(f"{name}, {part}: {right} right, {run[part]['right']} in the card", flush=True)
raise SystemExit(not same)
"""


def run(*command, **options) -> str:
    """Run a command that must succeed; return what it printed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def make_environment(folder: Path) -> Path:
    """Make a virtual environment like Colab's, with a kernel named "colab"; return its Python."""
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "-r", ROOT / "tools" / "colab_versions.txt")
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    stand_in = Path(packages, "google", "colab")
    stand_in.mkdir(parents=True)
    (stand_in / "__init__.py").write_text('"""Stand-in for Colab\'s own module."""\n', encoding="utf-8")
    (stand_in / "output.py").write_text(COLAB_OUTPUT, encoding="utf-8")
    kernel = folder / "jupyter" / "kernels" / "colab"
    kernel.mkdir(parents=True)
    start = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": start, "display_name": "Colab", "language": "python"}))
    return python


def installed(python: Path) -> dict[str, str]:
    """Return the version of each package in the environment."""
    packages = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    return {package["name"]: package["version"] for package in packages}


def make_repository(folder: Path) -> Path:
    """Commit a copy of this working tree, whose setup cells hold its own address; return the copy."""
    copy = folder / "repository"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    set_address(copy, copy.as_uri())
    git = ["git", "-C", copy, "-c", "user.name=check", "-c", "user.email=check@localhost", "-c", "commit.gpgsign=false"]
    run("git", "init", "--quiet", copy)
    run(*git, "add", "--all")
    run(*git, "commit", "--quiet", "--message", "What the setup cells install")
    return copy


def execute(path: Path, folder: Path) -> None:
    """Run a notebook that lies alone in an empty folder.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell raised.
    """
    alone = folder / path.stem
    alone.mkdir()
    notebook = nbformat.read(shutil.copy(path, alone), as_version=4)
    resources = {"metadata": {"path": str(alone)}}
    NotebookClient(notebook, timeout=900, kernel_name="colab", resources=resources).execute()


def missing_data(path: Path) -> list[str]:
    """Return the titles of the data that a notebook needs and that are not on this computer."""
    cells = nbformat.read(path, as_version=4).cells
    tags = {tag for cell in cells for tag in cell.metadata.get("tags", [])}
    return [data.title for tag, data in NEEDS.items() if tag in tags and find_problems(data)]


def main() -> int:
    """Run the command; the exit status is 1 when something differs from what the book promises."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in chapters/, and the shipped networks")
    chosen = parser.parse_args().notebooks
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = make_environment(folder)
        repository = make_repository(folder)
        os.environ |= SETTINGS | {"JUPYTER_PATH": str(folder / "jupyter")}
        before = installed(python)
        for path in chosen or sorted(ROOT.glob("chapters/*.ipynb")):
            missing = [] if os.environ.get("CI") else missing_data(path)
            if missing:
                print(f"{path.name}: left out, since this computer lacks {' and '.join(missing)}", flush=True)
                continue
            start = time.perf_counter()
            try:
                execute(repository / "chapters" / path.name, folder)
            except CellExecutionError as error:
                failed.append(path.name)
                print(f"{path.name}: FAILED\n{error}", flush=True)
            else:
                print(f"{path.name}: {time.perf_counter() - start:.0f} s", flush=True)
        moved = before.items() ^ installed(python).items()
        print("changed by the setup cell:", *sorted(f"{package} {version}" for package, version in moved))
        if [package for package, _ in moved] != ["mnist_helpers"]:
            failed.append("setup cell")
        if not chosen and subprocess.run([python, "-c", COUNT], cwd=folder, check=False).returncode:
            failed.append("shipped networks")
    print("failed:", ", ".join(failed) or "nothing")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
