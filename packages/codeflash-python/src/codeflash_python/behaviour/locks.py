"""What a change does to locks: replays run one call after the other and can't see one that is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from codeflash_python.behaviour.state_kept import FunctionNode, called_name, functions_of, module_bindings

GUARDS = ("lock", "mutex", "semaphore", "condition", "atomic", "transaction", "savepoint")
"""Words in the names of what lets one caller in at a time, or keeps several writes together."""

MAKERS = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})


def lost_guards(old: ast.Module, new: ast.Module) -> list[str]:
    """A sentence for each guard that is no longer held, or not around what it was held for.

    Args:
        old: The module as it was.
        new: The module as it would be.
    """
    later = {qualname: function for function, qualname in functions_of(new)}
    names_before, names_after = module_bindings(old), module_bindings(new)
    found: list[str] = []
    for function, qualname in functions_of(old):
        if qualname in later:
            before = _Guarded(function, names_before)
            after = _Guarded(later[qualname], names_after)
            found += [f"{qualname} {lost}" for lost in _lost(before, after)]
    return found


def _lost(before: _Guarded, after: _Guarded) -> list[str]:
    gone = [f"no longer holds {guard}" for guard in before.guards if guard not in after.guards]
    free = before.inside & (after.outside - before.outside)
    return gone or [f"uses {name} without holding {', '.join(before.guards)}" for name in sorted(free)]


class _Guarded:
    """What a function reaches inside and outside of its guards: names of the module and attributes."""

    def __init__(self, function: FunctionNode, bindings: Mapping[str, ast.AST | None]) -> None:
        self._bindings = bindings
        self.guards: dict[str, None] = {}
        self.inside: set[str] = set()
        self.outside: set[str] = set()
        for statement in function.body:
            self._walk(statement, held=False)

    def _walk(self, node: ast.AST, *, held: bool) -> None:
        if isinstance(node, ast.With | ast.AsyncWith):
            guards = [
                ast.unparse(item.context_expr) for item in node.items if self._guards(item.context_expr)
            ]
            self.guards.update(dict.fromkeys(guards))
            held = held or bool(guards)
        elif isinstance(node, ast.Call) and called_name(node) == "acquire":
            # Where it is held from here on can't be told from the text; that it is held can.
            self.guards[ast.unparse(node.func).removesuffix(".acquire")] = None
        (self.inside if held else self.outside).update(self._reached(node))
        for child in ast.iter_child_nodes(node):
            self._walk(child, held=held)

    def _guards(self, node: ast.expr) -> bool:
        name = called_name(node)
        made = self._bindings.get(name)
        return any(word in name.lower() for word in GUARDS) or (
            made is not None and called_name(made) in MAKERS
        )

    def _reached(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in ("self", "cls") and not self._guards(node):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in self._bindings and not self._guards(node):
            yield node.id
