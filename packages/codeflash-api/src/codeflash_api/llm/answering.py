"""Asks the models that are configured for a feature, in their order, and ends with the rules where they are allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from attrs import frozen

from codeflash_api.errors import ApiError, bad_gateway, unavailable, unsupported
from codeflash_api.feature import Feature
from codeflash_api.llm.exchanges import ORIGIN, Origin
from codeflash_api.llm.model import BadAnswer, Model, Prompt, ProviderError, Refused, Reply
from codeflash_api.usage.call import Call

T = TypeVar("T")


class Prices(Protocol):
    """Knows what tokens cost."""

    def dollars(self, reply: Reply) -> float | None:
        """The price of an exchange, or None where it is not known."""
        ...


@frozen
class Chain:
    """Who serves a feature.

    Attributes:
        models: Models to ask, in order.
        rules: Whether the deterministic implementation may answer when no model did.
    """

    models: tuple[Model, ...] = ()
    rules: bool = True


class Asker:
    """What a service asks models with: one model, one call, every exchange noted."""

    def __init__(self, model: Model, call: Call, prices: Prices) -> None:
        self._model = model
        self._call = call
        self._prices = prices

    @property
    def model(self) -> str:
        """The model's name, as candidates carry it."""
        return self._model.model

    async def ask(self, prompt: Prompt) -> Reply:
        """One answer; its tokens are noted whether or not it turns out to be of use.

        Raises:
            Refused: The model declined.
            ProviderError: There is none.
        """
        token = ORIGIN.set(Origin(self._call.id, self._call.trace_id))
        try:
            reply = await self._model.complete(prompt, self._call.deadline)
        except ProviderError as problem:
            self._call.untold += problem.may_cost
            raise
        finally:
            ORIGIN.reset(token)
        self._call.untold += reply.untold
        self._call.add(reply, self._prices.dollars(reply))
        if reply.stop == "refused":
            raise Refused(reply.provider, "the model declined to answer")
        return reply


async def answered(
    feature: Feature,
    chain: Chain,
    call: Call,
    prices: Prices,
    by_model: Callable[[Asker], Awaitable[T]] | None,
    by_rules: Callable[[], T] | None,
    at_once: bool = False,
) -> T:
    """The first usable answer of a feature.

    Args:
        feature: The feature, for the error's text.
        chain: Who is configured to serve it.
        call: The metered call.
        prices: Knows what tokens cost.
        by_model: The model-backed implementation. It raises ``BadAnswer`` when what a model wrote is of no use.
        by_rules: The deterministic implementation, None where there is none (for this language).
        at_once: Whether that one takes microseconds: less than it takes to wake a thread for it.

    Raises:
        ApiError: 501 when nothing is configured that could serve it, 502 or 503 when all that is failed.
    """
    problems: list[ProviderError] = []
    for model in chain.models if by_model else ():
        try:
            return await by_model(Asker(model, call, prices))  # type: ignore[misc]  # None leaves nothing to iterate
        except ProviderError as problem:
            problems.append(problem)
    if chain.rules and by_rules is not None:
        if at_once:
            return by_rules()
        # Reading and rewriting code takes milliseconds of CPU: other requests go on meanwhile.
        return await asyncio.to_thread(by_rules)
    raise _nobody(feature, problems)


def _nobody(feature: Feature, problems: Sequence[ProviderError]) -> ApiError:
    if not problems:
        return unsupported(f"{feature.value} needs a language model for this request and none is configured")
    last = problems[-1]
    if all(isinstance(problem, BadAnswer) for problem in problems):
        return bad_gateway(f"{feature.value}: the model's answer could not be used")
    # Names of providers are no secret; their messages may quote the request.
    return unavailable(
        f"{feature.value}: no provider answered ({', '.join(dict.fromkeys(p.provider for p in problems))})",
        last.retry_after or 5.0,
    )
