"""``evaluate_candidate``: is a faster version the same, and faster?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import frozen
from mcp.server.mcpserver import Context

from codeflash_core.errors import Place, UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.handed_in import judge_handed_in, refuse_unfit
from codeflash_core.pipeline.opening import Asked, Opened, as_judged, relative_names, request_of
from codeflash_core.pipeline.session import Session
from codeflash_core.reports.document import result_document
from codeflash_core.sources.patch import PatchSource, from_diff
from codeflash_core.texts import decode
from codeflash_mcp import __version__
from codeflash_mcp.answers import Evaluation, Judged
from codeflash_mcp.fields import (
    BudgetSeconds,
    FileText,
    FloatTolerance,
    FunctionSource,
    Patch,
    ProjectFolder,
    Sandbox,
    Script,
    Seed,
    Target,
    Tests,
    VerifyOnly,
    WorkloadFile,
    asked_with,
    engine_settings,
    words_of,
)
from codeflash_mcp.house import House, open_inside
from codeflash_mcp.next_steps import after_judgement
from codeflash_mcp.places import Places
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem
from codeflash_syntax.splice import NotOneFunction, replace_function

PATCH = "the patch"


def tool(house: House) -> CarefulTool:
    """The tool."""

    async def evaluate_candidate(
        ctx: Context[Any, Any],
        roots: Roots,
        target: Target,
        function_source: FunctionSource = "",
        file_text: FileText = "",
        patch: Patch = "",
        verify_only: VerifyOnly = False,
        tests: Tests = [],  # noqa: B006 - pydantic copies it
        workload: WorkloadFile = "",
        script: Script = "",
        project: ProjectFolder = "",
        budget_seconds: BudgetSeconds = 60,
        seed: Seed = 0,
        float_tolerance: FloatTolerance = 0,
        sandbox: Sandbox = "auto",
    ) -> Evaluation:
        r"""Judges a candidate for one function: does it behave exactly as the original, and is it faster, by how much?

        Use it for every version you write, before changing any file: it works on a private copy, so nothing of the project
        is touched. Give exactly one of function_source, file_text and patch.

        Example: target "src/shop/orders.py::distinct", function_source
        "def distinct(names):\n    return list(dict.fromkeys(names))".

        The answer's decision is accepted, rejected, inconclusive or needs-evidence. Only accepted is a yes. With verdict
        different, counterexample has a call on which the results differ. speedup is an interval; claim its lower bound.
        """
        places = house.places_for(roots)
        settings = engine_settings(budget_seconds, seed, float_tolerance, sandbox)
        asked = asked_with(
            places, project, [target], tests=tests, workload=workload, script=script, settings=settings
        )
        given = _Given(function_source, file_text, patch)
        return await _judged(house, ctx, places, asked, given, timed=not verify_only)

    return careful(evaluate_candidate, "Judge a faster version")


@frozen
class _Given:
    """A candidate as it was handed in, in one of three forms."""

    function_source: str
    file_text: str
    patch: str


async def _judged(
    house: House, ctx: Context[Any, Any], places: Places, asked: Asked, given: _Given, *, timed: bool
) -> Evaluation:
    (target,) = asked.targets
    if "::" not in target:
        raise UsageError(f"a function is wanted: {target}", "Write path.py::function; discover lists them.")
    opened = open_inside(places, asked)
    (name,) = relative_names(opened)
    source, text = candidate_of(
        opened,
        places,
        name,
        function_source=given.function_source,
        file_text=given.file_text,
        patch=given.patch,
    )
    option, file = ("--patch", "candidate.patch") if given.patch else ("--candidate", "candidate.py")
    command, told, *rest = words_of("evaluate" if timed else "verify", asked)
    request, query = request_of(
        opened,
        (name,),
        words=(command, told, option, file, *rest),
        version=__version__,
        given=(source,),
        reads={"the candidate": source.digest},
        kept={file: text},
    )

    async def work(session: Session) -> RunReport:
        return await judge_handed_in(session, query, source, timed=timed)

    report = await house.engine(ctx, as_judged(request), work)
    document = result_document(report.results[0], report.run)
    same = "Same behaviour. Nothing was timed: call again without verify_only for the speed."
    return Evaluation(
        result=Judged.model_validate(document),
        not_confined=list(report.unconfined),
        next=same if not timed and document["decision"] == "accepted" else after_judgement(document),
    )


def candidate_of(
    opened: Opened, places: Places, target: str, *, function_source: str, file_text: str, patch: str
) -> tuple[PatchSource, str]:
    """The candidate as a source, and its text as it is kept with the record.

    Raises:
        UsageError: It is none or several, does not parse, is about something else, or changes nothing.
    """
    given = [each for each in (function_source, file_text, patch) if each]
    if len(given) != 1:
        raise UsageError(
            "exactly one of function_source, file_text and patch is wanted"
            + (f", not {len(given)}" if given else ""),
            "function_source is the simplest: the target's new definition alone.",
        )
    path, _, qualname = target.partition("::")
    if patch:
        source = from_diff(opened.project, patch.encode(), PATCH)
        for name in source.files:
            places.inside(name, opened.project.root)
        refuse_unfit(opened, target, source, patch=PATCH)
        return source, patch
    text = file_text or spliced(opened.project.root / path, path, qualname, function_source)
    source = PatchSource({path: text}, "candidate.py")
    refuse_unfit(opened, target, source, whole="file_text" if file_text else "function_source")
    return source, text


def spliced(file: Path, path: str, qualname: str, source: str) -> str:
    """The text of a file with one function replaced by a source that was handed in.

    Raises:
        UsageError: The source does not parse, or is something else than that function.
    """
    original = decode(file.read_bytes(), path).text
    try:
        return replace_function(original, qualname.replace("::", "."), source)
    except SyntaxProblem as problem:
        place = Place("function_source", problem.line, problem.column)
        raise UsageError(
            f"{place}: the candidate does not parse: {problem.message}", "Correct it and call again.", place
        ) from problem
    except (NotOneFunction, FunctionNotFound) as problem:
        raise UsageError(
            f"function_source: {problem}",
            "Where imports, helpers or several functions change, give file_text or patch instead.",
        ) from problem
