"""A learner's function as a checker calls it: with copies, and with a call to paste when it fails."""

import copy
from collections.abc import Callable

import numpy as np

_SHORT = 100  # characters of an array that a call to paste spells out

_SLIPS = [
    (
        TypeError,
        "cannot be interpreted as an integer",
        "A decimal stands where a count is wanted: `//` gives whole numbers, and is it the right name?",
    ),
    (TypeError, "object is not iterable", "A loop over a count needs `range(...)`."),
    (TypeError, "positional argument", "The call below shows which arguments the function gets, and in which order."),
    (TypeError, "NoneType", "Something is None: does a function that you call lack its `return`?"),
    (TypeError, "not callable", "Round brackets call a function; square brackets pick from an array."),
    (
        ValueError,
        "truth value",
        "Python's `max`, `if`, `and` and `or` want one number. `np.maximum`, `np.where`, `&` and `|` work number by "
        "number, and `array.max(axis=...)` along an axis.",
    ),
    (IndexError, "out of bounds", "The last place is one below the length."),
    (IndexError, "index out of range", "The last place is one below the length."),
    (NameError, "is not defined", "Is the name spelled as where it was first given a value?"),
]


class SpelledFunction:
    """A function that goes into a learner's function, with the text that makes it again.

    Examples
    --------
    >>> bowl = SpelledFunction(lambda w: (w - 3) ** 2, "lambda w: (w - 3) ** 2")
    >>> bowl(1), bowl.text
    (4, 'lambda w: (w - 3) ** 2')
    """

    def __init__(self, function: Callable, text: str):
        self.function, self.text = function, text

    def __call__(self, *arguments):
        return self.function(*arguments)


def text_of_error(error: BaseException) -> str:
    """Return what an error says; a learner's own kind of error may fail at that, too."""
    try:
        return str(error)
    except Exception:
        return "(it cannot say why)"


def likely_slip(error: BaseException) -> str:
    """Return what usually leads to an error like this, or an empty text."""
    said = text_of_error(error)
    return next((advice for kind, words, advice in _SLIPS if isinstance(error, kind) and words in said), "")


def _spell_array(array: np.ndarray) -> str:
    numbers = repr(array.tolist()).replace("nan", "np.nan").replace("inf", "np.inf")
    if len(numbers) <= _SHORT or array.dtype.kind not in "biuf":
        usual = array.dtype in (np.dtype("float64"), np.dtype("int64"), np.dtype("bool"))
        return f"np.array({numbers})" if usual else f'np.array({numbers}, dtype="{array.dtype}")'
    shape = array.shape[0] if array.ndim == 1 else array.shape
    if array.dtype.kind == "b":
        return f"np.random.default_rng(0).random({shape}) < 0.5"
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max()) + 1
        text = f"np.random.default_rng(0).integers({low}, {high}, {shape})"
        text = text if array.dtype == np.dtype("int64") else f'{text}.astype("{array.dtype}")'
        return f"np.sort({text})" if array.ndim == 1 and np.all(np.diff(array.astype("int64")) >= 0) else text
    text = f"np.random.default_rng(0).{'normal(size=' if (array < 0).any() else 'random('}{shape})"
    return text if array.dtype == np.dtype("float64") else f'{text}.astype("{array.dtype}")'


def spell(value) -> str:
    """Write Python that makes a value, or for a large array one of the same kind and shape.

    Examples
    --------
    >>> spell([0.5, "ROME", np.arange(3)])
    "[0.5, 'ROME', np.array([0, 1, 2])]"
    >>> spell(np.zeros((6, 10)))
    'np.random.default_rng(0).random((6, 10))'
    """
    if isinstance(value, SpelledFunction):
        return value.text
    if isinstance(value, np.ndarray):
        return _spell_array(value)
    if isinstance(value, np.random.Generator):
        return "np.random.default_rng(0)"
    if isinstance(value, list):
        return f"[{', '.join(map(spell, value))}]"
    return repr(value.item() if isinstance(value, np.generic) else value)


def copy_of(value):
    """Return a copy of what a function could change; generators and functions are handed on as they are."""
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list)) else value


def is_unchanged(value, before) -> bool:
    """Return whether an argument is still what it was before the call."""
    if isinstance(before, np.ndarray):
        return value.dtype == before.dtype and np.array_equal(value, before, equal_nan=before.dtype.kind == "f")
    if isinstance(before, list):
        return len(value) == len(before) and all(map(is_unchanged, value, before))
    return value is before or callable(before) or isinstance(before, np.random.Generator) or bool(value == before)
