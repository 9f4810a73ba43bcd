"""The letters of EMNIST, fetched from NIST when they are first asked for."""

import gzip
from pathlib import Path

import numpy as np

from mnist_helpers.data._files import DataFile, Dataset, Source, fetch

CLASS_NAMES = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What each label stands for; a class holds a letter's capital and its small form."""

EMNIST_LETTERS = Dataset(
    title="EMNIST letters",
    folder="emnist",
    files=(
        DataFile(
            "emnist-letters-train-images-idx3-ubyte.gz",
            30_804_864,
            ("sha256:6288f418a917e007bf5fddb823a2dc7a5c6a35031401b93292a539cb12bd881f",),
        ),
        DataFile(
            "emnist-letters-train-labels-idx1-ubyte.gz",
            79_283,
            ("sha256:9759af91ea6bccdf07a6040fd085861f2ec88e37f7c3f5760f6feb57106fbe5c",),
        ),
        DataFile(
            "emnist-letters-test-images-idx3-ubyte.gz",
            5_039_157,
            ("sha256:50f0e93d75b99b463e9760b8345866f22587fa2c2fba472730a5ba09c693412d",),
        ),
        DataFile(
            "emnist-letters-test-labels-idx1-ubyte.gz",
            144,
            ("sha256:924955c31fe7fd809b7303b5c0141282955f4b8390c74cdfd5d80435e0f4b4cb",),
        ),
    ),
    sources=(
        Source(
            "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            archive=DataFile("gzip.zip", 561_753_746, ("md5:58c8d27c78d21e728a6bc7b3cc06412e",)),
            inside="gzip/",
        ),
        # A copy that keeps the files one by one, with these very SHA-256.
        Source(
            "https://media.githubusercontent.com/media/aurelienduarte/emnist/"
            "845f29ee8fb6be30e60b115f638f0eab08bfe469/gzip/"
        ),
    ),
)


def load_emnist_letters(shuffle_seed: int | None = None):
    """Load the 145,600 letters of EMNIST; download them if they are not there yet.

    Parameters
    ----------
    shuffle_seed : int, optional
        Shuffle the training and the test images, each by themselves, from this seed. Without it the order is the
        official one, in which the test images are sorted by letter.

    Returns
    -------
    (x_train, y_train), (x_test, y_test), class_names
        Images ``(124800, 28, 28)`` and ``(20800, 28, 28)``, uint8, from 0 (paper) to 255 (ink), upright; labels
        ``(124800,)`` and ``(20800,)``, uint8, from 0 to 25; the 26 letters in the order of the labels. Capital and
        small letters share a class.

    Raises
    ------
    DataFileError
        The files are neither there nor to be had; the message names the files, the address and the folder.
    ValueError
        The seed is not a whole number of at least 0.

    Notes
    -----
    NIST packs all parts of EMNIST into one archive of 562 MB. It is downloaded once, and the four files of the letters,
    36 MB, are kept in the user's cache, or in ``MNIST_HELPERS_DATA`` where that is set. ``MNIST_HELPERS_OFFLINE=1``
    switches downloads off.

    Source: G. Cohen, S. Afshar, J. Tapson and A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters",
    2017, https://arxiv.org/abs/1702.05373, from NIST Special Database 19. The files hold images with rows and columns
    swapped, and labels from 1 to 26, in the IDX format of MNIST.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test), class_names = load_emnist_letters(shuffle_seed=0)
    >>> x_train.shape, x_test.shape, class_names[:3]
    ((124800, 28, 28), (20800, 28, 28), ('A', 'B', 'C'))
    """
    if shuffle_seed is not None and (
        isinstance(shuffle_seed, bool) or not isinstance(shuffle_seed, (int, np.integer)) or shuffle_seed < 0
    ):
        raise ValueError(f"shuffle_seed must be a whole number of at least 0, or None; got {shuffle_seed!r}.")
    paths = list(fetch(EMNIST_LETTERS).values())
    train, test = (_read_part(*pair, shuffle_seed) for pair in (paths[:2], paths[2:]))
    return train, test, CLASS_NAMES


def _read_part(images_path: Path, labels_path: Path, shuffle_seed: int | None) -> tuple[np.ndarray, np.ndarray]:
    images, labels = _read_idx(images_path), _read_idx(labels_path) - 1
    order = slice(None) if shuffle_seed is None else np.random.default_rng(shuffle_seed).permutation(len(labels))
    return np.ascontiguousarray(images.transpose(0, 2, 1)[order]), labels[order]


def _read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes: 0, 0, 8, the number of axes; the length of each; the values."""
    with gzip.open(path) as file:
        axes = file.read(4)[3]
        shape = np.frombuffer(file.read(4 * axes), ">u4")
        return np.frombuffer(file.read(), np.uint8).reshape(shape)
