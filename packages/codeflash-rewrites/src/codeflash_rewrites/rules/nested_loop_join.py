"""R05: nested loops look for pairs with equal keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import repeating_comprehensions, statement_of, unchanged
from codeflash_rewrites.analysis.narrowing import Search, rewrites_of, searching_generator, searching_loop
from codeflash_rewrites.analysis.scope import Comprehension, bound_names, bound_targets, read_names, scope_of
from codeflash_rewrites.analysis.searches import (
    equality,
    may_have_lines_before,
    other_names,
    place_of_index,
)
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent

SLUG = "nested-loop-join"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to group the inner list by its key before the outer loop."""
    for node in scope_of(subject).of(ast.For, *get_args(Comprehension)):
        match node:
            case ast.For(body=[ast.If(body=[*_, ast.Break() | ast.Return() | ast.Raise()])]):
                pass  # a search for the first one
            case ast.For(body=[ast.If(orelse=[]) as choice], orelse=[]):
                yield from _joined(subject, node, choice)
                yield from _narrowed(subject, searching_loop(subject, node))
            case ast.For(body=[*_, last]) if not isinstance(last, ast.Break | ast.Return | ast.Raise):
                yield from _narrowed(subject, searching_loop(subject, node))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from _joined_comprehension(subject, node)
                for generator in node.generators[1:]:
                    yield from _narrowed(subject, searching_generator(generator))


def _narrowed(subject: Subject, search: Search | None) -> Iterator[Rewrite]:
    """The same loop over the elements of the wanted key."""
    if search is not None:
        why = _why(subject, search.items, search.equality.key)
        yield from rewrites_of(subject, SLUG, search, why)


def _why(subject: Subject, items: ast.expr, key: ast.expr) -> str:
    shown = subject.text.text(key)
    return f"`{subject.text.text(items)}` is grouped by `{shown}`, so that each key meets its own only."


def _joined(subject: Subject, inner: ast.For, choice: ast.If) -> Iterator[Rewrite]:
    text = subject.text
    test, rest = _first_term(choice.test)
    variables = bound_names(inner.target)
    same = equality(test, variables)
    if (
        same is None
        or isinstance(same.wanted, ast.Constant)
        or not is_pure(subject, inner.iter)
        or not _is_usual(subject, inner, choice, variables)
    ):
        return
    key, wanted = same.key, same.wanted
    if not is_pure(subject, key) or not is_pure(subject, wanted):
        return
    place = place_of_index(subject, inner.iter, wanted, inner.iter, *other_names(variables, key))
    # The key that is wanted must stay the same while the inner loop runs, for it is now asked for once.
    if place is None or not unchanged(subject, wanted, *inner.body):
        return
    groups = scope_of(subject).fresh("groups", f"groups_of_{sorted(variables)[0]}")
    item = text.text(inner.target)
    if isinstance(inner.target, ast.Tuple) and not item.startswith("("):
        item = f"({item})"
    unit = text.indent_unit
    lines = [f"{groups} = {{}}", f"for {text.text(inner.target)} in {text.text(inner.iter)}:"]
    lines.append(f"{unit}{groups}.setdefault({text.text(key)}, []).append({item})")
    edits = [text.insert_before(place, *lines)]
    edits.append(text.replace(inner.iter, f"{groups}.get({text.text(wanted)}, ())"))
    if rest:
        edits.append(text.replace(choice.test, rest))
    else:
        first = text.line_end(text.end(choice.test))
        last = text.line_end(text.end(choice))
        deep, shallow = text.indent_of(choice.body[0]), text.indent_of(choice)
        body = reindent(text.source[first:last], deep, shallow)
        edits.append(Edit(text.line_start(text.start(choice)), last, body))
    yield subject.rewrite(SLUG, edits, _why(subject, inner.iter, key))


def _joined_comprehension(subject: Subject, node: Comprehension) -> Iterator[Rewrite]:
    """``[... for x in a for y in b if x.k == y.k]``."""
    text, place = subject.text, statement_of(subject, node)
    if len(node.generators) < 2 or isinstance(place, ast.While) or not may_have_lines_before(subject, place):
        return
    everything = bound_targets(node)
    for generator in node.generators[1:]:
        variables = bound_names(generator.target)
        same = equality(generator.ifs[0], variables) if generator.ifs else None
        if same is None or generator.is_async or read_names(generator.iter) & everything:
            continue
        key, wanted = same.key, same.wanted
        if isinstance(wanted, ast.Constant):
            continue
        if (
            read_names(key) & (everything - variables)
            or variables & set(scope_of(subject).locals) - everything
        ):
            continue
        if not all(is_pure(subject, part) for part in (key, wanted, generator.iter)):
            continue
        between = text.source[text.end(generator.iter) : text.start(generator.ifs[0])]
        if repeating_comprehensions(subject, node) or not re.fullmatch(r"\s+if\s+", between):
            continue
        if any(scope_of(subject).uses(name) for name in variables):
            continue
        groups = scope_of(subject).fresh("groups", f"groups_of_{sorted(variables)[0]}")
        target, items = text.text(generator.target), text.text(generator.iter)
        item = target if target.startswith("(") or isinstance(generator.target, ast.Name) else f"({target})"
        lines = [f"{groups} = {{}}", f"for {target} in {items}:"]
        lines.append(f"{text.indent_unit}{groups}.setdefault({text.text(key)}, []).append({item})")
        new = f"{groups}.get({text.text(wanted)}, ())"
        edits = [text.insert_before(place, *lines)]
        edits.append(text.replace_through(generator.iter, generator.ifs[0], new))
        yield subject.rewrite(SLUG, edits, _why(subject, generator.iter, key))


def _first_term(test: ast.expr) -> tuple[ast.expr, str]:
    """The first term of a condition, and the text of the others."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return test.values[0], " and ".join(ast.unparse(value) for value in test.values[1:])
    return test, ""


def _is_usual(subject: Subject, inner: ast.For, choice: ast.If, variables: set[str]) -> bool:
    """Whether the loop stands on lines of its own and its variables live nowhere else."""
    text = subject.text
    if not (text.owns_lines(inner) and text.starts_line(choice) and text.owns_lines(choice.body[0])):
        return False
    if variables & bound_names(*choice.body) or variables & scope_of(subject).captured:
        return False
    last = inner.end_lineno or 0
    uses = [use for name in variables for use in scope_of(subject).uses(name)]
    return bool(variables) and all(inner.lineno <= use.lineno <= last for use in uses)


SLOW = """\
def f(orders, users):
    pairs = []
    for order in orders:
        for user in users:
            if order[0] == user[0]:
                # all that fit
                pairs.append((order, user))
    return pairs
"""
FAST = """\
def f(orders, users):
    pairs = []
    groups = {}
    for user in users:
        groups.setdefault(user[0], []).append(user)
    for order in orders:
        for user in groups.get(order[0], ()):
            # all that fit
            pairs.append((order, user))
    return pairs
"""
SLOW_TERMS = """\
def f(a, b):
    total = 0
    for x in a:
        for i, y in enumerate(b):
            if y == x and i > 0:
                total += i
    return total
"""
FAST_TERMS = """\
def f(a, b):
    total = 0
    groups = {}
    for i, y in enumerate(b):
        groups.setdefault(y, []).append((i, y))
    for x in a:
        for i, y in groups.get(x, ()):
            if i > 0:
                total += i
    return total
"""
SLOW_COMPREHENSION = """\
def f(a, b):
    return [(x, y[1]) for x in a for y in b if y[0] == x]
"""
FAST_COMPREHENSION = """\
def f(a, b):
    groups = {}
    for y in b:
        groups.setdefault(y[0], []).append(y)
    return [(x, y[1]) for x in a for y in groups.get(x, ())]
"""
FAST_GUARDED = """\
from collections import defaultdict


def f(orders, users):
    pairs = []
    groups = None
    for order in orders:
        fitting = users
        if type(users) is list and users:
            try:
                if groups is None:
                    grouped = defaultdict(list)
                    for user in users:
                        grouped[user[0]].append(user)
                    groups = grouped
                fitting = groups.get(order[0], ())
            except TypeError:  # not hashable
                pass
        for user in fitting:
            if order[0] == user[0]:
                # all that fit
                pairs.append((order, user))
    return pairs
"""
FAST_COMPREHENSION_GUARDED = """\
from collections import defaultdict


def f(a, b):
    try:
        if type(b) is list and len(b) > 8 and iter(a) is not a:
            groups = defaultdict(list)
            for y in b:
                groups[y[0]].append(y)
            return [(x, y[1]) for x in a for y in groups.get(x, ()) if y[0] == x]
    except (TypeError, LookupError):  # no such key
        pass
    return [(x, y[1]) for x in a for y in b if y[0] == x]
"""
SLOW_CONTINUE = """\
def f(orders, users):
    found = 0
    for order in orders:
        for user in users:
            if user[0] != order[0]:
                continue
            found += len(user)
    return found
"""
FAST_CONTINUE = """\
from collections import defaultdict


def f(orders, users):
    found = 0
    groups = None
    for order in orders:
        fitting = users
        if type(users) is list and users:
            try:
                if groups is None:
                    grouped = defaultdict(list)
                    for user in users:
                        grouped[user[0]].append(user)
                    groups = grouped
                fitting = groups.get(order[0], ())
            except TypeError:  # not hashable
                pass
        for user in fitting:
            if user[0] != order[0]:
                continue
            found += len(user)
    return found
"""
LEAVE_CHANGES = """\
def f(a, b):
    for x in a:
        for y in b:
            if x == y:
                b.remove(y)
    return b
"""
LEAVE_ORDER = """\
def f(a, b):
    out = []
    for x in a:
        for y in b:
            if x < y:
                out.append((x, y))
    return out
"""
LEAVE_USED_LATER = """\
def f(a, b):
    y = None
    for x in a:
        for y in b:
            if x == y:
                print(x)
    return y
"""
LEAVE_KEY_MOVES = """\
def f(a, b):
    out = []
    for x in a:
        for y in b:
            if y[0] == x:
                x = y[1]
                out.append(x)
    return out
"""
_NAN = float("nan")
_PAIRS: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([(1, "a"), (2, "b")], [(2, "x"), (1, "y"), (2, "z")]),
)
_ODD_PAIRS: tuple[tuple[object, ...], ...] = (
    ([(_NAN, 1), ([1], 2), (2, 3)], [(_NAN, "n"), ([1], "l"), (2, "x")]),
    ([([1], 2), ({1}, 2)], [(1, "a")]),
    ([(1, 0), (1, 0)], iter([(1, "a")])),
    (iter([(1, 0), (2, 0)]), [(1, "a"), (2, "b")]),
    ([(1, 0)], [(1, "a"), ()]),
    ([], [()]),
    ([(1, 0)], 5),
    ([()], []),
)
_TAIL = [(80 + number, "z") for number in range(9)]
_PAIRS += (([(2, "a"), (85, "b"), (True, "c")], [(2, "x"), (1, "y"), *_TAIL, (2, "z")]),)
_ODD_PAIRS += tuple((rows, [*held, *_TAIL]) for rows, held in _ODD_PAIRS if isinstance(held, list))
_KEYS: tuple[tuple[object, ...], ...] = (([], []), ([1, 2, 1], [(1, 5), (1, 0), (2, 3)]))
_ODD_KEYS: tuple[tuple[object, ...], ...] = (
    ([_NAN, [1], 2], [(_NAN, 1), ([1], 2), (2, 3)]),
    ([[1], {2}], [(1, 2)]),
    ([1, 1], iter([(1, 5), (1, 7)])),
    (iter([1, 2]), [(1, 5), (2, [])]),
    (iter([1, 2]), [(1, 5), ()]),
    ([], [()]),
    ([1], None),
)
_KEYS += (([1, 2, 85, 1], [(1, 5), *_TAIL, (1, 0), (2, 3)]),)
_ODD_KEYS += tuple((rows, [*held, *_TAIL]) for rows, held in _ODD_KEYS if isinstance(held, list))

RULE = Rule(
    id="R05",
    slug=SLUG,
    title="Group by key instead of comparing all pairs",
    looks_for="a loop in a loop that does something only where a key of one side equals a key of the other",
    why_slow="all pairs are compared to find the few that fit",
    traps=(
        "keys that can't be hashed",
        "an inner iterable that can be walked only once",
        "a key that can't be read raises even where the outer list is empty",
    ),
    safety="TE",
    complexity="O(nm) -> O(n + m + pairs)",
    gain="36x at 400 x 400 (CPython 3.11)",
    expected=8.0,
    examples=(
        Example(SLOW, FAST, inputs=_PAIRS, odd=_ODD_PAIRS),
        Example(SLOW, FAST_GUARDED, inputs=_PAIRS, odd=_ODD_PAIRS),
        Example(SLOW_TERMS, FAST_TERMS, inputs=(([], []), ([1, 2, 1], [2, 1, True, 2]), ("ab", "aab"))),
        Example(SLOW_COMPREHENSION, FAST_COMPREHENSION, inputs=_KEYS, odd=_ODD_KEYS),
        Example(SLOW_COMPREHENSION, FAST_COMPREHENSION_GUARDED, inputs=_KEYS, odd=_ODD_KEYS),
        Example(SLOW_CONTINUE, FAST_CONTINUE, inputs=_PAIRS, odd=_ODD_PAIRS),
        Example(LEAVE_KEY_MOVES),
        Example(LEAVE_CHANGES),
        Example(LEAVE_ORDER),
        Example(LEAVE_USED_LATER),
    ),
    needs=LOOPS,
    propose=propose,
)
