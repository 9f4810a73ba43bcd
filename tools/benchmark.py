"""Measure what readers and maintainers wait for, as seconds and as ratios to a plain recipe in the same run.

    python tools/benchmark.py

Each figure is the median of several fresh processes, ours and the recipe in turn. Nothing is judged.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MNIST_FILE = ROOT / "mnist_helpers" / "data" / "mnist.npz"

TIMED = "import time; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
PYTHON = [
    ("import mnist_helpers", "import mnist_helpers", "import numpy", "import numpy"),
    (
        "load_mnist()",
        "import mnist_helpers; mnist_helpers.load_mnist()",
        "numpy.load, no check",
        f"import numpy; file = numpy.load({str(MNIST_FILE)!r}); [file[name] for name in file]",
    ),
]


def seconds_of_code(code: str) -> float:
    """Run a line in a fresh interpreter and return the seconds it took, without the interpreter's own start."""
    command = [sys.executable, "-c", TIMED.format(code=code)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)


def seconds_of_build() -> float:
    """Build the book from nothing into a temporary folder and return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("jupyter-book"), "build", "--path-output", folder, ROOT]
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - start


def main() -> None:
    """Print one line a figure."""
    for ours, our_code, peer, peer_code in PYTHON:
        pairs = [(seconds_of_code(our_code), seconds_of_code(peer_code)) for _ in range(5)]
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{ours:22} {mine * 1000:8.1f} ms   {peer:22} {theirs * 1000:8.1f} ms   ratio {ratio:.2f}")
    print(f"{'jupyter-book build .':22} {statistics.median(seconds_of_build() for _ in range(3)):8.1f} s")


if __name__ == "__main__":
    main()
