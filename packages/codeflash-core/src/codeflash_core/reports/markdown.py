"""Markdown for GitHub: the body of a pull request and the summary of a run."""

from __future__ import annotations

from codeflash_core.model.decision import Attempt, DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.model.spending import Bill
from codeflash_core.reports import evidence, figures, lineage
from codeflash_core.reports.text import markdown_block, markdown_code, markdown_text, table_cell, table_row


def pull_request_title(result: TargetResult) -> str:
    """Returns a title with the claim: the lower bound.

    Args:
        result: An accepted target.
    """
    name = " ".join(result.target.rpartition("::")[2].split())
    comparison = evidence.figure_of(result.best) if result.best is not None else None
    if comparison is None or comparison.interval is None:
        return f"Speed up {name}"
    return f"Speed up {name} by at least {figures.ratio(comparison.interval.low)}x"


def pull_request_body(result: TargetResult, report: RunReport) -> str:
    """Renders what a maintainer needs in order to judge one change.

    What changes, why it is faster, what says that it is the same and that it is faster, on which machine,
    and the command that repeats it all.

    Args:
        result: The target, with its best attempt.
        report: The run it belongs to.

    Raises:
        ValueError: The target has no attempt to report.
    """
    best = result.best
    if best is None:
        raise ValueError(f"{result.target} has no candidate to report")
    parts = [_claim(result, best), "### Why it is faster", markdown_text(best.candidate.why or "Not stated.")]
    cautions = (*best.candidate.cautions, *_verdict_notes(best), *result.notes)
    if cautions:
        parts += ["### To know before merging", _bullets(cautions)]
    behaviour = evidence.behaviour_rows(best)
    if behaviour:
        parts += ["### Evidence that it behaves the same", _table(behaviour)]
    survivors = evidence.surviving(best)
    if survivors:
        parts.append("Seeded faults that no check caught:")
        parts.append(
            "\n".join(
                f"- line {fault.line}: {markdown_code(fault.before)} as {markdown_code(fault.after)}"
                for fault in survivors
            )
        )
    parts += _speed(result, best)
    parts += _origin(result)
    parts += ["### Reproduce", markdown_block(report.command, "sh"), _machine(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _claim(result: TargetResult, best: Attempt) -> str:
    name = markdown_code(result.target)
    comparison = evidence.figure_of(best)
    if comparison is None or comparison.interval is None:
        return f"A candidate for {name}; its speed was not measured."
    interval = comparison.interval
    figure = f"**{figures.interval(interval)}**".replace("[", "\\[").replace("]", "\\]")
    what = (
        "times the original's speed on the inputs timed"
        if result.decision.word is DecisionWord.ACCEPTED
        else "not accepted"
    )
    return (
        f"{name}: {figure} ({what}; interval at {figures.level(interval.level)} over "
        f"{figures.count(interval.blocks, 'block')} of fresh processes). The claim is the lower bound, "
        f"**{figures.ratio(interval.low)}x**."
    )


def _verdict_notes(best: Attempt) -> tuple[str, ...]:
    return best.verdict.evidence.notes if best.verdict is not None else ()


def _speed(result: TargetResult, best: Attempt) -> list[str]:
    comparison = evidence.figure_of(best)
    rows = list(evidence.speed_rows(comparison)) if comparison is not None else []
    if result.control is not None:
        rows.append(evidence.control_row(result.control))
    growth = evidence.growth_of(result)
    if growth:
        rows.append(evidence.Row("Growth with input size", growth))
    if not rows:
        return []
    parts = ["### Evidence that it is faster", _table(rows)]
    if comparison is not None and comparison.slower_inputs:
        parts.append("Inputs that get slower:")
        parts.append(
            "\n".join(
                f"- {markdown_code(each.input[:12])}: {figures.nanoseconds(each.loss_ns)} a call, "
                f"{figures.percent(each.share)} of the workload's time"
                for each in comparison.slower_inputs
            )
        )
    return parts


def _origin(result: TargetResult) -> list[str]:
    """The line of descent with what it cost, where sources were asked elsewhere."""
    if not result.requests:
        return []
    rows = [
        "| candidate | step | by | what became of it | price |\n|---|---|---|---|---|",
        *(
            table_row(
                table_cell(each.candidate.id, code=True),
                table_cell(lineage.step_of(each)),
                table_cell(each.candidate.source, code=True),
                table_cell(each.decision.reasons[0] if each.decision.reasons else each.decision.word.value),
                table_cell(figures.money(each.candidate.cost.money)),
            )
            for each in lineage.line(result)
        ),
    ]
    total = markdown_text(f"Asked elsewhere: {lineage.bill_text(Bill.of(result.requests))}.")
    opinions = [
        f"{markdown_text(f'{each.source} on it, unheeded in the decision ({each.step}): {each.text}')}"
        for each in result.opinions
    ]
    return ["### Where it came from", "\n".join(rows), total, *opinions]


def _machine(report: RunReport) -> str:
    facts = [f"{name}: {value}" for name, value in report.machine.facts.items()]
    facts.append(f"seed {report.seed}")
    if report.sandbox:
        facts.append(f"sandbox: {report.sandbox}")
    facts += [f"not confined: {each}" for each in report.unconfined]
    return f"Measured on {markdown_text(report.started)}. {'; '.join(map(markdown_text, facts))}."


def _bullets(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {markdown_text(item)}" for item in items)


def _table(rows: tuple[evidence.Row, ...] | list[evidence.Row]) -> str:
    body = "\n".join(table_row(table_cell(row.name), table_cell(row.value)) for row in rows)
    return f"| | |\n|---|---|\n{body}"


def summary(report: RunReport) -> str:
    """Renders a run as one table, a row for each target.

    Args:
        report: A run.
    """
    accepted = sum(result.decision.word is DecisionWord.ACCEPTED for result in report.results)
    head = f"**{accepted} of {figures.count(len(report.results), 'target')}** {report.outcome} in {markdown_text(report.project)}."
    if not report.results:
        return f"{head}\n"
    lines = ["| target | decision | speedup | reason |", "|---|---|---|---|"]
    for result in report.results:
        comparison = evidence.figure_of(result.best) if result.best is not None else None
        interval = comparison.interval if comparison is not None else None
        figure = table_cell(figures.interval(interval)) if interval is not None else ""
        reason = table_cell(result.decision.reasons[0]) if result.decision.reasons else ""
        name = table_cell(result.target, code=True)
        lines.append(table_row(name, result.decision.word.value, figure, reason))
    return f"{head}\n\n" + "\n".join(lines) + "\n"
