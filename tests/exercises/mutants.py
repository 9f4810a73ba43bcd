"""Make wrong answers from the published solutions by rule, and hold the checkers against them.

``python tests/exercises/mutants.py`` tries every mutant and prints how many were made, equivalent and refused;
``python tests/exercises/mutants.py --show 40`` also prints a sample of refused ones with their hints.
"""

import argparse
import ast
import contextlib
import copy
import dataclasses
import importlib
import io
import os
import random
import re
import signal
import sys
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))
SOLUTION = re.compile(r"<summary>Solution</summary>\n.*?```python\n(.+?)\n```", flags=re.DOTALL)
CHECKER = re.compile(r"exercises\.(\w+)\.(check_\w+)\(")
SECONDS = 5  # a mutant that takes longer never ends

COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.GtE}
OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mult],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.MatMult: [ast.Mult],
}
NAMES = {
    "argmin": ["argmax"],
    "argmax": ["argmin"],
    "sum": ["mean", "max"],
    "mean": ["sum", "max"],
    "max": ["min", "mean"],
    "min": ["max"],
    "maximum": ["minimum"],
    "log": ["log2", "log10", "log1p"],
    "sqrt": ["abs", "square"],
    "exp": ["exp2", "expm1"],
    "zeros": ["ones"],
    "zeros_like": ["ones_like", "array"],
    "any": ["all"],
    "permutation": ["sort"],
    "round": ["int"],
    "abs": ["float"],
    "append": ["delete"],
}


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A solution with one change."""

    module: str
    checker: str
    rule: str
    code: str


def exercises() -> list[tuple[Path, str, str, str]]:
    """Return chapter, module, checker and solution of each exercise, as the notebooks publish it."""
    found = []
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        for number, cell in enumerate(cells):
            if "exercise" in cell.metadata.get("tags", []):
                module, checker = CHECKER.findall(cell.source)[-1]
                found.append((path, module, checker, SOLUTION.search(cells[number + 1].source)[1]))
    return found


def names_for(path: Path) -> dict:
    """Run what a chapter's exercises need, and return its names."""
    namespace: dict = {}
    folder = os.getcwd()
    os.chdir(path.parent)
    try:
        for cell in nbformat.read(path, as_version=4).cells:
            if {"setup", "exercise-needs"} & set(cell.metadata.get("tags", [])):
                code = re.sub(r"^(\s*)%.*$", r"\1pass", cell.source, flags=re.MULTILINE)
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(code, namespace)
    finally:
        os.chdir(folder)
    return namespace


def _expressions(node, names):
    """Yield (rule, replacement) for an expression."""
    if isinstance(node, ast.Compare):
        for rule, table in (("comparison", COMPARISONS), ("comparison turned", TURNED)):
            if new := table.get(type(node.ops[0])):
                yield rule, ast.Compare(node.left, [new()], node.comparators)
        yield "condition", ast.Constant(True)
        yield "condition", ast.Constant(False)
    elif isinstance(node, ast.BinOp):
        for new in OPERATORS.get(type(node.op), []):
            yield "operator", ast.BinOp(node.left, new(), node.right)
        yield "order", ast.BinOp(node.right, node.op, node.left)
        yield "dropped term", node.left
        yield "dropped term", node.right
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {node.value + 1, node.value - 1, 2 * node.value, 0} - {node.value}:
            yield "constant", ast.Constant(value)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            if name != node.id:
                yield "name", ast.Name(name, ast.Load())
        yield "sign", ast.UnaryOp(ast.USub(), node)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield "order", ast.Tuple(node.elts[::-1], ast.Load())
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(node, end) is not None:
                for shift in (1, -1):
                    moved = ast.BinOp(getattr(node, end), ast.Add(), ast.Constant(shift))
                    yield "first or last", ast.Slice(**{"lower": node.lower, "upper": node.upper, end: moved})
                yield "first or last", ast.Slice(**{"lower": node.lower, "upper": node.upper, end: None})
    elif isinstance(node, ast.Call):
        yield from _calls(node)


def _calls(node):
    """Yield (rule, replacement) for a call."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    for other in NAMES.get(name, []):
        new = copy.deepcopy(node)
        if isinstance(function, ast.Attribute):
            new.func.attr = other
        else:
            new.func.id = other
        yield "function", new
    for number, keyword in enumerate(node.keywords):
        new = copy.deepcopy(node)
        del new.keywords[number]
        yield f"dropped {keyword.arg}", new
        if keyword.arg == "axis":
            for axis in (0, 1, None):
                new = copy.deepcopy(node)
                new.keywords[number].value = ast.Constant(axis)
                yield "axis", new
    if len(node.args) > 1:
        yield "order", ast.Call(function, node.args[::-1], node.keywords)
    if len(node.args) == 1 and not node.keywords:
        yield "dropped call", node.args[0]
    if name == "default_rng":
        yield "generator", ast.Call(function, [], [])
        yield "generator", ast.Call(function, [ast.Constant(0)], [])
    if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "random":
        own = ast.parse("np.random.default_rng(0)", mode="eval").body
        yield "generator", ast.Call(ast.Attribute(own, function.attr, ast.Load()), node.args, node.keywords)
    if name == "len":
        for count in (5, 10, 28):
            yield "fixed count", ast.Constant(count)
    if name == "range":
        for change in ("range(1, *r)", "list(range(*r))[:-1]", "list(range(*r))[1:]"):
            text = ", ".join(map(ast.unparse, node.args))
            yield "first or last", ast.parse(change.replace("*r", text), mode="eval").body


def _statements(tree, parameters):
    """Yield (rule, tree) for changes of whole statements."""
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list):
                continue
            for number, statement in enumerate(block):
                if isinstance(statement, ast.FunctionDef) or ast.unparse(statement).startswith("exercises."):
                    continue

                def with_all(*changed, node=node, field=field, block=block, number=number):
                    return _with(node, field, [*block[:number], *changed, *block[number + 1 :]], tree)

                without = block[:number] + block[number + 1 :]
                yield "dropped line", _with(node, field, without or [ast.Pass()], tree)
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
                    value = statement.value
                    if isinstance(value.left, ast.Name) and value.left.id in parameters:
                        changed = ast.AugAssign(ast.Name(value.left.id, ast.Store()), value.op, value.right)
                        kept = ast.Assign(statement.targets, value.left)
                        yield "in place", with_all(changed, kept)
                if isinstance(statement, ast.For) and number + 1 < len(block) and isinstance(block[-1], ast.Return):
                    loop = copy.deepcopy(statement)
                    loop.body.append(block[-1])
                    yield "return in the loop", with_all(loop)
                if isinstance(statement, ast.Return) and statement.value is not None:
                    for rule, text in (
                        ("rounded", "np.round({}, 1)"),
                        ("dtype", "np.asarray({}).astype(int)"),
                        ("wrapped", "[{}]"),
                        ("dropped return", "None"),
                    ):
                        value = ast.parse(text.format(ast.unparse(statement.value)), mode="eval").body
                        yield rule, with_all(ast.Return(value))


def _with(node, field, block, tree) -> str:
    old = getattr(node, field)
    setattr(node, field, block)
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        setattr(node, field, old)


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else super().generic_visit(node)


def mutants_of(module: str, checker: str, solution: str) -> list[Mutant]:
    """Return the mutants of a solution, each once."""
    tree = ast.parse(solution)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    parts = functions or [node for node in tree.body if isinstance(node, ast.Assign)]
    tree.body = [*parts, tree.body[-1]]
    parameters = [argument.arg for function in functions for argument in function.args.args]
    used = [node for part in functions for node in ast.walk(part) if isinstance(node, ast.Name)]
    names = dict.fromkeys([*parameters, *(node.id for node in used if isinstance(node.ctx, ast.Store))])
    made = {ast.unparse(tree): None}
    for part in parts:
        for node in list(ast.walk(part)):
            if isinstance(node, (ast.expr, ast.Slice)):
                for rule, new in _expressions(node, names):
                    changed = copy.deepcopy(tree)
                    for old, twin in zip(ast.walk(tree), ast.walk(changed), strict=True):
                        if old is node:
                            changed = _Replace(twin, copy.deepcopy(new)).visit(changed)
                            break
                    with contextlib.suppress(Exception):
                        made.setdefault(ast.unparse(ast.fix_missing_locations(changed)), rule)
    for rule, code in _statements(tree, parameters) if functions else []:
        made.setdefault(code, rule)
    return [Mutant(module, checker, rule, code) for code, rule in made.items() if rule is not None]


class NeverEndsError(BaseException):
    """A mutant ran longer than any right answer would."""


def _stop(*_):
    raise NeverEndsError


@contextlib.contextmanager
def _limited(seconds=SECONDS):
    signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def answers_of(code: str, namespace: dict) -> tuple:
    """Run a cell without its checker, and return what it would hand over."""
    body, _, call = code.rstrip().rpartition("\n")
    names = dict(namespace)
    exec(compile(body, "<mutant>", "exec"), names)
    return tuple(eval(call[call.index("(") :].removesuffix(")") + ",)", names))


def report_on(mutant: Mutant, answers: tuple) -> str:
    """Return what the checker prints about the answers of a mutant."""
    check = getattr(importlib.import_module(f"mnist_helpers.exercises.{mutant.module}"), mutant.checker)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        check(*answers)
    return printed.getvalue()


def verdict_on(mutant: Mutant, namespace: dict, right: tuple) -> tuple[str, str]:
    """Return 'equivalent', 'refused', 'accepted' or 'raises', and what the checker said."""
    from judges import is_right

    try:
        with _limited(), np.errstate(all="ignore"):
            answers = answers_of(mutant.code, namespace)
    except (Exception, NeverEndsError) as error:
        return "raises", str(error)  # the cell itself stops before the checker is asked
    try:
        with _limited(30), np.errstate(all="ignore"):
            said = report_on(mutant, answers)
    except NeverEndsError:
        said = "it never ends"
    if ": solved." not in said:
        with contextlib.suppress(Exception, NeverEndsError), _limited(30), np.errstate(all="ignore"):
            if is_right(mutant.checker, answers, right):
                return "right, but refused", said
        return "refused", said
    try:
        with _limited(30), np.errstate(all="ignore"):
            equal = is_right(mutant.checker, answers, right)
    except (Exception, NeverEndsError):
        equal = False
    return ("equivalent" if equal else "accepted"), said


def try_all(chosen=None):
    """Yield (mutant, verdict, report) for all mutants, or for the chosen ones."""
    import warnings

    warnings.simplefilter("ignore")
    spaces: dict = {}
    for path, module, checker, solution in exercises():
        mutants = [m for m in mutants_of(module, checker, solution) if chosen is None or m in chosen]
        if not mutants:
            continue
        if path not in spaces:
            spaces[path] = names_for(path)
        tree = ast.parse(solution)
        functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.Assign))]
        tree.body = [*functions, tree.body[-1]]
        right = answers_of(ast.unparse(tree), spaces[path])
        for mutant in mutants:
            yield mutant, *verdict_on(mutant, spaces[path], right)


def sample(number: int, seed: int) -> set[Mutant]:
    """Return a seeded sample of all mutants."""
    everything = [mutant for _, *exercise in exercises() for mutant in mutants_of(*exercise)]
    return set(random.Random(seed).sample(everything, number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="a part of a checker's name")
    parser.add_argument("--show", type=int, default=0, help="how many refused mutants to print, with their hints")
    arguments = parser.parse_args()
    found: dict[str, Counter] = {}
    shown, refused = random.Random(0), []
    everything = {mutant for _, *exercise in exercises() for mutant in mutants_of(*exercise)}
    chosen = {m for m in everything if not arguments.only or arguments.only in m.checker}
    for mutant, verdict, said in try_all(chosen):
        found.setdefault(f"{mutant.module}.{mutant.checker}", Counter())[verdict] += 1
        if verdict in ("accepted", "right, but refused"):
            print(f"--- {verdict}: {mutant.rule}\n{mutant.code}\n{said}")
        elif verdict == "refused":
            refused.append((mutant, said))
    for mutant, said in shown.sample(refused, min(arguments.show, len(refused))):
        print(f"--- {mutant.rule}\n{mutant.code}\n{said}")
    for name, counts in found.items():
        print(f"{name}: {sum(counts.values())} made, " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    total = sum(found.values(), Counter())
    wrong = total["refused"] + total["accepted"]
    share = total["refused"] / max(wrong, 1)
    print(f"all: {sum(total.values())} made, {dict(total)}; {share:.1%} of the wrong are refused")


if __name__ == "__main__":
    main()
