"""How a command ends: with its status, or with one sentence where a file, a disk or a download stopped it."""

import sys
from pathlib import Path

from mnist_helpers.data import DataFileError


def run(main) -> int | str:
    """Call a command's main function; return what ``sys.exit`` takes.

    Parameters
    ----------
    main : function
        Without arguments; returns an exit status.

    Examples
    --------
    >>> run(lambda: 0)
    0
    """
    try:
        return main()
    except (OSError, DataFileError) as error:
        return f"{Path(sys.argv[0]).name}: {error}"
