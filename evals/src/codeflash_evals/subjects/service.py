"""The AI service on loopback for as long as a run needs it, with a data folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from codeflash_core.errors import PrerequisiteError
from codeflash_evals.subjects.names import Subject

PROGRAM = (sys.executable, "-I", "-m", "codeflash_api")
START_SECONDS = 120.0
GENTLE_SECONDS = 10.0
KEY, ADDRESS = "first API key: ", "listening on "


@contextlib.asynccontextmanager
async def serving(subject: Subject, data: Path) -> AsyncIterator[Mapping[str, str]]:
    """Variables that lead the command line to the subject's service; none where it asks no service.

    Args:
        subject: Who is measured.
        data: An empty folder for its database.

    Raises:
        PrerequisiteError: It does not start.
    """
    if not subject.provider:
        yield {}
        return
    settings = {"CODEFLASH_API_PROVIDERS": subject.provider}
    if subject.recording is not None:
        settings["CODEFLASH_API_RECORDED_FOLDER"] = str(subject.recording)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CODEFLASH_", "DATABASE_"))
    }
    words = ("serve", "--port", "0", "--no-companion-port", "--data", str(data))
    # The bond holds to the thread that starts it, which is the event loop's: prctl(2), PR_SET_PDEATHSIG.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "codeflash_core.bound", str(os.getpid())),
        *(*PROGRAM, *words),
        env={**kept, **settings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    reading = None
    try:
        assert process.stdout is not None
        variables = await _greeted(process.stdout)
        reading = asyncio.create_task(_drained(process.stdout))
        yield variables
    finally:
        if process.returncode is None:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(process.wait()), GENTLE_SECONDS)
        if process.returncode is None:
            process.kill()
        await process.wait()
        if reading is not None:
            await reading


async def _greeted(stream: asyncio.StreamReader) -> dict[str, str]:
    """Address and key, as it says them when it is up."""
    variables: dict[str, str] = {}
    try:
        async with asyncio.timeout(START_SECONDS):
            while line := (await stream.readline()).decode("utf-8", "replace").strip():
                if line.startswith(KEY):
                    variables["CODEFLASH_API_KEY"] = line.removeprefix(KEY).split()[0]
                if line.startswith(ADDRESS):
                    variables["CODEFLASH_API_URL"] = line.removeprefix(ADDRESS).split()[0]
                    return variables
    except TimeoutError:
        pass
    raise PrerequisiteError(
        "the service did not start for the subject",
        "Start codeflash-api serve by hand to see why; it is the package codeflash-api.",
    )


async def _drained(stream: asyncio.StreamReader) -> None:
    """A pipe that nobody reads would hold the service up."""
    while await stream.read(1 << 16):
        pass
