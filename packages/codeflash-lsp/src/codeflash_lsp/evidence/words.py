"""Answers of runs in words: on a lens, in a hover, in a message."""

from __future__ import annotations

from collections.abc import Mapping

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Different, Undecided, verdict_word
from codeflash_core.reports import figures
from codeflash_core.reports.text import markdown_block, markdown_code, markdown_text
from codeflash_lsp.evidence.known import Known

NOTHING: Mapping[DecisionWord, str] = {
    DecisionWord.ACCEPTED: "a faster version was proven, and not recorded",
    DecisionWord.REJECTED: "nothing faster was found",
    DecisionWord.INCONCLUSIVE: "not decided",
    DecisionWord.NEEDS_EVIDENCE: "needs more evidence",
}
"""Answers that there is nothing to apply of, each in a few words."""


def at_least(known: Known) -> str:
    """The claim: ``1.83x at least, same behaviour on 34 inputs``."""
    interval = known.interval
    factor = f"{figures.ratio(interval.low)}x at least" if interval else "faster"
    calls = known.evidence.calls or known.result.calls
    return f"{factor}, same behaviour on {figures.count(calls, 'input')}"


def short(known: Known) -> str:
    """The answer in a few words."""
    return at_least(known) if known.accepted else NOTHING[known.result.decision.word]


def sentence(known: Known) -> str:
    """The answer as a message to people."""
    if known.accepted:
        return f"{known.function}: {at_least(known)}."
    reasons = known.result.decision.reasons
    return f"{known.function}: {short(known)}{f': {reasons[0]}' if reasons else ''}."


def page(known: Known, *, stale: str = "", applied: bool = False) -> str:
    """The evidence as Markdown.

    Args:
        known: The answer.
        stale: Why it is about an older text; an empty string where it is not.
        applied: Whether the text has the proven version already.
    """
    lines = [f"**codeflash** {markdown_text(sentence(known))}", ""]
    if stale:
        lines += [f"*Of an older text: {markdown_text(stale)}. Optimize it again.*", ""]
    if applied:
        lines += ["*This version is applied.*", ""]
    lines += [f"- {line}" for line in _facts(known)]
    best = known.result.best
    if best is not None and best.candidate.why:
        lines += ["", markdown_text(best.candidate.why)]
    if best is not None and known.accepted:
        lines += ["", markdown_block(best.diff, "diff")]
    lines += ["", f"To repeat it: {markdown_code(known.command)} (run {markdown_code(known.run)})."]
    return "\n".join(lines)


def _facts(known: Known) -> list[str]:
    result, best = known.result, known.result.best
    facts = [f"Decision: {result.decision.word.value}"]
    facts += [markdown_text(reason) for reason in result.decision.reasons]
    verdict = best.verdict if best else None
    if verdict is not None:
        facts.append(f"Behaviour: {verdict_word(verdict)}{_detail(verdict)}")
    evidence = known.evidence
    if evidence.calls:
        grades = ", ".join(f"{number} {markdown_text(name)}" for name, number in evidence.grades.items())
        facts.append(f"Inputs: {evidence.calls}" + (f" ({grades})" if grades else ""))
    if evidence.tests_passed:
        facts.append(f"Tests that pass with it: {evidence.tests_passed}")
    if evidence.mutation_score is not None:
        facts.append(f"Seeded faults caught: {figures.percent(evidence.mutation_score, 0)}")
    return facts + _measured(known) + [markdown_text(note) for note in known.unconfined]


def _detail(verdict: object) -> str:
    match verdict:
        case Different(counterexample=found):
            return f", at {markdown_code(found.call)}: {markdown_code(found.original)} became {markdown_code(found.candidate)}"
        case Undecided(why=why):
            return f": {markdown_text(why)}"
    return ""


def _measured(known: Known) -> list[str]:
    best = known.result.best
    comparison = best.comparison if best else None
    if comparison is None or comparison.interval is None:
        return []
    interval = comparison.interval
    facts = [
        f"Speed: {figures.interval(interval)} at {figures.level(interval.level)}, {interval.blocks} blocks"
    ]
    if comparison.cold is not None:
        facts.append(f"On inputs that never repeat: {figures.interval(comparison.cold)}")
    if comparison.memory_ratio is not None:
        facts.append(f"Peak memory: {figures.ratio(comparison.memory_ratio)} of what it was")
    if comparison.growth is not None:
        growth = comparison.growth
        facts.append(
            f"Growth: {figures.exponent(growth.a_exponent)}, now {figures.exponent(growth.b_exponent)}"
        )
    control = known.result.control
    if control is not None:
        facts.append(f"Noise of the machine: {figures.percent(control.noise_floor)}")
    return facts
