"""Say where the book's repository is, or that it has no address yet.

    python tools/set_repository.py https://github.com/OWNER/NAME   set the address
    python tools/set_repository.py --check                         exit 1 where a file holds another one
    python tools/set_repository.py --clear                         take the address away

The address goes into ``text/book.yml``, from which notebooks are made, and into their setup cells, which install the
helpers from it in Colab; into ``_config.yml``, for the buttons that open the repository, Colab and Binder; into the
badges of ``README.md``; and into ``CITATION.cff``. Without an address none of them shows a button or link that leads
nowhere.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # this file is run as a script

from tools.book.writing import replace_files  # noqa: E402

ADDRESS = re.compile(r"https://github\.com/[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
SETUP_LINE = re.compile(r'^REPOSITORY = "(.*)"  # set by tools/set_repository.py$', re.MULTILINE)
BADGES = re.compile(r"(?<=<!-- badges: set by tools/set_repository\.py -->\n)(?:.+\n)*")
LISTED = re.compile(r'^repository: "(.*)"', re.MULTILINE)
CITED = re.compile(r'^repository-code: "(.*)"\n', re.MULTILINE)
COLAB = "https://colab.research.google.com"
BINDER = "https://mybinder.org"
FIRST = "chapters/getting_started.ipynb"


def valid_address(text):
    """Return a GitHub address without what a browser's address bar adds; refuse any other text.

    >>> valid_address("https://github.com/owner/name.git/")
    'https://github.com/owner/name'
    """
    address = text.strip().rstrip("/").removesuffix(".git")
    if not ADDRESS.fullmatch(address):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form https://github.com/OWNER/NAME")
    return address


def badges(address):
    """Return the lines of ``README.md`` that lead to the tests, the published pages, Colab and Binder.

    >>> print(badges("https://github.com/owner/name").splitlines()[1])
    [Read the book](https://owner.github.io/name/)
    """
    if not address:
        return ""
    owner, name = address.split("/")[-2:]
    tests = f"{address}/actions/workflows/push.yml"
    return (
        f"[![Tests]({tests}/badge.svg)]({tests})\n"
        f"[Read the book](https://{owner.lower()}.github.io/{name}/)\n"
        f"[Run it in Colab]({COLAB}/github/{owner}/{name}/blob/main/{FIRST})\n"
        f"[Run it in Binder]({BINDER}/v2/gh/{owner}/{name}/main?urlpath=lab/tree/{FIRST})\n"
    )


def only(pattern, path, text):
    """Return the one match of a pattern in a file.

    Raises
    ------
    ValueError
        There is none, or more than one.
    """
    found = pattern.findall(text)
    if len(found) != 1:
        raise ValueError(f"{path.name}: needs one place for the address, {pattern.pattern!r}; found {len(found)}")
    return found[0]


def addresses(root):
    """Return the address that each file holds: configuration, README, citation and every notebook in ``chapters/``."""
    files = {name: root / name for name in ("_config.yml", "README.md", "CITATION.cff", "text/book.yml")}
    text = {name: path.read_text("utf-8") for name, path in files.items()}
    config = yaml.safe_load(text["_config.yml"])
    address = config["repository"]["url"]
    buttons = config["launch_buttons"]
    whole = (COLAB, BINDER, True) if address else ("", "", False)
    if (buttons["colab_url"], buttons["binderhub_url"], config["html"]["use_repository_button"]) != whole:
        address = f"{address or 'no address'}, with other buttons"
    found = {files["_config.yml"]: address}
    shown = only(BADGES, files["README.md"], text["README.md"])
    named = ADDRESS.search(shown)
    cited = CITED.findall(text["CITATION.cff"])
    found[files["README.md"]] = named.group() if named else ""
    found[files["CITATION.cff"]] = cited[0] if cited else ""
    found[files["text/book.yml"]] = only(LISTED, files["text/book.yml"], text["text/book.yml"])
    for path in sorted(root.glob("chapters/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        setup = ["".join(cell["source"]) for cell in cells if "setup" in cell["metadata"].get("tags", [])]
        found[path] = only(SETUP_LINE, path, "\n".join(setup))
    return found


def with_address(path, text, address):
    """Return the text of a file, with the address in its place."""
    if path.suffix == ".ipynb":
        return re.sub(r'(REPOSITORY = \\").*?(\\"  # set by tools/set_repository.py)', rf"\g<1>{address}\g<2>", text)
    if path.name == "README.md":
        return BADGES.sub(badges(address), text)
    if path.name == "book.yml":
        return LISTED.sub(f'repository: "{address}"', text)
    if path.name == "CITATION.cff":
        return CITED.sub("", text) + (f'repository-code: "{address}"\n' if address else "")
    for key, value in {
        "url": f'"{address}"',
        "colab_url": f'"{COLAB if address else ""}"',
        "binderhub_url": f'"{BINDER if address else ""}"',
        "use_repository_button": "true" if address else "false",
    }.items():
        text = re.sub(rf"^(  {key}:) .*$", rf"\g<1> {value}", text, count=1, flags=re.MULTILINE)
    return text


def set_address(root, address):
    """Write ``address`` (empty: none) into every file that holds one, or into none where one cannot be written."""
    replace_files({path: with_address(path, path.read_bytes().decode("utf-8"), address) for path in addresses(root)})


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
