"""Whether one result may stand for many equal ones."""

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.effects import PURE_METHODS
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_BUILTINS
from codeflash_rewrites.rule import Subject

_IMMUTABLE = {"str", "int", "float", "bool", "bytes", "tuple", "frozenset", "range", "complex"}
_IMMUTABLE_CALLS = frozenset(
    [
        "len",
        "sum",
        "hash",
        "ord",
        "chr",
        "repr",
        "str",
        "int",
        "float",
        "tuple",
        "frozenset",
        "abs",
        "bool",
        "hex",
    ]
)
_TEXT_METHODS = frozenset(
    ["lower", "upper", "strip", "lstrip", "rstrip", "title", "join", "replace", "casefold", "encode", "count"]
)


def may_share(subject: Subject, expression: ast.expr) -> bool:
    """Whether one object may be used where the expression makes a new one each time.

    It may when the object can't be changed, or when the place where it stands only reads it.

    Args:
        subject: The function in its module.
        expression: An expression where it stands in the function.
    """
    if kind_of(subject, expression) in _IMMUTABLE:
        return True
    match expression:
        case ast.Call(func=ast.Name(id=name)) if name in _IMMUTABLE_CALLS and is_builtin(subject, name):
            return True
        case ast.Call(func=ast.Attribute(attr=method)) if method in _TEXT_METHODS:
            return True
    return _is_read_only(subject, expression)


def _is_read_only(subject: Subject, expression: ast.expr) -> bool:
    parent = subject.parents[expression]
    match parent:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BinOp():
            return True
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            return iterated is expression
        case ast.Subscript(value=value, ctx=ast.Load()):
            return value is expression
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is expression
        case ast.Call(func=ast.Name(id=name), args=arguments):
            reads = name in READING_BUILTINS
            return expression in arguments and reads and is_builtin(subject, name)
        case ast.Call(func=ast.Attribute(attr=method), args=arguments):
            return expression in arguments and method in PURE_METHODS | {"extend", "update"}
        case ast.Attribute(attr=method):
            outer = subject.parents[parent]
            return isinstance(outer, ast.Call) and outer.func is parent and method in PURE_METHODS
        case ast.AugAssign(value=value):
            return value is expression
    return False
