"""Tells a client what its request cost, whatever came of it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeflash_api.http.replies import state_of
from codeflash_api.usage.call import Call

HEADER = "X-Codeflash-Cost-USD"
EXCHANGES = "X-Codeflash-Exchanges"


class Costs:
    """ASGI middleware: the price of a metered call's exchanges with models, and how many there were.

    Without the price's header the price is not known; rules cost nothing, and say so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def with_headers(message: Message) -> None:
            call = state_of(scope).get("call")
            if message["type"] == "http.response.start" and isinstance(call, Call):
                headers = MutableHeaders(scope=message)
                headers[EXCHANGES] = str(len(call.spent))
                prices = [each.dollars for each in call.spent]
                # A provider that failed may have counted tokens that it told nobody of.
                told = bool(prices) or message["status"] < 500
                if told and not call.untold and None not in prices:
                    headers[HEADER] = f"{sum(price or 0.0 for price in prices):.8f}"
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
