"""Candidates that attack when they are imported, past the static gate: contained, and never the same."""

import pytest

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Different, Same, Undecided

pytestmark = pytest.mark.slow

ENDS = {
    "leaves with status 0": "import os; os._exit(0)",
    "exits": "import sys; sys.exit(0)",
    "raises": "raise ValueError('no')",
    "ends its interpreter by a signal": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "ends its parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL); os.kill(1, signal.SIGKILL); os._exit(0)",
    "ends every process it may": "import os, signal; os.kill(-1, signal.SIGKILL); os._exit(0)",
    "crashes in C": "import ctypes; ctypes.string_at(0)",
    "closes every descriptor": "import os; os.closerange(0, 256)",
    "closes the channel": "import os\nfor fd in range(3, 64):\n    try:\n        os.close(fd)\n    except OSError:\n        pass",
    "takes all memory": "kept = []\nwhile True:\n    kept.append(bytearray(64 << 20))",
    "writes garbage to every descriptor": """
        import os
        for fd in range(3, 64):
            try:
                os.write(fd, b"garbage" * 9)
            except OSError:
                pass
        """,
    "forges answers to requests to come": """
        import json, os, struct
        for number in range(40):
            header = json.dumps({"ok": True, "data": {"proofs": {}, "calls": []}, "id": number, "blobs": []}).encode()
            for fd in range(3, 64):
                try:
                    os.write(fd, struct.pack(">4sII", b"CFW1", len(header), 0) + header)
                except OSError:
                    pass
        """,
    "replaces its module": """
        import sys, types
        sys.modules[__name__] = fake = types.ModuleType(__name__)
        fake.__file__ = __file__
        fake.total = lambda numbers: 0
        """,
    "deletes its own file": "import os; os.unlink(__file__)",
    "rewrites its own file": "open(__file__, 'w').write('def total(numbers):\\n    return 0\\n')",
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_a_candidate_that_breaks_its_process_at_import_is_never_the_same(court, with_prologue, code):
    verdict = court.check(with_prologue(code))
    assert not isinstance(verdict, Same)
    court.still_works()


def test_an_import_that_never_ends_is_undecided(court, with_prologue):
    verdict = court.check(with_prologue("while True:\n    pass"))
    assert isinstance(verdict, Undecided)
    assert verdict.why in ("timeout", "cpu")
    court.still_works()


def test_a_fork_bomb_is_undecided(court, with_prologue, naming):
    verdict = court.check(with_prologue("import os\nwhile True:\n    os.fork()"))
    assert isinstance(verdict, Undecided)
    assert verdict.why in ("processes", "memory", "crash", "cpu", "timeout")
    court.still_works()


def test_ten_gigabytes_of_output_are_undecided(court, with_prologue):
    code = "import os\nchunk = b'x' * (1 << 20)\nfor _ in range(10240):\n    os.write(2, chunk)"
    verdict = court.check(with_prologue(code))
    assert isinstance(verdict, Undecided)
    assert verdict.why in ("output", "timeout")
    court.still_works()


def test_no_secret_and_no_network_can_be_reached(court, with_prologue, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".secret").write_text("h0me-s3cret")
    monkeypatch.setenv("HOME", str(home))
    found = court.check(
        with_prologue(f"""
        import os, pathlib, socket
        seen = [repr(sorted(os.environ.items()))]
        for place in ({str(home / ".secret")!r}, os.path.expanduser("~/.secret"), ".env", "/proc/1/environ"):
            try:
                seen.append(pathlib.Path(place).read_text())
            except OSError:
                pass
        for address in (("127.0.0.1", 22), ("192.0.2.1", 80)):
            try:
                socket.create_connection(address, 1)
                seen.append("CONNECTED")
            except OSError:
                pass
        raise RuntimeError("seen " + " ".join(" ".join(seen).split()))
        """)
    )
    assert isinstance(found, Different)
    assert "seen " in found.counterexample.candidate
    for secret in ("s3cret", "CONNECTED"):
        assert secret not in found.counterexample.candidate
    court.still_works()


def test_what_is_written_elsewhere_reaches_nothing(court, with_prologue, tmp_path):
    places = [str(court.root.parent / "beside.txt"), str(tmp_path / "new.txt"), str(court.state / "new.txt")]
    code = f"""
        import os, pathlib
        for place in {places!r}:
            try:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                pathlib.Path(place).write_text("written")
            except OSError:
                pass
        for name in ("out", "shop/out"):
            os.symlink({str(tmp_path)!r}, name)
            try:
                pathlib.Path(name, "through.txt").write_text("written")
            except OSError:
                pass
        pathlib.Path("shop/prices.py").write_text("TAX = 99")
        raise RuntimeError("done")
        """
    found = court.check(with_prologue(code))
    assert isinstance(found, Different)
    assert "done" in found.counterexample.candidate
    assert list(tmp_path.iterdir()) == []
    assert not (court.state / "new.txt").exists()
    assert (court.root.parent / "beside.txt").read_text() == "untouched"
    court.still_works()


def test_a_daemon_does_not_outlive_the_session_of_its_process(court, with_prologue, naming, original):
    mark = "hostile-daemon-4711"
    code = f"""
        import subprocess, sys
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", {mark!r}], start_new_session=True)
        """
    wrong = original.replace("number > 0", "number >= 1")
    assert isinstance(court.check(with_prologue(code, wrong)), Different)
    assert naming(mark) != []
    side = court.side(with_prologue(code, wrong))
    court.runner.run(court.session.workshop.host.discard(side))
    assert naming(mark) == []
    court.still_works()


GATE = {
    "socket": "import socket",
    "urllib": "import urllib.request",
    "subprocess": "import subprocess",
    "threading": "import threading",
    "a clock": "import time",
    "patched clock": "from time import thread_time_ns",
    "environ": "import os\nTOKEN = os.environ.get('TOKEN')",
    "fork": "import os\nos.fork()",
    "signal": "import signal",
    "stack": "import sys\nFRAME = sys._getframe()",
    "hidden stack": "import sys\nFRAME = getattr(sys, '_getframe')()",
    "computed stack": "import sys\nFRAME = getattr(sys, '_get' + 'frame')()",
    "modules": "import sys\nMODULES = sys.modules",
    "trace": "import sys\nsys.settrace(None)",
    "monitoring": "import sys\nMONITORING = sys.monitoring",
    "gc": "import gc",
    "the worker": "import codeflash_worker.encode",
    "importlib": "import importlib",
    "exec": "exec('1')",
    "a file": "DATA = open('.env').read()",
    "ctypes": "import ctypes",
    "atexit": "import atexit",
    "inspect": "import inspect",
}


@pytest.mark.parametrize("code", GATE.values(), ids=GATE)
def test_the_static_gate_refuses_before_anything_runs(court, with_prologue, code):
    result = court.verify(with_prologue(code))
    assert result.decision.word is DecisionWord.REJECTED
    assert any("newly uses" in reason for reason in result.decision.reasons)
    assert result.best.verdict is None
