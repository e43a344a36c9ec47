from __future__ import annotations

from typing import Any

import httpx2
import pytest

BODY: dict[str, Any] = {
    "repo_files": {"pyproject.toml": "[project]"},
    "directory_structure": {".git": {"type": "directory", "contents": {"HEAD": {"type": "file"}}}},
    "codeflash_config": {
        "module_root": "shop",
        "tests_root": "/srv/ada/shop/tests",
        "benchmark_mode": False,
    },
}


@pytest.mark.parametrize("field", [None, *BODY])
@pytest.mark.parametrize("how", ["absent", "null"])
async def test_no_steps_let_the_client_write_its_own(
    app_client: httpx2.AsyncClient, field: str | None, how: str
) -> None:
    body = dict(BODY)
    if field is not None:
        body[field] = None
        if how == "absent":
            del body[field]
    answer = await app_client.post("/ai/workflow-gen", json=body)
    assert answer.status_code == 200
    assert answer.json() == {"workflow_steps": None}
