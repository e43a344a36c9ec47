from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

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


def test_lines_are_json_with_level_and_time(stream: io.StringIO) -> None:
    structlog.get_logger("codeflash_web").info("request", status=200)
    (line,) = lines(stream)
    assert line["event"] == "request"
    assert line["level"] == "info"
    assert line["status"] == 200
    assert line["timestamp"].endswith("Z")


def test_bound_ids_stand_in_every_line_also_those_of_libraries(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", trace_id="t1"):
        logging.getLogger("some.library").warning("hello %s", "you")
        structlog.get_logger("codeflash_web").info("ours")
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
            structlog.get_logger("codeflash_web").exception("odd")
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
