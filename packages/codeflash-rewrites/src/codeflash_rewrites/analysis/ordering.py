"""Lists that are sorted again and again, and whether anything puts them out of order between."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from attrs import frozen

from codeflash_rewrites.analysis.loops import ancestors, block_of, enclosing_loops, loop_parts, unchanged
from codeflash_rewrites.analysis.scope import bound_names, own_nodes, read_names, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_BUILTINS, READING_KINDS, uses_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode

ORDER_KEEPING = frozenset({"pop", "remove", "clear", "index", "count", "copy"})
"""Methods of a list that leave what is sorted sorted."""
ORDER_BREAKING = frozenset({"append", "extend", "insert", "reverse"})
"""Methods of a list that may put elements out of order."""


@frozen
class Sort:
    """A statement that sorts a list in place, or makes a sorted one of it.

    Attributes:
        statement: The statement.
        key: The ``key=...`` argument as text; empty without one.
        key_function: Its value.
        reverse: Whether the greatest come first.
        mentions: Where it names the list.
    """

    statement: ast.stmt
    key: str
    key_function: ast.expr | None
    reverse: bool
    mentions: frozenset[ast.expr]


@frozen
class Growth:
    """A list that grows by an element and is sorted.

    Attributes:
        sort: The sort.
        append: The statement before it that appends; the sort itself where that adds the element.
        element: The element.
    """

    sort: Sort
    append: ast.stmt
    element: ast.expr


def sort_of(subject: Subject, statement: ast.stmt) -> tuple[str, Sort, ast.expr] | None:
    """The list that a statement sorts, as text, how, and what it makes the sorted list of."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=holder, attr="sort"), args=[], keywords=keywords)
        ):
            sorted_one = holder
        case ast.Assign(
            targets=[ast.Name() as holder],
            value=ast.Call(func=ast.Name(id="sorted"), args=[sorted_one], keywords=keywords),
        ) if is_builtin(subject, "sorted"):
            pass
        case _:
            return None
    key, key_function, reverse = "", None, False
    for keyword in keywords:
        if keyword.arg == "key":
            key, key_function = f", key={subject.text.text(keyword.value)}", keyword.value
        elif keyword.arg == "reverse" and isinstance(keyword.value, ast.Constant):
            reverse = bool(keyword.value.value)
        else:
            return None
    held = ast.unparse(holder)
    mentions = {
        part for part in walked(statement) if isinstance(part, ast.expr) and ast.unparse(part) == held
    }
    return held, Sort(statement, key, key_function, reverse, frozenset(mentions)), sorted_one


def growth_of(subject: Subject, statement: ast.stmt) -> tuple[str, Growth] | None:
    """``xs.append(x)`` with ``xs.sort()`` behind it, or ``xs = sorted(xs + [x])``."""
    found = sort_of(subject, statement)
    if found is None:
        return None
    held, sort, made_of = found
    match made_of:
        case (
            ast.BinOp(left=start, op=ast.Add(), right=ast.List(elts=[added]))
            | ast.List(elts=[ast.Starred(value=start), added])
        ):
            plain = ast.unparse(start) == held and not isinstance(added, ast.Starred)
            return (held, Growth(sort, statement, added)) if plain else None
    if ast.unparse(made_of) != held:
        return None
    block = block_of(subject, statement)
    before = block[block.index(statement) - 1] if statement is not block[0] else None
    match before:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=holder, attr="append"), args=[element], keywords=[])
        ):
            if ast.unparse(holder) == held and not isinstance(element, ast.Starred):
                return held, Growth(sort, before, element)
    return None


def order_lasts(subject: Subject, sort: Sort) -> bool:
    """Whether elements that are in order stay so as far as the text tells: neither they nor what the key reads change.

    Args:
        subject: The function in its module.
        sort: How the list is sorted.
    """
    around = enclosing_loops(subject, sort.statement)
    parts = loop_parts(around[-1]) if around else list(subject.function.body)
    for node in own_nodes(*parts):
        match node:
            case ast.Subscript(slice=ast.Constant(value=int()), ctx=ast.Store()):
                return False  # a field of a record, which may be an element
    if sort.key_function is None:
        return True
    own = sort.key_function.args if isinstance(sort.key_function, ast.Lambda) else None
    parameters = {node.arg for node in walked(own) if isinstance(node, ast.arg)} if own else set()
    read = [node for node in walked(sort.key_function) if isinstance(node, ast.Name | ast.Attribute)]
    free = [node for node in read if not read_names(node) <= parameters]
    if not around and any(
        isinstance(node, ast.Name) and node.id in scope_of(subject).locals for node in free
    ):
        return False  # what a method reads may be another in the next call
    bound = bound_names(*parts)
    for node in free:
        # A function that is handed to the sort by its name stays what it is.
        by_name = node is sort.key_function and isinstance(node, ast.Name)
        if node.id in bound if by_name else not unchanged(subject, node, *parts):  # type: ignore[union-attr]
            return False
    fields = {node.attr for node in read if isinstance(node, ast.Attribute)}
    return not fields & _changed_fields(subject)


def _changed_fields(subject: Subject) -> set[str]:
    """The attributes that the module sets outside of ``__init__``."""
    made = {
        node
        for function in walked(subject.module)
        if isinstance(function, FunctionNode) and function.name == "__init__"
        for node in walked(function)
    }
    return {
        node.attr
        for node in walked(subject.module)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and node not in made
    }


def is_kept_sorted(subject: Subject, held: str, growths: Sequence[Growth]) -> bool:
    """Whether a list is sorted from its start on, but for the moments after it has grown."""
    if "." in held:
        return _is_sorted_attribute(subject, held, growths)
    scope = scope_of(subject)
    if not scope.is_simple_local(held) or not any(enclosing_loops(subject, one.append) for one in growths):
        return False
    statements = {one.append for one in growths} | {one.sort.statement for one in growths}
    if any(held in read_names(loop.iter) for one in statements for loop in _walks(subject, one)):
        return False  # the walk would meet elements that move
    if any(isinstance(part, ast.Try) for one in statements for part in ancestors(subject, one)):
        return False
    inside = {part for one in statements for part in walked(one)}
    key = growths[0].sort.key
    for use in uses_of(subject, held):
        if use.name in inside:
            continue
        if use.kind == "store":
            value = getattr(use.node, "value", None)
            if not isinstance(use.node, ast.Assign | ast.AnnAssign) or not _starts_sorted(
                subject, use.node, value, key
            ):
                return False
        elif use.kind == "call":
            statement = subject.parents[use.node]
            again = sort_of(subject, statement) if isinstance(statement, ast.Expr) else None
            same = again is not None and (again[1].key, again[1].reverse) == (key, False)
            if use.detail not in ORDER_KEEPING and not same:
                return False
        elif use.kind not in READING_KINDS | {"return", "del-item"} and not _is_returned(subject, use.name):
            return False
    return bool(scope.stores(held))


def is_in_order_before(subject: Subject, name: str, loop: ast.stmt, sort: Sort) -> bool:
    """Whether a local list is in order when a loop begins: it is made so, or has one element at most.

    Args:
        subject: The function in its module.
        name: The list.
        loop: The loop.
        sort: How the list is sorted in it.
    """
    before = [use for use in uses_of(subject, name) if use.name.lineno < loop.lineno]
    starts = [use.node for use in before if use.kind == "store"]
    made = [node for node in starts if isinstance(node, ast.Assign | ast.AnnAssign)]
    if len(made) != len(starts) or not starts or sort.reverse:
        return False
    grown = [use for use in before if use.kind not in READING_KINDS | {"store"}]
    if not grown:
        return all(_starts_sorted(subject, node, node.value, sort.key) for node in made)
    once = len(grown) == 1 and grown[0].detail == "append" and not enclosing_loops(subject, grown[0].node)
    return once and all(ast.unparse(node.value) in {"[]", "list()"} for node in made if node.value)


def _is_returned(subject: Subject, node: ast.AST) -> bool:
    """Whether a value is one of several that a function returns."""
    parent = subject.parents[node]
    return isinstance(parent, ast.Tuple) and isinstance(subject.parents[parent], ast.Return)


def _walks(subject: Subject, node: ast.AST) -> list[ast.For | ast.AsyncFor]:
    return [loop for loop in enclosing_loops(subject, node) if isinstance(loop, ast.For | ast.AsyncFor)]


def _starts_sorted(subject: Subject, statement: ast.stmt, value: ast.expr | None, key: str) -> bool:
    """Whether a list is sorted where it is made, or just after that."""
    match value:
        case ast.List(elts=elements) if not any(isinstance(one, ast.Starred) for one in elements[:1]):
            if len(elements) < 2:
                return True
        case ast.Call(func=ast.Name(id="list"), args=[], keywords=[]):
            return is_builtin(subject, "list")
    found = sort_of(subject, statement)
    if found is None and isinstance(statement, ast.AnnAssign) and value is not None:
        found = sort_of(subject, ast.Assign([statement.target], value))
    if found is None and value is not None and kind_of(subject, value) == "list":
        block = block_of(subject, statement)
        following = block[block.index(statement) + 1 : block.index(statement) + 2]
        found = sort_of(subject, following[0]) if following else None
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if found is not None and (target is None or found[0] != ast.unparse(target)):
            return False
    return found is not None and (found[1].key, found[1].reverse) == (key, False)


def _is_sorted_attribute(subject: Subject, held: str, growths: Sequence[Growth]) -> bool:
    """Whether everything that the module does with an attribute of that name keeps it sorted."""
    owner, _, attribute = held.rpartition(".")
    if subject.owner_class is None or (owner,) != scope_of(subject).parameters[:1]:
        return False
    starts = 0
    for node in walked(subject.module):
        if not isinstance(node, ast.Attribute) or node.attr != attribute:
            continue
        parent = subject.parents[node]
        if not isinstance(node.ctx, ast.Load):
            value = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None
            empty = isinstance(value, ast.List) and len(value.elts) < 2
            if not empty and not (value is not None and ast.unparse(value) == "list()"):
                return False
            starts += 1
        elif not _keeps_order(subject, node, growths[0].sort.key):
            return False
    return starts > 0


def _keeps_order(subject: Subject, node: ast.Attribute, key: str) -> bool:
    """Whether a reading of an attribute leaves the list behind it sorted."""
    parent = subject.parents[node]
    if isinstance(parent, ast.Attribute):
        statement = subject.parents[subject.parents[parent]]
        if parent.attr == "append" and isinstance(statement, ast.Expr):
            block = block_of(subject, statement)
            following = block[block.index(statement) + 1 : block.index(statement) + 2]
            found = growth_of(subject, following[0]) if following else None
            return found is not None and found[1].append is statement and found[1].sort.key == key
        if parent.attr == "sort" and isinstance(statement, ast.Expr):
            again = sort_of(subject, statement)
            return again is not None and (again[1].key, again[1].reverse) == (key, False)
        return parent.attr not in ORDER_BREAKING | {"sort"}
    if isinstance(parent, ast.Subscript):
        return parent.value is not node or isinstance(parent.ctx, ast.Load | ast.Del)
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id in READING_BUILTINS
    return not isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr | ast.keyword)
