from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import structlog

from codeflash_web import logs

CANARY = "canary_in_the_source_7f3a"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    made = io.StringIO()
    logs.configure(stream=made)
    yield made
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


PATHS = ("rank", "explain", "optimization_review", "log_features", "workflow-gen", "optimize", "testgen")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("broken", [False, True])
async def test_no_source_and_no_secret_is_logged_or_counted(
    stream: io.StringIO, app_client: httpx2.AsyncClient, api_key: str, path: str, broken: bool
) -> None:
    code = f"```python:shop/a.py\ndef {CANARY}(xs):\n    return sorted(xs)\n```"
    body: dict[str, Any] = dict.fromkeys(
        [
            "source_code",
            "optimized_code",
            "original_code",
            "dependency_code",
            "function_references",
            "source_code_being_tested",
            "explanation",
        ],
        code,
    )
    body |= {
        "trace_id": "t-17",
        "diffs": [CANARY],
        "speedups": [2.0],
        "optimizations_post": {"x": CANARY},
        "repo_files": {"a.py": CANARY},
        "n_candidates": 3,
    }
    if broken:
        body |= {
            "call_sequence": CANARY,
            "speedups": [CANARY],
            "is_correct": CANARY,
            "codeflash_config": CANARY,
        }
    answer = await app_client.post(f"/ai/{path}", json=body)
    figures = (await app_client.get("/metrics")).text
    requests = [line for line in lines(stream) if line["event"] == "request"]
    assert [line["trace_id"] for line in requests] == ["t-17"]
    assert requests[0]["request_id"] == answer.headers["X-Request-Id"]
    for text in (stream.getvalue(), figures):
        assert CANARY not in text
        assert api_key not in text
    if answer.status_code != 200:
        assert CANARY not in answer.text
