import asyncio

import pytest

from codeflash_core.pipeline.budget import GRACE, LEAST_SECONDS, Budget
from codeflash_core.pipeline.checking import within


async def hours() -> str:
    await asyncio.sleep(3600)
    return "done"


async def at_once() -> str:
    return "done"


async def test_work_that_ends_in_time_gives_its_own_answer() -> None:
    assert await within(Budget(60.0), at_once, "late") == "done"


async def test_work_beyond_the_budget_is_cancelled_and_answered_for(monkeypatch) -> None:
    monkeypatch.setattr(Budget, "patience", property(lambda self: 0.01))
    assert await within(Budget(60.0), hours, "late") == "late"


async def test_cancelling_is_no_answer() -> None:
    task = asyncio.create_task(within(Budget(60.0), hours, "late"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_step_begun_late_gets_a_share_of_the_budget() -> None:
    assert Budget(100.0, used=200.0).patience == pytest.approx(100 * GRACE)
    assert Budget(100.0, clock=lambda: 0.0).patience == 100.0
    assert Budget(1.0, used=5.0).patience == LEAST_SECONDS
