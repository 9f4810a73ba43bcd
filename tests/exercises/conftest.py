"""What the tests of the checkers share."""

import pytest


@pytest.fixture
def said_about(capsys):
    """Return a function that gives answers to a checker and returns what it printed, in one line."""

    def ask(check, *answers) -> str:
        assert check(*answers) is None
        return " ".join(capsys.readouterr().out.split())

    return ask


@pytest.fixture
def refused(said_about):
    """Return a function that holds that a checker refuses answers, and hints at this."""

    def hold(hint, check, *answers):
        said = said_about(check, *answers)
        assert ": not yet." in said
        assert "solved" not in said
        assert hint in said

    return hold
