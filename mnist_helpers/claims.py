"""What the book says of its own runs, told apart from what a learner's run shows."""

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

    Examples
    --------
    >>> claim("3 is less than 5", 3 < 5)
    As the book says: 3 is less than 5.
    >>> claim("the loss falls below 0.1", False, "three epochs")
    Not as the book says: the loss falls below 0.1. That belongs to three epochs. If you changed something, run on.
    """
    if holds:
        print(f"{HOLDS}{text}.")
    else:
        print(f"{BROKEN}{text}. That belongs to {setting}. If you changed something, run on.")
