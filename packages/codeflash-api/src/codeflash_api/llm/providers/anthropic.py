"""Messages as Anthropic serves them, directly and on Bedrock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from codeflash_api.llm.failures import from_error_object, translated
from codeflash_api.llm.model import BadAnswer, Deadline, Prompt, Reply, Stop, Tokens
from codeflash_api.llm.providers.client import CONNECT_SECONDS, Lazily, within
from codeflash_api.llm.providers.reading import Pieces, count, mapping, plain, sequence, text

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrock

VENDOR = "https://api.anthropic.com"
_STOPS: Mapping[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}


@frozen
class Wire:
    """What can be set.

    Attributes:
        stream: Whether answers are streamed, so that long ones do not look idle to what stands between.
        temperature: Whether a temperature is sent. The API's version of 2026-10-21, which the SDK speaks, refuses it;
            older models take it under an older version.
        headers: Further headers, such as ``anthropic-version``.
        body: Further fields of the body, such as Bedrock's ``anthropic_version``.
        longest: Most seconds of one exchange.
    """

    stream: bool = True
    temperature: bool = False
    headers: Mapping[str, str] = field(factory=dict)
    body: Mapping[str, str] = field(factory=dict)
    longest: float = 120.0


def anthropic_client(key: str, base_url: str) -> AsyncAnthropic:
    """A client that neither retries nor follows redirects.

    Args:
        key: The API key.
        base_url: The address; empty for the vendor's own.
    """
    import anthropic

    return anthropic.AsyncAnthropic(
        api_key=key,
        base_url=base_url or VENDOR,
        max_retries=0,
        open_telemetry=False,
        http_client=anthropic.DefaultAsyncHttpxClient(follow_redirects=False),
    )


@define
class Messages:
    """A model behind ``/v1/messages``, or behind Bedrock's ``invoke`` paths.

    Attributes:
        provider: The provider's name.
        model: The model's name.
        client: The SDK's client, which models of one provider share.
        wire: What can be set.
        unreadable: Gives the errors of what reads the stream, where that is not the SDK itself.
        clock: Monotonic seconds.
    """

    provider: str
    model: str
    client: Lazily[AsyncAnthropic] | Lazily[AsyncAnthropicBedrock] = field(repr=False)
    wire: Wire = field(factory=Wire)
    unreadable: Callable[[], tuple[type[Exception], ...]] = tuple
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
        request: dict[str, Any] = {
            "model": self.model,
            "max_tokens": prompt.max_tokens,
            "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.messages],
        }
        if prompt.system:
            request["system"] = prompt.system
        if prompt.temperature is not None and self.wire.temperature:
            request["temperature"] = prompt.temperature
        if self.wire.stream:
            request["stream"] = True
        return request | dict(self.wire.body)

    async def _answer(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        client = await self.client.get()
        import anthropic
        import httpx2

        timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        more = {key: request[key] for key in ("temperature", *self.wire.body) if key in request}
        with translated(self.provider, anthropic, self.unreadable()):
            answer = await client.messages.create(
                **{key: value for key, value in request.items() if key not in more},
                extra_body=more or None,
                extra_headers=dict(self.wire.headers) or None,
                timeout=timeout,
            )
            if not request.get("stream"):
                return dict(plain(self.provider, answer))
            async with answer as stream:
                if "application/json" in stream.response.headers.get("content-type", ""):  # it did not stream
                    return dict(mapping(json.loads(await stream.response.aread())))
                joined = _Joined(self.provider)
                async for event in stream:
                    joined.add(plain(self.provider, event))
                return joined.whole()

    def _reply(self, request: Mapping[str, Any], answer: Mapping[str, Any], seconds: float) -> Reply:
        if answer.get("type") == "error" or answer.get("error"):
            raise from_error_object(self.provider, answer)
        reason = text(answer.get("stop_reason"))
        if not reason:
            raise BadAnswer(self.provider, "the answer ends too early")
        stop: Stop = _STOPS.get(reason, "other")
        blocks = [mapping(block) for block in sequence(answer.get("content"))]
        content = "".join(text(block.get("text")) for block in blocks if block.get("type") == "text")
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
    """The events of a stream, put together to the message that would have come without streaming."""

    def __init__(self, provider: str) -> None:
        self._head: dict[str, Any] = {}
        self._parts = Pieces(provider)
        self._usage: dict[str, Any] = {}
        self._reason = ""
        self._ended = False

    def add(self, event: Mapping[str, Any]) -> None:
        match event.get("type"):
            case "message_start":
                message = mapping(event.get("message"))
                self._head = {key: message.get(key) for key in ("id", "type", "role", "model")}
                self._usage |= mapping(message.get("usage"))
            case "content_block_start":
                self._parts.add(_text_of(event.get("content_block"), "text"))
            case "content_block_delta":
                self._parts.add(_text_of(event.get("delta"), "text_delta"))
            case "message_delta":
                self._reason = text(mapping(event.get("delta")).get("stop_reason")) or self._reason
                known = mapping(event.get("usage")).items()
                self._usage |= {key: value for key, value in known if value is not None}
            case "message_stop":
                self._ended = True
            case "error":
                self._head["error"] = event.get("error") or {}

    def whole(self) -> dict[str, Any]:
        content = [{"type": "text", "text": self._parts.whole()}]
        # A reason without the closing event is half an answer as well.
        reason = self._reason if self._ended else ""
        return {**self._head, "content": content, "stop_reason": reason, "usage": self._usage}


def _text_of(value: object, kind: str) -> str:
    part = mapping(value)
    return text(part.get("text")) if part.get("type") == kind else ""


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    cached = count(usage.get("cache_read_input_tokens"))
    fresh = count(usage.get("input_tokens")) + count(usage.get("cache_creation_input_tokens"))
    return Tokens(fresh + cached, cached, count(usage.get("output_tokens")))
