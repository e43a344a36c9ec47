"""The place of an expression in a condition."""

from __future__ import annotations

import ast

from codeflash_rewrites.rule import Subject


def if_that_asks_first(subject: Subject, test: ast.expr) -> ast.If | None:
    """The ``if`` whose condition begins with the test, when lines can be put before it.

    Evaluating the test just before such an ``if`` moves it past nothing.

    Args:
        subject: The function in its module.
        test: An expression inside a condition.
    """
    node: ast.AST = test
    while not isinstance(parent := subject.parents[node], ast.stmt):
        first = isinstance(parent, ast.BoolOp) and parent.values[0] is node
        if not first and not isinstance(parent, ast.UnaryOp):
            return None
        node = parent
    if not (isinstance(parent, ast.If) and parent.test is node and subject.text.starts_line(parent)):
        return None
    begins = subject.text.source.startswith("if", subject.text.start(parent))
    return parent if begins else None  # an ``elif`` can't have lines before it
