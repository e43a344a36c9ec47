"""Requests and answers over HTTP, as gidgethub words and reads them."""

from __future__ import annotations

import asyncio
import functools
import json
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gidgethub.abc import GitHubAPI

from codeflash_core.errors import GitHubError
from codeflash_core.github.access import Access
from codeflash_core.github.values import Call

if TYPE_CHECKING:
    import httpx2

REQUESTER = "codeflash-agent"
SECONDS = 60.0
CONNECT_SECONDS = 10.0
LARGEST_ANSWER = 32 * 1024 * 1024


class Wire(GitHubAPI):
    """Sends what gidgethub words; the token goes to the API's own address and nowhere else."""

    def __init__(
        self,
        access: Access,
        listener: Callable[[Call], None],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            access: The API and the token.
            listener: Is told of each request before it is sent.
            transport: How requests travel, for tests.
        """
        import httpx2

        # A proxy for the outside does not know this machine.
        trust_env = not access.is_here
        super().__init__(REQUESTER, oauth_token=access.token, base_url=access.url)
        self._access, self._listener = access, listener
        self.client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            follow_redirects=False,
            trust_env=trust_env,
            verify=_authorities(trust_env=trust_env),
        )

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        if _origin(url) != _origin(self._access.url):
            raise GitHubError(
                f"{self._access.url} names {_origin(url)} as the place of more answers",
                "Nothing was sent there.",
            )
        # A token of an app's own is taken under this word only; every other one is, too.
        headers = {**headers, "authorization": f"Bearer {self._access.token}"}
        told = json.loads(body) if body else None
        self._listener(Call(method, url.removeprefix(self._access.url), told))
        async with (
            asyncio.timeout(SECONDS + CONNECT_SECONDS),
            self.client.stream(method, url, headers=headers, content=body) as answer,
        ):
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise GitHubError(f"{self._access.url} answers more than {LARGEST_ANSWER >> 20} MiB")
                parts.append(part)
            return answer.status_code, answer.headers, b"".join(parts)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@functools.cache
def _authorities(*, trust_env: bool) -> ssl.SSLContext:
    """Who vouches for servers; read once, since that takes longer than a request."""
    import httpx2

    return httpx2.create_ssl_context(trust_env=trust_env)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
