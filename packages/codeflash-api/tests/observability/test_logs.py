from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import structlog

from codeflash_api.observability import logs

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


def test_lines_are_json_with_level_and_time(stream: io.StringIO) -> None:
    structlog.get_logger("codeflash_api").info("request", status=200)
    (line,) = lines(stream)
    assert line["event"] == "request"
    assert line["level"] == "info"
    assert line["status"] == 200
    assert line["timestamp"].endswith("Z")


def test_bound_ids_stand_in_every_line_also_those_of_libraries(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", trace_id="t1"):
        logging.getLogger("some.library").warning("hello %s", "you")
        structlog.get_logger("codeflash_api").info("ours")
    assert [(line["event"], line["request_id"], line["trace_id"]) for line in lines(stream)] == [
        ("hello you", "r1", "t1"),
        ("ours", "r1", "t1"),
    ]


@pytest.mark.parametrize("ours", [True, False])
def test_exceptions_are_told_by_type_and_place(stream: io.StringIO, ours: bool) -> None:
    try:
        raise ValueError(f"def {CANARY}(): pass")
    except ValueError:
        if ours:
            structlog.get_logger("codeflash_api").exception("odd")
        else:
            logging.getLogger("uvicorn.error").exception("odd")
    (line,) = lines(stream)
    assert line["error"] == "ValueError"
    assert any("test_logs.py" in place for place in line["places"])
    assert CANARY not in stream.getvalue()


def test_quiet_libraries_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("httpx2").info("GET https://somewhere")
    logging.getLogger("uvicorn.access").info("GET /")
    assert lines(stream) == []


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
