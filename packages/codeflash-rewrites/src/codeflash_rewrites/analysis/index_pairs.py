"""Loops over indices that are combinations of two elements, or slices of one length, in disguise."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.element_names import singular
from codeflash_rewrites.analysis.fallback import is_walked_again
from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.index_walks import Reads, Walk, breaks, is_guarded
from codeflash_rewrites.analysis.loops import block_of
from codeflash_rewrites.analysis.names import own_nodes
from codeflash_rewrites.analysis.private_names import names_are_read_by_text, stay_inside
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import Edit, apply, reindent
from codeflash_syntax.nodes import walked


@frozen
class Found:
    """A change that walks elements.

    Attributes:
        edits: The change.
        why: The sentence for a maintainer.
        variant: ``"plain"`` or ``"guarded"``.
        adds: New names of the module.
    """

    edits: Sequence[Edit]
    why: str
    variant: str = "plain"
    adds: tuple[str, ...] = ()


def pairs(subject: Subject, found: Sequence[tuple[Walk, Reads | None]]) -> Iterator[Found]:
    """Finds loops over ``i`` and over ``j`` behind it that read ``xs[i]`` and ``xs[j]`` only.

    Args:
        subject: The function in its module.
        found: The index walks of the function, and what they read.
    """
    for outer, outer_reads in found:
        for inner, inner_reads in found:
            if outer_reads is not None and inner_reads is not None and _is_pair(outer, inner):
                made = _combined(subject, outer, inner, outer_reads, inner_reads)
                if made is not None:
                    yield made


def _is_pair(outer: Walk, inner: Walk) -> bool:
    first, second = outer.holder, inner.holder
    if not isinstance(first, ast.For) or not isinstance(second, ast.For):
        return False
    if first.body != [second] or first.orelse or second.orelse or inner.origin is None or inner.trim:
        return False
    behind = isinstance(inner.origin, ast.BinOp) and ast.unparse(inner.origin) == f"{outer.index} + 1"
    same = ast.unparse(outer.length) == ast.unparse(inner.length)
    whole = outer.start == 0 and outer.trim <= 1 and not outer.shorter and outer.origin is None
    return behind and same and whole and not breaks(second.body)


def _combined(
    subject: Subject, outer: Walk, inner: Walk, outer_reads: Reads, inner_reads: Reads
) -> Found | None:
    text = subject.text
    name = ast.unparse(outer.length)
    first, second = outer.holder, inner.holder
    assert isinstance(first, ast.For)
    assert isinstance(second, ast.For)
    at_first, at_second = outer_reads.places.get((name, 0), ()), inner_reads.places.get((name, 0), ())
    if set(outer_reads.places) != {(name, 0)} or set(inner_reads.places) != {(name, 0)} or inner_reads.bare:
        return None
    uses = [
        node
        for part in second.body
        for node in walked(part)
        if isinstance(node, ast.Name) and node.id == outer.index
    ]
    if len(uses) != len(at_first) or is_guarded(subject, first):
        return None
    start, end = text.line_start(text.start(first)), text.line_end(text.end(first))
    body = text.line_start(text.start(second.body[0]))
    if (
        not text.owns_lines(first)
        or "#" in text.source[start:body]
        or not text.source[start:end].endswith(("\n", "\r"))
    ):
        return None
    if body <= text.start(second):
        return None  # the body stands on the line of its ``for``
    indent, deeper = text.indent_of(first), text.indent_of(second.body[0])
    word = scope_of(subject).fresh(singular(name.rsplit(".", maxsplit=1)[-1].strip("_")))
    other = scope_of(subject).fresh(f"other_{word}")
    edits = [Edit(text.start(one) - body, text.end(one) - body, word) for one in at_first]
    edits += [Edit(text.start(one) - body, text.end(one) - body, other) for one in at_second]
    new = reindent(apply(text.source[body:end], edits), deeper, indent + text.indent_unit)
    adding = imported(subject, "itertools", "combinations")
    head = f"{indent}for {word}, {other} in {adding.called}({name}, 2):{text.newline}"
    why = f"The pairs of `{name}` are made in C, without looking elements up by index."
    if not is_walked_again(subject, outer.length):
        why += " It is taken to be a sequence."
    return Found([*adding.edits, Edit(start, end, head + new)], why, "plain", adding.adds)


def chunks(subject: Subject) -> Iterator[Found]:
    """Finds loops that fill a list to a length, put it into another, and begin the next."""
    for loop in own_nodes(subject.function):
        if isinstance(loop, ast.For) and subject.text.owns_lines(loop) and not loop.orelse:
            found = _chunked(subject, loop)
            if found is not None:
                yield found


def _chunked(subject: Subject, loop: ast.For) -> Found | None:
    match loop:
        case ast.For(
            target=ast.Name(id=item),
            iter=ast.Name(id=items),
            body=[
                ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=chunk), attr="append"), args=[ast.Name(id=put)]
                    )
                ),
                ast.If(
                    test=ast.Compare(
                        left=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=measured)]),
                        ops=[ast.Eq() | ast.GtE()],
                        comparators=[ast.Name() | ast.Constant() as size],
                    ),
                    body=[
                        ast.Expr(
                            value=ast.Call(
                                func=ast.Attribute(value=ast.Name(id=chunks_), attr="append"),
                                args=[ast.Name(id=kept)],
                            )
                        ),
                        ast.Assign(targets=[ast.Name(id=again)], value=ast.List(elts=[])),
                    ],
                    orelse=[],
                ),
            ],
        ):
            pass
        case _:
            return None
    if put != item or {measured, kept, again} != {chunk} or len({item, items, chunk, chunks_}) != 4:
        return None
    if names_are_read_by_text(subject) or not is_builtin(subject, "len", "range", "type", "list", "int"):
        return None
    start = _starts(subject, loop, {chunk, chunks_})
    if start is None or not _is_flushed_and_returned(subject, loop, chunk, chunks_):
        return None
    if not stay_inside(subject, loop, [item]) or {chunk, chunks_} & (
        scope_of(subject).captured | scope_of(subject).outer
    ):
        return None
    return _guarded_slices(subject, start, items, size)


def _starts(subject: Subject, loop: ast.For, wanted: set[str]) -> ast.stmt | None:
    """The first of the statements right before a loop that make the empty lists."""
    block = block_of(subject, loop)
    missing = set(wanted)
    for before in reversed(block[: block.index(loop)]):
        match before:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])) if name in missing:
                missing.discard(name)
                if not missing:
                    return before
            case _:
                return None
    return None


def _is_flushed_and_returned(subject: Subject, loop: ast.For, chunk: str, chunks_: str) -> bool:
    """Whether the last, shorter list is put in behind the loop, and the lists are returned then."""
    block = block_of(subject, loop)
    match block[block.index(loop) + 1 :]:
        case [
            ast.If(
                test=ast.Name(id=tested),
                body=[
                    ast.Expr(
                        value=ast.Call(
                            func=ast.Attribute(value=ast.Name(id=into), attr="append"),
                            args=[ast.Name(id=put)],
                        )
                    )
                ],
                orelse=[],
            ),
            ast.Return(value=ast.Name(id=returned)),
            *_,
        ]:
            return (tested, put, into, returned) == (chunk, chunk, chunks_, chunks_)
    return False


def _guarded_slices(subject: Subject, start: ast.stmt, items: str, size: ast.expr) -> Found | None:
    text, unit = subject.text, subject.text.indent_unit
    if isinstance(size, ast.Constant) and (type(size.value) is not int or size.value < 1):
        return None
    length = text.text(size)
    place = scope_of(subject).fresh("start")
    made = f"[{items}[{place} : {place} + {length}] for {place} in range(0, len({items}), {length})]"
    checks = [f"type({items}) is list"]
    if not isinstance(size, ast.Constant):
        checks += [f"type({length}) is int", f"{length} > 0"]
    block = block_of(subject, start)
    place_of_start = block.index(start)
    if (
        place_of_start
        and isinstance(before := block[place_of_start - 1], ast.If)
        and checks[0] in ast.unparse(before.test)
    ):
        return None
    if not text.starts_line(start):
        return None
    lines = [f"if {' and '.join(checks)}:", f"{unit}return {made}"]
    return Found(
        [text.insert_before(start, *lines)],
        f"`{items}` is cut into slices; the loop put its elements one by one into lists.",
        "guarded",
    )
