"""What of a function its callers can see: name, kind, parameters, decorators, docstring."""

from __future__ import annotations

import ast

from attrs import frozen

from codeflash_syntax.nodes import children
from codeflash_syntax.parse import FunctionNode

_YIELDS = (ast.Yield, ast.YieldFrom)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@frozen
class Interface:
    """The visible part of a function, comparable between two versions of it."""

    name: str
    is_async: bool
    is_generator: bool
    parameters: str
    returns: str
    decorators: tuple[str, ...]
    docstring: str | None


def interface(node: FunctionNode, source: str | None = None) -> Interface:
    """Reads a function's interface off its definition.

    Args:
        node: The definition.
        source: The text that it stands in, where it is at hand: without the word it has no ``yield``.
    """
    return Interface(
        name=node.name,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=(source is None or "yield" in source) and is_generator(node),
        parameters=ast.dump(node.args),
        returns=ast.dump(node.returns) if node.returns else "",
        decorators=tuple(ast.dump(decorator) for decorator in node.decorator_list),
        docstring=ast.get_docstring(node, clean=False),
    )


def is_generator(node: FunctionNode) -> bool:
    """Whether the function's own body yields (nested functions and lambdas do not count)."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        if isinstance(part, _YIELDS):
            return True
        if not isinstance(part, _SCOPES):
            waiting += children(part)
    return False


def parameter_names(node: FunctionNode) -> tuple[str, ...]:
    """The names of all parameters in the order of the signature, ``*args`` and ``**kwargs`` included."""
    arguments = node.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    names += [one.arg for one in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append(arguments.kwarg.arg)
    return tuple(names)
