from __future__ import annotations

import asyncio
import socket

import openai_wire
import pytest
from openai_wire import KEY, cut, error, event, final, openai_server, pieces, says
from wire import asked_in_vain, flooded, hang_up, listening, silence, status, streamed

from codeflash_api.llm.model import (
    BadAnswer,
    Deadline,
    Message,
    Misconfigured,
    Overloaded,
    Prompt,
    ProviderError,
    RateLimited,
    TimedOut,
    Tokens,
)
from codeflash_api.llm.providers.client import Lazily
from codeflash_api.llm.providers.openai_compatible import ChatCompletions, Wire, openai_client
from codeflash_api.llm.providers.vendor import VendorModel

SSE = "text/event-stream"


@pytest.fixture
async def server():
    async with listening(openai_server()) as running:
        yield running


@pytest.fixture
async def made(server):
    models = []

    def make(key: str = KEY, url: str = "", wire: Wire | None = None) -> VendorModel:
        client = Lazily("openai", lambda: openai_client(key, url or f"{server.url}/v1"))
        models.append(VendorModel("openai", "gpt-4.1", client, ChatCompletions(wire or Wire())))
        return models[-1]

    yield make
    for model in models:
        await model.close()


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_an_answer_comes_with_its_tokens_and_model(server, made, prompt, soon, stream):
    server.then(says("def größe(): return '日本 🚀'\n"))

    reply = await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert reply.text == "def größe(): return '日本 🚀'\n"
    assert reply.tokens == Tokens(120, 100, 7)
    assert (reply.provider, reply.model, reply.stop) == ("openai", "gpt-4.1-2025-04-14", "end")
    assert reply.seconds > 0


async def test_what_is_sent_is_the_prompt_and_what_was_set(server, made, prompt, soon):
    server.then(says("x"))

    reply = await made().complete(prompt, soon)

    sent = server.asked[0].json
    assert sent == {
        "model": "gpt-4.1",
        "messages": [
            {"role": "system", "content": "You make code faster."},
            {"role": "user", "content": "def größe(x): ..."},
            {"role": "assistant", "content": "Which one?"},
            {"role": "user", "content": "日本 🚀"},
        ],
        "max_tokens": 500,
        "temperature": 0.25,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert reply.raw["request"] == sent


async def test_what_a_server_does_not_take_is_not_sent(server, made, prompt, soon):
    server.then(says("x"))
    wire = Wire(stream=False, temperature=False, limit_name="max_completion_tokens")

    await made(wire=wire).complete(prompt, soon)

    sent = server.asked[0].json
    assert sent["max_completion_tokens"] == 500
    assert not {"max_tokens", "temperature", "stream", "stream_options"} & set(sent)


async def test_what_is_kept_has_the_form_of_an_answer_that_was_not_streamed(server, made, prompt, soon):
    server.then(says("abcdef"))

    raw = (await made().complete(prompt, soon)).raw["response"]

    assert raw["choices"][0]["message"]["content"] == "abcdef"
    assert raw["choices"][0]["finish_reason"] == "stop"
    assert raw["usage"]["prompt_tokens"] == 120
    assert raw["id"] == "chatcmpl-1"


async def test_connections_are_used_again(server, made, prompt, soon):
    server.then(says("x"))
    model = made()

    for _ in range(3):
        await model.complete(prompt, soon)

    assert len(server.asked) == 3


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_a_cut_answer_says_so(server, made, prompt, soon, stream):
    server.then(says("def f", reason="length"))

    assert (await made(wire=Wire(stream=stream)).complete(prompt, soon)).stop == "length"


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize(
    "script",
    [says("I", reason="content_filter"), says("", reason="stop", refusal="I can't help with that")],
    ids=["filter", "refusal"],
)
async def test_a_refusal_is_told_with_its_tokens(server, made, prompt, soon, script, stream):
    server.then(script)

    reply = await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert reply.stop == "refused"
    assert reply.tokens.input == 120


async def test_a_server_that_does_not_tell_tokens_is_no_error(server, made, prompt, soon):
    server.then(says("x", usage=None))

    assert (await made().complete(prompt, soon)).tokens == Tokens()


async def test_a_server_that_does_not_know_of_streams_is_understood(server, made, prompt, soon):
    server.then(status(200, openai_wire.whole("x", "stop", None)))

    assert (await made().complete(prompt, soon)).text == "x"


@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        (
            status(400, error("bad", "invalid_request_error", None)),
            Misconfigured,
            "400 (invalid_request_error)",
        ),
        (
            status(400, error("x", "invalid_request_error", "context_length_exceeded")),
            Misconfigured,
            "context_length",
        ),
        (status(403, error("no", "permission_error", None)), Misconfigured, "403"),
        (
            status(404, error("no such model", "invalid_request_error", "model_not_found")),
            Misconfigured,
            "404",
        ),
        (status(408, {}), TimedOut, "408"),
        (status(409, {}), Overloaded, "409"),
        (status(500, error("oops", "server_error", None)), Overloaded, "500 (server_error)"),
        (status(502, b"<html>Bad Gateway</html>", content_type="text/html"), Overloaded, "502"),
        (status(503, b""), Overloaded, "503"),
        (status(301, b"", location="http://127.0.0.1:1/"), Misconfigured, "301"),
        (
            status(429, error("quota", "insufficient_quota", "insufficient_quota")),
            Misconfigured,
            "insufficient_quota",
        ),
        (status(200, b"<html>hello</html>", content_type="text/html"), BadAnswer, ""),
        (status(200, b"{", content_type="application/json"), BadAnswer, "can't be read"),
        (status(200, b"", content_type="application/json"), BadAnswer, ""),
        (status(200, [1, 2]), BadAnswer, ""),
        (status(200, {"choices": "abc"}), BadAnswer, "no choices"),
        (status(200, {"choices": []}), BadAnswer, "no choices"),
        (status(200, {"choices": [3]}), BadAnswer, "too early"),
        (status(200, {"choices": [{"message": None, "finish_reason": "stop"}]}), BadAnswer, "empty"),
        (
            status(200, error("busy", "server_error", None)),
            Overloaded,
            "200 with an error inside (server_error)",
        ),
        (status(200, {"error": "no GPU left"}), BadAnswer, "200 with an error inside"),
        (says(""), BadAnswer, "empty (end)"),
        (says("", reason="tool_calls"), BadAnswer, "empty (other)"),
        (hang_up, Overloaded, "refused or broke"),
    ],
)
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_what_goes_wrong_is_told_apart(server, made, prompt, soon, script, expected, message, stream):
    server.then(script)

    with pytest.raises(ProviderError) as caught:
        await made(wire=Wire(stream=stream)).complete(prompt, soon)

    assert type(caught.value) is expected
    assert message in str(caught.value)
    assert caught.value.provider == "openai"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        (cut("def f(): ret", "end"), BadAnswer, "too early"),
        (cut("def f(): ret", "reset"), Overloaded, "refused or broke"),
        (streamed(SSE, []), BadAnswer, "no choices"),
        (streamed(SSE, [b"data: [DONE]\n\n"]), BadAnswer, "no choices"),
        (streamed(SSE, [*pieces("a", None), b"data: {oops\n\n"]), BadAnswer, "can't be read"),
        (streamed(SSE, [*pieces("a", None), b"data: \xff\xfe\n\n"]), BadAnswer, "can't be read"),
        (streamed(SSE, [event(3)]), BadAnswer, "not an object"),
        (streamed(SSE, [event({"choices": [{"delta": 3, "finish_reason": []}]})]), BadAnswer, "too early"),
        (
            streamed(SSE, [*pieces("a", None), event(error("x", "server_error", None))]),
            Overloaded,
            "server_error",
        ),
        (
            streamed(SSE, [event(error("x", "rate_limit", "rate_limit_exceeded"))]),
            RateLimited,
            "rate_limit_exceeded",
        ),
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


async def test_other_choices_are_passed_over(server, made, prompt, soon):
    other = event({"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": None}]})
    server.then(streamed(SSE, [other, *pieces("mine", "stop"), final(openai_wire.USAGE)]))

    assert (await made().complete(prompt, soon)).text == "mine"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after_ms": "1500"}, 1.5),
        ({}, None),
        ({"retry_after": "soon"}, None),
    ],
)
async def test_a_rate_limit_says_how_long_to_wait(server, made, prompt, soon, headers, expected):
    server.then(status(429, error("slow down", "requests", "rate_limit_exceeded"), **headers))

    with pytest.raises(RateLimited) as caught:
        await made().complete(prompt, soon)

    assert caught.value.retry_after == expected
    assert len(server.asked) == 1


async def test_a_wrong_key_is_told_without_the_key(server, made, prompt, soon):
    with pytest.raises(Misconfigured, match=r"401 \(invalid_api_key\)") as caught:
        await made(key="sk-wrong").complete(prompt, soon)

    assert "sk-wrong" not in str(caught.value)


async def test_nobody_listening_is_an_overload(made, prompt, soon):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"

        with pytest.raises(Overloaded, match="refused or broke"):
            await made(url=url).complete(prompt, soon)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_silence_ends_with_the_deadline_and_the_connection_with_it(server, made, prompt, stream):
    server.then(silence)

    model = made(wire=Wire(stream=stream))
    await asked_in_vain(server, lambda seconds: model.complete(prompt, Deadline.within(seconds)))


async def test_a_stream_that_falls_silent_ends_with_the_longest_wait(server, made, prompt, soon):
    server.then(cut("def f", "hang"))

    await asked_in_vain(server, lambda seconds: made(wire=Wire(longest=seconds)).complete(prompt, soon))


async def test_without_time_nobody_is_asked(server, made, prompt):
    with pytest.raises(TimedOut, match="no time is left"):
        await made().complete(prompt, Deadline.within(0))

    assert server.asked == []


@pytest.mark.parametrize(
    "script", [silence, cut("def f", "hang")], ids=["before the answer", "in mid-answer"]
)
async def test_a_cancelled_request_closes_the_connection(server, made, prompt, soon, script):
    server.then(script)
    asking = asyncio.ensure_future(made().complete(prompt, soon))
    await server.waiting.wait()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await server.left.wait()


async def test_a_prompt_that_cannot_be_encoded_is_refused(made, prompt, soon):
    broken = Prompt(prompt.feature, "v", "", (Message("user", "\ud800"),))

    with pytest.raises(Misconfigured, match="can't be sent"):
        await made().complete(broken, soon)


async def test_a_server_of_ones_own_needs_no_key(server, made, prompt, soon):
    server.admit = lambda asked: None
    server.then(says("x"))

    await made(key="").complete(prompt, soon)

    assert server.asked[0].headers["authorization"] == "Bearer none"


async def test_a_stream_that_only_keeps_alive_ends_with_the_deadline(server, made, prompt):
    server.then(flooded(SSE, b": keep-alive\n\n"))

    await asked_in_vain(server, lambda seconds: made().complete(prompt, Deadline.within(seconds)))


async def test_an_answer_without_end_is_not_gathered(server, made, prompt, soon):
    endless = event({"choices": [{"index": 0, "delta": {"content": "x" * 100_000}}]})
    server.then(flooded(SSE, endless))

    with pytest.raises(BadAnswer, match="too long"):
        await made().complete(prompt, soon)

    await server.left.wait()
