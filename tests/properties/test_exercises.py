"""No checker ever raises, whatever object a learner hands over: each prints a report, and only answers can solve it."""

import contextlib
import enum
import importlib
import inspect
import io
import sys

import keras
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odd_input import ODD

from mnist_helpers import exercises

CHECKERS = [
    getattr(module, name)
    for module in (importlib.import_module(f"mnist_helpers.exercises.{chapter}") for chapter in exercises.__all__)
    for name in module.__all__
]


class Hostile:
    """An object that answers every question with an error."""

    def __getattr__(self, name):
        raise RuntimeError(f"no {name} here")

    def __repr__(self):
        raise RuntimeError("no text here")

    __eq__ = __len__ = __bool__ = __iter__ = __call__ = __array__ = __float__ = __hash__ = __format__ = __repr__


class UnspeakableError(Exception):
    """An error that cannot even say what it is."""

    def __str__(self):
        raise RuntimeError("no text here")

    __repr__ = __str__


def _raises_what_cannot_be_said(*arguments, **settings):
    raise UnspeakableError


def _recurses(*arguments):
    return _recurses(*arguments)


def _spoils_what_it_gets(*arguments):
    for value in arguments:
        if isinstance(value, np.ndarray):
            value[...] = 0
    return arguments


def _yields(*arguments):
    yield from arguments


def _returns(value):
    def answer(*arguments, **settings):
        return value

    return answer


class Stand(enum.Enum):
    """What stands for objects that Hypothesis itself could not print."""

    HOSTILE = enum.auto()
    RETURNS_HOSTILE = enum.auto()


def _meant(answer):
    if answer is Stand.RETURNS_HOSTILE:
        return _returns(Hostile())
    return Hostile() if answer is Stand.HOSTILE else answer


ODD_FUNCTIONS = st.one_of(
    st.sampled_from(
        [_raises_what_cannot_be_said, _recurses, _spoils_what_it_gets, _yields, sys.exit, print, int, np.mean, dict]
    ),
    st.sampled_from([lambda: 0, lambda first: first, lambda *given: given[0], lambda *given: given, Hostile, exec]),
    ODD.map(_returns),
    st.tuples(ODD, ODD).map(_returns),
)
ODD_ANSWERS = st.one_of(
    ODD,
    ODD_FUNCTIONS,
    st.sampled_from(Stand),
    st.text(max_size=5),
    st.integers(),
    st.floats(),
    st.sampled_from([keras.layers.Dense, keras.Sequential, exercises, "\ud800", 10**5000, (), {}]),
)


def number_of_answers(checker) -> int:
    """Return how many answers a checker takes beside its report."""
    return len(inspect.signature(checker).parameters) - 1


@pytest.mark.parametrize(
    "checker", [pytest.param(c, id=f"{c.__module__.split('.')[-1]}-{c.__name__}") for c in CHECKERS]
)
def test_checkers_print_a_report_whatever_they_get(checker):
    @settings(max_examples=max(5, settings.default.max_examples // 2))
    @given(st.tuples(*[ODD_ANSWERS] * number_of_answers(checker)))
    @example((Stand.HOSTILE,) * number_of_answers(checker))
    @example((_raises_what_cannot_be_said,) * number_of_answers(checker))
    @example((10**5000,) * number_of_answers(checker))
    @example(("\ud800",) * number_of_answers(checker))
    @example((Stand.RETURNS_HOSTILE,) * number_of_answers(checker))
    @example(())
    @example((1,) * (number_of_answers(checker) + 1))
    def hold(answers):
        written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(written), np.errstate(all="ignore"):
            assert checker(*map(_meant, answers)) is None
        written.seek(0)
        said = written.read()
        assert ": not yet." in said or "solved. Well done!" in said
        assert "Hint: " in said or "solved. Well done!" in said

    hold()


def test_checkers_of_a_chapter_are_numbered_and_named():
    for chapter in exercises.__all__:
        module = importlib.import_module(f"mnist_helpers.exercises.{chapter}")
        names = sorted(getattr(module, name).exercise for name in module.__all__)
        assert [name.split(", ")[0] for name in names] == [f"Exercise {n}" for n in range(1, len(names) + 1)]
        assert all(len(name.split(", ", 1)[1]) > 3 for name in names)
