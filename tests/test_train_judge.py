"""The command that trains the networks of the cutting: what it makes of composed pages."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from mnist_helpers import composing, pipeline
from mnist_helpers.pretrained import load_pretrained
from mnist_helpers.reading.judging import NO_DIGIT, VIEW

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def train_judge(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import train_judge

    return train_judge


@pytest.fixture(scope="module")
def digits():
    return composing._checked_digits(*(part[:200] for part in pipeline.load_mnist_splits()[0]))


def test_digits_meet_where_both_are_near(train_judge):
    inks = [np.ones((40, 10)), np.ones((40, 10))]
    boxes = np.array([[5, 5, 45, 15], [5, 14, 45, 24]])
    meeting = train_judge.meeting_places((60, 60), inks, boxes)
    assert meeting.shape == (60, 60)
    assert meeting[10:40, 14].all()
    assert not meeting[:, :12].any()
    assert not meeting[:, 17:].any()


def test_digits_at_a_distance_do_not_meet(train_judge):
    boxes = np.array([[5, 5, 45, 15], [5, 25, 45, 35]])
    assert not train_judge.meeting_places((60, 60), [np.ones((40, 10))] * 2, boxes).any()


def test_examples_of_borders_depend_on_the_seed_alone(train_judge, digits):
    one, same, other = (train_judge.border_examples(4, digits[0], seed) for seed in (3, 3, 4))
    assert len(one) >= 3
    for (ink, target), (ink_again, target_again) in zip(one, same, strict=True):
        assert ink.shape == target.shape
        np.testing.assert_array_equal(ink, ink_again)
        np.testing.assert_array_equal(target, target_again)
    assert any(a[0].shape != b[0].shape for a, b in zip(one, other, strict=False))
    inks, targets = train_judge.border_batch(one, np.random.default_rng(0))
    assert inks.shape == targets.shape == (len(one), *train_judge.WINDOW, 1)
    assert set(np.unique(targets)) <= {0, 1}


def test_examples_for_the_judge_hold_digits_and_other_parts(train_judge, digits):
    views, targets = train_judge.judge_examples(6, *digits, seed=3)
    assert views.shape == (len(targets), *VIEW, 2)
    assert views.dtype == np.uint8
    assert 0.05 < (targets != NO_DIGIT).mean() < 0.95
    moved = train_judge.judge_batch(views, np.random.default_rng(0))
    assert moved.dtype == np.float32
    assert 0 <= moved.min() <= moved.max() <= 1


def test_training_lowers_the_loss(train_judge):
    random = np.random.default_rng(0)
    images = random.random((64, 8, 8, 1)).astype(np.float32)
    targets = (images > 0.5).astype(np.float32)
    recipe = train_judge.RECIPES["borders"] | {"arguments": {"filters": [4, 4]}, "epochs": 8}
    model, log = train_judge.fit(recipe, 64, "mse", lambda places, _: (images[places], targets[places]))
    assert model.dtype_policy.name == "float32"
    assert len(log) == 8
    assert log[-1] < log[0]


def test_pictures_without_digits_give_views(train_judge):
    for pictures in (train_judge.photographs(2), train_judge.surfaces(4)):
        views = train_judge.views_without_digits(pictures)
        assert views.shape[1:] == (*VIEW, 2)
        assert views.dtype == np.uint8
        assert views.max() > 100


@pytest.fixture
def short(train_judge, digits, tmp_path, monkeypatch):
    """Return the command with a recipe of seconds, which writes into a folder of its own."""
    monkeypatch.setattr(train_judge.pipeline, "load_mnist_splits", lambda: (digits,) * 3)
    monkeypatch.setattr(train_judge, "FOLDER", tmp_path)
    monkeypatch.setattr(train_judge, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(train_judge, "VALIDATION_PAGES", 2)
    monkeypatch.setattr(train_judge, "PARTS_SEEDS", (1, 2))
    small = {"filters": [4, 8, 8], "input_shape": [*VIEW, 2], "classes": NO_DIGIT + 1}
    changes = {"arguments": small, "pages": 8, "photographs": 1, "surfaces": 2, "epochs": 1}
    monkeypatch.setitem(train_judge.RECIPES, "judge", train_judge.RECIPES["judge"] | changes)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["train_judge.py", *arguments])
        return train_judge.main()

    return run


def test_the_judge_learns_from_parts_that_were_kept_and_is_written_with_its_card(short, tmp_path):
    assert [short("parts", seed) for seed in "12"] == [0, 0]
    assert short("judge") == 0
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["judge_parts_1.npz", "judge_parts_2.npz"]
    assert load_pretrained("judge", tmp_path).output_shape == (None, NO_DIGIT + 1)
    card = json.loads((tmp_path / "judge.json").read_text(encoding="utf-8"))
    assert card["training"]["pages"] == 8
    assert 0 <= card["validation"]["whole_or_not"] <= 1


def test_parts_that_are_missing_are_named(short):
    short("parts", "1")
    with pytest.raises(SystemExit, match=r"python tools/train_judge\.py parts 2"):
        short("judge")


@pytest.mark.parametrize("arguments", [("parts",), ("judge", "1"), ("parts", "9")])
def test_a_seed_belongs_to_parts_alone(short, arguments):
    with pytest.raises(SystemExit):
        short(*arguments)
