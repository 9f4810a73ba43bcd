"""Checkers for the exercises, one module a chapter: each prints what is right, what is not, and a hint.

A chapter calls ``exercises.data.check_batch_size(answer)``; the module loads on first use.
"""

import importlib

__all__ = [
    "applications",
    "augmentation",
    "cnn",
    "data",
    "emnist",
    "evaluation",
    "getting_started",
    "mlp",
    "regularization",
    "scaling",
    "shipping",
    "svhn",
    "training",
]


def __getattr__(name):
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"there are no exercises called {name!r}; the chapters' are {', '.join(__all__)}")


def __dir__():
    return __all__
