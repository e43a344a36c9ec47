"""Chat completions as OpenAI, vLLM, Ollama, llama.cpp and others serve them."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from codeflash_api.llm.model import BadAnswer, Prompt, Stop, Tokens
from codeflash_api.llm.providers.reading import Pieces, count, mapping, sequence, text
from codeflash_api.llm.providers.vendor import Joined, Read

if TYPE_CHECKING:
    import httpx2
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


@frozen
class ChatCompletions:
    """Models behind ``/chat/completions``.

    Attributes:
        wire: Where this server differs from others.
    """

    wire: Wire = field(factory=Wire)

    @property
    def longest(self) -> float:
        """Most seconds of one exchange."""
        return self.wire.longest

    def sdk(self) -> ModuleType:
        """OpenAI's."""
        import openai

        return openai

    def unreadable(self) -> tuple[type[Exception], ...]:
        """None: the SDK reads everything itself."""
        return ()

    def request(self, model: str, prompt: Prompt) -> dict[str, Any]:
        """The body that asks a prompt."""
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        turns = [{"role": turn.role, "content": turn.text} for turn in prompt.messages]
        request: dict[str, Any] = {"model": model, "messages": [*system, *turns]}
        request[self.wire.limit_name] = prompt.max_tokens
        if prompt.temperature is not None and self.wire.temperature:
            request["temperature"] = prompt.temperature
        if self.wire.stream:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return request

    async def send(self, client: AsyncOpenAI, request: Mapping[str, Any], patience: httpx2.Timeout) -> Any:
        """Send it."""
        return await client.chat.completions.create(**request, timeout=patience)

    def joined(self, provider: str) -> Joined:
        """What puts a stream together."""
        return _Joined(provider)

    def read(self, provider: str, answer: Mapping[str, Any]) -> Read:
        """What the first choice of a whole answer says.

        Raises:
            BadAnswer: There is none.
        """
        choices = sequence(answer.get("choices"))
        if not choices:
            raise BadAnswer(provider, "the answer has no choices")
        message = mapping(mapping(choices[0]).get("message"))
        reason = text(mapping(choices[0]).get("finish_reason"))
        return Read(
            text(message.get("content")),
            reason,
            "refused" if text(message.get("refusal")) else _STOPS.get(reason, "other"),
            _tokens(mapping(answer.get("usage"))),
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
