import asyncio
import subprocess
import sys

import pytest

from codeflash_core.pipeline import turn
from codeflash_core.pipeline.turn import taking_turns


@pytest.fixture(autouse=True)
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(turn, "POLL_SECONDS", 0.001)


async def test_two_runs_never_work_at_once_and_the_second_says_that_it_waits(tmp_path) -> None:
    told, inside = [], []
    entered, release = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with taking_turns(tmp_path, told.append):
            inside.append("first")
            entered.set()
            await release.wait()
            inside.append("first ends")

    async def second() -> None:
        async with taking_turns(tmp_path, lambda event: (told.append(event), release.set())):
            inside.append("second")

    one = asyncio.create_task(first())
    await entered.wait()
    await asyncio.gather(one, second())
    assert inside == ["first", "first ends", "second"]
    assert told[0].stage == "wait"


async def test_the_turn_of_a_killed_process_is_given_back(tmp_path) -> None:
    hold = f"import fcntl; f = open({str(tmp_path / turn.TURN)!r}, 'ab'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    process = subprocess.Popen(  # noqa: ASYNC220 - the test waits for its one line
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"1\n"

    def killed(_: object) -> None:
        process.kill()

    async with taking_turns(tmp_path, killed):
        assert process.wait() == -9
    process.stdin.close()
    process.stdout.close()


async def test_one_that_is_cancelled_while_it_waits_leaves_the_turn_to_others(tmp_path) -> None:
    async with taking_turns(tmp_path, lambda event: None):
        waiting = asyncio.create_task(_take(tmp_path))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await _take(tmp_path)


async def _take(place) -> None:
    async with taking_turns(place, lambda event: None):
        pass
