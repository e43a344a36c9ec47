from __future__ import annotations

import pytest
from openai_wire import KEY, azure_server, error, says
from wire import listening, status

from codeflash_api.llm.model import Misconfigured, RateLimited, Refused, Tokens
from codeflash_api.llm.providers.azure import API_VERSION, azure_client
from codeflash_api.llm.providers.client import Lazily
from codeflash_api.llm.providers.openai_compatible import ChatCompletions, Wire
from codeflash_api.llm.providers.vendor import VendorModel


@pytest.fixture
async def ask(prompt, soon):
    async def asked(server, *, deployment="fast-4.1", key=KEY, token="", version="", stream=True):
        client = Lazily("azure", lambda: azure_client(server.url, key, token, version))
        model = VendorModel(
            "azure", deployment, client, ChatCompletions(Wire(stream, "max_completion_tokens"))
        )
        try:
            return await model.complete(prompt, soon)
        finally:
            await model.close()

    return asked


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
async def test_a_deployment_answers_under_its_path_with_version_and_key(ask, stream):
    async with listening(azure_server("fast-4.1", API_VERSION)) as server:
        server.then(says("faster"))

        reply = await ask(server, stream=stream)

    assert (reply.text, reply.provider, reply.model) == ("faster", "azure", "gpt-4.1-2025-04-14")
    assert reply.tokens == Tokens(120, 100, 7)
    assert (
        server.asked[0].target == f"/openai/deployments/fast-4.1/chat/completions?api-version={API_VERSION}"
    )
    assert server.asked[0].headers["api-key"] == KEY
    assert "authorization" not in server.asked[0].headers


async def test_a_token_stands_in_for_the_key(ask):
    async with listening(azure_server("fast-4.1", "2025-01-01-preview", token="entra-token")) as server:
        server.then(says("faster"))

        reply = await ask(server, key="", token="entra-token", version="2025-01-01-preview")

    assert reply.text == "faster"
    assert "api-key" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": "wrong"}, "401"),
        ({"deployment": "other"}, "deploymentnotfound"),
        ({"version": "1999-01-01"}, "404"),
    ],
    ids=["key", "deployment", "version"],
)
async def test_wrong_settings_are_told(ask, options, message):
    async with listening(azure_server("fast-4.1", API_VERSION)) as server:
        with pytest.raises(Misconfigured, match=message):
            await ask(server, **options)


async def test_the_filter_of_the_request_is_a_refusal(ask):
    body = error("filtered", "invalid_request_error", "content_filter")
    body["error"] |= {"status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}
    async with listening(azure_server("fast-4.1", API_VERSION)) as server:
        server.then(status(400, body))

        with pytest.raises(Refused, match="answered 400"):
            await ask(server)


async def test_a_rate_limit_says_how_long_to_wait(ask):
    async with listening(azure_server("fast-4.1", API_VERSION)) as server:
        server.then(status(429, {"error": {"code": "429", "message": "Requests exceeded"}}, retry_after="13"))

        with pytest.raises(RateLimited) as caught:
            await ask(server)

    assert caught.value.retry_after == 13.0


async def test_a_deployment_cannot_climb_out_of_its_path(ask):
    async with listening(azure_server("fast-4.1", API_VERSION)) as server:
        with pytest.raises(Misconfigured):
            await ask(server, deployment="../../other")

    assert all("/other/" not in asked.path for asked in server.asked)
