"""Tests that a model wrote, as further inputs: what they assert is not trusted, the original says what is right."""

from __future__ import annotations

from attrs import evolve

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.target import Workload
from codeflash_core.pipeline.asking import Desk, knows
from codeflash_core.pipeline.events import Noted, Progressed
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.sources import Question, Step

MOST_CALLS = 40
"""Inputs of written tests that are kept."""
LONGEST = 200_000
"""Characters of tests that are run."""


async def with_written_tests(engine: Engine, desk: Desk, question: Question) -> Corpus:
    """The corpus with the calls that written tests make, where a source writes some.

    The tests run once, in a copy of the project that nothing else uses: whatever they do to it, candidates and the original
    are compared elsewhere. That one fails, or breaks off, says nothing.

    Args:
        engine: What the run works with.
        desk: Where sources are asked.
        question: The question for tests; its corpus is what is known so far.
    """
    corpus, target = question.corpus, question.target
    source = next((each for each in engine.sources if knows(each, Step.TESTS)), None)
    if source is None or not corpus.calls or corpus.problem:
        return corpus
    answer = await desk.ask(source, question, "")
    if not answer.text.strip():
        return corpus
    if len(answer.text) > LONGEST:
        engine.emit(
            Noted(
                f"the tests that {source.name} wrote are not run: they are longer than {LONGEST} characters"
            )
        )
        return corpus
    engine.emit(Progressed("observe", target.id, f"recording the calls of tests that {source.name} wrote"))

    async def recorded() -> tuple[Call, ...]:
        workload = Workload("written", text=answer.text)
        try:
            (found,) = await engine.language.observe(
                engine.project, (target,), workload, engine.settings.seed
            )
        except StageError as problem:
            engine.emit(Noted(f"the tests that {source.name} wrote can't be run: {problem.message}"))
            return ()
        return further_calls(corpus, found, source.name)

    calls = await engine.steps.once(f"inputs:{target.id}", tuple[Call, ...], recorded)
    if not calls:
        return corpus
    note = f"{len(calls)} inputs come from tests that {source.name} wrote; what those assert is not relied on"
    return evolve(corpus, calls=(*corpus.calls, *calls), notes=(*corpus.notes, note))


def further_calls(corpus: Corpus, found: Corpus, writer: str) -> tuple[Call, ...]:
    """The calls that are new, as guesses that no time is measured on.

    Args:
        corpus: What is known.
        found: What written tests made the target do.
        writer: Who wrote them.
    """
    known = {call.id for call in corpus.calls}
    return tuple(
        evolve(call, grade=Grade.GUESSED, origin=f"a test that {writer} wrote", count=0, seconds=0.0)
        for call in found.calls
        if call.id not in known
    )[:MOST_CALLS]
