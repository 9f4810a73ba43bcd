"""Chapter 7 writes an interval, a loss and an occlusion map out in NumPy: they are held to the libraries here."""

import keras
import numpy as np
import pytest
from scipy.special import softmax

from mnist_helpers import evaluation

CHAPTER = "07_evaluation.ipynb"


@pytest.fixture(params=range(5))
def random(request):
    return np.random.default_rng(request.param)


def test_wilson_is_the_interval_of_scipy(cells_tagged, random):
    names = {"np": np}
    exec(cells_tagged("wilson-twin"), names)
    for n in random.integers(1, 20_000, 50):
        hits = int(random.integers(0, n + 1))
        expected = evaluation.accuracy_interval(hits, int(n))
        np.testing.assert_allclose(names["wilson"](hits, n), expected, atol=2e-5)  # 1.96 is rounded


@pytest.mark.parametrize("temperature", [0.5, 1, 3])
def test_loss_at_a_temperature_is_that_of_keras(cells_tagged, random, temperature):
    logits, labels = random.normal(0, 3, (40, 10)), random.integers(0, 10, 40)
    chapter = cells_tagged("temperature-twin").split("boastful = ")[0]  # what follows needs the networks
    names = {"np": np, "softmax": softmax}
    exec(chapter, names)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    by_keras = float(loss(labels, (logits / temperature).astype("float32")))
    assert names["cross_entropy"](logits, labels, temperature) == pytest.approx(by_keras, rel=1e-5)


@pytest.mark.parametrize(("side", "paint"), [(5, 0.0), (9, 0.0), (3, 1.0)])
def test_occlusion_map_covers_a_square_around_each_place(cells_tagged, random, side, paint):
    names = {"np": np, "read": lambda network, images: images.reshape(len(images), -1) @ network}
    exec(cells_tagged("occlusion-twin"), names)
    network, image = random.normal(0, 1, (784, 10)), random.random((28, 28, 1))
    found = names["occlusion_map"](network, image, side, paint)
    plain = image.reshape(1, -1) @ network
    answer = plain[0].argmax()
    rows, columns = np.indices((28, 28))
    for row, column in [(0, 0), (27, 27), (13, 5), (1, 26)]:
        near = np.maximum(np.abs(rows - row), np.abs(columns - column)) <= side // 2
        covered = np.where(near, paint, image[:, :, 0]).reshape(1, -1) @ network
        leads = [scores[0, answer] - np.delete(scores[0], answer).max() for scores in (plain, covered)]
        assert found[row, column] == pytest.approx(leads[0] - leads[1], abs=1e-9)
