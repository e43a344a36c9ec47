"""Keeps what was asked and answered, so that it can be replayed and examined later; secrets are taken out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

from attrs import define, frozen

from codeflash_api.llm.model import Deadline, Model, Prompt, ProviderError, Reply

_log = logging.getLogger(__name__)

_SECRETS = re.compile(
    r"(?<![\w-])(?:cf|sk|pk|rk|xox[abp])-[\w-]{12,}"
    r"|(?<![\w-])(?:gh[oprsu]|github_pat|glpat)[_-][\w-]{16,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{12,}\b"
    r"|(?i:\bbearer\s+)[\w.~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----",
    re.DOTALL,
)
_HIDDEN = "[removed]"
_FENCE = re.compile(r"\bmaterial-[0-9a-f]{16}\b")
_BLANKS = re.compile(r"[ \t]+(?=\n|$)")


@frozen
class Origin:
    """The metered call that an exchange belongs to."""

    usage_id: uuid.UUID
    trace_id: str = ""


ORIGIN: ContextVar[Origin | None] = ContextVar("origin", default=None)
"""Set while a call asks models."""


class NotKept(Exception):
    """An exchange could not be stored."""


@frozen
class Exchange:
    """One request to a model and what came of it, without secrets.

    Attributes:
        key: Identifies the normalized prompt.
        feature: What it was for.
        version: The prompt's version.
        provider: Who was asked.
        model: Which model.
        request: The prompt, and the request as it was sent.
        response: The answer as it came with its text and tokens, or ``{"error": ...}``.
        seconds: Wall time.
        at: When it ended, in seconds since the epoch.
        origin: The call that it belongs to, where it is known.
    """

    key: str
    feature: str
    version: str
    provider: str
    model: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    seconds: float
    at: float
    origin: Origin | None = None


class Store(Protocol):
    """Where exchanges are kept."""

    async def keep(self, exchange: Exchange) -> None:
        """Store one.

        Raises:
            NotKept: It can't be stored now.
        """
        ...


def prompt_key(prompt: Prompt) -> str:
    """Identifies what a prompt says, whatever its line ends, trailing blanks, delimiters, and sampling are."""
    parts = [prompt.feature.value, prompt.system]
    for turn in prompt.messages:
        parts += [turn.role, turn.text]
    digest = hashlib.sha256()
    for part in parts:
        plain = part.replace("\r\n", "\n").replace("\r", "\n")
        plain = _FENCE.sub("material", _BLANKS.sub("", plain)).strip()
        digest.update(plain.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:32]


@define
class Keeping:
    """A model whose exchanges are kept, failures too. That one can't be kept is no reason to lose the answer.

    Attributes:
        inner: The model.
        store: Where they go.
        secrets: Texts that are never kept: the credentials in use.
    """

    inner: Model
    store: Store
    secrets: tuple[str, ...] = ()

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.inner.provider

    @property
    def model(self) -> str:
        """The model's name."""
        return self.inner.model

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            ProviderError: There is none.
        """
        started = time.monotonic()
        try:
            reply = await self.inner.complete(prompt, deadline)
        except ProviderError as problem:
            failure = {"error": type(problem).__name__, "message": str(problem)}
            await self._keep(prompt, self.model, {}, failure, time.monotonic() - started)
            raise
        await self._keep(prompt, reply.model, reply.raw.get("request", {}), answered(reply), reply.seconds)
        return reply

    async def close(self) -> None:
        """Close the connections."""
        await self.inner.close()

    async def _keep(
        self, prompt: Prompt, model: str, sent: object, response: Mapping[str, Any], seconds: float
    ) -> None:
        asked = {
            "system": prompt.system,
            "messages": [{"role": turn.role, "text": turn.text} for turn in prompt.messages],
            "max_tokens": prompt.max_tokens,
            "temperature": prompt.temperature,
            "sent": sent,
        }
        exchange = Exchange(
            key=prompt_key(prompt),
            feature=prompt.feature.value,
            version=prompt.version,
            provider=self.provider,
            model=model,
            request=without_secrets(asked, self.secrets),
            response=without_secrets(response, self.secrets),
            seconds=seconds,
            at=time.time(),
            origin=ORIGIN.get(),
        )
        try:
            await self.store.keep(exchange)
        except NotKept as problem:
            _log.warning("an exchange with %s was not kept: %s", self.provider, problem)


def answered(reply: Reply) -> dict[str, Any]:
    """A reply as it is kept."""
    tokens = {"input": reply.tokens.input, "cached": reply.tokens.cached, "output": reply.tokens.output}
    raw = reply.raw.get("response", {})
    return {"text": reply.text, "model": reply.model, "stop": reply.stop, "tokens": tokens, "raw": raw}


def without_secrets(value: Any, secrets: Iterable[str]) -> Any:
    """Plain data with credentials replaced: the given ones, and what looks like one."""
    known = [secret for secret in secrets if len(secret) >= 6]
    if isinstance(value, str):
        for secret in known:
            value = value.replace(secret, _HIDDEN)
        return _SECRETS.sub(_HIDDEN, value)
    if isinstance(value, Mapping):
        return {str(without_secrets(key, known)): without_secrets(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(item, known) for item in value]
    return value


@frozen
class FolderStore:
    """Keeps exchanges as files ``<feature>/<key>-<time>-<random>.json``, which ``recorded`` replays.

    Attributes:
        folder: Where.
    """

    folder: Path

    async def keep(self, exchange: Exchange) -> None:
        """Store one.

        Raises:
            NotKept: The disk is full, or the folder can't be written.
        """
        try:
            await asyncio.to_thread(self._write, exchange)
        except OSError as problem:
            raise NotKept(problem.strerror or type(problem).__name__) from problem

    def _write(self, exchange: Exchange) -> None:
        place = self.folder / exchange.feature
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{exchange.key}-{int(exchange.at * 1e6):020d}-{uuid.uuid4().hex[:8]}"
        temporary = place / f".{name}.part"
        # They hold people's code: only for the service's own user.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_fields(exchange), file)
        temporary.rename(place / f"{name}.json")


def _fields(exchange: Exchange) -> dict[str, Any]:
    origin = exchange.origin
    return {
        "key": exchange.key,
        "feature": exchange.feature,
        "version": exchange.version,
        "provider": exchange.provider,
        "model": exchange.model,
        "request": exchange.request,
        "response": exchange.response,
        "seconds": exchange.seconds,
        "at": exchange.at,
        "trace_id": origin.trace_id if origin else "",
    }
