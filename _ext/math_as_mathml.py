"""Math as MathML, converted when the book is built: a page shows it without any script."""

import re
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
UNSUPPORTED = r"\operatorname*"  # docutils would print the star
ElementTree.register_namespace("", NAMESPACE)


def mathml(tex, as_block=False):
    r"""Convert a formula, with what docutils misses put right: ``\hat{y}_i``, ``f'`` and ``\dots``."""
    if UNSUPPORTED in tex:
        raise MathError(f'"{UNSUPPORTED}" is not supported')
    braces = re.findall(r"(?<!\\)[{}]", tex)
    if braces.count("{") != braces.count("}"):
        raise MathError("Braces do not match")
    tex = re.sub(r"\\dots\b", r"\\ldots", tex)
    tree = ElementTree.fromstring(tex2mathml(tex, as_block).replace("&ApplyFunction;", "\u2061"))
    for element in tree.iter(f"{{{NAMESPACE}}}munderover"):
        base, index, over = element
        if over.get("stretchy") == "false":  # an accent: the index belongs beside the letter, not below it
            accented = ElementTree.Element(f"{{{NAMESPACE}}}mover", accent="true")
            accented.extend([base, over])
            element.tag = f"{{{NAMESPACE}}}msub"
            element[:] = [accented, index]
    for element in tree.iter(f"{{{NAMESPACE}}}mo"):
        if element.text == "'":
            element.text = "\N{PRIME}"
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)


def _write(translator, node, as_block):
    tex = node.astext().strip()
    try:
        translator.body.append(mathml(tex, as_block))
    except MathError as error:
        page = translator.builder.current_docname
        raise ExtensionError(f"{page}: this formula has no MathML form. {error}\n    {tex}") from error


def visit_inline(translator, node):
    """Write an inline formula."""
    _write(translator, node, as_block=False)
    raise nodes.SkipNode


def visit_block(translator, node):
    """Write a displayed formula, with its number where it has a label."""
    # The theme lets a wide element of the second class be scrolled with the keyboard.
    translator.body.append(translator.starttag(node, "div", CLASS="math pst-scrollable-table-container"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})</span>')
    _write(translator, node, as_block=True)
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Offer the renderer to Sphinx as ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
