from __future__ import annotations

import pytest

from codeflash_api.llm.model import (
    BadAnswer,
    Deadline,
    Misconfigured,
    Overloaded,
    RateLimited,
    Refused,
    TimedOut,
)
from codeflash_api.llm.retry import Patience, Retrying


@pytest.fixture
def retrying(clock):
    return lambda model, **patience: Retrying(model, Patience(**patience), clock.sleep, lambda: 1.0)


async def test_a_good_answer_is_taken_at_once(scripted, retrying, reply, prompt, soon, clock):
    assert await retrying(scripted(reply)).complete(prompt, soon) is reply
    assert clock.slept == []


@pytest.mark.parametrize("kind", [Overloaded, TimedOut, RateLimited, BadAnswer])
async def test_what_may_pass_is_asked_again_after_growing_waits(
    scripted, retrying, reply, prompt, clock, kind
):
    model = scripted(kind("anthropic", "x"), kind("anthropic", "x"), reply)

    assert (await retrying(model).complete(prompt, Deadline.within(280, clock))).text == reply.text
    assert clock.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "untold"), [(TimedOut, 1), (BadAnswer, 1), (Overloaded, 0), (RateLimited, 0)]
)
async def test_what_was_broken_off_on_the_way_to_an_answer_is_told(
    scripted, retrying, reply, prompt, clock, kind, untold
):
    within = Deadline.within(280, clock)
    model = scripted(kind("a", "x"), Overloaded("a", "x"), reply)
    assert (await retrying(model).complete(prompt, within)).untold == untold
    model = scripted(kind("a", "x"), Misconfigured("a", "x"))
    with pytest.raises(Misconfigured) as caught:
        await retrying(model).complete(prompt, within)
    assert caught.value.may_cost is bool(untold)


@pytest.mark.parametrize("kind", [Misconfigured, Refused])
async def test_what_does_not_pass_is_not_asked_again(scripted, retrying, prompt, soon, kind):
    model = scripted(kind("anthropic", "x"))

    with pytest.raises(kind):
        await retrying(model).complete(prompt, soon)

    assert len(model.asked) == 1


async def test_the_last_error_is_raised_when_all_attempts_failed(scripted, retrying, prompt, clock):
    last = Overloaded("anthropic", "third")
    model = scripted(Overloaded("anthropic", "first"), Overloaded("anthropic", "second"), last)

    with pytest.raises(Overloaded) as caught:
        await retrying(model).complete(prompt, Deadline.within(280, clock))

    assert caught.value is last


async def test_the_vendors_wish_is_honoured(scripted, retrying, reply, prompt, clock):
    await retrying(scripted(RateLimited("a", "x", 17.5), reply)).complete(prompt, Deadline.within(280, clock))

    assert clock.slept == [17.5]


async def test_a_wish_that_is_shorter_than_the_backoff_does_not_shorten_it(
    scripted, retrying, reply, prompt, clock
):
    await retrying(scripted(RateLimited("a", "x", 0.1), reply)).complete(prompt, Deadline.within(280, clock))

    assert clock.slept == [1.0]


@pytest.mark.parametrize(("left", "wish"), [(10.0, 9.0), (280.0, 31.0)], ids=["deadline", "longest"])
async def test_a_wait_that_is_too_long_is_left_to_the_next_provider(
    scripted, retrying, prompt, clock, left, wish
):
    with pytest.raises(RateLimited):
        await retrying(scripted(RateLimited("a", "x", wish))).complete(prompt, Deadline.within(left, clock))

    assert clock.slept == []


async def test_waits_are_spread(scripted, reply, prompt, clock):
    model = Retrying(scripted(Overloaded("a", "x"), reply), Patience(first=4.0), clock.sleep, lambda: 0.0)

    await model.complete(prompt, Deadline.within(280, clock))

    assert clock.slept == [2.0]


async def test_it_is_the_model_that_it_wraps(scripted, retrying):
    model = scripted()
    wrapped = retrying(model)

    await wrapped.close()

    assert (wrapped.provider, wrapped.model, model.closed) == ("anthropic", "m", 1)
