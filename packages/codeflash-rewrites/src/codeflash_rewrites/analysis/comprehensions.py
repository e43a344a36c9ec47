"""Loops that do nothing but fill a collection, read as the clauses of a comprehension."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from codeflash_rewrites.analysis.names import faithful
from codeflash_rewrites.analysis.uses import READING_BUILTINS
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode

WIDTH = 88
"""A comprehension that makes a longer line is laid out over several."""
_MOST_LOCALS = 2
"""Variables of one turn that clauses bind; with more, the loop reads better."""
_ATOMS = ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.List | ast.Dict | ast.Set
_NO_COMPREHENSION = ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr | ast.Lambda | FunctionNode
_EVALUATED_LATER = (
    ast.JoinedStr
    | ast.Lambda
    | ast.IfExp
    | ast.BoolOp
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)


@frozen
class Filling:
    """A loop that only fills a collection.

    Attributes:
        kind: ``"append"``, ``"add"`` or ``"item"``.
        name: The collection.
        element: The text of what is put in, ``key: value`` for items.
        clauses: The texts of its ``for`` and ``if`` clauses, in their order.
        targets: The variables that the clauses bind.
        kept: The expressions whose text is used.
        key: The key, for items.
        value: The value, for items.
    """

    kind: str
    name: str
    element: str
    clauses: tuple[str, ...] = ()
    targets: frozenset[str] = frozenset()
    kept: tuple[ast.expr, ...] = ()
    key: ast.expr | None = None
    value: ast.expr | None = None


def filling(subject: Subject, loop: ast.For) -> Filling | None:
    """Reads a loop as a comprehension, or gives None where it does anything else, or does it in another order."""
    found = _block(subject, [loop])
    if found is None or not all(_may_move(subject, part) for part in found.kept):
        return None
    mentions = [node for node in walked(loop) if isinstance(node, ast.Name) and node.id == found.name]
    leaves = sum(
        isinstance(subject.parents[node], ast.Attribute | ast.Subscript | ast.AugAssign) for node in mentions
    )
    if len(mentions) != leaves or any(_reads(part, found.name) for part in found.kept):
        return None
    return found if _bound_in_order(loop) else None


def _block(subject: Subject, body: Sequence[ast.stmt]) -> Filling | None:
    text = subject.text
    match list(body):
        case [ast.For(target=target, iter=items, body=inner, orelse=[])] if _is_plain_target(target):
            found = _block(subject, inner)
            clause = f"for {text.text(target)} in {in_clause(text.text(items), items)}"
            return found and _with_clause(found, clause, items, target)
        case [ast.If(test=test, body=[ast.Continue()], orelse=[]), *rest] if rest:
            found = _block(subject, rest)
            return found and _with_clause(found, f"if {negated(subject, test)}", test)
        case [ast.If(test=test, body=inner, orelse=[])]:
            found = _block(subject, inner)
            return found and _with_clause(found, f"if {in_clause(text.text(test), test)}", test)
        case [ast.Assign(targets=[ast.Name() as name], value=value), *rest] if rest:
            found = _block(subject, rest)
            return found and _with_local(subject, found, name, value, rest)
        case [leaf]:
            return _leaf(subject, leaf)
    return None


def _with_clause(found: Filling, clause: str, part: ast.expr, target: ast.expr | None = None) -> Filling:
    names = (
        {node.id for node in walked(target) if isinstance(node, ast.Name)} if target is not None else set()
    )
    return evolve(
        found,
        clauses=(clause, *found.clauses),
        targets=found.targets | names,
        kept=(part, *found.kept),
    )


def _with_local(
    subject: Subject, found: Filling, name: ast.Name, value: ast.expr, rest: Sequence[ast.stmt]
) -> Filling | None:
    """A variable of one turn: put in its place where it is read once and first, else bound by a clause."""
    if name.id == found.name:
        return None  # each turn fills a collection of its own
    text = subject.text
    uses = [
        node
        for statement in rest
        for node in walked(statement)
        if isinstance(node, ast.Name) and node.id == name.id
    ]
    shown = text.text(value)
    if isinstance(value, ast.Tuple) and not shown.startswith("("):
        shown = f"({shown})"
    whole = found.kept[0] if len(found.kept) == 1 and len(rest) == 1 and not found.clauses else None
    if len(uses) == 1 and whole is not None and found.kind != "item" and _is_first(subject, uses[0], whole):
        alone = uses[0] is whole or isinstance(subject.parents[uses[0]], ast.Call | ast.Tuple | ast.List)
        if not alone and not isinstance(value, _ATOMS) and not shown.startswith("("):
            shown = f"({shown})"
        start = text.start(whole)
        old = text.text(whole)
        before, after = old[: text.start(uses[0]) - start], old[text.end(uses[0]) - start :]
        return evolve(
            found,
            element=before + shown + after,
            kept=(whole, value),
            targets=found.targets | {name.id},
        )
    if any(not isinstance(node.ctx, ast.Load) for node in uses) or not uses:
        return None
    if sum(" in [" in clause and clause.endswith("]") for clause in found.clauses) >= _MOST_LOCALS:
        return None
    return _with_clause(found, f"for {name.id} in [{shown}]", value, name)


def _is_first(subject: Subject, use: ast.Name, whole: ast.expr) -> bool:
    """Whether an expression evaluates a name in any case, and nothing but names and attributes before it.

    Inside an f-string no other expression is put: older parsers refuse its quotes.
    """
    node: ast.AST = use
    while node is not whole:
        node = subject.parents[node]
        if isinstance(node, _EVALUATED_LATER):
            return False
    start = subject.text.start(use)
    return all(
        isinstance(node, ast.Name | ast.Constant | ast.Attribute) or subject.text.end(node) > start
        for node in walked(whole)
        if isinstance(node, ast.expr)
    )


def _leaf(subject: Subject, leaf: ast.stmt) -> Filling | None:
    text = subject.text
    match leaf:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add" as method),
                args=[element],
                keywords=[],
            )
        ) if not isinstance(element, ast.Starred):
            return Filling(method, name, text.text(element), kept=(element,))
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.List(elts=[element])) if (
            not isinstance(element, ast.Starred)
        ):
            return Filling("append", name, text.text(element), kept=(element,))
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
            if isinstance(key, ast.Slice) or any(isinstance(node, ast.Slice) for node in walked(key)):
                return None
            shown = [
                f"({text.text(one)})"
                if isinstance(one, ast.Tuple) and text.text(one)[:1] != "("
                else text.text(one)
                for one in (key, value)
            ]
            return Filling("item", name, ": ".join(shown), kept=(key, value), key=key, value=value)
        case ast.If(test=test, body=[one], orelse=[other]):
            return _either(subject, test, _leaf(subject, one), _leaf(subject, other))
    return None


def _either(subject: Subject, test: ast.expr, one: Filling | None, other: Filling | None) -> Filling | None:
    """``if test: out.append(a)``, ``else: out.append(b)``."""
    if one is None or other is None or (one.kind, one.name) != (other.kind, other.name) or one.kind == "item":
        return None
    first = one.kept[-1]
    shown = (
        f"({one.element})" if isinstance(first, ast.IfExp | ast.Lambda) or len(one.kept) > 1 else one.element
    )
    element = f"{shown} if {in_clause(subject.text.text(test), test)} else {other.element}"
    return evolve(one, element=element, kept=(test, *one.kept, *other.kept))


def in_clause(shown: str, node: ast.expr) -> str:
    """The text of an expression as it can stand after ``in`` or ``if``."""
    if isinstance(node, ast.IfExp | ast.Lambda) or (
        isinstance(node, ast.Tuple) and not shown.startswith("(")
    ):
        return f"({shown})"
    return shown


def negated(subject: Subject, test: ast.expr) -> str:
    """The text of the opposite of a condition."""
    text = subject.text
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return in_clause(text.text(operand), operand)
        case ast.Compare(
            left=left, ops=[ast.In() | ast.NotIn() | ast.Is() | ast.IsNot() as operator], comparators=[right]
        ):
            word = {ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is"}[type(operator)]
            between = text.source[text.end(left) : text.start(right)]
            if between.replace(" ", "") in {"in", "notin", "is", "isnot"}:
                return f"{text.text(left)} {word} {text.text(right)}"
    simple = isinstance(test, _ATOMS | ast.Compare)
    return f"not {text.text(test)}" if simple else f"not ({text.text(test)})"


def _is_plain_target(target: ast.expr) -> bool:
    return all(isinstance(node, ast.Name | ast.Tuple | ast.List | ast.Starred) for node in walked(target))


def _may_move(subject: Subject, part: ast.expr) -> bool:
    """Whether an expression means the same in a comprehension's scope."""
    if not faithful(subject, part):
        return False
    for node in walked(part):
        if isinstance(node, _NO_COMPREHENSION):
            return False
        if isinstance(node, ast.Name) and node.id in {"super", "__class__"}:
            return False
        if isinstance(node, ast.GeneratorExp) and not is_used_up(subject, node):
            return False
        if isinstance(node, ast.comprehension) and node.is_async:
            return False
    return True


def is_used_up(subject: Subject, generator: ast.GeneratorExp) -> bool:
    """Whether a generator is walked at once, so that none of its variables is read later."""
    call = subject.parents[generator]
    match call:
        case ast.Call(func=ast.Name(id=name), args=[only]):
            return only is generator and name in READING_BUILTINS - {
                "enumerate",
                "zip",
                "map",
                "filter",
                "iter",
            }
        case ast.Call(func=ast.Attribute(attr="join"), args=[only]):
            return only is generator
    return False


def _reads(part: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in walked(part))


def _bound_in_order(loop: ast.For) -> bool:
    """Whether every variable is bound once, and read only behind that; a comprehension has no other value for it."""
    places: dict[str, tuple[int, int]] = {}
    for node in walked(loop):
        target, value = None, None
        if isinstance(node, ast.For):
            target, value = node.target, node.iter
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target, value = node.targets[0], node.value
        for name in _names(target) if target is not None else ():
            if name in places or (value is not None and name in _names(value)):
                return False
            places[name] = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    first = set(walked(loop.iter))
    for node in walked(loop):
        if isinstance(node, ast.comprehension) and _names(node.target) & set(places):
            return False
        read = isinstance(node, ast.Name) and node.id in places and node not in first
        if read and (node.lineno, node.col_offset) < places[node.id]:  # type: ignore[attr-defined]
            return False
    return True


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in walked(node) if isinstance(part, ast.Name)}


def laid_out(subject: Subject, found: Filling, before: str, after: str, indent: str) -> str:
    """The text of a statement that holds the comprehension, over several lines where one would be long.

    Args:
        subject: The function in its module.
        found: The comprehension.
        before: The statement's text up to the comprehension, its opening bracket included.
        after: The rest of the statement, from the closing bracket on.
        indent: The indentation of the statement, which the text does not begin with.
    """
    parts = [found.element, *found.clauses]
    line = before + " ".join(parts) + after
    if len(indent + line) <= WIDTH and "\n" not in line:
        return line
    new, inner = subject.text.newline, indent + subject.text.indent_unit
    lines = [_shifted(part, inner, new) for part in parts]
    return before + new + "".join(f"{inner}{line}{new}" for line in lines) + indent + after


def _shifted(part: str, indent: str, newline: str) -> str:
    """An expression over several lines with its further lines as deep as its new place, texts in it left alone."""
    first, *rest = part.split(newline)
    if not rest or '"""' in part or "'''" in part or "\\" in part:
        return part
    depths = [line[: len(line) - len(line.lstrip())] for line in rest if line.strip()]
    least = min(depths, key=len, default="")
    shifted = [indent + line.removeprefix(least) if line.strip() else line for line in rest]
    return newline.join([first, *shifted])


def comments_outside(subject: Subject, start: int, end: int, kept: Iterable[ast.expr]) -> list[str]:
    """The comments between two offsets that do not stand within expressions whose text is kept."""
    text = subject.text
    if "#" not in text.source[start:end]:
        return []
    spans = [(text.start(node), text.end(node)) for node in kept]
    found: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(text.source).readline):
        if token.type != tokenize.COMMENT:
            continue
        place = text.offset(token.start[0], 0) + token.start[1]
        if start <= place < end and not any(low <= place < high for low, high in spans):
            found.append(token.string)
    return found
