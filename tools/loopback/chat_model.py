"""A model that speaks OpenAI's chat completions on loopback, and the AI service in front of it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen, mutable

from loopback.serving import Reply, serving

KEY = "cf-key-of-the-loopback-service"
MODEL_KEY = "sk-loopback-0123456789"
NAME = "gpt-4.1"


@mutable
class ChatModel:
    """Answers by what it is asked; what it was asked is kept.

    Attributes:
        answer: From the system prompt and the question to the answer.
        asked: Every question with its system prompt.
        tokens: What each answer is said to have used: input, output.
    """

    answer: Callable[[str, str], str]
    asked: list[tuple[str, str]] = field(factory=list)
    tokens: tuple[int, int] = (1000, 100)

    def reply(self, path: str, body: Mapping[str, Any]) -> Reply:
        """One chat completion."""
        if not path.endswith("/chat/completions"):
            return None
        said = {each["role"]: str(each["content"]) for each in body.get("messages", ())}
        system, user = said.get("system", ""), said.get("user", "")
        self.asked.append((system, user))
        used, written = self.tokens
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_760_000_000,
            "model": f"{NAME}-2025-04-14",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": self.answer(system, user)},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": used, "completion_tokens": written, "total_tokens": used + written},
        }


@frozen
class Service:
    """The AI service on loopback.

    Attributes:
        url: Its address.
        model: The model behind it.
    """

    url: str
    model: ChatModel

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to use it."""
        return {"CODEFLASH_API_URL": self.url, "CODEFLASH_API_KEY": KEY}


@contextlib.contextmanager
def service_with(model: ChatModel, data: Path) -> Iterator[Service]:
    """``codeflash-api serve`` with a model and no rules, until the block ends.

    Args:
        model: The model.
        data: The service's data folder; its path has to be short.
    """
    with serving(model.reply) as address:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not re.fullmatch(r"(?i)DATABASE_URL|CODEFLASH_API_.*|\w+_proxy", name)
        }
        environment |= {
            "CODEFLASH_API_FIRST_KEY": KEY,
            "CODEFLASH_API_PROVIDERS": "openai",
            "CODEFLASH_API_OPENAI_MODEL": NAME,
            "CODEFLASH_API_OPENAI_BASE_URL": f"{address}/v1",
            "CODEFLASH_API_OPENAI_KEY": MODEL_KEY,
            "CODEFLASH_API_OPENAI_STREAM": "off",
        }
        words = ["serve", "--port=0", "--companion-port=0", f"--data={data}"]
        data.parent.mkdir(parents=True, exist_ok=True)
        log = data.with_suffix(".log")
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "codeflash_api", *words],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=environment,
            )
        try:
            assert process.stdout is not None
            line = next((each for each in process.stdout if each.startswith("listening on")), "")
            found = re.search(r"http://\S+", line)
            assert found, log.read_text(encoding="utf-8")[-4000:]
            yield Service(found[0], model)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
