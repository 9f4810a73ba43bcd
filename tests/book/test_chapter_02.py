"""Chapter 2 writes the first network out; later chapters call the helper. Both must give the same network."""

from pathlib import Path

import nbformat
import pytest

from mnist_helpers import models

CHAPTER = Path(__file__).parents[2] / "chapters" / "02_mlp.ipynb"


@pytest.fixture(scope="module")
def build_mlp():
    """Return the chapter's own function: what the cell tagged ``models-twin`` defines."""
    import keras

    cells = nbformat.read(CHAPTER, as_version=4).cells
    (defining,) = [cell.source for cell in cells if "models-twin" in cell.metadata.get("tags", [])]
    assert "models." not in defining, "the chapter writes the network out"
    names = {"keras": keras}
    exec(defining, names)
    return names["build_mlp"]


def described(model) -> list[dict]:
    """Return kind and settings of each layer, without the name that Keras counts up."""
    settings = [{"kind": type(layer).__name__} | layer.get_config() for layer in model.layers]
    return [{name: value for name, value in layer.items() if name != "name"} for layer in settings]


@pytest.mark.parametrize(("hidden_units", "dropout"), [(384, 0.2), (128, 0.0), (0, 0.0)])
def test_same_layers_and_parameters(build_mlp, hidden_units, dropout):
    own, helper = build_mlp(hidden_units, dropout), models.build_mlp(hidden_units, dropout)
    assert described(own) == described(helper)
    assert [layer.count_params() for layer in own.layers] == [layer.count_params() for layer in helper.layers]
    assert own.input_shape == helper.input_shape
    assert own.output_shape == helper.output_shape


def test_the_helper_defaults_to_the_network_that_the_chapter_tests(build_mlp):
    assert described(models.build_mlp()) == described(build_mlp(hidden_units=384, dropout=0.2))
    source = CHAPTER.read_text(encoding="utf-8")
    assert "build_mlp(hidden_units=384, dropout=0.2), learning_rate=schedule" in source
