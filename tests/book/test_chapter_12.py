"""Chapter 12: its small functions do what it says, and its workers end with the notebook, whatever ends that."""

import json
import os
import re
import signal
import sys
import time

import numpy as np
import psutil
import pytest
from jupyter_client.manager import start_new_kernel

CHAPTER = "12_scaling.ipynb"


@pytest.fixture(scope="module")
def twins(cells_tagged) -> dict:
    """The names that the chapter's own functions leave behind."""
    names = {"np": np, "lines": [{"alone": 3.0, "together": 2.0}]}
    for tag in ("profile-twin", "ring-twin", "amdahl-twin"):
        exec(cells_tagged(tag), names)
    return names


def test_periods_that_overlap_are_counted(twins):
    periods = [(0, 2), (2, 4), (10, 12)]
    assert twins["overlap"](periods, [(3, 11)]) == 2
    assert twins["overlap"](periods, [(4, 10)]) == 0
    assert twins["overlap"]([], periods) == 0
    assert twins["most_open"](periods) == 1
    assert twins["most_open"]([(0, 5), (1, 6), (2, 3), (5, 7)]) == 3


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_ring_adds_up_and_sends_less_than_two_vectors(twins, count):
    parts = np.random.default_rng(count).normal(size=(count, count, 5))
    before = parts.copy()
    if count > 1:
        reduced, sent = twins["ring_all_reduce"](parts)
        np.testing.assert_allclose(reduced, np.broadcast_to(parts.sum(axis=0), parts.shape))
        assert sent == 2 * (count - 1) * 5
    np.testing.assert_array_equal(parts, before)


def test_amdahls_law_and_its_inverse(twins):
    assert twins["amdahl"](0.1, 8) == pytest.approx(80 / 17)
    for share in (0, 0.3, 1, 1.7):
        assert twins["share_alone"](twins["amdahl"](share, 4), 4) == pytest.approx(share)


def scripts_of(chapter) -> dict[str, str]:
    """Return the files that the chapter writes, by name."""
    files = {}
    for cell in chapter.cells:
        if cell.cell_type == "code" and cell.source.startswith("%%writefile"):
            command, text = cell.source.split("\n", 1)
            name = command.split()[-1]
            files[name] = files.get(name, "") + text + "\n"
    return files


def test_the_scripts_are_python_and_name_no_machine(chapter):
    files = scripts_of(chapter)
    assert list(files) == ["recipe.py", "worker.py", "clock.py"]
    for name, text in files.items():
        compile(text, name, "exec")
        assert not re.search(r"127\.0\.0\.1|localhost|\d{4,5}\]", text)


def test_the_settings_of_a_cluster_differ_in_their_index_only(chapter):
    (cell,) = [cell for cell in chapter.cells if cell.source.startswith("def settings_for")]
    names = {"json": json}
    exec(cell.source, names)
    configs = [json.loads(names["settings_for"](["a:1", "b:2"], index)["TF_CONFIG"]) for index in (0, 1)]
    assert configs[0]["cluster"] == configs[1]["cluster"] == {"worker": ["a:1", "b:2"]}
    assert [config["task"] for config in configs] == [{"type": "worker", "index": index} for index in (0, 1)]


def is_gone(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="the strategy is not promised there")
def test_no_worker_outlives_a_cell_that_fails_or_a_kernel_that_is_killed(chapter, tmp_path):
    for name, text in scripts_of(chapter).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    starts = "import json\nfrom pathlib import Path\nfrom mnist_helpers import workers\n"
    starts += "\n".join(
        cell.source.split("\n\n\nwith ")[0]
        for cell in chapter.cells
        if cell.source.startswith(("def settings_for", "def launch"))
    )
    training = "with launch('run') as group:\n    print(*group.process_ids, flush=True)\n"
    training += "    group.wait_for(1, 'finished step 50', timeout=240)\n"
    settings = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "TMPDIR": str(tmp_path)}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path), env=settings)

    def run(code: str, timeout: float = 300) -> tuple[str, list[int]]:
        printed = []
        reply = client.execute_interactive(
            code,
            timeout=timeout,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )["content"]
        return reply.get("ename", "ok"), [int(number) for number in "".join(printed).split() if number.isdigit()]

    try:
        assert run(starts)[0] == "ok"
        ended_by, process_ids = run(training + "    raise KeyError")
        assert ended_by == "KeyError"
        assert len(process_ids) == 2 and all(map(is_gone, process_ids))

        enter = "group = launch('again').__enter__()\nprint(*group.process_ids)\n"
        ended_by, process_ids = run(enter + "group.wait_for(1, 'starts at step', timeout=240)")
        assert ended_by == "ok" and len(process_ids) == 2
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        end = time.monotonic() + 20
        while not all(map(is_gone, process_ids)) and time.monotonic() < end:
            time.sleep(0.05)
        assert all(map(is_gone, process_ids))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
