"""Choose how the networks of the reading vote, and when a digit is sure enough, on pages of validation digits.

    python tools/choose_confidences.py

What a confidence is for is an order: the least sure codes go to a person. So the weights and the temperature are those
with the least error on average over all coverages, that is, over all shares of codes that the reader may keep. (A
code's confidence is the product of its digits'.) The threshold is the one at which nine codes in ten are accepted. The
command prints what to write into mnist_helpers/reading/reader.py.
"""

import argparse
import itertools
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from measure_reading import COVERAGE, LENGTH

from mnist_helpers import pipeline
from mnist_helpers.composing import compose_many
from mnist_helpers.evaluation import error_by_coverage
from mnist_helpers.reading import reader

CODES, SEED = 2000, 1001
JUDGE_WEIGHTS = (0.15, 0.25, 0.35, 0.5, 0.7, 1.0)
WHOLE_WEIGHTS = (0.0, 0.1, 0.2, 0.4, 1.0)
TEMPERATURES = (1.0, 1.4, 2.0, 2.8)  # below 1, a vote would be surer than its voters; above, it doubts what is clear


def look_at(page) -> tuple[str, np.ndarray, np.ndarray, bool]:
    """Return the text of a page, what readers and judge answer about its digits, and whether all may be accepted."""
    crops, judged, shares = reader._find(page.image, LENGTH)
    return page.text, reader._ask_readers(reader._see(crops)), judged, reader._acceptable(judged, shares).all()


def read_all(seen: list, judge_weight: float, whole_weight: float, temperature: float) -> tuple[np.ndarray, ...]:
    """Return for each page whether its code is read right, how confidently, and from which threshold on it is refused.

    The last one is 0 where no threshold accepts the code.
    """
    figures = []
    for text, votes, judged, acceptable in seen:
        probabilities, confidences = reader._combine(votes, judged, temperature, judge_weight, whole_weight)
        right = "".join(map(str, probabilities.argmax(axis=1))) == text
        complete = len(confidences) == len(text)
        least = confidences.min() if complete and acceptable else 0
        figures.append((right, confidences.prod() if complete else 0, least))
    right, confident, least = np.array(figures).T
    return right.astype(bool), confident, least


def choose(pages: list) -> dict:
    """Return the chosen settings by name."""
    seen = [look_at(page) for page in pages]
    errors = {}
    for setting in itertools.product(JUDGE_WEIGHTS, WHOLE_WEIGHTS, TEMPERATURES):
        right, confident, _ = read_all(seen, *setting)
        coverage, error = error_by_coverage(confident, right)
        errors[setting] = np.trapezoid(error, coverage)
        surest = error[coverage <= COVERAGE][-1]
        print(
            f"judge's weight {setting[0]}, of whole {setting[1]}, temperature {setting[2]}: "
            f"wrong {1 - right.mean():.2%} of all codes, {surest:.2%} of the surest, {errors[setting]:.3%} on average; "
            f"mean confidence {confident.mean():.3f}",
            flush=True,
        )
    judge_weight, whole_weight, temperature = best = min(errors, key=errors.get)
    _, _, least = read_all(seen, *best)
    threshold = round(float(np.quantile(least, 1 - COVERAGE)), 2)
    return {
        "judge_weight": judge_weight,
        "whole_weight": whole_weight,
        "temperature": temperature,
        "threshold": threshold,
    }


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=CODES)
    _, validation, _ = pipeline.load_mnist_splits()
    print(choose(compose_many(*validation, parser.parse_args().codes, seed=SEED)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
