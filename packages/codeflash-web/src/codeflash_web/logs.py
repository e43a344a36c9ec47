"""Logs: one JSON object a line on standard error, with request id and trace id, without source code or secrets."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from codeflash_web.redaction import redacted
from codeflash_web.tracebacks import places

_QUIET = ("uvicorn.access", "httpx2", "httpcore2", "httpx", "httpcore", "botocore", "openai", "anthropic")


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send our log lines and those of the libraries through one chain.

    Args:
        level: Least level that is written.
        stream: Where to; standard error by default.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exceptions_as_places,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _exceptions_as_places(logger: Any, method: str, event: EventDict) -> EventDict:
    """Replace exceptions, whose messages and source lines may quote a request, by types and places."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    record = event.get("_record")
    if record is not None:
        given = given or record.exc_info
        record.exc_info = record.exc_text = record.stack_info = None
    if given is True:
        given = sys.exc_info()
    problem = given[1] if isinstance(given, tuple) else given
    if isinstance(problem, BaseException):
        event["error"] = type(problem).__name__
        event["places"] = places(problem)
    return event


def _redact(logger: Any, method: str, event: EventDict) -> EventDict:
    for name, value in list(event.items()):
        if not name.startswith("_"):
            event[name] = redacted(value, name)
    return event
