"""The directive ``{run-times}``: how long each chapter took, as ``python -m tools.book.run --times`` noted it."""

import json
import re
from pathlib import Path

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
TIMES = ROOT / "backmatter" / "run_times.json"


def row(path, times):
    """Return the title of a chapter and the figures of its run."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    title = "".join(notebook["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
    return f"[{title}](../chapters/{path.name})", times[re.sub(r"^\d+_", "", path.stem)]


class RunTimes(SphinxDirective):
    """Write the table, with the sum in its last row."""

    def run(self):
        """Return the table's nodes."""
        paths = [path for path in CHAPTERS.glob("*.ipynb") if f"chapters/{path.stem}" in self.env.found_docs]
        paths.sort(key=lambda path: (path.stem != "getting_started", path.stem))
        for path in paths:
            self.env.note_dependency(str(path))
        self.env.note_dependency(str(TIMES))
        times = json.loads(TIMES.read_text("utf-8"))
        rows = [row(path, times) for path in paths]
        lines = ["| chapter | seconds | seconds of CPU |", "| --- | ---: | ---: |"]
        lines += [f"| {title} | {run['seconds']} | {run['cpu_seconds']} |" for title, run in rows]
        sums = [sum(run[name] for _, run in rows) for name in ("seconds", "cpu_seconds")]
        lines.append(f"| all | {sums[0]} | {sums[1]} |")
        days, cores = (sorted({run[name] for _, run in rows}) for name in ("date", "cores"))
        lines += ["", f"Run on {' and '.join(days)}, with {' or '.join(map(str, cores))} cores."]
        return self.parse_text_to_nodes(StringList(lines, source="run times"))


def setup(app):
    """Offer the directive."""
    app.add_directive("run-times", RunTimes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
