"""Formulas become MathML when the book is built, or the build stops and says which one does not."""

import importlib.util
import re
from pathlib import Path

import pytest
from docutils import nodes
from docutils.utils import new_document
from docutils.utils.math import MathError

spec = importlib.util.spec_from_file_location(
    "math_as_mathml", Path(__file__).resolve().parents[2] / "_ext" / "math_as_mathml.py"
)
math_as_mathml = importlib.util.module_from_spec(spec)
spec.loader.exec_module(math_as_mathml)


def mathml(tex, **options):
    """Return the MathML of a formula without white space and the namespace."""
    written = math_as_mathml.mathml(tex, **options)
    return re.sub(r">\s+<", "><", written).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").strip()


def test_an_index_stands_beside_an_accented_letter():
    assert mathml(r"\hat{y}_i") == (
        '<math><msub><mover accent="true"><mi>y</mi><mo stretchy="false">\N{MODIFIER LETTER CIRCUMFLEX ACCENT}</mo>'
        "</mover><mi>i</mi></msub></math>"
    )


def test_the_limits_of_a_sum_stay_below_and_above():
    assert "<munderover>" in mathml(r"\sum_{i=1}^n x_i", as_block=True)


def test_a_prime_is_a_prime():
    assert "<mo>\N{PRIME}</mo>" in mathml("f'(x)")


def test_dots_are_ldots():
    assert mathml(r"x_1, \dots, x_n") == mathml(r"x_1, \ldots, x_n")


def test_a_displayed_formula_is_a_block():
    assert mathml("x", as_block=True) == '<math display="block"><mi>x</mi></math>'


SPACE = '<mspace width="0.1667em"></mspace>'


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        (r"\ln 1", f"<mi>ln</mi><mo>\u2061</mo>{SPACE}<mn>1</mn>"),
        (r"2\ln p", f"<mn>2</mn>{SPACE}<mi>ln</mi><mo>\u2061</mo>{SPACE}<mi>p</mi>"),
        (r"-\ln p", f"<mo>\N{MINUS SIGN}</mo><mi>ln</mi><mo>\u2061</mo>{SPACE}<mi>p</mi>"),
        (r"\log_2 n", f"<msub><mi>log</mi><mn>2</mn></msub>{SPACE}<mi>n</mi>"),
        (r"\ln(p)", '<mi>ln</mi><mo>\u2061</mo><mo stretchy="false">(</mo><mi>p</mi><mo stretchy="false">)</mo>'),
        (r"\max |w|", f'<mo lspace="0" rspace="0">max</mo>{SPACE}<mo stretchy="false">|</mo>'),
    ],
)
def test_the_name_of_a_function_stands_apart(tex, written):
    assert mathml(tex).startswith(f"<math>{written}")


@pytest.mark.parametrize(
    ("tex", "of_a_number"),
    [(r"x \approx -1", True), ("(-1)", True), ("a - 1", False), ("f(a) - 1", False), ("-1", False)],
)
def test_the_minus_of_a_number_stands_near(tex, of_a_number):
    assert ('<mo form="prefix">\N{MINUS SIGN}</mo>' in mathml(tex)) == of_a_number


@pytest.mark.parametrize(
    ("text", "kept_together"),
    [("is {}.", "{}."), ("is ({}), so", "({}),"), ("is {}: it", "{}:"), ("is {} and", None), ("{}", None)],
)
def test_a_stop_stays_with_its_formula(text, kept_together):
    document = new_document("page")
    before, after = text.split("{}")
    document += nodes.paragraph("", before, nodes.math("", "x"), nodes.Text(after))
    math_as_mathml.Unbroken(document).run()
    found = [node.astext() for node in document.findall(nodes.inline) if "unbroken" in node["classes"]]
    assert found == ([kept_together.format("x")] if kept_together else [])
    assert document.astext() == text.format("x")


@pytest.mark.parametrize("tex", [r"\begin{align} a &= b \end{align}", r"\oops", r"\frac{a", r"\operatorname*{max}_k"])
def test_what_cannot_be_converted_is_refused(tex):
    with pytest.raises(MathError):
        math_as_mathml.mathml(tex)
