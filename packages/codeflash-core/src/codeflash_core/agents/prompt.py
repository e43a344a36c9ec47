"""The task as an agent reads it: the target, what is known of it, what was tried, and the rules."""

from __future__ import annotations

from collections.abc import Iterator

from codeflash_core.model.decision import Attempt
from codeflash_core.model.verdict import Different
from codeflash_core.ports.sources import Question, Step

_MOST_ATTEMPTS = 6
_LONGEST_DIFF = 4_000
_LONGEST_VALUE = 1_000

RULES = """\
Rules:
- Behave exactly as the original: results, exceptions and their messages, changed arguments, output. Floats to the last bit.
- Edit as little as it takes, in the style of the file. Keep signature, comments and docstrings. Add no dependency.
- Do not edit tests, benchmarks or configuration, and leave no other files behind.
- No caches that outlive a call, no special cases for the inputs of the tests, nothing that looks at clocks or callers.
"""

JUDGED = """\
The MCP server codeflash judges for you. Before you edit, give each version to its tool evaluate_candidate (target as above,
paths relative to the working folder): it says whether the version behaves the same, by a counterexample where it does not,
and how much faster it is. Its tools rank and rules_for say where time goes and what might help. It sees the project as it
was, not your edits: hand in the text. When a version is accepted, or is the best that you have, edit the file.
"""


def task(question: Question, *, judged: bool, seconds: float) -> str:
    """The task.

    Args:
        question: All that was learnt so far.
        judged: Whether the engine's MCP server is offered.
        seconds: How long the agent may work.
    """
    return "\n".join(part for part in _parts(question, judged, seconds) if part)


def _parts(question: Question, judged: bool, seconds: float) -> Iterator[str]:
    target, rank = question.target, question.rank
    major, minor = question.python
    original = question.parent is None and not question.about
    lines = f", lines {target.line} to {target.end_line}" if target.line and original else ""
    running = f" (Python {major}.{minor})" if question.project.language == "python" else ""
    yield f"Make the {target.kind} {target.qualname} in {target.path}{lines} faster, by editing files here{running}."
    yield f"Target: {target.id}"
    if rank is not None:
        yield (
            f"Profile: {rank.share:.0%} of the workload's time is spent in it and what it calls; {rank.calls} calls, "
            f"{rank.own_seconds:.3g} s in itself, {rank.cumulative_seconds:.3g} s with what it calls."
        )
    if question.parent is not None:
        yield f"The file already holds a faster version ({question.parent.why or question.parent.source}); improve on it."
    if question.step is Step.REPAIR:
        yield (
            "The file holds a version that was tried and refused, the last one below: make it behave exactly as the original "
            "does, without giving up its speed."
        )
    yield from _history((*(each for each in question.history if each not in question.about), *question.about))
    yield f"\n{RULES}"
    if judged:
        yield JUDGED
    yield (
        f"You have {seconds:.0f} seconds; what is not written by then is lost. Nobody answers questions. End with one "
        "paragraph that tells a maintainer why the new version is faster. If you find nothing better, change nothing."
    )


def _history(history: tuple[Attempt, ...]) -> Iterator[str]:
    if not history:
        return
    yield "\nTried before:"
    for attempt in history[-_MOST_ATTEMPTS:]:
        reasons = "; ".join(attempt.decision.reasons[:2])
        yield f"- by {attempt.candidate.source}: {attempt.decision.word.value}{f' ({reasons})' if reasons else ''}"
        verdict = attempt.verdict
        if isinstance(verdict, Different):
            found = verdict.counterexample
            yield f"  It differs in {found.facet} on {_short(found.call)}:"
            yield f"  the original gives {_short(found.original)}, it gives {_short(found.candidate)}."
        if attempt.diff:
            yield f"```diff\n{attempt.diff[:_LONGEST_DIFF].rstrip()}\n```"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
