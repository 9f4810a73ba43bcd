"""Whatever a public function is given, it answers, or refuses in plain words; it never changes what it was given."""

import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import numpy as np
import pytest
from calls import CALLS, REFUSED_CALLS
from hypothesis import given, settings
from odd_input import ARRAYS, KINDS, ODD, ODD_VALUES, fresh, is_refused

import mnist_helpers

FEW = max(4, settings.default.max_examples // 5)

ELSEWHERE = {
    "mnist_helpers.exercises": "tests/properties/test_exercises.py goes through every checker that there is",
    "mnist_helpers.reading.": "inside, after to_grey has checked the picture: tests/properties/test_reading.py",
    "mnist_helpers.data.mnist.load_mnist": "takes nothing",
    "mnist_helpers.plots.use_book_style": "takes nothing",
    "mnist_helpers.widgets.in_colab": "takes nothing",
    "mnist_helpers.widgets": "takes widgets and figures: tests/properties/test_files_and_widgets.py",
    "mnist_helpers.upload.figure_from_picture": "takes functions: tests/properties/test_files_and_widgets.py",
    "mnist_helpers.workers.start": "starts processes: tests/test_workers.py",
    "mnist_helpers.pretrained.write_pretrained": "a maintainer's call, that writes files: tests/test_pretrained.py",
    "mnist_helpers.reading.pictures.read_image": "takes files: tests/properties/test_files_and_widgets.py",
}
"""Why a public function, or those whose names begin so, has no call in the table."""


def public_functions() -> dict[str, object]:
    """Return the public functions, and classes with checks of their own, by the name of where they are defined."""
    found = {}
    for module in pkgutil.walk_packages(mnist_helpers.__path__, "mnist_helpers."):
        if any(part.startswith("_") for part in module.name.split(".")):
            continue
        loaded = importlib.import_module(module.name)
        for name in getattr(loaded, "__all__", vars(loaded)):
            value = getattr(loaded, name)
            home = getattr(value, "__module__", "")
            if name.startswith("_") or "._" in home or not home.startswith("mnist_helpers."):
                continue
            if inspect.isfunction(value) or (inspect.isclass(value) and value.__name__ in ("OneCycle", "DigitPad")):
                found[f"{value.__module__}.{value.__name__}"] = value
    return found


def must_be_refused(call, name, value) -> bool:
    """Tell whether a value is of a kind that the argument can never be."""
    if value is None and name in call.optional:
        return False
    kind = call.kinds.get(name)
    return kind is not None and not KINDS[kind](value)


def cases(calls) -> list:
    """Return each argument of each call."""
    return [pytest.param(call, name, id=f"{call.name}-{name}") for call in calls for name in call.arguments]


@pytest.mark.parametrize(("call", "name"), cases(CALLS))
def test_odd_values_are_answered_or_refused_in_plain_words(call, name):
    @settings(max_examples=FEW if call.heavy else settings.default.max_examples)
    @given(value=ODD if call.heavy else ARRAYS)
    def hold(value):
        if name in ("transform", "model") and callable(value):
            return  # what it raises when it is called is its own
        refused = is_refused(call.function, {**call.arguments, name: value})
        assert refused or not must_be_refused(call, name, value), f"{value!r} was taken"
        plt.close("all")

    for value in [] if call.heavy else ODD_VALUES:
        hold.hypothesis.inner_test(fresh(value))
    hold()


@pytest.mark.parametrize(("call", "name"), cases(REFUSED_CALLS))
def test_loaders_refuse_what_no_size_or_seed_can_be(call, name):
    for value in ODD_VALUES:
        if must_be_refused(call, name, value):
            assert is_refused(call.function, {**call.arguments, name: fresh(value)}), f"{value!r} was taken"


def comparable(result):
    """Return what can be compared of an answer: the numbers in it."""
    if hasattr(result, "as_numpy_iterator"):
        return list(result.as_numpy_iterator())
    if hasattr(result, "numpy"):
        return result.numpy()
    if isinstance(result, list):
        return [comparable(part) for part in result]
    if hasattr(result, "__dataclass_fields__"):
        return vars(result)
    return result if isinstance(result, (tuple, dict, float, int, np.ndarray)) else None


def stored_otherwise(array: np.ndarray) -> dict[str, np.ndarray]:
    """Return the same numbers in other kinds of memory."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    locked = array.copy()
    locked.flags.writeable = False
    return {
        "column by column": np.asfortranarray(array),
        "with gaps": wide[..., ::2],
        "backwards": array[::-1].copy()[::-1],
        "the other byte first": array.astype(array.dtype.newbyteorder()),
        "read-only": locked,
    }


@pytest.mark.parametrize("call", [pytest.param(call, id=call.name) for call in CALLS if call.repeats])
def test_numbers_count_and_not_how_they_lie_in_memory(call):
    expected = comparable(call.function(**call.arguments))
    for name, value in call.arguments.items():
        if isinstance(value, np.ndarray):
            for how, same in stored_otherwise(value).items():
                found = comparable(call.function(**{**call.arguments, name: same}))
                np.testing.assert_equal(found, expected, err_msg=f"{name} {how}")


def test_every_public_function_is_tried():
    tried = {f"{call.function.__module__}.{call.function.__name__}" for call in [*CALLS, *REFUSED_CALLS]}
    excused = {name for name in public_functions() if name.startswith(tuple(ELSEWHERE))}
    assert set(public_functions()) - tried == excused - tried
    assert tried <= set(public_functions())


def test_no_excuse_is_left_over():
    assert [prefix for prefix in ELSEWHERE if not any(name.startswith(prefix) for name in public_functions())] == []
