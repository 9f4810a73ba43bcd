"""What each step of the reading makes of two pages, in numbers; ``python tests/reading/steps.py`` records it anew.

The networks' part is not among them: what they answer changes when they are trained again.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

from mnist_helpers import composing, load_mnist
from mnist_helpers.reading import cutting, finding, ink, judging, lines, normalising, sheets, strokes

RECORD = Path(__file__).with_name("steps.json")
PAGES = {
    11: {"pen": "thick", "touching": True, "paper": "ruled", "light": "uneven", "polarity": "dark on light"},
    12: {"pen": "thin", "touching": False, "paper": "framed", "light": "even", "polarity": "light on dark"},
}


def by_blocks(values, rows=4, columns=8):
    """Return the means of so many blocks."""
    parts = np.array_split(np.asarray(values, float), rows)
    return [float(block.mean().round(4)) for part in parts for block in np.array_split(part, columns, axis=1)]


@cache
def greys():
    """Return the two pages, from 0 to 1, and one of them on a dark table."""
    (images, digits), _ = load_mnist()
    first, second = (composing.compose_code(images[:5], digits[:5], seed, **asked) for seed, asked in PAGES.items())
    table = np.full((320, 460), 0.1)
    table[30:264, 40:398] = first.image / 255
    return first.image / 255, second.image / 255, table


@cache
def inks():
    first, second, _ = greys()
    return ink.find_ink(first), ink.find_ink(1 - second)


@cache
def writings():
    return [finding.find_writing(grey)[0][0] for grey in greys()[:2]]


@cache
def strips():
    """Return two strips, each with its seams; every seventh column is marked as a border."""
    found = []
    for writing in writings():
        strip = cutting.level_writing(writing)
        borders = np.zeros_like(strip.ink)
        borders[:, ::7] = 0.9
        found.append((strip, cutting.find_seams(strip.ink, borders)))
    return found


def numbers_of(writing):
    return [writing.top, writing.left, *writing.ink.shape, writing.height, writing.slope, by_blocks(writing.ink)]


def step_of_ink():
    return [[by_blocks(found), ink.stroke_width(found >= 0.5), ink.ink_is_dark(found)] for found in inks()]


def step_of_lines():
    return [by_blocks(lines.remove_lines(found)) for found in inks()]


def step_of_strokes():
    found = inks()
    pages = [lines.remove_lines(found[0]), found[1], np.tile(found[0], (2, 1))]
    return [
        [strokes.typical_height(page >= 0.5), *map(numbers_of, strokes.find_lines_of_writing(page))] for page in pages
    ]


def step_of_finding():
    first, second, table = greys()
    small, large = first[::3, ::3], np.kron(second, np.ones((3, 3)))
    found = [finding.find_writing(grey) for grey in (second, table, small, large, first[:60], first[:11], first[:, :2])]
    return [[list(shape), *map(numbers_of, written)] for written, shape in found]


def step_of_cutting():
    plain = [cutting.find_seams(strip.ink, np.zeros_like(strip.ink)) for strip, _ in strips()]
    return [
        [by_blocks(strip.ink), by_blocks(strip.rows), by_blocks(strip.columns), seams.tolist(), unmarked.tolist()]
        for (strip, seams), unmarked in zip(strips(), plain, strict=True)
    ]


def step_of_judging():
    found = []
    for strip, seams in strips():
        parts = judging.candidate_parts(strip, seams)
        views = judging.view_parts(strip, seams, parts)
        odds = 3 * np.sin(np.arange(len(parts)))
        chosen = judging.choose_parts(parts, odds)
        digits = [parts[index] for index in chosen]
        share = judging.share_of_digits(strip, seams, digits, np.linspace(0.5, 1, len(digits)))
        own = [judging.part_of_writing(strip, seams, part).sum() for part in digits]
        places = [[part.start, part.stop, *part.box] for part in parts]
        found.append([places, *(by_blocks(view.mean(axis=-1), 3, 4) for view in views[::5]), chosen, share, own])
        found.append([by_blocks(views[..., channel].mean(axis=0), 6, 8) for channel in (0, 1)])
    return found


def step_of_normalising():
    digits = [writing.ink[:, :60] for writing in writings()]
    thick = np.pad(np.ones((60, 40)), 3)
    return [
        [
            by_blocks(normalising.normalise_digit(digit), 14, 14),
            normalising.pen_width(digit),
            by_blocks(normalising.restore_pen(digit), 6, 6),
        ]
        for digit in (*digits, thick)
    ]


def step_of_sheets():
    first, _, table = greys()
    return [by_blocks(sheets.extend_sheet(grey)) for grey in (first, table, 1 - table, table[100:, 200:])]


STEPS = {name.removeprefix("step_of_"): step for name, step in globals().items() if name.startswith("step_of_")}


def plain(values):
    """Return nested lists of numbers."""
    return [plain(value) for value in values] if isinstance(values, (list, tuple)) else round(float(values), 4)


def hold(name: str) -> None:
    """Hold that a step gives what is recorded."""
    same(plain(STEPS[name]()), json.loads(RECORD.read_text("utf-8"))[name])


def same(found, recorded) -> None:
    if isinstance(recorded, list):
        assert len(found) == len(recorded)
        for one, other in zip(found, recorded, strict=True):
            same(one, other)
    else:
        assert abs(found - recorded) <= 0.002


if __name__ == "__main__":
    steps = {name: plain(step()) for name, step in STEPS.items()}
    text = ",\n".join(
        f" {json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}" for name, values in steps.items()
    )
    RECORD.write_text(f"{{\n{text}\n}}\n", "utf-8")
