"""Repairs without a model: a guarded form of the same rewrite, or the edit at fault put back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.edits import Without, changed_functions, without_each
from codeflash_api.code.markdown import Draft
from codeflash_api.code.rewriting import Aim, Version, moves
from codeflash_api.errors import unsupported
from codeflash_api.repair.question import RepairQuestion

MODEL = "rules"
GUARDED = "guarded"
NOTHING = "code-repair found no repair without a language model"


def repair(question: RepairQuestion) -> Candidate:
    """One version that may behave like the original again and is still another one.

    Args:
        question: The request; its language is Python.

    Raises:
        ApiError: There is nothing to propose (501).
    """
    sieve = Sieve(question.original, known=[question.modified])
    for drafts in (_guarded(question), _put_back(question)):
        found = sieve.candidates(drafts, 1, model=MODEL, parent_id=question.optimization_id)
        if found:
            return found[0]
    raise unsupported(NOTHING)


def _guarded(question: RepairQuestion) -> Iterator[Draft]:
    """Rewrites of the functions that were changed which keep the old way for values that do not suit."""
    concerned = frozenset(
        (number, name)
        for number, (old, new) in enumerate(zip(question.original, question.modified, strict=True))
        for name in changed_functions(old.text, new.text)
    )
    start = Version(question.original)
    for move in moves(question.original, Aim(), concerned):
        if move.variant == GUARDED:
            files = list(start.files)
            files[move.number] = evolve(files[move.number], text=move.text)
            yield Draft(tuple(files), f"{move.why} The old way is kept for values that do not suit.")


def _put_back(question: RepairQuestion) -> Iterator[Draft]:
    """The candidate with one edit put back: first those in functions that a failing test names, then the larger ones."""
    words = {
        word
        for each in question.differences
        for word in re.findall(r"[^\W\d]\w*", f"{each.test} {each.candidate_error}")
    }
    found = [
        (number, edit)
        for number, (old, new) in enumerate(zip(question.original, question.modified, strict=True))
        for edit in without_each(old.text, new.text)
        if not edit.same
    ]

    def order(each: tuple[int, Without]) -> tuple[bool, int]:
        number, edit = each
        put_back = changed_functions(question.modified[number].text, edit.text)
        named = any(name.rpartition(".")[2] in words for name in put_back)
        return not named, -edit.lines

    for number, edit in sorted(found, key=order):
        files = tuple(
            evolve(block, text=edit.text) if index == number else block
            for index, block in enumerate(question.modified)
        )
        lines = len(edit.old) or len(edit.new)
        yield Draft(
            files,
            f"{lines} lines are as they were again, because results differed; the rest of the change stays.",
        )
