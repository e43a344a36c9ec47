"""A server process of the whole application with one more metered endpoint, whose calls can be held for ever."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import Depends
from pydantic import BaseModel

from codeflash_api.app import create_app
from codeflash_api.feature import Feature
from codeflash_api.settings import Settings
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered


class Body(BaseModel):
    hold: bool = False


def main() -> None:
    url, descriptor, data = sys.argv[1:]
    app = create_app(Settings(database_url=url, data=Path(data)))

    @app.post("/ai/hold")
    async def hold(
        body: Body, call: Annotated[Call, Depends(metered(Feature.RANK), scope="function")]
    ) -> Body:
        if body.hold:
            await asyncio.Event().wait()
        return body

    listener = socket.socket(fileno=int(descriptor))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    asyncio.run(server.serve([listener]))


if __name__ == "__main__":
    main()
