"""Files of the official formats, small, and a server that gives them, or not, as a test says."""

import contextlib
import gzip
import hashlib
import io
import struct
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_helpers.data import _files


def digest_of(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def idx_gz(array: np.ndarray) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes())


def zip_of(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(scope="session")
def make():
    """Functions that make files of the official formats, and describe them as the loaders do."""

    def data_file(name: str, content: bytes, algorithm: str = "sha256") -> _files.DataFile:
        return _files.DataFile(name, len(content), (digest_of(content, algorithm),))

    return SimpleNamespace(idx_gz=idx_gz, zip_of=zip_of, data_file=data_file)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        folder, _, _ = self.path.strip("/").rpartition("/")
        trouble = self.server.troubles.get(folder)
        content = self.server.files.get(self.path.rpartition("/")[2], b"")
        if trouble in (403, 404):
            self.send_error(trouble)
            return
        if trouble == "silent":
            self.server.stop.wait(5)
            return
        if trouble == "another page":
            content = b"<html>We have moved.</html>"
        if trouble == "one byte wrong":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if trouble == "shorter":
            content = content[: len(content) // 2]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if trouble == "cut":
            content = content[: len(content) // 2]
        if trouble == "slow":
            time.sleep(0.3)
        with contextlib.suppress(ConnectionError):  # a reader whose disk is full hangs up
            self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    """A server on this computer. `files` by name; `troubles` by the folder of the address; `requests` that came."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv(_files.OFFLINE_SETTING)
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.files, running.troubles, running.requests, running.stop = {}, {}, [], threading.Event()
    running.url = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.stop.set()
    running.shutdown()
    running.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of all data, empty."""
    folder = tmp_path / "data"
    monkeypatch.setenv(_files.FOLDER_SETTING, str(folder))
    return folder
