"""A client of the AI service: one method per endpoint, values in and out, one kind of error."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import attrs

from codeflash_core.errors import PrerequisiteError, ServiceError
from codeflash_core.masking import Masking
from codeflash_core.model.spending import known_price
from codeflash_core.service.address import Address
from codeflash_core.service.reading import Reading, error_text
from codeflash_core.service.values import (
    Adapt,
    Explain,
    Features,
    GeneratedTests,
    Optimize,
    OptimizeLineProfiler,
    Proposal,
    Rank,
    Refine,
    Repair,
    Review,
    ReviewAnswer,
    Testgen,
)

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 300.0
LARGEST_ANSWER = 32 * 1024 * 1024
PRICE = "X-Codeflash-Cost-USD"
"""The header in which a service tells what a request cost, failed ones too; without it the price is not known."""


class ServiceClient:
    """Speaks to one service; use it in ``async with``."""

    def __init__(
        self,
        address: Address,
        transport: httpx2.AsyncBaseTransport | None = None,
        masking: Masking | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            address: The service.
            transport: How requests travel, for tests.
            masking: Hides in requests what is secret, and puts it back in the code of answers.

        Raises:
            PrerequisiteError: The HTTP library is not installed.
        """
        try:
            import httpx2
        except ImportError as problem:
            raise PrerequisiteError(
                "the AI service's client needs httpx2", "Install it: pip install httpx2"
            ) from problem
        self._address = address
        self._http = httpx2
        self._client = httpx2.AsyncClient(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.key}", "Accept": "application/json"},
            timeout=httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            # A proxy for the outside does not know this machine.
            trust_env=not address.is_here,
        )
        self._masking = masking or Masking()
        self.money: float | None = None
        """What the last request cost in US dollars; None where nobody told it."""

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def optimize(self, request: Optimize) -> tuple[Proposal, ...]:
        """Faster versions of a function, most promising first."""
        return (await self._post("/ai/optimize", attrs.asdict(request))).proposals("optimizations")

    async def optimize_line_profiler(self, request: OptimizeLineProfiler) -> tuple[Proposal, ...]:
        """Faster versions of a function whose lines were timed."""
        answer = await self._post("/ai/optimize-line-profiler", attrs.asdict(request))
        return answer.proposals("optimizations")

    async def testgen(self, request: Testgen) -> GeneratedTests:
        """Tests for a function."""
        answer = await self._post("/ai/testgen", attrs.asdict(request))
        return GeneratedTests(
            answer.code("generated_tests"),
            answer.code("instrumented_behavior_tests"),
            answer.code("instrumented_perf_tests"),
            answer.code_or_none("raw_generated_tests"),
        )

    async def refinement(self, requests: tuple[Refine, ...]) -> tuple[Proposal, ...]:
        """Smaller versions of candidates."""
        answer = await self._post("/ai/refinement", [attrs.asdict(each) for each in requests])
        return answer.proposals("refinements")

    async def code_repair(self, request: Repair) -> Proposal:
        """A version of a candidate that behaves like the original."""
        return (await self._post("/ai/code_repair", attrs.asdict(request))).proposal()

    async def adaptive_optimize(self, request: Adapt) -> Proposal:
        """One step further than candidates that worked."""
        return (await self._post("/ai/adaptive_optimize", attrs.asdict(request))).proposal()

    async def rank(self, request: Rank) -> tuple[int, ...]:
        """Indexes of the candidates, best first."""
        return (await self._post("/ai/rank", attrs.asdict(request))).indexes("ranking", len(request.diffs))

    async def explain(self, request: Explain) -> str:
        """What a maintainer should know about a change."""
        return (await self._post("/ai/explain", attrs.asdict(request))).text("explanation")

    async def optimization_review(self, request: Review) -> ReviewAnswer:
        """Whether a change is worth a maintainer's time."""
        return (await self._post("/ai/optimization_review", attrs.asdict(request))).review()

    async def log_features(self, request: Features) -> None:
        """Tell the service what became of its candidates."""
        await self._post("/ai/log_features", attrs.asdict(request))

    async def _post(self, path: str, body: Any) -> Reading:
        """One request.

        Raises:
            ServiceError: There is no answer, or none that can be used.
        """
        self.money = None
        try:
            return await self._answered(path, self._masking.hidden_in(body))
        except ServiceError as problem:
            problem.money = self.money
            raise

    async def _answered(self, path: str, body: Any) -> Reading:
        http = self._http
        where = f"the AI service at {self._address.url}"
        try:
            content = json.dumps(body).encode()
            async with asyncio.timeout(CONNECT_SECONDS + ANSWER_SECONDS):
                status, retry_after, data = await self._exchange(path, content)
        except (TimeoutError, http.TimeoutException) as problem:
            raise ServiceError(f"{where} gave no answer in time") from problem
        except http.ConnectError as problem:
            self.money = 0.0  # nothing was sent
            hint = "Start it (codeflash-api serve), or set CODEFLASH_API_URL."
            raise ServiceError(f"{where} can't be reached", hint) from problem
        except http.HTTPError as problem:
            raise ServiceError(f"{where} broke the connection off: {type(problem).__name__}") from problem
        if status != 200:
            told = error_text(data).replace(self._address.key, "<key>")
            hint = "Check CODEFLASH_API_KEY." if status in (401, 403) else ""
            raise ServiceError(
                f"{where} answers {status}{f': {told}' if told else ''}", hint, status, retry_after
            )
        return Reading.of(data, where, self._masking)

    async def _exchange(self, path: str, content: bytes) -> tuple[int, float | None, bytes]:
        headers = {"Content-Type": "application/json"}
        async with self._client.stream("POST", path, content=content, headers=headers) as answer:
            self.money = _price(answer.headers.get(PRICE))
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise ServiceError(
                        f"the AI service at {self._address.url} answers more than {LARGEST_ANSWER >> 20} MiB"
                    )
                parts.append(part)
            return answer.status_code, _seconds(answer.headers.get("Retry-After")), b"".join(parts)


def _price(text: str | None) -> float | None:
    try:
        return known_price(float(text)) if text else None
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
