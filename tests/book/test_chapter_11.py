"""Chapter 11 quotes the digit pad, computes its layers and quantises by hand: each is held to what it stands for."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_helpers import export, load_pretrained, models

CHAPTER = "11_shipping.ipynb"
SCRIPT = Path(__file__).parents[2] / "mnist_helpers" / "digit_pad" / "digit_pad.js"


@pytest.fixture(scope="module")
def twins(cells_tagged) -> dict:
    """The names that the chapter's own functions leave behind."""
    names = {"np": np, "keras": keras}
    for tag in ("forward-twin", "quantise-twin"):
        exec(cells_tagged(tag), names)
    return names


def without_indents(code: str) -> list[str]:
    return [line.strip() for line in code.strip().splitlines()]


def quoted_functions(chapter) -> list[str]:
    return [
        block
        for cell in chapter.cells
        for output in cell.get("outputs", [])
        for block in re.findall(
            r"```javascript\n(.+?)\n```", output.get("data", {}).get("text/markdown", ""), re.DOTALL
        )
    ]


def test_what_is_quoted_stands_in_the_script_of_the_pad(chapter):
    script = "\n".join(without_indents(SCRIPT.read_text(encoding="utf-8")))
    quotes = quoted_functions(chapter)
    assert len(quotes) == 6
    for quote in quotes:
        assert "\n".join(without_indents(quote)) in script
        assert quote.count("{") == quote.count("}"), "the function is quoted to its end"


def test_each_kind_of_layer_of_the_pad_has_a_twin(twins):
    script = SCRIPT.read_text(encoding="utf-8")
    kinds = script.split("const layerKinds = {", 1)[1].split("\n  };", 1)[0]
    assert set(re.findall(r"^    (\w+)[(:]", kinds, flags=re.MULTILINE)) == set(twins["layer_kinds"])


@pytest.mark.parametrize(
    "model",
    [
        lambda: load_pretrained("pocket"),
        lambda: models.build_mlp(20),
        lambda: models.build_cnn((4, 8)),
        lambda: models.build_reader((4, 6, 8), pooled=(1,)),
    ],
)
def test_the_twins_answer_as_keras(twins, model):
    network = model()
    images = np.random.default_rng(2).uniform(size=(7, 28, 28, 1)).astype("float32")
    for variable in network.weights:  # a factor of normalization may be negative
        if variable.name == "gamma" and network.name != "pocket":
            variable.assign(np.linspace(-1, 2, variable.shape[0]))
    answers = twins["logits_of"](export.fold_network(network), images)
    np.testing.assert_allclose(answers, network(images), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_quantised_weights_are_off_by_half_a_step_at_most(twins, bits, per_channel):
    weights = np.random.default_rng(bits).normal(size=(3, 3, 5, 7)).astype("float32")
    weights *= np.geomspace(0.01, 10, 7, dtype="float32")
    weights[..., 3] = 0  # a channel without any weight
    whole, scale = twins["quantise"](weights, bits, per_channel)
    assert whole.dtype == np.int8
    assert np.abs(whole).max() == 2 ** (bits - 1) - 1
    assert scale.size == (7 if per_channel else 1)
    assert (np.abs(whole * scale - weights) <= scale / 2 * 1.0001).all()


def test_the_bytes_of_a_quantised_network(twins):
    layers = export.fold_network(models.build_mlp(hidden_units=0))
    assert twins["quantise_network"](layers, 8, per_channel=True)[1] == 7840 + 2 * 4 * 10
    assert twins["quantise_network"](layers, 4, per_channel=False)[1] == 7840 / 2 + 4 + 4 * 10
    assert layers[-1]["weights"][0].size == 7840, "the network that came in is unchanged"


def test_the_outputs_tell_nothing_of_a_temporary_folder(chapter):
    said = "".join(output.get("text", "") for cell in chapter.cells for output in cell.get("outputs", []))
    assert "Assets written" not in said and "tmp" not in said
    assert "the folder is gone: True" in said
