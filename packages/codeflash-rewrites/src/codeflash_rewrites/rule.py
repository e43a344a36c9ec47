"""The shapes a rule works with: what it is given, what it proposes, and how it presents itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from codeflash_syntax.edits import Edit, SourceText, apply
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode, FunctionSite
from codeflash_syntax.parsed import Parsed, Readings

MEMBERSHIP: frozenset[type[ast.AST]] = frozenset({ast.In, ast.NotIn})
"""Tests of membership."""
LOOPS: frozenset[type[ast.AST]] = frozenset(
    {ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp}
)
"""What repeats something."""


@frozen
class ParameterFacts:
    """What was seen of one parameter while the workload ran."""

    types: tuple[str, ...] = ()
    """Qualified type names seen, such as ``"builtins.list"``."""
    lengths: tuple[int, int, int] | None = None
    """Minimum, median and maximum length, where it has one."""
    element_types: tuple[str, ...] = ()
    """Qualified type names of the elements seen."""
    hashable: bool | None = None
    """Whether every element seen could be hashed; None when not looked at."""


@frozen
class Facts:
    """What is known of a function beyond its text. All of it is optional."""

    parameters: Mapping[str, ParameterFacts] = field(factory=dict)
    """By parameter name."""
    python: tuple[int, int] = (3, 11)
    """The version of the target's interpreter."""


@frozen(slots=False)
class Subject:
    """A function in its module, with the derived views that rules share.

    Raises (on first use of a derived view):
        SyntaxProblem: The module does not parse.
        FunctionNotFound: The module has no such function.
    """

    source: str
    """The whole module's text."""
    qualname: str
    """The function, such as ``"Class.method"``."""
    facts: Facts = field(factory=Facts)
    readings: Readings = field(factory=Readings, eq=False, repr=False)
    """What was parsed so far; functions of one module share it."""

    @cached_property
    def parsed(self) -> Parsed:
        """The module's text and tree."""
        return self.readings[self.source]

    @cached_property
    def text(self) -> SourceText:
        """The module's text with the arithmetic of spans."""
        return self.parsed.text

    @cached_property
    def module(self) -> ast.Module:
        """The parsed module."""
        return self.parsed.module

    @cached_property
    def site(self) -> FunctionSite:
        """Where the function stands."""
        return self.parsed.site(self.qualname)

    @cached_property
    def function(self) -> FunctionNode:
        """The function's definition."""
        return self.site.node

    @cached_property
    def kinds(self) -> frozenset[type[ast.AST]]:
        """The kinds of nodes in the function."""
        return frozenset(map(type, walked(self.function)))

    @cached_property
    def owner_class(self) -> ast.ClassDef | None:
        """The class whose method this is, if it is one."""
        return self.site.owner_class

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """From each node of the module to the node that holds it."""
        return self.parsed.parents

    @cached_property
    def memo(self) -> dict[str, Any]:
        """What analyses have worked out about this subject, by their own keys."""
        return {}

    def rewrite(
        self, rule: str, edits: Iterable[Edit], why: str, variant: str = "plain", adds: tuple[str, ...] = ()
    ) -> Rewrite:
        """Makes a rewrite out of edits of this module's text.

        Raises:
            OverlappingEdits: Two edits overlap.
        """
        made = tuple(edits)
        return Rewrite(rule, variant, apply(self.source, made), why, adds, made)


@frozen
class Rewrite:
    """One proposal of one rule: a new module text."""

    rule: str
    """The rule's slug."""
    variant: str
    """``"plain"``, ``"guarded"``, or a word of the rule's own."""
    source: str
    """The whole new module text."""
    why: str
    """One sentence for a maintainer, with the names concerned."""
    adds: tuple[str, ...] = ()
    """New module-private names."""
    edits: tuple[Edit, ...] = field(default=(), eq=False, repr=False)
    """What makes the new text of the old one."""


@frozen
class Example:
    """A function before and after a rule; it is documentation and test at once."""

    before: str
    after: str | None = None
    """The exact text after the rewrite; None when the rule must leave the function alone."""
    function: str = "f"
    facts: Facts = field(factory=Facts)
    inputs: tuple[tuple[object, ...], ...] = ()
    """Argument tuples on which before and after must agree."""
    odd: tuple[tuple[object, ...], ...] = ()
    """More of them, for the ``"guarded"`` variants only: values that the others may get wrong."""


@frozen(kw_only=True)
class Rule:
    """A kind of rewrite."""

    id: str
    """Number in the catalogue, such as ``"R01"``."""
    slug: str
    """Stable name, such as ``"membership-in-growing-list"``."""
    title: str
    looks_for: str
    why_slow: str
    traps: tuple[str, ...]
    """When the rewrite would not be the same."""
    safety: str
    """``P`` provable locally, ``T`` needs a type fact, ``E`` needs purity or no escape, ``F`` corner cases."""
    complexity: str = ""
    """Such as ``"O(n^2) -> O(n)"``; empty when only the constant changes."""
    gain: str
    """The measured figure and what it was measured on."""
    needs: frozenset[type[ast.AST]] = frozenset()
    """Kinds of nodes of which a function has one at least where the rule applies; empty when it may apply to any."""
    expected: float = 1.5
    """A typical speedup, by which proposals of several rules are ordered."""
    examples: tuple[Example, ...]
    propose: Callable[[Subject], Iterator[Rewrite]]
