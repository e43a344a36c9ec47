"""Reads fields of a payload: it is signed, and its content is written by anybody all the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from codeflash_core.errors import UsageError
from codeflash_github_app.orders import Repository

Payload = Mapping[str, Any]

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# It becomes part of paths: neither half can lead elsewhere.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}")
LOGIN = re.compile(r"[A-Za-z0-9_-]{1,100}(?:\[bot\])?")
# What git allows as the name of a branch, without what would be read as an option or a revision's syntax.
BRANCH = re.compile(
    r"(?![-/.])(?!.*(?:\.\.|@\{|//|\.lock$|[/.]$))[^\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]{1,250}"
)
ANY = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,1000}")
_LARGEST = 2**63 - 1


class UnreadablePayload(UsageError):
    """A payload lacks what its event always has, or has it in another form."""

    code = "payload"

    def __init__(self, path: str, wanted: str) -> None:
        super().__init__(f"the payload's {path} is not {wanted}")


def found(payload: Payload, path: str) -> Any:
    """What stands at a dotted path; None where there is nothing.

    Args:
        payload: The payload.
        path: Such as ``pull_request.head.sha``.
    """
    value: Any = payload
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(payload: Payload, path: str, form: re.Pattern[str] = ANY) -> str:
    """A text of a form.

    Args:
        payload: The payload.
        path: Where it stands.
        form: What all of it has to match.

    Raises:
        UnreadablePayload: There is none.
    """
    value = found(payload, path)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise UnreadablePayload(path, "a text of the usual form")
    return value


def number(payload: Payload, path: str, most: int = _LARGEST) -> int:
    """A number above 0, such as an id.

    Args:
        payload: The payload.
        path: Where it stands.
        most: Largest number that can be one.

    Raises:
        UnreadablePayload: There is none.
    """
    value = found(payload, path)
    if type(value) is not int or not 0 < value <= most:
        raise UnreadablePayload(path, "a number above 0")
    return value


def flag(payload: Payload, path: str) -> bool:
    """Yes or no; no where nothing is said.

    Args:
        payload: The payload.
        path: Where it stands.

    Raises:
        UnreadablePayload: It is something else.
    """
    value = found(payload, path)
    if value is not None and not isinstance(value, bool):
        raise UnreadablePayload(path, "yes or no")
    return bool(value)


def records(payload: Payload, path: str) -> tuple[Payload, ...]:
    """A list of records; empty where there is none.

    Args:
        payload: The payload.
        path: Where it stands.

    Raises:
        UnreadablePayload: It is something else.
    """
    value = found(payload, path)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise UnreadablePayload(path, "a list of records")
    return tuple(value)


def pull_number(payload: Payload, path: str) -> int:
    """The number of a pull request.

    Raises:
        UnreadablePayload: There is none.
    """
    return number(payload, path, 2**31 - 1)


def repository(payload: Payload) -> Repository:
    """The repository that a payload is about.

    Raises:
        UnreadablePayload: There is none.
    """
    return Repository(
        installation=number(payload, "installation.id"),
        id=number(payload, "repository.id"),
        name=text(payload, "repository.full_name", NAME),
        default_branch=text(payload, "repository.default_branch", BRANCH),
    )
