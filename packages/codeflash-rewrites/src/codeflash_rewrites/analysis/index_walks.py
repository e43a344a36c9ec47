"""Loops that count an index through a sequence, and what they read at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.comprehensions import is_used_up
from codeflash_rewrites.analysis.effects import is_pure_call
from codeflash_rewrites.analysis.loops import ancestors, block_of, touched_names, unchanged
from codeflash_rewrites.analysis.names import faithful
from codeflash_rewrites.analysis.private_names import stay_inside
from codeflash_rewrites.analysis.scope import Comprehension, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of, traced_types
from codeflash_rewrites.analysis.uses import uses_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode, blocks_of

SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "range"})
"""The types of which the elements are what their indices give, in the same order."""
_SEQUENCE_METHODS = frozenset(
    {"append", "extend", "insert", "pop", "sort", "reverse", "index", "count", "copy", "remove", "clear",
     "find", "startswith", "endswith", "strip", "lower", "upper", "split", "isdigit", "isalpha"}
)  # fmt: skip
_LEAVES_OTHERS_ALONE = frozenset({"append", "add", "extend", "write", "update", "join", "format"})


@frozen
class Walk:
    """An index that a loop counts up through a sequence.

    Attributes:
        holder: The loop statement, or the ``for`` of a comprehension.
        index: The index's name.
        parts: What runs at each turn.
        length: The sequence whose length bounds the index, the first of several.
        shorter: Others whose lengths bound it too: ``range(min(len(a), len(b)))``.
        start: The first index.
        trim: How far before the end of the sequence the index ends.
        origin: The first index where it is another index, or a distance from one, as in ``range(i + 1, len(xs))``.
        begin: The statement ``i = 0`` of a ``while``.
        step: The statement ``i += 1`` of a ``while``.
    """

    holder: ast.For | ast.While | ast.comprehension
    index: str
    parts: tuple[ast.AST, ...]
    length: ast.expr
    shorter: tuple[ast.expr, ...] = ()
    start: int = 0
    trim: int = 0
    origin: ast.expr | None = None
    begin: ast.stmt | None = None
    step: ast.stmt | None = None

    @property
    def lengths(self) -> tuple[ast.expr, ...]:
        """All sequences whose lengths bound the index."""
        return (self.length, *self.shorter)


@frozen
class Reads:
    """What a walk reads at its index.

    Attributes:
        places: From each sequence and offset, such as ``("xs", 1)`` for ``xs[i + 1]``, to where it is read.
        sequences: From each sequence's text to one mention of it.
        bare: Whether the index is used for anything else.
    """

    places: Mapping[tuple[str, int], Sequence[ast.Subscript]]
    sequences: Mapping[str, ast.expr]
    bare: bool

    @property
    def offsets(self) -> dict[str, list[int]]:
        """The offsets at which each sequence is read, in rising order."""
        found: dict[str, list[int]] = {}
        for name, offset in sorted(self.places):
            found.setdefault(name, []).append(offset)
        return found


def walks(subject: Subject) -> Iterator[Walk]:
    """Finds the index walks of a function whose index nothing else changes or reads."""
    for node in scope_of(subject).nodes:
        walk: Walk | None = None
        if isinstance(node, ast.For):
            walk = _of_range(subject, node, tuple(node.body))
        elif isinstance(node, ast.While):
            walk = _of_while(subject, node)
        elif isinstance(node, Comprehension):
            for clause in node.generators:
                walk = _of_range(subject, clause, _other_parts(node, clause))
                if walk is not None and _is_fit(subject, walk):
                    yield walk
            continue
        if walk is not None and _is_fit(subject, walk):
            yield walk


def _of_range(
    subject: Subject, holder: ast.For | ast.comprehension, parts: tuple[ast.AST, ...]
) -> Walk | None:
    match holder.iter:
        case ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
            start = 0
        case ast.Call(
            func=ast.Name(id="range"), args=[ast.Name() | ast.BinOp() as origin, stop], keywords=[]
        ):
            return _from_index(subject, holder, parts, origin, stop)
        case ast.Call(
            func=ast.Name(id="range"), args=[ast.Constant(value=int(start)), stop], keywords=[]
        ) if start >= 0:
            pass
        case _:
            return None
    if not isinstance(holder.target, ast.Name) or not is_builtin(subject, "range", "len"):
        return None
    if isinstance(holder, ast.comprehension) and holder.is_async:
        return None
    bound = _bound(subject, stop)
    if bound is None:
        return None
    lengths, trim = bound
    if len(lengths) > 1 and (start or trim):
        return None
    return Walk(holder, holder.target.id, parts, lengths[0], tuple(lengths[1:]), int(start), trim)


def _from_index(
    subject: Subject,
    holder: ast.For | ast.comprehension,
    parts: tuple[ast.AST, ...],
    origin: ast.expr,
    stop: ast.expr,
) -> Walk | None:
    """A walk that starts at, or behind, the index of a loop around it."""
    match origin:
        case ast.Name(id=outer):
            pass
        case ast.BinOp(left=ast.Name(id=outer), op=ast.Add(), right=ast.Constant(value=int(by))) if by >= 0:
            pass
        case _:
            return None
    bound = _bound(subject, stop)
    if (
        not isinstance(holder.target, ast.Name)
        or bound is None
        or len(bound[0]) > 1
        or holder.target.id == outer
    ):
        return None
    if not is_builtin(subject, "range", "len") or not _counts_from_zero(subject, holder, outer):
        return None
    return Walk(holder, holder.target.id, parts, bound[0][0], trim=bound[1], origin=origin)


def _counts_from_zero(subject: Subject, holder: ast.AST, name: str) -> bool:
    """Whether a name is the index of a loop around, one that no index is negative of."""
    owner = subject.parents[holder] if isinstance(holder, ast.comprehension) else holder
    if isinstance(owner, Comprehension):
        for clause in owner.generators[: owner.generators.index(holder)]:  # type: ignore[arg-type]
            if isinstance(clause.target, ast.Name) and clause.target.id == name:
                return _is_range_from_zero(subject, clause.iter)
        return False
    for parent in ancestors(subject, owner):
        if isinstance(parent, ast.For) and isinstance(parent.target, ast.Name) and parent.target.id == name:
            stores = [
                node
                for statement in parent.body
                for node in walked(statement)
                if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
            ]
            return not stores and _is_range_from_zero(subject, parent.iter)
    return False


def _is_range_from_zero(subject: Subject, items: ast.expr) -> bool:
    match items:
        case ast.Call(func=ast.Name(id="range"), args=[_], keywords=[]):
            return is_builtin(subject, "range")
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(start)), _], keywords=[]):
            return start >= 0 and is_builtin(subject, "range")
    return False


def _bound(subject: Subject, stop: ast.expr) -> tuple[list[ast.expr], int] | None:
    """The sequences whose length an expression is, and what is taken off it."""
    match stop:
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(trim))) if trim > 0:
            found = _bound(subject, left)
            return (found[0], found[1] + trim) if found else None
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name() | ast.Attribute() as held], keywords=[]):
            return ([held], 0) if is_plain(held) else None
        case ast.Call(func=ast.Name(id="min"), args=[_, _] as lengths, keywords=[]) if is_builtin(
            subject, "min"
        ):
            known = [
                one for one in (_bound(subject, each) for each in lengths) if one is not None and not one[1]
            ]
            if len(known) == 2:
                return [held for one in known for held in one[0]], 0
        case ast.Name(id=name):
            return _named_length(subject, name)
    return None


def _named_length(subject: Subject, name: str) -> tuple[list[ast.expr], int] | None:
    """``n`` where the function says ``n = len(xs)`` once and never changes how long ``xs`` is."""
    scope = scope_of(subject)
    made = scope.definitions(name) if name in scope.locals and name not in scope.captured else None
    if made is None or len(made) != 1 or not isinstance(made[0], ast.Call):
        return None
    match made[0]:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=held) as mention], keywords=[]):
            if held not in scope.locals or held in scope.captured:
                return None
            if any(store.lineno >= mention.lineno for store in scope.stores(held)):
                return None
            kinds = {
                "load-item",
                "store-item",
                "iterate",
                "builtin",
                "in",
                "truth",
                "compare",
                "store",
                "return",
            }
            if all(use.kind in kinds or use.name.lineno < mention.lineno for use in uses_of(subject, held)):
                return [mention], 0
    return None


def _of_while(subject: Subject, loop: ast.While) -> Walk | None:
    """``i = 0`` and ``while i < len(xs)`` whose last statement is ``i += 1``."""
    match loop:
        case ast.While(
            test=ast.Compare(left=ast.Name(id=index), ops=[ast.Lt()], comparators=[stop]),
            body=[_, *_] as body,
            orelse=[],
        ):
            step = body[-1]
        case _:
            return None
    match step:
        case ast.AugAssign(target=ast.Name(id=moved), op=ast.Add(), value=ast.Constant(value=1)):
            pass
        case ast.Assign(
            targets=[ast.Name(id=moved)],
            value=ast.BinOp(left=ast.Name(id=read), op=ast.Add(), right=ast.Constant(value=1)),
        ) if read == moved:
            pass
        case _:
            return None
    found = _start_before(subject, loop, index)
    bound = _bound(subject, stop)
    if moved != index or found is None or bound is None or not is_builtin(subject, "len") or len(body) < 2:
        return None
    if breaks(body, ast.Continue) or len(bound[0]) > 1 or not subject.text.owns_lines(step):
        return None
    begin, start = found
    return Walk(
        loop, index, tuple(body[:-1]), bound[0][0], start=start, trim=bound[1], begin=begin, step=step
    )


def _start_before(subject: Subject, loop: ast.While, index: str) -> tuple[ast.stmt, int] | None:
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        match before:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int(start))) if (
                name == index
            ):
                plain = start >= 0 and not isinstance(start, bool) and subject.text.owns_lines(before)
                return (before, start) if plain else None
        if any(isinstance(node, ast.Name) and node.id == index for node in walked(before)):
            return None
    return None


def breaks(body: Sequence[ast.stmt], kind: type[ast.stmt] = ast.Break) -> bool:
    """Whether a ``break`` (or a ``continue``) of the loop itself stands in its body."""
    for statement in body:
        if isinstance(statement, kind):
            return True
        if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
            if breaks(statement.orelse, kind):
                return True
        elif any(breaks(block, kind) for block in blocks_of(statement)):
            return True
    return False


def _other_parts(node: Comprehension, clause: ast.comprehension) -> tuple[ast.AST, ...]:
    place = node.generators.index(clause)
    results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return (*results, *clause.ifs, *node.generators[place + 1 :])


def _is_fit(subject: Subject, walk: Walk) -> bool:
    """Whether nothing but the loop moves the index, and nothing reads what it reads at another time."""
    holder = walk.holder
    later = ast.Yield | ast.YieldFrom | ast.Await | ast.Lambda | FunctionNode | ast.ClassDef | ast.NamedExpr
    for part in walk.parts:
        for node in walked(part):
            if isinstance(node, later) or (
                isinstance(node, ast.GeneratorExp) and not is_used_up(subject, node)
            ):
                return False
            if isinstance(node, ast.Name) and node.id == walk.index and not isinstance(node.ctx, ast.Load):
                return False
    if isinstance(holder, ast.comprehension):
        owner = subject.parents[holder]
        return not isinstance(owner, ast.GeneratorExp) or is_used_up(subject, owner)
    if isinstance(holder, ast.For) and holder.type_comment:
        return False
    return subject.text.starts_line(holder) and stay_inside(subject, holder, [walk.index], walk.begin)


def reads_of(subject: Subject, walk: Walk) -> Reads | None:
    """What a walk reads at its index, or None where that may change while it runs."""
    places: dict[tuple[str, int], list[ast.Subscript]] = {}
    sequences: dict[str, ast.expr] = {}
    bare = False
    for part in walk.parts:
        for node in walked(part):
            if not isinstance(node, ast.Name) or node.id != walk.index:
                continue
            found = _read_at(subject, node)
            if found is None or not faithful(subject, found[0]):
                bare = True
                continue
            subscript, offset = found
            shown = ast.unparse(subscript.value)
            sequences.setdefault(shown, subscript.value)
            places.setdefault((shown, offset), []).append(subscript)
    for shown, held in sequences.items():
        names = {node.id for node in walked(held) if isinstance(node, ast.Name)}
        if (
            walk.index in names
            or not unchanged(subject, held, *walk.parts)
            or not may_be_sequence(subject, held)
        ):
            return None
        if isinstance(held, ast.Name) and _other_names(subject, held.id) & touched_names(
            subject, *walk.parts
        ):
            return None
        if isinstance(held, ast.Attribute) and not _touches_nothing_else(subject, walk):
            return None
        if any(
            walk.start + offset < 0 or (offset and walk.origin) for name, offset in places if name == shown
        ):
            return None
    if not all(unchanged(subject, held, *walk.parts) for held in walk.lengths):
        return None
    return Reads(places, sequences, bare)


def _other_names(subject: Subject, name: str) -> set[str]:
    """The names that may mean the same object by an assignment of the function."""
    found: set[str] = set()
    for use in uses_of(subject, name):
        if use.kind == "alias":
            targets = getattr(use.node, "targets", None) or [getattr(use.node, "target", None)]
            found |= {node.id for target in targets for node in walked(target) if isinstance(node, ast.Name)}
        elif use.kind == "store" and isinstance(use.node, ast.Assign):
            values = [use.node.value, *use.node.targets]
            found |= {node.id for node in values if isinstance(node, ast.Name)}
    return found - {name}


def _read_at(subject: Subject, node: ast.Name) -> tuple[ast.Subscript, int] | None:
    """The subscript that reads at an index, or at a constant distance from it."""
    inner: ast.AST = node
    offset = 0
    match subject.parents[node]:
        case (
            ast.BinOp(
                left=left, op=ast.Add() | ast.Sub() as operator, right=ast.Constant(value=int(by))
            ) as sum_
        ):
            if left is node and not isinstance(by, bool):
                inner, offset = sum_, by if isinstance(operator, ast.Add) else -by
        case ast.BinOp(left=ast.Constant(value=int(by)), op=ast.Add(), right=right) as sum_:
            if right is node and not isinstance(by, bool):
                inner, offset = sum_, by
    subscript = subject.parents[inner]
    if not isinstance(subscript, ast.Subscript) or subscript.slice is not inner:
        return None
    if not isinstance(subscript.ctx, ast.Load) or not is_plain(subscript.value):
        return None
    return subscript, offset


def named_at_once(
    subject: Subject, walk: Walk, places: Sequence[ast.Subscript]
) -> tuple[str, ast.Assign] | None:
    """The name that the first statement of a turn gives an element, and that statement."""
    text, body = subject.text, walk.parts
    first = body[0]
    if isinstance(walk.holder, ast.comprehension) or len(body) < 2 or not isinstance(first, ast.Assign):
        return None
    if first.value not in places or len(first.targets) != 1 or not isinstance(first.targets[0], ast.Name):
        return None
    name = first.targets[0].id
    stores = [
        node for part in body for node in walked(part) if isinstance(node, ast.Name) and node.id == name
    ]
    again = sum(not isinstance(node.ctx, ast.Load) for node in stores) > 1
    outer = name in scope_of(subject).outer or name in scope_of(subject).captured
    if (
        again
        or outer
        or not text.owns_lines(first)
        or "#" in text.source[text.end(first) : text.line_end(text.end(first))]
    ):
        return None
    return name, first


def is_plain(node: ast.expr) -> bool:
    """Whether an expression is a name or an attribute of one."""
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )


def _touches_nothing_else(subject: Subject, walk: Walk) -> bool:
    """Whether a turn calls only what changes no attribute of another object."""
    for part in walk.parts:
        for node in walked(part):
            if isinstance(node, ast.Call) and not is_pure_call(subject, node):
                method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                local = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
                if method not in _LEAVES_OTHERS_ALONE or not local:
                    return False
    return True


def may_be_sequence(subject: Subject, held: ast.expr) -> bool:
    """Whether an expression may be a list, tuple or text, by all that the function does with it."""
    kind = kind_of(subject, held)
    if kind is not None and kind not in SEQUENCES:
        return False
    shown = ast.dump(held)
    for node in walked(subject.function):
        own = isinstance(node, ast.Subscript) and ast.dump(node.value) == shown
        if own and _is_no_index(node.slice):  # type: ignore[attr-defined]
            return False
        if (
            isinstance(node, ast.Attribute)
            and ast.dump(node.value) == shown
            and node.attr not in _SEQUENCE_METHODS
        ):
            return False
    if isinstance(held, ast.Name):
        seen = traced_types(subject, held.id)
        return not seen or {one.removeprefix("builtins.") for one in seen} <= SEQUENCES
    return True


def _is_no_index(node: ast.expr) -> bool:
    """Whether a subscript is none of a list: a tuple, or a text."""
    text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return text or isinstance(node, ast.Tuple)


def is_guarded(subject: Subject, node: ast.AST) -> bool:
    """Whether a node is the old way beside a faster one: in the ``else`` of a test of types."""
    child = node
    for parent in ancestors(subject, node):
        if isinstance(parent, ast.If | ast.IfExp) and "type(" in ast.unparse(parent.test):
            branch = parent.orelse if isinstance(parent.orelse, list) else [parent.orelse]
            if child in branch:
                return True
        child = parent
    return False
