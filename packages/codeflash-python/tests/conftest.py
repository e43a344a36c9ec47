"""A worker driven over its channel, without a sandbox."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from codeflash_worker import channel

SOURCES = Path(channel.__file__).parent.parent
START = "import sys; sys.path[0]=sys.argv[1]; from codeflash_worker.serve import main; main()"


class Failed(Exception):
    """The worker refused or failed."""

    def __init__(self, kind: str, detail: str, at: int = -1) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail, self.at = kind, detail, at


class Worker:
    """One worker process."""

    def __init__(self, root: Path, python: str, folder: Path, env: Mapping[str, str], vendor: str) -> None:
        self.process = subprocess.Popen(
            [python, "-B", "-c", START, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", **env},
        )
        assert self.process.stdout is not None
        hello = channel.receive(self.process.stdout.fileno())
        assert hello is not None
        self.python = tuple(hello[0]["python"])
        self.cpu = 0.0
        self.setup = self.ask(
            "setup", fork=False, root=str(root), roots=[str(root)], vendor=vendor, scratch=str(root.parent)
        )

    def exchange(
        self, op: str, blobs: Sequence[bytes] = (), **fields: Any
    ) -> tuple[dict[str, Any], list[bytes]]:
        """The whole answer and its attachments; raises :class:`Failed`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        channel.send(self.process.stdin.fileno(), {"op": op, **fields}, list(blobs))
        answer = channel.receive(self.process.stdout.fileno())
        assert answer is not None, "the worker went away"
        header, attached = answer
        self.cpu = header.get("cpu", 0.0)
        if not header["ok"]:
            failure = header["failure"]
            raise Failed(failure["kind"], failure["detail"], failure["at"])
        return header["data"], attached

    def ask(self, op: str, blobs: Sequence[bytes] = (), **fields: Any) -> dict[str, Any]:
        """The data of the answer; raises :class:`Failed`."""
        return self.exchange(op, blobs, **fields)[0]

    def close(self) -> None:
        """Close the channel and reap the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def failed() -> type[Failed]:
    """The exception that a refusing worker raises."""
    return Failed


@pytest.fixture
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Worker]]:
    """``worker(root, python=..., env=..., vendor=...)`` starts one; all are closed at the end."""
    started: list[Worker] = []
    folder = tmp_path_factory.mktemp("worker")
    (folder / "codeflash_worker").symlink_to(SOURCES / "codeflash_worker")

    def start(
        root: Path, python: str = sys.executable, env: Mapping[str, str] | None = None, vendor: str = ""
    ) -> Worker:
        started.append(Worker(root, python, folder, env or {}, vendor))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """``project({"pkg/mod.py": text, ...})`` writes a small project and gives its root."""

    def write(files: Mapping[str, str]) -> Path:
        root = tmp_path / "project"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        root.mkdir(exist_ok=True)
        return root

    return write


OTHER_PYTHONS = [
    str(path)
    for version in ("3.9.18", "3.12.1", "3.13.0")
    for path in Path.home().glob(f".pyenv/versions/{version}/bin/python")
]


@pytest.fixture(params=[sys.executable, *OTHER_PYTHONS], ids=lambda path: Path(path).parent.parent.name)
def any_python(request: pytest.FixtureRequest) -> str:
    """Each interpreter that this machine has of those we promise to serve."""
    return str(request.param)
