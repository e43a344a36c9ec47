from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from codeflash_github_app.db.jobs import Job
from codeflash_github_app.orders import OptimizePull, Repository


async def test_a_job_has_the_limits_that_its_host_set(bench: Any) -> None:
    settings = evolve(bench.house.settings, functions=7, job_time=60.0, repository_mib=3, budget=5.0)
    work = OptimizePull(Repository(7, 11, "acme/shop", "main"), 3, "a" * 40)
    job = Job(1, "k", work, 1, uuid.uuid4(), datetime.now(UTC))
    limits = evolve(bench.house, settings=settings).host_of(job).limits
    assert (limits.functions, limits.job_seconds, limits.function_seconds) == (7, 60.0, 5.0)
    assert limits.repository_bytes == 3 << 20
