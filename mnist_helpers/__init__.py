"""What two or more chapters of *Reading Digits* need, and nothing a chapter should teach.

Importing the package is instant: names and submodules load when they are first used.

>>> import mnist_helpers
>>> (x_train, y_train), (x_test, y_test) = mnist_helpers.load_mnist()
>>> x_train.shape, x_test.shape
((60000, 28, 28), (10000, 28, 28))
"""

import importlib

__version__ = "0.3.0"

_HOMES = {
    "claim": "mnist_helpers.claims",
    "load_emnist_letters": "mnist_helpers.data",
    "load_mnist": "mnist_helpers.data",
    "load_svhn": "mnist_helpers.data",
    "load_model_card": "mnist_helpers.pretrained",
    "load_pretrained": "mnist_helpers.pretrained",
    "load_recorded": "mnist_helpers.recorded",
}
_SUBMODULES = (
    "augment",
    "claims",
    "composing",
    "data",
    "evaluation",
    "exercises",
    "export",
    "models",
    "pad",
    "pipeline",
    "plots",
    "pretrained",
    "reading",
    "training",
    "upload",
    "widgets",
    "workers",
)

__all__ = [*_HOMES, *_SUBMODULES, "__version__"]


def __getattr__(name):
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _SUBMODULES:
        return importlib.import_module(f"mnist_helpers.{name}")
    raise AttributeError(f"module 'mnist_helpers' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__():
    return sorted(__all__)
