"""The next rewrite of the catalogue on the last candidate."""

from __future__ import annotations

from attrs import evolve

from codeflash_api.adaptive.question import AdaptQuestion
from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.edits import changed_functions
from codeflash_api.code.markdown import Draft
from codeflash_api.code.rewriting import Aim, Move, moves
from codeflash_api.errors import unsupported

MODEL = "rules"
NOTHING = "adaptive-optimize found no further rewrite without a language model"


def adapt(question: AdaptQuestion) -> Candidate:
    """The last candidate with one more rewrite, in a function that it changed where there is one.

    Args:
        question: The request; its language is Python.

    Raises:
        ApiError: There is no further rewrite (501).
    """
    last = question.last
    changed = {
        (number, name)
        for number, (old, new) in enumerate(zip(question.original, last.files, strict=True))
        for name in changed_functions(old.text, new.text)
    }

    def order(move: Move) -> tuple[bool, float]:
        return (move.number, move.qualname) not in changed, -move.gain

    drafts = []
    for move in sorted(moves(last.files, Aim()), key=order):
        files = tuple(
            evolve(block, text=move.text) if number == move.number else block
            for number, block in enumerate(last.files)
        )
        drafts.append(Draft(files, f"{last.explanation.strip()} {move.why}".strip()))
    sieve = Sieve(question.original, known=[step.files for step in question.steps])
    found = sieve.candidates(drafts, 1, model=MODEL, parent_id=last.optimization_id)
    if not found:
        raise unsupported(NOTHING)
    return found[0]
