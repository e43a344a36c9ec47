"""Drops every edit of a composed winner that gains nothing: maintainers pay for each line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from attrs import evolve

from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Same
from codeflash_core.pipeline.events import Progressed
from codeflash_core.pipeline.population import Version
from codeflash_core.pipeline.search import Search
from codeflash_core.pipeline.settings import Engine

WORTH = 1.02
"""An edit that gains less than this factor is dropped."""
MOST_EDITS = 8


def without_each_edit(original: str, changed: str) -> Iterator[str]:
    """The changed text with one group of changed lines put back at a time."""
    before, after = original.splitlines(keepends=True), changed.splitlines(keepends=True)
    edits = [
        code
        for code in difflib.SequenceMatcher(None, before, after, False).get_opcodes()
        if code[0] != "equal"
    ]
    if not 1 < len(edits) <= MOST_EDITS:
        return
    for _, first, last, start, stop in reversed(edits):
        yield "".join(after[:start] + before[first:last] + after[stop:])


async def minimize(engine: Engine, search: Search, target: Target, winner: Version) -> Version:
    """The winner without the edits that contribute under 2 %.

    Only versions composed of several steps are tried: a single rewrite is one edit in spirit.
    """
    if len(winner.candidate.steps) < 2 or not winner.candidate.trusted:
        return winner
    path = target.path
    text = winner.candidate.files.get(path)
    if text is None:
        return winner
    for smaller in without_each_edit(search.original, text):
        engine.emit(Progressed("measure", target.id, "dropping edits that gain nothing"))
        version = await _smaller(engine, search, target, winner, path, smaller)
        if version is None:
            continue
        comparison = await search.stopwatch.screen(
            version.prepared.side, winner.prepared.side, version.screened_in
        )
        if comparison.interval is not None and comparison.interval.point < WORTH and not comparison.problem:
            attempt = evolve(version.attempt, screening=winner.attempt.screening)
            search.attempts[attempt.candidate.id] = attempt
            return await minimize(engine, search, target, evolve(version, attempt=attempt))
    return winner


async def _smaller(
    engine: Engine, search: Search, target: Target, winner: Version, path: str, text: str
) -> Version | None:
    """The winner with that text, when it still runs and behaves the same."""
    candidate = Candidate(
        id=candidate_id({path: target.file_sha256}, {path: text}),
        source=winner.candidate.source,
        files={**winner.candidate.files, path: text},
        why=winner.candidate.why,
        parents=(winner.candidate.id,),
        steps=winner.candidate.steps,
        adds=winner.candidate.adds,
        cautions=winner.proposed.cautions,
        trusted=True,
    )
    if candidate.id in search.attempts:
        return None
    prepared = await engine.steps.once(
        f"prepare:{target.id}:{candidate.id}",
        Prepared,
        lambda: engine.language.prepare(engine.project, target, candidate),
    )
    if prepared.refusals or prepared.side.id == winner.prepared.side.id or not prepared.side.changes:
        return None
    candidate = candidate.with_cautions(prepared.cautions)
    attempt = Attempt(
        candidate, prepared.diff, Decision(DecisionWord.INCONCLUSIVE, ("a smaller form of the winner",))
    )
    version = Version(attempt, prepared)
    verdict = await search.check(version, "quick")
    return version if isinstance(verdict, Same) else None
