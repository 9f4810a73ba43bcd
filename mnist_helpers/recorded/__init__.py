"""Results of comparisons that are too long for a chapter, as `tools/record_runs.py` wrote them."""

import json
from pathlib import Path

from mnist_helpers.data._files import DataFileError

_FOLDER = Path(__file__).parent
_CURE = (
    "Install the helpers again: in a clone of the book, `git checkout -- mnist_helpers/recorded`; "
    "otherwise `pip install --force-reinstall --no-deps` with the book's address."
)


def load_recorded(name: str) -> dict:
    """Load the results of a recorded comparison.

    Parameters
    ----------
    name : str
        The comparison, such as ``"augmentation"``.

    Returns
    -------
    dict
        ``"date"``, ``"versions"`` and ``"machine"`` of the run, and ``"arms"``: from the name of each arm to its
        ``"settings"`` and its ``"runs"``, one dict a seed, of figures by name.

    Raises
    ------
    ValueError
        There is no such comparison; the message names those that there are.
    DataFileError
        The file is damaged; the message names it and the cure.

    Examples
    --------
    >>> load_recorded("unknown")
    Traceback (most recent call last):
    ...
    ValueError: there is no recorded comparison 'unknown'; there are: ...
    """
    path = _FOLDER / f"{name}.json"
    if path not in _FOLDER.glob("*.json"):
        names = ", ".join(sorted(path.stem for path in _FOLDER.glob("*.json")))
        raise ValueError(f"there is no recorded comparison {name!r}; there are: {names or 'none'}.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataFileError(f"{path} cannot be read ({error}). {_CURE}") from error
