"""A loop over a whole collection that looks for one key: it can walk the elements with that key only.

The test stays where it is, so that equal keys, keys that are not equal to themselves and further conditions
mean what they did. What has no key, or one that can't be hashed, goes the old way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.fallback import (
    Failures,
    failures_of,
    site_of,
    tried_statement,
    worth_an_index,
)
from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.loops import repeating_comprehensions, unchanged
from codeflash_rewrites.analysis.scope import bound_names, scope_of
from codeflash_rewrites.analysis.searches import (
    Equality,
    first_equality,
    loop_equality,
    other_names,
    place_of_index,
)
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Rewrite, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked


@frozen
class Search:
    """A walk through a collection for the elements of one key.

    Attributes:
        target: The variables of an element.
        items: The collection, where the walk names it.
        equality: The test, which comes first.
    """

    target: ast.expr
    items: ast.expr
    equality: Equality

    @property
    def variables(self) -> set[str]:
        """The names of the target."""
        return {node.id for node in walked(self.target) if isinstance(node, ast.Name)}


def rewrites_of(subject: Subject, rule: str, search: Search | None, why: str) -> Iterator[Rewrite]:
    """The rewrites that make a search walk the elements of its key.

    Where the old way may never come to an element that has no key, ``"typed"`` lets reading the key fail, and
    ``"guarded"`` goes the old way then.

    Args:
        subject: The function in its module.
        rule: The rule's slug.
        search: The search, if there is one.
        why: The sentence for the maintainer.
    """
    if search is None:
        return
    at_once = bool(repeating_comprehensions(subject, search.items))
    reading = failures_of(search.equality.key, search.target)
    all_read = not at_once and not _ends_early(subject, search)
    for failures in dict.fromkeys([Failures()] if all_read else [Failures(), reading]):
        adding = imported(subject, "collections", "defaultdict")
        edits = _narrowed(subject, search, failures, adding.called, at_once)
        if edits is not None:
            variant = "guarded" if all_read or failures == reading else "typed"
            yield subject.rewrite(rule, [*adding.edits, *edits], why, variant, adding.adds)


def _ends_early(subject: Subject, search: Search) -> bool:
    """Whether a search may be over before it has read the key of every element."""
    holder = subject.parents[search.target]
    if isinstance(holder, ast.For):
        return any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in walked(holder))
    comprehension = subject.parents[holder]
    call = subject.parents[comprehension]
    summed = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "sum"
    return isinstance(comprehension, ast.GeneratorExp) and not summed


def _narrowed(
    subject: Subject, search: Search, failures: Failures, maker: str, at_once: bool
) -> list[Edit] | None:
    key, wanted, variables = search.equality.key, search.equality.wanted, search.variables
    if not all(is_pure(subject, part) for part in (key, wanted, search.items)):
        return None
    if not is_builtin(subject, "list", *failures.names):
        return None
    place = place_of_index(subject, search.items, wanted, search.items, *other_names(variables, key))
    check = worth_an_index(subject, search.items, any_length=not at_once)
    if place is None or check is None or not _is_free(subject, search, place):
        return None
    scope, unit = scope_of(subject), subject.text.indent_unit
    groups = scope.fresh("groups", f"groups_of_{min(variables)}")
    sought = f"{groups}.get({subject.text.text(wanted)}, ())"
    if at_once:
        fill = _fill(subject, search, groups, maker)
        edit = tried_statement(subject, place, fill, {search.items: sought}, [check], failures)
        return None if edit is None else [edit]
    site = site_of(subject, search.items, [wanted])
    if site is None or site is place:
        return None
    # Made at the first turn: where there is none, the old way reads no key. Named when it is whole: where an
    # element has no key, it is not there for the next turn.
    made = scope.fresh("grouped", f"grouped_by_{min(variables)}")
    fitting = scope.fresh("fitting", f"fitting_{min(variables)}")
    lines = [f"if {groups} is None:"]
    lines += [unit + line for line in (*_fill(subject, search, made, maker), f"{groups} = {made}")]
    lines.append(f"{fitting} = {sought}")
    lines = ["try:", *(unit + line for line in lines), failures.clause, f"{unit}pass"]
    lines = [f"if {check}:", *(unit + line for line in lines)] if check else lines
    return [
        subject.text.insert_before(place, f"{groups} = None"),
        subject.text.insert_before(site, f"{fitting} = {subject.text.text(search.items)}", *lines),
        subject.text.replace(search.items, fitting),
    ]


def searching_loop(subject: Subject, loop: ast.For) -> Search | None:
    """The search that a loop statement is, if it is one whose key stays the same while it runs."""
    variables = {node.id for node in walked(loop.target) if isinstance(node, ast.Name)}
    found = loop_equality(loop, variables)
    if found is None or isinstance(found.wanted, ast.Constant):
        return None
    if variables & bound_names(*loop.body) or not unchanged(subject, found.wanted, *loop.body):
        return None
    return Search(loop.target, loop.iter, found)


def searching_generator(generator: ast.comprehension, condition: ast.expr | None = None) -> Search | None:
    """The search that one ``for`` of a comprehension is.

    Args:
        generator: The ``for`` with its conditions.
        condition: What is asked of each element where that is not the first ``if``.
    """
    variables = {node.id for node in walked(generator.target) if isinstance(node, ast.Name)}
    asked = condition if condition is not None else next(iter(generator.ifs), None)
    found = first_equality(asked, variables) if asked is not None and not generator.is_async else None
    if found is None or isinstance(found.wanted, ast.Constant):
        return None
    return Search(generator.target, generator.iter, found)


def _fill(subject: Subject, search: Search, groups: str, maker: str) -> Sequence[str]:
    text = subject.text
    target = text.text(search.target)
    item = f"({target})" if isinstance(search.target, ast.Tuple) and target[:1] != "(" else target
    return [
        f"{groups} = {maker}(list)",
        f"for {target} in {text.text(search.items)}:",
        f"{text.indent_unit}{groups}[{text.text(search.equality.key)}].append({item})",
    ]


def _is_free(subject: Subject, search: Search, place: ast.stmt) -> bool:
    """Whether the variables of an element mean nothing outside the walk, before which they are bound now."""
    scope = scope_of(subject)
    if isinstance(subject.parents[search.target], ast.comprehension):
        return not any(scope.uses(name) for name in search.variables)
    first, last = place.lineno, place.end_lineno or place.lineno
    for name in search.variables:
        if name in scope.parameters or name in scope.captured or name in scope.outer:
            return False
        if any(not first <= use.lineno <= last for use in scope.uses(name)):
            return False
    return True
