"""How a local is used: the basis of every judgement on mutation and escape."""

# ruff: noqa: SIM905 - tables of words are easier to read and to compare as text

from __future__ import annotations

import ast
from collections.abc import Iterable

from attrs import frozen

from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject

READING_BUILTINS = frozenset(
    "len sorted sum min max any all set frozenset list tuple dict str repr enumerate zip map filter reversed"
    " iter bool isinstance type bytes".split()
)
"""Builtins that read an argument without keeping or changing it (views such as ``zip`` count as reading)."""


@frozen
class Use:
    """One mention of a name."""

    kind: str
    """``store``, ``augment``, ``call`` (of a method), ``attribute``, ``load-item``, ``store-item``,
    ``del-item``, ``in`` (the right side of a membership test), ``iterate``, ``builtin``, ``truth``,
    ``compare``, ``return``, ``argument``, ``operand``, ``alias``, ``discard``, ``other``."""
    name: ast.Name
    """The mention."""
    node: ast.AST
    """The construct that uses it: the method call, the comparison, the statement."""
    detail: str = ""
    """The method's, attribute's or builtin's name."""


def uses_of(subject: Subject, name: str) -> list[Use]:
    """Classifies every mention of a local in the order of the text (nested functions are not looked into)."""
    known: dict[str, list[Use]] = subject.memo.setdefault("uses", {})
    if name not in known:
        known[name] = [classify(subject, node) for node in scope_of(subject).uses(name)]
    return list(known[name])


def classify(subject: Subject, node: ast.Name) -> Use:
    """Tells what one mention of a name does with it."""
    parents = subject.parents
    parent = parents[node]
    if not isinstance(node.ctx, ast.Load):
        kind = "augment" if isinstance(parent, ast.AugAssign) else "store"
        return Use(kind, node, parent)
    match parent:
        case ast.Attribute(attr=attribute):
            outer = parents[parent]
            if isinstance(outer, ast.Call) and outer.func is parent:
                return Use("call", node, outer, attribute)
            return Use("attribute", node, parent, attribute)
        case ast.Subscript(value=value, ctx=context) if value is node:
            if isinstance(parents[parent], ast.AugAssign) and not isinstance(context, ast.Load):
                return Use("store-item", node, parent)
            kinds = {ast.Load: "load-item", ast.Store: "store-item", ast.Del: "del-item"}
            return Use(kinds[type(context)], node, parent)
        case ast.Compare(ops=operators, comparators=comparators):
            if (
                len(operators) == 1
                and comparators[0] is node
                and isinstance(operators[0], ast.In | ast.NotIn)
            ):
                return Use("in", node, parent)
            return Use("compare", node, parent)
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is node:
            return Use("iterate", node, parent)
        case ast.Call(func=ast.Name(id=called), args=arguments) if node in arguments:
            if called in READING_BUILTINS and is_builtin(subject, called):
                return Use("builtin", node, parent, called)
            return Use("argument", node, parent, called)
        case ast.Call() | ast.keyword() | ast.Starred():
            return Use("argument", node, parent)
        case ast.If() | ast.While() | ast.IfExp() if parent.test is node:
            return Use("truth", node, parent)
        case ast.UnaryOp(op=ast.Not()):
            return Use("truth", node, parent)
        case ast.Return():
            return Use("return", node, parent)
        case ast.BinOp():
            return Use("operand", node, parent)
        case ast.AugAssign():
            return Use("operand", node, parent)
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            return Use("alias", node, parent)
        case ast.Expr():
            return Use("discard", node, parent)
    return Use("other", node, parent)


READING_KINDS = frozenset({"load-item", "in", "iterate", "builtin", "truth", "compare", "discard"})
"""Uses that neither change the object nor let anything else hold it."""


def only(uses: Iterable[Use], kinds: Iterable[str], methods: Iterable[str] = ()) -> bool:
    """Whether all uses are of the given kinds, or calls of the given methods."""
    allowed, callable_methods = frozenset(kinds), frozenset(methods)
    return all(use.kind in allowed or (use.kind == "call" and use.detail in callable_methods) for use in uses)
