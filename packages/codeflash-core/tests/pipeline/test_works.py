import asyncio

import pytest

from codeflash_core.errors import ContractViolation, UsageError
from codeflash_core.pipeline import works
from codeflash_core.pipeline.events import Noted
from codeflash_core.pipeline.works import Works, in_session


@pytest.fixture
def told():
    found = []

    async def report(count, message):
        found.append((count, message))

    report.found = found
    return report


async def test_work_tells_of_its_progress_and_answers(told) -> None:
    async def work(emit):
        emit(Noted("one"))
        await asyncio.sleep(0)
        emit(Noted("two"))
        return 7

    assert await Works().run(work, told) == 7
    assert [count for count, _ in told.found] == [1.0, 2.0]
    assert "two" in told.found[1][1]


@pytest.mark.parametrize("how", ["cancelled", "gone", "stopped"])
async def test_work_that_nobody_waits_for_ends_and_cleans_up(told, how, monkeypatch) -> None:
    monkeypatch.setattr(works, "WATCH_SECONDS", 0.01)
    cleaned, begun, running = asyncio.Event(), asyncio.Event(), Works()

    async def work(emit):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.set()

    async def gone():
        return how == "gone" and begun.is_set()

    task = asyncio.create_task(running.run(work, told, gone))
    await begun.wait()
    if how == "cancelled":
        task.cancel()
    elif how == "stopped":
        await running.stop()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned.is_set()


@pytest.mark.parametrize(
    ("met", "raised", "said"),
    [
        (KeyError("x"), ContractViolation, "run r: KeyError"),
        (ContractViolation("odd"), ContractViolation, "run r: ContractViolation"),
        (UsageError("no such thing"), UsageError, "no such thing"),
    ],
)
async def test_only_bugs_are_named_with_their_run(monkeypatch, tmp_path, met, raised, said) -> None:
    import contextlib
    from types import SimpleNamespace

    @contextlib.asynccontextmanager
    async def opened(request, emit):
        yield SimpleNamespace(folder=tmp_path / "r")

    monkeypatch.setattr(works, "open_session", opened)

    async def work(session):
        raise met

    def named(run, problem):
        return ContractViolation(f"run {run}: {type(problem).__name__}")

    with pytest.raises(raised, match=said):
        await in_session(None, work, print, named)
