from __future__ import annotations

import asyncio

import pytest

from codeflash_api.llm.breaker import Circuit, Guarded, Resting
from codeflash_api.llm.model import BadAnswer, Misconfigured, Overloaded, RateLimited, Refused, TimedOut


@pytest.fixture
def circuit(clock):
    return Circuit("anthropic", failures=3, rest=30.0, clock=clock)


async def fail(model: Guarded, prompt, soon, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Overloaded):
            await model.complete(prompt, soon)


def down(count: int) -> list[Overloaded]:
    return [Overloaded("anthropic", "down") for _ in range(count)]


async def test_failures_in_a_row_open_the_circuit(scripted, circuit, prompt, soon):
    inner = scripted(*down(3))
    model = Guarded(inner, circuit)
    await fail(model, prompt, soon, 3)

    with pytest.raises(Resting) as caught:
        await model.complete(prompt, soon)

    assert circuit.state == "open"
    assert len(inner.asked) == 3
    assert (caught.value.retriable, caught.value.retry_after) == (False, 30.0)


async def test_a_success_in_between_starts_the_count_again(scripted, circuit, reply, prompt, soon):
    model = Guarded(scripted(*down(2), reply, *down(2)), circuit)
    await fail(model, prompt, soon, 2)
    await model.complete(prompt, soon)
    await fail(model, prompt, soon, 2)

    assert circuit.state == "closed"


@pytest.mark.parametrize("kind", [BadAnswer, Misconfigured, RateLimited, Refused])
async def test_a_provider_that_answers_somehow_is_not_down(scripted, circuit, prompt, soon, kind):
    model = Guarded(scripted(*[kind("anthropic", "x") for _ in range(5)]), circuit)

    for _ in range(5):
        with pytest.raises(kind):
            await model.complete(prompt, soon)

    assert circuit.state == "closed"


async def test_timeouts_count_as_failures(scripted, circuit, prompt, soon):
    model = Guarded(scripted(*[TimedOut("anthropic", "x") for _ in range(3)]), circuit)

    for _ in range(3):
        with pytest.raises(TimedOut):
            await model.complete(prompt, soon)

    assert circuit.state == "open"


async def test_after_the_rest_one_may_try_and_closes_it_with_a_success(
    scripted, circuit, clock, reply, prompt, soon
):
    model = Guarded(scripted(*down(3), reply, reply), circuit)
    await fail(model, prompt, soon, 3)
    clock.now += 30.0
    assert circuit.state == "half-open"

    await model.complete(prompt, soon)

    assert circuit.state == "closed"
    await model.complete(prompt, soon)


async def test_a_failure_of_the_one_that_tries_opens_it_again(scripted, circuit, clock, prompt, soon):
    model = Guarded(scripted(*down(4)), circuit)
    await fail(model, prompt, soon, 3)
    clock.now += 30.0

    await fail(model, prompt, soon)

    assert circuit.state == "open"


async def test_only_one_may_try_at_a_time(scripted, circuit, clock, prompt, soon):
    model = Guarded(scripted(*down(3)), circuit)
    await fail(model, prompt, soon, 3)
    clock.now += 30.0
    circuit.enter()

    with pytest.raises(Resting):
        await model.complete(prompt, soon)


async def test_one_that_was_cancelled_while_trying_makes_room_for_another(
    scripted, circuit, clock, reply, prompt, soon
):
    model = Guarded(scripted(*down(3), asyncio.CancelledError(), reply), circuit)
    await fail(model, prompt, soon, 3)
    clock.now += 30.0

    with pytest.raises(asyncio.CancelledError):
        await model.complete(prompt, soon)

    assert circuit.state == "half-open"
    assert await model.complete(prompt, soon) is reply


async def test_models_of_one_provider_share_its_circuit(scripted, circuit, prompt, soon):
    await fail(Guarded(scripted(*down(3)), circuit), prompt, soon, 3)

    with pytest.raises(Resting):
        await Guarded(scripted(), circuit).complete(prompt, soon)


async def test_it_is_the_model_that_it_wraps(scripted, circuit):
    inner = scripted()
    wrapped = Guarded(inner, circuit)

    await wrapped.close()

    assert (wrapped.provider, wrapped.model, inner.closed) == ("anthropic", "m", 1)
