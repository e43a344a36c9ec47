"""The real engine on a real case, and what is left when it is ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codeflash_evals.main import main
from codeflash_evals.scores.lines import read_results

pytestmark = pytest.mark.slow


def test_rewrites_do_nothing_where_nothing_is_to_be_found(folder, tmp_path):
    results = tmp_path / "results.jsonl"
    words = ["run", "ledger", "--subject", "rewrites", "--folder", str(folder), "--results", str(results)]
    assert main([*words, "--budget", "5s"]) == 0
    (found,) = read_results(results)
    assert found.problem == ""
    assert (found.scores.same, found.scores.false_claim) == ("unchanged", "")
    assert list(found.decisions) == ["src/ledger/balance.py::balance"]


def below(state):
    """Processes that name the state folder, other than this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(state).encode() in words:
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_children_end_with_it_and_finished_lines_stay(folder, tmp_path, state, number):
    results = tmp_path / "results.jsonl"
    words = ["run", "--subject", "rewrites", "--folder", str(folder), "--results", str(results)]
    with subprocess.Popen(
        [sys.executable, "-m", "codeflash_evals", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        ends = time.monotonic() + 120
        # The second case is under way once the first one is written and the engine has its state.
        while not results.exists() or not results.read_bytes().count(b"\n"):
            assert process.poll() is None and time.monotonic() < ends
            time.sleep(0.1)
        while len(below(state)) < 2:
            assert process.poll() is None and time.monotonic() < ends
            time.sleep(0.1)
        process.send_signal(number)
        code = process.wait(60)
    assert code == (130 if number == signal.SIGTERM else -number)
    while below(state):
        assert time.monotonic() < ends
        time.sleep(0.1)
    assert [each.key.case for each in read_results(results)] == ["python/ledger"]
