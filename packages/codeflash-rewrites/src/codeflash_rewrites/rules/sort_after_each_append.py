"""R14: a list is sorted again each time it has grown by an element or loses its least one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.loops import Loop, ancestors, enclosing_loops
from codeflash_rewrites.analysis.ordering import (
    ORDER_BREAKING,
    ORDER_KEEPING,
    Growth,
    Sort,
    growth_of,
    is_in_order_before,
    is_kept_sorted,
    order_lasts,
    sort_of,
)
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, uses_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "sort-after-each-append"
_PLAIN = frozenset({"int", "str", "bytes"})
_PLAIN_TYPES = frozenset({"builtins.int", "builtins.str", "builtins.bytes", "builtins.tuple"})
_QUEUE = frozenset({"truth", "in"})
_HEAP = ("heapify", "heappop", "heappush")


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to insert in order, and a heap where only the least is taken."""
    if "sort" not in subject.source:
        return
    growths: dict[str, list[Growth]] = {}
    for node in scope_of(subject).nodes:
        if isinstance(node, ast.Expr | ast.Assign):
            found = growth_of(subject, node)
            if found is not None:
                growths.setdefault(found[0], []).append(found[1])
            yield from _queue(subject, node)
    for held, several in growths.items():
        if len({one.sort.key for one in several}) != 1 or not _may_have_key(subject, several[0].sort):
            continue
        lasts = all(order_lasts(subject, one.sort) for one in several)
        if lasts and is_kept_sorted(subject, held, several):
            yield _inserted(subject, held, several)


def _may_have_key(subject: Subject, sort: Sort) -> bool:
    return not sort.reverse and (not sort.key or subject.facts.python >= (3, 10))


def _inserted(subject: Subject, held: str, growths: Sequence[Growth]) -> Rewrite:
    text = subject.text
    insort = imported(subject, "bisect", "insort")
    edits = list(insort.edits)
    for one in growths:
        line = f"{insort.called}({held}, {text.text(one.element)}{one.sort.key})"
        if one.append is one.sort.statement:
            edits.append(text.replace(one.append, line))
            continue
        first, second = one.append, one.sort.statement
        if not text.owns_lines(first) or not text.owns_lines(second):
            edits.append(text.replace_through(first, second, line))
        elif "#" in text.source[text.end(second) : text.line_end(text.end(second))]:
            edits += [text.remove_lines(first), text.replace(second, line)]
        else:
            edits += [text.replace(first, line), text.remove_lines(second)]
    why = f"`insort` puts the element into its place in `{held}`, which is sorted already."
    return subject.rewrite(SLUG, edits, why, adds=insort.adds)


def _queue(subject: Subject, statement: ast.stmt) -> Iterator[Rewrite]:
    """``while q: q.sort(); x = q.pop(0); ...; q.append(y)``."""
    found, loops = sort_of(subject, statement), enclosing_loops(subject, statement)
    if found is None or not loops or ast.unparse(found[2]) != found[0] or "." in found[0]:
        return
    (name, sort, _), loop = found, loops[0]
    definitions = scope_of(subject).definitions(name) or []
    others = [value for value in definitions if subject.parents[value] is not statement]
    if (
        not scope_of(subject).is_simple_local(name)
        or statement not in loop.body
        or not subject.text.owns_lines(loop)
    ):
        return
    if not others or not all(kind_of(subject, value) == "list" for value in others):
        return
    uses = [use for use in uses_of(subject, name) if use.name not in sort.mentions]
    inside = set(walked(loop))
    pops = [use for use in uses if use.name in inside and use.kind == "call" and use.detail == "pop"]
    pushes = [use for use in uses if use.name in inside and use.kind == "call" and use.detail == "append"]
    if not pops or not _is_in_turn(subject, loop, statement, pops, pushes):
        return
    if not subject.text.owns_lines(statement) or not all(
        _fits(use, inside, loop, [*pops, *pushes]) for use in uses
    ):
        return
    if any(isinstance(part, ast.Try) for part in ancestors(subject, statement)):
        return
    if not order_lasts(subject, sort):
        return
    ends = {ast.unparse(use.node).rpartition(".pop")[2] for use in pops}
    front, end = ends == {"(0)"}, ends <= {"()", "(-1)"}
    values = [use.node.args[0] for use in pushes if isinstance(use.node, ast.Call)]
    if not sort.key and (front if not sort.reverse else end) and _ties_are_alike(subject, others, values):
        yield _heaped(subject, name, loop, sort, pops, pushes)
    if _may_have_key(subject, sort) and (front or end):
        yield _kept_in_order(subject, name, loop, sort, pushes)


def _is_in_turn(
    subject: Subject, loop: Loop, sort: ast.stmt, pops: Sequence[Use], pushes: Sequence[Use]
) -> bool:
    """Whether in each turn elements are taken after the sort and before others come."""
    last = max(use.name.lineno for use in pops)
    for use in pops:
        if enclosing_loops(subject, use.node)[:1] != [loop] or use.name.lineno <= sort.lineno:
            return False
    for use in pushes:
        call = use.node
        if (
            not isinstance(call, ast.Call)
            or len(call.args) != 1
            or not isinstance(subject.parents[call], ast.Expr)
        ):
            return False
        if sort.lineno <= use.name.lineno <= last:
            return False
    return True


def _fits(use: Use, inside: set[ast.AST], loop: Loop, known: Sequence[Use]) -> bool:
    """Whether a use does not ask for the order of the elements, or is over when the loop begins."""
    if use in known or use.kind in _QUEUE or (use.kind, use.detail) == ("builtin", "len"):
        return True
    if use.name in inside or use.name.lineno > (loop.end_lineno or 0):
        return False
    if use.kind == "call":
        return use.detail in ORDER_KEEPING | ORDER_BREAKING | {"sort"}
    return use.kind in READING_KINDS | {"store", "augment", "store-item"}


def _ties_are_alike(subject: Subject, starts: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    """Whether equal elements can't be told apart, as far as the text and what was traced tell."""
    elements = list(values)
    for start in starts:
        match start:
            case ast.List(elts=several):
                elements += several
            case ast.ListComp(elt=one):
                elements.append(one)
            case ast.Call(args=[ast.Name(id=name)]) if name in subject.facts.parameters:
                seen = set(subject.facts.parameters[name].element_types)
                if not seen or not seen <= _PLAIN_TYPES:
                    return False
            case ast.Call(args=[]):
                pass
            case _ if not values:
                return False
    return all(_is_plain_element(subject, one) for one in elements)


def _is_plain_element(subject: Subject, node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return not any(isinstance(one, ast.Starred | ast.List | ast.Dict | ast.Lambda) for one in node.elts)
    return isinstance(node, ast.BinOp) or kind_of(subject, node) in _PLAIN


def _heaped(
    subject: Subject, name: str, loop: Loop, sort: Sort, pops: Sequence[Use], pushes: Sequence[Use]
) -> Rewrite:
    text = subject.text
    ordered = is_in_order_before(subject, name, loop, sort)
    spared = ({"heapify"} if ordered else set()) | (set() if pushes else {"heappush"})
    wanted = [one for one in _HEAP if one not in spared]
    found = {one: imported(subject, "heapq", one) for one in wanted}
    called = {one: found[one].called for one in wanted}
    missing = [one for one in wanted if found[one].edits]
    edits: list[Edit] = []
    if missing:
        # one line for all of them
        first, names = found[missing[0]].edits[0], ", ".join(_import_of(one, called[one]) for one in missing)
        alone = f"from heapq import {_import_of(missing[0], called[missing[0]])}"
        edits.append(Edit(first.start, first.end, first.text.replace(alone, f"from heapq import {names}")))
    edits += _before_loop(subject, loop, sort, "" if ordered else f"{called['heapify']}({name})")
    edits.append(text.remove_lines(sort.statement))
    edits += [text.replace(use.node, f"{called['heappop']}({name})") for use in pops]
    for use in pushes:
        assert isinstance(use.node, ast.Call)
        edits.append(text.replace(use.node, f"{called['heappush']}({name}, {text.text(use.node.args[0])})"))
    why = f"A heap gives the least of `{name}` without sorting the rest again for each."
    return subject.rewrite(SLUG, edits, why, "heap", tuple(called[one] for one in missing))


def _before_loop(subject: Subject, loop: Loop, sort: Sort, line: str) -> list[Edit]:
    """What puts the list in order before the loop, with the comment of the sort in it."""
    line = (line + _remark(subject, sort.statement)).strip()
    return [subject.text.insert_before(loop, line)] if line else []


def _remark(subject: Subject, statement: ast.stmt) -> str:
    """The comment behind a statement, with the space before it."""
    end = subject.text.end(statement)
    return subject.text.source[end : subject.text.line_end(end)].rstrip()


def _import_of(name: str, called: str) -> str:
    return name if name == called else f"{name} as {called}"


def _kept_in_order(subject: Subject, name: str, loop: Loop, sort: Sort, pushes: Sequence[Use]) -> Rewrite:
    text = subject.text
    ordered = is_in_order_before(subject, name, loop, sort)
    edits = _before_loop(subject, loop, sort, "" if ordered else text.text(sort.statement))
    edits.append(text.remove_lines(sort.statement))
    adds: tuple[str, ...] = ()
    if pushes:
        insort = imported(subject, "bisect", "insort")
        edits += insort.edits
        adds = insort.adds
        for use in pushes:
            assert isinstance(use.node, ast.Call)
            new = f"{insort.called}({name}, {text.text(use.node.args[0])}{sort.key})"
            edits.append(text.replace(use.node, new))
    why = f"`{name}` is sorted once, and what is added goes to its place."
    return subject.rewrite(SLUG, edits, why, "in-order", adds)


SLOW = """\
def f(stream):
    held = []
    medians = []
    for x in stream:
        held.append(x)
        held.sort()  # the newest may be the least
        medians.append(held[len(held) // 2])
    return medians
"""
FAST = """\
from bisect import insort


def f(stream):
    held = []
    medians = []
    for x in stream:
        insort(held, x)  # the newest may be the least
        medians.append(held[len(held) // 2])
    return medians
"""
SLOW_KEY = """\
def f(bids, most):
    best = sorted(bids[:1], key=lambda bid: bid[0])
    for bid in bids[1:]:
        best = sorted(best + [bid], key=lambda bid: bid[0])
        if len(best) > most:
            best.pop(0)
    return best
"""
FAST_KEY = """\
from bisect import insort


def f(bids, most):
    best = sorted(bids[:1], key=lambda bid: bid[0])
    for bid in bids[1:]:
        insort(best, bid, key=lambda bid: bid[0])
        if len(best) > most:
            best.pop(0)
    return best
"""
SLOW_SELF = """\
class Board:
    def __init__(self):
        self.scores = []

    def add(self, scores):
        for score in scores:
            self.scores.append(score)
            self.scores.sort()
        return self.scores[-3:]
"""
FAST_SELF = """\
from bisect import insort


class Board:
    def __init__(self):
        self.scores = []

    def add(self, scores):
        for score in scores:
            insort(self.scores, score)
        return self.scores[-3:]
"""
SLOW_QUEUE = """\
def f(graph, start):
    best = {start: 0}
    queue = [(0, start)]
    while queue:
        queue.sort()
        cost, node = queue.pop(0)
        for other, length in graph.get(node, ()):
            if other not in best or cost + length < best[other]:
                best[other] = cost + length
                queue.append((cost + length, other))
    return best
"""
FAST_QUEUE = """\
from heapq import heappop, heappush


def f(graph, start):
    best = {start: 0}
    queue = [(0, start)]
    while queue:
        cost, node = heappop(queue)
        for other, length in graph.get(node, ()):
            if other not in best or cost + length < best[other]:
                best[other] = cost + length
                heappush(queue, (cost + length, other))
    return best
"""
SLOW_HEAP = """\
def f(lengths):
    cost = 0
    ropes = [length + 0 for length in lengths]
    while len(ropes) > 1:
        ropes.sort()  # shortest first
        knotted = ropes.pop(0) + ropes.pop(0)
        cost += knotted
        ropes.append(knotted + 0)
    return cost
"""
FAST_HEAP = """\
from heapq import heapify, heappop, heappush


def f(lengths):
    cost = 0
    ropes = [length + 0 for length in lengths]
    heapify(ropes)  # shortest first
    while len(ropes) > 1:
        knotted = heappop(ropes) + heappop(ropes)
        cost += knotted
        heappush(ropes, knotted + 0)
    return cost
"""
SLOW_MERGE = """\
def f(sizes):
    total = 0
    heap = list(sizes)
    while len(heap) > 1:
        heap.sort()
        merged = heap.pop(0) + heap.pop(0)
        total += merged
        heap.append(merged)
    return total
"""
FAST_MERGE = """\
from bisect import insort


def f(sizes):
    total = 0
    heap = list(sizes)
    heap.sort()
    while len(heap) > 1:
        merged = heap.pop(0) + heap.pop(0)
        total += merged
        insort(heap, merged)
    return total
"""
SLOW_TASKS = """\
def f(tasks):
    order = []
    waiting = [(priority, name) for priority, name in tasks]
    while waiting:
        waiting.sort(key=lambda task: task[0])
        priority, name = waiting.pop()
        order.append(name)
        if priority > 1:
            waiting.append((priority - 2, name))
    return order
"""
FAST_TASKS = """\
from bisect import insort


def f(tasks):
    order = []
    waiting = [(priority, name) for priority, name in tasks]
    waiting.sort(key=lambda task: task[0])
    while waiting:
        priority, name = waiting.pop()
        order.append(name)
        if priority > 1:
            insort(waiting, (priority - 2, name), key=lambda task: task[0])
    return order
"""
LEAVE_UNSORTED = """\
def f(held, stream):
    for x in stream:
        held.append(x)
        held.sort()
    return held
"""
LEAVE_EXTENDED = """\
def f(stream):
    held = []
    for x in stream:
        held.append(x)
        held.sort()
        held.extend([x, 0])
    return held
"""
LEAVE_OTHER_KEY = """\
def f(stream):
    held = sorted(stream)
    for x in stream:
        held.append(x)
        held.sort(key=len)
    return held
"""
LEAVE_REVERSE = """\
def f(stream):
    held = []
    for x in stream:
        held.append(x)
        held.sort(reverse=True)
    return held
"""
LEAVE_ONCE = "def f(xs):\n    held = sorted(xs)\n    held.append(0)\n    held.sort()\n    return held\n"
LEAVE_HELD = """\
def f(stream, note):
    held = []
    for x in stream:
        held.append(x)
        held.sort()
        note(held)
    return held
"""
LEAVE_BETWEEN = """\
def f(jobs):
    queue = list(jobs)
    while queue:
        queue.sort()
        queue.append(queue[0] - 1)
        if queue.pop(0) < 0:
            return len(queue)
"""
LEAVE_WALKED = """\
def f(jobs):
    queue = list(jobs)
    order = []
    while queue:
        queue.sort()
        order.append((queue.pop(0), list(queue)))
        queue.append(0)
    return order
"""
LEAVE_ATTRIBUTE = """\
class Board:
    def __init__(self, scores):
        self.scores = list(scores)

    def add(self, score):
        self.scores.append(score)
        self.scores.sort()
"""
LEAVE_RETURNED = """\
def f(jobs, most):
    queue = list(jobs)
    for _ in range(most):
        queue.sort()
        queue.append(queue.pop(0) + 1)
    return queue
"""
LEAVE_MOVING_KEY = """\
def f(graph, start):
    far = {start: 0}
    queue = [start]
    while queue:
        queue.sort(key=lambda node: far[node])
        node = queue.pop(0)
        for other, length in graph[node]:
            far[other] = far[node] + length
            queue.append(other)
    return far
"""
LEAVE_CHANGED_ELEMENT = """\
def f(needs):
    queue = [[need] for need in needs]
    while queue:
        queue.sort()
        first = queue.pop(0)
        if queue:
            last = queue.pop(0)
            last[0] -= first[0]
            queue.append(last)
    return queue
"""
_GRAPHS: tuple[tuple[object, ...], ...] = (
    ({}, "a"),
    ({"a": [("b", 4), ("c", 1)], "c": [("b", 2), ("a", 1)], "b": [("d", 1), ("a", 0)]}, "a"),
)
_STREAMS: tuple[tuple[object, ...], ...] = (
    ([],),
    ([3, 1, 2, 3],),
    ([1, True, 1.0, 0, False],),
    ("cab",),
    ((2.5, -1),),
)

RULE = Rule(
    id="R14",
    slug=SLUG,
    title="Insert in order, or keep a heap, instead of sorting again",
    looks_for="`xs.append(x)` with `xs.sort()` after it on a list that is sorted already, and `q.sort()` with `q.pop(0)`"
    " in a loop",
    why_slow="each sort compares all neighbours again though one element is new",
    traps=(
        "a heap gives equal elements in any order: they must not be told apart",
        "NaN, sets and other elements without a total order",
        "an element that can't be compared: the list had it at its end when the sort failed, and now it has not",
        "an element, or what its key reads, that changes while it is in the list",
        "a list that is changed, or is out of order, by another name",
        "an empty list: `heappop` words its IndexError otherwise",
    ),
    safety="TF",
    complexity="O(n^2) -> O(n log n)",
    gain="7-11x (`insort`), 14-16x (heap) at 2,000 elements (CPython 3.11)",
    expected=6.0,
    examples=(
        Example(SLOW, FAST, inputs=_STREAMS),
        Example(
            SLOW_KEY, FAST_KEY, inputs=(([], 1), ([(2, "a"), (1, "b"), (2, "c"), (1, "d")], 3), ([(1,)], 1))
        ),
        Example(SLOW_SELF, FAST_SELF, function="Board.add", inputs=(([],), ([3, 1, True, 1.0, 2],), ("ba",))),
        Example(SLOW_QUEUE, FAST_QUEUE, inputs=_GRAPHS),
        Example(SLOW_HEAP, FAST_HEAP, inputs=(([],), ([5],), ([3, 1, 2, 1, 4],), ([2, 2],))),
        Example(SLOW_MERGE, FAST_MERGE, inputs=(([],), ([5],), ([3, 1, 2, 1],), ((1.5, True, 1),))),
        Example(SLOW_TASKS, FAST_TASKS, inputs=(([],), ([(1, "a"), (3, "b"), (3, "c"), (1, "d")],))),
        Example(LEAVE_UNSORTED),
        Example(LEAVE_EXTENDED),
        Example(LEAVE_OTHER_KEY),
        Example(LEAVE_REVERSE),
        Example(LEAVE_ONCE),
        Example(LEAVE_HELD),
        Example(LEAVE_BETWEEN),
        Example(LEAVE_WALKED),
        Example(LEAVE_ATTRIBUTE, function="Board.add"),
        Example(LEAVE_RETURNED),
        Example(LEAVE_MOVING_KEY),
        Example(LEAVE_CHANGED_ELEMENT),
    ),
    needs=frozenset({ast.Call}),
    propose=propose,
)
