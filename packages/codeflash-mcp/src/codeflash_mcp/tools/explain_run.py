"""``explain_run``: what a recorded run did and found."""

from __future__ import annotations

import shlex
from typing import Annotated

from pydantic import Field

from codeflash_core.model.decision import Attempt as Tried
from codeflash_core.model.verdict import Different, verdict_word
from codeflash_core.records.runs import RunState, RunSummary
from codeflash_mcp.answers import Attempt, Counterexample, ExplainedTarget, Explanation
from codeflash_mcp.house import House
from codeflash_mcp.recorded import find_run, report_of
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_mcp.roots import Roots


def tool(house: House) -> CarefulTool:
    """The tool."""

    def explain_run(
        roots: Roots,
        run: Annotated[
            str,
            Field(
                description="A run's id as other tools answer it, the beginning of it, or: last. Example: last"
            ),
        ] = "last",
    ) -> Explanation:
        """Tells what a recorded run did: every candidate tried, the decision with its reasons, counterexamples, figures.

        Use it to see why candidates were refused before writing the next one, to quote the evidence of an accepted one, or
        after an error answer that names a run. Only runs on projects in your folders are told. Runs nothing.
        """
        summary = find_run(run, house.places_for(roots))
        report = report_of(summary)
        return Explanation(
            run=summary.id,
            state=summary.state.value,
            started=summary.started,
            project=summary.project,
            command=shlex.join(["codeflash", *summary.arguments]),
            message=summary.message,
            targets=[
                ExplainedTarget(
                    target=result.target,
                    decision=result.decision.word.value,
                    reasons=list(result.decision.reasons),
                    attempts=[_attempt(each) for each in result.attempts],
                )
                for result in (report.results if report else ())
            ],
            report=f"codeflash://runs/{summary.id}/report" if report else "",
            next=_next(summary, found=report is not None),
        )

    return careful(explain_run, "What a run found")


def _attempt(attempt: Tried) -> Attempt:
    comparison = attempt.comparison or attempt.screening
    verdict = attempt.verdict
    found = verdict.counterexample if isinstance(verdict, Different) else None
    return Attempt(
        source=attempt.candidate.source,
        decision=attempt.decision.word.value,
        reasons=list(attempt.decision.reasons),
        verdict=verdict_word(verdict) if verdict is not None else None,
        counterexample=Counterexample.model_validate(found, from_attributes=True) if found else None,
        speedup=str(comparison.interval) if comparison and comparison.interval else None,
        diff=attempt.diff,
    )


def _next(summary: RunSummary, *, found: bool) -> str:
    if found:
        return "Read the whole report from its resource if you quote figures; try what was not tried yet."
    match summary.state:
        case RunState.RUNNING:
            return "It is under way; ask again when it has ended."
        case RunState.INTERRUPTED:
            return f"It was interrupted. A person can go on with it: codeflash runs resume {summary.id}"
        case RunState.DONE:
            return "It was a run without a report, such as rank: its answer was all of it."
        case _:
            return "It came to no answer for the reason in message; correct that and call the tool again."
