"""A checker prints a verdict with hints, and never raises."""

import pytest

from mnist_helpers.exercises._report import checker


@checker("Exercise 1")
def check_double(report, function):
    report.check(function(2) == 4, "Twice 2 is 4.", "Multiply by two.")
    report.check(function(0) == 0, "Twice 0 is 0.", "Do not add.")


def printed_on(answer, capsys):
    assert check_double(answer) is None
    return capsys.readouterr().out


def test_a_right_answer_is_solved(capsys):
    out = printed_on(lambda x: 2 * x, capsys)
    assert out.startswith("Exercise 1: solved.")
    assert "not yet" not in out


def test_a_partly_right_answer_shows_both_and_the_hint(capsys):
    out = printed_on(lambda x: x + 2, capsys)
    assert out.splitlines() == [
        "Exercise 1: not yet.",
        "  right: Twice 2 is 4.",
        "  not yet: Twice 0 is 0.",
        "    Hint: Do not add.",
    ]


@pytest.mark.parametrize("nothing", [..., None])
def test_no_answer_is_told_what_to_do(nothing, capsys):
    assert "in place of the `...`" in printed_on(nothing, capsys)


def test_an_error_in_the_answer_is_reported(capsys):
    out = printed_on(lambda x: x / 0, capsys)
    assert "not yet" in out
    assert "ZeroDivisionError: division by zero" in out


def test_a_checker_that_found_nothing_has_not_passed(capsys):
    @checker("Empty")
    def check_nothing(report, answer):
        pass

    check_nothing(1)
    assert capsys.readouterr().out.startswith("Empty: not yet.")


def test_long_hints_are_folded_to_the_width_of_a_page(capsys):
    @checker("Long")
    def check_long(report, answer):
        report.check(False, "A claim.", "a word " * 40)

    check_long(1)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 84
    assert " ".join("".join(lines[2:]).split()).count("word") == 40
