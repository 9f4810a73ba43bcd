"""What every helper asks of its input, to the letter."""

import sys

import numpy as np
import pytest

from mnist_helpers import _checks

LARGEST = 2**31 - 1


class Odd:
    """A value that carries a dtype and is none of NumPy's."""

    dtype = "float"


@pytest.mark.parametrize("value", [0, -7, LARGEST, -LARGEST, np.int8(3), np.uint64(LARGEST)])
def test_whole_numbers_pass(value):
    _checks.check_whole(count=value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "count must be a whole number; got True."),
        (1.0, "count must be a whole number; got 1.0."),
        ("1", "count must be a whole number; got '1'."),
        (np.arange(3), "count must be a whole number; got an array of dtype int64 and shape (3,)."),
        (LARGEST + 1, "count must be a whole number of at most 2147483647; got 2147483648."),
        (-LARGEST - 1, "count must be a whole number of at most 2147483647; got -2147483648."),
    ],
)
def test_other_than_whole_numbers_is_refused(value, message):
    with pytest.raises(ValueError) as error:
        _checks.check_whole(first=1, count=value)
    assert str(error.value) == message


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0, -1.5, np.float32(2), np.int16(3), np.array(4.5), sys.float_info.max])
def test_numbers_pass(value):
    _checks.check_numbers(level=value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (False, "level must be a number; got False."),
        (None, "level must be a number; got None."),
        (1j, "level must be a number; got 1j."),
        (Odd, f"level must be a number; got {_checks.said(Odd)}."),
        (np.array("a"), "level must be a number; got an array of dtype <U1 and shape ()."),
        (np.array([1.0]), "level must be a number; got an array of dtype float64 and shape (1,)."),
        (float("nan"), "level must be a finite number; got nan."),
        (10**400, "level must be a finite number; got 100000000000000000...0000000000000000000."),
        (float("inf"), "level must be a finite number; got inf."),
        (-float("inf"), "level must be a finite number; got -inf."),
    ],
)
def test_other_than_numbers_is_refused(value, message):
    with pytest.raises(ValueError) as error:
        _checks.check_numbers(width=1, level=value)
    assert str(error.value) == message


@pytest.mark.parametrize("values", [[True], [1], [[1.5, 2]], np.zeros((2, 0), np.uint8), 3])
def test_arrays_of_numbers_pass(values):
    assert _checks.as_numbers(values, "images").tolist() == np.asarray(values).tolist()


def test_an_array_is_not_copied():
    array = np.zeros(3)
    assert _checks.as_numbers(array, "images") is array


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1], [2, 3]], "images must be an array; got a list whose rows are not equally long."),
        (["a"], "images must be an array of numbers; got dtype <U1."),
        ([None], "images must be an array of numbers; got dtype object."),
        ([1j], "images must be an array of numbers; got dtype complex128."),
        (None, "images must be an array of numbers; got None."),
    ],
)
def test_other_arrays_are_refused(values, message):
    with pytest.raises(ValueError) as error:
        _checks.as_numbers(values, "images")
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "answer"),
    [([], True), ((1,), True), (np.zeros(1), True), (np.array(1), False), ("ab", False), ({1: 2}, False)],
)
def test_what_counts_as_a_list(value, answer):
    assert _checks.is_list(value) is answer
