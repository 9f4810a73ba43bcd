"""What a checker says: what is right, what is not, and a hint. It never raises."""

import functools
import textwrap

import numpy as np

WIDTH = 84  # characters that fit the column of a page


class Report:
    """Collects the findings on one answer, in the order in which they should be read.

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

    def check(self, passed: bool, claim: str, hint: str) -> bool:
        """Note whether a claim about the answer holds; a hint goes with one that does not."""
        if passed:
            self._add("  right: ", claim)
        else:
            self.solved = False
            self._add("  not yet: ", claim)
            self._add("    Hint: ", hint)
        return bool(passed)

    def _add(self, lead: str, text: str) -> None:
        indent = " " * (len(lead) - len(lead.lstrip()) + 2)
        text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # half a character cannot be printed
        self.lines.append(textwrap.fill(lead + text, WIDTH, subsequent_indent=indent, break_long_words=False))

    def __str__(self):
        verdict = "solved. Well done!" if self.solved and self.lines else "not yet."
        return "\n".join([f"{self.name}: {verdict}", *self.lines])


def _text_of(error: BaseException) -> str:
    """Return what an error says; a learner's own kind of error may fail at that, too."""
    try:
        return str(error)
    except Exception:
        return "(it cannot say why)"


def checker(name: str):
    """Turn ``function(report, *answers)`` into a checker that a learner calls with the answers alone.

    The checker prints the report and returns nothing. An answer that is ``...`` or ``None`` counts as not
    given; an error raised while the answer is tried is reported, not raised.
    """

    def wrap(function):
        @functools.wraps(function)
        def check(*answers):
            report = Report(name)
            if any(answer is None or answer is ... for answer in answers):
                report.check(
                    False,
                    "There is an answer to check.",
                    "put your answer in place of the `...` (or `None`) in this cell, and run it again.",
                )
            else:
                try:
                    with np.errstate(all="ignore"):
                        function(report, *answers)
                except (Exception, SystemExit) as error:
                    report.check(
                        False,
                        "The answer can be tried out.",
                        f"trying it raised {type(error).__name__}: {_text_of(error)}. Run your code alone first.",
                    )
            print(report)

        return check

    return wrap
