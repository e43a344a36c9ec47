"""R09: a list is used as a queue, or filled from its front."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.loops import Loop, block_of, enclosing_loops
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, uses_of
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "queue-on-list"
_DEQUE_METHODS = {"append", "extend", "clear", "pop", "insert", "index", "count", "remove"}
_DEQUE_BUILTINS = {
    "len",
    "sorted",
    "sum",
    "min",
    "max",
    "any",
    "all",
    "set",
    "list",
    "tuple",
    "enumerate",
    "zip",
}
_LIST_METHODS = _DEQUE_METHODS | {"sort", "reverse"}
_HERE = READING_KINDS | {"store", "store-item", "augment"}


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a deque for a queue, and append with one reverse for a list filled from the front."""
    for name in sorted(scope_of(subject).locals):
        if name in scope_of(subject).captured:
            continue
        uses = uses_of(subject, name)
        if scope_of(subject).is_simple_local(name):
            yield from _deque(subject, name, uses)
            yield from _reverse(subject, name, uses)
        yield from _consumed(subject, name, uses)


def _is_front(use: Use, method: str, arguments: int) -> bool:
    call = use.node
    if use.kind != "call" or use.detail != method or not isinstance(call, ast.Call):
        return False
    return len(call.args) == arguments and not call.keywords and _is_zero(call.args[0])


def _is_zero(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _deque(subject: Subject, name: str, uses: list[Use]) -> Iterator[Rewrite]:
    starts = [use.node for use in uses if use.kind == "store"]
    definitions = scope_of(subject).definitions(name) or []
    if not definitions or not all(kind_of(subject, value, depth=0) == "list" for value in definitions):
        return
    front = [use for use in uses if _is_front(use, "pop", 1) or _is_front(use, "insert", 2)]
    if not any(enclosing_loops(subject, use.node) for use in front):
        return
    deque = imported(subject, "collections", "deque")
    why = f"`{name}` is a queue; a deque takes from its front without moving all that is behind."
    if not all(use in front or _fits_deque(use) for use in uses):
        loop = _loop_that_consumes(subject, uses, front)
        if loop is not None:
            edits = [*deque.edits, subject.text.insert_before(loop, f"{name} = {deque.called}({name})")]
            edits += [_front_edit(subject, use) for use in front]
            yield subject.rewrite(SLUG, edits, why, "converted", deque.adds)
        return
    edits = list(deque.edits)
    for start in starts:
        value = start.value  # type: ignore[attr-defined]
        text = subject.text.text(value)
        empty = text.replace(" ", "") in {"[]", "list()"}
        edits.append(subject.text.replace(value, f"{deque.called}({'' if empty else text})"))
    edits += [_front_edit(subject, use) for use in front]
    yield subject.rewrite(SLUG, edits, why, adds=deque.adds)


def _loop_that_consumes(subject: Subject, uses: list[Use], front: list[Use]) -> Loop | None:
    """The loop before which a list, filled and sorted by then, can become a deque."""
    loop = enclosing_loops(subject, front[0].node)[-1]
    if not all(loop in enclosing_loops(subject, use.node) for use in front):
        return None
    inside = set(walked(loop))
    for use in uses:
        if use.name in inside or use.name.lineno > (loop.end_lineno or 0):
            if use not in front and (use.kind == "store" or not _fits_deque(use)):
                return None
        elif use.kind not in _HERE and not (use.kind == "call" and use.detail in _LIST_METHODS):
            return None  # something else may hold the list
    return loop if subject.text.starts_line(loop) else None


def _fits_deque(use: Use) -> bool:
    """Whether a deque does the same as a list here."""
    if use.kind == "store":
        return isinstance(use.node, ast.Assign) and len(use.node.targets) == 1
    if use.kind == "call":
        assert isinstance(use.node, ast.Call)
        if use.detail == "pop":
            return not use.node.args
        return use.detail in _DEQUE_METHODS
    if use.kind == "load-item" and isinstance(use.node, ast.Subscript):
        return isinstance(use.node.slice, ast.Constant | ast.UnaryOp)
    if use.kind == "augment" and isinstance(use.node, ast.AugAssign):
        return isinstance(use.node.op, ast.Add)
    if use.kind == "builtin":
        return use.detail in _DEQUE_BUILTINS
    return use.kind in {"truth", "in", "iterate"}


def _front_edit(subject: Subject, use: Use) -> Edit:
    call, text = use.node, subject.text
    assert isinstance(call, ast.Call)
    if use.detail == "pop":
        return text.replace(call, f"{use.name.id}.popleft()")
    return text.replace(call, f"{use.name.id}.appendleft({text.text(call.args[1])})")


def _reverse(subject: Subject, name: str, uses: list[Use]) -> Iterator[Rewrite]:
    """``out.insert(0, x)`` in a loop, with ``out`` read only after it."""
    inserts = [use for use in uses if _is_front(use, "insert", 2)]
    definitions = scope_of(subject).definitions(name) or []
    if not inserts or len(definitions) != 1 or uses[0].kind != "store":
        return
    start = definitions[0]
    if not ((isinstance(start, ast.List) and len(start.elts) <= 1) or ast.unparse(start) == "list()"):
        return
    loops = [enclosing_loops(subject, use.node) for use in inserts]
    if not all(loops) or len({around[-1] for around in loops}) != 1:
        return
    first = subject.parents[definitions[0]]
    block = block_of(subject, first) if isinstance(first, ast.stmt) else []
    loop = next((one for one in loops[0] if one in block), None)
    if loop is None or not all(loop in around for around in loops) or loop.orelse:
        return
    if not subject.text.owns_lines(loop) or enclosing_loops(subject, loop) != enclosing_loops(subject, first):
        return
    last = loop.end_lineno or 0
    others = [use for use in uses[1:] if use not in inserts]
    if not others or any(use.name.lineno <= last for use in others):
        return
    if any(isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) for node in walked(loop)):
        return
    edits = []
    for use in inserts:
        assert isinstance(use.node, ast.Call)
        value = subject.text.text(use.node.args[1])
        edits.append(subject.text.replace(use.node, f"{name}.append({value})"))
    edits.append(subject.text.insert_after(loop, f"{name}.reverse()"))
    why = f"Appending to `{name}` and reversing it once does not move the whole list for each element."
    yield subject.rewrite(SLUG, edits, why)


def _consumed(subject: Subject, name: str, uses: list[Use]) -> Iterator[Rewrite]:
    """``while xs: ... xs[0] ... xs = xs[1:]``."""
    cuts = [use for use in uses if use.kind == "store" and _is_cut(use.node, name)]
    if not cuts:
        return
    loops = enclosing_loops(subject, cuts[0].node)
    loop = next((one for one in loops if isinstance(one, ast.While)), None)
    if loop is None or not subject.text.starts_line(loop) or not _asks_for(loop.test, name):
        return
    inside = [use for use in uses if (use.name.lineno >= loop.lineno)]
    cut_reads = {use.node.value.value for use in cuts if isinstance(use.node, ast.Assign)}  # type: ignore[attr-defined]
    for use in inside:
        if use in cuts or use.name in cut_reads or use.kind == "truth" or use.name is loop.test:
            continue
        head = isinstance(use.node, ast.Subscript) and _is_zero(use.node.slice) and use.kind == "load-item"
        if not head and not (use.kind == "builtin" and use.detail == "len"):
            return
    if not all(loop in enclosing_loops(subject, use.node) for use in cuts):
        return
    deque = imported(subject, "collections", "deque")
    edits = [*deque.edits, subject.text.insert_before(loop, f"{name} = {deque.called}({name})")]
    edits += [subject.text.replace(use.node, f"{name}.popleft()") for use in cuts]
    why = f"`{name}` is consumed from its front; a deque does so without copying the rest each time."
    yield subject.rewrite(SLUG, edits, why, adds=deque.adds)


def _asks_for(test: ast.expr, name: str) -> bool:
    first = test.values[0] if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else test
    return ast.unparse(first) in {name, f"len({name}) > 0", f"len({name})", f"len({name}) >= 1"}


def _is_cut(statement: ast.AST, name: str) -> bool:
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Subscript)
        and ast.unparse(statement) == f"{name} = {name}[1:]"
    )


SLOW = """\
def f(graph, start):
    queue = [start]
    order = []
    while queue:
        node = queue.pop(0)  # oldest first
        order.append(node)
        queue.extend(graph.get(node, []))
    return order
"""
FAST = """\
from collections import deque


def f(graph, start):
    queue = deque([start])
    order = []
    while queue:
        node = queue.popleft()  # oldest first
        order.append(node)
        queue.extend(graph.get(node, []))
    return order
"""
SLOW_FRONT = """\
def f(n, base):
    digits = []
    while n > 0:
        n, digit = divmod(n, base)
        digits.insert(0, digit)
    return digits
"""
FAST_FRONT = """\
def f(n, base):
    digits = []
    while n > 0:
        n, digit = divmod(n, base)
        digits.append(digit)
    digits.reverse()
    return digits
"""
SLOW_SLICE = """\
from collections import deque


def f(tokens):
    total = 0
    while tokens:
        total += tokens[0]
        tokens = tokens[1:]
    return total
"""
FAST_SLICE = """\
from collections import deque


def f(tokens):
    total = 0
    tokens = deque(tokens)
    while tokens:
        total += tokens[0]
        tokens.popleft()
    return total
"""
SLOW_SORTED = """\
from collections import deque


def f(weights, cut):
    pairs = [[weight, i] for i, weight in enumerate(weights)]
    pairs.sort()
    order = []
    while pairs:
        if pairs[0][0] < cut:
            order.append(pairs.pop(0)[1])
        else:
            order.append(pairs.pop()[1])
    return order
"""
FAST_SORTED = """\
from collections import deque


def f(weights, cut):
    pairs = [[weight, i] for i, weight in enumerate(weights)]
    pairs.sort()
    order = []
    pairs = deque(pairs)
    while pairs:
        if pairs[0][0] < cut:
            order.append(pairs.popleft()[1])
        else:
            order.append(pairs.pop()[1])
    return order
"""
LEAVE_HELD = """\
def f(weights, keep):
    pairs = sorted(weights)
    keep.append(pairs)
    total = 0
    while pairs:
        total += pairs.pop(0)
    return total
"""
LEAVE_RETURNED = """\
def f(items):
    rest = list(items)
    while rest and rest[0] is None:
        rest.pop(0)
    return rest
"""
LEAVE_SLICED = """\
def f(items):
    rest = list(items)
    out = []
    while rest:
        out.append(rest[:2])
        rest.pop(0)
    return out
"""
LEAVE_ONCE = "def f(items):\n    rest = list(items)\n    return rest.pop(0)\n"

RULE = Rule(
    id="R09",
    slug=SLUG,
    title="Use a deque for a queue, and fill a list at its end",
    looks_for="`pop(0)`, `insert(0, x)` or `xs = xs[1:]` in a loop on a list that stays in the function",
    why_slow="each of them moves or copies all the other elements",
    traps=(
        "a deque has no slices and no sort, and is not equal to a list",
        "`pop` of an empty deque words its IndexError otherwise",
        "below some 200 elements there is no gain",
    ),
    safety="E",
    complexity="O(n^2) -> O(n)",
    gain="1.2-1.3x at 200 elements, 10-15x at 20,000; slices 61x; real functions 5.8x and 32x (CPython 3.11)",
    expected=5.0,
    examples=(
        Example(SLOW, FAST, inputs=(({1: [2, 3], 2: [4]}, 1), ({}, "x"))),
        Example(SLOW_FRONT, FAST_FRONT, inputs=((10, 2), (0, 2), (255, 16), (1, 0))),
        Example(SLOW_SLICE, FAST_SLICE, inputs=(([1, 2, 3],), ([],), ((1, 2.5),))),
        Example(SLOW_SORTED, FAST_SORTED, inputs=(([], 1), ([3, 1, 2, 5, 0], 3), ([1.5], 2))),
        Example(LEAVE_HELD),
        Example(LEAVE_RETURNED),
        Example(LEAVE_SLICED),
        Example(LEAVE_ONCE),
    ),
    needs=LOOPS,
    propose=propose,
)
