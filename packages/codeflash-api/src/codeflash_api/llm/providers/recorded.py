"""Replays kept exchanges: no network, no key, the same answers every time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from attrs import define, field

from codeflash_api.llm.exchanges import prompt_key
from codeflash_api.llm.model import BadAnswer, Deadline, Misconfigured, Prompt, Reply, Tokens
from codeflash_api.llm.providers.reading import count, mapping, text

_STOPS = ("end", "length", "refused", "other")


@define
class Recorded:
    """Answers a prompt with what a model answered to the same prompt before.

    Where a prompt was asked several times, its answers come in the order in which they were given, and then again.

    Attributes:
        folder: The kept exchanges, see :class:`codeflash_api.llm.exchanges.FolderStore`.
    """

    folder: Path
    _asked: dict[str, int] = field(factory=dict, init=False, repr=False)

    @property
    def provider(self) -> str:
        """The provider's name."""
        return "recorded"

    @property
    def model(self) -> str:
        """The model's name; replies carry the one of the model that wrote them."""
        return "recorded"

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            Misconfigured: None was recorded for it.
            BadAnswer: What was recorded can't be read.
        """
        key = prompt_key(prompt)
        replies = await asyncio.to_thread(self._replies, prompt.feature.value, key)
        if not replies:
            raise Misconfigured(self.provider, f"no answer is recorded for this prompt ({key})")
        turn = self._asked.get(key, 0)
        self._asked[key] = turn + 1
        return replies[turn % len(replies)]

    async def close(self) -> None:
        """There is nothing to close."""

    def _replies(self, feature: str, key: str) -> list[Reply]:
        files = sorted((self.folder / feature).glob(f"{key}-*.json"))
        found = [self._reply(file) for file in files]
        return [reply for reply in found if reply is not None]

    def _reply(self, file: Path) -> Reply | None:
        try:
            exchange: Any = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise BadAnswer(self.provider, f"{file.name} can't be read") from problem
        response = mapping(mapping(exchange).get("response"))
        if "text" not in response:  # a failure that was kept
            return None
        tokens = mapping(response.get("tokens"))
        stop = response.get("stop")
        return Reply(
            text=text(response["text"]),
            provider=self.provider,
            model=text(response.get("model")) or self.model,
            tokens=Tokens(*(count(tokens.get(name)) for name in ("input", "cached", "output"))),
            stop=stop if stop in _STOPS else "other",
            raw={"request": mapping(exchange.get("request")), "response": mapping(response.get("raw"))},
        )
