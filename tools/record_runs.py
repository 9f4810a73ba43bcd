"""Run a comparison that is too long for a chapter, and record its results for the chapter to read.

    python tools/record_runs.py augmentation            all arms, all seeds
    python tools/record_runs.py augmentation --again    forget what is recorded, and start from nothing

A comparison is a module in tools/experiments/: ARMS (settings by name), SEEDS, and run(settings, seed), which returns
figures by name. Results go to mnist_helpers/recorded/NAME.json after each run, so an interrupted command goes on where
it stopped.
"""

import argparse
import datetime
import importlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from mnist_helpers._writing import write_file

RECORDED = Path(__file__).resolve().parents[1] / "mnist_helpers" / "recorded"


def origin() -> dict:
    """Describe when and on what a run is made."""
    return {
        "date": datetime.date.today().isoformat(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "numpy", "tensorflow")},
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }


def write(record: dict, path: Path) -> None:
    """Write a record as the chapters read it."""
    write_file(path, json.dumps(record, indent=1) + "\n")


def record_comparison(name: str, path: Path, again: bool = False) -> None:
    """Make the runs that are missing from the file, and print a line for each."""
    experiment = importlib.import_module(f"experiments.{name}")
    record = origin() | {"arms": {}} if again or not path.exists() else json.loads(path.read_text(encoding="utf-8"))
    for arm, settings in experiment.ARMS.items():
        entry = record["arms"].setdefault(arm, {"settings": settings, "runs": []})
        if entry["settings"] != settings:
            entry.update(settings=settings, runs=[])
        for seed in experiment.SEEDS:
            if seed in [run["seed"] for run in entry["runs"]]:
                continue
            start = time.process_time()
            figures = experiment.run(settings, seed)
            entry["runs"].append({"seed": seed, "cpu_seconds": round(time.process_time() - start, 1)} | figures)
            write(record, path)
            print(f"{arm}, seed {seed}: {figures}", flush=True)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = sorted(
        path.stem for path in (Path(__file__).parent / "experiments").glob("*.py") if path.stem != "__init__"
    )
    parser.add_argument("name", choices=names)
    parser.add_argument("--again", action="store_true", help="forget what is recorded, and start from nothing")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    record_comparison(arguments.name, RECORDED / f"{arguments.name}.json", arguments.again)
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
