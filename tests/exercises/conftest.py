"""What the tests of the checkers share."""

import re
import sys

import pytest

USERS_OF_MNIST = ("augmentation", "data", "getting_started")


@pytest.fixture(autouse=True)
def mnist_is_read_once(request, monkeypatch):
    """Checkers that load MNIST get copies of what is loaded already."""

    def copies():
        return [[part.copy() for part in half] for half in request.getfixturevalue("mnist")]

    for name in USERS_OF_MNIST:
        if module := sys.modules.get(f"mnist_helpers.exercises.{name}"):
            monkeypatch.setattr(module, "load_mnist", copies)


def hold_that_it_is_written_well(report: str) -> None:
    """A claim is a sentence; a hint ends like one, and its second sentence begins like one; neither shouts."""
    words = re.sub(r"\n {8}\S.*", "", report.strip())  # without a call to paste
    head, *findings = re.split(r"\n +(?=right: |not yet: |Hint: )", words)
    assert re.fullmatch(r"Exercise \d+, [^:]+: (solved\. Well done!|not yet\.)", head)
    for finding in findings:
        kind, text = " ".join(finding.split()).split(": ", 1)
        assert kind == "Hint" or re.match("[A-Z0-9`]", text), text
        assert re.search("[.?!:][`)]?$", text), text
        assert not re.search("[A-Z]{2,} [A-Z]{2,} [A-Z]{2,}", text), text
        words = re.sub("`[^`]*`", "`", text)
        assert not re.search("[a-z)`][.?!] (?!argmax |e )[a-z]+ ", words), text
        assert not re.search(r"\b[A-Z]{2,}[a-z]{2}|[a-z)][.?!][A-Z](?!\w*\()", words), text


@pytest.fixture
def said_about(capsys):
    """Return a function that gives answers to a checker and returns what it printed, in one line."""

    def ask(check, *answers) -> str:
        assert check(*answers) is None
        report = capsys.readouterr().out
        hold_that_it_is_written_well(report)
        return " ".join(report.split())

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
