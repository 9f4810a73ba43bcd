"""What tests of several modules share."""

import matplotlib
import pytest

matplotlib.use("agg")


@pytest.fixture(scope="session")
def mnist():
    """All of MNIST as ``load_mnist`` returns it; treat it as read-only."""
    from mnist_helpers import load_mnist

    return load_mnist()


@pytest.fixture(autouse=True)
def close_figures():
    """Close the figures that a test drew."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
