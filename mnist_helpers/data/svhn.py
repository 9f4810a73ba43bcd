"""House numbers from street photographs (SVHN, cropped digits), fetched when they are first asked for."""

import numpy as np

from mnist_helpers.data._files import DataFile, Dataset, Source, fetch

SVHN = Dataset(
    title="SVHN",
    folder="svhn",
    # The second digest is that of the first 30,000 or 10,000 images, in a file of the same form.
    files=(
        DataFile(
            "train_32x32.mat",
            182_040_794,
            (
                "md5:e26dedcc434d2e4c54c9b2d4a06d8373",
                "sha256:c91d1b3819806b2b7f6291878d944e1d5a53faa463500ddb34d4cadab535cb24",
            ),
        ),
        DataFile(
            "test_32x32.mat",
            64_275_384,
            (
                "md5:eb5a983be6a315427106f1b164d9cef3",
                "sha256:11252d16de4d1caa5d07d2464fab550c47f3bda3533634e4bb3819dd7cb82909",
            ),
        ),
    ),
    sources=(Source("http://ufldl.stanford.edu/housenumbers/"),),
)


def load_svhn(train_size: int | None = None, test_size: int | None = None):
    """Load digits of house numbers, cropped from street photographs; download them if they are not there yet.

    Parameters
    ----------
    train_size, test_size : int, optional
        How many images, from the first on; all that the file holds by default. The official files hold 73,257 and
        26,032; the order is the official one.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuple of tuples of numpy.ndarray
        Images ``(n, 32, 32, 3)``, uint8, red, green and blue from 0 to 255; labels ``(n,)``, uint8, from 0 to 9. The
        digit meant is the one in the middle; its neighbours may be in the picture.

    Raises
    ------
    ValueError
        More images are asked for than the file holds, or fewer than one.
    DataFileError
        The files are neither there nor to be had; the message names the files, the address and the folder.

    Notes
    -----
    The two files have 246 MB. They are kept in the user's cache, or in ``MNIST_HELPERS_DATA`` where that is set; there,
    files with the first 30,000 and 10,000 images are accepted too. ``MNIST_HELPERS_OFFLINE=1`` switches downloads off.

    Source: Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu and A. Y. Ng, "Reading digits in natural images with
    unsupervised feature learning", 2011, http://ufldl.stanford.edu/housenumbers/. For non-commercial use only.
    In the files, label 10 means the digit 0.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_svhn(train_size=1000, test_size=500)
    >>> x_train.shape, x_test.shape, y_train[:5].tolist()
    ((1000, 32, 32, 3), (500, 32, 32, 3), [1, 9, 2, 3, 2])
    """
    for name, size in (("train_size", train_size), ("test_size", test_size)):
        if size is not None and (isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1):
            raise ValueError(f"{name} must be a whole number of at least 1, or None for all images; got {size!r}.")
    train_path, test_path = fetch(SVHN).values()
    return _read_part(train_path, "train_size", train_size), _read_part(test_path, "test_size", test_size)


def _read_part(path, name: str, size: int | None) -> tuple[np.ndarray, np.ndarray]:
    from scipy.io import loadmat

    contents = loadmat(path, variable_names=("X", "y"))
    images, labels = contents["X"], contents["y"]
    if size is not None and size > len(labels):
        raise ValueError(
            f"{name} must be at most {len(labels)}, the images in {path}; got {size}. "
            "If that file holds the first images only, the official one has more: move it away, or set "
            "MNIST_HELPERS_DATA to another folder, and it is downloaded."
        )
    images = np.ascontiguousarray(images[..., :size].transpose(3, 0, 1, 2))
    return images, (labels[:size, 0] % 10).astype(np.uint8)
