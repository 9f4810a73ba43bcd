"""The reference of the helpers is made from this folder, without TensorFlow or any other large library.

Whatever the helpers import is a stand-in while they are loaded, except for NumPy, of which they make constants.
Autodoc has stand-ins too, but shows neither the arguments of a class with such a base nor what is decorated.
"""

import ast
import importlib
import inspect
import pkgutil
import sys
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "mnist_helpers"
NEEDED = {"numpy"}


class StandIn(ModuleType):
    """A module, or anything in it: a base class that adds nothing, or a decorator that changes nothing."""

    __path__ = ()

    def __getattr__(self, name):
        """Return a stand-in, but for what Python itself looks for."""
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}")

    def __call__(self, *args, **options):
        """Return what is decorated, as it is."""
        return args[0] if args and (inspect.isclass(args[0]) or inspect.isfunction(args[0])) else self

    def __mro_entries__(self, bases):
        """Be no base at all."""
        return ()


class Finder:
    """Finds stand-ins for the modules of some libraries."""

    def __init__(self, libraries):
        self.libraries = libraries

    def find_spec(self, name, path=None, target=None):
        """Return where a module is found: here, if it is of these libraries."""
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in self.libraries else None

    def create_module(self, spec):
        """Return a stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module):
        """Leave it as it is."""


def imported_libraries():
    """Return the names of what the helpers import from outside the standard library and themselves."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {PACKAGE.name}


@contextmanager
def stand_ins(libraries):
    """Let imports of these libraries, unless they are loaded, find stand-ins; forget those afterwards."""
    finder = Finder(libraries)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if isinstance(module, StandIn)]:
            del sys.modules[name]


def setup(app):
    """Load the helpers, so that autodoc finds them loaded."""
    sys.path.insert(0, str(ROOT))
    with stand_ins(imported_libraries() - NEEDED):
        for module in pkgutil.walk_packages([str(PACKAGE)], f"{PACKAGE.name}."):
            importlib.import_module(module.name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
