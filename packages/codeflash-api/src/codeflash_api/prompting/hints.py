"""Hints for a model: the rules of the rewrite catalogue that fit the code at hand."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from codeflash_api.prompting.fence import Trusted, inline
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Rule, Subject
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem
from codeflash_syntax.parsed import Parsed, Readings

_EXAMPLE_LINES = 14
_FUNCTIONS = 12
_CHARACTERS = 200_000


@frozen
class Hint:
    """A rule that fits a function.

    Attributes:
        rule: The rule.
        function: The function's qualified name.
    """

    rule: Rule
    function: str


def hints(sources: Iterable[str], most: int = 5) -> tuple[Hint, ...]:
    """The rules that have something to propose for the functions of some modules.

    It reads code for some milliseconds of CPU time a function: call it in a thread where requests are served.

    Args:
        sources: Texts of Python modules, the most important first; what does not parse is passed over.
        most: Most hints to give.

    Returns:
        One hint a rule at most, those with the greatest expected gain first.
    """
    found: dict[str, Hint] = {}
    for source in sources:
        readings = Readings()
        for qualname in _qualnames(readings[source]):
            for slug in _slugs(source, qualname, readings):
                found.setdefault(slug, Hint(by_slug(slug), qualname))
    ordered = sorted(found.values(), key=lambda hint: (-hint.rule.expected, hint.rule.id))
    return tuple(ordered[:most])


def told(found: Iterable[Hint]) -> Trusted:
    """The hints as a list for a prompt; empty when there are none."""
    return Trusted("\n".join(_told(hint) for hint in found))


def _told(hint: Hint) -> str:
    rule = hint.rule
    lines = [
        f"- In {inline(hint.function)}: {rule.title}. Slow because {rule.why_slow}.",
        *([f"  Growth: {rule.complexity}."] if rule.complexity else []),
        *(f"  Beware: {trap}." for trap in rule.traps),
        *_example(rule),
    ]
    return "\n".join(lines)


def _example(rule: Rule) -> list[str]:
    example = next((each for each in rule.examples if each.after is not None), None)
    if example is None or example.after is None:
        return []
    before, after = example.before.strip().splitlines(), example.after.strip().splitlines()
    if max(len(before), len(after)) > _EXAMPLE_LINES:
        return []
    return [
        "  For example, this",
        *(f"      {line}" for line in before),
        "  becomes",
        *(f"      {line}" for line in after),
    ]


def _qualnames(parsed: Parsed) -> tuple[str, ...]:
    if len(parsed.source) > _CHARACTERS:
        return ()
    try:
        found = [site.qualname for site in parsed.sites]
    except (SyntaxProblem, RecursionError):
        return ()
    return tuple(dict.fromkeys(found))[:_FUNCTIONS]


def _slugs(source: str, qualname: str, readings: Readings) -> tuple[str, ...]:
    subject = Subject(source, qualname, readings=readings)
    try:
        return tuple(dict.fromkeys(rewrite.rule for rewrite in proposals(subject)))
    except (SyntaxProblem, FunctionNotFound, RecursionError):
        return ()
