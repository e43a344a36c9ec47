import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from codeflash_core.agents import gateway, relay

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such sockets")

ECHO = """
import os, pathlib, sys
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {sorted(set(os.environ) - {'LC_CTYPE'})}")
for line in sys.stdin:
    print(line.upper(), end="", flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a path longer than an address of a socket."""
    deep = tmp_path / ("long " * 25)
    deep.mkdir()
    return deep


async def client(folder: Path) -> asyncio.subprocess.Process:
    # As an agent sees it: by a short name.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", relay.__file__, gateway.SOCKET),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


def alive(told: Path) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(told.read_text().split()[0]), 0)
        return True
    return False


async def test_a_client_talks_to_a_server_of_its_own_that_ends_with_it(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_USER", "s")
    words = [sys.executable, "-c", ECHO, str(tmp_path / "told")]
    async with gateway.serving(words, folder, {"CODEFLASH_STATE_DIR": "x"}):
        process = await client(folder)
        process.stdin.write(b"hello\n")
        assert await process.stdout.readline() == b"HELLO\n"
        process.stdin.close()
        assert await process.wait() == 0
        # The relay ends when its connection does, which is when the server is gone.
        assert not alive(tmp_path / "told")
    seen = (tmp_path / "told").read_text()
    assert "CODEFLASH_STATE_DIR" in seen
    assert "SECRET_OF_THE_USER" not in seen


async def test_at_the_end_every_server_is_gone(folder, tmp_path):
    words = [sys.executable, "-c", ECHO, str(tmp_path / "told")]
    async with gateway.serving(words, folder, {}):
        process = await client(folder)
        process.stdin.write(b"hello\n")
        await process.stdout.readline()
        assert alive(tmp_path / "told")
    assert not alive(tmp_path / "told")
    await process.wait()


async def test_a_server_that_does_not_start_is_the_end_of_its_client(folder):
    async with gateway.serving([sys.executable, "-c", "raise SystemExit(3)"], folder, {}):
        process = await client(folder)
        assert await process.stdout.read() == b""
        process.stdin.close()
        await process.wait()


def test_the_server_lets_versions_be_judged_and_nothing_else():
    assert "--judge" in (gateway.server_words(Path("/p")) or [])
