"""The builtin type of an expression, from literals, constructors, annotations and what was traced."""

# ruff: noqa: SIM905 - tables of words are easier to read and to compare as text

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject
from codeflash_syntax.parse import parse_expression

_CONSTRUCTORS = frozenset("list tuple dict set frozenset str bytes bytearray int float bool range".split())
_BY_NODE = {
    ast.List: "list", ast.ListComp: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.DictComp: "dict",
    ast.Set: "set", ast.SetComp: "set", ast.JoinedStr: "str", ast.GeneratorExp: "generator",
}  # fmt: skip
_ANNOTATIONS = {
    "List": "list", "Tuple": "tuple", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Text": "str",
}  # fmt: skip
_STR_METHODS = frozenset(
    "lower upper casefold title capitalize strip lstrip rstrip join replace translate zfill center ljust"
    " rjust format expandtabs removeprefix removesuffix decode".split()
)


def kind_of(subject: Subject, expression: ast.AST, depth: int = 3) -> str | None:
    """The name of the builtin type that an expression has by its text, or None when that is not known.

    Args:
        subject: The function in its module.
        expression: The expression.
        depth: How many assignments are followed.
    """
    if isinstance(expression, ast.Constant):
        return type(expression.value).__name__
    if type(expression) in _BY_NODE:
        return _BY_NODE[type(expression)]
    if isinstance(expression, ast.Name):
        return _kind_of_name(subject, expression.id, depth)
    if isinstance(expression, ast.Call):
        return _kind_of_call(subject, expression)
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add | ast.Mult):
        left = kind_of(subject, expression.left, depth)
        right = kind_of(subject, expression.right, depth)
        if isinstance(expression.op, ast.Add):
            return left if left == right else None
        return left if left in {"list", "tuple", "str", "bytes"} else None
    if isinstance(expression, ast.Subscript) and isinstance(expression.slice, ast.Slice):
        return kind_of(subject, expression.value, depth)
    return None


def traced_types(subject: Subject, name: str) -> tuple[str, ...]:
    """The qualified types seen of a parameter; empty when nothing was traced."""
    facts = subject.facts.parameters.get(name)
    return facts.types if facts else ()


def _kind_of_call(subject: Subject, call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name) and is_builtin(subject, call.func.id):
        if call.func.id in _CONSTRUCTORS:
            return call.func.id
        return {"sorted": "list", "len": "int", "repr": "str", "chr": "str", "ord": "int"}.get(call.func.id)
    if isinstance(call.func, ast.Attribute):
        method = call.func.attr
        if method in {"split", "rsplit", "splitlines"}:
            return "list"
        if method == "encode":
            return "bytes"
        if method in _STR_METHODS and isinstance(call.func.value, ast.Constant | ast.JoinedStr):
            return kind_of(subject, call.func.value)
    return None


def _kind_of_name(subject: Subject, name: str, depth: int) -> str | None:
    scope = scope_of(subject)
    if name in scope.parameters:
        if scope.stores(name):
            return None
        return _kind_of_parameter(subject, name)
    definitions = scope.definitions(name) if name in scope.locals else None
    if not definitions or depth == 0:
        return None
    kinds = {kind_of(subject, value, depth - 1) for value in definitions}
    return kinds.pop() if len(kinds) == 1 else None


def _kind_of_parameter(subject: Subject, name: str) -> str | None:
    seen = traced_types(subject, name)
    if len(seen) == 1 and seen[0].startswith("builtins."):
        return seen[0].removeprefix("builtins.")
    arguments = subject.function.args
    if arguments.vararg and arguments.vararg.arg == name:
        return "tuple"
    if arguments.kwarg and arguments.kwarg.arg == name:
        return "dict"
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.arg == name and argument.annotation is not None:
            return _kind_of_annotation(argument.annotation)
    return None


def _kind_of_annotation(annotation: ast.expr) -> str | None:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = parse_expression(annotation.value)
        except SyntaxError:
            return None
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if isinstance(annotation, ast.Attribute):
        annotation = ast.Name(annotation.attr, ast.Load())
    if isinstance(annotation, ast.Name):
        name = _ANNOTATIONS.get(annotation.id, annotation.id)
        return name if name in _CONSTRUCTORS else None
    return None
