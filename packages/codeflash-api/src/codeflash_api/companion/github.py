"""Hands orders to the GitHub app, which alone holds the rights to write to repositories.

The app answers two requests: ``GET /installations/{owner}/{repo}`` with ``{"installed": true}``, and
``POST /deliveries`` with ``{"kind", "owner", "repo", "trace_id", "request"}``, whose answer is
``{"pr_number": 7, "pr_url": "..."}``. Both carry the key of ``CODEFLASH_API_GITHUB_APP_KEY`` as a bearer token.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import frozen

from codeflash_api.companion.orders import Order, Receipt
from codeflash_api.errors import ApiError, bad_gateway, unavailable
from codeflash_api.settings import Settings

if TYPE_CHECKING:
    import httpx2

SECONDS = 60.0
_LARGEST_NUMBER = 2**31 - 1


@frozen
class GitHubApp:
    """The GitHub app as this service knows it.

    Attributes:
        settings: Where it is and the key for it.
    """

    settings: Settings

    @property
    def configured(self) -> bool:
        """Whether there is one."""
        return bool(self.settings.github_app_url)

    async def installed(self, owner: str, repo: str) -> bool:
        """Whether it may write to a repository.

        Raises:
            ApiError: It can't be asked.
        """
        path = f"/installations/{quote(owner, safe='')}/{quote(repo, safe='')}"
        try:
            answer = await self._ask("GET", path)
        except ApiError as problem:
            if problem.status == 404:
                return False
            raise
        return answer.get("installed") is True

    async def deliver(self, order: Order) -> Receipt:
        """Have an order carried out.

        Raises:
            ApiError: 404 when the app is not installed there, 403 when it may not, 502 and 503 when it did not do it.
        """
        content = json.dumps(
            {
                "kind": order.kind,
                "owner": order.owner,
                "repo": order.repo,
                "trace_id": order.trace_id,
                "request": json.loads(order.body),
            }
        )
        answer = await self._ask("POST", "/deliveries", content)
        number, url = answer.get("pr_number"), answer.get("pr_url")
        if not _is_number(number):
            number = None
        return Receipt(number, url if isinstance(url, str) else "")

    async def _ask(self, method: str, path: str, content: str | None = None) -> dict[str, Any]:
        import httpx2

        if not self.configured:
            raise unavailable(
                "no GitHub app is configured, so nothing can be delivered; the request is stored", 300
            )
        headers = {"Content-Type": "application/json"}
        if self.settings.github_app_key:
            headers["Authorization"] = f"Bearer {self.settings.github_app_key}"
        address = self.settings.github_app_url.rstrip("/") + path
        try:
            async with httpx2.AsyncClient(timeout=SECONDS) as client:
                response = await client.request(method, address, content=content, headers=headers)
        except httpx2.HTTPError as problem:
            raise unavailable("the GitHub app can't be reached; the request is stored", 30) from problem
        return _read(response)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_NUMBER


def _read(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if response.is_success and isinstance(answer, dict):
        return answer
    if response.status_code in (403, 404):
        said = answer.get("error") if isinstance(answer, dict) else None
        reason = said[:300] if isinstance(said, str) else "it may not write to this repository"
        raise ApiError(f"the GitHub app refused: {reason}", response.status_code)
    raise bad_gateway(f"the GitHub app did not deliver it (status {response.status_code})")
