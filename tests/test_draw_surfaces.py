"""The pictures without digits that the judge learns from."""

import sys
from pathlib import Path

import numpy as np
import pytest

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def draw_surfaces(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import draw_surfaces

    return draw_surfaces


@pytest.mark.parametrize("kind", range(5))
def test_each_kind_draws_something_from_the_seed_alone(draw_surfaces, kind, monkeypatch):
    assert len(draw_surfaces.KINDS) == 5
    monkeypatch.setattr(draw_surfaces, "KINDS", draw_surfaces.KINDS[kind : kind + 1])
    one, same, other = (draw_surfaces.draw_surface((90, 140), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (90, 140)
    assert one.dtype == np.float32
    assert 0 <= one.min() < one.max() <= 1
    assert one.std() > 0.02
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


def test_what_is_printed_has_no_digits(draw_surfaces):
    assert not set(draw_surfaces.LETTERS) & set("0123456789")
