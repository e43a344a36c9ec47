"""The functions and methods that a module's text defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_core.model.target import TargetKind
from codeflash_syntax.parse import SyntaxProblem, parse_module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

IMPLICIT: dict[str, TargetKind] = {
    "__new__": "staticmethod",
    "__init_subclass__": "classmethod",
    "__class_getitem__": "classmethod",
}
"""Methods that Python binds by their name (Python reference, section 3.3)."""
NOT_THE_FUNCTION = ("setter", "deleter", "getter", "register", "overload")
"""Decorators under which the name afterwards stands for something else."""


class Unparsable(Exception):
    """The text is not Python that this interpreter can read.

    Attributes:
        message: What the parser says.
        line: Where, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


@frozen
class Definition:
    """A function as the text defines it.

    Attributes:
        qualname: Dotted name inside the module.
        kind: How it is bound.
        node: The definition.
        line: First line, decorators included, from 1.
        end_line: Last line.
        is_async: Coroutine function or asynchronous generator.
        is_generator: Whether it yields.
        is_empty: Whether there is nothing in it to make faster.
    """

    qualname: str
    kind: TargetKind
    node: FunctionNode
    line: int
    end_line: int
    is_async: bool
    is_generator: bool
    is_empty: bool


def parse(source: bytes | str) -> ast.Module:
    """Parse a module; bytes are decoded as the file itself declares (PEP 263).

    Raises:
        Unparsable: It is not Python.
    """
    try:
        return parse_module(source)
    except SyntaxProblem as error:
        raise Unparsable(error.message, error.line) from None


def definitions(source: bytes | str) -> tuple[Definition, ...]:
    """Functions and methods in the order of the text; of several with one name the last, as at run time.

    Functions inside functions are left out: nothing outside can call them.

    Raises:
        Unparsable: The source is not Python.
    """
    found: dict[str, Definition] = {}
    for definition in _walk(parse(source).body, (), in_class=False):
        found.pop(definition.qualname, None)
        found[definition.qualname] = definition
    return tuple(sorted(found.values(), key=lambda definition: definition.line))


def _walk(body: list[ast.stmt], owners: tuple[str, ...], in_class: bool) -> Iterator[Definition]:
    for statement in body:
        if isinstance(statement, FunctionNode):
            definition = _definition(statement, owners, in_class)
            if definition is not None:
                yield definition
        elif isinstance(statement, ast.ClassDef):
            yield from _walk(statement.body, (*owners, statement.name), in_class=True)
        else:
            # A block such as ``if``, ``try``, ``with`` or ``for`` has the names of what is around it.
            for block in _blocks(statement):
                yield from _walk(block, owners, in_class)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    for name in ("handlers", "cases"):
        for part in getattr(statement, name, ()):
            yield part.body


def _definition(node: FunctionNode, owners: tuple[str, ...], in_class: bool) -> Definition | None:
    decorators = [_last_name(decorator) for decorator in node.decorator_list]
    if any(name in NOT_THE_FUNCTION for name in decorators):
        return None
    kind: TargetKind = IMPLICIT.get(node.name, "method") if in_class else "function"
    for name in decorators if in_class else ():
        if name == "staticmethod":
            kind = "staticmethod"
        elif name == "classmethod":
            kind = "classmethod"
        elif name in ("property", "cached_property", "abstractproperty"):
            kind = "property"
    return Definition(
        qualname=".".join((*owners, node.name)),
        kind=kind,
        node=node,
        line=min((decorator.lineno for decorator in node.decorator_list), default=node.lineno),
        end_line=node.end_lineno or node.lineno,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=_yields(node),
        is_empty=_is_empty(node.body),
    )


def _last_name(decorator: ast.expr) -> str:
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""


def _yields(node: FunctionNode) -> bool:
    pending: list[ast.AST] = list(node.body)
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(part, (*FunctionNode.__args__, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(part))
    return False


def _is_empty(body: list[ast.stmt]) -> bool:
    """Whether a body is a docstring, ``pass``, ``...`` or the raising of NotImplementedError alone."""
    for statement in body:
        if isinstance(statement, ast.Pass):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        raised = statement.exc if isinstance(statement, ast.Raise) else None
        if raised is not None and _last_name(raised) == "NotImplementedError":
            continue
        if (
            isinstance(statement, ast.Return)
            and _last_name(statement.value or ast.Constant(0)) == "NotImplemented"
        ):
            continue
        return False
    return True
