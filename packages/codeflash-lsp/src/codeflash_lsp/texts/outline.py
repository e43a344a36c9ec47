"""A module in pieces, by its text alone: what was edited, and what an edit of one piece means for the others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import field, frozen

from codeflash_lsp.texts.effects import ARGUMENT, Effects, Surroundings, effects_of, handed_outside
from codeflash_lsp.texts.lines import split_lines
from codeflash_rewrites.analysis.scope import bound_names, own_nodes
from codeflash_syntax.edits import is_docstring
from codeflash_syntax.parse import FunctionNode, FunctionSite, blocks_of
from codeflash_syntax.parsed import Parsed
from codeflash_syntax.recent import Recent

_WORD = re.compile(r"[^\W\d]\w*")
_GLOBAL = re.compile(r"^\s*global\s.*$", re.MULTILINE)


KEPT_BYTES = 16_000_000
"""About so much is remembered of which words are in which texts."""
_WORD_BYTES = 100


def words(text: str) -> frozenset[str]:
    """Every word of a text, those in strings and comments too: what it could possibly speak of."""
    return _KNOWN_WORDS.get(text, lambda: frozenset(_WORD.findall(text)))


_KNOWN_WORDS: Recent[str, frozenset[str]] = Recent(
    KEPT_BYTES, lambda text, found: len(text) + _WORD_BYTES * len(found)
)


@frozen(slots=False)
class Piece:
    """An outermost function or method, decorators included.

    Attributes:
        name: Its dotted name.
        first: Its first line, from 0.
        last: The line after its last one.
        text: Its lines.
        node: Its definition.
    """

    name: str
    first: int
    last: int
    text: str
    node: FunctionNode = field(eq=False, repr=False)

    @property
    def short(self) -> str:
        """The last part of its name, by which others call it."""
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The class around it, or an empty string."""
        return self.name.rpartition(".")[0]

    @property
    def is_implicit(self) -> bool:
        """Whether it is called without being named, as ``__eq__`` is."""
        return self.short.startswith("__") and self.short.endswith("__")


@frozen
class Setting:
    """A statement of the module's or a class's own.

    Attributes:
        binds: The names that it binds.
        dump: What it says, whatever its layout.
        words: What it speaks of.
        inert: Whether nothing can rest on it, as on a docstring.
        open: Whether it may do more than bind those names.
    """

    binds: frozenset[str]
    dump: str
    words: frozenset[str]
    inert: bool = False
    open: bool = False


@frozen(slots=False)
class Outline:
    """The pieces of a module, and what stands between them.

    Attributes:
        parsed: The module.
        lines: Its lines with their ends.
    """

    parsed: Parsed
    lines: tuple[str, ...]

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The outermost functions and methods, in the order of the text."""
        return tuple(self._piece(site) for site in self.parsed.sites if _is_outermost(site))

    def _piece(self, site: FunctionSite) -> Piece:
        first, last = span_of(site.node)
        return Piece(site.qualname, first, last, "".join(self.lines[first:last]), site.node)

    @cached_property
    def frame(self) -> str:
        """The lines outside all pieces that say anything, and every ``global`` statement inside them."""
        kept: list[str] = []
        line = 0
        for piece in self.pieces:
            kept += self.lines[line : piece.first]
            kept += _GLOBAL.findall(piece.text) if "global" in piece.text else ()
            line = max(line, piece.last)
        kept += self.lines[line:]
        return "".join(one for one in kept if one.strip() and not one.lstrip().startswith("#"))

    @cached_property
    def constants(self) -> frozenset[str]:
        """Names that the module or a class assigns outside functions."""
        return frozenset(_assigned(self.parsed.module.body))

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """The statements outside all pieces."""
        return tuple(_settings(self.parsed.module.body))

    def may_write(self, name: str, reached: frozenset[str]) -> bool:
        """Whether the pieces of a name may bind, change or delete any of what some code may lead to.

        Args:
            name: The dotted name.
            reached: Words that the code may lead to, as :meth:`reached_from` tells them.
        """
        for piece in self.pieces:
            if piece.name != name:
                continue
            told = self._effects(piece)
            if told.writes & reached or (told.alters and piece.short in self._handed(reached)):
                return True
        return False

    @cached_property
    def _around(self) -> Surroundings:
        own = {piece.short for piece in self.pieces}
        own |= {owner for piece in self.pieces for owner in piece.owner.split(".") if owner}
        body = own_nodes(*self.parsed.module.body)
        imports = (node for node in body if isinstance(node, ast.Import | ast.ImportFrom))
        return Surroundings(frozenset(own), frozenset(bound_names(*imports)))

    @cached_property
    def _known_effects(self) -> dict[int, Effects]:
        return {}

    def _effects(self, piece: Piece) -> Effects:
        if piece.first not in self._known_effects:
            free = any(
                isinstance(each, ast.Name) and each.id == "staticmethod" for each in piece.node.decorator_list
            )
            found = effects_of(piece.node, self._around, is_method=bool(piece.owner) and not free)
            self._known_effects[piece.first] = found
        return self._known_effects[piece.first]

    def _handed(self, reached: frozenset[str]) -> frozenset[str]:
        """The functions that may be handed any of some values, by the last part of their names."""
        hands = handed_outside(self.parsed.module.body, self._around)
        hands = hands.union(*(self._effects(piece).hands for piece in self.pieces))
        found = {to for what, to in hands if what in reached}
        growing = True
        while growing:
            more = {
                to
                for piece in self.pieces
                if piece.short in found
                for what, to in self._effects(piece).hands
                if what == ARGUMENT
            }
            growing = not more <= found
            found |= more
        return frozenset(found)

    def reached_from(self, names: Iterable[str], *, implicit: bool) -> frozenset[str]:
        """Every word that code which speaks of these names may lead to, through the module's own pieces.

        Args:
            names: What the code speaks of.
            implicit: Whether what is called without being named counts too.
        """
        found: set[str] = set()
        waiting = set(names)
        if implicit:
            waiting |= {word for piece in self.pieces if piece.is_implicit for word in words(piece.text)}
        while waiting:
            found |= waiting
            more: set[str] = set()
            for word in waiting:
                more |= self._told_by.get(word, frozenset())
            waiting = more - found
        return frozenset(found)

    @cached_property
    def _told_by(self) -> dict[str, set[str]]:
        told: dict[str, set[str]] = {}
        for piece in self.pieces:
            told.setdefault(piece.short, set()).update(words(piece.text))
            if piece.is_implicit and piece.owner:
                told.setdefault(piece.owner.rpartition(".")[2], set()).update(words(piece.text))
        for setting in self.settings:
            for name in setting.binds:
                told.setdefault(name, set()).update(setting.words)
        return told


def outline(parsed: Parsed) -> Outline:
    """The outline of a module.

    Raises:
        SyntaxProblem: It does not parse.
    """
    _ = parsed.module  # it says so now where it does not parse
    return Outline(parsed, tuple(split_lines(parsed.source)))


def span_of(node: FunctionNode) -> tuple[int, int]:
    """The first line of a definition, decorators included, and the line after its last, from 0."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return first - 1, node.end_lineno or node.lineno


def _is_outermost(site: FunctionSite) -> bool:
    return not any(isinstance(owner, FunctionNode) for owner in site.owners)


def _assigned(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (each.id for each in targets if isinstance(each, ast.Name))
        elif not isinstance(statement, FunctionNode):
            for block in blocks_of(statement):
                yield from _assigned(block)


def _settings(body: Iterable[ast.stmt]) -> Iterator[Setting]:
    for statement in body:
        if isinstance(statement, FunctionNode):
            continue
        if isinstance(statement, ast.ClassDef):
            head = [*statement.bases, *statement.keywords, *statement.decorator_list]
            dump = f"class {statement.name} {[ast.dump(one) for one in head]}"
            yield Setting(
                frozenset([statement.name]), dump, words(" ".join(ast.unparse(one) for one in head))
            )
            yield from _settings(statement.body)
            continue
        if any(isinstance(part, FunctionNode) for part in ast.walk(statement)):
            # Definitions under a condition: their bodies are pieces, the condition is all that is left.
            yield Setting(frozenset(), ast.unparse(statement).partition("\n")[0], frozenset(), open=True)
            continue
        yield _setting(statement)


def _setting(statement: ast.stmt) -> Setting:
    dump, spoken = ast.dump(statement), words(ast.unparse(statement))
    match statement:
        case ast.Assign(targets=targets) if all(isinstance(one, ast.Name) for one in targets):
            return Setting(frozenset(one.id for one in targets if isinstance(one, ast.Name)), dump, spoken)
        case ast.AnnAssign(target=ast.Name(id=name)):
            return Setting(frozenset([name]), dump, spoken)
        case ast.Import() | ast.ImportFrom() if statement.names[0].name != "*":
            bound = frozenset((one.asname or one.name).partition(".")[0] for one in statement.names)
            return Setting(bound, dump, spoken, inert=getattr(statement, "module", "") == "__future__")
    return Setting(frozenset(), dump, spoken, inert=is_docstring(statement), open=True)
