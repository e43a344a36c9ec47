"""What a client may be told; every error leaves the service as ``{"error": "..."}`` with its status."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen(slots=False)
class ApiError(Exception):
    """An answer that is not 200.

    Attributes:
        message: What happened and what to do, for the person behind the client; no secret, no source code.
        status: The HTTP status.
        headers: Further headers, such as ``Retry-After``.
    """

    message: str
    status: int = 500
    headers: Mapping[str, str] = field(factory=dict)

    def __str__(self) -> str:
        return self.message


def invalid(message: str) -> ApiError:
    """The request itself can't be used (422)."""
    return ApiError(message, 422)


def unauthorized(message: str) -> ApiError:
    """No key, or one that does not count (401)."""
    return ApiError(message, 401, {"WWW-Authenticate": "Bearer"})


def forbidden(message: str) -> ApiError:
    """The key is known and may not do this (403)."""
    return ApiError(message, 403)


def too_many(message: str, retry_after: float, headers: Mapping[str, str] | None = None) -> ApiError:
    """A limit or quota is used up (429).

    Args:
        message: Which one.
        retry_after: Seconds until it is worth trying again.
        headers: The remaining budget.
    """
    seconds = str(max(1, -int(-retry_after // 1)))
    return ApiError(message, 429, {"Retry-After": seconds, **(headers or {})})


def unsupported(message: str) -> ApiError:
    """What is asked for can't be served for this language or without a model (501)."""
    return ApiError(message, 501)


def unavailable(message: str, retry_after: float = 5.0) -> ApiError:
    """Something that the service needs is away: the database, every provider, the GitHub app (503)."""
    return ApiError(message, 503, {"Retry-After": str(max(1, int(retry_after)))})


def bad_gateway(message: str) -> ApiError:
    """A provider answered, and its answer can't be used (502)."""
    return ApiError(message, 502)
