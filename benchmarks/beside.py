"""``codeflash-api serve`` with a bare FastAPI endpoint in the same process, past everything that the service adds."""

from __future__ import annotations

import sys
from typing import Any

from fastapi import FastAPI

import codeflash_api.app as service
from codeflash_api.main import main

PATH = "/bare"


class Beside:
    """An ASGI application: one path is the bare endpoint's, all else the service's."""

    def __init__(self, app: FastAPI) -> None:
        """Put the bare application beside the given one."""
        self._app = app
        self._bare = FastAPI(openapi_url=None)

        @self._bare.post(PATH)
        async def bare() -> dict[str, list[int]]:
            return {"ranking": [1, 0]}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        app = self._bare if scope.get("path") == PATH else self._app
        await app(scope, receive, send)


def run(words: list[str]) -> int:
    """Run the command with its application replaced."""
    create = service.create_app
    service.create_app = lambda *values, **named: Beside(create(*values, **named))  # type: ignore[assignment]
    return main(words)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
