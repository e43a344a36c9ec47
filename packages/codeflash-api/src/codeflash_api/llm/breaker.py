"""Leaves a provider in peace that fails again and again (Nygard, "Release It!": circuit breaker)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from attrs import define

from codeflash_api.llm.model import Deadline, Model, Overloaded, Prompt, ProviderError, Reply, TimedOut

State = Literal["closed", "open", "half-open"]


class Resting(Overloaded):
    """The provider failed so often that it is not asked for a while."""

    retriable = False


@define
class Circuit:
    """The state of one provider, shared by all its models.

    Attributes:
        provider: Its name.
        failures: Failures in a row that open the circuit.
        rest: Seconds that it stays open.
        clock: Monotonic seconds.
    """

    provider: str
    failures: int = 5
    rest: float = 30.0
    clock: Callable[[], float] = time.monotonic
    _failed: int = 0
    _opened: float | None = None
    _probing: bool = False

    @property
    def state(self) -> State:
        """Closed: all pass. Open: none. Half-open: one may try."""
        if self._opened is None:
            return "closed"
        return "open" if self.clock() < self._opened + self.rest else "half-open"

    def enter(self) -> None:
        """Admit a request.

        Raises:
            Resting: It may not pass now.
        """
        if self._opened is None:
            return
        left = self._opened + self.rest - self.clock()
        if left > 0 or self._probing:
            raise Resting(self.provider, "it failed repeatedly and is not asked now", max(left, 1.0))
        self._probing = True

    def succeeded(self) -> None:
        """The provider works: close."""
        self._failed, self._opened, self._probing = 0, None, False

    def failed(self) -> None:
        """The provider does not work; open when that was so for a while, or when this was the one that might try."""
        self._failed += 1
        if self._probing or self._failed >= self.failures:
            self._opened = self.clock()
        self._probing = False

    def left(self) -> None:
        """A request ended without telling anything: another one may try."""
        self._probing = False


@define
class Guarded:
    """A model that is not asked while its provider's circuit is open.

    Attributes:
        inner: The model.
        circuit: The provider's state.
    """

    inner: Model
    circuit: Circuit

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
            Resting: The provider is not asked now.
            ProviderError: There is no answer.
        """
        self.circuit.enter()
        told = False
        try:
            reply = await self.inner.complete(prompt, deadline)
            self.circuit.succeeded()
            told = True
            return reply
        except (Overloaded, TimedOut):
            self.circuit.failed()
            told = True
            raise
        except ProviderError:  # it works: it refuses, limits or talks nonsense
            self.circuit.succeeded()
            told = True
            raise
        finally:
            if not told:
                self.circuit.left()

    async def close(self) -> None:
        """Close the connections."""
        await self.inner.close()
