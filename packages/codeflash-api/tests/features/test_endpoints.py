from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from codeflash_api.db.tables import feature_logs, usage
from codeflash_api.features.schemas import LogFeaturesRequest
from codeflash_postgres.database import Database

BODY: dict[str, Any] = {
    "trace_id": "trace-EXP0",
    "speedup_ratio": {"7c2d": 2.35, "c0be": None},
    "original_runtime": 1158942,
    "optimized_runtime": {"7c2d": 345470, "c0be": None},
    "is_correct": {"7c2d": True, "c0be": False},
    "codeflash_version": "0.20.6",
    "optimized_line_profiler_results": {"7c2d": "Line #"},
    "metadata": {"best_optimization_id": "7c2d"},
    "optimizations_post": {"7c2d": "```python\n```"},
}


async def test_facts_are_stored(app_client: httpx2.AsyncClient, database: Database) -> None:
    answer = await app_client.post("/ai/log_features", json=BODY)
    assert answer.status_code == 200
    assert answer.json() == {"stored": True}
    async with database.begin() as connection:
        row = (await connection.execute(select(feature_logs))).one()
    assert row.trace_id == "trace-EXP0"
    assert json.loads(row.body) == BODY


async def test_reports_are_metered(app_client: httpx2.AsyncClient, database: Database) -> None:
    await app_client.post("/ai/log_features", json=BODY)
    async with database.begin() as connection:
        row = (await connection.execute(select(usage))).one()
    assert (row.feature, row.outcome, row.trace_id) == ("log-features", "ok", "trace-EXP0")


@pytest.mark.parametrize("field", sorted(LogFeaturesRequest.model_fields))
def test_every_field_may_be_absent_or_null(field: str) -> None:
    without = {key: value for key, value in BODY.items() if key != field}
    assert LogFeaturesRequest.model_validate(without) == LogFeaturesRequest.model_validate(
        {**BODY, field: None}
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"speedup_ratio": {"a": NaN}}',
        '{"original_runtime": Infinity}',
        '{"trace_id": "' + "x" * 201 + '"}',
        '{"is_correct": {"a": "perhaps"}}',
        '{"metadata": {"\\u0000": 1}}',
    ],
)
async def test_what_can_not_be_stored_is_refused(app_client: httpx2.AsyncClient, text: str) -> None:
    answer = await app_client.post(
        "/ai/log_features", content=text, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
