"""Parses module text and finds functions by their qualified name."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from codeflash_core.compiling import ONE_AT_A_TIME, compiles

__all__ = [
    "FunctionNode",
    "FunctionNotFound",
    "FunctionSite",
    "SyntaxProblem",
    "blocks_of",
    "compiles",
    "find_function",
    "functions",
    "is_literal",
    "literal_value",
    "parse_expression",
    "parse_module",
    "winner",
]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class SyntaxProblem(ValueError):
    """The text is not a Python module."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


class FunctionNotFound(LookupError):
    """No function of that qualified name is defined in the module."""


@frozen
class FunctionSite:
    """Where a function stands in its module."""

    node: FunctionNode
    """The definition itself."""
    owners: tuple[ast.ClassDef | FunctionNode, ...]
    """The classes and functions around it, outermost first."""
    siblings: Sequence[ast.stmt]
    """The block of statements that holds the definition."""
    body_of_scope: Sequence[ast.stmt]
    """The whole body of the innermost class, function or module around it."""

    @property
    def owner_class(self) -> ast.ClassDef | None:
        """The class whose method this is, if it is one."""
        if self.owners and isinstance(self.owners[-1], ast.ClassDef):
            return self.owners[-1]
        return None

    @property
    def is_conditional(self) -> bool:
        """Whether the definition stands inside an ``if``, a ``try`` or the like of its scope."""
        return self.siblings is not self.body_of_scope

    @property
    def qualname(self) -> str:
        """The dotted name as the caller writes it, without ``<locals>``."""
        return ".".join([owner.name for owner in self.owners] + [self.node.name])


def parse_module(source: str | bytes) -> ast.Module:
    """Parses a module.

    Args:
        source: The module's text; bytes are decoded as the file itself declares (PEP 263).

    Raises:
        SyntaxProblem: The text does not parse.
    """
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the user's text are not our affair
            return ast.parse(source)
    except SyntaxError as error:
        raise SyntaxProblem(error.msg or "invalid syntax", error.lineno or 1, error.offset or 1) from error
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, nesting beyond the parser
        raise SyntaxProblem(str(error) or type(error).__name__) from error


def parse_expression(source: str) -> ast.expr:
    """Parses one expression, in whichever thread.

    Args:
        source: Its text.

    Raises:
        SyntaxError: It is none.
        ValueError: It holds a null byte.
    """
    with ONE_AT_A_TIME:
        return ast.parse(source, mode="eval").body


def is_literal(node: ast.expr) -> bool:
    """Tells whether an expression is made of constants alone."""
    return bool(literal_value(node))


def literal_value(node: ast.expr) -> tuple[Any, ...]:
    """The value of an expression that is made of constants alone, in a tuple of its own; an empty one for any other."""
    try:
        return (ast.literal_eval(node),)  # a node: nothing is parsed
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ()


def functions(module: ast.Module) -> Iterator[FunctionSite]:
    """Yields every function and method of a module in the order of the text, nested ones too."""
    yield from _walk(module.body, (), module.body)


def find_function(module: ast.Module, qualname: str) -> FunctionSite:
    """Finds a function by qualified name; the last definition of a name wins, as it does at run time.

    One that stands under a condition does not displace one that is always reached: such variants are for
    another platform or an optional dependency more often than not.

    Args:
        module: The parsed module.
        qualname: Such as ``"name"``, ``"Class.method"`` or ``"outer.<locals>.inner"``.

    Raises:
        FunctionNotFound: There is no such function.
    """
    wanted = qualname.replace(".<locals>", "")
    found = winner(site for site in functions(module) if site.qualname == wanted)
    if found is None:
        raise FunctionNotFound(qualname)
    return found


def winner(sites: Iterable[FunctionSite]) -> FunctionSite | None:
    """The definition that holds among those of one name, in the order of the text; None when there is none."""
    found: FunctionSite | None = None
    for site in sites:
        if found is None or found.is_conditional or not site.is_conditional:
            found = site
    return found


def _walk(
    body: Sequence[ast.stmt], owners: tuple[ast.ClassDef | FunctionNode, ...], whole: Sequence[ast.stmt]
) -> Iterator[FunctionSite]:
    for statement in body:
        if isinstance(statement, FunctionNode):
            yield FunctionSite(statement, owners, body, whole)
        if isinstance(statement, FunctionNode | ast.ClassDef):
            yield from _walk(statement.body, (*owners, statement), statement.body)
            continue
        for block in blocks_of(statement):
            yield from _walk(block, owners, whole)


def blocks_of(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yields the blocks of statements directly inside a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
    for name in ("handlers", "cases"):
        for part in getattr(statement, name, ()):
            yield part.body
