"""R02: a loop asks a list that stays the same for membership."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.conditions import if_that_asks_first
from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import (
    enclosing_loops,
    invariant,
    repeating_comprehensions,
    statement_of,
)
from codeflash_rewrites.analysis.scope import Comprehension, scope_of
from codeflash_rewrites.analysis.sequences import may_be_list
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of, traced_types
from codeflash_rewrites.rule import MEMBERSHIP, Example, Rewrite, Rule, Subject
from codeflash_syntax.nodes import walked

SLUG = "membership-in-sequence"
_SEQUENCES = {"builtins.list", "builtins.tuple"}


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a set made once before the loop."""
    if not is_builtin(subject, "set", "list", "type", "len", "iter", "TypeError"):
        return
    done: set[tuple[str, ast.AST]] = set()
    for node in scope_of(subject).of(ast.Compare):
        if len(node.ops) != 1:
            continue
        container = node.comparators[0]
        if not isinstance(node.ops[0], ast.In | ast.NotIn) or not may_be_list(subject, container):
            continue
        place = _outermost_loop(subject, node, container)
        key = (ast.unparse(container), place) if place is not None else None
        made = f"set({ast.unparse(container)})" in subject.text.text(subject.function)
        if place is None or made or key in done or not subject.text.starts_line(place):
            continue
        assert key is not None
        done.add(key)
        tests = [test for test in _tests(place, container) if _means_the_same(subject, test)]
        yield from _plain(subject, place, container, tests)
        yield from _guarded(subject, place, container, tests)


def _known_list(subject: Subject, container: ast.expr) -> bool:
    if kind_of(subject, container) in {"list", "tuple"}:
        return True
    seen = traced_types(subject, container.id) if isinstance(container, ast.Name) else ()
    return bool(seen) and set(seen) <= _SEQUENCES


def _outermost_loop(subject: Subject, test: ast.Compare, container: ast.expr) -> ast.stmt | None:
    """The statement before which the set can be made: the outermost loop that leaves the container alone."""
    place: ast.stmt | None = None
    comprehensions = repeating_comprehensions(subject, test)
    if comprehensions:
        if not all(invariant(subject, container, one) for one in comprehensions):
            return None
        place = statement_of(subject, test)
        if isinstance(place, ast.While) or not isinstance(place, ast.Return | ast.Assign | ast.Expr | ast.If):
            return None
        if isinstance(place, ast.If) and not subject.text.source.startswith("if", subject.text.start(place)):
            return None
    for loop in enclosing_loops(subject, test):
        if not invariant(subject, container, loop):
            break
        place = loop
    return place


def _tests(place: ast.stmt, container: ast.expr) -> list[ast.Compare]:
    wanted = ast.dump(container)
    return [
        node
        for node in walked(place)
        if isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and ast.dump(node.comparators[0]) == wanted
    ]


def _means_the_same(subject: Subject, test: ast.Compare) -> bool:
    """Whether no nested function or comprehension gives the container's name another meaning."""
    container = test.comparators[0]
    return not isinstance(container, ast.Name) or container in scope_of(subject).uses(container.id)


def _name(container: ast.expr, subject: Subject) -> str:
    base = container.id if isinstance(container, ast.Name) else container.attr  # type: ignore[attr-defined]
    return scope_of(subject).fresh(f"{base.strip('_')}_set")


def _why(subject: Subject, container: ast.expr) -> str:
    return f"`{subject.text.text(container)}` stays the same in the loop; a set answers membership at once."


def _plain(
    subject: Subject, place: ast.stmt, container: ast.expr, tests: list[ast.Compare]
) -> Iterator[Rewrite]:
    name, items = _name(container, subject), subject.text.text(container)
    known = _known_list(subject, container)
    new = (
        f"set({items})"
        if known
        else f"set({items}) if type({items}) is list and len({items}) > 8 else {items}"
    )
    edits = [subject.text.insert_before(place, f"{name} = {new}")]
    edits += [subject.text.replace(test.comparators[0], name) for test in tests]
    yield subject.rewrite(SLUG, edits, _why(subject, container), "plain" if known else "typed")


def _guarded(
    subject: Subject, place: ast.stmt, container: ast.expr, tests: list[ast.Compare]
) -> Iterator[Rewrite]:
    if isinstance(place, ast.Return | ast.Assign):
        yield from _guarded_statement(subject, place, container, tests)
    elif isinstance(place, ast.For | ast.While):
        yield from _guarded_loop(subject, place, container, tests)


def _guarded_statement(
    subject: Subject, place: ast.Return | ast.Assign, container: ast.expr, tests: list[ast.Compare]
) -> Iterator[Rewrite]:
    """Tries the whole statement with the set, else runs it as it was."""
    text, unit = subject.text, subject.text.indent_unit
    if place.value is None or not is_pure(subject, place.value) or place.lineno != place.end_lineno:
        return
    if any(not isinstance(test.comparators[0], ast.Name | ast.Attribute) for test in tests):
        return
    loops = [node for node in walked(place.value) if isinstance(node, Comprehension)]
    lazy = any(isinstance(node, ast.GeneratorExp) and subject.parents[node] is place for node in loops)
    sources = [generator.iter for loop in loops for generator in loop.generators]
    names = sorted({node.id for node in sources if isinstance(node, ast.Name)})
    if lazy or not all(isinstance(node, ast.Name) for node in sources):
        return
    name, items = _name(container, subject), text.text(container)
    checks = [f"type({items}) is list and len({items}) > 8"]
    checks += [f"iter({one}) is not {one}" for one in names if one in scope_of(subject).locals]
    start, line = text.start(place), text.text(place)
    for test in sorted(tests, key=lambda one: -text.start(one)):
        inner = test.comparators[0]
        line = line[: text.start(inner) - start] + name + line[text.end(inner) - start :]
    lines = ["try:", f"{unit}if {' and '.join(checks)}:", f"{unit * 2}{name} = set({items})"]
    tail = ["except TypeError:  # not hashable", f"{unit}pass"]
    if isinstance(place, ast.Return):
        edit = text.insert_before(place, *lines, unit * 2 + line, *tail)
        yield subject.rewrite(SLUG, [edit], _why(subject, container), "guarded")


def _guarded_loop(
    subject: Subject, place: ast.For | ast.While, container: ast.expr, tests: list[ast.Compare]
) -> Iterator[Rewrite]:
    """Falls back to the list for a container of another type and for an element that can't be hashed."""
    text, unit = subject.text, subject.text.indent_unit
    name, items = _name(container, subject), text.text(container)
    known = scope_of(subject).fresh("known", f"known_{name}")
    lines = [
        "try:",
        f"{unit}{name} = set({items}) if type({items}) is list and len({items}) > 8 else {items}",
    ]
    lines += ["except TypeError:  # not hashable", f"{unit}{name} = {items}"]
    edits = [text.insert_before(place, *lines)]
    for test in tests:
        holder = if_that_asks_first(subject, test)
        if holder is None or repeating_comprehensions(subject, test):
            return
        element = text.text(test.left)
        ask = ["try:", f"{unit}{known} = {element} in {name}"]
        ask += ["except TypeError:  # not hashable", f"{unit}{known} = {element} in {items}"]
        edits.append(text.insert_before(holder, *ask))
        edits.append(text.replace(test, f"not {known}" if isinstance(test.ops[0], ast.NotIn) else known))
    if tests:
        yield subject.rewrite(SLUG, edits, _why(subject, container), "guarded")


SLOW = """\
def f(wanted, present):
    return [name for name in wanted if name not in present]
"""
FAST = """\
def f(wanted, present):
    try:
        if type(present) is list and len(present) > 8 and iter(wanted) is not wanted:
            present_set = set(present)
            return [name for name in wanted if name not in present_set]
    except TypeError:  # not hashable
        pass
    return [name for name in wanted if name not in present]
"""
SLOW_TYPED = """\
def f(rows, lines: list):
    found = 0
    for row in rows:
        for cell in row:
            if cell in lines:
                found += 1
    return found
"""
FAST_TYPED = """\
def f(rows, lines: list):
    found = 0
    lines_set = set(lines)
    for row in rows:
        for cell in row:
            if cell in lines_set:
                found += 1
    return found
"""
FAST_LOOP = """\
def f(rows, lines: list):
    found = 0
    try:
        lines_set = set(lines) if type(lines) is list and len(lines) > 8 else lines
    except TypeError:  # not hashable
        lines_set = lines
    for row in rows:
        for cell in row:
            try:
                known = cell in lines_set
            except TypeError:  # not hashable
                known = cell in lines
            if known:
                found += 1
    return found
"""
LEAVE_GROWS = """\
def f(items, known):
    for item in items:
        if item not in known:
            known.append(item)
    return known
"""
LEAVE_TEXT = """\
def f(words, text: str):
    return [word for word in words if word in text]
"""
LEAVE_ONCE = "def f(item, items):\n    return item in items\n"
_MANY = list(range(20))
_INPUTS: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([1, 2, 30, True], _MANY),
    ("abc", "xabcx"),
    ([[1], [2]], [[1]]),
    (range(5), {1: 2}),
    (None, _MANY),
    ([1], None),
)

RULE = Rule(
    id="R02",
    slug=SLUG,
    title="Ask a set made before the loop",
    looks_for="a membership test, inside a loop or comprehension, in a list that the loop leaves alone",
    why_slow="each test walks the list",
    traps=(
        "a container that is a string (substrings), a mapping or an array",
        "elements that can't be hashed",
        "a container that is an iterator",
        "lists of fewer than some ten elements gain nothing",
    ),
    safety="TE",
    complexity="O(nm) -> O(n + m)",
    gain="0.9x at 4 elements, 1.5x at 10, 145-180x at 1,000 (CPython 3.11)",
    expected=12.0,
    examples=(
        Example(SLOW, FAST, inputs=_INPUTS, odd=(([[1], 3], _MANY), ([1], [*_MANY, []]))),
        Example(SLOW_TYPED, FAST_TYPED, inputs=(([], []), ([[1, 2], [30]], _MANY), (["ab"], ["a"]))),
        Example(
            SLOW_TYPED,
            FAST_LOOP,
            inputs=(([], []), ([[1, 2], [30]], _MANY)),
            odd=(([[[1], 2]], _MANY), (["ab"], "ab")),
        ),
        Example(LEAVE_GROWS),
        Example(LEAVE_TEXT),
        Example(LEAVE_ONCE),
    ),
    needs=MEMBERSHIP,
    propose=propose,
)
