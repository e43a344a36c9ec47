import asyncio
import os
import sys
import time

import pytest

from codeflash_core.programs import run_program


async def run(code, tmp_path, seconds=30.0, **more):
    return await run_program(
        (sys.executable, "-c", code), folder=tmp_path, environment={}, seconds=seconds, **more
    )


def gone(number):
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


async def test_what_a_program_says_and_how_it_ends(tmp_path):
    code = "import sys; print(sys.stdin.read()); sys.stderr.write('oh'); sys.exit(3)"
    said = await run(code, tmp_path, stdin=b"hello")
    assert (said.code, said.out, said.err, said.whole) == (3, b"hello\n", "oh", True)


async def test_a_program_that_says_too_much_is_ended(tmp_path):
    said = await run("while True: print('x' * 1000)", tmp_path, most_out=5000)
    assert not said.whole
    assert len(said.out) <= 5000


async def test_a_program_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(TimeoutError):
        await run("import time; time.sleep(60)", tmp_path, seconds=0.2)


async def test_what_is_watched_beside_it_ends_it_with_all_that_it_started(tmp_path):
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('draft', 'w').write(str(child.pid))\n"
        "os.rename('draft', 'child')\n"
        "time.sleep(60)\n"
    )
    child = tmp_path / "child"

    async def watch():
        while not child.exists():  # noqa: ASYNC110 (another process makes it)
            await asyncio.sleep(0.02)
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await run(code, tmp_path, watch=watch)
    assert gone(int(child.read_text()))
