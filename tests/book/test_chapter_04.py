"""Chapter 4 writes convolution, pooling and its networks out; they must be those of Keras and of the helpers."""

from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest

from mnist_helpers import models

CHAPTER = Path(__file__).parents[2] / "chapters" / "04_cnn.ipynb"


@pytest.fixture(scope="module")
def written_out():
    """The functions that the chapter defines: the cells whose tag ends in ``-twin``."""
    cells = nbformat.read(CHAPTER, as_version=4).cells
    twins = [cell.source for cell in cells if any(tag.endswith("-twin") for tag in cell.metadata.get("tags", []))]
    assert len(twins) == 4
    names = {"np": np, "keras": keras}
    exec("\n".join(twins), names)
    return names


@pytest.mark.parametrize(("height", "width", "k"), [(28, 28, 3), (9, 13, 5), (6, 4, 2), (5, 5, 5), (7, 6, 1)])
def test_convolution_is_that_of_keras(written_out, height, width, k):
    random = np.random.default_rng(height * 100 + k)
    image = random.normal(size=(height, width)).astype("float32")
    kernel = random.normal(size=(k, k)).astype("float32")
    expected = keras.ops.conv(image[None, ..., None], kernel[..., None, None], padding="valid")[0, ..., 0]
    result = written_out["convolve"](image, kernel)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, atol=1e-4)


@pytest.mark.parametrize(("shape", "k", "filters"), [((12, 9, 1), 5, 4), ((7, 8, 3), 3, 2), ((4, 4, 16), 2, 1)])
def test_convolution_layer_is_that_of_keras(written_out, shape, k, filters):
    random = np.random.default_rng(k)
    x = random.normal(size=shape).astype("float32")
    kernels = random.normal(size=(k, k, shape[2], filters)).astype("float32")
    biases = random.normal(size=filters).astype("float32")
    layer = keras.layers.Conv2D(filters, k)
    layer.build((None, *shape))
    layer.set_weights([kernels, biases])
    result = written_out["convolution_layer"](x, kernels, biases)
    np.testing.assert_allclose(result, layer(x[None])[0], atol=1e-4)


@pytest.mark.parametrize("shape", [(26, 26, 1), (7, 9, 3), (2, 2, 5), (5, 4, 2)])
def test_pooling_is_that_of_keras(written_out, shape):
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    np.testing.assert_array_equal(written_out["max_pool"](x), keras.layers.MaxPooling2D()(x[None])[0])


def layers_of(model) -> list[tuple[str, dict]]:
    """Return class and configuration of each layer, without the names that Keras numbers."""
    configurations = []
    for layer in model.layers:
        if not isinstance(layer, keras.layers.InputLayer):
            settings = {name: value for name, value in layer.get_config().items() if name != "name"}
            configurations.append((layer.__class__.__name__, settings))
    return configurations


@pytest.mark.parametrize(
    ("written", "helper"),
    [
        ("build_quick_cnn", lambda: models.build_cnn((16, 32), hidden_units=128)),
        ("build_small_cnn", lambda: models.build_cnn()),
    ],
)
def test_networks_are_those_of_the_helpers(written_out, written, helper):
    own, shared = written_out[written](), helper()
    assert layers_of(own) == layers_of(shared)
    assert own.count_params() == shared.count_params()
    assert own.input_shape == shared.input_shape
    images = np.random.default_rng(1).uniform(size=(4, 28, 28, 1)).astype("float32")
    shared.set_weights(own.get_weights())
    np.testing.assert_allclose(own(images), shared(images), atol=1e-5)


def test_the_recorded_choice_is_the_one_that_the_chapter_trains():
    """The recipe trained in the chapter is among the recorded ones, and none is better beyond their spread."""
    import json

    record = json.loads((CHAPTER.parents[1] / "mnist_helpers" / "recorded" / "cnn_recipes.json").read_text())
    means = {
        (*arm["settings"].values(),): np.mean([run["val_accuracy"] for run in arm["runs"]])
        for arm in record["arms"].values()
    }
    code = "\n".join(cell.source for cell in nbformat.read(CHAPTER, as_version=4).cells)
    for network, epochs, peak, written in [("quick", 2, 8e-3, "8e-3"), ("small", 5, 2e-2, "2e-2")]:
        assert f"train({network}, epochs={epochs}, peak={written})" in code
        best = max(mean for (name, *_), mean in means.items() if name == network)
        assert best - means[network, epochs, peak] < 0.001
