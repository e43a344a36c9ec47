"""A language backend that does nothing twice: configurations differ in few of their questions."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Verdict
from codeflash_core.ports.language import (
    BlockRequest,
    CheckRequest,
    Description,
    Language,
    Profile,
    Query,
)

T = TypeVar("T")


class RememberingLanguage:
    """Answers an equal question as it was answered before, blocks included.

    So a candidate has the same verdict and the same samples in every configuration that asks for them: what differs
    between configurations is the part that is off, not the noise.
    """

    def __init__(self, language: Language) -> None:
        """Stand before a backend.

        Args:
            language: The backend that answers what is new.
        """
        self._language = language
        self._known: dict[Any, Any] = {}
        self._under_way: defaultdict[Any, asyncio.Lock] = defaultdict(asyncio.Lock)

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
        """What the backend observes."""
        return await self._language.observe(project, targets, workload, seed)

    async def grow(self, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
        """What the backend grew of these inputs."""
        key = ("grow", target.id, seed, _inputs(corpus))
        return await self._once(key, lambda: self._language.grow(project, target, corpus, seed))

    async def prepare(self, project: Project, target: Target, candidate: Candidate) -> Prepared:
        """As the backend prepared it."""
        key = ("prepare", target.id, candidate.id)
        return await self._once(key, lambda: self._language.prepare(project, target, candidate))

    async def check(self, project: Project, request: CheckRequest) -> Verdict:
        """As the backend decided on these inputs."""
        asked = (request.depth, request.seed, request.fuzz_cases, request.float_tolerance)
        key = ("check", request.target.id, request.candidate.id, asked, _inputs(request.corpus))
        return await self._once(key, lambda: self._language.check(project, request))

    async def block(self, project: Project, request: BlockRequest) -> Block:
        """The samples that the backend took of these inputs with this seed."""
        inputs = tuple((call.id, call.count) for call in request.calls)
        how = (request.mode, request.metric, request.cold, request.seed, request.fix_clock)
        key = ("block", request.target.id, request.a.id, request.b.id, inputs, request.tests, how)
        return await self._once(key, lambda: self._language.block(project, request))

    async def _once(self, key: Any, make: Callable[[], Awaitable[T]]) -> T:
        # A question that is cut by its budget leaves no answer, and the next one asks again.
        async with self._under_way[key]:
            if key not in self._known:
                self._known[key] = await make()
            found: T = self._known[key]
            return found


def _inputs(corpus: Corpus) -> tuple[Any, ...]:
    ids = tuple((call.id, call.count) for call in corpus.calls)
    return (ids, corpus.in_test, corpus.reached_by, corpus.unordered, corpus.fix_clock)
