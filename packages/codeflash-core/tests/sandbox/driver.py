"""Plays the engine: runs one piece of foreign code in the sandbox and prints how it went, as JSON.

A program of its own, so that it can run as another user and be killed.
"""

import asyncio
import base64
import json
import sys
from pathlib import Path

from codeflash_core.sandbox import EndOfStream, Limits, Mode, Sandbox, copy_project, detect
from codeflash_core.sandbox.leftovers import scratch


async def main() -> None:
    order = json.loads(sys.stdin.read())
    confinement = detect(Mode(order["mode"]))
    with scratch(Path(order["state"])) as folder:
        tree = copy_project(Path(order["project"]), folder / "base", confinement)
        sandbox = Sandbox(confinement, folder)
        argv = [sys.executable, "-c", order["code"]]
        prefixes = [Path(sys.prefix), Path(sys.base_prefix)]
        async with await sandbox.start(
            argv, tree=tree, limits=Limits(**order["limits"]), env=order["env"], interpreter_prefixes=prefixes
        ) as process:
            if order["announce"]:
                print((await process.receive(order["announce"])).decode(), flush=True)
            await process.close_input()
            end = await process.wait()
            stdout = await process.receive_rest()
            try:
                await process.receive(1)
            except EndOfStream as error:
                last_words = str(error)
    print(
        json.dumps(
            {
                "mechanism": confinement.mechanism,
                "status": end.status,
                "signal": end.signal,
                "breach": end.breach,
                "cpu": end.cpu_seconds,
                "wall": end.wall_seconds,
                "peak": end.peak_bytes,
                "stdout": base64.b64encode(stdout[:1_000_000]).decode(),
                "stdout_bytes": len(stdout),
                "stderr": process.stderr_tail.decode(errors="replace"),
                "last_words": last_words,
                "masked": tree.masked,
            }
        )
    )


asyncio.run(main())
