from __future__ import annotations

import asyncio

import pytest
from attrs import define, field

from codeflash_api.llm.concurrency import Bounded, Slots
from codeflash_api.llm.model import Deadline, Overloaded, TimedOut


@define
class Gate:
    """A model that answers when it is let go."""

    reply: object
    provider: str = "anthropic"
    model: str = "m"
    running: int = 0
    most: int = 0
    closed: int = 0
    go: asyncio.Event = field(factory=asyncio.Event)

    async def complete(self, prompt, deadline):
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.go.wait()
            return self.reply
        finally:
            self.running -= 1

    async def close(self) -> None:
        self.closed += 1


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_allowed_run_at_once_over_all_models_of_a_provider(reply, prompt, soon):
    slots = Slots(2)
    gate = Gate(reply)
    asking = [asyncio.ensure_future(Bounded(gate, slots).complete(prompt, soon)) for _ in range(5)]
    await settle()
    assert gate.running == 2

    gate.go.set()

    assert await asyncio.gather(*asking) == [reply] * 5
    assert gate.most == 2


async def test_who_finds_no_place_before_the_deadline_is_told(reply, prompt, soon):
    slots = Slots(1)
    gate = Gate(reply)
    first = asyncio.ensure_future(Bounded(gate, slots).complete(prompt, soon))
    await settle()

    with pytest.raises(TimedOut, match="too many exchanges"):
        await Bounded(gate, slots).complete(prompt, Deadline.within(0.01))

    gate.go.set()
    await first


async def test_failures_and_cancelled_requests_give_their_place_back(reply, prompt, soon, scripted):
    slots = Slots(1)
    with pytest.raises(Overloaded):
        await Bounded(scripted(Overloaded("anthropic", "x")), slots).complete(prompt, soon)
    gate = Gate(reply)
    cancelled = asyncio.ensure_future(Bounded(gate, slots).complete(prompt, soon))
    await settle()
    cancelled.cancel()
    await asyncio.wait([cancelled])

    assert await Bounded(scripted(reply), slots).complete(prompt, soon) is reply


async def test_one_that_was_cancelled_while_waiting_takes_no_place(reply, prompt, soon, scripted):
    slots = Slots(1)
    gate = Gate(reply)
    first = asyncio.ensure_future(Bounded(gate, slots).complete(prompt, soon))
    await settle()
    waiting = asyncio.ensure_future(Bounded(gate, slots).complete(prompt, soon))
    await settle()
    waiting.cancel()
    await asyncio.wait([waiting])
    gate.go.set()
    await first

    assert await Bounded(scripted(reply), slots).complete(prompt, soon) is reply


def test_no_places_at_all_make_no_sense():
    with pytest.raises(ValueError, match="0"):
        Slots(0)


async def test_it_is_the_model_that_it_wraps(scripted):
    inner = scripted()
    wrapped = Bounded(inner, Slots(1))

    await wrapped.close()

    assert (wrapped.provider, wrapped.model, inner.closed) == ("anthropic", "m", 1)
