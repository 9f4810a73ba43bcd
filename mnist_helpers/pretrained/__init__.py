"""Trained networks that come with the book, as `tools/train_reader.py` wrote them."""

import hashlib
import io
import json
import os
from pathlib import Path

import numpy as np

from mnist_helpers._checks import said
from mnist_helpers._writing import write_files
from mnist_helpers.data._files import DataFileError, verify

_FOLDER = Path(__file__).parent
_NEEDED = {"builder", "arguments", "weights_sha256"}  # of a card, to build the network
_CURE = (
    "Install the helpers again: in a clone of the book, `git checkout -- mnist_helpers/pretrained`; "
    "otherwise `pip install --force-reinstall --no-deps` with the book's address."
)


def load_model_card(name: str, folder=None) -> dict:
    """Load what is known of a shipped network.

    Parameters
    ----------
    name : str
        The network, such as ``"reader"``.
    folder : path, optional
        Where :func:`write_pretrained` wrote another network.

    Returns
    -------
    dict
        How and when it was trained, on what, and the figures of each run (a dict a seed) on the 5,000 validation and
        the 10,000 test images of MNIST. ``"chosen_seed"`` tells the run whose weights are shipped.

    Raises
    ------
    ValueError
        There is no such network; the message names those that there are.
    DataFileError
        The card is damaged; the message names it and the cure.
    TypeError
        The folder is no path.

    Examples
    --------
    >>> load_model_card("reader")["builder"]
    'build_reader'
    """
    place = "" if folder is None else f" in {folder}"
    folder = _folder(folder)
    path = folder / f"{name}.json"
    if path not in folder.glob("*.json"):
        names = ", ".join(sorted(path.stem for path in folder.glob("*.json")))
        raise ValueError(f"there is no shipped network {name!r}{place}; there are: {names or 'none'}.")
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataFileError(f"{path} cannot be read ({error}). {_CURE}") from error
    missing = _NEEDED - set(card) if isinstance(card, dict) else _NEEDED
    if missing:
        raise DataFileError(f"{path} is damaged: it does not hold {', '.join(sorted(missing))}. {_CURE}")
    return card


def _folder(folder) -> Path:
    """Return the folder of the networks; refuse what is no path."""
    if folder is None:
        return _FOLDER
    if not isinstance(folder, (str, os.PathLike)):
        raise TypeError(f"folder must be a path, such as Path('networks'); got {said(folder)}.")
    return Path(folder)


def load_pretrained(name: str = "reader", folder=None):
    """Load a trained network that comes with the book.

    Parameters
    ----------
    name : str
        ``"reader"``, the best one; ``"pocket"``, its small sibling, which the page of the book runs; ``"cnn"`` and
        ``"mlp"``, the networks of chapters 4 and 2.
    folder : path, optional
        Where :func:`write_pretrained` wrote another network.

    Returns
    -------
    keras.Model
        From images ``(n, 28, 28, 1)``, float32, from 0.0 (paper) to 1.0 (ink), to logits ``(n, 10)``. Given an
        array with pixels that are not scaled (up to 255) or not numbers, it raises a ``ValueError``; so it does for
        another shape, and for no image at all. Batches of a ``tf.data.Dataset`` are taken as they come.

    Raises
    ------
    ValueError
        There is no such network.
    DataFileError
        Its card or the file of its weights is missing or damaged; the message names it and the cure.
    TypeError
        The folder is no path.

    Notes
    -----
    Trained on 55,000 images of MNIST; :func:`load_model_card` tells how, and how well it reads.

    Examples
    --------
    >>> reader = load_pretrained()
    >>> reader(np.zeros((2, 28, 28, 1), dtype="float32")).shape
    TensorShape([2, 10])
    """
    from mnist_helpers import models
    from mnist_helpers.pretrained._checked import CheckedModel

    card = load_model_card(name, folder)
    path = _folder(folder) / f"{name}.npz"
    verify(path, (f"sha256:{card['weights_sha256']}",), _CURE)
    try:
        network = getattr(models, f"build_{str(card['builder']).removeprefix('build_')}")(**card["arguments"])
    except (AttributeError, TypeError, ValueError) as error:
        raise DataFileError(f"the card of {name} describes no network that can be built ({error}). {_CURE}") from error
    model = CheckedModel(network.inputs[0], network.outputs[0], name=name)
    with np.load(path, allow_pickle=False) as file:
        model.set_weights([file[str(place)] for place in range(len(file.files))])
    return model


def write_pretrained(model, card: dict, folder=None) -> None:
    """Write the weights of a trained network and its card: a maintainer's call.

    Parameters
    ----------
    model : keras.Model
        The trained network.
    card : dict
        Holds at least ``"name"``, ``"builder"`` (a function of ``mnist_helpers.models``) and its ``"arguments"``.
    folder : path
        Where ``NAME.npz`` and ``NAME.json`` go, both or none.

    Examples
    --------
    >>> import tempfile
    >>> from mnist_helpers import models
    >>> card = {"name": "tiny", "builder": "build_mlp", "arguments": {"hidden_units": 2}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_pretrained(models.build_mlp(2), card, Path(folder))
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['tiny.json', 'tiny.npz']
    """
    folder = _folder(folder)
    weights = io.BytesIO()
    np.savez_compressed(weights, **{str(place): weight for place, weight in enumerate(model.get_weights())})
    card = card | {"weights_sha256": hashlib.sha256(weights.getvalue()).hexdigest()}
    write_files(
        {
            folder / f"{card['name']}.npz": weights.getvalue(),
            folder / f"{card['name']}.json": json.dumps(card, indent=1) + "\n",
        }
    )
