"""What a checker says: what is right, what is not, and a hint. It never raises.

The vocabulary that all checkers share: `Report.check` goes on after a claim that does not hold, `Report.require`
ends there, `Report.expect` says nothing of a claim that holds; `Report.function`, `Report.number` and `Report.array`
read an answer, and `Report.matches` compares it and recognises mistakes.
"""

import decimal
import functools
import numbers
import textwrap
from collections.abc import Callable, Iterable

import numpy as np

from mnist_helpers.exercises import _calls

WIDTH = 84  # characters that fit the column of a page
KEEPS = (
    "your function writes into what it is given: `+=`, `*=`, `sort` and `array[...] = ...` do. Write into a new array."
)
NOTHING = "it returned None. Does its last line begin with `return`?"
_PASTE = "To see the line at fault, paste this call into a cell of its own:"


class _EnoughError(Exception):
    """Nothing that a checker could still say would help."""


class Report:
    """Collects the findings on one answer, in the order in which they should be read.

    A hint may be a function without arguments that returns the text; it is called where the hint is shown.

    Examples
    --------
    >>> report = Report("Exercise 1")
    >>> report.check(True, "The shape is (5, 28, 28).", "")
    True
    >>> report.check(False, "The dtype is float32.", "What does astype do?")
    False
    >>> print(report)
    Exercise 1: not yet.
      right: The shape is (5, 28, 28).
      not yet: The dtype is float32.
        Hint: What does astype do?
    """

    def __init__(self, name: str):
        self.name = name
        self.lines = []
        self.solved = True

    def check(self, passed: bool, claim: str, hint: str | Callable[[], str], code: str = "") -> bool:
        """Note whether a claim about the answer holds; a hint goes with one that does not, and code to paste."""
        if passed:
            self._add("  right: ", claim)
        else:
            self.solved = False
            self._add("  not yet: ", claim)
            self._add("    Hint: ", hint() if callable(hint) else hint)
            if code:
                self.lines.append(f"        {code}")
        return bool(passed)

    def require(self, passed: bool, claim: str, hint: str | Callable[[], str] = "") -> None:
        """Note whether a claim holds, and end the checker if it does not."""
        if not self.check(passed, claim, hint):
            raise _EnoughError

    def expect(self, passed: bool, claim: str, hint: str | Callable[[], str]) -> None:
        """End the checker with a claim that does not hold; say nothing of one that does."""
        if not passed:
            self.refuse(claim, hint)

    def refuse(self, claim: str, hint: str | Callable[[], str], code: str = "") -> None:
        """End the checker with a claim that does not hold."""
        self.check(False, claim, hint, code)
        raise _EnoughError

    def note(self, text: str) -> None:
        """Add a line that is neither right nor wrong."""
        self._add("  ", text)

    def function(
        self,
        answer,
        name: str,
        keeps: str = KEEPS,
        nothing: str | None = NOTHING,
        advice: Callable[[Exception], str] = lambda error: "",
    ) -> Callable:
        """Return the learner's function, ready to be called by the checker.

        A call hands over copies and ends the checker where the function raises, changes what it is given (hint:
        `keeps`) or returns nothing (hint: `nothing`; None where that can be an answer). `advice` says what an error
        means in this exercise.
        """
        self.require(
            callable(answer),
            f"`{name}` is a function.",
            f"hand over the function itself, its name, without brackets after it: `{name}`. "
            f"The checker got an object of type {type(answer).__name__}.",
        )

        def call(*arguments):
            given = [_calls.copy_of(argument) for argument in arguments]
            try:
                result = answer(*given)
            except (Exception, SystemExit) as error:
                said = f"{type(error).__name__}: {_calls.text_of_error(error).rstrip('.')}."
                what = " ".join(filter(None, [f"it raised {said}", advice(error) or _calls.likely_slip(error), _PASTE]))
                code = f"{name}({', '.join(map(_calls.spell, arguments))})"
                self.refuse(f"`{name}` runs without an error.", what, code)
            unchanged = all(map(_calls.is_unchanged, given, arguments))
            self.expect(unchanged, "What came in is unchanged.", keeps)
            if nothing is not None:
                self.expect(result is not None, "The function returns something.", nothing)
                hint = "it returned `...`. Put your answer in its place."
                self.expect(result is not ..., "The function returns something.", hint)
            return result

        return call

    def number(self, value, claim: str = "The answer is one number.", advice="", whole: bool = False):
        """Return a real number, also out of an array or a list of just one; end the checker with anything else.

        `advice` is what to do instead: a text, or a function of the value that returns one.
        """
        found = _number_in(value)
        if found is not None and whole:
            found = int(found) if np.isfinite(found) and found == int(found) else None
        if found is None:
            do = advice(value) if callable(advice) else advice
            self.refuse(claim, " ".join(filter(None, [_why_no_number(value, whole), do])))
        return found

    def array(self, value, shape: tuple | None = None, hint="", numbers_hint: str = "", claim: str = "") -> np.ndarray:
        """Return an array of real numbers of this shape; end the checker with anything else.

        `hint` says what another shape means: a dictionary of shapes, or a function of the array, or a text.
        """
        try:
            array = np.asarray(value)
        except Exception:
            array = np.asarray(None)
        what = (
            f"it returned {type(value).__name__} of dtype {array.dtype}, which cannot be read as an "
            f"array of real numbers. "
        )
        self.expect(array.dtype.kind in "biuf", "The function returns an array of numbers.", what + numbers_hint)
        if shape is not None and array.shape != shape:
            said = hint.get(array.shape, "") if isinstance(hint, dict) else hint(array) if callable(hint) else hint
            self.refuse(claim or f"The result has shape {shape}.", f"its shape is {array.shape}. {said}".strip())
        return array

    def matches(
        self,
        value,
        expected,
        claim: str,
        mistakes=(),
        otherwise="",
        near=(0, ""),
        rtol: float = 1e-6,
        atol: float = 1e-8,
    ) -> None:
        """Note that a value is the expected one, or end the checker with the hint of the mistake that leads to it.

        `mistakes` are pairs of a wrong value and its hint, or a function that returns them. `near` is how far off a
        rounded value may be, and its hint; `otherwise` is the hint for all else.
        """

        def hint() -> str:
            pairs = mistakes() if callable(mistakes) else mistakes
            found = recognise(value, pairs, rtol, atol)
            if not found and near[1] and close(value, expected, 0, near[0]):
                found = near[1]
            return found or (otherwise() if callable(otherwise) else otherwise)

        self.require(close(value, expected, rtol, atol), claim, hint)

    def _add(self, lead: str, text: str) -> None:
        indent = " " * (len(lead) - len(lead.lstrip()) + 2)
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # half a character cannot be printed
        self.lines.append(textwrap.fill(lead + text, WIDTH, subsequent_indent=indent, break_long_words=False))

    def __str__(self):
        verdict = "solved. Well done!" if self.solved and self.lines else "not yet."
        return "\n".join([f"{self.name}: {verdict}", *self.lines])


def close(value, other, rtol: float = 1e-6, atol: float = 1e-8) -> bool:
    """Return whether two values have the same shape and nearly the same numbers."""
    value, other = np.asarray(value, dtype=float), np.asarray(other, dtype=float)
    return value.shape == other.shape and bool(np.allclose(value, other, rtol=rtol, atol=atol))


def recognise(value, mistakes: Iterable[tuple], rtol: float = 1e-6, atol: float = 1e-8) -> str:
    """Return the hint of the first mistake that leads to this value, or an empty text."""
    return next((hint for wrong, hint in mistakes if close(value, wrong, rtol, atol)), "")


def _number_in(value):
    """Return the one real number that a value is or holds, or None."""
    if isinstance(value, (bool, np.bool_, str, bytes)) or callable(value):
        return None
    if isinstance(value, (numbers.Integral, numbers.Real, decimal.Decimal)) and not isinstance(value, np.generic):
        try:
            float(value)
        except (OverflowError, ValueError):
            return np.inf
        return value if isinstance(value, int) else float(value)
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array.item() if array.size == 1 and array.dtype.kind in "iuf" else None


def _why_no_number(value, whole: bool) -> str:
    """Say what came in place of a number."""
    kind = type(value).__name__
    if callable(value):
        return "this is a function. Call it, or write the number itself."
    if isinstance(value, (str, bytes)):
        return f"this is text, of type {kind}. Leave the quotes out."
    if isinstance(value, (bool, np.bool_)):
        return f"this is True or False, of type {kind}."
    if whole and (number := _number_in(value)) is not None:
        return f"it is {number:g}, which is not a whole number."
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value):
        return "these are two numbers, of type tuple. Python writes decimals with a point: 0.5, not 0,5."
    try:
        size = np.size(value)
    except Exception:
        size = 1
    return f"it holds {size} numbers, of type {kind}." if size != 1 else f"it is of type {kind}."


def checker(name: str):
    """Turn ``function(report, *answers)`` into a checker that a learner calls with the answers alone.

    The checker prints the report and returns nothing. An answer that is ``...`` or ``None`` counts as not
    given; an error raised while the answer is tried is reported, not raised.
    """

    def wrap(function):
        @functools.wraps(function)
        def check(*answers):
            report = Report(name)
            try:
                if any(answer is None or answer is ... for answer in answers):
                    hint = "put your answer in place of the `...` (or `None`) in this cell, and run it again."
                    report.refuse("There is an answer to check.", hint)
                with np.errstate(all="ignore"):
                    function(report, *answers)
            except _EnoughError:
                pass
            except (Exception, SystemExit) as error:
                said = f"reading it raised {type(error).__name__}: {_calls.text_of_error(error)}."
                hint = f"{said} Print it in a cell of its own. Is it what the exercise asks for?"
                report.check(False, "The answer can be read.", hint)
            print(report)

        check.exercise = name
        return check

    return wrap
