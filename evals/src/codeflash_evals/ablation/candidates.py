"""Candidates of which it is known what should become of them, as they stand in TOML files."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cattrs
from attrs import evolve, field, frozen

from codeflash_core.errors import Place, UsageError
from codeflash_syntax.parse import find_function, parse_module

_READER = cattrs.Converter(forbid_extra_keys=True)


@frozen
class Given:
    """A candidate as it stands in a list.

    Attributes:
        name: What it does, in a few words.
        target: The function it is for, as the engine names it.
        code: The function's new source; empty to leave it.
        prelude: Text before the module's first definition.
        also: New sources of other functions of the same file, by target.
        files: Other files with their new text.
        deletes: Files that go.
        coding: The encoding its file declares.
        shortfall: Why the engine is known to judge it wrongly, or empty.
    """

    name: str
    target: str
    code: str = ""
    prelude: str = ""
    also: Mapping[str, str] = field(factory=dict)
    files: Mapping[str, str] = field(factory=dict)
    deletes: tuple[str, ...] = ()
    coding: str = ""
    shortfall: str = ""

    @property
    def path(self) -> str:
        """The file that it changes."""
        return self.target.partition("::")[0]

    def changes(self, root: Path) -> dict[str, str | None]:
        """The files that it changes, with their new text; None deletes.

        Args:
            root: The project's folder.
        """
        text = (root / self.path).read_text(encoding="utf-8")
        for name, code in {self.target: self.code, **self.also}.items():
            if code:
                text = replaced(text, name.partition("::")[2], code)
        text = before_first_definition(text, self.prelude)
        if self.coding:
            text = f"# -*- coding: {self.coding} -*-\n{text}"
        return {self.path: text, **self.files, **dict.fromkeys(self.deletes)}


def read_candidates(path: Path, sources: str = "") -> tuple[Given, ...]:
    """The candidates of a list.

    Args:
        path: A TOML file with tables called ``candidate``.
        sources: What goes before the path of each target, such as ``src/pkg/``.

    Raises:
        UsageError: It can't be read, or a candidate is malformed or stands there twice.
    """
    found = []
    for number, entry in enumerate(read_toml(path).get("candidate", ()), 1):
        try:
            given = _READER.structure(entry, Given)
        except cattrs.BaseValidationError as problem:
            why = "; ".join(cattrs.transform_error(problem))
            raise UsageError(
                f"{path}: candidate {number} is malformed: {why}", where=Place(str(path))
            ) from problem
        also = {sources + name: code for name, code in given.also.items()}
        found.append(evolve(given, target=sources + given.target, also=also))
    names = [(each.target, each.name) for each in found]
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice is not None:
        raise UsageError(f"{path}: {twice[1]} stands there twice for {twice[0]}", where=Place(str(path)))
    return tuple(found)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file.

    Raises:
        UsageError: It can't be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}", _CHECKOUT) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"can't read {path}: {problem}", where=Place(str(path))) from problem


_CHECKOUT = "Run it in a checkout of codeflash-agent: the candidates are not part of the package."


def replaced(text: str, qualname: str, code: str) -> str:
    """The module with another source of one function.

    Args:
        text: The module.
        qualname: The function's dotted name.
        code: Its new source, indented as it stands there.
    """
    node = find_function(parse_module(text), qualname).node
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: _first_line(node) - 1], code.strip("\n") + "\n", *lines[node.end_lineno :]])


def before_first_definition(text: str, prelude: str) -> str:
    """The module with more text in front of its functions and classes."""
    if not prelude:
        return text
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    node = next(each for each in parse_module(text).body if isinstance(each, definitions))
    lines = text.splitlines(keepends=True)
    first = _first_line(node)
    return "".join([*lines[: first - 1], prelude.strip("\n") + "\n\n\n", *lines[first - 1 :]])


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """The line on which it begins, decorators included."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
