"""What all tools of one server share: its folders, its runs, and how a call opens a project and runs the engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path, PurePath
from typing import Any, TypeVar

from attrs import evolve, field, frozen
from mcp.server.mcpserver import Context
from mcp_types import ListRootsResult

from codeflash_core.errors import ContractViolation, UsageError
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.opening import Asked, Opened, backends, open_project
from codeflash_core.pipeline.session import Request, Session
from codeflash_core.pipeline.works import Gone, Works, in_session
from codeflash_core.sandbox import Mode
from codeflash_mcp.places import Places
from codeflash_mcp.refusals import bug
from codeflash_mcp.roots import narrowed, places_for_reading

T = TypeVar("T")


@frozen
class House:
    """What the tools share.

    Attributes:
        places: Folders that clients may work in where they name no roots.
        bound: Whether those hold for clients with roots of their own as well.
        judging: Whether clients may have versions judged and nothing else: they are not trusted, whatever is run for them runs
            in the complete sandbox and asks no model, and there are no tools that write or run commands.
        works: Runs that are under way.
    """

    places: Places
    bound: bool = False
    judging: bool = False
    works: Works = field(factory=Works)

    def places_for(self, told: ListRootsResult | None) -> Places:
        """The folders for one call of a tool."""
        return narrowed(self.places, told, bound=self.bound)

    async def places_for_reading(self, ctx: Context[Any, Any]) -> Places:
        """The folders for reading a resource."""
        return await places_for_reading(self.places, ctx, bound=self.bound)

    async def work(self, ctx: Context[Any, Any], work: Callable[[Listener], Coroutine[Any, Any, T]]) -> T:
        """Work for a client, which hears of the progress; it ends when the client goes."""

        async def report(count: float, message: str) -> None:
            await ctx.report_progress(count, message=message)

        return await self.works.run(work, report, _gone_from(ctx))

    async def engine(
        self, ctx: Context[Any, Any], request: Request, work: Callable[[Session], Awaitable[T]]
    ) -> T:
        """Open a run of the engine and work in it.

        Raises:
            CodeflashError: The request can't be carried out.
            ContractViolation: A bug of ours stopped the run; it is named.
        """

        def named(run: str, problem: Exception) -> ContractViolation:
            return bug(f"run {run}" if run else "the engine", problem, run)

        if self.judging:
            # What the project's own settings name as a source may cost the user money.
            request = evolve(request, mode=Mode.REQUIRE, sources=() if request.given else ("rewrites",))
        return await self.work(ctx, lambda emit: in_session(request, work, emit, named))


def _gone_from(ctx: Context[Any, Any]) -> Gone:
    """Whether the HTTP request behind a call has lost its client; without one the transport itself tells."""
    request = ctx.request_context.request

    async def gone() -> bool:
        disconnected: Callable[[], Awaitable[bool]] | None = getattr(request, "is_disconnected", None)
        return disconnected is not None and await disconnected()

    return gone


def open_inside(places: Places, asked: Asked) -> Opened:
    """Open the project that a call names, after seeing that all of it lies where the client may work.

    Raises:
        UsageError: A path lies outside, or no backend knows the language.
    """
    for name in asked.targets:
        path = places.inside(name.partition("::")[0], asked.folder)
        refuse_unknown_language(path, name)
    for name in (asked.workload, *asked.script.split()[:2], *(asked.settings.get("tests") or ())):
        if name and (name == asked.workload or name not in ("python", "python3")):
            places.inside(name.partition("::")[0], asked.folder)
    opened = open_project(asked)
    if not places.holds(opened.project.root):
        raise UsageError(
            f"the project {opened.project.root} lies outside the folders of this client",
            f"Folders to work in: {places}. Name the project's own folder as a root.",
        )
    return opened


def refuse_unknown_language(path: Path, name: str) -> None:
    """See that a backend knows the file's language.

    Raises:
        UsageError: None does.
    """
    ending = PurePath(path).suffix
    if path.is_dir() or not ending:
        return
    known = backends()
    if not any(ending in each.suffixes for each in known.values()):
        raise UsageError(
            f"{name}: there is no backend for {ending} files; there is one for {', '.join(known) or 'nothing'}",
            "Measure two versions of a command with the tool compare instead: it works for any language.",
        )
