"""Run the notebooks under nbval with 1 and 2 threads, and with oneDNN on and off: their bands hold on other machines.

    python tools/check_threads.py                         all chapters, four runs each
    python tools/check_threads.py chapters/04_cnn.ipynb   some of them

Takes four times as long as `pytest --nbval chapters`. Exit status 1 when a run failed.
"""

import argparse
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", default=[CHAPTERS], help="default: all in chapters/")
    notebooks = parser.parse_args().notebooks
    failed = 0
    for threads, onednn in itertools.product(("1", "2"), ("1", "0")):
        settings = {
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "TF_NUM_INTRAOP_THREADS": threads,
            "TF_NUM_INTEROP_THREADS": threads,
            "TF_ENABLE_ONEDNN_OPTS": onednn,
        }
        start = time.perf_counter()
        command = [sys.executable, "-m", "pytest", "-q", "--nbval", *map(str, notebooks)]
        run = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
        failed += run.returncode != 0
        verdict = "passed" if run.returncode == 0 else f"FAILED\n{run.stdout[-4000:]}"
        seconds = time.perf_counter() - start
        print(f"{threads} threads, oneDNN {'on' if onednn == '1' else 'off'}: {verdict} ({seconds:.0f} s)", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
