"""Orders as plain data, for the inbox and the jobs that outlive a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import cattrs

from codeflash_github_app.orders import Order


def _hyphenated(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


_KINDS: Mapping[str, type[Any]] = {_hyphenated(each.__name__): each for each in get_args(Order)}
_NAMES = {each: name for name, each in _KINDS.items()}
_converter = cattrs.Converter(forbid_extra_keys=True)


def kind_of(order: Order) -> str:
    """The name of an order's kind, such as ``optimize-pull``."""
    return _NAMES[type(order)]


def dumped(order: Order) -> dict[str, Any]:
    """An order as JSON values.

    Args:
        order: The order.
    """
    return {"kind": kind_of(order), **_converter.unstructure(order)}


def loaded(record: Mapping[str, Any]) -> Order:
    """An order out of JSON values.

    Args:
        record: What :func:`dumped` made.

    Raises:
        ValueError: It is no order of this version.
    """
    fields = dict(record)
    kind = _KINDS.get(str(fields.pop("kind", "")))
    if kind is None:
        raise ValueError(f"no kind of order: {record.get('kind')!r}")
    try:
        order: Order = _converter.structure(fields, kind)
    except cattrs.BaseValidationError as problem:
        raise ValueError(f"no order of the kind {record['kind']}") from problem
    return order
