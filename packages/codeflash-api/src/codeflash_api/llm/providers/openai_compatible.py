"""Chat completions as OpenAI, vLLM, Ollama, llama.cpp and others serve them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field, frozen

from codeflash_api.llm.failures import from_error_object, translated
from codeflash_api.llm.model import BadAnswer, Deadline, Prompt, Reply, Stop, Tokens
from codeflash_api.llm.providers.client import CONNECT_SECONDS, Lazily, within
from codeflash_api.llm.providers.reading import Pieces, count, mapping, plain, sequence, text

if TYPE_CHECKING:
    from openai import AsyncOpenAI

VENDOR = "https://api.openai.com/v1"
_STOPS: Mapping[str, Stop] = {
    "stop": "end",
    "length": "length",
    "content_filter": "refused",
}


@frozen
class Wire:
    """Where servers of this family differ.

    Attributes:
        stream: Whether answers are streamed, so that long ones do not look idle to what stands between.
        limit_name: The name under which the most tokens of an answer are given.
        temperature: Whether the model takes a temperature: those that reason refuse it.
        longest: Most seconds of one exchange.
    """

    stream: bool = True
    limit_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    longest: float = 120.0


def openai_client(key: str, base_url: str) -> AsyncOpenAI:
    """A client that neither retries nor follows redirects.

    Args:
        key: The credential; empty for servers that want none.
        base_url: The address; empty for the vendor's own.
    """
    import openai

    return openai.AsyncOpenAI(
        api_key=key or "none",
        base_url=base_url or VENDOR,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
    )


@define
class ChatCompletions:
    """A model behind ``/chat/completions``.

    Attributes:
        provider: The provider's name.
        model: The model's or deployment's name.
        client: The SDK's client, which models of one provider share.
        wire: Where this server differs from others.
        clock: Monotonic seconds.
    """

    provider: str
    model: str
    client: Lazily[AsyncOpenAI] = field(repr=False)
    wire: Wire = field(factory=Wire)
    clock: Callable[[], float] = time.monotonic

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            ProviderError: There is none.
        """
        request = self._request(prompt)
        started = self.clock()
        async with within(self.provider, deadline, self.wire.longest) as seconds:
            answer = await self._answer(request, seconds)
        return self._reply(request, answer, self.clock() - started)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        turns = [{"role": turn.role, "content": turn.text} for turn in prompt.messages]
        request: dict[str, Any] = {"model": self.model, "messages": [*system, *turns]}
        request[self.wire.limit_name] = prompt.max_tokens
        if prompt.temperature is not None and self.wire.temperature:
            request["temperature"] = prompt.temperature
        if self.wire.stream:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return request

    async def _answer(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        client = await self.client.get()
        import httpx2
        import openai

        timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        with translated(self.provider, openai):
            answer = await client.chat.completions.create(**request, timeout=timeout)
            if not request.get("stream"):
                return dict(plain(self.provider, answer))
            async with answer as stream:
                if "json" in stream.response.headers.get("content-type", ""):  # it does not know of streams
                    return dict(mapping(json.loads(await stream.response.aread())))
                joined = _Joined(self.provider)
                async for chunk in stream:
                    joined.add(plain(self.provider, chunk))
                return joined.whole()

    def _reply(self, request: Mapping[str, Any], answer: Mapping[str, Any], seconds: float) -> Reply:
        if answer.get("error"):
            raise from_error_object(self.provider, answer)
        choices = sequence(answer.get("choices"))
        if not choices:
            raise BadAnswer(self.provider, "the answer has no choices")
        message = mapping(mapping(choices[0]).get("message"))
        reason = text(mapping(choices[0]).get("finish_reason"))
        if not reason:
            raise BadAnswer(self.provider, "the answer ends too early")
        stop: Stop = "refused" if text(message.get("refusal")) else _STOPS.get(reason, "other")
        content = text(message.get("content"))
        if not content and stop != "refused":
            raise BadAnswer(self.provider, f"the answer is empty ({stop})")
        return Reply(
            text=content,
            provider=self.provider,
            model=text(answer.get("model")) or self.model,
            tokens=_tokens(mapping(answer.get("usage"))),
            stop=stop,
            raw={"request": request, "response": answer},
            seconds=seconds,
        )


class _Joined:
    """The chunks of a stream, put together to the answer that would have come without streaming."""

    def __init__(self, provider: str) -> None:
        self._head: dict[str, Any] = {}
        self._parts = {name: Pieces(provider) for name in ("content", "refusal")}
        self._reason = ""
        self._usage: Mapping[str, Any] | None = None
        self._chosen = False

    def add(self, chunk: Mapping[str, Any]) -> None:
        if chunk.get("error"):
            self._head["error"] = chunk["error"]
        self._head |= {key: chunk[key] for key in ("id", "model", "created") if chunk.get(key)}
        self._usage = mapping(chunk.get("usage")) or self._usage
        for choice in sequence(chunk.get("choices")):
            if mapping(choice).get("index", 0) != 0:
                continue
            self._chosen = True
            self._reason = text(choice.get("finish_reason")) or self._reason
            for name, parts in self._parts.items():
                parts.add(text(mapping(choice.get("delta")).get(name)))

    def whole(self) -> dict[str, Any]:
        message = {"role": "assistant", **{name: parts.whole() for name, parts in self._parts.items()}}
        choice = {"index": 0, "message": message, "finish_reason": self._reason}
        return {**self._head, "choices": [choice] if self._chosen else [], "usage": self._usage}


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    cached = count(mapping(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return Tokens(count(usage.get("prompt_tokens")), cached, count(usage.get("completion_tokens")))
