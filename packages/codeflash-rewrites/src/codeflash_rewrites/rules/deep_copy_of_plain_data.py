"""R50: deep copies of plain data go through a copier that knows dicts and lists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from codeflash_rewrites.analysis.names import (
    all_identifiers,
    faithful,
    fresh_name,
    imports_from,
    is_builtin,
    is_member,
    loads,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.signature import parameter_names

SLUG = "deep-copy-of-plain-data"
_ATOMS = frozenset(
    f"builtins.{name}" for name in ("int", "str", "float", "bool", "bytes", "complex", "NoneType")
)
_COPIER = """\
{atoms} = frozenset({{int, str, float, bool, bytes, complex, type(None)}})


def {name}(value, memo):
    \"\"\"Copies as deepcopy does, without its dispatch for dicts, lists and plain values.\"\"\"
    kind = type(value)
    if kind is not dict and kind is not list:
        return value if kind in {atoms} else {deepcopy}(value, memo)
    made = memo.get(id(value))
    if made is not None:
        return made
    if kind is dict:
        made = memo[id(value)] = {{}}
        for key, item in value.items():
            made[{name}(key, memo)] = item if type(item) in {atoms} else {name}(item, memo)
    else:
        made = memo[id(value)] = []
        for item in value:
            made.append(item if type(item) in {atoms} else {name}(item, memo))
    return made"""


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a shallow copy where the traced elements are immutable, and a copier of dicts and lists anywhere."""
    if not imports_from(subject, "copy"):
        return
    calls = [node for node in walked(subject.function) if _is_deep_copy(node, subject)]
    if not calls:
        return
    yield from _shallow(subject, calls)
    if not all(
        is_builtin(subject, name) for name in ("type", "dict", "list", "id", "frozenset", "int", "str")
    ):
        return
    if "_deepcopy_plain" in all_identifiers(subject):
        return
    text = subject.text
    name = fresh_name(subject, "_deepcopy_plain")
    atoms = fresh_name(subject, "_PLAIN_TYPES", "_DEEPCOPY_PLAIN_TYPES")
    copier = _COPIER.format(name=name, atoms=atoms, deepcopy=text.text(calls[0].func))
    lines = [line.replace("    ", text.indent_unit) for line in copier.splitlines()]
    edits = [text.replace(call, f"{name}({text.text(call.args[0])}, {{}})") for call in calls]
    edits.append(text.insert_before_definition(subject.function, *lines))
    why = f"{name} copies dicts, lists and plain values without the dispatch and bookkeeping of deepcopy."
    yield subject.rewrite(SLUG, edits, why, variant="structural", adds=(name, atoms))


def _is_deep_copy(node: ast.AST, subject: Subject) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and is_member(subject, node.func, "copy", "deepcopy")
        and len(node.args) == 1
        and not node.keywords
        and not isinstance(node.args[0], ast.Starred)
        and faithful(subject, node)
    )


def _shallow(subject: Subject, calls: list[ast.Call]) -> Iterator[Rewrite]:
    """``deepcopy(p)`` of a parameter that only ever held lists of immutable elements."""
    edits = []
    names = []
    for call in calls:
        argument = call.args[0]
        if not isinstance(argument, ast.Name) or argument.id not in parameter_names(subject.function):
            continue
        facts = subject.facts.parameters.get(argument.id)
        if facts is None or facts.types != ("builtins.list",) or not facts.element_types:
            continue
        if not set(facts.element_types) <= _ATOMS or len(stores(subject.function, argument.id)) != 1:
            continue
        if loads(subject.function, argument.id):
            edits.append(subject.text.replace(call, f"{argument.id}.copy()"))
            names.append(f"`{argument.id}`")
    if edits:
        why = f"{' and '.join(names)} holds immutable elements only, so a shallow copy is as good as a deep one."
        yield subject.rewrite(SLUG, edits, why, variant="shallow")


SLOW = """\
import copy

def f(config):
    made = copy.deepcopy(config)
    return made
"""
FAST = """\
import copy

_PLAIN_TYPES = frozenset({int, str, float, bool, bytes, complex, type(None)})


def _deepcopy_plain(value, memo):
    \"\"\"Copies as deepcopy does, without its dispatch for dicts, lists and plain values.\"\"\"
    kind = type(value)
    if kind is not dict and kind is not list:
        return value if kind in _PLAIN_TYPES else copy.deepcopy(value, memo)
    made = memo.get(id(value))
    if made is not None:
        return made
    if kind is dict:
        made = memo[id(value)] = {}
        for key, item in value.items():
            made[_deepcopy_plain(key, memo)] = item if type(item) in _PLAIN_TYPES else _deepcopy_plain(item, memo)
    else:
        made = memo[id(value)] = []
        for item in value:
            made.append(item if type(item) in _PLAIN_TYPES else _deepcopy_plain(item, memo))
    return made


def f(config):
    made = _deepcopy_plain(config, {})
    return made
"""
LEAVE_MEMO = """\
import copy

def f(config, memo):
    return copy.deepcopy(config, memo)
"""
LEAVE_SHALLOW = """\
import copy

def f(config):
    return copy.copy(config)
"""
_SHARED = [1, {"a": (1, [2])}]

RULE = Rule(
    id="R50",
    slug=SLUG,
    title="Deep copy of plain data",
    looks_for="copy.deepcopy of a value",
    why_slow="deepcopy looks up a copier for every value and keeps every original alive; plain data needs neither.",
    traps=("a dict or list changes while it is copied", "copy.deepcopy is patched"),
    safety="P",
    gain="3.6-6.8x on a tree of JSON; 15x on a real function (CPython 3.11)",
    expected=3.0,
    examples=(
        Example(
            SLOW,
            FAST,
            inputs=(
                ([1, [2, {"a": None}]],),
                ({"k": [1.5], (1, 2): {3}},),
                ([_SHARED, _SHARED],),
                (None,),
                ([],),
                ((1, [2]),),
            ),
        ),
        Example(LEAVE_MEMO),
        Example(LEAVE_SHALLOW),
    ),
    propose=propose,
)
