"""R08: nested loops work out the same thing for the same element again and again."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.effects import is_pure, is_pure_call
from codeflash_rewrites.analysis.fallback import site_of
from codeflash_rewrites.analysis.loops import (
    Loop,
    ancestors,
    enclosing_loops,
    loop_parts,
    repeating_comprehensions,
    statement_of,
    unchanged,
)
from codeflash_rewrites.analysis.scope import Comprehension, bound_names, bound_targets, read_names, scope_of
from codeflash_rewrites.analysis.searches import may_have_lines_before
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.sharing import may_share
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "recomputed-over-small-domain"
_WORK = frozenset({"set", "frozenset", "sorted", "list", "dict", "sum", "min", "max", "any", "all"})


@frozen
class _Found:
    expression: ast.expr
    key: str
    place: ast.stmt
    """The statement before which the memo starts."""

    @property
    def shape(self) -> str:
        """The expression, whatever its variable is called."""
        names = [node for node in walked(self.expression) if isinstance(node, ast.Name)]
        return "|".join(
            [ast.dump(self.expression).replace(f"Name(id='{self.key}'", "Name(id=''"), str(len(names))]
        )


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a dict, filled on demand, that lives as long as the outermost loop."""
    taken: set[ast.AST] = set()
    groups: dict[tuple[str, ast.stmt], list[_Found]] = {}
    for node in scope_of(subject).of(ast.Call):
        if node not in taken and _is_work(subject, node):
            found = _found(subject, node)
            if found is not None:
                taken.update(walked(found.expression))
                groups.setdefault((found.shape, _outermost(found, groups)), []).append(found)
    for (_, place), group in groups.items():
        yield from _rewrites(subject, place, group)


def _outermost(found: _Found, groups: dict[tuple[str, ast.stmt], list[_Found]]) -> ast.stmt:
    """The place of an earlier group with the same expression, when that place holds this one."""
    for shape, place in groups:
        if shape == found.shape and any(node is found.place for node in walked(place)):
            return place
    return found.place


def _is_work(subject: Subject, call: ast.Call) -> bool:
    """Whether a call walks something, or is one of a pure function of the module."""
    if not isinstance(call.func, ast.Name) or not is_pure_call(subject, call):
        return False
    if not is_builtin(subject, call.func.id):
        return True
    return call.func.id in _WORK and len(call.args) == 1


def _found(subject: Subject, call: ast.Call) -> _Found | None:
    around: list[Comprehension | Loop] = [
        *repeating_comprehensions(subject, call),
        *enclosing_loops(subject, call),
    ]
    variables = {name for loop in around for name in _variables(loop)}
    key = _key(call, variables)
    if len(around) < 2 or not key or not _selects(call, key):
        return None
    binder = next((index for index, loop in enumerate(around) if key in _variables(loop)), None)
    if binder is None or _is_bound_elsewhere(subject, key, around[binder]):
        return None
    outer = around[binder + 1 :]
    if not outer:
        return None
    expression = _grown(subject, call, key, variables, outer[0])
    if not may_share(subject, expression):
        return None
    place: ast.stmt | None = None
    rest = _without(expression, key)
    for loop in outer:
        if not all(unchanged(subject, part, *loop_parts(loop)) for part in rest):
            break
        place = loop if isinstance(loop, ast.stmt) else statement_of(subject, loop)
    if place is None or not may_have_lines_before(subject, place):
        return None
    return _Found(expression, key, place)


def _selects(call: ast.Call, key: str) -> bool:
    """Whether the element chooses what is worked on, as ``graph[v]`` does, and so is likely to come up again.

    What is made of the element itself (``set(v)``) is seldom asked for twice, and costs no more than its hash.
    """
    if not hasattr(builtins, getattr(call.func, "id", "")):
        return any(isinstance(one, ast.Name) and one.id == key for one in call.args)
    for node in walked(call):
        if isinstance(node, ast.Subscript) and key in read_names(node.slice) - read_names(node.value):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            return bool(node.args) and key in read_names(node.args[0])
    return False


def _variables(loop: Comprehension | Loop) -> set[str]:
    if isinstance(loop, Comprehension):
        return bound_targets(loop)
    return set() if isinstance(loop, ast.While) else bound_names(loop.target)


def _key(expression: ast.AST, variables: set[str]) -> str:
    """The one loop variable that an expression reads; empty when there is none or more."""
    read = {node.id for node in walked(expression) if isinstance(node, ast.Name)} & variables
    return read.pop() if len(read) == 1 else ""


def _is_bound_elsewhere(subject: Subject, key: str, loop: Comprehension | Loop) -> bool:
    if isinstance(loop, Comprehension):
        return False
    return key in bound_names(*loop.body)


def _grown(subject: Subject, call: ast.Call, key: str, variables: set[str], outer: ast.AST) -> ast.expr:
    """The largest operation around the call that reads the same variable only."""
    expression: ast.expr = call
    for parent in ancestors(subject, call):
        if not isinstance(parent, ast.BinOp) or not is_pure(subject, parent):
            break
        if _key(parent, variables) != key:
            break
        if not all(unchanged(subject, part, *loop_parts(outer)) for part in _without(parent, key)):
            break
        expression = parent
    return expression


def _without(expression: ast.expr, key: str) -> list[ast.Name]:
    return [node for node in walked(expression) if isinstance(node, ast.Name) and node.id != key]


def _rewrites(subject: Subject, place: ast.stmt, group: list[_Found]) -> Iterator[Rewrite]:
    text = subject.text
    memo = scope_of(subject).fresh("memo", f"memo_by_{group[0].key}")
    start = text.insert_before(place, f"{memo} = {{}}")
    why = f"`{ast.unparse(group[0].expression)}` is worked out once for each `{group[0].key}`."
    edits, guarded = [start], [start]
    done: set[tuple[ast.stmt, str]] = set()
    for number, found in enumerate(group, start=1):
        site = site_of(subject, found.expression, [found.expression])
        if site is None:
            edits.append(_in_place(subject, found, memo))
            guarded.clear()
            continue
        source, asked = text.text(found.expression), f"{memo}[{found.key}]"
        if (site, found.key) not in done:
            fill = [f"if {found.key} not in {memo}:", f"{text.indent_unit}{asked} = {source}"]
            edits.append(text.insert_before(site, *fill))
        done.add((site, found.key))
        edits.append(text.replace(found.expression, asked))
        if guarded:
            made = scope_of(subject).fresh("made" if number == 1 else f"made_{number}")
            guarded += [
                text.insert_before(site, *_tried(text.indent_unit, made, asked, source)),
                text.replace(found.expression, made),
            ]
    yield subject.rewrite(SLUG, edits, why)
    if guarded and is_builtin(subject, "KeyError", "TypeError"):
        yield subject.rewrite(SLUG, guarded, why, "guarded")


def _tried(unit: str, made: str, asked: str, source: str) -> list[str]:
    return [
        "try:",
        f"{unit}{made} = {asked}",
        "except KeyError:",
        f"{unit}{made} = {asked} = {source}",
        "except TypeError:  # not hashable",
        f"{unit}{made} = {source}",
    ]


def _in_place(subject: Subject, found: _Found, memo: str) -> Edit:
    """Looks up and fills in one expression, where no statement can stand before it."""
    text, key = subject.text, found.key
    new = f"{memo}[{key}] if {key} in {memo} else {memo}.setdefault({key}, {text.text(found.expression)})"
    start, end = text.start(found.expression), text.end(found.expression)
    bare = text.source[start - 1 : start] + text.source[end : end + 1] != "()"
    return text.replace(found.expression, f"({new})" if bare else new)


SLOW = """\
def f(graph):
    total = 0
    for u in graph:
        for v in graph[u]:
            total += len(set(graph[v]) & set(graph[u]))
    return total
"""
FAST = """\
def f(graph):
    total = 0
    memo = {}
    for u in graph:
        for v in graph[u]:
            if v not in memo:
                memo[v] = set(graph[v])
            total += len(memo[v] & set(graph[u]))
    return total
"""
FAST_GUARDED = """\
def f(graph):
    total = 0
    memo = {}
    for u in graph:
        for v in graph[u]:
            try:
                made = memo[v]
            except KeyError:
                made = memo[v] = set(graph[v])
            except TypeError:  # not hashable
                made = set(graph[v])
            total += len(made & set(graph[u]))
    return total
"""
SLOW_SHAPES = """\
def f(graph):
    paths = 0
    for v in graph:
        for u in graph[v]:
            for w in set(graph[u]) - {v}:
                paths += len(set(graph[w]) - {u, v})
    return paths
"""
FAST_SHAPES = """\
def f(graph):
    paths = 0
    memo = {}
    for v in graph:
        for u in graph[v]:
            if u not in memo:
                memo[u] = set(graph[u])
            for w in memo[u] - {v}:
                if w not in memo:
                    memo[w] = set(graph[w])
                paths += len(memo[w] - {u, v})
    return paths
"""
SLOW_COMPREHENSION = """\
def f(graph):
    counts = {}
    for u in graph:
        mine = set(graph[u]) - {u}
        counts[u] = sum(len(mine & (set(graph[v]) - {v})) for v in mine)
    return counts
"""
FAST_COMPREHENSION = """\
def f(graph):
    counts = {}
    memo = {}
    for u in graph:
        mine = set(graph[u]) - {u}
        counts[u] = sum(len(mine & (memo[v] if v in memo else memo.setdefault(v, set(graph[v]) - {v}))) for v in mine)
    return counts
"""
LEAVE_CHANGES = """\
def f(graph):
    for u in graph:
        for v in graph[u]:
            graph[u] = [w for w in graph[u] if w in set(graph[v])]
"""
LEAVE_TWO = """\
def f(xs, ys):
    return [sorted((x, y)) for x in xs for y in ys]
"""
LEAVE_MATCHES = """\
def f(pattern, lines):
    return [list(match.groups()) for line in lines for match in pattern.finditer(line)]
"""
LEAVE_ITSELF = """\
def f(groups):
    return [len(set(member)) for group in groups for member in group]
"""
LEAVE_SINGLE = """\
def f(graph):
    return [len(set(graph[u])) for u in graph]
"""
_GRAPHS: tuple[tuple[object, ...], ...] = (
    ({},),
    ({1: [2, 3], 2: [1, 3], 3: [1, 2, 3]},),
    ({1: [9]},),
)
_ODD_GRAPHS: tuple[tuple[object, ...], ...] = (({1: [[]]},), (5,), ({True: [1.0], 1.5: [1]},))

RULE = Rule(
    id="R08",
    slug=SLUG,
    title="Remember what nested loops work out for an element",
    looks_for="a pure call on what the inner variable of nested loops selects, such as `set(graph[v])`",
    why_slow="the result for an element is worked out at each of its turns",
    traps=(
        "a result that its user changes",
        "an element that can't be hashed",
        "data that the loops change, or that a generator's caller changes between two elements",
    ),
    safety="E",
    complexity="O(n^2 f) -> O(n f + n^2)",
    gain="real functions 4.3x and 5.9x (CPython 3.11)",
    expected=4.0,
    examples=(
        Example(SLOW, FAST, inputs=_GRAPHS, odd=_ODD_GRAPHS),
        Example(SLOW, FAST_GUARDED, inputs=_GRAPHS, odd=_ODD_GRAPHS),
        Example(SLOW_SHAPES, FAST_SHAPES, inputs=_GRAPHS),
        Example(SLOW_COMPREHENSION, FAST_COMPREHENSION, inputs=_GRAPHS),
        Example(LEAVE_CHANGES),
        Example(LEAVE_TWO),
        Example(LEAVE_MATCHES),
        Example(LEAVE_ITSELF),
        Example(LEAVE_SINGLE),
    ),
    needs=LOOPS,
    propose=propose,
)
