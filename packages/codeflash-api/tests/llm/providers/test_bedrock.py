from __future__ import annotations

import asyncio

import pytest
from bedrock_wire import (
    BEARER,
    FRAMES,
    KEY,
    REGION,
    SECRET,
    TOKEN,
    bedrock_server,
    chunk,
    cut,
    exception,
    refusal,
    says,
)
from wire import listening, status, streamed

from codeflash_api.llm.model import (
    BadAnswer,
    Misconfigured,
    Overloaded,
    ProviderError,
    RateLimited,
    TimedOut,
    Tokens,
)
from codeflash_api.llm.providers.anthropic import Messages, Wire
from codeflash_api.llm.providers.bedrock import bedrock_client, unreadable
from codeflash_api.llm.providers.client import Lazily
from codeflash_api.llm.providers.vendor import VendorModel

MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"


@pytest.fixture
async def made():
    models = []

    def make(server, *, key=KEY, secret=SECRET, token="", stream=True) -> VendorModel:
        client = Lazily(
            "bedrock", lambda: bedrock_client(REGION, server.url, key=key, secret=secret, token=token)
        )
        models.append(VendorModel("bedrock", MODEL, client, Messages(Wire(stream=stream), unreadable)))
        return models[-1]

    yield make
    for model in models:
        await model.close()


@pytest.fixture
async def server():
    async with listening(bedrock_server(MODEL)) as running:
        yield running


@pytest.mark.parametrize("stream", [True, False], ids=["event stream", "invoke"])
async def test_a_signed_request_is_answered(server, made, prompt, soon, stream):
    server.then(says("def größe(): return '日本 🚀'\n"))

    reply = await made(server, stream=stream).complete(prompt, soon)

    assert reply.text == "def größe(): return '日本 🚀'\n"
    assert reply.tokens == Tokens(input=125, cached=100, output=7)
    assert (reply.provider, reply.model, reply.stop) == ("bedrock", "claude-sonnet-4-5-20250929", "end")
    assert server.asked[0].path.endswith("invoke-with-response-stream" if stream else "invoke")


async def test_the_version_of_the_body_can_be_set(made, server, prompt, soon):
    server.then(says("x"))
    model = made(server)
    wire = Wire(temperature=True, body={"anthropic_version": "bedrock-2023-05-31"})
    model.dialect = Messages(wire, unreadable)

    reply = await model.complete(prompt, soon)

    assert server.asked[0].json["anthropic_version"] == "bedrock-2023-05-31"
    assert server.asked[0].json["temperature"] == 0.25
    assert reply.raw["request"]["anthropic_version"] == "bedrock-2023-05-31"


async def test_temporary_credentials_sign_their_session_too(made, prompt, soon):
    async with listening(bedrock_server(MODEL, session=True)) as server:
        server.then(says("x"))

        assert (await made(server, token=TOKEN).complete(prompt, soon)).text == "x"


async def test_an_api_key_is_sent_as_bearer_token(made, prompt, soon):
    async with listening(bedrock_server(MODEL, bearer=True)) as server:
        server.then(says("x"))

        assert (await made(server, key=BEARER, secret="").complete(prompt, soon)).text == "x"

    assert server.asked[0].headers["authorization"] == f"Bearer {BEARER}"
    assert "x-amz-date" not in server.asked[0].headers


async def test_the_machines_own_credentials_are_used_when_no_key_is_given(
    server, made, prompt, soon, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    server.then(says("x"))

    assert (await made(server, key="", secret="").complete(prompt, soon)).text == "x"


async def test_a_machine_without_credentials_is_told(server, made, prompt, soon, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("BOTO_CONFIG", str(tmp_path / "none"))

    with pytest.raises(Misconfigured, match="no AWS credentials"):
        await made(server, key="", secret="").complete(prompt, soon)


@pytest.mark.parametrize(
    "wrong", [{"secret": "wrong"}, {"key": "AKIAWRONG", "secret": SECRET}], ids=["secret", "key"]
)
async def test_a_wrong_signature_is_told_without_the_secret(server, made, prompt, soon, wrong):
    with pytest.raises(Misconfigured, match=r"403 \(invalidsignatureexception\)") as caught:
        await made(server, **wrong).complete(prompt, soon)

    assert "wrong" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        (refusal(429, "ThrottlingException", "Too many requests"), RateLimited, "429 (throttlingexception)"),
        (refusal(400, "ValidationException", "x"), Misconfigured, "400 (validationexception)"),
        (refusal(403, "AccessDeniedException", "x"), Misconfigured, "403"),
        (refusal(404, "ResourceNotFoundException", "x"), Misconfigured, "404"),
        (refusal(408, "ModelTimeoutException", "x"), TimedOut, "408"),
        (refusal(424, "ModelErrorException", "x"), Overloaded, "424"),
        (refusal(500, "InternalServerException", "x"), Overloaded, "500"),
        (refusal(503, "ServiceUnavailableException", "x"), Overloaded, "503"),
        (streamed(FRAMES, [exception("throttlingException", "x")]), RateLimited, "throttlingexception"),
        (
            streamed(FRAMES, [exception("modelStreamErrorException", "x")]),
            Overloaded,
            "modelstreamerrorexception",
        ),
        (streamed(FRAMES, [exception("validationException", "x")]), Misconfigured, "validationexception"),
        (cut("def f(): ret", "end"), BadAnswer, "too early"),
        (cut("def f(): ret", "reset"), Overloaded, "refused or broke"),
        (
            streamed(FRAMES, [b"no frame at all, but long enough to look like one"]),
            BadAnswer,
            "can't be read",
        ),
        (streamed(FRAMES, [chunk({"type": "message_stop"})[:-1] + b"\0"]), BadAnswer, "can't be read"),
        (streamed(FRAMES, [chunk({"type": "message_stop"})[:-9]]), BadAnswer, "too early"),
        (status(200, {"message": "x"}), BadAnswer, "too early"),
    ],
)
async def test_what_goes_wrong_is_told_apart(server, made, prompt, soon, script, expected, message):
    server.then(script)

    with pytest.raises(ProviderError) as caught:
        await made(server).complete(prompt, soon)

    assert type(caught.value) is expected
    assert message in str(caught.value)


async def test_a_cancelled_request_closes_the_connection(server, made, prompt, soon):
    server.then(cut("def f", "hang"))
    asking = asyncio.ensure_future(made(server).complete(prompt, soon))
    await asyncio.wait_for(server.waiting.wait(), 10)

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(server.left.wait(), 10)
