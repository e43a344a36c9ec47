"""The loops around a node, and what stays the same while a loop runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.effects import (
    MUTATING_METHODS,
    MUTATING_PREFIXES,
    PURE_METHODS,
    is_pure,
    is_pure_call,
)
from codeflash_rewrites.analysis.parameters import only_reads
from codeflash_rewrites.analysis.scope import Comprehension, bound_names, own_nodes
from codeflash_rewrites.analysis.uses import READING_BUILTINS
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode

Loop = ast.For | ast.AsyncFor | ast.While
_SCOPES = FunctionNode | ast.Lambda | ast.ClassDef


def ancestors(subject: Subject, node: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes around a node, innermost first, up to the function (left out)."""
    while (node := subject.parents[node]) is not subject.function:
        yield node
        if isinstance(node, ast.Module):
            return


def enclosing_loops(subject: Subject, node: ast.AST) -> list[Loop]:
    """The loop statements that run a node again and again, innermost first.

    A loop's own iterable is evaluated once, and its ``else`` once: neither is in the loop. A nested function
    ends the search.
    """
    loops: list[Loop] = []
    child = node
    for parent in ancestors(subject, node):
        if isinstance(parent, _SCOPES):
            break
        if isinstance(parent, Loop) and repeats(parent, child):
            loops.append(parent)
        child = parent
    return loops


def repeats(loop: Loop, child: ast.AST) -> bool:
    """Whether a direct child of a loop statement is evaluated once an iteration."""
    if isinstance(loop, ast.While):
        return child not in loop.orelse
    return child is not loop.iter and child not in loop.orelse


def repeating_comprehensions(subject: Subject, node: ast.AST) -> list[Comprehension]:
    """The comprehensions that evaluate a node once an item, innermost first."""
    found: list[Comprehension] = []
    child, grandchild = node, node
    for parent in ancestors(subject, node):
        if isinstance(parent, ast.stmt | ast.Lambda):
            break
        if isinstance(parent, Comprehension):
            first = parent.generators[0]
            if not (child is first and grandchild is first.iter):
                found.append(parent)
        child, grandchild = parent, child
    return found


def statement_of(subject: Subject, node: ast.AST) -> ast.stmt:
    """The innermost statement that a node is part of."""
    while not isinstance(node, ast.stmt):
        node = subject.parents[node]
    return node


def block_of(subject: Subject, statement: ast.stmt) -> list[ast.stmt]:
    """The block that a statement stands in."""
    parent = subject.parents[statement]
    for _, value in ast.iter_fields(parent):
        if isinstance(value, list) and statement in value:
            return value
    raise ValueError("a statement outside every block")


def loop_parts(loop: ast.AST) -> list[ast.AST]:
    """The parts of a loop or comprehension that run once an iteration."""
    if isinstance(loop, ast.While):
        return [loop.test, *loop.body]
    if isinstance(loop, ast.For | ast.AsyncFor):
        return [loop.target, *loop.body]
    return [loop]


def touched_names(subject: Subject, *roots: ast.AST) -> set[str]:
    """Names that may mean another or a changed object after the roots have run.

    Counted are rebinding, item and attribute stores, mutating methods, and being handed to a call that is not
    known to leave its arguments alone. An attribute of a name (``self.rows.append``) touches ``name.attribute``
    (``"self.rows"``), and the bare name is not touched by it.
    """
    known: dict[tuple[ast.AST, ...], set[str]] = subject.memo.setdefault("touched names", {})
    if roots not in known:
        known[roots] = _touched(subject, roots)
    return set(known[roots])


def _touched(subject: Subject, roots: tuple[ast.AST, ...]) -> set[str]:
    touched = bound_names(*roots)
    for node in own_nodes(*roots):
        match node:
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                touched.add(_dotted(node))
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                touched.add(_dotted(value))
            case ast.AugAssign(target=target):
                touched.add(_dotted(target))
            case ast.Call(func=ast.Attribute(value=value, attr=method)):
                if method in MUTATING_METHODS or method.startswith(MUTATING_PREFIXES):
                    touched.add(_dotted(value))
                if method not in PURE_METHODS | {"append", "add", "extend"}:
                    touched.update(_handed_over(subject, node))
            case ast.Call(func=ast.Name(id=called)):
                harmless = called in READING_BUILTINS or is_pure_call(subject, node)
                if not harmless and not called[:1].isupper():
                    touched.update(_handed_over(subject, node))
                if called == "next" and node.args:
                    touched.add(_dotted(node.args[0]))
            case ast.Call():
                touched.update(_handed_over(subject, node))
    touched.discard("")
    return touched


def invariant(subject: Subject, expression: ast.AST, loop: ast.AST) -> bool:
    """Whether an expression gives the same value in every iteration, as far as the text tells."""
    return is_pure(subject, expression) and unchanged(subject, expression, *loop_parts(loop))


def unchanged(subject: Subject, expression: ast.AST, *roots: ast.AST) -> bool:
    """Whether nothing that an expression reads is touched by the roots."""
    touched = touched_names(subject, *roots)
    for node in walked(expression):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in touched:
            return False
        if isinstance(node, ast.Attribute) and _dotted(node) in touched:
            return False
    return True


def _handed_over(subject: Subject, call: ast.Call) -> set[str]:
    """The arguments that a call may change or keep."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    plain = [value.value if isinstance(value, ast.Starred) else value for value in values]
    named = [value for value in plain if isinstance(value, ast.Name | ast.Attribute)]
    return {_dotted(value) for value in named if not only_reads(subject, call, value)}


def _dotted(node: ast.AST) -> str:
    """``a`` or ``a.b.c`` as text; for an item the container's; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    return ""
