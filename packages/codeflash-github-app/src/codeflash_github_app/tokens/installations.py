"""Tokens for one repository and for what a piece of work needs there, kept until shortly before they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from codeflash_core.errors import GitHubError
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

_NONE = ("", datetime.min.replace(tzinfo=UTC))
KEY_HINT = "Whoever hosts the app can see to its key, its id and the clock: codeflash-github-app doctor."


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
        self._own = _NONE

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
            if kept is None or not self._lasts(kept):
                kept = await self._made(repository, permissions)
                self._tidy()
                self._kept[name] = kept
            return kept.token

    async def _made(self, repository: Repository, permissions: Permissions) -> InstallationToken:
        call = token_call(repository.installation, repository.id, permissions)
        try:
            async with GitHub(Access(self._url, self._app_token())) as github:
                return await installation_token(github, call)
        except GitHubError as problem:
            if problem.status != 401:
                raise
            # The key was replaced, or the clock was set: the next one is signed anew.
            self._own = _NONE
            raise GitHubError(
                f"GitHub does not know the app: {problem.message}", KEY_HINT, 401, passing=True
            ) from problem

    def _lasts(self, token: InstallationToken) -> bool:
        return self._now() < token.ends - EARLY

    def _tidy(self) -> None:
        """Keep nothing of tokens that have ended, and of nobody who waits for one."""
        self._kept = {name: each for name, each in self._kept.items() if self._lasts(each)}
        self._locks = {
            name: lock for name, lock in self._locks.items() if name in self._kept or lock.locked()
        }

    def drop(self, token: str) -> None:
        """Use a token no more that GitHub does not know any more.

        Args:
            token: The token.
        """
        self._kept = {name: each for name, each in self._kept.items() if each.token != token}

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
