from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_api.http.costs import EXCHANGES, HEADER, Costs
from codeflash_api.http.replies import state_of
from codeflash_api.llm.model import Tokens
from codeflash_api.usage.call import Call, Spent


def _call(*prices: float | None) -> Call:
    call: Any = object.__new__(Call)
    call.untold = 0
    call.spent = [Spent("openai", "gpt-4.1", Tokens(1, 1, 0), price) for price in prices]
    return call


async def _headers(call: Call | None, status: int = 200) -> httpx2.Headers:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if call is not None:
            state_of(scope)["call"] = call
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=Costs(app)), base_url="http://service.test"
    ) as client:
        return (await client.post("/ai/optimize")).headers


@pytest.mark.parametrize(
    ("prices", "status", "told"),
    [
        ((0.01, 0.02), 200, "0.03000000"),
        ((), 200, "0.00000000"),
        ((0.01, None), 200, None),
        ((0.01,), 502, "0.01000000"),
        ((), 422, "0.00000000"),
        ((), 503, None),
    ],
    ids=["sum", "rules", "unknown", "of no use", "not asked", "a provider failed"],
)
async def test_the_price_of_a_call_is_told_where_it_is_known(
    prices: Any, status: int, told: str | None
) -> None:
    headers = await _headers(_call(*prices), status)
    assert headers.get(HEADER) == told
    assert headers[EXCHANGES] == str(len(prices))


async def test_what_was_broken_off_makes_the_price_unknown_whoever_answered_then() -> None:
    call = _call(0.01)
    call.untold = 1
    assert HEADER not in await _headers(call)


async def test_what_is_not_metered_has_no_price() -> None:
    assert HEADER not in await _headers(None)
