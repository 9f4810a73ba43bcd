"""Digits as pen strokes, as people write them: points (x, y) as shares of the pad, from its top left corner."""

import numpy as np


def arc(x, y, width, height, start, end, steps=24):
    """Points of an ellipse around (x, y); 0 degrees is right, 90 is down."""
    angles = np.radians(np.linspace(start, end, steps))
    return [(x + width * np.cos(angle), y + height * np.sin(angle)) for angle in angles]


def eight(steps=48):
    """An 8 in one stroke, from its top."""
    turns = np.linspace(0, 2 * np.pi, steps)
    return [(0.5 - 0.17 * np.sin(2 * turn), 0.5 - 0.34 * np.cos(turn)) for turn in turns]


DRAWINGS = {
    "0 round": [arc(0.5, 0.5, 0.24, 0.33, -90, 270)],
    "0 narrow": [arc(0.5, 0.5, 0.15, 0.34, -60, 300)],
    "1 stroke": [[(0.53, 0.15), (0.5, 0.5), (0.48, 0.85)]],
    "1 with flag": [[(0.37, 0.34), (0.53, 0.15), (0.52, 0.85)]],
    "1 with flag and foot": [[(0.38, 0.3), (0.52, 0.15), (0.52, 0.85)], [(0.36, 0.85), (0.68, 0.85)]],
    "2 with a straight foot": [[*arc(0.5, 0.33, 0.19, 0.17, -170, 30), (0.3, 0.82), (0.72, 0.82)]],
    "2 with a loop": [
        [*arc(0.5, 0.32, 0.17, 0.16, -160, 40), *arc(0.36, 0.76, 0.08, 0.07, 60, 300), (0.5, 0.77), (0.72, 0.83)]
    ],
    "3 round": [[*arc(0.47, 0.33, 0.19, 0.16, -150, 90), *arc(0.46, 0.67, 0.22, 0.18, -90, 150)]],
    "3 with a flat top": [[(0.31, 0.18), (0.68, 0.18), (0.48, 0.43), *arc(0.47, 0.64, 0.2, 0.2, -80, 150)]],
    "4 open": [[(0.36, 0.16), (0.31, 0.55), (0.72, 0.55)], [(0.61, 0.22), (0.59, 0.86)]],
    "4 closed": [[(0.6, 0.86), (0.6, 0.15), (0.27, 0.62), (0.75, 0.62)]],
    "5 in two strokes": [
        [(0.37, 0.18), (0.34, 0.46), *arc(0.47, 0.63, 0.2, 0.2, -130, 150)],
        [(0.37, 0.18), (0.68, 0.17)],
    ],
    "5 in one stroke": [[(0.68, 0.18), (0.38, 0.18), (0.35, 0.47), *arc(0.46, 0.64, 0.2, 0.19, -120, 150)]],
    "6 straight": [[(0.58, 0.15), (0.44, 0.36), (0.36, 0.55), *arc(0.5, 0.67, 0.16, 0.17, 190, -180)]],
    "6 curled": [[*arc(0.58, 0.58, 0.26, 0.42, -80, -180), *arc(0.49, 0.68, 0.17, 0.15, 180, -170)]],
    "7 plain": [[(0.29, 0.2), (0.71, 0.2), (0.46, 0.85)]],
    "7 crossed": [[(0.29, 0.2), (0.71, 0.19), (0.44, 0.85)], [(0.4, 0.52), (0.67, 0.5)]],
    "8 in one stroke": [eight()],
    "8 of two rings": [arc(0.5, 0.32, 0.15, 0.16, 90, 450), arc(0.5, 0.66, 0.19, 0.18, -90, 270)],
    "9 with a straight tail": [[*arc(0.49, 0.34, 0.17, 0.18, 0, -360), (0.66, 0.34), (0.62, 0.86)]],
    "9 with a curved tail": [
        [*arc(0.5, 0.34, 0.16, 0.18, 0, -360), (0.66, 0.34), (0.67, 0.6), *arc(0.5, 0.64, 0.17, 0.2, 0, 140)]
    ],
}
"""At least two ways of writing each digit. The first letter of a name is the digit."""


def moved(strokes, size, left, top):
    """Draw the same thing ``size`` times as large, with the pad's corner at (left, top)."""
    return [[(left + size * x, top + size * y) for x, y in stroke] for stroke in strokes]
