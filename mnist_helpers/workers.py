"""Several Python processes that work together, and end with the one that started them."""

import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

if sys.platform == "linux":
    import fcntl

__all__ = ["WorkerError", "WorkerGroup", "free_ports", "start"]

_LOOK_AGAIN = 0.02  # seconds between two looks at a process
_MOST_PORTS = 100
_TAIL = 12  # lines of a log that an error quotes


class WorkerError(RuntimeError):
    """A worker failed or took too long; the message holds the end of what it wrote."""


def free_ports(count: int) -> list[int]:
    """Find free ports of this computer, for servers that are about to start.

    Each port has carried one short connection. For about a minute Linux then gives it to no program that asks for
    any free port, while a server that names it may have it, as those of TensorFlow do: so nobody comes in between.
    The trick is that of https://github.com/Yelp/ephemeral-port-reserve. On other systems the ports are free when
    this function returns, and no more is promised.

    Parameters
    ----------
    count : int
        How many, from 1 to 100.

    Returns
    -------
    list of int
        All different.

    Raises
    ------
    ValueError
        ``count`` is no such number.

    Examples
    --------
    >>> one, other = free_ports(2)
    >>> one != other
    True
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST_PORTS:
        raise ValueError(f"count must be a whole number from 1 to {_MOST_PORTS}; got {count!r}.")
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in servers]
    for server, port in zip(servers, ports, strict=True):
        with server, socket.create_connection(("127.0.0.1", port)) as client:
            server.accept()[0].close()  # the side that closes first keeps the port reserved
            client.recv(1)
    return ports


def start(script, settings, arguments=()):
    r"""Start a Python script several times, each time with other environment variables.

    Parameters
    ----------
    script : path
        The file to run. The workers run in the current folder.
    settings : sequence of dict of str to str
        One worker each: the environment variables that it gets beside those of this process.
    arguments : sequence of str
        What stands behind the script's name on the command line, the same for all.

    Returns
    -------
    WorkerGroup
        To be used in a ``with`` block: at its end no worker is left. When this process dies, however that happens, the
        workers end as well.

    Raises
    ------
    FileNotFoundError
        There is no such script.
    ValueError
        ``settings`` is empty, or one dictionary instead of several.

    Examples
    --------
    >>> folder = tempfile.TemporaryDirectory()
    >>> script = Path(folder.name) / "hello.py"
    >>> _ = script.write_text("import os; print('Hello from', os.environ['NAME'])")
    >>> with start(script, [{"NAME": "Ada"}, {"NAME": "Alan"}]) as group:
    ...     print(group.wait(timeout=60))
    ['Hello from Ada\n', 'Hello from Alan\n']
    >>> folder.cleanup()
    """
    if not Path(script).is_file():
        raise FileNotFoundError(f"there is no script {str(script)!r} in {os.getcwd()}.")
    if isinstance(settings, dict) or not settings:
        raise ValueError("settings must be a list with one dictionary for each worker; got " + repr(settings))
    return WorkerGroup(script, settings, arguments)


class WorkerGroup:
    """Processes that :func:`start` has started, numbered from 0. A ``with`` block ends them all."""

    def __init__(self, script, settings, arguments):
        self._folder = tempfile.TemporaryDirectory(prefix="workers-", ignore_cleanup_errors=True)
        self._processes = []
        command = [sys.executable, "-m", __name__, str(Path(script).resolve()), *map(str, arguments)]
        try:
            for index, variables in enumerate(settings):
                with open(self._log(index, "out"), "wb") as out, open(self._log(index, "err"), "wb") as err:
                    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"} | variables
                    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment)
                self._processes.append(process)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _log(self, index: int, kind: str) -> Path:
        return Path(self._folder.name) / f"{index}.{kind}"

    @property
    def process_ids(self) -> list[int]:
        """The numbers under which the operating system knows the workers."""
        return [process.pid for process in self._processes]

    def output(self, index: int) -> str:
        """Return what a worker has printed so far."""
        return self._log(index, "out").read_text(encoding="utf-8", errors="replace")

    def errors(self, index: int) -> str:
        """Return what a worker has written to its error stream so far: its log, and its traceback if it failed."""
        return self._log(index, "err").read_text(encoding="utf-8", errors="replace")

    def exit_status(self, index: int, timeout: float):
        """Wait until a worker has ended; return its exit status, or None if it is still running after the timeout.

        0 means that all went well. A worker that was killed has a negative status on Linux and macOS.
        """
        try:
            return self._processes[index].wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float) -> list[str]:
        """Wait until all workers have ended well; return what each has printed.

        Parameters
        ----------
        timeout : float
            Seconds, for all of them together.

        Raises
        ------
        WorkerError
            One failed, or the time is up. In both cases all are ended first.
        """
        self._wait_until(lambda: all(process.poll() == 0 for process in self._processes), "to end", timeout)
        return [self.output(index) for index in range(len(self._processes))]

    def wait_for(self, index: int, text: str, timeout: float) -> None:
        """Wait until a worker has printed a text.

        Raises
        ------
        WorkerError
            A worker failed, this one ended without printing it, or the time is up. In all cases all are ended first.
        """

        def printed() -> bool:
            ended = self._processes[index].poll() is not None
            if text in self.output(index):
                return True
            if ended:
                raise self._failure(f"Worker {index} ended, and has not printed {text!r}.", index)
            return False

        self._wait_until(printed, f"for {text!r} from worker {index}", timeout)

    def kill(self, index: int) -> None:
        """End a worker at once, as a power cut would, and wait until it is gone."""
        self._processes[index].kill()
        self._processes[index].wait()

    def close(self) -> None:
        """End every worker that still runs, and delete the logs."""
        self._end_all()
        self._folder.cleanup()

    def _end_all(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
            process.stdin.close()

    def _wait_until(self, done, what: str, timeout: float) -> None:
        end = time.monotonic() + timeout
        while not done():
            for index, process in enumerate(self._processes):
                if process.poll():
                    raise self._failure(f"Worker {index} failed with exit status {process.returncode}.", index)
            if time.monotonic() > end:
                running = [index for index, process in enumerate(self._processes) if process.poll() is None]
                raise self._failure(f"Waited {timeout:g} s {what}; still running: {running}.", *running)
            time.sleep(_LOOK_AGAIN)

    def _failure(self, message: str, *indices: int) -> WorkerError:
        """End all workers, and return an error with the end of what some of them wrote."""
        self._end_all()
        for index in indices:
            lines = (self.errors(index).strip() or self.output(index).strip() or "(nothing)").splitlines()
            message += f"\nThe last that worker {index} wrote:\n" + "\n".join(lines[-_TAIL:])
        if "Could not start gRPC server" in message or "Address already in use" in message:
            message += "\nAnother program has taken the port in the meantime. Run the cell again, with other ports."
        return WorkerError(message)


def _end_with_parent() -> None:
    """Make this process end when the pipe closes that the parent holds, and with it the parent's end, however it came.

    A thread waits for that. It cannot act while the main thread is inside a library that keeps Python's lock, as
    TensorFlow does until all workers are there: so on Linux the system itself sends a signal that ends the process.
    """
    if sys.platform == "linux":
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)

    def wait():
        os.read(0, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _run(script: str) -> None:
    """Run a script as ``python script ...`` would, and end when the parent does."""
    _end_with_parent()
    sys.argv = sys.argv[1:]
    sys.path[0] = str(Path(script).parent)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    _run(sys.argv[1])
