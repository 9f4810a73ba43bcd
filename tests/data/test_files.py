"""Fetching: whole and verified files, or none of them and a clear error."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pooch
import pytest

from mnist_helpers.data import DataFileError, _files

ONE, TWO = gzip.compress(b"first" * 500), gzip.compress(bytes(range(256)) * 20)


@pytest.fixture
def files(make):
    return make.data_file("one.gz", ONE), make.data_file("two.gz", TWO)


@pytest.fixture
def archive(server, make):
    """What the server's archive is; the server has it and the two files."""
    content = make.zip_of({"inside/one.gz": ONE, "inside/two.gz": TWO, "inside/other.gz": b"not wanted"})
    server.files |= {"all.zip": content, "one.gz": ONE, "two.gz": TWO}
    return make.data_file("all.zip", content, "md5")


@pytest.fixture
def packed(server, archive, files):
    """The two files in an archive, and nowhere else."""
    source = _files.Source(f"{server.url}/packed/all.zip", archive, "inside/")
    return _files.Dataset("Small data", "small", files, (source,))


@pytest.fixture
def single(server, archive, files):
    """The two files, one by one."""
    return _files.Dataset("Small data", "small", files, (_files.Source(f"{server.url}/single/"),))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WHOLE = {"small/one.gz": ONE, "small/two.gz": TWO}


def test_an_archive_is_fetched_once_and_only_its_wanted_files_are_kept(packed, server, cache, capsys):
    paths = _files.fetch(packed)
    assert paths == {"one.gz": cache / "small" / "one.gz", "two.gz": cache / "small" / "two.gz"}
    assert contents(cache) == WHOLE
    said = capsys.readouterr().out
    assert said == f"Small data: downloading 0 MB from {server.url}/packed/all.zip to {cache / 'small'}\n"
    assert _files.fetch(packed) == paths
    assert server.requests == ["/packed/all.zip"]
    assert capsys.readouterr().out == ""


def test_what_is_there_is_not_fetched_again(single, server, cache):
    (cache / "small").mkdir(parents=True)
    (cache / "small" / "one.gz").write_bytes(ONE)
    _files.fetch(single)
    assert server.requests == ["/single/two.gz"]
    assert contents(cache) == WHOLE


def test_a_damaged_file_is_fetched_again(single, server, cache):
    _files.fetch(single)
    (cache / "small" / "two.gz").write_bytes(TWO[:-1])
    _files.fetch(single)
    assert server.requests[2:] == ["/single/two.gz"]
    assert contents(cache) == WHOLE


TROUBLES = {
    403: "403 Client Error",
    404: "404 Client Error",
    "cut": "IncompleteRead",
    "shorter": "is damaged",
    "another page": "is damaged",
    "one byte wrong": "is damaged",
    "silent": "timed out",
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", ["packed", "single"])
def test_trouble_at_the_only_address_is_told_and_leaves_nothing(trouble, kind, request, server, cache, monkeypatch):
    monkeypatch.setattr(_files, "_SECONDS_OF_SILENCE", 0.3)
    dataset = request.getfixturevalue(kind)
    server.troubles[kind] = trouble
    with pytest.raises(DataFileError) as caught:
        _files.fetch(dataset)
    said = str(caught.value)
    for part in ("one.gz, two.gz", f"{server.url}/{kind}/", str(cache / "small"), TROUBLES[trouble], "By hand"):
        assert part in said
    assert contents(cache) == {}
    assert list(cache.iterdir()) == [cache / "small"]
    assert list((cache / "small").iterdir()) == []


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_next_address_helps(trouble, packed, single, server, cache, monkeypatch):
    monkeypatch.setattr(_files, "_SECONDS_OF_SILENCE", 0.3)
    server.troubles["packed"] = trouble
    both = _files.Dataset("Small data", "small", packed.files, packed.sources + single.sources)
    _files.fetch(both)
    assert contents(cache) == WHOLE


def test_nobody_listens(files, cache, server):
    nowhere = "http://127.0.0.1:9/"
    dataset = _files.Dataset("Small data", "small", files, (_files.Source(nowhere),))
    with pytest.raises(DataFileError, match=r"(?s)cannot get one\.gz, two\.gz.*127\.0\.0\.1.*put what you get into"):
        _files.fetch(dataset)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        pytest.param(None, "not a zip file", id="no archive"),
        pytest.param({"inside/one.gz": ONE}, "inside/two.gz", id="a file is missing"),
        pytest.param({"inside/one.gz": ONE, "inside/two.gz": TWO[:-9]}, "two.gz is damaged", id="a truncated gzip"),
    ],
)
def test_an_archive_that_is_not_what_it_should_be(members, told, make, server, cache, files):
    content = make.zip_of(members) if members else b"PK, but no archive"
    server.files["all.zip"] = content
    source = _files.Source(f"{server.url}/all.zip", make.data_file("all.zip", content), "inside/")
    with pytest.raises(DataFileError, match=told):
        _files.fetch(_files.Dataset("Small data", "small", files, (source,)))
    assert contents(cache) == {}


def test_hostile_paths_in_an_archive_lead_nowhere(make, server, cache, files, tmp_path):
    content = make.zip_of(
        {"../../escaped": b"bad", "/absolute/escaped": b"bad", "inside/../../one.gz": b"bad"}
        | {"inside/one.gz": ONE, "inside/two.gz": TWO}
    )
    server.files["all.zip"] = content
    source = _files.Source(f"{server.url}/all.zip", make.data_file("all.zip", content), "inside/")
    _files.fetch(_files.Dataset("Small data", "small", files, (source,)))
    assert contents(tmp_path) == {f"data/{name}": content for name, content in WHOLE.items()}


def test_a_disk_without_room_is_told_before_anything_is_fetched(packed, server, cache, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(DataFileError, match=r"0 MB are needed and 0 MB are free in .*small"):
        _files.fetch(packed)
    assert server.requests == []


FETCH = """
import sys
from mnist_helpers.data import DataFileError, _files
url, digest, size, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
file = _files.DataFile("large.bin", size, (digest,))
try:
    _files.fetch(_files.Dataset("Large data", "large", (file,), (_files.Source(url),)))
except DataFileError as error:
    raise SystemExit(f"told: {error}")
"""


def start_fetching(server, file, limit=0):
    arguments = [f"{server.url}/slow/", file.digests[0], str(file.size), str(limit)]
    return subprocess.Popen([sys.executable, "-c", FETCH, *arguments], stderr=subprocess.PIPE, text=True)


@pytest.fixture
def large(server, make):
    content = os.urandom(1_000_000)
    server.files["large.bin"], server.troubles["slow"] = content, "slow"
    return make.data_file("large.bin", content), content


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are set another way")
def test_a_disk_that_is_full_halfway(large, server, cache):
    """A limit on the size of files stands for the disk: writing fails in the middle."""
    file, _ = large
    fetching = start_fetching(server, file, limit=400_000)
    _, said = fetching.communicate()
    assert "told: Large data: cannot get large.bin" in said, said
    assert "File too large" in said
    assert contents(cache) == {}


def test_two_processes_at_once(large, server, cache):
    file, content = large
    both = [start_fetching(server, file) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert contents(cache) == {"large/large.bin": content}
    assert list((cache / "large").iterdir()) == [cache / "large" / "large.bin"]


def test_a_killed_download_is_cleared_away_once_it_is_surely_dead(large, server, cache, monkeypatch):
    file, content = large
    server.troubles["slow"] = "silent"
    killed = start_fetching(server, file)
    while not list(cache.glob("large/part-*")):
        assert killed.poll() is None, killed.communicate()[1]
    killed.kill()
    killed.communicate()
    (left,) = cache.glob("large/part-*")
    del server.troubles["slow"]
    dataset = _files.Dataset("Large data", "large", (file,), (_files.Source(f"{server.url}/slow/"),))
    _files.fetch(dataset)
    assert left.is_dir()  # its process might still be at work
    (cache / "large" / "large.bin").unlink()
    monkeypatch.setattr(_files, "_SECONDS_ABANDONED", -1)
    _files.fetch(dataset)
    assert contents(cache) == {"large/large.bin": content}
    assert list((cache / "large").iterdir()) == [cache / "large" / "large.bin"]


@pytest.mark.parametrize("damaged", [False, True])
def test_offline_nothing_is_asked_for(damaged, packed, server, cache, monkeypatch):
    monkeypatch.setenv(_files.OFFLINE_SETTING, "1")
    if damaged:
        (cache / "small").mkdir(parents=True)
        (cache / "small" / "one.gz").write_bytes(b"half")
    with pytest.raises(DataFileError) as caught:
        _files.fetch(packed)
    said = str(caught.value)
    for part in ("one.gz", f"{server.url}/packed/all.zip", str(cache / "small"), "MNIST_HELPERS_OFFLINE", "inside/"):
        assert part in said
    assert ("one.gz is damaged" in said) == damaged
    assert server.requests == []


def test_a_folder_that_cannot_be_made_is_told(packed, cache):
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataFileError, match=r"(?s)cannot get .*By hand"):
        _files.fetch(packed)


def test_one_of_several_versions_is_enough(make, cache, server):
    other = make.data_file("one.gz", b"the official one", "md5")
    file = _files.DataFile("one.gz", other.size, other.digests + make.data_file("one.gz", ONE).digests)
    (cache / "small").mkdir(parents=True)
    (cache / "small" / "one.gz").write_bytes(ONE)
    assert _files.find_problems(_files.Dataset("Small data", "small", (file,), ())) == {}


def test_the_folder_is_the_one_that_the_reader_set_or_the_users_cache(packed, monkeypatch):
    monkeypatch.setenv(_files.FOLDER_SETTING, str(Path("~", "digits")))
    assert _files.data_folder(packed) == Path.home() / "digits" / "small"
    monkeypatch.delenv(_files.FOLDER_SETTING)
    assert _files.data_folder(packed) == Path(pooch.os_cache("mnist_helpers")) / "small"
