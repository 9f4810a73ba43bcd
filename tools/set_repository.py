"""Say where the book's repository is, or that it has no address yet.

    python tools/set_repository.py https://github.com/OWNER/NAME   set the address
    python tools/set_repository.py --check                         exit 1 where a file holds another one
    python tools/set_repository.py --clear                         take the address away

The address goes into ``_config.yml``, which then shows the repository and "open in Colab" buttons, and into the setup
cell of every chapter, which installs the helpers from it in Colab.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
SETUP_LINE = re.compile(r'^REPOSITORY = "(.*)"  # set by tools/set_repository.py$', re.MULTILINE)
COLAB = "https://colab.research.google.com"


def valid_address(text):
    """Return a GitHub address without what a browser's address bar adds; refuse any other text.

    >>> valid_address("https://github.com/owner/name.git/")
    'https://github.com/owner/name'
    """
    address = text.strip().rstrip("/").removesuffix(".git")
    if not ADDRESS.fullmatch(address):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form https://github.com/OWNER/NAME")
    return address


def addresses(root):
    """Return the address that each file holds: the configuration and every notebook in ``chapters/``."""
    found = {root / "_config.yml": yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]["url"]}
    for path in sorted(root.glob("chapters/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        setup = ["".join(cell["source"]) for cell in cells if "setup" in cell["metadata"].get("tags", [])]
        lines = SETUP_LINE.findall("\n".join(setup))
        if len(lines) != 1:
            raise ValueError(
                f"{path.name}: its setup cell must hold one line "
                f'REPOSITORY = ""  # set by tools/set_repository.py; found {len(lines)}'
            )
        found[path] = lines[0]
    return found


def set_address(root, address):
    """Write ``address`` (empty: none) into every file that holds one, and leave every other byte as it is."""
    for path in addresses(root):
        text = path.read_bytes().decode("utf-8")
        if path.suffix == ".ipynb":
            text = re.sub(
                r'(REPOSITORY = \\").*?(\\"  # set by tools/set_repository.py)', rf"\g<1>{address}\g<2>", text
            )
        else:
            for key, value in {
                "url": f'"{address}"',
                "colab_url": f'"{COLAB if address else ""}"',
                "use_repository_button": "true" if address else "false",
            }.items():
                text = re.sub(rf"^(  {key}:) .*$", rf"\g<1> {value}", text, count=1, flags=re.MULTILINE)
        path.write_bytes(text.encode("utf-8"))


def main(arguments=None, root=ROOT):
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("address", nargs="?", type=valid_address, help="https://github.com/OWNER/NAME")
    action.add_argument("--clear", action="store_true", help="take the address away")
    action.add_argument("--check", action="store_true", help="print the address; fail where files differ")
    chosen = parser.parse_args(arguments)
    if not chosen.check:
        set_address(root, chosen.address or "")
    found = addresses(root)
    if len(set(found.values())) > 1:
        for path, address in found.items():
            print(f"{path.relative_to(root)}: {address or 'no address'}")
        return 1
    print(f"{next(iter(found.values())) or 'no address'} in {len(found)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
