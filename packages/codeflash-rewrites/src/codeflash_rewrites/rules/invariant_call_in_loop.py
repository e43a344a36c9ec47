"""R07: a loop makes the same call again and again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import (
    block_of,
    enclosing_loops,
    loop_parts,
    repeating_comprehensions,
    statement_of,
    unchanged,
)
from codeflash_rewrites.analysis.scope import Comprehension, bound_targets, read_names, scope_of
from codeflash_rewrites.analysis.sharing import may_share
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.nodes import walked

SLUG = "invariant-call-in-loop"
_NOT_WORTH_IT = frozenset(
    ["len", "isinstance", "range", "type", "id", "iter", "zip", "map", "filter", "abs", "bool"]
)
_CHEAP_METHODS = {"get", "items", "keys", "values", "startswith", "endswith", "group", "start", "end", "copy"}
_Display = ast.ListComp | ast.SetComp | ast.DictComp


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to make the call, or the comprehension, once before the loop."""
    done: set[tuple[str, ast.stmt]] = set()
    inner: set[int] = set()
    for node in scope_of(subject).of(ast.Call, *get_args(_Display)):
        if id(node) in inner or not _is_repeated(subject, node) or not _is_worth_it(node):
            continue
        place = _place(subject, node) if is_pure(subject, node) else None
        if place is None or (ast.dump(node), place) in done:
            continue
        done.add((ast.dump(node), place))
        inner.update(map(id, walked(node)))
        same = [one for one in _same(subject, node, place) if may_share(subject, one)]
        if node not in same:
            continue
        name, shown = _name(subject, node), _on_one_line(subject, node)
        edits = [subject.text.insert_before(place, f"{name} = {shown}")]
        edits += [subject.text.replace(one, name) for one in same]
        why = f"`{shown}` gives the same in every iteration, so it is made once."
        yield subject.rewrite(SLUG, edits, why)


def _is_repeated(subject: Subject, node: ast.expr) -> bool:
    """Whether anything runs it again and again; most calls are in no loop at all, which is seen soonest."""
    return bool(enclosing_loops(subject, node) or repeating_comprehensions(subject, node))


def _is_worth_it(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return True
    if isinstance(node.func, ast.Name):
        names = [one for part in node.args for one in walked(part) if isinstance(one, ast.Name)]
        return node.func.id not in _NOT_WORTH_IT | {"enumerate", "reversed"} and bool(names)
    if isinstance(node.func, ast.Attribute) and node.func.attr not in _CHEAP_METHODS:
        return any(isinstance(one, ast.Name) for one in walked(node))
    return False


def _place(subject: Subject, node: ast.expr) -> ast.stmt | None:
    """The statement before which the call can be made once, or None when nothing repeats it."""
    place: ast.stmt | None = None
    comprehensions = repeating_comprehensions(subject, node)
    if comprehensions:
        if not all(_is_invariant(subject, node, one) for one in comprehensions):
            return None
        place = statement_of(subject, node)
        if isinstance(place, ast.While | ast.Match):
            return None  # what stands in its head is not evaluated once before it
    for loop in enclosing_loops(subject, node):
        if not _is_invariant(subject, node, loop):
            break
        place = loop
    if place is None or not subject.text.starts_line(place):
        return None
    if isinstance(place, ast.If) and not subject.text.source.startswith("if", subject.text.start(place)):
        return None
    return place if _is_bound_before(subject, node, place) else None


def _outer_names(node: ast.expr) -> list[ast.AST]:
    """The names and attributes that an expression reads from outside itself."""
    own = {name for one in walked(node) if isinstance(one, Comprehension) for name in bound_targets(one)}
    return [
        one
        for one in walked(node)
        if (isinstance(one, ast.Name) and one.id not in own)
        or (isinstance(one, ast.Attribute) and not read_names(one) & own)
    ]


def _is_invariant(subject: Subject, node: ast.expr, loop: ast.AST) -> bool:
    parts = [part for part in loop_parts(loop) if part is not node]
    return all(unchanged(subject, one, *parts) for one in _outer_names(node))


def _is_bound_before(subject: Subject, node: ast.expr, place: ast.stmt) -> bool:
    """Whether no name of the call is bound for the first time after the place."""
    scope = scope_of(subject)
    for one in _outer_names(node):
        if isinstance(one, ast.Name) and one.id in scope.locals and one.id not in scope.parameters:
            stores = scope.stores(one.id)
            if stores and min(store.lineno for store in stores) >= place.lineno:
                return False
    return bool(block_of(subject, place))


def _same(subject: Subject, node: ast.expr, place: ast.stmt) -> list[ast.expr]:
    wanted = ast.dump(node)
    mine = set(map(id, scope_of(subject).nodes))
    return [
        one
        for one in walked(place)
        if type(one) is type(node) and id(one) in mine and ast.dump(one) == wanted
    ]


def _on_one_line(subject: Subject, node: ast.expr) -> str:
    text = subject.text.text(node)
    return ast.unparse(node) if "\n" in text or "\r" in text else text


def _name(subject: Subject, node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        kind = node.func.id if isinstance(node.func, ast.Name) else node.func.attr  # type: ignore[attr-defined]
        skipped: ast.AST | None = node.func
    else:
        kind, skipped = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "dict"), None
    words = [
        one for one in _outer_names(node) if one is not skipped and ast.unparse(one) not in {"self", "cls"}
    ]
    word = words[-1] if words else None
    base = word.id if isinstance(word, ast.Name) else getattr(word, "attr", kind)
    if base == kind:
        base = "result"
    return scope_of(subject).fresh(re.sub(r"\W", "_", f"{base.strip('_')}_{kind.strip('_')}"))


SLOW = """\
def f(items, allowed):
    return [item for item in items if item in set(allowed)]
"""
FAST = """\
def f(items, allowed):
    allowed_set = set(allowed)
    return [item for item in items if item in allowed_set]
"""
SLOW_LOOP = """\
def f(words, prefix, scores):
    found = 0
    for word in words:
        if word.startswith(prefix.strip().lower()):  # any case
            found += scores[word]
    return found
"""
FAST_LOOP = """\
def f(words, prefix, scores):
    found = 0
    prefix_lower = prefix.strip().lower()
    for word in words:
        if word.startswith(prefix_lower):  # any case
            found += scores[word]
    return found
"""
SLOW_DISPLAY = """\
def f(rows, old):
    return [row for row in rows if row[0] not in [one[0] for one in old]]
"""
FAST_DISPLAY = """\
def f(rows, old):
    old_list = [one[0] for one in old]
    return [row for row in rows if row[0] not in old_list]
"""
LEAVE_CHANGES = """\
def f(items, pool):
    out = []
    for item in items:
        if item in set(pool):
            pool.append(item)
            out.append(item)
    return out
"""
LEAVE_FRESH = """\
def f(items, base):
    rows = []
    for item in items:
        row = list(base)
        row.append(item)
        rows.append(row)
    return rows
"""
LEAVE_SHADOWED = """\
def sorted(values):
    print(values)
    return values


def f(items, base):
    return [item for item in items if item in sorted(base)]
"""

RULE = Rule(
    id="R07",
    slug=SLUG,
    title="Make a call that does not change once, before the loop",
    looks_for="a pure call in a loop or comprehension whose arguments the loop leaves alone",
    why_slow="the same result is worked out in every iteration",
    traps=(
        "a loop that runs no time would not have made the call, nor met its exception",
        "an argument that is an iterator is used up by the first call",
        "a module that defines its own `len` or `sorted`",
    ),
    safety="E",
    complexity="O(n f) -> O(n + f)",
    gain="246x (`set` in a comprehension), 1.7x (`sorted` of 20) (CPython 3.11)",
    expected=6.0,
    examples=(
        Example(SLOW, FAST, inputs=(([], []), ([1, 2], [2, 3]), ("ab", "b"), ([1], [True]))),
        Example(SLOW_LOOP, FAST_LOOP, inputs=(([], "A", {}), (["ab", "b"], " A ", {"ab": 1}))),
        Example(SLOW_DISPLAY, FAST_DISPLAY, inputs=(([], []), ([(1,), (2,)], [(2, 3)]), (["ab"], ["a"]))),
        Example(LEAVE_CHANGES),
        Example(LEAVE_FRESH),
        Example(LEAVE_SHADOWED),
    ),
    needs=LOOPS,
    propose=propose,
)
