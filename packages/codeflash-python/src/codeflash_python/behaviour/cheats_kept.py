"""Answers that are kept where no reader looks for them: on disk, in another module, in a parameter's default."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_python.behaviour.dotted import FunctionNode, dotted, folded, imported_names
from codeflash_python.behaviour.state_kept import DICTS, Kept, called_name, functions_of, local_names

_STORES = frozenset({"shelve.open", "dbm.open", "joblib.Memory", "diskcache.Cache"})
_WRITERS = frozenset({"pickle.dump", "marshal.dump", "json.dump", "numpy.save", "numpy.savez"})
_READERS = frozenset({"pickle.load", "marshal.load", "json.load", "numpy.load"})
_WRITES = ("write_text", "write_bytes")
_READS = ("read_text", "read_bytes")
_FILLERS = ("setdefault", "update", "__setitem__")


def kept_out_of_sight(old: ast.Module, new: ast.Module, kept: Sequence[Kept]) -> Iterator[Cheat]:
    """A cheat for each place of that kind where only the new version keeps something.

    Args:
        old: The module as it was.
        new: The module as it would be.
        kept: What only the new version keeps across calls.
    """
    known = {place for _, place in _elsewhere(old)}
    places = [(qualname, place) for qualname, place in _elsewhere(new) if place not in known]
    filled = (f"{qualname} newly keeps something in {place}" for qualname, place in places)
    for words in [*_on_disk(old, new), *filled]:
        yield Cheat(CheatKind.HIDDEN_CACHE, words)
    yield from _in_defaults(old, kept)


def _on_disk(old: ast.Module, new: ast.Module) -> Iterator[str]:
    before, after = _files(old), _files(new)
    if "stores" in after and "stores" not in before:
        yield f"it newly uses {after['stores']}"
    elif {"writes", "reads"} <= set(after) and "writes" not in before:
        yield f"it newly writes files and reads them: {after['writes']}, {after['reads']}"


def _files(tree: ast.Module) -> dict[str, str]:
    """The ways in which a module works with files, each with what shows it."""
    names = imported_names(tree)
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func, names)
        last = called_name(node)
        if name in _STORES:
            found.setdefault("stores", name)
        elif name in _WRITERS or last in _WRITES:
            found.setdefault("writes", name or f".{last}")
        elif name in _READERS or last in _READS:
            found.setdefault("reads", name or f".{last}")
        elif last == "open":
            mode = _mode(node)
            for way, letters in (("writes", "wax+"), ("reads", "r+")):
                if set(letters) & set(mode):
                    found.setdefault(way, ast.unparse(node)[:60])
    return found


def _mode(call: ast.Call) -> str:
    at = 0 if isinstance(call.func, ast.Attribute) else 1
    given = [*call.args[at : at + 1], *(word.value for word in call.keywords if word.arg == "mode")]
    return (folded(given[0]) or "r") if given else "r"


def _elsewhere(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions that put something into what belongs to other modules, under a key or a new name, and where."""
    names = imported_names(tree)
    for function, qualname in functions_of(tree):
        own = local_names(function)
        outside = {name: whole for name, whole in names.items() if name not in own}
        for node in ast.walk(function):
            if place := _filled(node, outside):
                yield qualname, place


def _filled(node: ast.AST, names: Mapping[str, str]) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        if isinstance(node.value, ast.Call):
            return _dictionary(node.value, names)
        return "" if folded(node.slice) else dotted(node.value, names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FILLERS:
        held = node.func.value
        return _dictionary(held, names) if isinstance(held, ast.Call) else dotted(held, names)
    if isinstance(node, ast.Assign) and _makes_dict(node.value):
        stored = [each for each in node.targets if isinstance(each, ast.Attribute)]
        return next((name for each in stored if (name := dotted(each, names))), "")
    return ""


def _dictionary(call: ast.Call, names: Mapping[str, str]) -> str:
    """What ``vars(module)`` is of."""
    if isinstance(call.func, ast.Name) and call.func.id == "vars" and call.args:
        return dotted(call.args[0], names)
    return ""


def _makes_dict(node: ast.AST) -> bool:
    return isinstance(node, ast.Dict | ast.DictComp) or called_name(node) in DICTS


def _in_defaults(old: ast.Module, kept: Sequence[Kept]) -> Iterator[Cheat]:
    """Parameters that are only there to keep something from call to call."""
    had = {qualname: _parameters(function) for function, qualname in functions_of(old)}
    for each in kept:
        qualname, mark, rest = each.key.partition("(")
        added = mark and rest.removesuffix(")") not in had.get(qualname, {rest.removesuffix(")")})
        if added and "default-argument" in each.sentence:
            words = (
                f"{qualname} newly keeps something in the default of its parameter {rest.removesuffix(')')}"
            )
            yield Cheat(CheatKind.HIDDEN_CACHE, words)


def _parameters(function: FunctionNode) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
