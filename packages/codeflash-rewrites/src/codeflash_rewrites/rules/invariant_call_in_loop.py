"""R07: a loop makes the same call again and again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codeflash_rewrites.analysis.effects import is_pure_call
from codeflash_rewrites.analysis.loops import (
    Loop,
    block_of,
    enclosing_loops,
    invariant,
    repeating_comprehensions,
    statement_of,
)
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.sharing import may_share
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject

SLUG = "invariant-call-in-loop"
_NOT_WORTH_IT = {
    "len",
    "isinstance",
    "range",
    "type",
    "id",
    "iter",
    "zip",
    "map",
    "filter",
    "enumerate",
    "abs",
    "bool",
}
_CHEAP_METHODS = {"get", "items", "keys", "values", "startswith", "endswith", "group", "start", "end", "copy"}


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to make the call once before the loop."""
    done: set[tuple[str, ast.stmt]] = set()
    inner: set[int] = set()
    for node in scope_of(subject).nodes:
        if (
            not isinstance(node, ast.Call)
            or id(node) in inner
            or not _is_worth_it(node)
            or not is_pure_call(subject, node)
        ):
            continue
        place = _place(subject, node)
        key = (ast.dump(node), place) if place is not None else None
        if place is None or key is None or key in done:
            continue
        done.add(key)
        inner.update(map(id, ast.walk(node)))
        same = [one for one in _same_calls(subject, node, place) if may_share(subject, one)]
        if not same or node not in same:
            continue
        name = _name(subject, node)
        edits = [subject.text.insert_before(place, f"{name} = {_on_one_line(subject, node)}")]
        edits += [subject.text.replace(one, name) for one in same]
        why = f"`{_on_one_line(subject, node)}` gives the same in every iteration, so it is made once."
        yield subject.rewrite(SLUG, edits, why)


def _is_worth_it(call: ast.Call) -> bool:
    if not call.args and not call.keywords:
        own = isinstance(call.func, ast.Attribute) and isinstance(
            call.func.value, ast.Name | ast.Attribute | ast.Call
        )
        return own and call.func.attr not in _CHEAP_METHODS  # type: ignore[attr-defined]
    if isinstance(call.func, ast.Name):
        return call.func.id not in _NOT_WORTH_IT and not all(
            isinstance(one, ast.Constant) for one in call.args
        )
    if isinstance(call.func, ast.Attribute):
        return call.func.attr not in _CHEAP_METHODS and any(
            isinstance(node, ast.Name) for node in ast.walk(call)
        )
    return False


def _place(subject: Subject, call: ast.Call) -> ast.stmt | None:
    """The statement before which the call can be made once, or None when nothing repeats it."""
    place: ast.stmt | None = None
    comprehensions = repeating_comprehensions(subject, call)
    if comprehensions:
        if not all(invariant(subject, call, one) for one in comprehensions):
            return None
        place = statement_of(subject, call)
    for loop in enclosing_loops(subject, call):
        if not invariant(subject, call, loop):
            break
        place = loop
    if place is None or not subject.text.starts_line(place) or isinstance(place, ast.While | ast.Match):
        return place if isinstance(place, ast.While) and place in _loops(subject, call) else None
    if isinstance(place, ast.If) and not subject.text.source.startswith("if", subject.text.start(place)):
        return None
    return place if _is_bound_before(subject, call, place) else None


def _loops(subject: Subject, call: ast.Call) -> list[Loop]:
    return enclosing_loops(subject, call)


def _is_bound_before(subject: Subject, call: ast.Call, place: ast.stmt) -> bool:
    """Whether no name of the call is bound for the first time after the place."""
    scope = scope_of(subject)
    for node in ast.walk(call):
        if isinstance(node, ast.Name) and node.id in scope.locals and node.id not in scope.parameters:
            stores = scope.stores(node.id)
            if not stores or min(one.lineno for one in stores) >= place.lineno:
                return False
    return bool(block_of(subject, place))


def _same_calls(subject: Subject, call: ast.Call, place: ast.stmt) -> list[ast.Call]:
    wanted = ast.dump(call)
    mine = set(map(id, scope_of(subject).nodes))
    return [
        node
        for node in ast.walk(place)
        if isinstance(node, ast.Call) and id(node) in mine and ast.dump(node) == wanted
    ]


def _on_one_line(subject: Subject, call: ast.Call) -> str:
    text = subject.text.text(call)
    return ast.unparse(call) if "\n" in text or "\r" in text else text


def _name(subject: Subject, call: ast.Call) -> str:
    function = call.func.id if isinstance(call.func, ast.Name) else call.func.attr  # type: ignore[attr-defined]
    words = [
        node
        for node in ast.walk(call)
        if isinstance(node, ast.Name | ast.Attribute) and node is not call.func
    ]
    word = words[-1] if words else call.func
    base = word.id if isinstance(word, ast.Name) else word.attr  # type: ignore[attr-defined]
    if base == function:
        base = "result"
    return scope_of(subject).fresh(re.sub(r"\W", "_", f"{base.strip('_')}_{function.strip('_')}"))


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
        Example(LEAVE_CHANGES),
        Example(LEAVE_FRESH),
        Example(LEAVE_SHADOWED),
    ),
    propose=propose,
)
