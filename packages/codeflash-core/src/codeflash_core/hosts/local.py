"""Runs units of work on this machine, in the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from codeflash_core.errors import CodeflashError
from codeflash_core.hosts.frames import BadFrame, encode, receive
from codeflash_core.model.side import Side
from codeflash_core.ports.hosts import Answer, Conversation, Failure, Program, Work
from codeflash_core.sandbox import EndOfStream, Limits, Process, Sandbox, Tree, remove, with_changes

WARM_PROCESSES = 8
"""Most processes kept waiting for more work."""
SETUP_SECONDS = 60.0
GRACE_SECONDS = 5.0
"""A worker ends its own overdue work; the host waits this much longer before it ends the worker."""
FOREVER_SECONDS = 24 * 3600.0
OUTPUT_BYTES = 8 * 1024**3
"""Frames of a long-lived worker, all together; single frames have limits of their own."""


class Worker:
    """One sandboxed process that answers requests, one at a time."""

    def __init__(self, process: Process, places: Mapping[str, str]) -> None:
        self._process = process
        self._places = places
        self.lock = asyncio.Lock()
        self.used = time.monotonic()
        self.broken = False

    async def greet(self, program: Program) -> Failure | None:
        """Hear the worker's first frame and set it up."""
        try:
            async with asyncio.timeout(SETUP_SECONDS):
                await receive(self._process.receive)
        except (EndOfStream, BadFrame, TimeoutError) as problem:
            return await self._ended("start", str(problem))
        for request in program.setup:
            answer = await self.ask({"fork": False, **_placed(request, self._places)}, (), SETUP_SECONDS)
            if answer.failure is not None:
                return answer.failure
        return None

    async def ask(self, request: Mapping[str, Any], blobs: tuple[bytes, ...], wall: float) -> Answer:
        """Send one request and wait for its answer."""
        self.used = time.monotonic()
        # Not a counter: foreign code could answer a request before it is asked.
        token = secrets.token_hex(16)
        message = {**request, "id": token, "wall": wall}
        before = self._process.cpu_seconds()
        try:
            async with asyncio.timeout(wall + GRACE_SECONDS):
                await self._process.send(encode(message, blobs))
                header, attached = await receive(self._process.receive)
        except asyncio.CancelledError:
            # The answer would be taken for that to the next request.
            self.broken = True
            self._process.stop("killed")
            raise
        except TimeoutError:
            return Answer(failure=await self._ended("timeout", f"no answer within {wall:.0f} s"))
        except (EndOfStream, BadFrame) as problem:
            return Answer(failure=await self._ended("crash", str(problem)))
        if header.get("id") != token:
            return Answer(failure=await self._ended("protocol", "an answer to another request"))
        if self._process.outgrown():
            return Answer(failure=await self._ended("processes", "too many processes or threads at once"))
        spent = header.get("cpu")
        cpu = float(spent) if isinstance(spent, int | float) else self._process.cpu_seconds() - before
        failure = header.get("failure")
        if isinstance(failure, dict):
            where = failure.get("at")
            return Answer(
                failure=Failure(
                    str(failure.get("kind", "error"))[:40],
                    str(failure.get("detail", ""))[:4000],
                    where if isinstance(where, int) else -1,
                ),
                cpu_seconds=cpu,
            )
        data = header.get("data")
        if not isinstance(data, dict):
            return Answer(failure=await self._ended("protocol", "an answer without data"))
        return Answer(data, attached, None, cpu)

    async def _ended(self, kind: str, detail: str) -> Failure:
        """End the process and say why: a limit that it broke explains more than a broken pipe."""
        self.broken = True
        await self._process.kill()
        end = await self._process.wait()
        breach = end.breach if end.breach not in (None, "killed") else None
        return Failure(breach or kind, detail)

    async def stop(self) -> None:
        """End the process and its whole group."""
        self.broken = True
        await self._process.kill()


class LocalHost:
    """The host of this machine: one private copy a version, warm workers for checks, fresh ones for timing."""

    def __init__(self, sandbox: Sandbox, base: Tree, scratch: Path) -> None:
        """Prepare a host.

        Args:
            sandbox: Starts processes.
            base: The private copy of the original; never run in, so that it stays as it is.
            scratch: Where the versions' copies go.
        """
        self._sandbox = sandbox
        self._base = base
        self._scratch = scratch / "trees"
        self._trees: dict[str, asyncio.Task[Tree]] = {}
        self._warm: dict[tuple[str, str], asyncio.Task[Worker | Failure]] = {}
        self._waiting: dict[tuple[str, str], list[asyncio.Task[Worker | Failure]]] = {}
        self._live: set[Worker] = set()

    async def run(self, work: Work) -> Answer:
        """Run one unit; every failure of the foreign code is part of the answer."""
        if not work.warm:
            return await self._run_fresh(work)
        key = (work.side.id, work.program.key)
        task = self._warm.get(key)
        if task is None:
            await self._make_room()
            # Another unit may have started one while room was made.
            task = self._warm.get(key) or self._start_warm(key, work)
        worker = await asyncio.shield(task)
        if isinstance(worker, Failure):
            return Answer(failure=worker)
        async with worker.lock:
            if worker.broken:
                self._forget(key, task)
                return await self.run(work)
            answer = await worker.ask(work.request, work.blobs, work.wall_seconds)
        if worker.broken:
            self._forget(key, task)
            self._live.discard(worker)
        return answer

    def _start_warm(self, key: tuple[str, str], work: Work) -> asyncio.Task[Worker | Failure]:
        task = asyncio.create_task(self._start(work.side, work.program, None))
        self._warm[key] = task
        # Whatever a start failed with, and whoever still waits for it, the next unit tries again.
        task.add_done_callback(lambda done: self._forget(key, done) if _failed(done) else None)
        return task

    def _forget(self, key: tuple[str, str], task: asyncio.Task[Worker | Failure]) -> None:
        """Keep a warm worker no longer; one that took its place stays."""
        if self._warm.get(key) is task:
            del self._warm[key]

    async def ready(self, fresh: Sequence[tuple[Side, Program]], wall_seconds: float) -> None:
        """Start processes for units of work that are not warm and will be asked for next; wait until they run."""
        kept: dict[tuple[str, str], list[asyncio.Task[Worker | Failure]]] = {}
        before, self._waiting = self._waiting, kept
        for side, program in fresh:
            key = (side.id, program.key)
            started = before.get(key)
            task = started.pop() if started else asyncio.create_task(self._start(side, program, wall_seconds))
            kept.setdefault(key, []).append(task)
        await self._end_waiting(before)
        await asyncio.wait([task for tasks in kept.values() for task in tasks])
        for tasks in kept.values():
            tasks[:] = [task for task in tasks if not _failed(task)]

    async def _end_waiting(
        self, waiting: Mapping[tuple[str, str], list[asyncio.Task[Worker | Failure]]]
    ) -> None:
        for tasks in waiting.values():
            for task in tasks:
                await self._stop(task)

    @contextlib.asynccontextmanager
    async def converse(
        self, side: Side, program: Program, wall_seconds: float
    ) -> AsyncIterator[Conversation]:
        """A fresh process that goes on from one question to the next; it ends with the context."""
        task = asyncio.create_task(self._start(side, program, wall_seconds))
        try:
            worker = await asyncio.shield(task)
            yield _Conversation(worker)
        finally:
            await self._stop(task)
            # Whoever was cancelled while the process ended stays cancelled.
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise asyncio.CancelledError

    async def discard(self, side: Side) -> None:
        """Forget a side: its workers and its copy."""
        ended = {key: self._waiting.pop(key) for key in list(self._waiting) if key[0] == side.id}
        await self._end_waiting(ended)
        for key in [key for key in self._warm if key[0] == side.id]:
            await self._stop(self._warm.pop(key))
        task = self._trees.pop(side.id, None)
        if task is not None:
            await asyncio.to_thread(remove, await task)

    async def close(self) -> None:
        """Stop every process."""
        waiting, self._waiting = self._waiting, {}
        await self._end_waiting(waiting)
        tasks = list(self._warm.values())
        self._warm.clear()
        for task in tasks:
            await self._stop(task)
        for worker in list(self._live):
            await worker.stop()
        self._live.clear()

    async def _run_fresh(self, work: Work) -> Answer:
        waiting = self._waiting.get((work.side.id, work.program.key))
        if waiting:
            task = waiting.pop()
        else:
            task = asyncio.create_task(self._start(work.side, work.program, work.wall_seconds))
        try:
            worker = await asyncio.shield(task)
        except asyncio.CancelledError:
            # A process that is just being started would be nobody's.
            await self._stop(task)
            raise
        if isinstance(worker, Failure):
            return Answer(failure=worker)
        try:
            return await worker.ask({"fork": False, **work.request}, work.blobs, work.wall_seconds)
        finally:
            await worker.stop()
            self._live.discard(worker)

    async def _start(self, side: Side, program: Program, wall: float | None) -> Worker | Failure:
        tree = await self._tree(side)
        lifetime = FOREVER_SECONDS if wall is None else wall + SETUP_SECONDS + GRACE_SECONDS
        limits = Limits(
            wall_seconds=lifetime, cpu_seconds=min(lifetime * 2, FOREVER_SECONDS), output_bytes=OUTPUT_BYTES
        )
        folders = [(host, Path(inside)) for host, inside in program.folders]
        process = await self._sandbox.start(
            [_place(word, self._places(tree, program)) for word in program.argv],
            tree=tree,
            env=program.environment,
            limits=limits,
            read_only=folders,
            interpreter_prefixes=program.prefixes,
        )
        worker = Worker(process, self._places(tree, program))
        self._live.add(worker)
        try:
            failure = await worker.greet(program)
        except OSError:
            await worker.stop()
            self._live.discard(worker)
            raise
        if failure is not None:
            await worker.stop()
            self._live.discard(worker)
            return failure
        return worker

    def _places(self, tree: Tree, program: Program) -> dict[str, str]:
        """What the placeholders of a program stand for."""
        confined = self._sandbox.confinement.confined
        places = {"{root}": str(tree.shown_at)}
        for number, (host, inside) in enumerate(program.folders):
            places[f"{{folder:{number}}}"] = inside if confined else str(host)
        return places

    async def _tree(self, side: Side) -> Tree:
        task = self._trees.get(side.id)
        if task is None:
            into = self._scratch / side.id
            task = asyncio.create_task(asyncio.to_thread(with_changes, self._base, side.changes, into))
            self._trees[side.id] = task
        try:
            return await asyncio.shield(task)
        except (CodeflashError, OSError):  # whatever the copy failed with, the next unit tries again
            if self._trees.get(side.id) is task:
                del self._trees[side.id]
            raise

    async def _make_room(self) -> None:
        while len(self._warm) >= WARM_PROCESSES:
            idle: list[tuple[float, tuple[str, str]]] = []
            for key, task in self._warm.items():
                worker = task.result() if task.done() and not _failed(task) else None
                if _failed(task) or isinstance(worker, Failure):
                    idle.append((0.0, key))
                elif worker is not None and not worker.lock.locked():
                    idle.append((worker.used, key))
            if not idle:
                return
            await self._stop(self._warm.pop(min(idle, key=lambda each: each[0])[1]))

    async def _stop(self, task: asyncio.Task[Worker | Failure]) -> None:
        """End what a task started; a start that failed left nothing to end."""
        with contextlib.suppress(asyncio.CancelledError):
            (worker,) = await asyncio.gather(task, return_exceptions=True)
            if isinstance(worker, Worker):
                await worker.stop()
                self._live.discard(worker)


class _Conversation:
    """What is asked of one worker, in one process; a failure stays."""

    def __init__(self, worker: Worker | Failure) -> None:
        self._worker = worker

    async def ask(self, request: Mapping[str, Any], wall_seconds: float) -> Answer:
        """Ask the process; once it has failed, every further answer is a failure."""
        if isinstance(self._worker, Failure):
            return Answer(failure=self._worker)
        answer = await self._worker.ask({**request, "fork": False}, (), wall_seconds)
        if answer.failure is not None:
            await self._worker.stop()
            self._worker = answer.failure
        return answer


def _failed(task: asyncio.Task[Worker | Failure]) -> bool:
    """Whether a start ended without an answer."""
    return task.done() and (task.cancelled() or task.exception() is not None)


def _place(value: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        value = value.replace(name, place)
    return value


def _placed(value: Any, places: Mapping[str, str]) -> Any:
    """The value with its placeholders filled in."""
    if isinstance(value, str):
        return _place(value, places)
    if isinstance(value, Mapping):
        return {key: _placed(item, places) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(item, places) for item in value]
    return value
