"""The door for errors: whatever goes wrong leaves as ``{"error": "..."}`` with its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from codeflash_api.errors import ApiError, unavailable
from codeflash_postgres.errors import DatabaseAway

SHOWN_PROBLEMS = 3
SHOWN_CHARACTERS = 60
BUDGET = "budget"
"""Where ``request.state`` holds the headers that tell an admitted call what is left to it."""
_LOCATIONS = ("body", "query", "path", "header")


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: str = Field(description="What happened and what to do.")


def _documented(description: str, example: str) -> dict[str, Any]:
    return {
        "model": ErrorAnswer,
        "description": description,
        "content": {"application/json": {"example": {"error": example}}},
    }


ERRORS: dict[int | str, dict[str, Any]] = {
    401: _documented("No key, or one that does not count", "The API key is not valid."),
    403: _documented("The key may not do this", "The key's scopes do not allow optimize."),
    408: _documented("The request came too slowly", "The request's body did not arrive within 30 seconds."),
    413: _documented("The body is too large", "The request is larger than 8388608 bytes."),
    422: _documented(
        "The request can't be read or used", "The request can't be used: source_code is missing."
    ),
    429: _documented("A rate limit or the monthly quota is used up", "Too many requests with this key."),
    500: _documented("A bug of ours", "An internal error happened; the request id is 3f0c."),
    501: _documented(
        "Nothing is configured that could serve this",
        "optimize needs a language model for this request and none is configured",
    ),
    502: _documented("A model's answer can't be used", "optimize: the model's answer could not be used"),
    503: _documented("The database, every provider or the GitHub app is away", "The database is away."),
    504: _documented("There was no answer in time", "There was no answer within 280 seconds."),
}


def error_response(message: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as it is sent.

    Args:
        message: What happened; characters that can't be encoded are escaped.
        status: The HTTP status.
        headers: Further headers.
    """
    text = message.encode("utf-8", "backslashreplace").decode()
    return JSONResponse({"error": text}, status, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Let the application's expected errors leave in the one form."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(DatabaseAway, _database_away)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)


async def _api_error(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, ApiError)
    return _answer(request, problem.message, problem.status, problem.headers)


async def _database_away(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, DatabaseAway)
    return await _api_error(request, unavailable(problem.message, problem.retry_after))


async def _unreadable(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RequestValidationError)
    return _answer(request, sentence(problem.errors()), 422)


async def _http_error(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, HTTPException)
    status = 422 if problem.status_code == 400 else problem.status_code
    return _answer(request, _reason(status, request), status, problem.headers)


def _answer(
    request: Request, message: str, status: int, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An error as it is sent; a call that was admitted is told its remaining budget all the same."""
    return error_response(message, status, {**getattr(request.state, BUDGET, {}), **(headers or {})})


def _reason(status: int, request: Request) -> str:
    path = request.url.path[:SHOWN_CHARACTERS]
    return {
        404: f"There is nothing at {path}.",
        405: f"{path} does not answer {request.method}.",
        422: "The request's body can't be read as JSON.",
    }.get(status, f"The request was refused with status {status}.")


def sentence(problems: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a request, for people, without quoting it.

    Args:
        problems: Pydantic's errors.
    """
    told = list(dict.fromkeys(_told(problem) for problem in problems))
    more = len(told) - SHOWN_PROBLEMS
    rest = f"; and {more} more" if more > 0 else ""
    return f"The request can't be used: {'; '.join(told[:SHOWN_PROBLEMS])}{rest}."


def _told(problem: Mapping[str, Any]) -> str:
    kind = str(problem.get("type", ""))
    where = _where(problem.get("loc", ()))
    if kind == "json_invalid":
        return "the body is not valid JSON"
    if kind == "missing":
        return f"{where or 'the body'} is missing"
    what = str(problem.get("msg", "unusable")).removeprefix("Value error, ").rstrip(".")
    what = what[:1].lower() + what[1:]
    return f"{where}: {what}" if where else what


def _where(location: Sequence[Any]) -> str:
    parts = list(location)
    if parts and parts[0] in _LOCATIONS:
        parts = parts[1:]
    words = [str(part).encode("ascii", "backslashreplace").decode()[:SHOWN_CHARACTERS] for part in parts]
    return ".".join("".join(letter for letter in word if letter.isprintable()) for word in words)
