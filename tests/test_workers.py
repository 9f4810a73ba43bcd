"""Workers: what they say arrives, their errors are told, and none outlives the one that started it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from mnist_helpers import workers

SLEEPS = "import time\nprint('here', flush=True)\ntime.sleep(600)"
KEEPS_THE_LOCK = """
import ctypes
print("here", flush=True)
ctypes.PyDLL(None).sleep(600)  # a library that does not give Python's lock back
"""


def is_gone(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def all_end(process_ids, timeout: float = 20) -> bool:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if all(map(is_gone, process_ids)):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def script(tmp_path):
    """Return a function that writes a script and returns its path."""

    def write(code: str):
        path = tmp_path / "script.py"
        path.write_text(code, encoding="utf-8")
        return path

    return write


def test_each_worker_gets_its_settings_and_all_get_the_arguments(script):
    path = script("import os, sys\nprint(__name__, os.environ['WHO'], *sys.argv[1:], 'é')")
    with workers.start(path, [{"WHO": "a"}, {"WHO": "b"}], ["run", 3]) as group:
        assert group.wait(timeout=60) == ["__main__ a run 3 é\n", "__main__ b run 3 é\n"]


def test_a_script_imports_what_lies_beside_it(script, tmp_path):
    (tmp_path / "beside.py").write_text("answer = 42")
    with workers.start(script("import beside\nprint(beside.answer)"), [{}]) as group:
        assert group.wait(timeout=60) == ["42\n"]


def test_a_traceback_becomes_the_error_and_the_others_are_ended(script):
    path = script("import os, time\nif os.environ['WHO'] == 'b':\n    [][7]\ntime.sleep(600)")
    with workers.start(path, [{"WHO": "a"}, {"WHO": "b"}]) as group:
        with pytest.raises(workers.WorkerError, match=r"(?s)Worker 1 failed .*\[\]\[7\].*IndexError: list index"):
            group.wait(timeout=60)
        assert all(map(is_gone, group.process_ids))


def test_a_taken_port_is_named(script):
    path = script("raise RuntimeError('Could not start gRPC server')")
    with (
        workers.start(path, [{}]) as group,
        pytest.raises(workers.WorkerError, match="Another program has taken the port"),
    ):
        group.wait(timeout=60)


def test_the_time_limit_ends_all_and_says_who_was_late(script):
    path = script("import os, time\nprint('so far', flush=True)\ntime.sleep(600 * int(os.environ['LATE']))")
    with workers.start(path, [{"LATE": "0"}, {"LATE": "1"}]) as group:
        group.wait_for(1, "so far", timeout=60)
        assert group.exit_status(0, timeout=60) == 0
        with pytest.raises(workers.WorkerError, match=r"(?s)Waited 0.1 s to end; still running: \[1\].*so far"):
            group.wait(timeout=0.1)
        assert all(map(is_gone, group.process_ids))


def test_a_text_that_never_comes_is_an_error(script):
    with workers.start(script("print('something else')"), [{}]) as group:
        assert group.exit_status(0, timeout=60) == 0
        with pytest.raises(workers.WorkerError, match=r"Worker 0 ended, and has not printed 'step 1'"):
            group.wait_for(0, "step 1", timeout=60)
        group.wait_for(0, "something", timeout=60)  # what an ended worker has printed counts


def test_one_worker_is_killed_and_the_other_lives_on(script):
    with workers.start(script(SLEEPS), [{}, {}]) as group:
        group.wait_for(0, "here", timeout=60)
        group.kill(1)
        assert group.exit_status(1, timeout=0) not in (0, None)
        assert group.exit_status(0, timeout=0.1) is None
        assert group.output(0) == "here\n" and group.errors(0) == ""


def test_an_error_in_the_block_ends_all_and_leaves_no_logs(script):
    with contextlib.suppress(KeyError), workers.start(script(SLEEPS), [{}, {}]) as group:
        raise KeyError
    assert all(map(is_gone, group.process_ids))
    assert not os.path.exists(group._folder.name)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
@pytest.mark.parametrize("code", [SLEEPS, "print('here', flush=True)\nwhile True:\n    pass", KEEPS_THE_LOCK])
def test_workers_end_when_their_parent_is_killed(script, code):
    if code is KEEPS_THE_LOCK and sys.platform != "linux":
        pytest.skip("only Linux ends a process that keeps Python's lock")
    starts = (
        "import sys, time\nfrom mnist_helpers import workers\n"
        "group = workers.start(sys.argv[1], [{}, {}])\n"
        "for index in range(2):\n    group.wait_for(index, 'here', timeout=60)\n"
        "print(*group.process_ids, flush=True)\ntime.sleep(600)"
    )
    path = script(code)
    settings = os.environ | {"TMPDIR": str(path.parent)}  # a killed parent cannot clear up its logs
    parent = subprocess.Popen([sys.executable, "-c", starts, path], stdout=subprocess.PIPE, text=True, env=settings)
    with parent:
        process_ids = [int(number) for number in parent.stdout.readline().split()]
        assert len(process_ids) == 2 and not any(map(is_gone, process_ids))
        parent.send_signal(signal.SIGKILL)
        assert all_end(process_ids)


def test_free_ports_differ_and_can_be_named():
    ports = workers.free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        with socket.create_server(("127.0.0.1", port)):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="promised for Linux only")
def test_nobody_who_asks_for_any_port_gets_a_free_one():
    ports = set(workers.free_ports(3))
    for _ in range(40):
        with contextlib.ExitStack() as stack:
            others = [stack.enter_context(socket.socket()) for _ in range(500)]
            for other in others:
                other.bind(("127.0.0.1", 0))
            assert not ports & {other.getsockname()[1] for other in others}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: workers.free_ports(0), ValueError, "count must be a whole number from 1 to 100; got 0"),
        (lambda: workers.start("nowhere.py", [{}]), FileNotFoundError, "no script 'nowhere.py'"),
        (lambda: workers.start(__file__, []), ValueError, "one dictionary for each worker"),
        (lambda: workers.start(__file__, {"TF_CONFIG": "{}"}), ValueError, "one dictionary for each worker"),
    ],
)
def test_bad_input_is_told_early(call, error, message):
    with pytest.raises(error, match=message):
        call()
