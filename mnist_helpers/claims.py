"""What the book says of its own runs, told apart from what a learner's run shows."""

import numpy as np

from mnist_helpers._checks import said

HOLDS, BROKEN = "As the book says: ", "Not as the book says: "


def claim(text: str, holds, setting: str = "the settings of this chapter") -> None:
    """Print whether something that the book says holds in this run. Never stop it.

    A learner who changes a number reads which statement of the book belongs to which setting, and goes on. Whoever
    changes the book learns it from nbval, which compares the line, and from ``tools.book.run``, which refuses to
    store it.

    Parameters
    ----------
    text : str
        The statement, without a full stop: ``"the network reads at least 97 % of the validation images"``.
    holds : bool
        Whether it is true of this run.
    setting : str
        What it belongs to, such as ``"three epochs"``.

    Raises
    ------
    TypeError
        ``holds`` is something other than True or False, such as an array of them.

    Examples
    --------
    >>> claim("3 is less than 5", 3 < 5)
    As the book says: 3 is less than 5.
    >>> claim("the loss falls below 0.1", False, "three epochs")
    Not as the book says: the loss falls below 0.1. That belongs to three epochs. If you changed something, run on.
    """
    if not isinstance(holds, (bool, np.bool_)):
        raise TypeError(f"holds must be True or False; got {said(holds)}. For an array use np.all or np.any.")
    if holds:
        print(f"{HOLDS}{text}.")
    else:
        print(f"{BROKEN}{text}. That belongs to {setting}. If you changed something, run on.")
