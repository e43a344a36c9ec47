import asyncio

import pytest

from codeflash_github_app.status.tries import (
    FREE_HERE,
    FREE_TOGETHER,
    MOST_HERE,
    MOST_KEPT,
    MOST_TOGETHER,
    WINDOW_SECONDS,
    Tries,
)


@pytest.fixture
def at():
    """The moment, the seconds that were waited, and tries by them."""
    now, waited = [0.0], []

    async def sleep(seconds):
        waited.append(seconds)
        await asyncio.sleep(0)

    return now, waited, Tries(lambda: now[0], sleep)


def test_a_few_wrong_passwords_are_free(at):
    _, _, tries = at
    for _ in range(FREE_HERE):
        assert tries.wait("a") == 0
        tries.note_wrong("a")
    assert tries.wait("a") == 0.5
    assert tries.wait("b") == 0


def test_each_further_one_makes_the_next_slower_up_to_a_bound(at):
    _, _, tries = at
    waits = []
    for _ in range(FREE_HERE + 200):
        waits.append(tries.wait("a"))
        tries.note_wrong("a")
    assert waits == sorted(waits)
    assert waits[FREE_HERE : FREE_HERE + 3] == [0.5, 1.0, 2.0]
    assert max(waits) == MOST_HERE


def test_after_a_while_it_may_be_tried_at_once_again(at):
    now, _, tries = at
    for _ in range(FREE_HERE + 1):
        tries.note_wrong("a")
        now[0] += 10
    assert tries.wait("a") > 0
    now[0] = WINDOW_SECONDS + 10
    assert tries.wait("a") == 0


def test_many_addresses_together_slow_everybody_down_only_a_little(at):
    now, _, tries = at
    for number in range(FREE_TOGETHER + 500):
        tries.note_wrong(str(number))
    assert tries.wait("new") == MOST_TOGETHER
    now[0] += WINDOW_SECONDS
    assert tries.wait("new") == 0
    assert not tries._wrong


async def test_many_tries_at_once_gain_nothing(at):
    _, waited, tries = at

    async def one():
        async with tries.turn("a"):
            await asyncio.sleep(0)

    await asyncio.gather(*(one() for _ in range(20)))
    assert len(waited) == 20 - FREE_HERE
    assert waited[-1] == MOST_HERE
    assert tries.wait("a") == 0


async def test_a_try_that_was_given_up_waits_no_more(at):
    tries = Tries(lambda: 0.0, lambda seconds: asyncio.sleep(3600))
    for _ in range(FREE_HERE):
        tries.note_wrong("a")

    async def one():
        async with tries.turn("a"):
            pass

    task = asyncio.create_task(one())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not tries._waiting
    assert tries.wait("a") == 0.5


def test_a_flood_costs_no_memory(at):
    _, _, tries = at
    for number in range(2 * MOST_KEPT):
        tries.note_wrong(str(number))
    assert len(tries._wrong) == MOST_KEPT
