"""Manifests: TOML files whose fields are asked for one by one, so that none is passed over."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from codeflash_core.errors import Place, UsageError

SCHEMA = 1
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def read_fields(path: Path) -> Fields:
    """Read a manifest.

    Args:
        path: The file.

    Raises:
        UsageError: It is not there, is no TOML, or of another schema.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}", "Every case has a manifest.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"can't read {path}: {problem}", where=Place(str(path))) from problem
    fields = Fields(table, path)
    if fields.value("schema", int) != SCHEMA:
        raise UsageError(f"{path}: this version reads schema {SCHEMA}", f"Write schema = {SCHEMA}.")
    return fields


class Fields:
    """The fields of a manifest."""

    def __init__(self, table: Mapping[str, Any], path: Path) -> None:
        self._table = table
        self._path = path
        self._asked: set[str] = set()

    def value(self, name: str, kind: type[T], default: T | None = None) -> T:
        """A field of a type.

        Raises:
            UsageError: It is missing, or of another type.
        """
        self._asked.add(name)
        found = self._table.get(name, default)
        if found is None:
            raise UsageError(f"{self._path}: {name} is missing")
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise UsageError(f"{self._path}: {name} is {found!r}, not a value of type {kind.__name__}")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of texts; empty where it is missing."""
        found = self.value(name, list, [])
        if not all(isinstance(each, str) for each in found):
            raise UsageError(f"{self._path}: {name} is a list of texts")
        return tuple(found)

    def choice(self, name: str, kind: type[E], default: E | None = None) -> E:
        """A field that is one of some words."""
        found: str = self.value(name, str, None if default is None else default.value)
        try:
            return kind(found)
        except ValueError:
            known = ", ".join(str(each) for each in kind)
            raise UsageError(f"{self._path}: {name} is one of {known}, not {found}") from None

    def refuse_others(self) -> None:
        """Refuse fields that nobody asked for: a misspelt one would be passed over."""
        others = sorted(self._table.keys() - self._asked)
        if others:
            raise UsageError(f"{self._path}: {others[0]} is no field of a manifest")
