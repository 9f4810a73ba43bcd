"""The command that chooses how the networks of the reading vote."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_helpers import composing, pipeline
from mnist_helpers.reading import reader

TOOLS = Path(__file__).parents[1] / "tools"
SURE, UNSURE, NONE = 9.0, 1.0, -3.0


@pytest.fixture
def choose_confidences(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import choose_confidences

    return choose_confidences


def seen(text: str, read: str, votes: float = SURE, whole: float = SURE) -> tuple:
    """Return a page of a text, and answers of readers and judge with so much for the digits read."""
    answers = np.zeros((len(read), 10))
    answers[np.arange(len(read)), [int(digit) for digit in read]] = votes
    judged = np.concatenate([answers, np.zeros((len(read), 1))], axis=1)
    judged[:, 10] = np.logaddexp.reduce(answers, axis=1) - whole
    return text, answers, judged, reader._acceptable(judged, np.ones(len(read))).all()


def test_a_page_is_right_confident_and_acceptable(choose_confidences):
    pages = [seen("12345", "12345"), seen("12345", "12346", UNSURE), seen("12345", "1234"), seen("1", "1", whole=NONE)]
    right, confident, least = choose_confidences.read_all(pages, 0.3, 0.1, 1.0)
    assert right.tolist() == [True, False, False, True]
    assert confident[0] > 0.99 > confident[3] > confident[1] > confident[2] == 0
    assert least[0] > least[1] > least[2] == least[3] == 0


def test_the_judges_vote_and_its_doubt_count_by_their_weights(choose_confidences):
    doubted = [seen("1", "1", whole=0.0)]
    (ignored,), (counted,) = (choose_confidences.read_all(doubted, 0.3, weight, 1.0)[1] for weight in (0.0, 1.0))
    assert counted == pytest.approx(ignored / 2)
    text, votes, judged, acceptable = seen("1", "1", UNSURE)
    judged[:, :10] = seen("1", "2", SURE)[1]
    rights = [
        choose_confidences.read_all([(text, votes, judged, acceptable)], weight, 0.1, 1.0)[0][0]
        for weight in (0.0, 1.0)
    ]
    assert rights == [True, False]


def test_the_choice_lies_within_the_grids(choose_confidences, capsys):
    _, (images, labels), _ = pipeline.load_mnist_splits()
    chosen = choose_confidences.choose(composing.compose_many(images, labels, 3, seed=1))
    assert chosen["judge_weight"] in choose_confidences.JUDGE_WEIGHTS
    assert chosen["whole_weight"] in choose_confidences.WHOLE_WEIGHTS
    assert chosen["temperature"] in choose_confidences.TEMPERATURES
    assert 0 < chosen["threshold"] <= 1
    grids = choose_confidences.JUDGE_WEIGHTS, choose_confidences.WHOLE_WEIGHTS, choose_confidences.TEMPERATURES
    assert len(capsys.readouterr().out.splitlines()) == np.prod([len(grid) for grid in grids])


def test_what_is_in_use_lies_within_the_grids(choose_confidences):
    assert reader.JUDGE_WEIGHT in choose_confidences.JUDGE_WEIGHTS
    assert reader.WHOLE_WEIGHT in choose_confidences.WHOLE_WEIGHTS
    assert reader.TEMPERATURE in choose_confidences.TEMPERATURES
