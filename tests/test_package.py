"""The package as a whole: instant to import, floors that import downwards, names that are there, examples that run."""

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import mnist_helpers
from mnist_helpers.data.emnist import EMNIST_LETTERS
from mnist_helpers.data.svhn import SVHN

PACKAGE = Path(mnist_helpers.__file__).parent
MODULES = sorted(module.name for module in pkgutil.walk_packages([str(PACKAGE)], prefix="mnist_helpers."))

# From the ground up; a module imports only from floors below its own.
FLOORS = [
    "_checks",
    "_writing",
    "claims",
    "data",
    "recorded",
    "workers",
    "pipeline",
    "composing",
    "models",
    "pretrained",
    "augment",
    "training",
    "evaluation",
    "plots",
    "reading",
    "export",
    "widgets",
    "pad",
    "upload",
    "exercises",
]
NEEDS = {"mnist_helpers.data.emnist": EMNIST_LETTERS, "mnist_helpers.data.svhn": SVHN}
WITHOUT_TENSORFLOW = [
    "_checks",
    "_writing",
    "claims",
    "data",
    "recorded",
    "workers",
    "composing",
    "evaluation",
    "plots",
]


def floor_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imported_modules(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def source_of(module: str) -> Path:
    return Path(importlib.util.find_spec(module).origin)


def test_the_page_of_the_helpers_has_every_module_of_exercises():
    page = (PACKAGE.parent / "backmatter" / "api.md").read_text("utf-8")
    modules = [module for module in MODULES if module.startswith("mnist_helpers.exercises.") and "._" not in module]
    assert len(modules) == 13
    assert [module for module in modules if f".. automodule:: {module}\n" not in page] == []


def test_import_is_light():
    """Nothing but the standard library is loaded, in a fresh interpreter."""
    code = (
        "import sys; before = set(sys.modules); import mnist_helpers;"
        "loaded = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(loaded - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['mnist_helpers']"


@pytest.mark.parametrize("name", mnist_helpers.__all__)
def test_every_public_name_is_there(name):
    assert getattr(mnist_helpers, name) is not None


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'load_minst'; it has .*load_mnist"):
        mnist_helpers.load_minst  # noqa: B018


def test_every_module_stands_on_a_floor():
    assert {floor_of(module) for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downwards(module):
    here = FLOORS.index(floor_of(module))
    for name in imported_modules(source_of(module)):
        if name.startswith("mnist_helpers.") and floor_of(name) in FLOORS:
            same_folder = floor_of(name) == floor_of(module)
            assert same_folder or FLOORS.index(floor_of(name)) < here, f"{module} imports {name}"


@pytest.mark.parametrize("module", [name for name in MODULES if floor_of(name) in WITHOUT_TENSORFLOW])
def test_no_tensorflow_below(module):
    packages = {name.split(".")[0] for name in imported_modules(source_of(module))}
    assert not packages & {"tensorflow", "keras"}


@pytest.mark.parametrize("module", ["mnist_helpers", *MODULES])
def test_examples_in_docstrings_run(module, require_data):
    if module in NEEDS:
        require_data(NEEDS[module])
    results = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0


@pytest.mark.parametrize("module", ["mnist_helpers", *MODULES])
def test_all_that_a_module_offers_is_there(module):
    loaded = importlib.import_module(module)
    for name in getattr(loaded, "__all__", []):
        assert getattr(loaded, name) is not None


@pytest.mark.parametrize("module", [name for name in MODULES if "._" not in name])
def test_public_functions_have_examples_that_run(module):
    loaded = importlib.import_module(module)
    for name, value in vars(loaded).items():
        public = not name.startswith("_") and getattr(value, "__module__", None) == module
        if public and callable(value) and not name.startswith(("check_", "use_")) and not isinstance(value, type):
            assert ">>>" in (value.__doc__ or ""), f"{module}.{name} has no example"
