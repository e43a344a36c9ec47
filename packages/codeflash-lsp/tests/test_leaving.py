"""An editor that crashes, or a server that is told to end, while a function is optimized."""

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """import time

from shop.ordering import distinct


def test_slowly():
    time.sleep(60)
    assert distinct(["b", "a", "b"]) == ["b", "a"]
"""


def framed(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def received(stream):
    size = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        size = int(value) if name.lower() == b"content-length" else size
    return json.loads(stream.read(size)) if size else {}


@pytest.fixture
def at_work(shop, ordering):
    """A server whose run is recording calls."""
    (shop.root / "tests/test_ordering.py").write_text(TESTS)
    process = subprocess.Popen(
        [sys.executable, "-m", "codeflash_lsp"],
        env=shop.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    uri = shop.ordering.as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": ordering}
    place = {"uri": uri, "function": "distinct"}
    for message in (
        framed(
            id=1,
            method="initialize",
            params={"processId": None, "rootUri": shop.root.as_uri(), "capabilities": {}},
        ),
        framed(method="initialized", params={}),
        framed(method="textDocument/didOpen", params={"textDocument": document}),
        framed(
            id=2,
            method="workspace/executeCommand",
            params={"command": "codeflash.optimize", "arguments": [place]},
        ),
    ):
        process.stdin.write(message)
    process.stdin.flush()
    while "recording calls" not in (message := json.dumps(received(process.stdout))):
        assert message != "{}", process.stderr.read()
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def processes(shop):
    """Those that work for runs: they name the state folder in their command."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and str(shop.state).encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", ["the editor crashed", "the editor said exit", "the server was ended"])
def test_nothing_of_a_run_is_left_behind(at_work, shop, how) -> None:
    if how == "the server was ended":
        at_work.send_signal(signal.SIGTERM)
    elif how == "the editor said exit":
        at_work.stdin.write(framed(method="exit"))
        at_work.stdin.flush()
    else:
        at_work.stdin.close()
    at_work.stdout.close()
    assert at_work.wait(60) == (143 if how == "the server was ended" else 1)
    assert shop.scratch() == []
    assert processes(shop) == []
    said = at_work.stderr.read()
    assert b"Traceback" not in said, said
