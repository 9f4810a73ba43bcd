"""Math as MathML, converted when the book is built: a page shows it without any script."""

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number


def _mathml(node, as_block):
    tex = node.astext().strip()
    try:
        return tex2mathml(tex, as_block)
    except MathError as error:
        where = ":".join(str(part) for part in nodes.get_source_line(node) if part)
        raise ExtensionError(f"{where}: this formula has no MathML form: {error}\n    {tex}") from error


def visit_inline(translator, node):
    """Write an inline formula."""
    translator.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    """Write a displayed formula, with its number where it has a label."""
    # The theme lets a wide element of the second class be scrolled with the keyboard.
    translator.body.append(translator.starttag(node, "div", CLASS="math pst-scrollable-table-container"))
    translator.body.append(_mathml(node, as_block=True))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})</span>')
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Offer the renderer to Sphinx as ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
