"""Turns what goes wrong at a vendor into the few kinds of error that the service acts on.

Messages name the status and the vendor's kind of error, never its text: that may quote the request.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from types import MappingProxyType, ModuleType
from typing import Any

from codeflash_api.llm.model import (
    BadAnswer,
    Misconfigured,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    TimedOut,
)

_KINDS: Mapping[str, type[ProviderError]] = MappingProxyType(
    {
        # OpenAI and servers that speak its language
        "rate_limit_exceeded": RateLimited,
        "insufficient_quota": Misconfigured,
        "content_filter": Refused,
        "content_policy_violation": Refused,
        "server_error": Overloaded,
        "internal_server_error": Overloaded,
        "invalid_api_key": Misconfigured,
        "model_not_found": Misconfigured,
        "context_length_exceeded": Misconfigured,
        "deploymentnotfound": Misconfigured,
        # Anthropic
        "rate_limit_error": RateLimited,
        "overloaded_error": Overloaded,
        "api_error": Overloaded,
        "timeout_error": TimedOut,
        "authentication_error": Misconfigured,
        "billing_error": Misconfigured,
        "permission_error": Misconfigured,
        "not_found_error": Misconfigured,
        "request_too_large": Misconfigured,
        "invalid_request_error": Misconfigured,
        # Bedrock
        "throttlingexception": RateLimited,
        "serviceunavailableexception": Overloaded,
        "internalserverexception": Overloaded,
        "modelstreamerrorexception": Overloaded,
        "modelnotreadyexception": Overloaded,
        "modelerrorexception": Overloaded,
        "modeltimeoutexception": TimedOut,
        "servicequotaexceededexception": Misconfigured,
        "accessdeniedexception": Misconfigured,
        "resourcenotfoundexception": Misconfigured,
        "validationexception": Misconfigured,
    }
)
_WORD = re.compile(r"[A-Za-z][\w.-]{0,59}")
_LONGEST_WAIT = 24 * 3600.0


def from_status(provider: str, status: int, headers: Mapping[str, str], body: object) -> ProviderError:
    """The error that an answer other than 200 stands for.

    Args:
        provider: Who answered.
        status: The HTTP status.
        headers: The answer's headers, by lower-case name.
        body: The decoded body, or whatever came.
    """
    kinds = kinds_in(body, headers)
    message = f"answered {status}{_named(kinds)}"
    wait = retry_after(headers)
    told = next((_KINDS[kind] for kind in kinds if kind in _KINDS), None)
    if told is Refused or (status == 429 and told is Misconfigured):  # a filter; a quota that is used up
        return told(provider, message)
    if status == 429:
        return RateLimited(provider, message, wait)
    if status in (408, 504):
        return TimedOut(provider, message, wait)
    if status >= 500 or status == 409:
        return Overloaded(provider, message, wait)
    if status == 424 and told is not None:  # Bedrock: the model behind it failed
        return told(provider, message, wait)
    return Misconfigured(provider, message)


def from_error_object(provider: str, body: object) -> ProviderError:
    """The error that stands inside an answer with status 200, in a stream or in place of a message."""
    kinds = kinds_in(body)
    told = next((_KINDS[kind] for kind in kinds if kind in _KINDS), BadAnswer)
    return told(provider, f"answered 200 with an error inside{_named(kinds)}")


def kinds_in(body: object, headers: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The words by which a vendor names the kind of an error, in lower case, the most specific first."""
    found: list[object] = []
    inner: Any = body
    for _ in range(3):  # {"error": {"innererror": {"code": ...}}} is the deepest form
        if not isinstance(inner, Mapping):
            break
        found[:0] = [inner.get("code"), inner.get("type"), inner.get("__type")]
        inner = inner.get("error") or inner.get("innererror")
    if headers is not None and headers.get("x-amzn-errortype"):
        found.insert(0, headers["x-amzn-errortype"].partition(":")[0])
    words = [word.lower() for word in found if isinstance(word, str) and _WORD.fullmatch(word)]
    return tuple(dict.fromkeys(word for word in words if word != "error"))


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that the vendor asks to wait: ``retry-after-ms``, or ``Retry-After`` in seconds or as a date.

    Args:
        headers: The answer's headers, by lower-case name.
        now: The time in seconds since the epoch.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(max(0.0, milliseconds / 1000), _LONGEST_WAIT)
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    if seconds is None:
        try:
            moment = parsedate_to_datetime(text).timestamp()
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = moment - (time.time() if now is None else now)
    return min(max(0.0, seconds), _LONGEST_WAIT)


@contextmanager
def translated(
    provider: str, sdk: ModuleType, unreadable: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Raises what a vendor's SDK raises as a :class:`ProviderError`.

    Args:
        provider: Whose SDK.
        sdk: ``openai`` or ``anthropic``: their errors have the same names.
        unreadable: Further errors that mean that the answer can't be read.
    """
    import httpx2

    try:
        yield
    except ProviderError:
        raise
    except (sdk.APITimeoutError, httpx2.TimeoutException) as problem:
        raise TimedOut(provider, "no answer in time") from problem
    except (sdk.APIConnectionError, httpx2.TransportError, OSError) as problem:
        raise Overloaded(provider, "the connection was refused or broke") from problem
    except sdk.APIResponseValidationError as problem:
        raise BadAnswer(provider, "the answer can't be read") from problem
    except sdk.APIStatusError as problem:
        if problem.status_code < 300:  # an error event in a stream
            raise from_error_object(provider, problem.body) from problem
        raise from_status(provider, problem.status_code, problem.response.headers, problem.body) from problem
    except sdk.APIError as problem:
        raise from_error_object(provider, problem.body) from problem
    except UnicodeEncodeError as problem:
        raise Misconfigured(provider, "the prompt holds characters that can't be sent") from problem
    except ValueError as problem:  # no JSON, no UTF-8
        raise BadAnswer(provider, "the answer can't be read") from problem
    except unreadable as problem:
        raise BadAnswer(provider, "the answer can't be read") from problem


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if value == value else None


def _named(kinds: tuple[str, ...]) -> str:
    return f" ({kinds[0]})" if kinds else ""
