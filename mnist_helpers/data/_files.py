"""Find data files and verify that they are the ones the book was made with."""

import hashlib
from pathlib import Path


class DataFileError(RuntimeError):
    """A data file is missing or is not the file that the book was made with."""


def verify(path: Path, sha256: str, cure: str) -> None:
    """Check that a file is there and has the expected SHA-256.

    Parameters
    ----------
    path : Path
        The file.
    sha256 : str
        The expected digest, 64 hexadecimal digits.
    cure : str
        What the reader can do about a missing or damaged file: it ends the error message.

    Raises
    ------
    DataFileError
        The file is missing, cannot be read, or its digest differs.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataFileError(f"cannot read {path} ({error.strerror}). {cure}") from error
    if found != sha256:
        raise DataFileError(f"{path} is damaged: its SHA-256 is {found}, expected {sha256}. {cure}")
