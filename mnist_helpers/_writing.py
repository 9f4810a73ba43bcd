"""Write files so that each is there whole, or as it was before."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

PART = ".part-"
"""What the name of an unfinished file starts with. A process that is killed leaves it; it may be deleted."""


class WritingError(OSError):
    """A file could not be written. What was there before is there still."""


def write_file(path, content: str | bytes) -> None:
    """Write one file, as :func:`write_files` does.

    Parameters
    ----------
    path : path
    content : str or bytes
        Text is written as UTF-8, with its line ends as they are.

    Raises
    ------
    WritingError
        The disk is full, the folder is missing or read-only, or something other than a file has this name.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_file(Path(folder, "notes.txt"), "seven")
    ...     os.listdir(folder)
    ['notes.txt']
    """
    write_files({path: content})


def write_files(contents: Mapping) -> None:
    """Write several files: the first takes its place when all of them are on the disk.

    Parameters
    ----------
    contents : mapping of path to str or bytes

    Raises
    ------
    WritingError
        As for :func:`write_file`. No file has changed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_files({Path(folder, "a.txt"): "one", Path(folder, "b.bin"): bytes(2)})
    ...     sorted(os.listdir(folder))
    ['a.txt', 'b.bin']
    """
    prepared = [
        content.encode("utf-8") if isinstance(content, str) else bytes(content) for content in contents.values()
    ]
    with replacing(*contents) as parts:
        for part, content in zip(parts, prepared, strict=True):
            part.write_bytes(content)


@contextlib.contextmanager
def replacing(*paths) -> Iterator[list[Path]]:
    """Give a new path beside each file; at the end of the block, what was written there takes the files' places.

    After an error in the block, and after one while the new files are brought to the disk, the old ones stay. Each new
    path ends as the old one does, for programs that tell a format by it. A link stays; what it leads to
    is replaced.

    Parameters
    ----------
    *paths : path

    Yields
    ------
    list of Path
        In the order of the paths; nothing is there yet.

    Raises
    ------
    WritingError
        As for :func:`write_file`; every ``OSError`` of the block becomes one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "weights.npz")) as [part]:
    ...         _ = part.write_bytes(b"from some program")
    ...     os.listdir(folder)
    ['weights.npz']
    """
    targets = [Path(os.path.realpath(path)) for path in paths]
    parts = [target.with_name(f"{PART}{secrets.token_hex(8)}{target.suffix}") for target in targets]
    try:
        for target in targets:
            _check_place(target)
        yield parts
        for part, target in zip(parts, targets, strict=True):
            if target.exists():
                shutil.copymode(target, part)
            _bring_to_disk(part)
        for part, target in zip(parts, targets, strict=True):
            os.replace(part, target)
    except OSError as error:
        names = ", ".join(map(str, paths))
        raise WritingError(
            error.errno, f"cannot write {names} ({error.strerror or error}); what was there is unchanged"
        ) from error
    finally:
        for part in parts:
            with contextlib.suppress(OSError):
                part.unlink()


def _check_place(target: Path) -> None:
    """Refuse what a new file must not take the place of: a folder, a device, a file that is marked as read-only."""
    if target.exists() and not target.is_file():
        raise OSError(errno.EEXIST, f"{target} is there, and is no file")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, f"{target} is read-only")


def _bring_to_disk(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
