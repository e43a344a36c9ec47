"""R37: ``min`` and ``max`` of two or three values in a loop become comparisons."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.loops import Loop
from codeflash_rewrites.analysis.names import fresh_name, is_builtin, loads, own_nodes_of
from codeflash_rewrites.analysis.scope import Comprehension
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "minimum-of-few-in-loop"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes comparisons for all assignments of a ``min`` or ``max`` inside loops, together."""
    edits: list[Edit] = []
    taken: list[str] = []
    calls: list[str] = []
    for node in own_nodes_of(subject.function, ast.Assign):
        if len(node.targets) == 1 and _in_innermost_loop(subject, node):
            call = node.value
            if _is_choice(subject, call) and subject.text.owns_lines(node):
                assert isinstance(call, ast.Call)
                lines = _comparisons(subject, node, call, taken)
                indent = subject.text.indent_of(node)
                body = subject.text.newline.join([lines[0], *(indent + line for line in lines[1:])])
                edits.append(subject.text.replace(node, body))
                calls.append(subject.text.text(call))
    if edits:
        why = f"Comparing in place saves the call in {' and '.join(f'`{one}`' for one in calls[:2])} at every turn."
        yield subject.rewrite(SLUG, edits, why)


def _is_choice(subject: Subject, call: ast.AST) -> bool:
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"min", "max"}
        and is_builtin(subject, call.func.id)
        and not call.keywords
        and len(call.args) in {2, 3}
        and not any(
            isinstance(one, ast.Starred | ast.NamedExpr | ast.Await | ast.Yield) for one in walked(call)
        )
        and not any("\n" in subject.text.text(one) for one in call.args)
    )


def _comparisons(subject: Subject, node: ast.Assign, call: ast.Call, taken: list[str]) -> list[str]:
    """The statements that choose as the call does: the first of equals, and the first when not comparable."""
    text, step = subject.text, subject.text.indent_unit
    target = node.targets[0]
    assert isinstance(call.func, ast.Name)
    sign = "<" if call.func.id == "min" else ">"
    names = [one.id if isinstance(one, ast.Name) else "" for one in call.args]
    if isinstance(target, ast.Name) and len(call.args) == 2 and target.id in names and names[0] != names[1]:
        return _running(subject, target.id, call, sign, taken)
    lines: list[str] = []
    values: list[str] = []
    for number, one in enumerate(call.args):
        value = text.text(one)
        if number and not isinstance(one, ast.Name | ast.Constant):
            name = _temporary(subject, "other", taken)
            lines.append(f"{name} = {value}")
            value = name
        values.append(value)
    fresh = isinstance(target, ast.Name) and not any(loads(one, target.id) for one in call.args)
    best = target.id if isinstance(target, ast.Name) and fresh else ""
    best = best or _temporary(subject, "least" if sign == "<" else "greatest", taken)
    # The first argument is evaluated first, as in the call.
    lines.insert(0, f"{best} = {values[0]}")
    for value in values[1:]:
        lines += [f"if {value} {sign} {best}:", f"{step}{best} = {value}"]
    if not isinstance(target, ast.Name) or target.id != best:
        lines.append(f"{text.text(target)} = {best}")
    return lines


def _running(subject: Subject, best: str, call: ast.Call, sign: str, taken: list[str]) -> list[str]:
    """``m = max(m, x)`` becomes ``if x > m: m = x``."""
    text, step = subject.text, subject.text.indent_unit
    first, second = call.args
    lines: list[str] = []
    kept_first = isinstance(first, ast.Name) and first.id == best
    other = second if kept_first else first
    value = text.text(other)
    if not isinstance(other, ast.Name | ast.Constant):
        value = _temporary(subject, "other", taken)
        lines.append(f"{value} = {text.text(other)}")
    test = f"{value} {sign} {best}" if kept_first else f"not {best} {sign} {value}"
    return [*lines, f"if {test}:", f"{step}{best} = {value}"]


def _temporary(subject: Subject, wish: str, taken: list[str]) -> str:
    name, number = fresh_name(subject, wish), 2
    while name in taken:
        name, number = fresh_name(subject, f"{wish}_{number}"), number + 1
    taken.append(name)
    return name


def _in_innermost_loop(subject: Subject, node: ast.AST) -> bool:
    """Whether a node runs in a loop that has no other in it: elsewhere the call hardly counts."""
    while node is not subject.function:
        child, node = node, subject.parents[node]
        if isinstance(node, ast.For | ast.While) and child in node.body:
            return not any(
                isinstance(one, Loop | Comprehension) for part in node.body for one in walked(part)
            )
    return False


SLOW = """\
def f(rows, row):
    best = 0
    for y in range(len(row)):
        delete = rows[y] + 1
        insert = row[y - 1] + 1
        row[y] = min(delete, insert, rows[y - 1])
        best = max(best, row[y])
    return best
"""
FAST = """\
def f(rows, row):
    best = 0
    for y in range(len(row)):
        delete = rows[y] + 1
        insert = row[y - 1] + 1
        least = delete
        other = rows[y - 1]
        if insert < least:
            least = insert
        if other < least:
            least = other
        row[y] = least
        other_2 = row[y]
        if other_2 > best:
            best = other_2
    return best
"""
SLOW_SECOND = """\
def f(xs, low):
    for x in xs:
        low = min(x, low)
    return low
"""
FAST_SECOND = """\
def f(xs, low):
    for x in xs:
        if not low < x:
            low = x
    return low
"""
LEAVE_OUTSIDE = """\
def f(a, b):
    c = min(a, b)
    return c
"""
LEAVE_KEY = """\
def f(xs, a):
    for x in xs:
        a = max(a, x, key=abs)
    return a
"""

RULE = Rule(
    id="R37",
    slug=SLUG,
    title="min or max of few values in a loop",
    looks_for="an assignment in a loop whose value is min or max of two or three values",
    why_slow="The call and its argument parsing cost more than the comparisons themselves before CPython 3.13.",
    traps=("ties keep the first value", "NaN compares as in the call only if the order of operands is kept"),
    safety="P",
    gain="8.3x for a running maximum, 2.6x for three values (CPython 3.11); 1.8x and 1.15x on 3.13",
    expected=1.5,
    examples=(
        Example(
            SLOW, FAST, inputs=(([1, 2, 3], [3, 1, 0]), ([], []), ([1.5, float("nan")], [1, 2]), (["a"], [1]))
        ),
        Example(
            SLOW_SECOND,
            FAST_SECOND,
            inputs=(([1, True, 1.0], 1.0), ([float("nan"), 2], 3), ([], 1), (["a"], 1)),
        ),
        Example(LEAVE_OUTSIDE),
        Example(LEAVE_KEY),
    ),
    needs=LOOPS,
    propose=propose,
)
