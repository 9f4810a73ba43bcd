"""What the tests of the checkers share."""

import pytest


@pytest.fixture
def said_about(capsys):
    """Return a function that gives an answer to a checker and returns what it printed, in one line."""

    def ask(check, answer) -> str:
        assert check(answer) is None
        return " ".join(capsys.readouterr().out.split())

    return ask
