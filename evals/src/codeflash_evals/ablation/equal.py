"""Versions of a function that are its equal in all but the names of its locals: none of them is faster."""

from __future__ import annotations

import ast

from codeflash_syntax.parse import find_function, parse_module


def with_other_names(text: str, qualname: str, suffix: str) -> str | None:
    """The function's source with another name for each of its locals.

    Args:
        text: The module.
        qualname: The function's dotted name.
        suffix: What the names get besides.

    Returns:
        The source as :func:`codeflash_evals.ablation.candidates.replaced` takes it; None where no local is only a
        name, so that nothing would change.
    """
    node = find_function(parse_module(text), qualname).node
    renamed = _locals(node)
    places = [
        (each.lineno, each.col_offset, each.id)
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and each.id in renamed
    ]
    if not places:
        return None
    # Columns count bytes.
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    for line, column, name in sorted(places, reverse=True):
        end = column + len(name.encode())
        before = lines[line - 1]
        lines[line - 1] = before[:end] + suffix.encode() + before[end:]
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return b"".join(lines[first - 1 : node.end_lineno]).decode()


def _locals(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that the function assigns and that are nothing else in it: no parameter, no import, no handler's name."""
    assigned: set[str] = set()
    taken: set[str] = set()
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                assigned.add(name)
            case ast.JoinedStr():
                # Up to Python 3.11 the places of names in a formatted string are not those in the file.
                taken |= {inner.id for inner in ast.walk(each) if isinstance(inner, ast.Name)}
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                taken.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                taken.add(name)
            case ast.MatchMapping(rest=str(name)):
                taken.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                taken |= set(names)
            case ast.alias(name=name, asname=other):
                taken.add(other or name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                taken.add(name)
    return assigned - taken
