"""How a faster expression is tried first, with the old one behind it for values that do not suit."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.effects import is_pure, is_pure_call
from codeflash_rewrites.analysis.scope import Comprehension, scope_of
from codeflash_rewrites.analysis.searches import may_have_lines_before
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

_WALKED_AGAIN = frozenset({"list", "tuple", "str", "dict", "set", "frozenset", "range", "bytes"})
_PASSING_ON = frozenset({"enumerate", "zip", "map", "filter", "iter", "reversed"})
_FEW = 8
_VIEWS = frozenset({"items", "keys", "values"})


@frozen
class Failures:
    """The exceptions that make the old way be taken."""

    names: tuple[str, ...] = ("TypeError",)
    why: str = "not hashable"

    @property
    def clause(self) -> str:
        """The ``except`` line."""
        names = self.names[0] if len(self.names) == 1 else f"({', '.join(self.names)})"
        return f"except {names}:  # {self.why}"


def failures_of(*parts: ast.expr) -> Failures:
    """What may be raised where keys are read, or elements taken apart, before anybody asks for them."""
    names = ["TypeError"]
    nodes = [node for part in parts for node in walked(part)]
    if any(isinstance(node, ast.Attribute | ast.Call) for node in nodes):
        names.append("AttributeError")
    if any(isinstance(node, ast.Subscript) for node in nodes):
        names.append("LookupError")
    if any(isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store) for node in nodes):
        names.append("ValueError")
    return Failures(tuple(names), "not hashable" if len(names) == 1 else "no such key")


def is_walked_again(subject: Subject, items: ast.expr) -> bool:
    """Whether the function itself made the collection, of a type that can be walked any number of times."""
    if isinstance(items, ast.Name):
        if items.id in scope_of(subject).parameters:
            return False
        return kind_of(subject, items) in _WALKED_AGAIN
    return kind_of(subject, items) in _WALKED_AGAIN


def worth_an_index(subject: Subject, items: ast.expr, any_length: bool = False) -> str | None:
    """The condition under which a collection may be walked beforehand, and is long enough to gain by it.

    Args:
        subject: The function in its module.
        items: The collection.
        any_length: Whether any but the empty one will do. An index of a short one costs little where it is made
            late, and a bound is one more thing that a fault can be seeded into.

    Returns:
        A condition, empty where none is needed, or None where there is none.
    """
    match items:
        case ast.Name() | ast.Attribute():
            held = subject.text.text(items)
            kind = kind_of(subject, items)
            kind = kind if kind in {"tuple", "dict", "str"} else "list"
            if not is_builtin(subject, "type", "len", kind):
                return None
            known = is_walked_again(subject, items)
            enough = held if any_length else f"len({held}) > {_FEW}"
            return enough if known else f"type({held}) is {kind} and {enough}"
        case ast.Call(func=ast.Name(id="enumerate" | "reversed"), args=[inner], keywords=[]):
            return worth_an_index(subject, inner, any_length)
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[], keywords=[]) if method in _VIEWS:
            if isinstance(owner, ast.Name | ast.Attribute) and is_builtin(subject, "type", "dict"):
                held = subject.text.text(owner)
                return f"type({held}) is dict and {held}"
    return "" if is_walked_again(subject, items) else None


def site_of(subject: Subject, node: ast.expr, reads: Iterable[ast.expr]) -> ast.stmt | None:
    """The statement before which an expression can be evaluated instead of where it stands.

    Args:
        subject: The function in its module.
        node: The expression.
        reads: What is to be evaluated earlier; it must not read the variables of comprehensions on the way.
    """
    child: ast.AST = node
    above: list[ast.AST] = []
    while not isinstance(parent := subject.parents[child], ast.stmt):
        if isinstance(parent, ast.Lambda) or (isinstance(parent, ast.IfExp) and child is not parent.test):
            return None
        if isinstance(parent, ast.BoolOp) and child is not parent.values[0]:
            return None
        if isinstance(parent, Comprehension) and parent.generators[0] is not child:
            return None
        if isinstance(parent, ast.comprehension) and child is not parent.iter:
            return None
        if isinstance(parent, ast.Compare) and len(parent.ops) > 1 and child in parent.comparators[1:]:
            return None
        above.append(parent)
        child = parent
    starts = {ast.If: "test", ast.For: "iter"}
    if type(parent) in starts and child is not getattr(parent, starts[type(parent)]):
        return None
    if not isinstance(
        parent, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return | ast.If | ast.For
    ):
        return None
    start, inside = subject.text.start(node), {*walked(node), *above}
    calls = [one for one in walked(child) if isinstance(one, ast.Call) and one not in inside]
    if any(subject.text.start(one) < start and not is_pure_call(subject, one) for one in calls):
        return None  # it must not see what happens now before it
    if not all(is_pure(subject, part) for part in reads) or not may_have_lines_before(subject, parent):
        return None
    return parent


def tried_statement(
    subject: Subject,
    place: ast.stmt,
    preparation: Sequence[str],
    changes: Mapping[ast.expr, str],
    checks: Iterable[str],
    failures: Failures,
) -> Edit | None:
    """Tries a whole ``return`` or assignment in its faster form, and runs it as it was if that fails.

    Args:
        subject: The function in its module.
        place: The statement.
        preparation: Lines that come before the faster form.
        changes: The text of each expression of the statement that changes.
        checks: Conditions under which the faster form is tried.
        failures: When the old form is run after all.
    """
    text, unit = subject.text, subject.text.indent_unit
    match place:
        case ast.Return(value=ast.expr() as value):
            target = ""
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            pass
        case _:
            return None
    again = sources_walked_again(subject, value)
    if again is None or not is_pure(subject, value) or not text.owns_lines(place):
        return None
    if isinstance(value, ast.GeneratorExp) or not _is_never_none(value):
        return None
    known = [one for one in checks if one]
    types = {check.partition("(")[2].partition(") is ")[0] for check in known}
    conditions = [*known, *(f"iter({one}) is not {one}" for one in again if one not in types)]
    deep = unit * 2 if conditions else unit
    lines = ["try:", *([f"{unit}if {' and '.join(conditions)}:"] if conditions else [])]
    lines += [deep + line for line in preparation]
    indent = text.indent_of(place)
    whole = text.source[text.line_start(text.start(place)) : text.line_end(text.end(place))]
    fast = _changed(subject, place, changes)
    if not whole.endswith(("\n", "\r")):
        whole, fast = whole + text.newline, fast + text.newline
    head = text.block(lines, indent) + reindent(fast, indent, indent + deep)
    tail = text.block([failures.clause, f"{unit}pass"], indent)
    if target:
        head = text.block([f"{target} = None"], indent) + head
        tail += text.block([f"if {target} is None:"], indent)
        whole = reindent(whole, indent, indent + unit)
    start = text.line_start(text.start(place))
    return Edit(start, text.line_end(text.end(place)), head + tail + whole)


def sources_walked_again(subject: Subject, value: ast.expr) -> list[str] | None:
    """The names that must not be iterators for an expression to run twice; None when that is not settled."""
    names: list[str] = []
    for loop in walked(value):
        for generator in loop.generators if isinstance(loop, Comprehension) else ():
            found = _walked_again(subject, generator.iter)
            if found is None:
                return None
            names += found
    return list(dict.fromkeys(names))


def _walked_again(subject: Subject, items: ast.expr) -> list[str] | None:
    if is_walked_again(subject, items):
        return []
    match items:
        case ast.Name(id=name) if items not in scope_of(subject).uses(name):
            return None  # an element of something, which may be an iterator
        case ast.Name() | ast.Attribute():
            return [subject.text.text(items)] if is_builtin(subject, "iter") else None
        case ast.Call(func=ast.Name(id=called), args=arguments, keywords=[]) if called in _PASSING_ON:
            walked = arguments[1:] if called in {"map", "filter"} else arguments
            found = [_walked_again(subject, one) for one in walked]
            return None if None in found else [one for part in found for one in part or ()]
        case ast.Call(func=ast.Attribute(attr=method), args=[]) if method in _VIEWS:
            return []
        case ast.Call(func=ast.Name(id="range")):
            return []
    return None


def _is_never_none(value: ast.expr) -> bool:
    """Whether an expression makes something: a comprehension, or a call that builds or counts."""
    if isinstance(value, Comprehension | ast.Tuple | ast.List | ast.Dict | ast.BinOp | ast.Compare):
        return True
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name | ast.Attribute)


def _changed(subject: Subject, place: ast.stmt, changes: Mapping[ast.expr, str]) -> str:
    """The lines of a statement with some of its expressions changed."""
    text = subject.text
    start = text.line_start(text.start(place))
    line = text.source[start : text.line_end(text.end(place))]
    for node in sorted(changes, key=lambda one: -text.start(one)):
        line = line[: text.start(node) - start] + changes[node] + line[text.end(node) - start :]
    return line
