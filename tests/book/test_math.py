"""Formulas become MathML when the book is built, or the build stops and says which one does not."""

import importlib.util
import re
from pathlib import Path

import pytest
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


@pytest.mark.parametrize("tex", [r"\begin{align} a &= b \end{align}", r"\oops", r"\frac{a", r"\operatorname*{max}_k"])
def test_what_cannot_be_converted_is_refused(tex):
    with pytest.raises(MathError):
        math_as_mathml.mathml(tex)
