"""Tokens for one repository and for what a piece of work needs there, kept until shortly before they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_core.github.apps import InstallationToken, installation_token, token_call
from codeflash_github_app.orders import Repository
from codeflash_github_app.tokens.signing import app_token

EARLY = timedelta(minutes=5)
"""How long before its end a token is used no more."""
OWN = timedelta(minutes=5)
"""How long the app's own token is used."""

Permissions = Mapping[str, str]
_Key = tuple[int, int, tuple[tuple[str, str], ...]]


def _now() -> datetime:
    return datetime.now(UTC)


class InstallationTokens:
    """Asks for tokens and keeps them in memory only: they are in no record, log or command line."""

    def __init__(
        self, url: str, app: int, key: Callable[[], bytes], now: Callable[[], datetime] = _now
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            url: GitHub's API.
            app: The app's id.
            key: Reads its private key, PEM.
            now: Tells the time, UTC.
        """
        self._url, self._app, self._key, self._now = url, app, key, now
        self._kept: dict[_Key, InstallationToken] = {}
        self._locks: dict[_Key, asyncio.Lock] = {}
        self._own = ("", datetime.min.replace(tzinfo=UTC))

    async def token(self, repository: Repository, permissions: Permissions) -> str:
        """A token for one repository that can do no more than is named.

        Args:
            repository: The repository.
            permissions: ``read`` or ``write`` by what is needed, such as ``{"checks": "write"}``.

        Raises:
            GitHubError: GitHub gives none, such as when the installation lacks a permission.
            UsageError: The app's key can't be used.
        """
        name = (repository.installation, repository.id, tuple(sorted(permissions.items())))
        async with self._locks.setdefault(name, asyncio.Lock()):
            kept = self._kept.get(name)
            if kept is None or self._now() >= kept.ends - EARLY:
                async with GitHub(Access(self._url, self._app_token())) as github:
                    call = token_call(repository.installation, repository.id, permissions)
                    kept = self._kept[name] = await installation_token(github, call)
            return kept.token

    def _app_token(self) -> str:
        """The app's own token; it is signed anew long before it ends."""
        now = self._now()
        token, made = self._own
        if not token or not timedelta() <= now - made < OWN:
            token = app_token(self._app, self._key(), now)
            self._own = (token, now)
        return token

    def forget(self, installation: int) -> None:
        """Use the tokens of an installation no more, such as when it was removed or its permissions changed."""
        for name in [each for each in self._kept if each[0] == installation]:
            del self._kept[name]
