"""Anthropic's models on Amazon Bedrock: signed with AWS credentials, or with a Bedrock API key as bearer token."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from codeflash_api.llm.model import Misconfigured

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropicBedrock

_SERVICE = "bedrock"
_NOT_SIGNED = ("connection", "authorization")
"""Headers that may change on the way, and the one that the signature itself replaces."""


def bedrock_client(
    region: str, base_url: str, *, key: str, secret: str = "", token: str = ""
) -> AsyncAnthropicBedrock:
    """A client that neither retries nor follows redirects.

    Args:
        region: The AWS region.
        base_url: The address; empty for the region's own.
        key: With a secret, the access key's id; without, a Bedrock API key; empty for the machine's own credentials
            (environment, profile, instance role).
        secret: The access key's secret.
        token: The session token of temporary credentials.
    """
    import anthropic

    auth = None if key and not secret else signature(region, key, secret, token)
    return anthropic.AsyncAnthropicBedrock(
        # The SDK signs with boto3 only, which is not needed for anything else here: `auth` replaces this header.
        api_key=key if auth is None else "signed",
        aws_region=region,
        base_url=base_url or f"https://bedrock-runtime.{region}.amazonaws.com",
        max_retries=0,
        open_telemetry=False,
        http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False, auth=auth),
    )


def unreadable() -> tuple[type[Exception], ...]:
    """The errors of botocore, which reads the frames: a wrong checksum, an unknown kind of header."""
    import botocore.eventstream  # type: ignore[import-untyped]  # has no stubs
    import botocore.parsers  # type: ignore[import-untyped]

    return botocore.eventstream.ParserError, botocore.parsers.ResponseParserError


def signature(region: str, key: str, secret: str, token: str = "") -> httpx2.Auth:
    """Signs requests with AWS Signature Version 4.

    Args:
        region: The AWS region.
        key: The access key's id; empty for the machine's own credentials.
        secret: Its secret.
        token: The session token of temporary credentials.

    Raises:
        ImportError: ``botocore`` is not installed.
        Misconfigured: There are no credentials.
    """
    import botocore.auth  # type: ignore[import-untyped]  # has no stubs
    import botocore.awsrequest  # type: ignore[import-untyped]
    import botocore.credentials  # type: ignore[import-untyped]
    import botocore.session  # type: ignore[import-untyped]
    import httpx2

    credentials = (
        botocore.credentials.Credentials(key, secret, token or None)
        if key
        else botocore.session.Session().get_credentials()
    )
    if credentials is None:
        raise Misconfigured("bedrock", "this machine has no AWS credentials")

    def signed(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, str]:
        request = botocore.awsrequest.AWSRequest(method, url, headers=headers, data=body)
        botocore.auth.SigV4Auth(credentials.get_frozen_credentials(), _SERVICE, region).add_auth(request)
        return dict(request.headers.items())

    class Signature(httpx2.Auth):
        requires_request_body = True

        async def async_auth_flow(self, request: httpx2.Request) -> Any:
            headers = {name: value for name, value in request.headers.items() if name not in _NOT_SIGNED}
            # Temporary credentials are renewed over the network: not on the event loop.
            added = await asyncio.to_thread(
                signed, request.method, str(request.url), headers, request.content
            )
            request.headers.update(added)
            yield request

    return Signature()
