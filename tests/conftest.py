"""What tests of several modules share."""

import os

import matplotlib
import pytest
from hypothesis import settings

from mnist_helpers.data._files import OFFLINE_SETTING, find_problems

# A busy machine is no fault, and the same commit gives the same result. `--hypothesis-profile thorough` looks harder.
settings.register_profile("quick", max_examples=20, derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", max_examples=400, derandomize=False, deadline=None, print_blob=True)
settings.load_profile("quick")
matplotlib.use("agg")
os.environ[OFFLINE_SETTING] = "1"  # no test downloads data


@pytest.fixture(scope="session")
def mnist():
    """All of MNIST as ``load_mnist`` returns it; treat it as read-only."""
    from mnist_helpers import load_mnist

    return load_mnist()


@pytest.fixture(scope="session")
def require_data():
    """Return a function that skips the test where a dataset's files are not there.

    In CI it fails the test, unless SKIP_WITHOUT_DATA is set.
    """
    refuse = pytest.fail if os.environ.get("CI") and not os.environ.get("SKIP_WITHOUT_DATA") else pytest.skip

    def require(dataset) -> None:
        problems = find_problems(dataset)
        if problems:
            refuse(f"{dataset.title}: {'; '.join(problems.values())}")

    return require


@pytest.fixture(autouse=True)
def close_figures():
    """Close the figures that a test drew."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
