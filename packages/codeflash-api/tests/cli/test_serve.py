"""The whole service as a process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
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

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Its exit code and what it said on standard error."""
        if number is not None:
            self.process.send_signal(number)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err

    def others(self) -> list[psutil.Process]:
        """Other processes that work in the data folder."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if process.pid != self.process.pid
            and any(str(self.data) in word for word in process.info["cmdline"] or ())
        ]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_with_nothing_configured_it_serves_and_leaves_nothing_behind(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(data)
    try:
        key = service.key
        assert key.startswith("cf-")
        main_address, companion_address = service.addresses
        with httpx2.Client(headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
            assert client.get(f"{main_address}/readyz").status_code == 200
            assert client.post(f"{main_address}/ai/rank", json=RANK).json() == {"ranking": [1, 0]}
            assert client.get(f"{companion_address}/cfapi/cli-get-user").text == "owner"
        monkeypatch.delenv("DATABASE_URL", raising=False)
        assert main(["usage", "--json", f"--data={data}"]) == 0
        assert '"feature": "rank"' in capsys.readouterr().out

        port = main_address.rpartition(":")[2]
        code, err = Service(data.with_name("other"), f"--port={port}").end()
        assert code == 2
        assert "can't listen on" in err
        assert not data.with_name("other").exists()
    finally:
        code, err = service.end(signal.SIGTERM)
    assert code == 0, err
    assert service.others() == []
    assert key not in err


def test_after_a_kill_nothing_is_left_and_the_next_start_knows_the_first_key(data: Path) -> None:
    first = Service(data, CODEFLASH_API_FIRST_KEY="cf-chosen-by-hand")
    assert first.lines[0] == "first API key: the one of CODEFLASH_API_FIRST_KEY"
    started = first.others()
    assert started
    first.end(signal.SIGKILL)
    assert psutil.wait_procs(started, timeout=60)[1] == []

    second = Service(data)
    try:
        (line,) = second.lines
        assert line.startswith("listening on")
        headers = {"Authorization": "Bearer cf-chosen-by-hand"}
        answer = httpx2.post(f"{second.addresses[0]}/ai/rank", json=RANK, headers=headers, timeout=30)
        assert answer.status_code == 200
    finally:
        code, err = second.end(signal.SIGINT)
    assert code == 0, err


def test_a_provider_without_its_key_is_refused_before_a_key_is_made(data: Path) -> None:
    refused = Service(data, CODEFLASH_API_PROVIDERS="anthropic", CODEFLASH_API_ANTHROPIC_MODEL="m")
    code, err = refused.end()
    assert code == 2
    assert "CODEFLASH_API_ANTHROPIC_KEY" in err
    assert refused.lines == []
    assert refused.others() == []


def test_equal_ports_are_refused(data: Path) -> None:
    code, err = Service(data, "--port=8123", "--companion-port=8123").end()
    assert code == 2
    assert "both ports are 8123" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_works_as_a_plain_user() -> None:
    with tempfile.TemporaryDirectory(prefix="codeflash-") as folder:
        os.chown(folder, 65534, 65534)
        try:
            subprocess.run([sys.executable, "-c", "import codeflash_api"], user=65534, check=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("a plain user can't read this checkout")
        service = Service(Path(folder) / "data", user=65534, HOME=folder)
        try:
            assert httpx2.get(f"{service.addresses[1]}/readyz", timeout=30).status_code == 200
        finally:
            code, err = service.end(signal.SIGTERM)
        assert code == 0, err
