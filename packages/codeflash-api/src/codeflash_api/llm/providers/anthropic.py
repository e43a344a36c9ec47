"""Messages as Anthropic serves them, directly and on Bedrock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from codeflash_api.llm.model import Prompt, Stop, Tokens
from codeflash_api.llm.providers.reading import Pieces, count, mapping, sequence, text
from codeflash_api.llm.providers.vendor import Joined, Read

if TYPE_CHECKING:
    import httpx2
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


@frozen
class Messages:
    """Models behind ``/v1/messages``, or behind Bedrock's ``invoke`` paths.

    Attributes:
        wire: What can be set.
        strange: Gives the errors of what reads the stream, where that is not the SDK itself.
    """

    wire: Wire = field(factory=Wire)
    strange: Callable[[], tuple[type[Exception], ...]] = tuple

    @property
    def longest(self) -> float:
        """Most seconds of one exchange."""
        return self.wire.longest

    def sdk(self) -> ModuleType:
        """Anthropic's."""
        import anthropic

        return anthropic

    def unreadable(self) -> tuple[type[Exception], ...]:
        """Those of what reads the stream."""
        return self.strange()

    def request(self, model: str, prompt: Prompt) -> dict[str, Any]:
        """The body that asks a prompt."""
        request: dict[str, Any] = {
            "model": model,
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

    async def send(
        self,
        client: AsyncAnthropic | AsyncAnthropicBedrock,
        request: Mapping[str, Any],
        patience: httpx2.Timeout,
    ) -> Any:
        """Send it; fields that the SDK does not know go past it."""
        more = {key: request[key] for key in ("temperature", *self.wire.body) if key in request}
        return await client.messages.create(
            **{key: value for key, value in request.items() if key not in more},
            extra_body=more or None,
            extra_headers=dict(self.wire.headers) or None,
            timeout=patience,
        )

    def joined(self, provider: str) -> Joined:
        """What puts a stream together."""
        return _Joined(provider)

    def read(self, provider: str, answer: Mapping[str, Any]) -> Read:
        """What a whole answer says."""
        blocks = [mapping(block) for block in sequence(answer.get("content"))]
        reason = text(answer.get("stop_reason"))
        return Read(
            "".join(text(block.get("text")) for block in blocks if block.get("type") == "text"),
            reason,
            _STOPS.get(reason, "other"),
            _tokens(mapping(answer.get("usage"))),
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
