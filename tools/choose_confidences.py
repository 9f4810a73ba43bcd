"""Choose what turns the answers of the reading's networks into confidences, on pages of validation digits.

    python tools/choose_confidences.py

Temperatures are those with the least log loss of "this code is right" given its confidence, the product of its digits';
first the judge's, then that of the vote. The threshold is the one at which nine codes in ten are accepted. The command
prints what to write into mnist_helpers/reading/reader.py.
"""

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from measure_reading import COVERAGE, score
from sklearn.metrics import log_loss

from mnist_helpers import pipeline, reading
from mnist_helpers.composing import compose_many
from mnist_helpers.reading import reader

CODES, SEED = 500, 61
JUDGE_TEMPERATURES = (0.7, 1.0, 1.4, 2.0)
TEMPERATURES = (1.0, 1.4, 2.0, 2.8)  # a vote of two networks is sure enough: nothing below 1
LEAST = 1e-3  # a confidence nearer to 0 or 1 counts as this near


def read_all(pages: list, judge_temperature: float, temperature: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each page whether its code is read right, how confidently, and its least confident digit."""
    reader.JUDGE_TEMPERATURE = judge_temperature
    readings = [reading.read_digits(page.image, temperature=temperature) for page in pages]
    scores = [score(page, answer) for page, answer in zip(pages, readings, strict=True)]
    right, confident = (np.array([own[name] for own in scores]) for name in ("right", "confidence"))
    return right, confident, np.array([answer.confidences.min() if len(answer.digits) else 0.0 for answer in readings])


def choose(pages: list) -> dict:
    """Return the chosen settings by name."""
    chosen = {"judge_temperature": 1.0, "temperature": 1.0}
    for name, values in (("judge_temperature", JUDGE_TEMPERATURES), ("temperature", TEMPERATURES)):
        losses = {}
        for value in values:
            right, confident, _ = read_all(pages, **chosen | {name: value})
            losses[value] = log_loss(right, np.clip(confident, LEAST, 1 - LEAST), labels=[False, True])
            print(f"{name} {value}: log loss {losses[value]:.4f}, {right.mean():.2%} of codes right", flush=True)
        chosen[name] = min(losses, key=losses.get)
    _, _, least = read_all(pages, **chosen)
    return chosen | {"threshold": round(float(np.quantile(least, 1 - COVERAGE)), 2)}


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=CODES)
    _, validation, _ = pipeline.load_mnist_splits()
    print(choose(compose_many(*validation, parser.parse_args().codes, seed=SEED)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
