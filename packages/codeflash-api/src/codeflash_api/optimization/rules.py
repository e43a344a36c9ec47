"""Candidates from the rewrite catalogue."""

from __future__ import annotations

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.languages import python_version
from codeflash_api.code.profile import read_profile
from codeflash_api.code.rewriting import Aim, versions
from codeflash_api.optimization.question import OptimizeQuestion
from codeflash_syntax.parsed import Readings

MODEL = "rules"


def optimize(question: OptimizeQuestion) -> tuple[Candidate, ...]:
    """What the catalogue makes of all functions that could be meant, most promising first.

    A line profile says which functions and lines are worth it: a rewrite counts by what it could win of the whole.

    Args:
        question: The request; its language is Python.
    """
    aim = Aim(read_profile(question.profile), question.function, python_version(question.version))
    readings = Readings()
    found = versions(question.files, aim, question.most, readings)
    drafts = [version.draft() for version in found]
    return Sieve(question.files, readings=readings).candidates(drafts, question.most, model=MODEL)
