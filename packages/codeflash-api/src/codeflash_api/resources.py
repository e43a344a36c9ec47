"""What the endpoints share for as long as the service runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen
from fastapi import Request

from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker, Chain, Prices, answered
from codeflash_api.settings import Settings
from codeflash_api.usage.call import Call

if TYPE_CHECKING:
    from codeflash_postgres.database import Database

T = TypeVar("T")


@frozen
class Resources:
    """Made once by the application's lifespan, and handed to endpoints by ``Depends(get_resources)``.

    Attributes:
        settings: The settings.
        database: Sessions.
        chains: Who serves each feature.
        prices: What tokens cost.
        extra: Resources of single features, by name.
    """

    settings: Settings
    database: Database
    chains: Mapping[Feature, Chain]
    prices: Prices
    extra: Mapping[str, Any] = field(factory=dict)

    async def answer(
        self,
        call: Call,
        *,
        by_model: Callable[[Asker], Awaitable[T]] | None,
        by_rules: Callable[[], T] | None,
        at_once: bool = False,
    ) -> T:
        """The first usable answer to a call, see :func:`codeflash_api.llm.answering.answered`."""
        chain = self.chains[call.feature]
        return await answered(call.feature, chain, call, self.prices, by_model, by_rules, at_once)


async def get_resources(request: Request) -> Resources:
    """The application's resources, as a dependency."""
    resources: Resources = request.app.state.resources
    return resources
