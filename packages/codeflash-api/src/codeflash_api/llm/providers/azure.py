"""Azure OpenAI: chat completions under a deployment's path, with an ``api-version`` and an ``api-key`` header."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai import AsyncAzureOpenAI

API_VERSION = "2024-10-21"


def azure_client(endpoint: str, key: str, token: str = "", api_version: str = "") -> AsyncAzureOpenAI:
    """A client that neither retries nor follows redirects; the request's model is the name of the deployment.

    Args:
        endpoint: The resource's address.
        key: The resource's key; empty where a token is given.
        token: An Entra ID token in place of the key.
        api_version: The version of the API; empty for the latest general one.
    """
    import openai

    return openai.AsyncAzureOpenAI(
        azure_endpoint=endpoint,
        api_key=None if token else key,
        azure_ad_token=token or None,
        api_version=api_version or API_VERSION,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
    )
