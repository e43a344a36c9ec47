"""One exchange with a model behind a vendor's SDK; what differs between vendors is a dialect."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from attrs import define, field, frozen

from codeflash_api.llm.failures import from_error_object, translated
from codeflash_api.llm.model import BadAnswer, Deadline, Prompt, Reply, Stop, Tokens
from codeflash_api.llm.providers.client import CONNECT_SECONDS, Closable, Lazily, within
from codeflash_api.llm.providers.reading import mapping, plain, text

if TYPE_CHECKING:
    import httpx2

C = TypeVar("C", bound=Closable)
D = TypeVar("D", contravariant=True)


@frozen
class Read:
    """What an answer says.

    Attributes:
        text: What the model wrote.
        reason: The vendor's word for why it ended; empty when it broke off.
        stop: Why it ended.
        tokens: What it used.
    """

    text: str
    reason: str
    stop: Stop
    tokens: Tokens


class Joined(Protocol):
    """The events of a stream, put together to the answer that would have come without streaming."""

    def add(self, event: Mapping[str, Any]) -> None:
        """Take the next event.

        Raises:
            BadAnswer: There is more of it than makes sense.
        """
        ...

    def whole(self) -> dict[str, Any]:
        """The answer."""
        ...


class Dialect(Protocol[D]):
    """How one family of vendors is asked, and how its answers are read."""

    @property
    def longest(self) -> float:
        """Most seconds of one exchange."""
        ...

    def sdk(self) -> ModuleType:
        """The SDK, whose errors are translated; importing it takes about a second."""
        ...

    def unreadable(self) -> tuple[type[Exception], ...]:
        """Further errors that mean that an answer can't be read."""
        ...

    def request(self, model: str, prompt: Prompt) -> dict[str, Any]:
        """The body that asks a prompt."""
        ...

    async def send(self, client: D, request: Mapping[str, Any], patience: httpx2.Timeout) -> Any:
        """Send it; gives the SDK's answer, or its stream when the request says so."""
        ...

    def joined(self, provider: str) -> Joined:
        """What puts a stream together."""
        ...

    def read(self, provider: str, answer: Mapping[str, Any]) -> Read:
        """What a whole answer says.

        Raises:
            BadAnswer: It says nothing.
        """
        ...


@define
class VendorModel(Generic[C]):
    """A model behind a vendor's SDK.

    Attributes:
        provider: The provider's name.
        model: The model's or deployment's name.
        client: The SDK's client, which models of one provider share.
        dialect: How the vendor is asked.
        clock: Monotonic seconds.
    """

    provider: str
    model: str
    client: Lazily[C] = field(repr=False)
    dialect: Dialect[C]
    clock: Callable[[], float] = time.monotonic

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            ProviderError: There is none.
        """
        request = self.dialect.request(self.model, prompt)
        started = self.clock()
        async with within(self.provider, deadline, self.dialect.longest) as seconds:
            answer = await self._answer(request, seconds)
        return self._reply(request, answer, self.clock() - started)

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def _answer(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        client = await self.client.get()
        import httpx2

        patience = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        with translated(self.provider, self.dialect.sdk(), self.dialect.unreadable()):
            answer = await self.dialect.send(client, request, patience)
            if not request.get("stream"):
                return dict(plain(self.provider, answer))
            async with answer as stream:
                # A server that does not know of streams, or an error in place of one.
                if "json" in stream.response.headers.get("content-type", ""):
                    return dict(mapping(json.loads(await stream.response.aread())))
                joined = self.dialect.joined(self.provider)
                async for event in stream:
                    joined.add(plain(self.provider, event))
                return joined.whole()

    def _reply(self, request: Mapping[str, Any], answer: Mapping[str, Any], seconds: float) -> Reply:
        if answer.get("type") == "error" or answer.get("error"):
            raise from_error_object(self.provider, answer)
        read = self.dialect.read(self.provider, answer)
        if not read.reason:
            raise BadAnswer(self.provider, "the answer ends too early")
        if not read.text and read.stop != "refused":
            raise BadAnswer(self.provider, f"the answer is empty ({read.stop})")
        return Reply(
            text=read.text,
            provider=self.provider,
            model=text(answer.get("model")) or self.model,
            tokens=read.tokens,
            stop=read.stop,
            raw={"request": request, "response": answer},
            seconds=seconds,
        )
