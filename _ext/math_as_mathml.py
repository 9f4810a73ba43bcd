"""Math as MathML, converted when the book is built: a page shows it without any script."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
UNSUPPORTED = r"\operatorname*"  # docutils would print the star
THIN = "0.1667em"
OPENING, CLOSING = frozenset("([{\u27e8\u230a\u2308"), frozenset(")]}\u27e9\u230b\u2309")
SIGNS = ("\N{MINUS SIGN}", "+", "\N{PLUS-MINUS SIGN}")
PUNCTUATION = re.compile(r"[.,:;!?)\]\u2019\u201d]+")
BRACKETS = re.compile(r"[(\[\u2018\u201c]+$")
ElementTree.register_namespace("", NAMESPACE)


def mathml(tex, as_block=False):
    r"""Convert a formula, with what docutils misses put right: ``\hat{y}_i``, ``f'``, ``\dots`` and ``\ln p``."""
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
    for element in list(tree.iter()):
        _set_names_apart(element)
        _tie_signs_to_numbers(element)
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)


def _tag(element):
    return element.tag.rpartition("}")[2]


def _is_name(element):
    """Say whether an element is the name of a function, such as ln, with an index or without."""
    while _tag(element) in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        element = element[0]
    return _tag(element) in ("mi", "mo") and len(element.text or "") > 1 and element.text.isalpha()


def _is_sign(element, signs):
    return _tag(element) == "mo" and bool(element.text) and element.text in signs


def _set_names_apart(row):
    """Put the space of TeX around names of functions: before what they are applied to, unless a bracket opens there."""
    if _tag(row) not in ("math", "mrow", "mstyle", "mtd", "msqrt", "mpadded"):
        return
    children = list(row)
    for name in filter(_is_name, children):
        for sign in name.iter(f"{{{NAMESPACE}}}mo"):
            if (sign.text or "").isalpha():
                sign.attrib.update(lspace="0", rspace="0")
        place = list(row).index(name)
        before = row[place - 1] if place else None
        if before is not None and (_tag(before) not in ("mo", "mspace") or _is_sign(before, CLOSING)):
            row.insert(place, ElementTree.Element(f"{{{NAMESPACE}}}mspace", width=THIN))
            place += 1
        if place + 1 < len(row) and _is_sign(row[place + 1], "\u2061"):
            place += 1
        after = row[place + 1] if place + 1 < len(row) else None
        opens = after is not None and _tag(after) == "mrow" and len(after) and _is_sign(after[0], OPENING)
        applied = after is not None and (_tag(after) not in ("mo", "mspace") or _is_sign(after, "|") or _is_name(after))
        if applied and not opens:
            row.insert(place + 1, ElementTree.Element(f"{{{NAMESPACE}}}mspace", width=THIN))


def _tie_signs_to_numbers(row):
    """Mark the minus of a number after a relation or a bracket: it stands nearer than that of a difference."""
    for before, sign in pairwise(row):
        if _is_sign(sign, SIGNS) and _tag(before) == "mo" and not _is_sign(before, CLOSING | {"!", "\N{PRIME}"}):
            sign.set("form", "prefix")


class Unbroken(SphinxPostTransform):
    """Keep an inline formula on one line with the stop after it and the bracket before it."""

    default_priority = 800
    formats = ("html",)

    def run(self, **options):
        """Put them into one element, which does not break."""
        for formula in list(self.document.findall(nodes.math)):
            parent = formula.parent
            place = parent.index(formula)
            before, after = (parent[i] if 0 <= i < len(parent) else None for i in (place - 1, place + 1))
            bracket = BRACKETS.search(before) if isinstance(before, nodes.Text) else None
            stop = PUNCTUATION.match(after) if isinstance(after, nodes.Text) else None
            if not bracket and not stop:
                continue
            together = nodes.inline(classes=["unbroken"])
            parent.replace(formula, together)
            if bracket:
                parent.replace(before, nodes.Text(before[: bracket.start()]))
                together += nodes.Text(bracket[0])
            together += formula
            if stop:
                parent.replace(after, nodes.Text(after[stop.end() :]))
                together += nodes.Text(stop[0])


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
    app.add_post_transform(Unbroken)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
