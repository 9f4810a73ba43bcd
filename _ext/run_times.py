"""The directive ``{run-times}``: how long each chapter took when its outputs were stored.

``tools/run_chapters.py`` writes the figures into the notebook together with the outputs, so that the table and the
outputs always come from the same run.
"""

import json
from pathlib import Path

from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"


def row(path):
    """Return the title of a chapter and the figures of the run that its notebook stores."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    title = "".join(notebook["cells"][0]["source"]).splitlines()[0].removeprefix("# ")
    return f"[{title}](../chapters/{path.name})", notebook["metadata"]["run"]


class RunTimes(SphinxDirective):
    """Write the table, with the sum in its last row."""

    def run(self):
        """Return the table's nodes."""
        paths = [path for path in CHAPTERS.glob("*.ipynb") if f"chapters/{path.stem}" in self.env.found_docs]
        paths.sort(key=lambda path: (path.stem != "getting_started", path.stem))
        for path in paths:
            self.env.note_dependency(str(path))
        rows = [row(path) for path in paths]
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
