"""``rules_for``: rewrites that apply to code."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from codeflash_core.errors import Place, UsageError
from codeflash_core.model.candidate import unified_diff
from codeflash_mcp.answers import RuleMatch, RuleMatches
from codeflash_mcp.refusals import CarefulTool, careful
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import reindent
from codeflash_syntax.parse import SyntaxProblem, functions, parse_module
from codeflash_syntax.parsed import Readings

FILE = "code.py"


def tool() -> CarefulTool:
    """The tool."""

    def rules_for(
        code: Annotated[
            str,
            Field(
                description="Source of a function, or of a whole module with its imports (better: types and imports matter)."
            ),
        ],
        function: Annotated[
            str,
            Field(description="Only this function, such as total or Stock.count. Empty: all in the code."),
        ] = "",
        language: Annotated[str, Field(description="Language of the code.")] = "python",
    ) -> RuleMatches:
        """Says which rewrites of the catalogue apply to code: why it is slow, when the fast version would be wrong, the diff.

        Use it for ideas on a function that rank puts first, before writing a candidate. Text only: nothing is run, nothing
        is proven. A match is a hypothesis: read its traps, then judge the version with evaluate_candidate. No match does
        not mean that the code is fast.
        """
        if language.lower() not in ("python", "py"):
            raise UsageError(
                f"the catalogue has rewrites for python, none for {language}",
                "Write a version yourself and measure both with the tool compare, which runs commands of any language.",
            )
        indent = code[: len(code) - len(code.lstrip(" \t"))]
        text = reindent(code, indent, "") if indent else code
        try:
            names = [site.qualname for site in functions(parse_module(text))]
        except SyntaxProblem as problem:
            place = Place(FILE, problem.line, problem.column)
            raise UsageError(f"{place}: the code does not parse: {problem.message}", where=place) from problem
        names = list(dict.fromkeys(names))
        if function and function not in names:
            raise UsageError(f"the code has no function {function}", f"It has: {', '.join(names) or 'none'}.")
        looked = [function] if function else names
        readings = Readings()
        matches = [match for name in looked for match in _matches(Subject(text, name, readings=readings))]
        return RuleMatches(
            matches=matches,
            functions=looked,
            next="Read the traps, make the change in your candidate, and judge it with evaluate_candidate."
            if matches
            else "No rule applies. Think of the algorithm: less work, better data structures, fewer passes.",
        )

    return careful(rules_for, "Rewrites that apply to code")


def _matches(subject: Subject) -> list[RuleMatch]:
    found = []
    for rewrite in proposals(subject):
        rule = by_slug(rewrite.rule)
        found.append(
            RuleMatch(
                function=subject.qualname,
                rule=rule.slug,
                title=rule.title,
                why_slow=rule.why_slow,
                why=rewrite.why,
                complexity=rule.complexity,
                gain=rule.gain,
                traps=list(rule.traps),
                safety=rule.safety,
                variant=rewrite.variant,
                diff=unified_diff({FILE: subject.source}, {FILE: rewrite.source}),
            )
        )
    return found
