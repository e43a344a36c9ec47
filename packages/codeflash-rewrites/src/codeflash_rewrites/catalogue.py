"""The catalogue of all rules, and the proposals they make for a function."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from codeflash_rewrites.rule import Rewrite, Rule, Subject
from codeflash_rewrites.rules import (
    aggregate_of_growing_slice,
    any_of_generator,
    append_loop,
    ascii_text_walked,
    character_by_character_escape,
    character_counted_in_loop,
    constant_table_in_function,
    count_or_group_by_scanning,
    counting_loop,
    deep_copy_of_plain_data,
    fill_loop,
    generator_into_collection,
    growing_text_in_place,
    index_loop,
    invariant_call_in_loop,
    linear_search_in_loop,
    membership_in_constant_list,
    membership_in_growing_list,
    membership_in_literal,
    membership_in_sequence,
    minimum_of_few_in_loop,
    nested_loop_join,
    number_idioms,
    overlapping_recursion,
    pair_loop,
    quadratic_accumulation,
    queue_on_list,
    recomputed_over_small_domain,
    regex_compiled_in_function,
    regex_for_plain_text,
    removal_while_walking_copy,
    row_recurrence,
    sort_after_each_append,
    sorted_to_pick_few,
    subscript_repeated_in_loop,
    table_built_to_pick_one,
    text_cut_after_each_match,
)
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem
from codeflash_syntax.parsed import Forms, Parsed
from codeflash_syntax.signature import Interface, interface

_log = logging.getLogger(__name__)

RULES: tuple[Rule, ...] = (
    membership_in_growing_list.RULE,
    membership_in_sequence.RULE,
    membership_in_constant_list.RULE,
    linear_search_in_loop.RULE,
    nested_loop_join.RULE,
    count_or_group_by_scanning.RULE,
    invariant_call_in_loop.RULE,
    recomputed_over_small_domain.RULE,
    queue_on_list.RULE,
    quadratic_accumulation.RULE,
    growing_text_in_place.RULE,
    overlapping_recursion.RULE,
    aggregate_of_growing_slice.RULE,
    sort_after_each_append.RULE,
    sorted_to_pick_few.RULE,
    removal_while_walking_copy.RULE,
    text_cut_after_each_match.RULE,
    number_idioms.RULE,
    pair_loop.RULE,
    row_recurrence.RULE,
    fill_loop.RULE,
    character_by_character_escape.RULE,
    regex_for_plain_text.RULE,
    character_counted_in_loop.RULE,
    ascii_text_walked.RULE,
    counting_loop.RULE,
    minimum_of_few_in_loop.RULE,
    any_of_generator.RULE,
    append_loop.RULE,
    generator_into_collection.RULE,
    index_loop.RULE,
    constant_table_in_function.RULE,
    regex_compiled_in_function.RULE,
    membership_in_literal.RULE,
    table_built_to_pick_one.RULE,
    deep_copy_of_plain_data.RULE,
    subscript_repeated_in_loop.RULE,
)
"""Every rule, one line each, in the order of their numbers."""


def by_slug(slug: str) -> Rule:
    """Finds a rule by its slug.

    Raises:
        KeyError: There is no such rule.
    """
    for rule in RULES:
        if rule.slug == slug:
            return rule
    raise KeyError(slug)


def proposals(subject: Subject, rules: Iterable[Rule] | None = None) -> tuple[Rewrite, ...]:
    """Asks rules for rewrites of a function.

    A proposal that does not compile, that changes the function's interface, or that is the same code as an
    earlier one but for layout and local names is dropped. A rule that fails is logged and passed over.

    Args:
        subject: The function in its module.
        rules: The rules to ask; all of the catalogue when None.

    Returns:
        The rewrites, those with the greatest expected gain first.

    Raises:
        SyntaxProblem: The module does not parse.
        FunctionNotFound: The module has no such function.
    """
    original = interface(subject.function, subject.source)
    seen = Forms(subject.readings)
    seen.add(subject.source)
    kept: list[Rewrite] = []
    for rewrite in matches(subject, rules):
        parsed = subject.readings[rewrite.source]
        if not parsed.compiles or _interface_of(parsed, subject.qualname) != original:
            continue
        if seen.add(rewrite.source):
            kept.append(rewrite)
    return tuple(kept)


def matches(subject: Subject, rules: Iterable[Rule] | None = None) -> Iterator[Rewrite]:
    """What the rules say of a function, those with the greatest expected gain first, looked at by nobody yet.

    Quick enough to ask after each key stroke. Before a rewrite is shown as a change it has to be among
    :func:`proposals`. A rule that fails is logged and passed over.

    Args:
        subject: The function in its module.
        rules: The rules to ask; all of the catalogue when None.

    Raises:
        SyntaxProblem: The module does not parse.
        FunctionNotFound: The module has no such function.
    """
    for rule in sorted(RULES if rules is None else rules, key=lambda one: (-one.expected, one.id)):
        if not rule.needs or not rule.needs.isdisjoint(subject.kinds):
            yield from _ask(rule, subject)


def _ask(rule: Rule, subject: Subject) -> list[Rewrite]:
    try:
        return list(rule.propose(subject))
    except Exception:  # noqa: BLE001 - the door to the rules: one that stumbles must not end the others
        _log.warning("rule %s failed on %s", rule.slug, subject.qualname, exc_info=True)
        return []


def _interface_of(parsed: Parsed, qualname: str) -> Interface | None:
    try:
        return interface(parsed.site(qualname).node, parsed.source)
    except (SyntaxProblem, FunctionNotFound):
        return None
