"""A host with a real sandbox, and a worker of a few lines that misbehaves on request."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from codeflash_core.hosts.local import LocalHost
from codeflash_core.model.side import Side
from codeflash_core.ports.hosts import Program, Work
from codeflash_core.sandbox import Mode, Sandbox, copy_project, detect

WORKER = """
import json, os, signal, struct, sys, time

def read(count):
    data = b""
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            os._exit(0)
        data += part
    return data

def send(header, blobs=()):
    body = json.dumps(dict(header, blobs=[len(blob) for blob in blobs])).encode()
    write(struct.pack(">4sII", b"CFW1", len(body), sum(map(len, blobs))) + body + b"".join(blobs))

def write(data):
    while data:
        data = data[os.write(1, data):]

answered = 0
if "silent" in sys.argv:
    time.sleep(600)
if "stillborn" in sys.argv:
    sys.exit(4)
send({"hello": 1})
while True:
    _, size, attached = struct.unpack(">4sII", read(12))
    request = json.loads(read(size))
    blobs = [read(length) for length in request.pop("blobs")]
    do = request.get("do", "answer")
    if do == "sleep":
        time.sleep(600)
    elif do == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif do == "exit":
        os._exit(7)
    elif do == "garbage":
        write(b"Hello, this is not a frame at all\\n")
    elif do == "oversized":
        write(struct.pack(">4sII", b"CFW1", 2**31, 2**31))
    elif do == "endless":
        while True:
            write(b"x" * 65536)
    elif do == "half":
        write(struct.pack(">4sII", b"CFW1", 100, 0) + b"{")
        os._exit(0)
    elif do == "other":
        send({"id": "another", "data": {}})
    elif do == "outgrow":
        refused = False
        while not refused:
            try:
                os.fork() or os._exit(0)
            except BlockingIOError:
                refused = True
        send({"id": request["id"], "data": {"refused": True}})
    elif do == "nothing":
        send({"id": request["id"]})
    elif do == "refuse":
        send({"id": request["id"], "failure": {"kind": "import", "detail": "no such module", "at": 3}})
    elif do == "odd":
        send({"id": request["id"], "failure": {"kind": ["x"] * 99, "detail": {"y": 1}, "at": "z"}})
    else:
        answered += 1
        data = {"pid": os.getpid(), "answered": answered, "request": request, "cwd": os.getcwd()}
        data["file"] = open("m.py").read() if os.path.exists("m.py") else None
        data["seed"] = os.environ.get("SEED")
        send({"id": request["id"], "data": data, "cpu": 0.25}, blobs)
        if do == "answer-and-die":
            os._exit(0)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one file."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "m.py").write_text("original\n")
    return root


@pytest.fixture(params=["confined", "copy"])
async def host(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> AsyncIterator[LocalHost]:
    """A host, once under bubblewrap and once without."""
    confinement = detect(Mode.AUTO if request.param == "confined" else Mode.OFF)
    if request.param == "confined" and not confinement.confined:
        pytest.skip("no bubblewrap here")
    place = tmp_path / "scratch"
    place.mkdir()
    made = LocalHost(Sandbox(confinement, place), copy_project(project, place / "base", confinement), place)
    yield made
    await made.close()


@pytest.fixture
def work() -> Callable[..., Work]:
    """``work(do="sleep")`` is a unit for the worker of a few lines."""
    prefixes = tuple(dict.fromkeys((Path(sys.base_prefix), Path(sys.prefix))))

    def make(
        side: Side | None = None,
        *,
        warm: bool = True,
        wall: float = 60.0,
        blobs: tuple[bytes, ...] = (),
        extra: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
        setup: tuple[dict[str, Any], ...] = (),
        **request: Any,
    ) -> Work:
        program = Program(
            (sys.executable, "-I", "-S", "-c", WORKER, *extra),
            prefixes=prefixes,
            environment=environment or {},
            setup=setup,
        )
        return Work(side or Side(), program, request, blobs, warm, wall)

    return make


@pytest.fixture
def ours(project: Path, tmp_path: Path) -> Callable[[], list[int]]:
    """Processes that work in the project or in one of its copies."""

    def find() -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                here = (entry / "cwd").readlink()
                dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
            except OSError:
                continue
            if not dead and here.is_relative_to(tmp_path):
                found.append(int(entry.name))
        return found

    return find


@pytest.fixture
def plain() -> Callable[[Any], Any]:
    """A value as JSON would carry it."""
    return lambda value: json.loads(json.dumps(value))
