"""Search finds numbers: the index has them, but Sphinx's script leaves them out of what is asked."""

from pathlib import Path

from sphinx.errors import ExtensionError

IS_NUMBER = r"queryTerm.match(/^\d+$/)"


def keep_numbers(app, exception):
    """Have the script treat a number as any other word."""
    if exception or app.builder.format != "html":
        return
    path = Path(app.outdir) / "_static" / "searchtools.js"
    script = path.read_text("utf-8")
    if script.count(IS_NUMBER) != 1:
        raise ExtensionError(f"{path} no longer has {IS_NUMBER} once: search may leave out numbers in another way")
    path.write_text(script.replace(IS_NUMBER, "false"), "utf-8")


def setup(app):
    """Work when the pages are there."""
    app.connect("build-finished", keep_numbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
