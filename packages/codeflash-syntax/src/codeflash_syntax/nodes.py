"""Walks over syntax trees, quicker than those of :mod:`ast`: every rule and every check makes several."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_syntax.parse import blocks_of


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node, in the order of its fields."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
    return found


def walked(root: ast.AST) -> list[ast.AST]:
    """A node and all nodes below it, in the order of :func:`ast.walk`: level by level."""
    found = [root]
    for node in found:  # it grows on the way
        found += children(node)
    return found


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """The tree and all statements in it, without looking into expressions. Blocks may be changed on the way."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for block in blocks_of(node):
            waiting += block
