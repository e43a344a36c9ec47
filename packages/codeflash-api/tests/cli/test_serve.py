"""The whole service as a process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

from codeflash_api.main import main

pytestmark = pytest.mark.slow

RANK = {"diffs": ["a", "b"], "speedups": [1, 2], "optimization_ids": ["x", "y"]}


class Service:
    """A running service.

    Attributes:
        process: The process.
        lines: What it printed until it listened.
    """

    def __init__(self, data: Path, *words: str, user: int | None = None, **environment: str) -> None:
        given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.data = data
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "codeflash_api",
                "serve",
                "--port=0",
                "--companion-port=0",
                f"--data={data}",
                *words,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=user,
            env={**given, **environment},
        )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if line.startswith("listening on"):
                break

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"http://\S+", self.lines[-1])

    @property
    def key(self) -> str:
        return self.lines[0].removeprefix("first API key: ").split()[0]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err

    def postgres(self) -> list[int]:
        """Processes that work in the data folder."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.data) in word for word in process.info["cmdline"] or ()):
                found.append(process.pid)
        return found


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_with_nothing_configured_it_serves_and_leaves_nothing_behind(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(data)
    try:
        key = service.key
        assert key.startswith("cf-")
        main_address, companion_address = service.addresses
        headers = {"Authorization": f"Bearer {key}"}
        with httpx2.Client(headers=headers, timeout=30) as client:
            assert client.get(f"{main_address}/readyz").status_code == 200
            assert client.post(f"{main_address}/ai/rank", json=RANK).json() == {"ranking": [1, 0]}
            assert client.get(f"{companion_address}/cfapi/cli-get-user").text == "owner"
            monkeypatch.delenv("DATABASE_URL", raising=False)
            assert main(["usage", "--json", f"--data={data}"]) == 0
            assert '"feature": "rank"' in capsys.readouterr().out
    finally:
        code, err = service.stop()
    assert code == 0, err
    assert service.postgres() == []
    assert key not in err


def test_the_second_start_prints_no_key_and_knows_the_first_one(data: Path) -> None:
    first = Service(data, CODEFLASH_API_FIRST_KEY="cf-chosen-by-hand")
    assert first.lines[0] == "first API key: the one of CODEFLASH_API_FIRST_KEY"
    assert first.stop(signal.SIGINT)[0] == 0
    second = Service(data)
    try:
        (line,) = second.lines
        assert line.startswith("listening on")
        answer = httpx2.post(
            f"{second.addresses[0]}/ai/rank",
            json=RANK,
            headers={"Authorization": "Bearer cf-chosen-by-hand"},
            timeout=30,
        )
        assert answer.status_code == 200
    finally:
        assert second.stop()[0] == 0


def test_a_data_folder_in_use_and_a_port_in_use_are_refused(data: Path) -> None:
    service = Service(data)
    try:
        port = service.addresses[0].rpartition(":")[2]
        taken = Service(data.with_name("other"), f"--port={port}")
        assert taken.process.wait(60) == 2
        assert taken.process.stderr is not None
        assert "can't listen on" in taken.process.stderr.read()
        assert not data.with_name("other").exists()
    finally:
        assert service.stop()[0] == 0


def test_a_provider_without_its_key_is_refused_before_a_key_is_made(data: Path) -> None:
    refused = Service(data, CODEFLASH_API_PROVIDERS="anthropic", CODEFLASH_API_ANTHROPIC_MODEL="m")
    _, err = refused.process.communicate(timeout=60)
    assert refused.process.returncode == 2
    assert "CODEFLASH_API_ANTHROPIC_KEY" in err
    assert refused.lines == []
    assert refused.postgres() == []


def test_equal_ports_are_refused(data: Path) -> None:
    refused = Service(data, "--port=8123", "--companion-port=8123")
    assert refused.process.wait(60) == 2


def test_a_killed_service_leaves_no_postgres(data: Path) -> None:
    service = Service(data)
    started = [psutil.Process(pid) for pid in service.postgres() if pid != service.process.pid]
    assert started
    service.stop(signal.SIGKILL)
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_works_as_a_plain_user(data: Path) -> None:
    data.mkdir()
    os.chown(data, 65534, 65534)
    folders = [Path(sys.prefix), *data.parents[:-1]]
    readable = all(folder.stat().st_mode & 0o005 == 0o005 for folder in folders)
    if not readable:
        pytest.skip("a plain user can't read these folders")
    service = Service(data, user=65534)
    try:
        assert httpx2.get(f"{service.addresses[1]}/readyz", timeout=30).status_code == 200
    finally:
        code, err = service.stop()
    assert code == 0, err
