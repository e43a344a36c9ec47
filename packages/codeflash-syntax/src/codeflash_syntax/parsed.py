"""A text with its tree and what follows from it, worked out once: rules, normal forms and checks ask the same."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from attrs import frozen

from codeflash_syntax.edits import SourceText
from codeflash_syntax.nodes import children, walked
from codeflash_syntax.normalize import known_digest, normal_form
from codeflash_syntax.outline import Outline, outline
from codeflash_syntax.parse import FunctionNotFound, FunctionSite, compiles, functions, parse_module, winner

KEPT_CHARACTERS = 200_000
"""Characters of all texts that one piece of work keeps parsed; a tree takes a hundred times the room of its text."""


@frozen(slots=False)
class Parsed:
    """A module's text and its tree, which nobody changes.

    Raises (on first use of what needs the tree):
        SyntaxProblem: The text does not parse.
    """

    source: str
    """The text."""

    @cached_property
    def module(self) -> ast.Module:
        """The tree."""
        return parse_module(self.source)

    @cached_property
    def compiles(self) -> bool:
        """Whether the text compiles to a module."""
        return compiles(self.source)

    @cached_property
    def sites(self) -> tuple[FunctionSite, ...]:
        """Every function and method in the order of the text, nested ones too."""
        return tuple(functions(self.module))

    @cached_property
    def text(self) -> SourceText:
        """The text with the arithmetic of spans."""
        return SourceText(self.source, self.module)

    @cached_property
    def _sites_by_name(self) -> Mapping[str, list[FunctionSite]]:
        found: dict[str, list[FunctionSite]] = {}
        for site in self.sites:
            found.setdefault(site.qualname, []).append(site)
        return found

    def site(self, qualname: str) -> FunctionSite:
        """Where a function stands, as :func:`codeflash_syntax.parse.find_function` finds it.

        Args:
            qualname: Such as ``"name"``, ``"Class.method"`` or ``"outer.<locals>.inner"``.

        Raises:
            FunctionNotFound: There is no such function.
        """
        found = winner(self._sites_by_name.get(qualname.replace(".<locals>", ""), ()))
        if found is None:
            raise FunctionNotFound(qualname)
        return found

    @cached_property
    def declared_global(self) -> frozenset[str]:
        """Every name that some ``global`` statement declares."""
        return frozenset(
            name for node in walked(self.module) if isinstance(node, ast.Global) for name in node.names
        )

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """From each node of the module to the node that holds it."""
        return {child: node for node in walked(self.module) for child in children(node)}

    @cached_property
    def outline(self) -> Outline:
        """The kinds of the statements and of what each says first; modules of one normal form have one outline.

        It is soon found, and soon different: most of the tree is not looked at.
        """
        return outline(self.module)

    @cached_property
    def shape(self) -> frozenset[tuple[type[ast.AST], int]]:
        """How many nodes there are of each kind; modules of one normal form have one shape."""
        counts = Counter(map(type, walked(self.module)))
        for kind in (ast.Expr, ast.Constant, ast.Pass):  # what normal forms leave out
            counts.pop(kind, None)
        return frozenset(counts.items())

    @cached_property
    def normal_form(self) -> str:
        """The normal form of the module."""
        return normal_form(self.module)

    def is_same(self, other: Parsed) -> bool:
        """Whether both have one normal form."""
        return self.shape == other.shape and self.digest == other.digest

    @property
    def digest(self) -> str:
        """Identifies the normal form of the module; remembered longer than the tree."""
        return known_digest(self.source, lambda: self.normal_form)


class Readings(dict[str, Parsed]):
    """Texts by themselves, each parsed once for as long as one piece of work lasts, as far as there is room."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self._room = KEPT_CHARACTERS

    def __missing__(self, source: str) -> Parsed:
        """Read a text that is new."""
        parsed = Parsed(source)
        if len(source) <= self._room:
            self._room -= len(source)
            self[source] = parsed
        return parsed


class Forms:
    """Which normal forms have been met; only texts of the same outline and shape are looked at more closely."""

    def __init__(self, readings: Readings) -> None:
        """Start without any."""
        self._readings = readings
        self._sources: dict[Outline, list[str]] = {}

    def add(self, source: str) -> bool:
        """Whether a module's normal form is new; from now on it is not.

        Raises:
            SyntaxProblem: The text does not parse.
        """
        parsed = self._readings[source]
        alike = self._sources.setdefault(parsed.outline, [])
        if any(parsed.is_same(self._readings[other]) for other in alike):
            return False
        alike.append(source)
        return True
