"""Walks over syntax trees, quicker than those of :mod:`ast`: every rule and every check makes several.

They are for trees that nobody changes: what stands below a node is remembered on the node.
"""

# ruff: noqa: SIM905 - a table of words is easier to read as text

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import wraps
from operator import itemgetter
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)
T = TypeVar("T")

_KEPT = "_codeflash_children"
_ALL = "_codeflash_all"
_PLAIN = frozenset(
    "id ctx attr arg asname kind level type_comment lineno tag simple conversion is_async rest kwd_attrs module name".split()
)
"""Fields that hold no node, and the contexts of names, which nothing looks for."""
_PLAIN_OF = {
    ast.Constant: {"value"},
    ast.MatchSingleton: {"value"},
    ast.Global: {"names"},
    ast.Nonlocal: {"names"},
}

_HOLDING: dict[type[ast.AST], tuple[str, ...]] = {}
_LEAVES: set[type[ast.AST]] = set()
"""The kinds of which that is known to be none: more than half of all nodes are names, constants and operators."""


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node, in the order of its fields; contexts such as ``ast.Load`` are left out."""
    known: list[ast.AST] | None = node.__dict__.get(_KEPT)
    if known is None:
        known = node.__dict__[_KEPT] = _children(node)
    return known


def kept(work: Callable[[N], T]) -> Callable[[N], T]:
    """Lets a node keep what was worked out about it, for as long as the node itself is kept.

    A cache beside the trees would keep the last ones of them, thousands of objects each, long after the work that they
    were for: all that the garbage collector does then is to visit them again and again.

    Args:
        work: A function of a node that nobody changes. Its result must not hold the node itself: a tree that does would
            wait for the garbage collector.
    """
    name = f"_codeflash_{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def known(node: N) -> T:
        beside: dict[str, Any] = node.__dict__
        if name in beside:
            return beside[name]  # type: ignore[no-any-return]  # put there below
        result = beside[name] = work(node)
        return result

    return known


class Kinds:
    """Nodes of a parsed text by their kind, for those who ask for a few of many."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        """Sort nodes.

        Args:
            nodes: The nodes, in the order in which they will be given.
        """
        self._places: dict[type[ast.AST], list[tuple[int, Any]]] = {}
        for place, node in enumerate(nodes):
            self._places.setdefault(type(node), []).append((place, node))

    def of(self, *kinds: type[N]) -> list[N]:
        """The nodes of any of these kinds, in their order. A parser makes no nodes of kinds derived from others."""
        found = [each for kind in kinds for each in self._places.get(kind, ())]
        if len(kinds) > 1:
            found.sort(key=itemgetter(0))
        return [node for _, node in found]


def walked(root: ast.AST) -> list[ast.AST]:
    """A node and all nodes below it, in the order of :func:`ast.walk`: level by level, without contexts.

    That of a module is remembered, without the module: a tree that holds itself would wait for the garbage collector.
    """
    if type(root) is ast.Module:
        known: list[ast.AST] | None = root.__dict__.get(_ALL)
        if known is None:
            known = root.__dict__[_ALL] = _walked(root)[1:]
        return [root, *known]
    return _walked(root)


def _walked(root: ast.AST) -> list[ast.AST]:
    found = [root]
    for node in found:  # it grows on the way
        if type(node) not in _LEAVES:
            known = node.__dict__.get(_KEPT)
            found += children(node) if known is None else known
    return found


def _children(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for name in _holding(type(node)):
        value: Any = getattr(node, name, None)
        if type(value) is list:
            found += value if None not in value else [each for each in value if each is not None]
        elif value is not None:
            found.append(value)
    return found


def _holding(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node in which nodes stand."""
    if kind in _HOLDING:
        return _HOLDING[kind]
    plain = _PLAIN_OF.get(kind, set()) | _PLAIN
    if kind.__name__ == "TypeAlias":  # its name is a node
        plain -= {"name"}
    _HOLDING[kind] = tuple(name for name in kind._fields if name not in plain)
    if not _HOLDING[kind]:
        _LEAVES.add(kind)
    return _HOLDING[kind]
