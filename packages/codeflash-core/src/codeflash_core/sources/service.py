"""Candidates from the AI service. They are foreign code: checked and timed like anybody's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from codeflash_core.errors import ServiceError
from codeflash_core.masking import Masking
from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.ports.sources import Answer, Question, SourceSettings, Step
from codeflash_core.service.address import URL, Address, read_address
from codeflash_core.service.values import Proposal
from codeflash_core.sources import service_requests as requests
from codeflash_core.sources.service_answers import answer_of, in_words

if TYPE_CHECKING:
    from codeflash_core.service.client import ServiceClient


class ServiceSource:
    """Asks the AI service for versions of the target's file, and for opinions on them."""

    name = "service"
    steps = frozenset(Step)

    def __init__(
        self,
        settings: SourceSettings | None = None,
        environment: Mapping[str, str] | None = None,
        client: Callable[[Address], ServiceClient] | None = None,
    ) -> None:
        """Take the configuration.

        Args:
            settings: ``url`` and, as ``origin``, where it was set.
            environment: The process's variables by default; the key is among them.
            client: Makes the client, for tests.

        Raises:
            UsageError: The address or the key is missing or can't be used.
        """
        variables = os.environ if environment is None else environment
        settings = settings or SourceSettings()
        url, origin = settings.options.get("url", ""), settings.options.get("origin", URL)
        if not url:
            url, origin = variables.get(URL, ""), URL
        self._address = read_address(url, variables, origin)
        self._secrets = settings.secrets
        self._client = client

    def sends(self, question: Question) -> str:
        """What will be sent where."""
        told = requests.sends(question)
        masking = Masking(self._secrets)
        for text in requests.texts_of(question):
            masking.hidden(text)
        hidden = f"; {masking.count} values that look secret are hidden" if masking.count else ""
        return f"sends {told.what} to {self._address.url}, {told.purpose}{hidden}"

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """What the service proposes for the version at hand.

        Raises:
            ServiceError: It can't be reached, refuses, or answers what can't be read.
        """
        return (await self.ask(question)).candidates

    async def ask(self, question: Question) -> Answer:
        """The service's answer to one question.

        Raises:
            ServiceError: It can't be reached, refuses, or answers what can't be read.
        """
        began = time.monotonic()
        async with self._open() as client:
            answer = await _asked(client, question)
            seconds = round(time.monotonic() - began, 3)
            return evolve(answer, cost=Cost(seconds, 1, client.money)).with_shares()

    def _open(self) -> ServiceClient:
        if self._client is not None:
            return self._client(self._address)
        from codeflash_core.service.client import ServiceClient

        return ServiceClient(self._address, masking=Masking(self._secrets))


async def _asked(client: ServiceClient, question: Question) -> Answer:
    found: tuple[Proposal, ...]
    match question.step:
        case Step.PROPOSE:
            found = await client.optimize(requests.optimize(question))
        case Step.PROFILE:
            found = await client.optimize_line_profiler(requests.with_profile(question))
        case Step.REPAIR:
            found = (await client.code_repair(requests.repair(question)),)
        case Step.REFINE:
            found = await client.refinement((requests.refine(question),))
        case Step.ADAPT:
            found = (await client.adaptive_optimize(requests.adapt(question)),)
        case Step.TESTS:
            tests = await client.testgen(requests.tests(question))
            return in_words(tests.raw_generated_tests or tests.generated_tests)
        case Step.RANK:
            return Answer(order=await client.rank(requests.rank(question)))
        case Step.EXPLAIN:
            return in_words(await client.explain(requests.explain(question)))
        case Step.REVIEW:
            review = await client.optimization_review(requests.review(question))
            return in_words(f"{review.review or 'no grade'}: {review.review_explanation}".strip(": "))
        case _:
            raise ServiceError(f"the AI service knows no step {question.step}", status=501)
    return answer_of(question, found, ServiceSource.name)
