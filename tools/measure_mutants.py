"""Measure how many faults the tests notice: change the helpers in one place, and see whether a test fails.

    python tools/measure_mutants.py                  # a sample of the whole package: up to half an hour of one core
    python tools/measure_mutants.py evaluation       # every mutant of one module
    python tools/measure_mutants.py reading/lines plots --share 0.2

A mutant is the package with one small fault: ``<`` is ``<=``, ``+`` is ``-``, a number is one more, an argument is
gone, a text reads otherwise. mutmut's operators make them, also in decorated functions and outside functions, which
mutmut itself leaves out. Each must make one of its module's tests fail: those of ``tests/.../test_MODULE.py`` and the
examples in its docstrings, or the tests of its folder where it has none of its own. What survives is printed as a
difference: a hole in the tests, or a change that changes nothing.

Nothing is written in this folder: the mutants live in a copy. One process imports what the tests need from other
packages, TensorFlow above all, and forks for each mutant, so that most cost a second or two.
"""

import argparse
import contextlib
import difflib
import gc
import importlib.util
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import coverage
import libcst as cst
from mutmut.mutation.file_mutation import NEVER_MUTATE_FUNCTION_CALLS, deep_replace
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mnist_helpers"
LEFT_OUT = (".git", ".venv", "_build", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache")
OF_EVERY_MODULE = ("test_examples_in_docstrings_run", "test_all_that_a_module_offers_is_there")
SHARE = 0.02
FORK = multiprocessing.get_context("fork")
QUIET = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # to look for plugins takes as long as many a test
}


class TestsFailError(RuntimeError):
    """Tests fail although there is no fault, so they can tell nothing."""


@dataclass(frozen=True, eq=False)
class Mutant:
    """One change of a module: its name, what it is, and the node that becomes another."""

    module: str
    tree: cst.Module
    node: cst.CSTNode
    change: cst.CSTNode

    @property
    def before(self) -> str:
        """The module's text."""
        return self.tree.code

    @cached_property
    def after(self) -> str:
        """The text of the mutant."""
        return deep_replace(self.tree, self.node, self.change).code

    @property
    def line(self) -> int:
        """The number of the first line that changes."""
        lines = zip(self.before.splitlines(), self.after.splitlines(), strict=False)
        return next((number for number, (before, after) in enumerate(lines, 1) if before != after), 0)

    def __str__(self):
        lines = (text.splitlines() for text in (self.before, self.after))
        changes = [line for line in difflib.unified_diff(*lines, n=0, lineterm="") if line[:3] not in ("---", "+++")]
        return "\n".join([f"{self.module} {changes[0]}", *changes[1:]])


class Places(cst.CSTVisitor):
    """Collect the nodes of a module that may change, each with what it may become."""

    def __init__(self):
        self.changes = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Leave out what has no effect when the code runs (annotations), and what fails at once (``len(None)``)."""
        if isinstance(node, cst.Annotation):
            return False
        if isinstance(node, cst.Call) and getattr(node.func, "value", None) in NEVER_MUTATE_FUNCTION_CALLS:
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.changes += [(node, changed) for changed in operator(node)]
        return True


def mutants_of(module: str, text: str) -> list[Mutant]:
    """Return every mutant of a module.

    >>> [mutant.after for mutant in mutants_of("sums", "a = b + 1")]
    ['a = None', 'a = b - 1', 'a = b + 2']
    """
    tree = cst.parse_module(text)
    places = Places()
    tree.visit(places)
    return [Mutant(module, tree, node, change) for node, change in places.changes]


def sample(mutants: list[Mutant], share: float, seed: int) -> list[Mutant]:
    """Return a share of a module's mutants, at least one where there are any, in the order of the text."""
    number = min(len(mutants), max(1, round(share * len(mutants))))
    module = mutants[0].module if mutants else ""
    chosen = random.Random(f"{seed} {module}").sample(range(len(mutants)), number)
    return [mutants[index] for index in sorted(chosen)]


def tests_of(module: str, root: Path = ROOT) -> list[str]:
    """Return the tests that must notice a fault in a module, as pytest takes them.

    Parameters
    ----------
    module : str
        Such as ``"evaluation"``, ``"data/_files"`` or ``"reading/__init__"``.
    root : Path
        The folder with ``tests/``.
    """
    path = Path(module)
    if path.name == "__init__":
        path = path.parent
    name, folder = path.name.removeprefix("_") or "package", path.parent
    own = [f"{folder}/test_{name}.py", f"{path}/test_*.py", f"book/test_{name}.py"]
    above = [f"{folder}/test_*.py", f"test_{folder}.py"] if folder.parts else ["test_package.py"]
    found = next(filter(None, (sorted((root / "tests").glob(pattern)) for pattern in own + above)), [])
    dotted = ".".join((PACKAGE, *path.parts))
    return [
        *(str(path.relative_to(root)) for path in found),
        *(f"tests/test_package.py::{name}[{dotted}]" for name in OF_EVERY_MODULE),
    ]


class Order:
    """A plugin of pytest: tests that run the changed line come first, and those that take the shortest time of them.

    Attributes
    ----------
    seconds : dict
        How long each test takes, by its name: what it took, unless it is given.
    tests_by_line : dict
        Which tests run a line of the module.
    """

    def __init__(self, seconds=None, tests_by_line=None, changed=0, coverage=None):
        self.seconds = seconds or {}
        self.first = set((tests_by_line or {}).get(changed, ()))
        self.coverage = coverage

    def pytest_collection_modifyitems(self, items):
        """Sort the tests."""
        items.sort(key=lambda item: (item.nodeid not in self.first, self.seconds.get(item.nodeid, 0.0)))

    def pytest_runtest_call(self, item):
        """Note which test runs."""
        if self.coverage:
            self.coverage.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report):
        """Note a test's time."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def run_tests(tests: list[str], order: Order) -> int:
    """Run tests, quietly, up to the first that fails, and return pytest's exit status."""
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]
    return int(pytest.main([*options, *tests], plugins=[order]))


def rehearse(path: Path, tests: list[str]) -> dict:
    """Run tests on the module as it is; return whether they passed, and what makes the next runs quick.

    Returns
    -------
    dict
        ``status`` of pytest; ``used``, seconds of the processor; ``seconds`` by test; ``tests_by_line``; ``imported``,
        the names of other packages' modules. What it compiles stays, except the module, whose mutants may be as long
        and as old as each other.
    """
    sys.dont_write_bytecode = False
    lines = coverage.Coverage(data_file=None, include=[str(path)], config_file=False)
    order = Order(coverage=lines)
    lines.start()
    status = run_tests(tests, order)
    lines.stop()
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return {
        "status": status,
        "used": sum(sum(resource.getrusage(one)[:2]) for one in who),
        "seconds": order.seconds,
        "tests_by_line": lines.get_data().contexts_by_lineno(str(path)),
        "imported": [name for name, one in [*sys.modules.items()] if "-packages" in str(getattr(one, "__file__", ""))],
    }


def forked(log: Path, limit: float, function, *arguments):
    """Fork, call a function there, and return its result, or None where the process fell or took too long.

    `limit` is in seconds of the processor; on the clock it may be ten times as long, for a machine may be busy.
    """
    here, there = FORK.Pipe(duplex=False)

    def call():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
        with log.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        result = function(*arguments)
        sys.stdout.flush()
        there.send(result)
        os._exit(0)

    child = FORK.Process(target=call)
    child.start()
    there.close()
    try:
        return here.recv() if here.poll(10 * limit) else None
    except EOFError:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # and what it started
        child.join()
        here.close()


def survivors_among(mutants: list[Mutant], tree: Path) -> list[Mutant]:
    """Return the mutants of a module that its tests do not notice, and print each.

    Raises
    ------
    TestsFailError
        They fail without a fault.
    """
    module = mutants[0].module
    log, path, tests = tree / "log.txt", tree / PACKAGE / f"{module}.py", tests_of(module, tree)
    known = forked(log, 600, rehearse, path, tests)
    if not known or known["status"] != 0:
        raise TestsFailError(f"the tests of {module} fail without a fault:\n{log.read_text('utf-8')}")
    Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
    for name in known["imported"]:  # so that no fork needs to; what cannot be imported alone, a fork imports
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.freeze()  # no fork looks for garbage in what all share
    survivors = []
    for mutant in mutants:
        path.write_text(mutant.after, "utf-8")
        order = Order(known["seconds"], known["tests_by_line"], mutant.line)
        if forked(log, 10 + 3 * known["used"], run_tests, tests, order) == 0:
            survivors.append(mutant)
            print(mutant, end="\n\n", flush=True)
    path.write_text(mutants[0].before, "utf-8")
    return survivors


def interval(killed: int, tried: int) -> tuple[float, float]:
    """Return Wilson's interval of 95 % for a share.

    >>> "{:.3f} {:.3f}".format(*interval(90, 100))
    '0.826 0.945'
    """
    z = 1.96
    share, wide = killed / tried, z * z / tried
    half = z * (share * (1 - share) / tried + wide / 4 / tried) ** 0.5
    return (share + wide / 2 - half) / (1 + wide), (share + wide / 2 + half) / (1 + wide)


def table(rows: list[tuple[str, int, int, int]]) -> str:
    """Return the table: for each module its mutants, those tried, killed and survived, and the share killed.

    The last line is the whole package's share: each module counts by the number of its mutants.
    """
    lines = [f"{'module':28} mutants   tried  killed survived   score"]
    for name, every, tried, survived in rows:
        killed = tried - survived
        lines.append(f"{name:28} {every:7} {tried:7} {killed:7} {survived:8} {killed / tried:7.1%}")
    every, tried, survived = (sum(row[column] for row in rows) for column in (1, 2, 3))
    score = sum(row[1] * (1 - row[3] / row[2]) for row in rows) / every
    low, high = interval(tried - survived, tried)
    return "\n".join(
        [
            *lines,
            f"{'all':28} {every:7} {tried:7} {tried - survived:7} {survived:8} {score:7.1%}",
            f"95 % interval: {low:.1%} to {high:.1%}" if tried < every else "every mutant was tried",
        ]
    )


def modules_of(root: Path) -> list[str]:
    """Return the names of all modules of the package, such as ``"reading/lines"``."""
    package = root / PACKAGE
    return sorted(str(path.relative_to(package).with_suffix("")) for path in package.rglob("*.py"))


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="such as evaluation or reading/lines; default: all")
    parser.add_argument("--share", type=float, help=f"of each module's mutants; default: {SHARE}, or 1 for named ones")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    known = modules_of(root)
    if unknown := set(given.modules) - set(known):
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    share = given.share or (1.0 if given.modules else SHARE)
    rows, untold = [], []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder).resolve() / "copy"
        shutil.copytree(root, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
        os.chdir(tree)
        os.environ.update(QUIET, PYTHONPATH=str(tree))
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        for module in given.modules or known:
            every = mutants_of(module, (tree / PACKAGE / f"{module}.py").read_text("utf-8"))
            tried = sample(every, share, given.seed)
            try:
                survived = len(survivors_among(tried, tree)) if tried else 0
            except TestsFailError as error:
                untold.append(str(error))
                continue
            if tried:
                rows.append((module, len(every), len(tried), survived))
                print(table(rows).splitlines()[-3], end="\n\n", flush=True)
    print(table(rows) if rows else "", *untold, sep="\n")
    return bool(untold)


if __name__ == "__main__":
    sys.exit(main())
