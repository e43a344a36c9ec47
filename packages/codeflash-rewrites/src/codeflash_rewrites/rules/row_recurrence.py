"""R21: neighbours in the rows of a dynamic program are carried in variables from turn to turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.names import faithful, fresh_name, is_builtin, loads, own_nodes_of, stores
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "row-recurrence"


@frozen
class _Row:
    """The reads of a row at the loop's index and one before it, and the one store at the index."""

    here: tuple[ast.Subscript, ...]
    before: tuple[ast.Subscript, ...]
    stored: tuple[ast.Subscript, ...]


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes carried variables for each loop over an index whose rows are read at it and one before it."""
    for loop in own_nodes_of(subject.function, ast.For):
        if isinstance(loop.target, ast.Name) and not loop.orelse:
            start = _start(subject, loop.iter)
            if start is not None and subject.text.owns_lines(loop) and _straight(loop):
                yield from _carried(subject, loop, start)


def _carried(subject: Subject, loop: ast.For, start: int) -> Iterator[Rewrite]:
    assert isinstance(loop.target, ast.Name)
    index = loop.target.id
    text = subject.text
    lead: list[str] = []
    edits: list[Edit] = []
    head: list[str] = []
    tail: list[str] = []
    rows: list[str] = []
    taken: list[str] = []
    for name in sorted({part.id for part in walked(loop) if isinstance(part, ast.Name)} - {index}):
        row = _row(subject, loop, name, index)
        if row is None or not row.before:
            continue
        before = _fresh(subject, f"{name}_before", taken)
        lead.append(f"{before} = {name}[{start - 1}]")
        edits += [text.replace(one, before) for one in row.before]
        if row.stored:
            assignment = subject.parents[row.stored[0]]
            if assignment is not loop.body[-1] or row.here or not isinstance(assignment, ast.Assign):
                return
            edits.append(text.replace(row.stored[0], f"{text.text(row.stored[0])} = {before}"))
        else:
            here = _fresh(subject, f"{name}_here", taken)
            head.append(f"{here} = {name}[{index}]")
            edits += [text.replace(one, here) for one in row.here]
            tail.append(f"{before} = {here}")
        rows.append(f"`{name}`")
    if not rows:
        return
    first, last = loop.body[0], loop.body[-1]
    if not text.owns_lines(first) or not text.owns_lines(last):
        return
    edits.append(text.insert_before(loop, *lead))
    if head:
        edits += [text.insert_before(first, *head), text.insert_after(last, *tail)]
    why = f"The neighbours in {' and '.join(rows)} stay in variables from turn to turn; each was looked up twice."
    yield subject.rewrite(SLUG, edits, why)


def _row(subject: Subject, loop: ast.For, name: str, index: str) -> _Row | None:
    """How the loop uses a row, when it is used at the index and one before it only."""
    here: list[ast.Subscript] = []
    before: list[ast.Subscript] = []
    stored: list[ast.Subscript] = []
    if stores(loop, name):
        return None
    for use in loads(loop, name):
        parent = subject.parents[use]
        if not isinstance(parent, ast.Subscript) or parent.value is not use or not faithful(subject, parent):
            return None
        at_index = isinstance(parent.slice, ast.Name) and parent.slice.id == index
        if not at_index and not _one_before(parent.slice, index):
            return None
        if isinstance(parent.ctx, ast.Load):
            (here if at_index else before).append(parent)
        elif (
            isinstance(parent.ctx, ast.Store) and at_index and isinstance(subject.parents[parent], ast.Assign)
        ):
            stored.append(parent)
        else:
            return None
    return _Row(tuple(here), tuple(before), tuple(stored)) if len(stored) <= 1 else None


def _one_before(node: ast.AST, index: str) -> bool:
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.left, ast.Name)
        and node.left.id == index
        and isinstance(node.right, ast.Constant)
        and node.right.value == 1
    )


def _start(subject: Subject, node: ast.AST) -> int | None:
    """The first number of a range that counts up by one from a literal."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    known = node.func.id == "range" and is_builtin(subject, "range")
    if not known and (node.func.id != "xrange" or stores(subject.function, "xrange")):
        return None
    if len(node.args) == 1:
        return 0
    first = node.args[0] if len(node.args) == 2 else None
    if isinstance(first, ast.Constant) and type(first.value) is int and first.value >= 0:
        return first.value
    return None


def _straight(loop: ast.For) -> bool:
    """Whether every turn runs to its end, does not touch the index, and calls nothing that could touch a row."""
    for part in walked(loop):
        if isinstance(
            part, ast.Continue | ast.Yield | ast.YieldFrom | ast.Await | ast.Lambda | ast.FunctionDef
        ):
            return False
        if isinstance(part, ast.For | ast.While | ast.Try | ast.With) and part is not loop:
            return False
    assert isinstance(loop.target, ast.Name)
    index = loop.target.id
    return not any(stores(statement, index) for statement in loop.body)


def _fresh(subject: Subject, wish: str, taken: list[str]) -> str:
    name, number = fresh_name(subject, wish), 2
    while name in taken:
        name, number = fresh_name(subject, f"{wish}_{number}"), number + 1
    taken.append(name)
    return name


SLOW = """\
def f(one, two):
    row = list(range(1, len(two) + 1)) + [0]
    for x in range(len(one)):
        last, row = row, [0] * len(two) + [x + 1]
        for y in range(len(two)):
            delete = last[y] + 1
            insert = row[y - 1] + 1
            change = last[y - 1] + (one[x] != two[y])
            row[y] = min(delete, insert, change)
    return row[len(two) - 1]
"""
FAST = """\
def f(one, two):
    row = list(range(1, len(two) + 1)) + [0]
    for x in range(len(one)):
        last, row = row, [0] * len(two) + [x + 1]
        last_before = last[-1]
        row_before = row[-1]
        for y in range(len(two)):
            last_here = last[y]
            delete = last_here + 1
            insert = row_before + 1
            change = last_before + (one[x] != two[y])
            row[y] = row_before = min(delete, insert, change)
            last_before = last_here
    return row[len(two) - 1]
"""
LEAVE_CONTINUE = """\
def f(row, last):
    for y in range(1, len(row)):
        if row[y - 1]:
            continue
        row[y] = last[y - 1]
    return row
"""
LEAVE_OTHER_INDEX = """\
def f(row, k):
    for y in range(1, len(row)):
        row[y] = row[y - 1] + row[y - k]
    return row
"""

RULE = Rule(
    id="R21",
    slug=SLUG,
    title="Row recurrence read through subscripts",
    looks_for="a loop over an index that reads rows at the index and one before it, as edit distances do",
    why_slow="The item at one turn's index is the next turn's neighbour, and is looked up again.",
    traps=("two names for one row", "a call that changes a row", "an empty row with an empty range"),
    safety="E",
    gain="1.7-2.6x on real functions together with comparisons instead of min (CPython 3.11)",
    expected=1.3,
    examples=(
        Example(
            SLOW,
            FAST,
            inputs=(("kitten", "sitting"), ("", "a"), ("a", ""), ("", ""), ([1], [2, 1]), (None, "")),
        ),
        Example(LEAVE_CONTINUE),
        Example(LEAVE_OTHER_INDEX),
    ),
    needs=frozenset({ast.For}),
    propose=propose,
)
