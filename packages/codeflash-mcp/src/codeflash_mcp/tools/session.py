"""``session_*``: experiments whose rules the engine enforces, as ``codeflash session`` on the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp_types import ListRootsResult
from pydantic import Field

from codeflash_core.compiling import objection_to
from codeflash_core.errors import CodeflashError, Place, UsageError
from codeflash_core.experiments.document import session_document
from codeflash_core.experiments.laboratory import EngineLaboratory
from codeflash_core.experiments.running import Commands, place_of
from codeflash_core.experiments.values import Plateau, Session, Worded
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.opening import Asked, open_project, relative_names
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox.leftovers import scratch
from codeflash_mcp import __version__
from codeflash_mcp.answers import SessionStanding
from codeflash_mcp.fields import (
    BudgetSeconds,
    ProjectFolder,
    Script,
    Target,
    Tests,
    WorkloadFile,
    asked_with,
)
from codeflash_mcp.house import House, open_inside
from codeflash_mcp.refusals import CarefulTool, bug, careful
from codeflash_mcp.roots import Roots
from codeflash_mcp.tools.evaluate_candidate import spliced


def tools(house: House) -> list[CarefulTool]:
    """All tools of the session."""
    desk = _Desk(house)
    return [_start(desk), *_measuring(desk), _experiment(desk), _evaluate(desk), *_endings(desk)]


class _Desk:
    """Gives the session's commands for one call."""

    def __init__(self, house: House) -> None:
        self._house = house

    def asked(
        self,
        roots: ListRootsResult | None,
        project: str,
        targets: list[str],
        *,
        tests: list[str] | None = None,
        workload: str = "",
        script: str = "",
        budget_seconds: float | None = None,
    ) -> Asked:
        places = self._house.places_for(roots)
        settings = {"budget": f"{budget_seconds}s"} if budget_seconds is not None else {}
        asked = asked_with(
            places, project, targets, tests=tests, workload=workload, script=script, settings=settings
        )
        open_inside(places, asked)
        return asked

    def commands(self, asked: Asked, emit: Listener = lambda event: None, *words: str) -> Commands:
        budget = asked.settings.get("budget")
        plain = Asked(asked.folder, settings={"budget": budget} if budget else {})
        opened = open_project(plain)
        laboratory = EngineLaboratory(plain, ("session", *words), __version__, emit)
        return Commands(place_of(opened.project.root), laboratory)

    def step(
        self, roots: ListRootsResult | None, project: str, take: Callable[[Commands], Session]
    ) -> SessionStanding:
        """A step that runs nothing of the project."""
        commands = self.commands(self.asked(roots, project, []))
        return _standing(take(commands), commands)

    async def work(
        self, ctx: Context[Any, Any], asked: Asked, word: str, take: Callable[[Commands], Awaitable[Session]]
    ) -> SessionStanding:
        """A step that lets the engine work; it stops when the client goes."""

        async def working(emit: Listener) -> SessionStanding:
            commands = self.commands(asked, emit, word)
            try:
                return _standing(await take(commands), commands)
            except CodeflashError:
                raise
            except Exception as problem:
                raise bug(f"session_{word}", problem) from problem

        return await self._house.work(ctx, working)

    def target(self, asked: Asked) -> str:
        """The one target as the engine names it."""
        opened = open_project(Asked(asked.folder, asked.targets))
        (name,) = relative_names(opened)
        if "::" not in name:
            raise UsageError(f"a function is wanted: {name}", "Write path.py::function; discover lists them.")
        return name


def _standing(session: Session, commands: Commands) -> SessionStanding:
    document = session_document(session, commands.place)
    return SessionStanding(
        next=document["next_step"],
        state=document["state"],
        may_keep=document["may_keep"],
        plateau=document["plateau"],
        folder=document["folder"],
        session=document["session"],
    )


def _start(desk: _Desk) -> CarefulTool:
    def session_start(
        roots: Roots,
        goal: Annotated[
            str,
            Field(description="What is wanted, in a sentence. Example: halve the time of the daily report"),
        ],
        domain: Annotated[str, Field(description="Kind of cost: cpu, memory, async, structure, ...")],
        guard: Annotated[
            str,
            Field(
                description="A command that has to pass on every kept change. Example: python -m pytest -q"
            ),
        ] = "",
        plateau: Annotated[
            str,
            Field(description="N:M: stop after N experiments without a gain, of M techniques. Empty: 6:3."),
        ] = "",
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Begins an optimization session: experiments, one change each, that the engine judges and you keep or discard.

        Use it for work beyond a single candidate. The order is enforced: session_start, session_profile, session_baseline,
        then again and again session_experiment, session_evaluate, session_keep or session_discard; at last session_finish.
        An illegal step is refused with what to do instead; every answer's next says what is due. State lies in .codeflash/
        of the project, where people can read it.
        """
        return desk.step(
            roots,
            project,
            lambda commands: commands.start(goal, domain, guard=guard, plateau=_plateau(plateau)),
        )

    return careful(session_start, "Begin a session", changes=True)


def _plateau(text: str) -> Plateau | None:
    if not text:
        return None
    discards, colon, categories = text.partition(":")
    try:
        return Plateau(int(discards), int(categories) if colon else 1)
    except ValueError as problem:
        raise UsageError(f"{text} is no plateau: {problem}", "Write N:M, such as 6:3.") from problem


def _measuring(desk: _Desk) -> list[CarefulTool]:
    async def session_profile(
        ctx: Context[Any, Any],
        roots: Roots,
        tests: Tests = [],  # noqa: B006 - pydantic copies it
        workload: WorkloadFile = "",
        script: Script = "",
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Profiles a workload for the session; no experiment begins without it. Needs session_start.

        Choose the workload that users wait for. The answer's session.profile.hotspots has the functions by share: take the
        first for session_baseline. Runs the project's code confined on a private copy.
        """
        asked = desk.asked(roots, project, [], tests=tests, workload=workload, script=script)
        return await desk.work(
            ctx,
            asked,
            "profile",
            lambda commands: commands.profile(_worded(commands, tests, workload, script)),
        )

    async def session_baseline(
        ctx: Context[Any, Any],
        roots: Roots,
        target: Target,
        tests: Tests = [],  # noqa: B006 - pydantic copies it
        workload: WorkloadFile = "",
        script: Script = "",
        budget_seconds: BudgetSeconds = 60,
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Measures the original target, and locks how it is measured: workload, flags, machine. Needs session_profile.

        Leave tests, workload and script empty to use the profile's. From here on do not edit tests or the workload: a
        change of method needs a new baseline.
        """
        asked = desk.asked(
            roots,
            project,
            [target],
            tests=tests,
            workload=workload,
            script=script,
            budget_seconds=budget_seconds,
        )
        name = desk.target(asked)
        named = tests or workload or script

        def take(commands: Commands) -> Awaitable[Session]:
            return commands.baseline(name, _worded(commands, tests, workload, script) if named else None)

        return await desk.work(ctx, asked, "baseline", take)

    return [
        careful(session_profile, "Profile for a session", changes=True),
        careful(session_baseline, "Measure the original", changes=True),
    ]


def _worded(commands: Commands, tests: list[str], workload: str, script: str) -> Worded:
    laboratory = commands.laboratory
    assert isinstance(laboratory, EngineLaboratory)
    return laboratory.worded(tuple(tests), workload, script)


def _experiment(desk: _Desk) -> CarefulTool:
    def session_experiment(
        roots: Roots,
        target: Target,
        technique: Annotated[
            str,
            Field(
                description="Category of the change, such as data-structure, caching, vectorize, fewer-allocations."
            ),
        ],
        hypothesis: Annotated[
            str, Field(description="Why it should be faster, in a sentence that can prove wrong.")
        ],
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Opens one experiment: one target, one change, one reason. Needs session_baseline of that target.

        Do it before you edit anything. Then write the change and hand it to session_evaluate.
        """
        asked = desk.asked(roots, project, [target])
        name = desk.target(asked)
        return desk.step(roots, project, lambda commands: commands.experiment(name, technique, hypothesis))

    return careful(session_experiment, "Open an experiment", changes=True)


def _evaluate(desk: _Desk) -> CarefulTool:
    async def session_evaluate(
        ctx: Context[Any, Any],
        roots: Roots,
        function_source: Annotated[
            str,
            Field(
                description="The new source of the experiment's target alone, decorators and docstring kept when it has none."
            ),
        ] = "",
        file_text: Annotated[str, Field(description="The whole new text of the target's file.")] = "",
        patch: Annotated[
            str, Field(description="A unified diff, paths relative to the project's folder.")
        ] = "",
        from_tree: Annotated[
            bool,
            Field(
                description="Judge what you edited in the work tree since; the edits are taken out and kept as a patch."
            ),
        ] = False,
        budget_seconds: BudgetSeconds = 60,
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Lets the engine judge the open experiment's change, measured as the baseline was. Needs session_experiment.

        Give exactly one of function_source, file_text, patch and from_tree. In the answer, may_keep says whether it has
        earned a keep; session.experiment.evaluation has the verdict, the counterexample, the interval and the reasons.
        Then call session_keep if may_keep, else session_discard with the reason.
        """
        given = [each for each in (function_source, file_text, patch, from_tree) if each]
        if len(given) != 1:
            raise UsageError(
                f"exactly one of function_source, file_text, patch and from_tree is wanted, not {len(given)}",
                "function_source is the simplest: the target's new definition alone.",
            )
        asked = desk.asked(roots, project, [], budget_seconds=budget_seconds)

        async def take(commands: Commands) -> Session:
            if from_tree:
                return await commands.evaluate(from_tree=True)
            text = patch or file_text or _spliced(commands, function_source)
            if file_text:
                _refuse_unparsable(file_text)
            # A scratch folder is removed at the next start even when this process is killed.
            with scratch(state_dir()) as folder:
                file = folder / ("candidate.patch" if patch else "candidate.py")
                file.write_text(text, encoding="utf-8", newline="")
                return await (commands.evaluate(patch=file) if patch else commands.evaluate(candidate=file))

        return await desk.work(ctx, asked, "evaluate", take)

    return careful(session_evaluate, "Judge an experiment", changes=True)


def _spliced(commands: Commands, source: str) -> str:
    experiment = commands.store.current().experiment
    if experiment is None:
        raise UsageError("no experiment is open", "Call session_experiment first.")
    path, _, qualname = experiment.target.partition("::")
    return spliced(commands.place.root / path, path, qualname, source)


def _refuse_unparsable(text: str) -> None:
    found = objection_to(text)
    if found is not None:
        place = Place("file_text", found.line, found.column)
        raise UsageError(f"{place}: the candidate does not parse: {found.message}", "Correct it.", place)


def _endings(desk: _Desk) -> list[CarefulTool]:
    def session_keep(
        roots: Roots,
        description: Annotated[
            str,
            Field(
                description="Subject of the commit and name of the branch. Example: use a set for seen names"
            ),
        ] = "",
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Keeps the judged change: commits it, named files only, on a perf/... branch. Only when may_keep is true."""
        return desk.step(roots, project, lambda commands: commands.keep(description))

    def session_discard(
        roots: Roots,
        reason: Annotated[str, Field(description="Why, in a sentence that helps the next experiment.")],
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Gives the open experiment up; its patch is kept with the records. Refused when the engine proved a gain."""
        return desk.step(roots, project, lambda commands: commands.discard(reason))

    def session_status(roots: Roots, project: ProjectFolder = "") -> SessionStanding:
        """Tells where the session stands and what is due next. Use it first when you take over, or are unsure."""
        return desk.step(roots, project, lambda commands: commands.store.current())

    def session_learn(
        roots: Roots,
        text: Annotated[str, Field(description="One sentence worth knowing next time.")],
        project: ProjectFolder = "",
    ) -> SessionStanding:
        """Writes a learning into learnings.md of the session, for whoever works on this project next."""
        return desk.step(roots, project, lambda commands: commands.learn(text))

    def session_finish(roots: Roots, project: ProjectFolder = "") -> SessionStanding:
        """Ends the session when the goal is reached or the plateau is: every experiment has to be kept or discarded before."""
        return desk.step(roots, project, lambda commands: commands.finish())

    return [
        careful(session_keep, "Keep an experiment", changes=True),
        careful(session_discard, "Discard an experiment", changes=True, destroys=True),
        careful(session_status, "Where the session stands"),
        careful(session_learn, "Write down a learning", changes=True),
        careful(session_finish, "End the session", changes=True),
    ]
