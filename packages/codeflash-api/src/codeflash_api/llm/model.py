"""What is asked of a model and what comes back, whoever the vendor is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from attrs import field, frozen

from codeflash_api.feature import Feature

Stop = Literal["end", "length", "refused", "other"]


@frozen
class Message:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@frozen
class Prompt:
    """A rendered request.

    Attributes:
        feature: What it is for.
        version: Version of the prompt's files, kept with the exchange.
        system: The system text.
        messages: The turns, the last one the user's.
        max_tokens: Most tokens of the answer.
        temperature: Sampling temperature, 0 to 1; None leaves it to the model.
    """

    feature: Feature
    version: str
    system: str
    messages: tuple[Message, ...]
    max_tokens: int = 8_000
    temperature: float | None = None


@frozen
class Tokens:
    """What an exchange used. ``cached`` is the part of ``input`` that was read from the provider's cache."""

    input: int = 0
    cached: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.cached + other.cached, self.output + other.output)


@frozen
class Reply:
    """A complete answer.

    Attributes:
        text: What the model wrote.
        provider: Name of the provider that answered.
        model: The model, as the provider names it.
        tokens: What it used, by the provider's own count.
        stop: Why it ended; ``length`` means that the text is cut, ``refused`` that the model or its filter declined
            (services never see that: ``Asker`` raises ``Refused`` once the tokens are noted).
        raw: ``request`` as it was sent and ``response`` as it came, for the record of exchanges.
        seconds: Wall time from request to answer.
        untold: Earlier tries that were broken off, so that nobody told what they cost.
    """

    text: str
    provider: str
    model: str
    tokens: Tokens = field(factory=Tokens)
    stop: Stop = "end"
    raw: Mapping[str, Any] = field(factory=dict, repr=False)
    seconds: float = 0.0
    untold: int = 0


@frozen
class Deadline:
    """A moment after which nobody waits any more.

    Attributes:
        at: The moment on ``clock``, in seconds.
        clock: A monotonic clock.
    """

    at: float
    clock: Callable[[], float] = time.monotonic

    @staticmethod
    def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Deadline:
        """The deadline that many seconds from now."""
        return Deadline(clock() + seconds, clock)

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - self.clock())


class ProviderError(Exception):
    """A provider gave no usable answer.

    Attributes:
        provider: Its name.
        retriable: Whether asking again may help.
        retry_after: Seconds that the provider asked to wait, or None.
        may_cost: Whether the provider may have worked, and counts it, although nobody told what it cost.
    """

    retriable = False
    may_cost = False

    def __init__(self, provider: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(f"{provider}: {message}")
        self.provider = provider
        self.retry_after = retry_after


class RateLimited(ProviderError):
    """The provider wants fewer requests (429)."""

    retriable = True


class Overloaded(ProviderError):
    """The provider is down or too busy (5xx, connection refused)."""

    retriable = True


class TimedOut(ProviderError):
    """No answer in time."""

    retriable = True
    may_cost = True


class Refused(ProviderError):
    """The model or its filter declined to answer."""


class BadAnswer(ProviderError):
    """An answer that can't be read: garbage, half of it, a success with an error inside."""

    retriable = True
    may_cost = True


class Misconfigured(ProviderError):
    """A wrong key, an unknown model or deployment, a malformed request (4xx): asking again changes nothing."""


class Model(Protocol):
    """One model at one provider. Wrappers (retry, breaker, concurrency, recording) are models too."""

    @property
    def provider(self) -> str:
        """The provider's name: ``azure``, ``bedrock``, ``anthropic``, ``openai`` or ``recorded``."""
        ...

    @property
    def model(self) -> str:
        """The model's name, as prices know it."""
        ...

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            ProviderError: There is none.
        """
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
