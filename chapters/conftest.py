"""Settings of nbval, so that `pytest --nbval chapters` is strict and repeatable from any folder."""

import os

import pytest

from mnist_helpers.data._files import OFFLINE_SETTING, find_problems
from mnist_helpers.data.emnist import EMNIST_LETTERS
from mnist_helpers.data.svhn import SVHN

NEEDS = {"needs-emnist": EMNIST_LETTERS, "needs-svhn": SVHN}
"""What a cell with one of these tags loads from the reader's disk."""


def pytest_configure(config):
    """Run the notebooks in this environment's Python, end a cell that hangs, download nothing."""
    os.environ[OFFLINE_SETTING] = "1"
    if getattr(config.option, "nbval", False):
        config.option.nbval_current_env = True
        config.option.nbval_cell_timeout = 900


def pytest_collection_modifyitems(items):
    """Skip the notebooks whose data are not there. In CI they run, and fail, unless SKIP_WITHOUT_DATA is set."""
    if os.environ.get("CI") and not os.environ.get("SKIP_WITHOUT_DATA"):
        return
    cells = [item for item in items if hasattr(item, "cell")]
    needed = {}
    for item in cells:
        tags = item.cell.metadata.get("tags", [])
        needed.setdefault(item.path, set()).update(tag for tag in tags if tag in NEEDS)
    lacking = {
        tag: NEEDS[tag]
        for tag in set().union(*needed.values())
        if find_problems(NEEDS[tag])
    }
    for item in cells:
        for tag in needed[item.path] & lacking.keys():
            item.add_marker(
                pytest.mark.skip(reason=f"{lacking[tag].title}: not on this computer")
            )
