"""Smaller versions of a candidate: edits that gain nothing are put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.edits import Without, changed_lines, without_each, without_noise
from codeflash_api.code.markdown import Block, Draft
from codeflash_api.code.profile import Profile, read_profile
from codeflash_api.refinement.question import RefineQuestion

MODEL = "rules"
MOST = 3
COLD = 0.02
"""Share of a function's time below which changing its lines is not worth it."""


def refine(questions: Sequence[RefineQuestion]) -> tuple[Candidate, ...]:
    """Smaller versions of each candidate, the surest first; none where each edit is needed.

    Args:
        questions: The requests; their language is Python.
    """
    return tuple(candidate for question in questions for candidate in _refined(question))


def _refined(question: RefineQuestion) -> tuple[Candidate, ...]:
    quiet = tuple(
        evolve(new, text=without_noise(old.text, new.text)) if old.text != new.text else new
        for old, new in zip(question.original, question.optimized, strict=True)
    )
    drafts = []
    if quiet != question.optimized:
        drafts.append(Draft(quiet, _told(question, quiet, "Edits of layout and names alone are put back.")))
    for files, edit in _smaller(question, quiet):
        what = f"An edit is put back that the others do not need ({edit.lines} changed lines)."
        drafts.append(Draft(files, _told(question, files, what)))
    known = [] if quiet != question.optimized else [question.optimized]
    sieve = Sieve(question.original, known=known)
    return sieve.candidates(drafts, MOST, model=MODEL, parent_id=question.optimization_id)


def _smaller(
    question: RefineQuestion, files: tuple[Block, ...]
) -> Iterator[tuple[tuple[Block, ...], Without]]:
    """Versions without one edit; where lines were timed, only edits of lines that take no time are put back."""
    profile = read_profile(question.original_profile)
    found = [
        (number, edit)
        for number, (old, new) in enumerate(zip(question.original, files, strict=True))
        for edit in without_each(old.text, new.text)
        if not edit.same and _is_cold(edit, profile)
    ]
    for number, edit in sorted(found, key=lambda each: -each[1].lines):
        yield (
            tuple(
                evolve(block, text=edit.text) if number == index else block
                for index, block in enumerate(files)
            ),
            edit,
        )


def _is_cold(edit: Without, profile: Profile) -> bool:
    if not profile:
        return True
    texts = {line.strip() for line in edit.old} - {""}
    times = [known.get(text, 0.0) for known in profile.lines.values() for text in texts]
    return sum(times) < COLD


def _told(question: RefineQuestion, files: Sequence[Block], what: str) -> str:
    before = sum(_lines(question.original, question.optimized))
    after = sum(_lines(question.original, files))
    return f"{question.explanation.strip()} {what} The diff has {after} changed lines instead of {before}.".strip()


def _lines(old: Sequence[Block], new: Sequence[Block]) -> list[int]:
    return [changed_lines(one.text, other.text) for one, other in zip(old, new, strict=True)]
