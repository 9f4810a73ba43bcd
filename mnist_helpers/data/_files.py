"""Find data files, fetch the missing ones, and verify that they are those that the book was made with.

A file gets its name in the folder only when it is whole and verified. So a cut connection, a full disk or a second
process at work can leave a file out, but never leave a part of one. A process that is killed leaves the folder of its
parts behind; the next download takes it away.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

FOLDER_SETTING = "MNIST_HELPERS_DATA"
"""Environment variable: the folder that holds the datasets' folders, in place of the user's cache."""

OFFLINE_SETTING = "MNIST_HELPERS_OFFLINE"
"""Environment variable: set to 1, nothing is ever downloaded."""

_ALGORITHMS = {"sha256": "SHA-256", "md5": "MD5"}
_SECONDS_OF_SILENCE = 30  # after which a server counts as down
_CHUNK = 2**18  # bytes
_SECONDS_ABANDONED = 600  # without a byte written, after which nobody is at work on a part any more


class DataFileError(RuntimeError):
    """A data file is missing, cannot be fetched, or is not the file that the book was made with."""


@dataclass(frozen=True)
class DataFile:
    """A file of a dataset.

    Attributes
    ----------
    name : str
        Its name in the dataset's folder.
    size : int
        Bytes of the official file.
    digests : tuple of str
        Digests of the versions that are accepted, the official one first: ``"sha256:…"`` or ``"md5:…"``.
    """

    name: str
    size: int
    digests: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """An address that has the files of a dataset.

    Attributes
    ----------
    url : str
        Address of a folder, with a slash at its end, or of a zip archive.
    archive : DataFile, optional
        The zip archive that the address leads to.
    inside : str
        Folder of the files in the archive, with a slash at its end.
    """

    url: str
    archive: DataFile | None = None
    inside: str = ""


@dataclass(frozen=True)
class Dataset:
    """Files that belong together, and where to get them.

    Attributes
    ----------
    title : str
        What messages call it.
    folder : str
        Its folder inside the folder of all data.
    files : tuple of DataFile
    sources : tuple of Source
        They are tried in this order.
    """

    title: str
    folder: str
    files: tuple[DataFile, ...]
    sources: tuple[Source, ...]


def verify(path: Path, digests: tuple[str, ...], cure: str) -> None:
    """Check that a file is there and has one of the expected digests.

    Parameters
    ----------
    path : Path
        The file.
    digests : tuple of str
        ``"sha256:…"`` or ``"md5:…"``; the first is named in the message.
    cure : str
        What the reader can do about a missing or damaged file: it ends the error message.

    Raises
    ------
    DataFileError
        The file is missing, cannot be read, or has none of the digests.
    """
    found = []
    for digest in digests:
        algorithm = digest.split(":")[0]
        try:
            with path.open("rb") as file:
                found.append(f"{algorithm}:{hashlib.file_digest(file, algorithm).hexdigest()}")
        except OSError as error:
            raise DataFileError(f"cannot read {path} ({error.strerror}). {cure}".rstrip()) from error
        if found[-1] == digest:
            return
    algorithm, expected = digests[0].split(":")
    is_now = found[0].split(":")[1]
    raise DataFileError(
        f"{path} is damaged: its {_ALGORITHMS[algorithm]} is {is_now}, expected {expected}. {cure}".rstrip()
    )


def data_folder(dataset: Dataset) -> Path:
    """Return the folder of a dataset: in the one that the reader set, or in the user's cache.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    Path
        It need not be there yet.
    """
    chosen = os.environ.get(FOLDER_SETTING)
    if chosen:
        return Path(chosen).expanduser().absolute() / dataset.folder
    import pooch

    return Path(pooch.os_cache("mnist_helpers")) / dataset.folder


def find_problems(dataset: Dataset) -> dict[str, str]:
    """Say what is wrong with the files of a dataset, without downloading anything.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    dict of str to str
        What is wrong with a file, by its name; empty if all are there and whole.
    """
    problems = {}
    for file in dataset.files:
        try:
            verify(data_folder(dataset) / file.name, file.digests, cure="")
        except DataFileError as error:
            problems[file.name] = str(error)
    return problems


def fetch(dataset: Dataset) -> dict[str, Path]:
    """Return where the files of a dataset lie; download those that are missing or damaged.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    dict of str to Path
        The path of each file, by its name.

    Raises
    ------
    DataFileError
        A file is missing and no source gave it, or downloads are switched off. The message names the files, the
        addresses and the folder.
    """
    folder, problems = data_folder(dataset), find_problems(dataset)
    wanted = [file for file in dataset.files if file.name in problems]
    if wanted and os.environ.get(OFFLINE_SETTING, "0") not in ("", "0"):
        raise _unavailable(dataset, wanted, folder, [*problems.values(), f"{OFFLINE_SETTING} switches downloads off."])
    if wanted:
        _try_sources(dataset, wanted, folder)
    return {file.name: folder / file.name for file in dataset.files}


def _try_sources(dataset: Dataset, wanted: list[DataFile], folder: Path) -> None:
    reasons = []
    for source in dataset.sources:
        packed = [source.archive] if source.archive else wanted
        megabytes = sum(file.size for file in packed) / 1e6
        print(f"{dataset.title}: downloading {megabytes:,.0f} MB from {source.url} to {folder}", flush=True)
        try:
            _download(source, wanted, folder)
        except (DataFileError, OSError, KeyError, zipfile.BadZipFile) as error:
            reasons.append(f"{source.url}: {error}")
        else:
            return
    raise _unavailable(dataset, wanted, folder, reasons)


def _unavailable(dataset: Dataset, wanted: list[DataFile], folder: Path, reasons: list[str]) -> DataFileError:
    source = dataset.sources[0]
    names = ", ".join(file.name for file in wanted)
    by_hand = (
        f"download {source.url} and put from its folder {source.inside} the files {names}"
        if source.archive
        else f"download {', '.join(source.url + file.name for file in wanted)} and put what you get"
    )
    return DataFileError(
        f"{dataset.title}: cannot get {names}.\n"
        + "".join(f"  {reason}\n" for reason in reasons)
        + f"By hand: {by_hand} into {folder}. "
        f"If you have the files elsewhere, set {FOLDER_SETTING} to the folder that holds their folder {dataset.folder}."
    )


def _download(source: Source, wanted: list[DataFile], folder: Path) -> None:
    """Bring the wanted files into the folder, all of them or none."""
    folder.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder)
    needed = sum(file.size for file in wanted) + (source.archive.size if source.archive else 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"{needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free in {folder}")
    with tempfile.TemporaryDirectory(prefix="part-", dir=folder) as part:
        if source.archive:
            archive = Path(part, source.archive.name)
            _get(source.url, archive, source.archive.size)
            verify(archive, source.archive.digests, cure="")
            _unpack(archive, source.inside, wanted, Path(part))
        else:
            for file in wanted:
                _get(source.url + file.name, Path(part, file.name), file.size)
        for file in wanted:
            verify(Path(part, file.name), file.digests, cure="")
        for file in wanted:
            os.replace(Path(part, file.name), folder / file.name)


def _remove_abandoned(folder: Path) -> None:
    """Take away the parts of downloads that were killed; those of a process that is at work stay."""
    for part in folder.glob("part-*"):
        written = [path.stat().st_mtime for path in (part, *part.rglob("*"))]
        if time.time() - max(written) > _SECONDS_ABANDONED:
            shutil.rmtree(part, ignore_errors=True)


def _get(url: str, path: Path, size: int) -> None:
    import pooch
    from tqdm.auto import tqdm

    progress = tqdm(desc=path.name, total=size, unit="B", unit_scale=True)
    download = pooch.HTTPDownloader(
        progressbar=progress,
        chunk_size=_CHUNK,
        timeout=_SECONDS_OF_SILENCE,
        headers={"Accept-Encoding": "identity"},  # a server must not unpack .gz files on the way
    )
    try:
        download(url, str(path), None)
    finally:
        progress.close()


def _unpack(archive: Path, inside: str, wanted: list[DataFile], target: Path) -> None:
    """Copy members by their exact names, to names of our own: no path in the archive decides where a file goes."""
    with zipfile.ZipFile(archive) as packed:
        for file in wanted:
            with packed.open(inside + file.name) as member, Path(target, file.name).open("wb") as copy:
                shutil.copyfileobj(member, copy)
