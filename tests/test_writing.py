"""A file is there whole, or as it was: with a full disk, without permission, killed, and with two at work."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from mnist_helpers._writing import PART, WritingError, replacing, write_file, write_files

OLD, NEW = b"as it was\n" * 1000, b"new\n" * 5000
LIMIT = """
import resource, sys
from pathlib import Path
from mnist_helpers._writing import WritingError, write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_files({Path(name): content for name, content in zip(sys.argv[1:], (bytes(100), bytes(20_000)))})
except WritingError as error:
    raise SystemExit(f"told: {error}")
"""
ENDLESS = """
import sys
from mnist_helpers._writing import write_file
while True:
    write_file(sys.argv[1], b"new\\n" * 5000)
    print("written", flush=True)
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "notes.json"
    path.write_bytes(OLD)
    return path


def test_text_is_written_as_it_is(file):
    write_file(file, "é\r\nend\n")
    assert file.read_bytes() == "é\r\nend\n".encode()
    assert list(file.parent.iterdir()) == [file]


def test_several_files_are_written(file):
    write_files({file: NEW, file.with_name("second.bin"): b"2"})
    assert file.read_bytes() == NEW
    assert file.with_name("second.bin").read_bytes() == b"2"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are set another way")
def test_a_full_disk_leaves_all_files_as_they_were(file):
    """A limit on the size of files stands for the disk. The second file does not fit; the first would."""
    other = file.with_name("other.bin")
    other.write_bytes(b"old")
    run = subprocess.run([sys.executable, "-c", LIMIT, file, other], capture_output=True, text=True, check=False)
    assert f"told: [Errno 27] cannot write {file}, {other} (File too large); what was there is unchanged" in run.stderr
    assert (file.read_bytes(), other.read_bytes()) == (OLD, b"old")
    assert sorted(file.parent.iterdir()) == [file, other]


def test_an_error_in_the_block_leaves_the_file(file):
    with pytest.raises(KeyboardInterrupt), replacing(file) as [part]:
        part.write_bytes(NEW)
        raise KeyboardInterrupt
    assert file.read_bytes() == OLD
    assert list(file.parent.iterdir()) == [file]


def test_a_new_path_has_the_ending_of_the_old_one(file):
    other = file.with_name("weights.keras")
    with replacing(file, other) as parts:
        assert [part.suffix for part in parts] == [".json", ".keras"]
        for part in parts:
            part.write_bytes(NEW)


def test_text_that_cannot_be_written_changes_nothing(file):
    with pytest.raises(UnicodeEncodeError):
        write_files({file.with_name("first.txt"): "good", file: "\ud800"})
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
@pytest.mark.parametrize("moment", range(5))
def test_a_killed_process_leaves_a_whole_file(file, moment):
    process = subprocess.Popen([sys.executable, "-c", ENDLESS, file], stdout=subprocess.PIPE, text=True)
    for _ in range(moment * 7 + 1):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert file.read_bytes() == NEW
    assert all(path == file or path.name.startswith(PART) for path in file.parent.iterdir())


def test_two_at_once_leave_the_file_of_one(file):
    contents = [bytes([number]) * 50_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_file(file, content), contents * 5))
    assert file.read_bytes() in contents
    assert list(file.parent.iterdir()) == [file]


def test_a_link_stays_a_link(file):
    link = file.with_name("link.json")
    link.symlink_to(file)
    write_file(link, NEW)
    assert link.is_symlink()
    assert file.read_bytes() == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="other rights there")
def test_rights_stay_and_a_new_file_has_the_usual_ones(file):
    file.chmod(0o640)
    write_file(file, NEW)
    assert file.stat().st_mode & 0o777 == 0o640
    write_file(file.with_name("new"), NEW)
    file.with_name("plain").touch()
    assert file.with_name("new").stat().st_mode == file.with_name("plain").stat().st_mode


@pytest.mark.parametrize("place", ["folder", "missing/notes.json"])
def test_what_is_no_place_for_a_file_is_told(tmp_path, place):
    (tmp_path / "folder").mkdir()
    with pytest.raises(WritingError, match=r"cannot write .*unchanged"):
        write_file(tmp_path / place, NEW)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_device_is_not_replaced():
    with pytest.raises(WritingError, match="is no file"):
        write_file("/dev/full", NEW)
    assert not os.path.isfile("/dev/full")


def test_a_file_without_permission_is_left(file, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(WritingError, match="is read-only"):
        write_file(file, NEW)
    assert file.read_bytes() == OLD
