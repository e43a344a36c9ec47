"""Conditions turned round, as text."""

from __future__ import annotations

import ast

from codeflash_rewrites.rule import Subject

_TURNED: dict[type[ast.cmpop], str] = {
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.Eq: "!=",
    ast.NotEq: "==",
}
"""Not among them are ``<`` and its like: of NaN and of sets neither may hold, nor its opposite."""
_TIGHT = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant | ast.Compare


def negated(subject: Subject, test: ast.expr) -> str:
    """The text of a condition that holds where another does not.

    Args:
        subject: The function in its module.
        test: The other one.
    """
    text = subject.text
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return text.text(operand)
        case ast.Compare(left=left, ops=[kind], comparators=[right]) if type(kind) in _TURNED:
            between = text.source[text.end(left) : text.start(right)]
            if "(" not in between and ")" not in between:
                return f"{text.text(left)} {_TURNED[type(kind)]} {text.text(right)}"
    shown = text.text(test)
    return f"not {shown}" if isinstance(test, _TIGHT) else f"not ({shown})"
