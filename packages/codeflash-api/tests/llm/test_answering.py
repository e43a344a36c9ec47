from __future__ import annotations

import threading
import uuid

import pytest
from attrs import evolve

from codeflash_api.errors import ApiError
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker, Chain, answered
from codeflash_api.llm.exchanges import ORIGIN
from codeflash_api.llm.model import (
    BadAnswer,
    Deadline,
    Misconfigured,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    TimedOut,
    Tokens,
)
from codeflash_api.llm.prices import load_prices
from codeflash_api.usage.call import Call, Principal

PRICES = load_prices()


@pytest.fixture
def call(soon):
    principal = Principal(uuid.uuid4(), uuid.uuid4(), "user", frozenset("*"), 60, 600)
    return Call(uuid.uuid4(), principal, Feature.RANK, "request", soon, "trace")


@pytest.fixture
def by_model(prompt):
    async def asked(asker: Asker) -> str:
        return (await asker.ask(prompt)).text

    return asked


def rules() -> str:
    return "by rules"


async def run(call, models, by_model, by_rules=rules, allowed=True):
    return await answered(Feature.RANK, Chain(tuple(models), allowed), call, PRICES, by_model, by_rules)


async def test_the_first_model_that_answers_is_taken_and_noted(call, by_model, scripted, reply):
    assert await run(call, [scripted(reply), scripted()], by_model) == "faster"
    (spent,) = call.spent
    assert (spent.provider, spent.model, spent.tokens) == (
        "anthropic",
        "claude-sonnet-4-5",
        Tokens(100, 40, 10),
    )
    assert spent.dollars == pytest.approx((60 * 3.0 + 40 * 0.3 + 10 * 15.0) / 1e6)


async def test_the_next_one_is_asked_when_one_fails(call, by_model, scripted, reply):
    models = [scripted(Overloaded("a", "x")), scripted(Misconfigured("b", "x")), scripted(reply)]

    assert await run(call, models, by_model) == "faster"


async def test_the_rules_answer_when_no_model_did(call, by_model, scripted):
    assert await run(call, [scripted(Overloaded("a", "x"))], by_model) == "by rules"
    assert await run(call, [], by_model) == "by rules"
    assert await run(call, [scripted()], None) == "by rules"


@pytest.mark.parametrize(
    ("failure", "untold"),
    [(TimedOut, 1), (BadAnswer, 1), (Overloaded, 0), (RateLimited, 0), (Misconfigured, 0)],
)
async def test_what_a_provider_may_have_worked_on_has_a_price_that_nobody_told(
    call, by_model, scripted, reply, failure: type[ProviderError], untold: int
):
    assert await run(call, [scripted(failure("a", "x")), scripted(reply)], by_model) == "faster"
    assert call.untold == untold


async def test_a_refusal_is_paid_for_and_passed_over(call, by_model, scripted, reply):
    assert await run(call, [scripted(evolve(reply, stop="refused", text=""))], by_model) == "by rules"
    assert call.spent[0].tokens == Tokens(100, 40, 10)


async def test_a_refusal_is_told_apart(call, prompt, scripted, reply):
    with pytest.raises(Refused):
        await Asker(scripted(evolve(reply, stop="refused")), call, PRICES).ask(prompt)


async def test_exchanges_know_their_call(call, prompt, scripted, reply):
    seen = []

    def look():
        seen.append(ORIGIN.get())
        return reply

    await Asker(scripted(look), call, PRICES).ask(prompt)

    assert (seen[0].usage_id, seen[0].trace_id) == (call.id, "trace")
    assert ORIGIN.get() is None


@pytest.mark.parametrize(
    ("problems", "rules_allowed", "status"),
    [
        ([], False, 501),
        ([BadAnswer("a", "x")], False, 502),
        ([BadAnswer("a", "x"), Overloaded("b", "secret", 9.0)], False, 503),
        ([Misconfigured("a", "x")], False, 503),
    ],
)
async def test_when_nobody_answers_the_client_is_told_why(
    call, by_model, scripted, problems, rules_allowed, status
):
    with pytest.raises(ApiError) as caught:
        await run(call, [scripted(problem) for problem in problems], by_model, allowed=rules_allowed)

    assert caught.value.status == status
    assert "secret" not in caught.value.message


async def test_the_wait_of_the_last_provider_is_passed_on(call, by_model, scripted):
    with pytest.raises(ApiError) as caught:
        await run(call, [scripted(Overloaded("b", "x", 9.0))], by_model, allowed=False)

    assert caught.value.headers["Retry-After"] == "9"


async def test_an_asker_names_its_model(call, scripted):
    assert Asker(scripted(), call, PRICES).model == "m"


def test_a_deadline_that_is_over_leaves_nothing(clock):
    deadline = Deadline.within(5.0, clock)
    clock.now += 7.0

    assert deadline.left == 0.0


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in a thread"])
async def test_rules_that_take_time_leave_the_event_loop_to_others(call, at_once):
    """What takes microseconds is not worth a thread."""
    found = await answered(Feature.RANK, Chain(), call, PRICES, None, threading.get_ident, at_once)
    assert (found == threading.get_ident()) is at_once
