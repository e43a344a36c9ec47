"""Arguments of our own requests and commands, read out of what a client sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.edits.unproven import Wanted

SHAPE = '{"textDocument": {"uri": "file:///…/orders.py"}, "function": "Basket.total"}'


@frozen
class Place:
    """A function of a document, or a document.

    Attributes:
        uri: The document.
        function: The function's dotted name; empty where the request is about the document.
        token: The progress that the client made room for, or None.
    """

    uri: str
    function: str = ""
    token: types.ProgressToken | None = None


def place_of(params: Any, *, function: bool = True) -> Place:
    """The place that a request names.

    Args:
        params: What the client sent.
        function: Whether a function has to be named.

    Raises:
        UsageError: It names none.
    """
    told = _plain(params)
    document = _plain(told.get("textDocument"))
    uri, name = document.get("uri", told.get("uri")), told.get("function")
    if not isinstance(uri, str) or not uri or (function and (not isinstance(name, str) or not name)):
        raise UsageError("the request names no place", f"Its parameters look like this: {SHAPE}")
    token = told.get("workDoneToken")
    return Place(uri, name if isinstance(name, str) else "", token if isinstance(token, str | int) else None)


def rewrite_of_data(params: Any) -> Wanted | None:
    """The rewrite that the data of an action or the argument of a command name; None where they name none.

    Args:
        params: What the client sent.
    """
    match _plain(params):
        case {
            "rule": str(rule),
            "variant": str(variant),
            "function": str(function),
            "replaces": list() | tuple() as told,
        } if all(isinstance(each, list | tuple) and len(each) == 2 for each in told):
            return Wanted(rule, variant, function, tuple((start, text) for start, text in told))
    return None


def _plain(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    named = getattr(value, "_asdict", None)
    return named() if named is not None else {}
