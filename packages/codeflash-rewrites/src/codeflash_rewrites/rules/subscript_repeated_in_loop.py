"""R51: a subscript that stays the same during an inner loop is read once before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import bound_names, faithful, fresh_name, own_nodes_of, stores
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "subscript-repeated-in-loop"
_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_SIMPLE = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes, for each innermost loop, to read its unchanging subscripts before it."""
    for loop in own_nodes_of(subject.function, ast.For):
        if not subject.text.owns_lines(loop) or not _in_outer_loop(subject, loop):
            continue
        if not any(isinstance(part, ast.For | ast.While) for part in walked(loop) if part is not loop):
            yield from _hoisted(subject, loop)


def _hoisted(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    groups: dict[str, list[ast.Subscript]] = {}
    for statement in loop.body:
        for part in walked(statement):
            if isinstance(part, _SCOPES):
                return
            if isinstance(part, ast.Subscript) and _unchanging(subject, part, loop):
                groups.setdefault(ast.dump(part), []).append(part)
    edits: list[Edit] = []
    lines: list[str] = []
    taken: list[str] = []
    for place, uses in groups.items():
        if not all(faithful(subject, use) for use in uses) or not _always_read(place, loop.body):
            continue
        name = _name(subject, uses[0], taken)
        lines.append(f"{name} = {subject.text.text(uses[0])}")
        edits += [subject.text.replace(use, name) for use in uses]
    if edits:
        edits.append(subject.text.insert_before(loop, *lines))
        what = " and ".join(f"`{line.split(' = ')[1]}`" for line in lines)
        why = f"{what} does not change during the inner loop and is read once before it."
        yield subject.rewrite(SLUG, edits, why)


def _unchanging(subject: Subject, node: ast.Subscript, loop: ast.For) -> bool:
    """Whether a subscript of a name reads the same place at every turn of the loop."""
    if (
        not isinstance(node.ctx, ast.Load)
        or not isinstance(node.value, ast.Name)
        or isinstance(node.slice, ast.Slice)
    ):
        return False
    names = {part.id for part in walked(node) if isinstance(part, ast.Name)}
    if any(not isinstance(part, ast.Name | ast.Constant | ast.BinOp | ast.Add | ast.Sub | ast.Load | ast.UnaryOp)
           for part in walked(node.slice)):  # fmt: skip
        return False
    if isinstance(node.slice, ast.Constant) or names & bound_names(loop.target):
        return False
    if any(stores(statement, name) for statement in loop.body for name in names):
        return False
    outer = {name for part in _outer_loops(subject, loop) for name in bound_names(part.target)}
    if not {part.id for part in walked(node.slice) if isinstance(part, ast.Name)} & outer:
        return False  # an index that no outer loop moves is rarely one of a sequence
    return not _holder_changes(subject, node.value.id, loop)


def _holder_changes(subject: Subject, name: str, loop: ast.For) -> bool:
    """Whether the loop stores into the sequence itself, or hands it on."""
    for part in walked(loop):
        if isinstance(part, ast.Name) and part.id == name:
            parent = subject.parents[part]
            if not isinstance(parent, ast.Subscript) or not isinstance(parent.ctx, ast.Load):
                return True
    return False


def _always_read(place: str, body: list[ast.stmt]) -> bool:
    """Whether the first turn reads the place in any case, so that reading it early fails as it would have.

    Args:
        place: The dump of the subscript.
        body: The statements of a turn.
    """
    for statement in body:
        if isinstance(statement, ast.If):
            branches = (statement.body, statement.orelse)
            if _reads(place, statement.test) or all(_always_read(place, branch) for branch in branches):
                return True
        elif isinstance(statement, _SIMPLE) and _reads(place, statement):
            return True
        if any(
            isinstance(part, ast.Continue | ast.Break | ast.Return | ast.Raise) for part in walked(statement)
        ):
            return False
    return False


def _reads(place: str, node: ast.AST) -> bool:
    return any(isinstance(part, ast.Subscript) and ast.dump(part) == place for part in walked(node))


def _name(subject: Subject, node: ast.Subscript, taken: list[str]) -> str:
    assert isinstance(node.value, ast.Name)
    base = node.value.id
    earlier = isinstance(node.slice, ast.BinOp) and isinstance(node.slice.op, ast.Sub)
    wish = f"previous_{base}" if earlier else f"this_{base}"
    name, number = fresh_name(subject, wish), 2
    while name in taken:
        name, number = fresh_name(subject, f"{wish}_{number}"), number + 1
    taken.append(name)
    return name


def _outer_loops(subject: Subject, loop: ast.For) -> Iterator[ast.For]:
    node: ast.AST = loop
    while node is not subject.function:
        node = subject.parents[node]
        if isinstance(node, ast.For):
            yield node


def _in_outer_loop(subject: Subject, loop: ast.For) -> bool:
    return any(True for _ in _outer_loops(subject, loop))


SLOW = """\
def f(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table[-1][-1]
"""
FAST = """\
def f(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        previous_a = a[i - 1]
        this_table = table[i]
        previous_table = table[i - 1]
        for j in range(1, len(b) + 1):
            if previous_a == b[j - 1]:
                this_table[j] = previous_table[j - 1] + 1
            else:
                this_table[j] = max(previous_table[j], this_table[j - 1])
    return table[-1][-1]
"""
LEAVE_MOVES = """\
def f(a, b):
    for i in range(len(a)):
        for j in range(len(b)):
            a[i] += b[j]
    return a
"""
LEAVE_CONDITIONAL = """\
def f(a, b):
    for i in range(len(a)):
        for y in b:
            if y:
                print(a[i])
"""

RULE = Rule(
    id="R51",
    slug=SLUG,
    title="Subscript repeated in a loop",
    looks_for="in an inner loop, a subscript whose sequence and index do not change during that loop",
    why_slow="The interpreter computes the index and looks the item up again at every turn.",
    traps=("the sequence changes under another name", "an item look-up with an effect"),
    safety="E",
    gain="1.1-1.7x (CPython 3.11)",
    expected=1.15,
    examples=(
        Example(SLOW, FAST, inputs=(("abc", "axc"), ("", ""), ("a", ""), ([1, 2], [2]), (None, "a"))),
        Example(LEAVE_MOVES),
        Example(LEAVE_CONDITIONAL),
    ),
    needs=frozenset({ast.For}),
    propose=propose,
)
