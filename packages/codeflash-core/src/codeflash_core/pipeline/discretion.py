"""Keeps the values of variables that foreign code may see out of records and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import asdict, evolve

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Verdict
from codeflash_core.pipeline.events import Event, Listener
from codeflash_core.ports.language import (
    BlockRequest,
    CheckRequest,
    Description,
    Language,
    Profile,
    Query,
)
from codeflash_core.records.secrets import Secrets


def discreet(emit: Listener, secrets: Secrets) -> Listener:
    """A listener that hears events without the values."""
    if not secrets:
        return emit

    def tell(event: Event) -> None:
        hidden: dict[str, Any] = secrets.hidden_in(asdict(event))
        emit(evolve(event, **hidden))

    return tell


class DiscreetLanguage:
    """A language backend whose corpora hold no call with such a value among its arguments.

    The arguments of a call are bytes that are loaded again: nothing in them can be replaced, so it is left out.
    """

    def __init__(self, language: Language, secrets: Secrets) -> None:
        self._language = language
        self._secrets = secrets

    async def describe(self, project: Project) -> Description:
        """As the backend says it."""
        return await self._language.describe(project)

    async def discover(self, project: Project, query: Query) -> tuple[Target, ...]:
        """As the backend lists them."""
        return await self._language.discover(project, query)

    async def profile(self, project: Project, targets: Sequence[Target], workload: Workload) -> Profile:
        """As the backend finds it."""
        return await self._language.profile(project, targets, workload)

    async def observe(
        self, project: Project, targets: Sequence[Target], workload: Workload, seed: int
    ) -> tuple[Corpus, ...]:
        """What the backend observed, without the calls that hold a value."""
        found = await self._language.observe(project, targets, workload, seed)
        return tuple(self._without(corpus) for corpus in found)

    async def grow(self, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
        """What the backend grew, without the calls that hold a value."""
        return self._without(await self._language.grow(project, target, corpus, seed))

    async def prepare(self, project: Project, target: Target, candidate: Candidate) -> Prepared:
        """As the backend prepares it."""
        return await self._language.prepare(project, target, candidate)

    async def check(self, project: Project, request: CheckRequest) -> Verdict:
        """As the backend decides."""
        return await self._language.check(project, request)

    async def block(self, project: Project, request: BlockRequest) -> Block:
        """As the backend measures."""
        return await self._language.block(project, request)

    def _without(self, corpus: Corpus) -> Corpus:
        calls, unseen, series = map(self._kept, (corpus.calls, corpus.unseen, corpus.series))
        dropped = len(corpus.calls) - len(calls)
        if not dropped:
            return evolve(corpus, unseen=unseen, series=series)
        note = f"left out: {dropped} inputs that hold the value of a variable that was let through"
        return evolve(corpus, calls=calls, unseen=unseen, series=series, notes=(*corpus.notes, note))

    def _kept(self, calls: Iterable[Call]) -> tuple[Call, ...]:
        return tuple(call for call in calls if not self._secrets.stand_in(call.payload))
