"""Choose how the networks of the reading vote, and when a digit is sure enough, on pages of validation digits.

    python tools/choose_confidences.py

What a confidence is for is an order: the least sure codes go to a person. So the weight of the judge and the
temperature are those with the least error on average over all coverages, that is, over all shares of codes that the
reader may keep. (A code's confidence is the product of its digits'.) The threshold is the one at which nine codes in
ten are accepted. The command prints what to write into mnist_helpers/reading/reader.py.
"""

import argparse
import itertools
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from measure_reading import COVERAGE, LENGTH, score

from mnist_helpers import pipeline
from mnist_helpers.composing import compose_many
from mnist_helpers.evaluation import error_by_coverage
from mnist_helpers.reading import reader

CODES, SEED = 2000, 1001
JUDGE_WEIGHTS = (0.15, 0.25, 0.35, 0.5, 0.7, 1.0)
TEMPERATURES = (1.0, 1.4, 2.0, 2.8)  # below 1, a vote would be surer than its voters; above, it doubts what is clear


def read_all(pages: list, found: list, judge_weight: float, temperature: float) -> tuple[np.ndarray, ...]:
    """Return for each page whether its code is read right, how confidently, and its least confident digit."""
    reader.JUDGE_WEIGHT = judge_weight
    readings = [reader._read(*own, None, temperature, 0.0) for own in found]
    scores = [score(page, answer) for page, answer in zip(pages, readings, strict=True)]
    right, confident = (np.array([own[name] for own in scores]) for name in ("right", "confidence"))
    return right, confident, np.array([answer.confidences.min() if len(answer.digits) else 0.0 for answer in readings])


def choose(pages: list) -> dict:
    """Return the chosen settings by name."""
    found = [reader._find(page.image, LENGTH) for page in pages]
    errors = {}
    for setting in itertools.product(JUDGE_WEIGHTS, TEMPERATURES):
        right, confident, _ = read_all(pages, found, *setting)
        coverage, error = error_by_coverage(confident, right)
        errors[setting] = np.trapezoid(error, coverage)
        surest = error[coverage <= COVERAGE][-1]
        print(
            f"judge's weight {setting[0]}, temperature {setting[1]}: wrong {1 - right.mean():.2%} of all codes, "
            f"{surest:.2%} of the surest, {errors[setting]:.3%} on average; mean confidence {confident.mean():.3f}",
            flush=True,
        )
    weight, temperature = min(errors, key=errors.get)
    _, _, least = read_all(pages, found, weight, temperature)
    threshold = round(float(np.quantile(least, 1 - COVERAGE)), 2)
    return {"judge_weight": weight, "temperature": temperature, "threshold": threshold}


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=CODES)
    _, validation, _ = pipeline.load_mnist_splits()
    print(choose(compose_many(*validation, parser.parse_args().codes, seed=SEED)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
