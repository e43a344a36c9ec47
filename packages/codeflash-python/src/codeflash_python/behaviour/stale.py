"""Caches that would go stale: what they keep depends on what can change, in the module or outside."""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set

from codeflash_python.behaviour.state_kept import (
    CONSTRUCTORS,
    FunctionNode,
    Kept,
    assigned_attributes,
    called_name,
    changed_names,
    functions_of,
    holder,
    local_names,
    module_bindings,
)

OUTSIDE = {
    "open": "a file holds",
    "read_text": "a file holds",
    "read_bytes": "a file holds",
    "iterdir": "a folder holds",
    "listdir": "a folder holds",
    "scandir": "a folder holds",
    "environ": "the environment says",
    "getenv": "the environment says",
    "now": "the clock says",
    "utcnow": "the clock says",
    "today": "the clock says",
    "monotonic": "the clock says",
    "perf_counter": "the clock says",
    "getcwd": "the working directory is",
    "urandom": "chance gives",
    "uuid4": "chance gives",
}
"""Names of what lies outside of the program: a kept answer of theirs is old at once."""


def stale_caches(tree: ast.Module, kept: Sequence[Kept]) -> list[str]:
    """A sentence for each thing that a new cache depends on and that changes: by a function, or by itself.

    Args:
        tree: The new module.
        kept: What only the new version keeps across calls.
    """
    if not kept:
        return []
    # Filling a cache is no change of what it depends on.
    changers = _changers(tree, {each.held for each in kept})
    calls = _Calls(tree)
    found: dict[str, None] = {}
    for each in kept:
        read = calls.read_by(each.function)
        for what in dict.fromkeys(OUTSIDE[name] for name in read if name in OUTSIDE):
            found[f"its cache would keep what {what}"] = None
        for name in read:
            if name in changers:
                found[f"its cache would keep what depends on {name}, which {changers[name]} changes"] = None
    return list(found)


def _changers(tree: ast.Module, fills: Set[tuple[str, str]]) -> dict[str, str]:
    """Names of the module that can change after it is imported, and a function that changes each."""
    names = module_bindings(tree)
    found: dict[str, str] = {}
    for function, qualname in functions_of(tree):
        local = local_names(function)
        for name, attribute in (*changed_names(function), *assigned_attributes(function)):
            held = holder(name, qualname)
            if (held, attribute) in fills:
                continue
            if held != name:
                if function.name not in CONSTRUCTORS:
                    found.setdefault(held, qualname)
            elif name in names and name not in local:
                found.setdefault(name, qualname)
    for name, value in names.items():
        # An instance of a class of this module changes through its methods.
        made = called_name(value) if isinstance(value, ast.Call) else ""
        if f"self of {made}" in found:
            found.setdefault(name, found[f"self of {made}"])
    return found


class _Calls:
    """Which names a function reads that it does not bind, also through the functions it calls."""

    def __init__(self, tree: ast.Module) -> None:
        self._functions: dict[str, list[FunctionNode]] = {}
        # By their own name: which class an object has is not known.
        self._methods: dict[str, list[FunctionNode]] = {}
        self._made: dict[str, list[FunctionNode]] = {}
        for function, qualname in functions_of(tree):
            owner, _, name = qualname.rpartition(".")
            if not owner:
                self._functions.setdefault(name, []).append(function)
            else:
                self._methods.setdefault(name, []).append(function)
                if name in ("__init__", "__new__", "__post_init__", "__call__"):
                    self._made.setdefault(owner, []).append(function)

    def read_by(self, function: FunctionNode) -> list[str]:
        """Names in the order in which they are met; attributes where they are of what lies outside."""
        found: dict[str, None] = {}
        seen: set[FunctionNode] = set()
        waiting = [function]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            local = local_names(one)
            for node in (part for statement in one.body for part in ast.walk(statement)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in local:
                    found[node.id] = None
                    waiting += self._functions.get(node.id, []) + self._made.get(node.id, [])
                elif isinstance(node, ast.Attribute):
                    if node.attr in OUTSIDE:
                        found[node.attr] = None
                    waiting += self._methods.get(node.attr, [])
        return list(found)
