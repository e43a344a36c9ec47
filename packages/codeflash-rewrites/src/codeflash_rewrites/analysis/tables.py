"""A table of all answers of a list's method, made once, instead of a walk for each question."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.fallback import (
    Failures,
    site_of,
    tried_statement,
    worth_an_index,
)
from codeflash_rewrites.analysis.loops import repeating_comprehensions
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import Edit

_MISSING = Failures(("KeyError", "TypeError"), "missing, or not hashable")


@frozen
class Table:
    """A table of answers.

    Attributes:
        name: Its name.
        fill: The lines that make it, which raise TypeError where an element can't be hashed.
        answer: What the name of one answer should be.
    """

    name: str
    fill: Sequence[str]
    answer: str


def tabulated(
    subject: Subject, place: ast.stmt, items: ast.expr, table: Table, calls: Mapping[ast.Call, ast.expr]
) -> list[Edit] | None:
    """The edits that ask a table first and the list itself where the table has no answer.

    Args:
        subject: The function in its module.
        place: The statement before which the table is made.
        items: The list.
        table: The table.
        calls: From each call that walks the list to the element that it asks about.

    Returns:
        The edits, or None where they can't be guarded.
    """
    text, unit, scope = subject.text, subject.text.indent_unit, scope_of(subject)
    check = worth_an_index(subject, items)
    if check is None or not is_builtin(subject, "KeyError", "TypeError"):
        return None
    fast: dict[ast.expr, str] = {call: f"{table.name}[{text.text(wanted)}]" for call, wanted in calls.items()}
    start = f"{table.name} = {{}}"
    if any(repeating_comprehensions(subject, call) for call in calls):
        whole = table.fill[0].startswith(f"{table.name} = ")
        fill = table.fill if whole else [start, *table.fill]
        edit = tried_statement(subject, place, fill, fast, [check], _MISSING)
        return None if edit is None else [edit]
    lines = ["try:", *(unit + line for line in table.fill), Failures().clause, f"{unit}pass"]
    lines = [f"if {check}:", *(unit + line for line in lines)] if check else lines
    edits = [text.insert_before(place, start, *lines)]
    for number, (call, wanted) in enumerate(calls.items(), start=1):
        site = site_of(subject, call, [wanted])
        if site is None or site is place:
            return None
        answer = scope.fresh(table.answer if number == 1 else f"{table.answer}_{number}")
        edits += _asked_before(subject, site, call, table.name, text.text(wanted), answer)
    return edits


def _asked_before(
    subject: Subject, site: ast.stmt, call: ast.Call, table: str, wanted: str, answer: str
) -> list[Edit]:
    """Asks the table in statements of their own, and the list where it has no answer."""
    text, unit = subject.text, subject.text.indent_unit
    whole = isinstance(site, ast.Assign) and site.value is call and text.owns_lines(site)
    if (
        whole
        and isinstance(site, ast.Assign)
        and len(site.targets) == 1
        and isinstance(site.targets[0], ast.Name)
    ):
        answer = site.targets[0].id
    else:
        whole = False
    lines = ["try:", f"{unit}{answer} = {table}.get({wanted})", Failures().clause, f"{unit}pass"]
    lines = [f"{answer} = None", f"if {table}:", *(unit + line for line in lines)]
    lines += [f"if {answer} is None:", f"{unit}{answer} = {text.text(call)}"]
    if whole:
        gone = text.remove_lines(site)
        return [Edit(gone.start, gone.end, text.block(lines, text.indent_of(site)))]
    return [text.insert_before(site, *lines), text.replace(call, answer)]
