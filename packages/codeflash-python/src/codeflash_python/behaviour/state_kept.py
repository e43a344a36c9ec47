"""New state that lives on from call to call: caches, module containers, attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

CACHES = ("lru_cache", "cache", "cached_property", "cachedmethod", "memoize", "cached")

MUTATORS = frozenset({
    "append", "add", "update", "setdefault", "extend", "insert", "pop", "popitem", "remove", "discard",
    "clear", "appendleft", "move_to_end", "__setitem__",
})  # fmt: skip


def called_name(node: ast.AST) -> str:
    """The last name of ``a.b.name`` or ``name(...)``."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def new_state(old: ast.Module, new: ast.Module) -> list[str]:
    """A sentence for each place where only the new version keeps state across calls."""
    before = {key for key, _ in _kept(old)}
    return list(dict.fromkeys(sentence for key, sentence in _kept(new) if key not in before))


def _kept(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Key and sentence of everything in a module that keeps state across calls."""
    names = _module_bindings(tree)
    for function, qualname in _functions(tree):
        yield from _caches(function, qualname)
        local = _local_names(function)
        for name in _mutated(function):
            if name in names and name not in local:
                yield f"global {name}", f"keeps state across calls: {name} ({_bound(names[name])})"
        for owner, attribute in _attributes(function):
            if owner in ("self", "cls"):
                if function.name not in ("__init__", "__new__", "__post_init__", "__setstate__"):
                    key = f"{qualname}: {owner}.{attribute}"
                    yield key, f"keeps state across calls: {owner}.{attribute} in {qualname}"
            elif owner in names and owner not in local:
                yield f"{owner}.{attribute}", f"keeps state across calls: {owner}.{attribute}"


def _caches(function: FunctionNode, qualname: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if isinstance(node, FunctionNode):
            for decorator in node.decorator_list:
                if called_name(decorator) in CACHES:
                    bound = _cache_bound(decorator)
                    yield (
                        f"{qualname} {node.name} {bound}",
                        f"keeps state across calls: {node.name} is cached ({bound})",
                    )


def _cache_bound(decorator: ast.AST) -> str:
    if called_name(decorator) == "lru_cache":
        if not isinstance(decorator, ast.Call) or not (decorator.args or decorator.keywords):
            return "at most 128 entries"
        for value in [*decorator.args[:1], *(k.value for k in decorator.keywords if k.arg == "maxsize")]:
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                return f"at most {value.value} entries"
    return "unbounded"


def _module_bindings(tree: ast.Module) -> dict[str, ast.AST | None]:
    """Names bound at module level: functions, classes, and assignments with their value."""
    found: dict[str, ast.AST | None] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node.value
        elif isinstance(node, FunctionNode | ast.ClassDef):
            found[node.name] = None
    return found


def _bound(value: ast.AST | None) -> str:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg in ("maxlen", "maxsize") and isinstance(keyword.value, ast.Constant):
                return f"at most {keyword.value.value!r} entries"
    return "unbounded"


def _functions(tree: ast.Module) -> Iterator[tuple[FunctionNode, str]]:
    stack: list[tuple[list[ast.stmt], str]] = [(tree.body, "")]
    while stack:
        body, prefix = stack.pop()
        for node in body:
            if isinstance(node, FunctionNode):
                yield node, prefix + node.name
            elif isinstance(node, ast.ClassDef):
                stack.append((node.body, f"{prefix}{node.name}."))
            elif isinstance(node, ast.If | ast.Try):
                stack.append((node.body, prefix))
                stack.append((node.orelse, prefix))


def _local_names(function: FunctionNode) -> set[str]:
    shared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    bound = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return bound - shared


def _mutated(function: FunctionNode) -> Iterator[str]:
    """Names whose object is changed in place, or that ``global`` lets the function bind."""
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            if isinstance(node.value, ast.Name):
                yield node.value.id
        elif isinstance(node, ast.Call) and called_name(node) == "next":
            # A module's iterator that is read on from call to call.
            yield from (each.id for each in node.args[:1] if isinstance(each, ast.Name))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in MUTATORS and isinstance(node.func.value, ast.Name):
                yield node.func.value.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _attributes(function: FunctionNode) -> Iterator[tuple[str, str]]:
    """Attributes that are assigned: owner's name and attribute."""
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name):
                yield node.value.id, node.attr
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__" and isinstance(node.value, ast.Name):
            yield node.value.id, "__dict__"
