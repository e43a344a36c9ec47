"""What operations say about their operands."""

from __future__ import annotations

import ast

from codeflash_api.testgen.shapes import Shape

_PLAIN = ("int", "float", "bool", "str", "bytes", "none")


def constant_kind(value: object) -> str:
    """The kind of a constant; empty for one that says nothing."""
    kind = {"NoneType": "none"}.get(type(value).__name__, type(value).__name__)
    return kind if kind in _PLAIN else ""


def items(shape: Shape) -> Shape:
    """What iterating gives."""
    if shape.kind == "dict":
        return shape.key
    if shape.kind == "str":
        return shape.element.vote("str")
    if not shape.kind:
        shape.vote("list")
    return shape.element


def arithmetic(operator: ast.operator, left: Shape, right: Shape) -> Shape:
    """What an operation gives; its operands learn from each other."""
    kinds = {left.kind, right.kind}
    if isinstance(operator, ast.Mod) and left.kind == "str":
        return left
    if isinstance(operator, ast.Add | ast.Mult) and kinds & {"str", "list", "tuple", "bytes", "ndarray"}:
        if isinstance(operator, ast.Add):
            left.join(right)
        else:
            (right if left.kind in ("str", "list", "tuple", "bytes") else left).vote("int")
        return left if left.kind != "int" else right
    if isinstance(operator, ast.BitOr | ast.BitAnd) and kinds & {"set", "dict"}:
        left.join(right)
        return left
    for shape in (left, right):
        if not shape.kind or isinstance(
            operator, ast.FloorDiv | ast.Mod | ast.BitAnd | ast.LShift | ast.RShift
        ):
            shape.vote("int")
    return Shape({"float": 1}) if isinstance(operator, ast.Div) or "float" in kinds else Shape({"int": 1})


def compared(shape: Shape, value: object) -> None:
    """Note that a value is compared with a constant."""
    kind = constant_kind(value)
    if kind:
        shape.vote(kind)
        if value is not None:
            shape.note(value)
