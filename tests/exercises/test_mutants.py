"""A seeded sample of the mutants of the published solutions: the checkers refuse what is wrong, and nothing else."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import mutants


@pytest.fixture(scope="module")
def verdicts():
    return [(mutant, verdict) for mutant, verdict, _ in mutants.try_all(mutants.sample(100, seed=1))]


def test_no_wrong_mutant_is_accepted(verdicts):
    accepted = [mutant.code for mutant, verdict in verdicts if verdict == "accepted"]
    assert len(accepted) <= 0.03 * len(verdicts), accepted


def test_no_right_mutant_is_refused(verdicts):
    assert [mutant.code for mutant, verdict in verdicts if verdict == "right, but refused"] == []


def test_each_exercise_has_mutants():
    for _, *exercise in mutants.exercises():
        assert mutants.mutants_of(*exercise), exercise
