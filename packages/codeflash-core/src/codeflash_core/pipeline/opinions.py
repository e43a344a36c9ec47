"""What sources think of a change that was accepted: shown, never heeded."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.model.decision import Attempt, Opinion
from codeflash_core.pipeline.asking import knows
from codeflash_core.pipeline.search import Search
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.sources import Step, is_paid

LONGEST = 4_000
"""Characters of an opinion that are kept."""


async def opinions_on(
    engine: Engine, search: Search, best: Attempt, others: Sequence[Attempt]
) -> tuple[Opinion, ...]:
    """An explanation, a review and a ranking of an accepted change.

    The decision stands before anybody is asked, and nothing that is said changes it.

    Args:
        engine: What the run works with.
        search: The search that is at its end.
        best: The accepted attempt.
        others: Other attempts that were faster.
    """
    source = next((each for each in engine.sources if is_paid(each) and knows(each, Step.EXPLAIN)), None)
    if source is None or not await search.has_time("opinions"):
        return ()
    found: list[Opinion] = []
    about = best.candidate.id
    for step in (Step.EXPLAIN, Step.REVIEW):
        answer = await search.desk.ask(
            source, search.inquiry.question(search.corpus, step, None, (best,)), about
        )
        if answer.text.strip():
            found.append(Opinion(source.name, step, answer.text.strip()[:LONGEST]))
    rivals = (best, *(each for each in others if each.candidate.id != about))
    if len(rivals) > 1:
        key = "+".join(each.candidate.id for each in rivals)
        answer = await search.desk.ask(
            source, search.inquiry.question(search.corpus, Step.RANK, None, rivals), key
        )
        named = [rivals[index].candidate.id for index in answer.order if index < len(rivals)]
        if named:
            found.append(Opinion(source.name, Step.RANK, f"would prefer, best first: {', '.join(named)}"))
    return tuple(found)
