"""Explains by what was measured and by what the candidate's source said."""

from __future__ import annotations

from codeflash_api.explanation.profile import hottest
from codeflash_api.explanation.question import ExplainQuestion, Figures

WORTH_NAMING = 20.0
LONGEST_LINE = 100


def explain(question: ExplainQuestion) -> str:
    """A paragraph on why the change is faster, then the figures; empty when nothing is known.

    Args:
        question: What is known.
    """
    parts = [question.said.strip(), _where_time_went(question), _measured(question)]
    return "\n\n".join(part for part in parts if part)


def _where_time_went(question: ExplainQuestion) -> str:
    before = hottest(question.original_profile)
    if before is None or before.share < WORTH_NAMING:
        return ""
    told = f"Before, {before.share:.0f}% of the function's time went to {_quoted(before.code)}"
    after = hottest(question.optimized_profile)
    if after is None:
        return f"{told}."
    if after.code == before.code:
        return f"{told}; now it is {after.share:.0f}%."
    return f"{told}; now the largest share, {after.share:.0f}%, goes to {_quoted(after.code)}."


def _quoted(code: str) -> str:
    short = code if len(code) <= LONGEST_LINE else f"{code[:LONGEST_LINE]}..."
    ticks = "``" if "`" in short else "`"
    return f"{ticks}{short}{ticks}"


def _measured(question: ExplainQuestion) -> str:
    kinds = {
        "runtime": ("runtime", "faster", question.runtime),
        "throughput": ("throughput", "more", question.throughput),
        "concurrency": ("concurrency ratio", "more", question.concurrency),
    }
    # What the change was accepted for is told first.
    names = sorted(kinds, key=lambda name: name != question.accepted_for)
    told = [_sentence(*kinds[name]) for name in names if kinds[name][2]]
    return " ".join(told)


def _sentence(name: str, better: str, figures: Figures) -> str:
    gain = f" ({figures.gain} {better})" if figures.gain else ""
    return f"Measured {name}: {figures.before} before, {figures.after} after{gain}."
