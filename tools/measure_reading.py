"""Measure how well codes on composed pages are read, factor by factor, and record it for the chapters.

    python tools/measure_reading.py                           300 codes of validation digits: to choose by
    python tools/measure_reading.py --digits test --codes 1000 5000 --seed 85 --record
                                                              the figures of the book: a thousand codes of seed 85, and
                                                              five thousand of seed 86

A digit is found and cut right if the box that overlaps its own most does so by at least 0.7 (area of the intersection
over that of the union), and overlaps no other digit more. A code is right if the digits read are those that are
written, no more and no fewer. As a postal code has five digits, a line is cut into five; how many codes are right where
this is not said is measured beside it. A code's confidence is the product of its digits'.
"""

import argparse
import os
import sys
import time
from collections import defaultdict

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import record_runs

from mnist_helpers import pipeline, reading
from mnist_helpers.composing import Page, compose_many

OVERLAP = 0.7
COVERAGE = 0.9
LENGTH = 5
FACTORS = {
    "skew": lambda factors: "up to 3 degrees" if abs(factors["skew"]) <= 3 else "above 3 degrees",
    "height": lambda factors: "up to 60 pixels" if factors["height"] <= 60 else "above 60 pixels",
    "pen": lambda factors: factors["pen"],
    "touching": lambda factors: "touching" if factors["touching"] else "apart",
    "paper": lambda factors: factors["paper"],
    "light": lambda factors: factors["light"],
    "polarity": lambda factors: factors["polarity"],
    "noise": lambda factors: "up to 5 grey levels" if factors["noise"] <= 5 else "above 5 grey levels",
}


def overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area of the intersection over that of the union, for each box with each other box."""
    shared = np.minimum(boxes[:, None, 2:], others[None, :, 2:]) - np.maximum(boxes[:, None, :2], others[None, :, :2])
    shared = np.clip(shared, 0, None).prod(axis=2)
    areas, other_areas = ((part[:, 2:] - part[:, :2]).prod(axis=1) for part in (boxes, others))
    return shared / (areas[:, None] + other_areas - shared)


def score(page: Page, result: reading.Reading) -> dict:
    """Compare what was read with what is written."""
    number = len(page.text)
    best = np.zeros(number)
    if len(result.digits):
        shared = overlaps(page.boxes, result.boxes)
        nearest = shared.argmax(axis=1)
        is_own = shared.argmax(axis=0)[nearest] == np.arange(number)
        best = np.where(is_own, shared.max(axis=1), 0)
    right = "".join(map(str, result.digits)) == page.text
    complete = len(result.digits) == number
    all_cut = bool((best >= OVERLAP).all()) and complete
    return {
        "digits": number,
        "digits_cut_right": int((best >= OVERLAP).sum()),
        "right": right,
        "error": None if right else "recognition" if all_cut else "segmentation",
        "confidence": float(result.confidences.prod()) if complete else 0.0,
        "accepted": complete and "?" not in result.text,
    }


def surest_of(scores: list[dict]) -> np.ndarray:
    """Return the places of the nine codes in ten that are read with the highest confidence."""
    confidences = np.array([score["confidence"] for score in scores])
    return np.argsort(-confidences, kind="stable")[: round(COVERAGE * len(scores))]


def misread_digits(page: Page, result: reading.Reading) -> list[dict]:
    """Return the digits of a code that are not those written: which, and what the reader saw, 28 x 28 bytes in hex."""
    seen = np.rint(result.images * 255).astype(np.uint8)
    return [
        {"written": int(written), "read": int(read), "seen": image.tobytes().hex()}
        for written, read, image in zip(page.text, result.digits, seen, strict=True)
        if int(written) != read
    ]


def summary(scores: list[dict]) -> dict:
    """Return the figures of some codes."""
    right = np.array([score["right"] for score in scores])
    accepted = np.array([score["accepted"] for score in scores])
    surest = surest_of(scores)
    errors = [score["error"] for score in scores]
    digits = sum(score["digits"] for score in scores)
    return {
        "codes": len(scores),
        "digits": digits,
        "digits_cut_right": sum(score["digits_cut_right"] for score in scores) / digits,
        "codes_right": float(right.mean()),
        "codes_right_of_surest": float(right[surest].mean()),
        "codes_accepted": float(accepted.mean()),
        "codes_right_of_accepted": float(right[accepted].mean()) if accepted.any() else None,
        "errors": {cause: errors.count(cause) for cause in ("segmentation", "recognition")},
    }


def read_code(image: np.ndarray) -> tuple[reading.Reading, reading.Reading]:
    """Read a code of five digits; return what was read, and what would be if their number were not known."""
    free = reading.read_digits(image)
    return (free if len(free.digits) == LENGTH else reading.read_digits(image, length=LENGTH)), free


def measure(images, labels, codes: int, seed: int) -> dict:
    """Compose codes, read them, and return the figures of all and of each value of each factor."""
    pages = compose_many(images, labels, codes, seed=seed)
    reading.read_digits(pages[0].image)  # loads the networks
    answers, scores, free_scores, start = [], [], [], time.process_time()
    for index, page in enumerate(pages, start=1):
        answer, free = read_code(page.image)
        answers.append(answer)
        scores.append(score(page, answer))
        free_scores.append(score(page, free))
        if index % 100 == 0:
            print(f"{index} of {codes} codes", file=sys.stderr, flush=True)
    seconds = time.process_time() - start
    groups = {name: defaultdict(list) for name in FACTORS}
    for page, own in zip(pages, scores, strict=True):
        for name, value_of in FACTORS.items():
            groups[name][value_of(page.factors)].append(own)
    by_factor = {name: {value: summary(group[value]) for value in sorted(group)} for name, group in groups.items()}
    return summary(scores) | {
        "cpu_seconds_a_page": round(seconds / codes, 4),
        "by_factor": by_factor,
        "any_length": summary(free_scores),
        "misread_of_surest": [
            digit
            for place in surest_of(scores)
            if not scores[place]["right"]
            for digit in misread_digits(pages[place], answers[place])
        ],
    }


def line(name: str, figures: dict) -> str:
    """Return the figures of some codes as a row of a table."""
    shares = ("digits_cut_right", "codes_right", "codes_right_of_surest", "codes_accepted", "codes_right_of_accepted")
    cells = ["-" if figures[share] is None else f"{figures[share]:.2%}" for share in shares]
    errors = figures["errors"]
    return (
        f"{name:30}{figures['codes']:6}"
        + "".join(f"{cell:>10}" for cell in cells)
        + "".join(f"{errors[cause]:8}" for cause in errors)
    )


def show(figures: dict) -> None:
    """Print the figures of a run as a table."""
    header = ("codes", "cut", "right", "surest", "accepted", "right of", "segm.", "recogn.")
    print(
        f"{'':30}{header[0]:>6}"
        + "".join(f"{name:>10}" for name in header[1:6])
        + "".join(f"{name:>8}" for name in header[6:])
    )
    print(line("all", figures))
    print(line("if the length is not known", figures["any_length"]))
    for name, group in figures["by_factor"].items():
        for value, own in group.items():
            print(line(f"{name}: {value}", own))
    print(f"{figures['cpu_seconds_a_page'] * 1000:.0f} ms of CPU a page", flush=True)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", choices=("validation", "test"), default="validation")
    parser.add_argument("--codes", type=int, nargs="+", default=[300], help="a run for each; seeds in a row")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true", help="write mnist_helpers/recorded/reading.json")
    arguments = parser.parse_args()
    _, validation, test = pipeline.load_mnist_splits()
    images, labels = test if arguments.digits == "test" else validation
    runs = []
    for seed, codes in enumerate(arguments.codes, start=arguments.seed):
        runs.append({"seed": seed} | measure(images, labels, codes, seed))
        show(runs[-1])
    if arguments.record:
        settings = {"digits": arguments.digits, "overlap": OVERLAP, "coverage": COVERAGE, "length": LENGTH}
        record = record_runs.origin() | {"arms": {arguments.digits: {"settings": settings, "runs": runs}}}
        record_runs.write(record, record_runs.RECORDED / "reading.json")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
