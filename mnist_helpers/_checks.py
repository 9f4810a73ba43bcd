"""What every helper asks of its input: whole numbers, numbers, arrays of numbers. The messages say what came."""

import reprlib
import sys

import numpy as np

_LARGEST_WHOLE = 2**31 - 1
_LARGEST = sys.float_info.max


def said(value) -> str:
    """Say in a few words what a value is.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> said("seven"), said(np.zeros((2, 3)))
    ("'seven'", 'an array of dtype float64 and shape (2, 3)')
    """
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    return reprlib.repr(value)


def check_whole(**values) -> None:
    """Raise where an argument is no whole number, or larger than any size or count of this book.

    Parameters
    ----------
    **values
        The arguments by name.

    Raises
    ------
    ValueError
        The message names the argument and says what came.

    Examples
    --------
    >>> check_whole(bins=10, count=np.int64(5))
    >>> check_whole(bins=2.5)
    Traceback (most recent call last):
    ...
    ValueError: bins must be a whole number; got 2.5.
    """
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise ValueError(f"{name} must be a whole number; got {said(value)}.")
        if abs(int(value)) > _LARGEST_WHOLE:
            raise ValueError(f"{name} must be a whole number of at most {_LARGEST_WHOLE}; got {said(value)}.")


def _is_real(value) -> bool:
    if isinstance(value, (int, float, np.integer, np.floating)):
        return not isinstance(value, bool)
    return hasattr(value, "dtype") and np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"


def check_numbers(**values) -> None:
    """Raise where an argument is no finite real number.

    Parameters
    ----------
    **values
        The arguments by name.

    Raises
    ------
    ValueError
        The message names the argument and says what came.

    Examples
    --------
    >>> check_numbers(level=0.95, width=6)
    >>> check_numbers(level="high")
    Traceback (most recent call last):
    ...
    ValueError: level must be a number; got 'high'.
    """
    for name, value in values.items():
        if not _is_real(value):
            raise ValueError(f"{name} must be a number; got {said(value)}.")
        number = value if isinstance(value, int) else float(value)  # a float32 would overflow at the limit
        if not -_LARGEST <= number <= _LARGEST:
            raise ValueError(f"{name} must be a finite number; got {said(value)}.")


def as_numbers(values, name: str) -> np.ndarray:
    """Return an array of real numbers, or of True and False.

    Parameters
    ----------
    values : array, or nested lists of numbers
    name : str
        What the message calls it.

    Returns
    -------
    numpy.ndarray
        The array itself, where it is one.

    Raises
    ------
    ValueError
        Rows are not equally long, or it holds anything other than real numbers.

    Examples
    --------
    >>> as_numbers([[1, 2], [3, 4]], "matrix").shape
    (2, 2)
    >>> as_numbers(["1"], "labels")
    Traceback (most recent call last):
    ...
    ValueError: labels must be an array of numbers; got dtype <U1.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array; got a list whose rows are not equally long.") from None
    if array.dtype.kind not in "biuf":
        came = said(values) if array.ndim == 0 else f"dtype {array.dtype}"
        raise ValueError(f"{name} must be an array of numbers; got {came}.")
    return array


def is_list(value) -> bool:
    """Tell a list, a tuple, or an array with at least one side.

    Examples
    --------
    >>> is_list((1, 2)), is_list("12"), is_list(np.array(12))
    (True, False, False)
    """
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)
