"""What a beginner, a bug or a broken file may hand over, and what a helper may do with it: answer or refuse."""

import copy
import re
import traceback
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import mnist_helpers

PACKAGE = str(Path(mnist_helpers.__file__).parent)
SAYS_WHAT_CAME = re.compile(r"\bgot\b|lacks .*; it has\b|there is no\b|class \S+ has one|image \d+ has none")


def _read_only(array):
    array.flags.writeable = False
    return array


ODD_SCALARS = [
    *(None, True, False, 0, 1, -1, 2, 7, -(2**70), 2**70, 0.0, 0.5, 1.0, 1.5, -0.5, 1e308, 5e-324),
    *(float("nan"), float("inf"), float("-inf"), 1j, "", "text", "7", "\x00/..", b"bytes", object(), np.float32(0.5)),
    *(np.int8(-1), np.uint64(2**63), np.datetime64("2024-01-01"), np.str_("text"), int, len, ...),
]
ODD_COLLECTIONS = [
    *([], (), {}, set(), [None], [[]], [[1], [1, 2]], ["a"], [1.5], [-1, 10**30], [True, 2], {"loss": 1}, {1: 2}),
    *([float("nan")], [[1, 2], [3, 4]], [[0.5, 0.5]], [len], range(3), {0, 1}, [b"a"], [1j]),
]
ODD_ARRAYS = [
    *(np.zeros(0), np.zeros((0, 28, 28)), np.array(3), np.array(0.5), np.array(None), np.array(["a"]), np.array([1j])),
    *(np.full(4, np.nan), np.full((2, 28, 28), np.inf), np.full((1, 28, 28, 1), -1.0), np.zeros((2, 3, 4, 5, 6))),
    *(np.zeros((1, 28, 28), np.uint8), np.zeros((3, 0)), np.zeros((0, 3)), np.array([2**64 - 1], np.uint64)),
    *(np.array([1, "a", None], object), np.ones((28, 28), bool), np.ones((1, 28, 28), np.float16), np.ones(4, bool)),
    *(np.arange(6, dtype=">i4"), np.zeros((2, 2), "M8[s]"), np.ma.masked_array([1.0, 2.0], [True, False])),
    *(np.zeros(2, [("a", int)]), np.arange(8)[::-2], np.arange(8).reshape(2, 4).T, _read_only(np.arange(3))),
]
DTYPES = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(),
    arrays.floating_dtypes(),
    arrays.complex_number_dtypes(),
    arrays.unicode_string_dtypes(max_len=3),
)
ODD_VALUES = [*ODD_SCALARS, *ODD_COLLECTIONS, *ODD_ARRAYS]
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
ODD = st.one_of(st.sampled_from(ODD_VALUES).map(lambda value: fresh(value)), ARRAYS)


def fresh(value):
    """Return a copy of what could be changed."""
    return copy.deepcopy(value) if isinstance(value, (list, dict, set)) else value


def is_whole(value) -> bool:
    """Tell a whole number that nobody can take for another kind of value."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_number(value) -> bool:
    """Tell a finite real number, which NumPy may have wrapped in an array without sides."""
    value = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
    return (is_whole(value) or isinstance(value, (float, np.floating))) and abs(value) < np.inf


def holds_numbers(value) -> bool:
    """Tell what NumPy takes for a regular array of real numbers, or of none."""
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:
        return False


KINDS = {"whole": is_whole, "number": is_number, "array": holds_numbers, "text": lambda value: isinstance(value, str)}
"""For each kind of argument what it may be at all. What is not must be refused."""


def snapshot(value):
    """Return a copy to compare with, or None for what does not change."""
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict, tuple)) else None


def assert_unchanged(value, before) -> None:
    """Hold that an input is as it was."""
    if before is not None:
        np.testing.assert_equal(value, before)


def is_refused(function, arguments: dict) -> bool:
    """Call a function: it answers, or it refuses in our own words and says what came. Return whether it refused."""
    before = {name: snapshot(value) for name, value in arguments.items()}
    try:
        function(**arguments)
    except (ValueError, TypeError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__} in {where.filename}:{where.lineno}: {error}"
        assert where.filename.startswith(PACKAGE), told
        assert SAYS_WHAT_CAME.search(str(error)), told
        return True
    finally:
        for name, value in arguments.items():
            assert_unchanged(value, before[name])
    return False
