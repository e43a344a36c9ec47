import asyncio
import threading

import pytest

from codeflash_lsp.runs import engine_thread
from codeflash_lsp.runs.engine_thread import EngineThread


@pytest.fixture
def engine():
    made = EngineThread()
    yield made
    made.close()


class Work:
    """Work that goes on until it is let go, or cancelled; then it cleans up until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.waited = self.cancelled = self.cleaned_up = False

    async def __call__(self, works) -> str:
        self.begun.set()
        try:
            await self._until_let_go()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            await self._until_let_go()
            self.cleaned_up = True
        return threading.current_thread().name

    async def _until_let_go(self) -> None:
        while not self.let_go.is_set():  # noqa: ASYNC110 - a test sets it from another thread
            await asyncio.sleep(0.01)

    def waits(self) -> None:
        self.waited = True

    def in_(self, engine) -> asyncio.Task:
        return asyncio.create_task(engine.run(self, self.waits))


@pytest.fixture
def works():
    made = [Work() for _ in range(3)]
    yield made
    for each in made:
        each.let_go.set()


async def test_work_is_done_in_a_thread_of_its_own(engine, works) -> None:
    work, *_ = works
    work.let_go.set()
    assert await work.in_(engine) == "engine"
    assert not work.waited


async def test_what_goes_wrong_there_comes_back(engine) -> None:
    async def fails(_):
        raise KeyError("x")

    with pytest.raises(KeyError):
        await engine.run(fails, lambda: None)


async def test_one_works_at_a_time_and_the_others_wait_in_turn(engine, works, waiting) -> None:
    first, second, third = works
    tasks = [each.in_(engine) for each in works]
    await waiting(lambda: third.waited)
    assert second.waited
    assert not first.waited
    for work, next_one in ((first, second), (second, third)):
        assert work.begun.is_set()
        assert not next_one.begun.is_set()
        work.let_go.set()
        await waiting(next_one.begun.is_set)
    third.let_go.set()
    assert await asyncio.gather(*tasks) == ["engine"] * 3


async def test_whoever_is_cancelled_waits_until_all_is_cleaned_up(engine, works, waiting) -> None:
    work, *_ = works
    task = work.in_(engine)
    await waiting(work.begun.is_set)
    for _ in range(3):  # impatience does not keep it from cleaning up
        task.cancel()
        await waiting(lambda: work.cancelled)
        await asyncio.sleep(0.05)
        assert not task.done()
    work.let_go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.cleaned_up


async def test_work_that_waits_is_cancelled_at_once(engine, works, waiting) -> None:
    first, second, third = works
    tasks = [each.in_(engine) for each in works]
    await waiting(lambda: third.waited)
    tasks[1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    first.let_go.set()
    await waiting(third.begun.is_set)
    third.let_go.set()
    assert [await tasks[0], await tasks[2]] == ["engine"] * 2
    assert not second.begun.is_set()


@pytest.mark.parametrize("cancelled_before", [False, True])
async def test_the_servers_end_ends_all_of_it_cleanly(engine, works, waiting, cancelled_before) -> None:
    first, second, third = works
    tasks = [each.in_(engine) for each in works]
    await waiting(lambda: third.waited)
    if cancelled_before:
        tasks[0].cancel()
        await waiting(lambda: first.cancelled)
    end = asyncio.create_task(asyncio.to_thread(engine.close))
    await waiting(lambda: first.cancelled)
    await asyncio.sleep(0.05)
    assert not end.done()
    first.let_go.set()
    await end
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in answers)
    assert first.cleaned_up
    assert not (second.begun.is_set() or third.begun.is_set())


async def test_nobody_waits_for_what_does_not_end_with_the_server(
    engine, works, waiting, monkeypatch
) -> None:
    monkeypatch.setattr(engine_thread, "GRACE_SECONDS", 0.1)
    work, *_ = works
    task = work.in_(engine)
    await waiting(work.begun.is_set)
    await asyncio.to_thread(engine.close)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not work.cleaned_up


def test_an_engine_that_never_began_ends() -> None:
    EngineThread().close()
