"""Take the versions in tools/colab_versions.txt from the list that Colab publishes.

    python tools/update_colab_versions.py            from the list of today
    python tools/update_colab_versions.py FILE       from a list on this computer, as `pip freeze` prints it

Only the packages that the file names are taken over, and its first line gets the date. Prints what changed. Then
``python tools/check_colab.py`` says whether the chapters run with them.
"""

import argparse
import datetime
import re
import sys
import urllib.request
from pathlib import Path

from mnist_helpers._writing import write_file

VERSIONS = Path(__file__).resolve().parent / "colab_versions.txt"
PUBLISHED = "https://raw.githubusercontent.com/googlecolab/backend-info/main/pip-freeze.txt"
LONGEST = 1_000_000  # bytes of the list that are read: it has some twenty thousand
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$", re.MULTILINE)
DATE = re.compile(r"(?<=in )[A-Z][a-z]+ \d{4}")


def updated(text, published):
    r"""Return ``text`` with the versions of the list ``published`` and the month of today.

    Raises
    ------
    ValueError
        The list lacks a package.

    Examples
    --------
    >>> print(updated("# What Colab had in May 2020\nnumpy==1.0", "numpy==2.1\nscipy==1.2").splitlines()[1])
    numpy==2.1
    """
    there = {name.lower().replace("_", "-"): version for name, version in PIN.findall(published)}
    missing = [name for name, _ in PIN.findall(text) if name not in there]
    if missing:
        raise ValueError(f"the list names no version of {', '.join(missing)}; is it what pip freeze prints?")
    text = PIN.sub(lambda pin: f"{pin[1]}=={there[pin[1]]}", text)
    return DATE.sub(f"{datetime.date.today():%B %Y}", text, count=1)


def main(arguments=None, versions=VERSIONS) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help=f"default: {PUBLISHED}")
    file = parser.parse_args(arguments).file
    if file:
        published = file.read_text("utf-8")
    else:
        with urllib.request.urlopen(PUBLISHED, timeout=60) as answer:
            published = answer.read(LONGEST).decode("utf-8")
    old = versions.read_text("utf-8")
    new = updated(old, published)
    write_file(versions, new)
    before = dict(PIN.findall(old))
    for name, version in PIN.findall(new):
        if version != before[name]:
            print(f"{name}: {before[name]} -> {version}")
    return 0


if __name__ == "__main__":
    from commands import run

    sys.exit(run(main))
