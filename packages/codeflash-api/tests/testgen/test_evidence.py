from __future__ import annotations

import ast

import pytest

from codeflash_api.testgen.evidence import arithmetic, compared, constant_kind, items
from codeflash_api.testgen.shapes import Shape


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, "int"), (True, "bool"), (None, "none"), (b"", "bytes"), (1j, ""), (..., "")],
    ids=repr,
)
def test_a_constant_has_a_kind_or_says_nothing(value: object, kind: str) -> None:
    assert constant_kind(value) == kind


@pytest.mark.parametrize(
    ("kind", "of"), [("dict", "str"), ("str", "str"), ("", ""), ("list", "")], ids=["dict", "str", "", "list"]
)
def test_what_iterating_gives_depends_on_the_kind(kind: str, of: str) -> None:
    shape = Shape({kind: 1} if kind else {})
    shape.key.vote("str")
    assert items(shape).kind == of
    assert shape.kind == (kind or "list")


@pytest.mark.parametrize(
    ("operator", "left", "right", "gives"),
    [
        (ast.Div(), "int", "int", "float"),
        (ast.FloorDiv(), "", "", "int"),
        (ast.Mod(), "str", "int", "str"),
        (ast.Add(), "", "str", "str"),
        (ast.Mult(), "int", "list", "list"),
        (ast.BitOr(), "set", "", "set"),
    ],
    ids=["division", "floor", "format", "joining", "repeating", "union"],
)
def test_an_operation_gives_a_kind(operator: ast.operator, left: str, right: str, gives: str) -> None:
    first, second = (Shape({kind: 1} if kind else {}) for kind in (left, right))
    assert arithmetic(operator, first, second).kind == gives


def test_an_operand_of_no_known_kind_learns_from_the_other() -> None:
    unknown = Shape()
    arithmetic(ast.Add(), unknown, Shape({"str": 1}))
    assert unknown.kind == "str"


def test_what_is_compared_with_none_may_be_none_and_nothing_is_noted() -> None:
    shape = Shape({"int": 1})
    compared(shape, None)
    compared(shape, 7)
    assert (shape.may_be_none, shape.kind, shape.literals) == (True, "int", [7])
