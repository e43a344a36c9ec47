import asyncio

import pytest


async def test_commands_of_any_language_are_compared(connect, told) -> None:
    async with connect() as client:
        arguments = {"command_a": "true", "command_b": "true", "budget_seconds": 1}
        answer = told.answer(await client.call_tool("compare", arguments))
    assert answer["exit_codes"] == {"a": [0], "b": [0]}
    assert answer["outcome"] in ("faster", "slower", "no-difference", "inconclusive")
    assert answer["next"]


async def test_a_missing_program_is_refused(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(
            await client.call_tool("compare", {"command_a": "true", "command_b": "no-such-program"})
        )
    assert "there is no program" in said


async def test_a_cancelled_comparison_ends_its_commands(connect, shop) -> None:
    command = "sh -c 'echo $$ >> pids; sleep 600'"
    async with connect() as client:
        task = asyncio.create_task(client.call_tool("compare", {"command_a": command, "command_b": command}))
        pids = shop.root / "pids"
        for _ in range(10_000):
            if pids.exists() and pids.read_text().strip():
                break
            await asyncio.sleep(0.002)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not _alive(pids.read_text().split()[0])


def _alive(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
