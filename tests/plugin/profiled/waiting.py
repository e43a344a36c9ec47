"""A coroutine that blocks the event loop."""

import asyncio
import time


async def main():
    time.sleep(0.15)  # noqa: ASYNC251 - the slowness that is wanted
    await asyncio.sleep(0)


asyncio.run(main())
