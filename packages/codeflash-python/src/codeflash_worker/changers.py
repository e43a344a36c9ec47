"""Which names the project's source changes after they were made: evidence that a cache of them goes stale."""

from __future__ import annotations

import ast
import os
from typing import Iterable, Iterator, List, Set, Tuple

MOST_FILES = 3_000
LARGEST = 400_000
"""Bytes of a file that is still read."""

_SKIPPED = frozenset(["node_modules", "site-packages", "__pycache__", "build", "dist"])
_MUTATORS = frozenset([
    "append", "add", "update", "setdefault", "extend", "insert", "pop", "popitem", "remove", "discard",
    "clear", "appendleft", "popleft", "extendleft", "sort", "reverse", "subtract", "move_to_end",
])  # fmt: skip
_CONSTRUCTORS = frozenset(["__init__", "__new__", "__post_init__", "__attrs_post_init__", "__setstate__"])


def changed(root: str, names: Iterable[str]) -> Set[str]:
    """Those of the names that some function or some other module of the project changes.

    Args:
        root: The project's root.
        names: Last parts of dotted names.
    """
    wanted = set(names)
    found: Set[str] = set()
    for text in _sources(root):
        here = {name for name in wanted - found if name in text}
        if not here:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        found |= here & set(_changed_in(tree.body, ""))
    return found


def _sources(root: str) -> Iterator[str]:
    read = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and not each.startswith("."))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if not name.endswith(".py") or read >= MOST_FILES:
                continue
            read += 1
            try:
                if os.path.getsize(path) <= LARGEST:
                    with open(path, encoding="utf-8") as stream:
                        yield stream.read()
            except (OSError, ValueError):
                continue


def _changed_in(body: List[ast.stmt], function: str) -> Iterator[str]:
    """Names changed by statements of one scope, and of those inside it."""
    waiting: List[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _changed_in(node.body, node.name)
            continue
        yield from _changed_by(node, function)
        waiting += ast.iter_child_nodes(node)


def _changed_by(node: ast.AST, function: str) -> Iterator[str]:
    # A module or a constructor that fills what it has just made changes nothing that was there.
    making = not function or function in _CONSTRUCTORS
    if isinstance(node, ast.Global):
        yield from node.names
    elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        holder, name = _root(node)
        if not (making and holder in ("", "self", "cls")):
            yield name
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and not making:
        yield node.target.id
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _MUTATORS:
            holder, name = _root(node.func.value)
            if not (making and holder in ("", "self", "cls")):
                yield name
        if node.func.attr in ("setattr", "setitem", "delattr", "delitem", "patch", "object", "dict"):
            yield from _named(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
        yield from _named(node)


def _named(call: ast.Call) -> Iterator[str]:
    """Names that a call gets as text or as an attribute: ``monkeypatch.setattr(module, "NAME", ...)``."""
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value.rpartition(".")[2]
        elif isinstance(argument, ast.Attribute):
            yield argument.attr
        elif isinstance(argument, ast.Name):
            yield argument.id


def _root(node: ast.AST) -> Tuple[str, str]:
    """Who holds what is changed, and its name: ``module.NAME[...]``, ``self.name.more``, ``NAME[...]``."""
    chain: List[str] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            chain.append(node.attr)
        node = node.value
    first = node.id if isinstance(node, ast.Name) else ""
    if not chain:
        return "", first
    return first or "?", chain[-1]
