from __future__ import annotations

import asyncio

import pytest
from anthropic_wire import KEY, SSE, USAGE, anthropic_server, cut, error, events, says, sse, whole
from wire import asked_in_vain, flooded, hang_up, listening, silence, status, streamed

from codeflash_api.llm.model import (
    BadAnswer,
    Deadline,
    Misconfigured,
    Overloaded,
    ProviderError,
    RateLimited,
    TimedOut,
    Tokens,
)
from codeflash_api.llm.providers.anthropic import Messages, Wire, anthropic_client
from codeflash_api.llm.providers.client import Lazily
from codeflash_api.llm.providers.vendor import VendorModel


@pytest.fixture
async def server():
    async with listening(anthropic_server()) as running:
        yield running


@pytest.fixture
async def made(server):
    models = []

    def make(key: str = KEY, wire: Wire | None = None) -> VendorModel:
        client = Lazily("anthropic", lambda: anthropic_client(key, server.url))
        models.append(VendorModel("anthropic", "claude-sonnet-5", client, Messages(wire or Wire())))
        return models[-1]

    yield make
    for model in models:
        await model.close()


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_an_answer_comes_with_its_tokens_and_model(server, made, prompt, soon, stream):
    server.then(says("def größe(): return '日本 🚀'\n"))

    reply = await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert reply.text == "def größe(): return '日本 🚀'\n"
    assert reply.tokens == Tokens(input=125, cached=100, output=7)
    assert (reply.provider, reply.model, reply.stop) == ("anthropic", "claude-sonnet-4-5-20250929", "end")


async def test_what_is_sent_is_the_prompt(server, made, prompt, soon):
    server.then(says("x"))

    wire = Wire(temperature=True, headers={"anthropic-version": "2023-06-01"})
    reply = await made(wire=wire).complete(prompt, soon)

    sent = server.asked[0].json
    assert sent == {
        "model": "claude-sonnet-5",
        "max_tokens": 500,
        "system": "You make code faster.",
        "messages": [
            {"role": "user", "content": "def größe(x): ..."},
            {"role": "assistant", "content": "Which one?"},
            {"role": "user", "content": "日本 🚀"},
        ],
        "temperature": 0.25,
        "stream": True,
    }
    assert reply.raw["request"] == sent


async def test_a_temperature_that_the_version_refuses_is_told(server, made, prompt, soon):
    server.then(says("x"))

    with pytest.raises(Misconfigured, match="400"):
        await made(wire=Wire(temperature=True)).complete(prompt, soon)


async def test_a_model_that_takes_no_temperature_gets_none(server, made, prompt, soon):
    server.then(says("x"))

    await made(wire=Wire(stream=False)).complete(prompt, soon)

    assert not {"temperature", "stream"} & set(server.asked[0].json)


async def test_what_is_kept_has_the_form_of_a_message(server, made, prompt, soon):
    server.then(says("abcdef"))

    raw = (await made().complete(prompt, soon)).raw["response"]

    assert raw["content"] == [{"type": "text", "text": "abcdef"}]
    assert raw["usage"] == USAGE
    assert (raw["id"], raw["stop_reason"]) == ("msg_1", "end_turn")


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize(
    ("reason", "stop"),
    [("max_tokens", "length"), ("refusal", "refused"), ("stop_sequence", "end"), ("pause_turn", "other")],
)
async def test_the_reason_of_the_end_is_told(server, made, prompt, soon, reason, stop, stream):
    server.then(says("some", reason=reason))

    reply = await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert reply.stop == stop
    assert reply.tokens.output == 7


async def test_thinking_is_not_part_of_the_text(server, made, prompt, soon):
    thinking = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
        {"type": "content_block_stop", "index": 0},
    ]
    told = events("done", "end_turn", USAGE)
    server.then(streamed(SSE, [sse(each) for each in [told[0], *thinking, *told[1:]]]))

    assert (await made().complete(prompt, soon)).text == "done"


async def test_a_server_that_does_not_stream_is_understood(server, made, prompt, soon):
    server.then(status(200, whole("x", "end_turn", USAGE)))

    assert (await made().complete(prompt, soon)).text == "x"


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        (status(400, error("invalid_request_error", "x")), Misconfigured, "400 (invalid_request_error)"),
        (status(403, error("permission_error", "x")), Misconfigured, "403 (permission_error)"),
        (status(404, error("not_found_error", "model: x")), Misconfigured, "404 (not_found_error)"),
        (status(413, error("request_too_large", "x")), Misconfigured, "413"),
        (status(500, error("api_error", "x")), Overloaded, "500 (api_error)"),
        (status(504, error("timeout_error", "x")), TimedOut, "504"),
        (status(529, error("overloaded_error", "x")), Overloaded, "529 (overloaded_error)"),
        (
            status(200, error("overloaded_error", "x")),
            Overloaded,
            "200 with an error inside (overloaded_error)",
        ),
        (status(200, b"<html>", content_type="text/html"), BadAnswer, ""),
        (status(200, b"{", content_type="application/json"), BadAnswer, "can't be read"),
        (status(200, []), BadAnswer, ""),
        (status(200, {"content": 3, "stop_reason": "end_turn"}), BadAnswer, "empty"),
        (says(""), BadAnswer, "empty"),
        (hang_up, Overloaded, "refused or broke"),
    ],
)
async def test_what_goes_wrong_is_told_apart(server, made, prompt, soon, script, expected, message, stream):
    server.then(script)

    with pytest.raises(ProviderError) as caught:
        await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert type(caught.value) is expected
    assert message in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        (cut("def f(): ret", "end"), BadAnswer, "too early"),
        (cut("def f(): ret", "reset"), Overloaded, "refused or broke"),
        (streamed(SSE, []), BadAnswer, "too early"),
        (streamed(SSE, [sse(each) for each in events("a", "end_turn", USAGE)[:-1]]), BadAnswer, "too early"),
        (streamed(SSE, [b"event: message_start\ndata: {oops\n\n"]), BadAnswer, "can't be read"),
        (streamed(SSE, [b"event: message_start\ndata: 3\n\n"]), BadAnswer, "not an object"),
        (streamed(SSE, [sse({"type": "message_start", "message": 3})]), BadAnswer, "too early"),
        (streamed(SSE, [sse(error("overloaded_error", "x"))]), Overloaded, "overloaded_error"),
        (streamed(SSE, [sse(error("rate_limit_error", "x"))]), RateLimited, "rate_limit_error"),
        (streamed(SSE, [b"event: error\ndata: oops\n\n"]), BadAnswer, "error inside"),
    ],
)
async def test_what_goes_wrong_in_a_stream_is_told_apart(
    server, made, prompt, soon, script, expected, message
):
    server.then(script)

    with pytest.raises(ProviderError) as caught:
        await made().complete(prompt, soon)

    assert type(caught.value) is expected
    assert message in str(caught.value)


async def test_a_rate_limit_says_how_long_to_wait(server, made, prompt, soon):
    server.then(status(429, error("rate_limit_error", "x"), retry_after="21"))

    with pytest.raises(RateLimited) as caught:
        await made().complete(prompt, soon)

    assert caught.value.retry_after == 21.0
    assert len(server.asked) == 1


async def test_a_wrong_key_is_told_without_the_key(server, made, prompt, soon):
    with pytest.raises(Misconfigured, match=r"401 \(authentication_error\)") as caught:
        await made(key="sk-ant-wrong").complete(prompt, soon)

    assert "sk-ant-wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "script", [silence, cut("def f", "hang")], ids=["before the answer", "in mid-answer"]
)
async def test_silence_ends_with_the_deadline_and_the_connection_with_it(server, made, prompt, script):
    server.then(script)

    await asked_in_vain(server, lambda seconds: made().complete(prompt, Deadline.within(seconds)))


async def test_a_cancelled_request_closes_the_connection(server, made, prompt, soon):
    server.then(cut("def f", "hang"))
    asking = asyncio.ensure_future(made().complete(prompt, soon))
    await server.waiting.wait()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await server.left.wait()


async def test_a_stream_that_only_keeps_alive_ends_with_the_deadline(server, made, prompt):
    server.then(flooded(SSE, b": keep-alive\n\n"))

    await asked_in_vain(server, lambda seconds: made().complete(prompt, Deadline.within(seconds)))


async def test_an_answer_without_end_is_not_gathered(server, made, prompt, soon):
    endless = sse(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * 100_000}}
    )
    server.then(flooded(SSE, endless))

    with pytest.raises(BadAnswer, match="too long"):
        await made().complete(prompt, soon)

    await server.left.wait()
