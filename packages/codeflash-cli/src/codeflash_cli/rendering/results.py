"""Results on stdout: for people, or as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from codeflash_core.model.decision import TargetResult
    from codeflash_core.model.run import RunReport

LONGEST_CALL = 500
"""Most characters of a counterexample's arguments in a terminal; all of them are in the JSON document."""


def print_report(report: RunReport) -> None:
    """What a run found, winners with their diff and evidence first."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    ordered = sorted(report.results, key=lambda each: each.decision.word.value != "accepted")
    for result in ordered:
        print_result(console, result, timed=report.timed)
    won = sum(each.decision.word.value == "accepted" for each in report.results)
    noun = "target" if len(report.results) == 1 else "targets"
    untimed = "" if report.timed else "; nothing was timed"
    console.print(
        f"{won} of {len(report.results)} {noun} {report.outcome} in {report.seconds:.0f} s{untimed}  (run {report.run})"
    )
    from codeflash_core.reports.lineage import bill_of, bill_text

    cost = bill_text(bill_of(report.results), won)
    if cost:
        console.print(f"cost: {cost}", markup=False)
    if report.unconfined:
        console.print(f"sandbox: {report.sandbox}; {report.unconfined[0]}", style="yellow")


def print_result(console: Console, result: TargetResult, *, timed: bool = True) -> None:
    """One target: the answer, why, and what it rests on.

    Args:
        console: Where to.
        result: The target's answer.
        timed: Whether speed was asked for; without, nothing is accepted but a behaviour is the same.
    """
    from rich.text import Text

    from codeflash_cli.rendering.progress import COLOURS
    from codeflash_core.pipeline.events import MARKS

    word = result.decision.word.value
    best = result.best
    interval = best.comparison.interval if best and best.comparison else None
    head = Text(f"{MARKS[word]} {result.target}  ", style="bold")
    head.append("same" if word == "accepted" and not timed else word, style=COLOURS[word])
    if interval is not None:
        head.append(f"  {interval}", style="bold")
        head.append(f"  ({100 * interval.level:.4g}% level, {interval.blocks} blocks)", style="dim")
    console.print(head)
    for reason in result.decision.reasons:
        console.print(_foreign(reason))
    for line in example_lines(result):
        console.print(_foreign(line))
    if best is not None and word == "accepted":
        console.print(_foreign(f"{best.candidate.source}: {best.candidate.why}"))
        for caution in best.candidate.cautions:
            console.print(_foreign(f"caution: {caution}", "yellow"))
        print_diff(console, best.diff)
    for line in (*evidence_lines(result), *origin_lines(result)):
        console.print(_foreign(line, "dim"))
    console.print()


def _foreign(line: str, style: str = "") -> Text:
    """A line that strangers wrote in, indented; nothing in it steers the terminal."""
    from rich.text import Text

    from codeflash_core.reports.text import visible

    return Text(f"  {visible(line)}", style=style)


def origin_lines(result: TargetResult) -> Sequence[str]:
    """What the best candidate came from, and what it cost; empty where nobody elsewhere was asked."""
    from codeflash_core.model.spending import Bill
    from codeflash_core.reports import lineage

    if not result.requests:
        return ()
    lines = [f"cost: {lineage.bill_text(Bill.of(result.requests))}"]
    chain = lineage.line(result)
    if len(chain) > 1:
        told = [f"{lineage.step_of(each)} {each.candidate.id} ({each.decision.word.value})" for each in chain]
        lines.append(f"came from: {' -> '.join(told)}")
    lines += [f"{each.source}, {each.step}: {' '.join(each.text.split())[:300]}" for each in result.opinions]
    return lines


def example_lines(result: TargetResult) -> Sequence[str]:
    """The input that shows a difference, and where it comes from."""
    from codeflash_core.model.verdict import Different

    verdict = result.best.verdict if result.best else None
    if not isinstance(verdict, Different) or not verdict.counterexample.call:
        return ()
    found = verdict.counterexample
    call = found.call if len(found.call) <= LONGEST_CALL else f"{found.call[:LONGEST_CALL]}..."
    made = "made smaller from " if found.shrunk else "from "
    origin = (made + found.origin,) if found.origin else ()
    return (f"on {call}", *origin, *((found.note,) if found.note else ()))


def print_diff(console: Console, diff: str) -> None:
    """A unified diff in colour where there is colour."""
    for line in diff.splitlines():
        style = ""
        if line.startswith(("+++", "---")):
            style = "bold"
        elif line.startswith("+"):
            style = "green"
        elif line.startswith("-"):
            style = "red"
        elif line.startswith("@@"):
            style = "cyan"
        console.print(_foreign(line, style))


def evidence_lines(result: TargetResult) -> Sequence[str]:
    """What an answer rests on, in a line or two."""
    verdict = result.best.verdict if result.best else None
    lines = []
    if verdict is not None:
        found = verdict.evidence
        inputs = f"{found.calls} input{'' if found.calls == 1 else 's'}"
        grades = ", ".join(f"{n} {grade}" for grade, n in found.grades.items())
        parts = [f"{inputs} ({grades})" if grades else inputs]
        if found.tests_passed:
            parts.append(f"{found.tests_passed} tests pass")
        score = found.mutation_score
        if score is not None:
            counting = sum(fault.counts for fault in found.faults)
            parts.append(f"{sum(fault.caught for fault in found.faults)} of {counting} seeded faults caught")
        covered = sum(fault.fallback for fault in found.faults)
        if covered:
            parts.append(f"{covered} more only made the fallback answer, which was the same")
        if found.hash_seeds:
            parts.append(f"{found.hash_seeds} hash seed{'' if found.hash_seeds == 1 else 's'}")
        if found.divergence_bound is not None:
            parts.append(f"grown inputs that differ: under {found.divergence_bound:.1%}")
        lines.append("evidence: " + ", ".join(parts))
        lines += [f"note: {note}" for note in found.notes]
    comparison = result.best.comparison if result.best else None
    if comparison is not None and comparison.cold is not None:
        lines.append(f"cold: {comparison.cold}")
    if result.control is not None:
        lines.append(f"noise floor of this machine now: {result.control.noise_floor:.2%}")
    lines += [f"note: {note}" for note in result.notes]
    return lines
