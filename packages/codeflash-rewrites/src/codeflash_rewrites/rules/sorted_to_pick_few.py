"""R15: a whole collection is sorted so that its first or last few can be taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.emptiness import is_never_empty
from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.loops import ancestors, enclosing_loops
from codeflash_rewrites.analysis.scope import bound_in_module, scope_of
from codeflash_rewrites.analysis.searches import is_plain
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, uses_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit

SLUG = "sorted-to-pick-few"
_REVERSIBLE = frozenset({"list", "tuple", "str", "dict", "range", "bytes"})
_DISTINCT = frozenset({"set", "frozenset", "dict"})
_FILLING = frozenset({"append", "extend", "insert", "pop", "remove", "clear", "reverse"})
_ALONE = ast.Assign | ast.AnnAssign | ast.Return


@frozen
class _Sorting:
    """A sort.

    Attributes:
        items: What is sorted.
        key: The ``key=...`` argument as text; empty without one.
        reverse: Whether the greatest come first.
    """

    items: ast.expr
    key: str
    reverse: bool


@frozen
class _Pick:
    """Which elements are taken of what was sorted.

    Attributes:
        last: Whether they are the last ones.
        count: How many; None for one by its index.
    """

    last: bool
    count: ast.expr | None = None

    @property
    def number(self) -> int | None:
        """How many, where that is a constant."""
        if self.count is None:
            return 1
        return self.count.value if isinstance(self.count, ast.Constant) else None  # type: ignore[return-value]


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes ``min``, ``max`` or a heap of the few for each sort of which no more is taken."""
    if "sort" not in subject.source:
        return
    if not {"nsmallest", "nlargest"}.isdisjoint(_own_names(subject)):
        return  # the module that defines them, perhaps by means of sorting
    if is_builtin(subject, "sorted", "min", "max", "reversed", "list"):
        for node in scope_of(subject).nodes:
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                yield from _picked(subject, node)
    for name in sorted(scope_of(subject).locals):
        if scope_of(subject).is_simple_local(name):
            yield from _named(subject, name)


def _own_names(subject: Subject) -> set[str]:
    taken = {"nsmallest", "nlargest"} & bound_in_module(subject.module)
    imports = {
        alias.asname or alias.name
        for statement in subject.module.body
        if isinstance(statement, ast.ImportFrom) and statement.module == "heapq"
        for alias in statement.names
    }
    return taken - imports


def _picked(subject: Subject, node: ast.Subscript) -> Iterator[Rewrite]:
    """``sorted(xs)[0]`` and its like."""
    parent = subject.parents[node]
    above = subject.parents[parent]
    if isinstance(parent, ast.IfExp) and parent.orelse is node:
        return  # the way for what does not suit
    if isinstance(above, ast.ExceptHandler):
        return
    sorting, pick = _sorting(subject, node.value), _pick(node.slice)
    if sorting is None or pick is None or "#" in subject.text.text(node):
        return
    if pick.count is None and is_never_empty(subject, sorting.items, node):
        called = "max" if sorting.reverse is not pick.last else "min"
        source, ties = _in_order_of_ties(subject, sorting, pick.last)
        why = f"`{called}` finds the one element that is wanted{ties} without sorting `{_shown(subject, sorting)}`."
        edit = subject.text.replace(node, f"{called}({source}{sorting.key})")
        yield subject.rewrite(SLUG, [edit], why, "known-element")
    yield from _tried(subject, node, sorting, pick)
    text, edits, adds, why = _few(subject, sorting, pick)
    text += "[0]" if pick.count is None else ""
    checked = None if pick.number is not None else _checked(subject, sorting, pick, text, node)
    if pick.number is None and not (isinstance(pick.count, ast.Call) or checked):
        return
    yield subject.rewrite(SLUG, [*edits, subject.text.replace(node, text)], why, adds=adds)
    if checked:
        yield subject.rewrite(SLUG, [*edits, subject.text.replace(node, checked)], why, "typed", adds)


def _tried(subject: Subject, node: ast.Subscript, sorting: _Sorting, pick: _Pick) -> Iterator[Rewrite]:
    """Tries a pick by a key, and sorts after all where there is none or keys can't be compared.

    A sort asks for all keys before it compares two. Which of several exceptions is met first is left to it.
    """
    place, text, unit = subject.parents[node], subject.text, subject.text.indent_unit
    if pick.number is None or not sorting.key or not is_builtin(subject, "TypeError", "ValueError"):
        return
    if not isinstance(place, ast.Return | ast.Assign) or not text.owns_lines(place):
        return
    if "\n" in text.text(place) or not is_pure(subject, node) or not _is_walked_again(subject, sorting.items):
        return
    called = "max" if sorting.reverse is not pick.last else "min"
    source, _ = _in_order_of_ties(subject, sorting, pick.last)
    new, edits, adds, why = _few(subject, sorting, pick)
    failures, words = "TypeError", "not to be compared"
    if pick.count is None:
        new, edits, adds = f"{called}({source}{sorting.key})", (), ()
        failures, words = "(TypeError, ValueError)", "empty, or not to be compared"
        why = why.replace(why.split("`")[1], called)
    head = text.source[text.start(place) : text.start(node)]
    whole = text.source[text.start(place) : text.line_end(text.end(place))].rstrip()
    lines = ["try:", f"{unit}{head}{new}", f"except {failures}:  # {words}", unit + whole]
    start = text.line_start(text.start(place))
    edit = Edit(start, text.line_end(text.end(place)), text.block(lines, text.indent_of(place)))
    yield subject.rewrite(SLUG, [*edits, edit], why, "tried", adds)


def _is_walked_again(subject: Subject, items: ast.expr) -> bool:
    """Whether a collection is still whole after it was walked once."""
    match items:
        case ast.Call(func=ast.Attribute(attr="keys" | "values" | "items"), args=[], keywords=[]):
            return True
    return kind_of(subject, items) in _REVERSIBLE | _DISTINCT


def _checked(subject: Subject, sorting: _Sorting, pick: _Pick, text: str, node: ast.Subscript) -> str:
    """The pick where the number is a whole one above none, and the sort for all else; empty if that is long."""
    if pick.count is None or not is_plain(pick.count) or not is_plain(sorting.items):
        return ""
    if not is_builtin(subject, "type", "int"):
        return ""
    count = subject.text.text(pick.count)
    check = (
        f"{count} > 0" if kind_of(subject, pick.count) == "int" else f"type({count}) is int and {count} > 0"
    )
    whole = f"{text} if {check} else {subject.text.text(node)}"
    return whole if isinstance(subject.parents[node], _ALONE) else f"({whole})"


def _named(subject: Subject, name: str) -> Iterator[Rewrite]:
    """A list that is sorted under a name, of which no more than a few are read."""
    found = _sorted_under(subject, name)
    if found is None:
        return
    place, sorting, later = found
    picks = [_pick(use.node.slice) for use in later if isinstance(use.node, ast.Subscript)]
    known = [one for one in picks if one is not None and one.number is not None]
    if not known or len(known) != len(picks) or len({one.last for one in known}) != 1:
        return
    if any(use.kind not in {"load-item", "truth"} for use in later) or "#" in subject.text.text(place):
        return
    number = max(one.number or 1 for one in known)
    text, edits, adds, why = _few(subject, sorting, _Pick(known[0].last, ast.Constant(number)))
    new = text if isinstance(place, ast.expr) else f"{name} = {text}"
    yield subject.rewrite(SLUG, [*edits, subject.text.replace(place, new)], why, "named", adds)


def _sorted_under(subject: Subject, name: str) -> tuple[ast.expr | ast.Expr, _Sorting, list[Use]] | None:
    """The sort of a local with what is done with the local afterwards, if nothing else can hold the list."""
    uses, definitions = uses_of(subject, name), scope_of(subject).definitions(name)
    if not definitions:
        return None
    loads = [use for use in uses if use.kind not in {"store", "discard"}]
    if len(definitions) == 1 and is_builtin(subject, "sorted", "reversed", "list"):
        sorting = _sorting(subject, definitions[0])
        if sorting is not None:
            return definitions[0], sorting, loads
    sorts = [use for use in uses if use.kind == "call" and use.detail == "sort"]
    if len(sorts) != 1 or not all(kind_of(subject, value) == "list" for value in definitions):
        return None
    call, statement = sorts[0].node, subject.parents[sorts[0].node]
    if not isinstance(call, ast.Call) or not isinstance(statement, ast.Expr) or call.args:
        return None
    sorting = _sorting_of(subject, sorts[0].name, call.keywords)
    around = set(enclosing_loops(subject, statement))
    starts = [use for use in uses if use.kind == "store"]
    if sorting is None or not all(around <= set(enclosing_loops(subject, use.node)) for use in starts):
        return None  # the next turn would meet the few
    if any(isinstance(one, ast.Try) for one in ancestors(subject, statement)):
        return None
    later = [use for use in uses if use.name.lineno > statement.lineno]
    earlier = [use for use in uses if use.name.lineno <= statement.lineno and use is not sorts[0]]
    if not all(_keeps_to_itself(use) for use in earlier) or any(use.kind == "store" for use in later):
        return None
    return statement, sorting, later


def _keeps_to_itself(use: Use) -> bool:
    if use.kind == "call":
        return use.detail in _FILLING
    return use.kind in READING_KINDS | {"store", "augment", "store-item"}


def _sorting(subject: Subject, node: ast.expr) -> _Sorting | None:
    match node:
        case ast.Call(func=ast.Name(id="sorted"), args=[items], keywords=keywords):
            return None if isinstance(items, ast.Starred) else _sorting_of(subject, items, keywords)
    return None


def _sorting_of(subject: Subject, items: ast.expr, keywords: Sequence[ast.keyword]) -> _Sorting | None:
    key, reverse = "", False
    for keyword in keywords:
        if keyword.arg == "key":
            key = f", key={subject.text.text(keyword.value)}"
        elif keyword.arg == "reverse" and isinstance(keyword.value, ast.Constant):
            reverse = bool(keyword.value.value)
        else:
            return None
    return _Sorting(items, key, reverse)


def _pick(index: ast.expr) -> _Pick | None:
    match index:
        case ast.Constant(value=0) if type(index.value) is int:
            return _Pick(last=False)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return _Pick(last=True)
        case ast.Slice(lower=None | ast.Constant(value=0), upper=ast.expr() as count, step=None):
            return _Pick(False, count) if _is_number(count) or _is_counting(count) else None
        case ast.Slice(lower=ast.UnaryOp(op=ast.USub(), operand=count), upper=None, step=None):
            return _Pick(True, count) if _is_number(count) else None
    return None


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value > 0


def _is_counting(node: ast.expr) -> bool:
    """A plain name, or the length of one."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[one], keywords=[]):
            return is_plain(one)
    return is_plain(node)


def _few(
    subject: Subject, sorting: _Sorting, pick: _Pick
) -> tuple[str, tuple[Edit, ...], tuple[str, ...], str]:
    """The text that gives the few in the order of the sort, the import it needs, and why."""
    called = "nlargest" if sorting.reverse is not pick.last else "nsmallest"
    function = imported(subject, "heapq", called)
    source, ties = _in_order_of_ties(subject, sorting, pick.last)
    count = "1" if pick.count is None else ast.unparse(pick.count)
    text = f"{function.called}({count}, {source}{sorting.key})"
    if pick.last and count != "1":
        text += "[::-1]"
    why = f"`{called}` finds the few that are wanted{ties} without sorting `{_shown(subject, sorting)}`."
    return text, function.edits, function.adds, why


def _in_order_of_ties(subject: Subject, sorting: _Sorting, last: bool) -> tuple[str, str]:
    """The items in the order in which the wanted one of several equal ones comes first, with words on that."""
    text = subject.text.text(sorting.items)
    if not last or (not sorting.key and _is_distinct(subject, sorting.items)):
        return text, ""
    ties = " (from the end, where the sort leaves the last of equal ones)"
    if kind_of(subject, sorting.items) in _REVERSIBLE:
        return f"reversed({text})", ties
    if isinstance(sorting.items, ast.GeneratorExp):
        return f"reversed(list{text})", ties  # its own parentheses are part of it
    return f"reversed(list({text}))", ties


def _is_distinct(subject: Subject, items: ast.expr) -> bool:
    """Whether no two items are equal."""
    match items:
        case ast.Call(func=ast.Attribute(attr="keys" | "items"), args=[], keywords=[]):
            return True
        case ast.SetComp():
            return True
    return kind_of(subject, items) in _DISTINCT


def _shown(subject: Subject, sorting: _Sorting) -> str:
    return ast.unparse(sorting.items) if is_plain(sorting.items) else "all of them"


SLOW = """\
def f(names):
    return sorted(names)[:3]
"""
FAST = """\
from heapq import nsmallest


def f(names):
    return nsmallest(3, names)
"""
SLOW_ONE = """\
def f(offers):
    # An empty list is the caller's mistake.
    return sorted(offers, key=lambda offer: offer[1])[0]
"""
FAST_ONE = """\
from heapq import nsmallest


def f(offers):
    # An empty list is the caller's mistake.
    return nsmallest(1, offers, key=lambda offer: offer[1])[0]
"""
SLOW_KNOWN = """\
def f(offers, wanted):
    found = [one for one in offers if one[0] == wanted]
    if not found:
        return None
    return sorted(found, key=len)[-1]
"""
FAST_KNOWN = """\
def f(offers, wanted):
    found = [one for one in offers if one[0] == wanted]
    if not found:
        return None
    return max(reversed(found), key=len)
"""
SLOW_TRIED = """\
def f(offers: list):
    # Of several the first.
    return sorted(offers, key=lambda offer: offer[1])[0]
"""
FAST_TRIED = """\
def f(offers: list):
    # Of several the first.
    try:
        return min(offers, key=lambda offer: offer[1])
    except (TypeError, ValueError):  # empty, or not to be compared
        return sorted(offers, key=lambda offer: offer[1])[0]
"""
SLOW_BEST = """\
def f(scores: list, count):
    best = sorted(scores, reverse=True)[:count]  # the first of equal ones first
    return best
"""
FAST_BEST = """\
from heapq import nlargest


def f(scores: list, count):
    best = nlargest(count, scores) if type(count) is int and count > 0 else sorted(scores, reverse=True)[:count]  # the first of equal ones first
    return best
"""
SLOW_WORST = """\
import heapq


def f(scores: list):
    return [score for score in sorted(scores)[-2:] if score]
"""
FAST_WORST = """\
import heapq


def f(scores: list):
    return [score for score in heapq.nlargest(2, reversed(scores))[::-1] if score]
"""
SLOW_VERSION = """\
def f(versions):
    ordered = sorted(versions.keys())
    if ordered:
        return ordered[-1]
    return 0
"""
FAST_VERSION = """\
from heapq import nlargest


def f(versions):
    ordered = nlargest(1, versions.keys())
    if ordered:
        return ordered[-1]
    return 0
"""
SLOW_SORT = """\
def f(words, text):
    found = []
    for word in words:
        if word in text:
            found.append((len(word), word))
    found.sort(reverse=True)
    return [word for _, word in found[:2]]
"""
FAST_SORT = """\
from heapq import nlargest


def f(words, text):
    found = []
    for word in words:
        if word in text:
            found.append((len(word), word))
    found = nlargest(2, found)
    return [word for _, word in found[:2]]
"""
SLOW_WHILE = """\
def f(jobs):
    order = []
    while jobs:
        order.append(sorted(jobs)[0])
        jobs = jobs[1:]
    return order
"""
FAST_WHILE = """\
def f(jobs):
    order = []
    while jobs:
        order.append(min(jobs))
        jobs = jobs[1:]
    return order
"""
LEAVE_MIDDLE = "def f(xs):\n    return sorted(xs)[len(xs) // 2]\n"
LEAVE_BOTH = "def f(xs):\n    ordered = sorted(xs)\n    return ordered[0], ordered[-1]\n"
LEAVE_RETURNED = "def f(xs):\n    ordered = sorted(xs)\n    print(ordered[0])\n    return ordered\n"
LEAVE_ALL_BUT_ONE = "def f(xs):\n    return sorted(xs)[:-1]\n"
LEAVE_STEP = "def f(xs):\n    return sorted(xs)[::2]\n"
LEAVE_NEGATIVE = "def f(xs, k):\n    return sorted(xs)[-k:]\n"
LEAVE_ORDER = "def f(xs, down):\n    return sorted(xs, reverse=down)[0]\n"
LEAVE_SHADOWED = """\
def sorted(values):
    return values


def f(xs):
    return sorted(xs)[0]
"""
LEAVE_SHARED = """\
def f(xs, keep):
    found = list(xs)
    keep.append(found)
    found.sort()
    return found[0]
"""
LEAVE_NEXT_TURN = """\
def f(xs):
    found = []
    best = []
    for x in xs:
        found.append(x)
        found.sort()
        best.append(found[0])
    return best
"""
LEAVE_OWN = """\
def nsmallest(n, xs):
    return sorted(xs)[:3]


def f(xs):
    return sorted(xs)[:3]
"""

RULE = Rule(
    id="R15",
    slug=SLUG,
    title="Take the first few without sorting all",
    looks_for="`sorted(xs)[0]`, `[-1]`, `[:k]` or `[-k:]`, and a sorted local of which no more than that is read",
    why_slow="a sort orders all elements, of which most are thrown away",
    traps=(
        "of equal elements, `max` takes the first and a sort leaves the last at the end: it walks from the end",
        "`min` of nothing raises ValueError, `sorted(xs)[0]` IndexError",
        "NaN, sets and other elements without a total order: which one comes first depends on the comparisons made",
        "elements that can't be compared, which only the sort compares with each other",
        "a number of elements below zero, or None",
        "a `key` with effects, called in another order",
    ),
    safety="F",
    complexity="O(n log n) -> O(n)",
    gain="1.6x (`[0]`), 4x (`[:k]`) (CPython 3.11)",
    expected=2.0,
    examples=(
        Example(
            SLOW,
            FAST,
            inputs=(([],), (["b"],), (["d", "b", "a", "c"],), (("b", "a", "b", "a"),), ({"x", "y"},)),
        ),
        Example(SLOW_ONE, FAST_ONE, inputs=(([],), ([("a", 2), ("b", 1), ("c", True)],), ((("x", 1.5),),))),
        Example(
            SLOW_KNOWN, FAST_KNOWN, inputs=(([], 1), (["ab", "ac", "b", "a"], "a"), ([(1, 2), (1, 3)], 1))
        ),
        Example(SLOW_BEST, FAST_BEST, inputs=(([3, 1, True, 2], 2), ([], 1), ([1, 2, 1.0], 9), ([2, 1], 0))),
        Example(SLOW_WORST, FAST_WORST, inputs=(([3, 1, True, 2],), ([],), ([1, True, 1.0, 0],), ([2],))),
        Example(SLOW_VERSION, FAST_VERSION, inputs=(({},), ({1: "a", 3: "b", 2: "c"},), ({"a": 1, "b": 2},))),
        Example(SLOW_SORT, FAST_SORT, inputs=(([], ""), (["a", "abc", "b", "bc"], "abc"), (["x"], "y"))),
        Example(SLOW_WHILE, FAST_WHILE, inputs=(([],), ([3, 1, 2],), ([1, True, 1.0],), ("cab",), ((2, 2),))),
        Example(LEAVE_MIDDLE),
        Example(LEAVE_BOTH),
        Example(LEAVE_RETURNED),
        Example(LEAVE_ALL_BUT_ONE),
        Example(LEAVE_STEP),
        Example(LEAVE_NEGATIVE),
        Example(LEAVE_ORDER),
        Example(LEAVE_SHADOWED),
        Example(LEAVE_SHARED),
        Example(LEAVE_NEXT_TURN),
        Example(LEAVE_OWN),
    ),
    needs=frozenset({ast.Subscript}),
    propose=propose,
)
