"""The catalogue over a whole module; after an edit only what the edit may have changed is asked again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from attrs import evolve, frozen

from codeflash_lsp.findings.places import Spot, grouped, shown, spot
from codeflash_lsp.texts.outline import Outline, Piece, outline, words
from codeflash_rewrites.catalogue import matches
from codeflash_rewrites.rule import Rewrite, Subject
from codeflash_syntax.edits import SourceText
from codeflash_syntax.parse import FunctionNotFound, FunctionSite, SyntaxProblem
from codeflash_syntax.parsed import Parsed, Readings
from codeflash_syntax.recent import Recent

KEPT_PIECES = 4_000
"""Functions whose findings are remembered, over all documents."""


@frozen
class Form:
    """One way in which a rule can be applied at a place.

    Attributes:
        variant: Its name, as the rule has it.
        spot: What it replaces, by which it is found again.
    """

    variant: str
    spot: Spot


@frozen
class Finding:
    """A rule that applies to a function.

    Attributes:
        rule: The rule's slug.
        forms: In which it can be applied, the first of them the most promising.
        function: The function's dotted name.
        why: Why here, one sentence.
        start: Offset of the code that is slow.
        end: Where that code ends, on the same line.
    """

    rule: str
    forms: tuple[Form, ...]
    function: str
    why: str
    start: int
    end: int

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of its forms."""
        return tuple(form.variant for form in self.forms)


@frozen
class Function:
    """A function or method that can be optimized.

    Attributes:
        name: Its dotted name.
        start: Offset of its name.
        end: Where its name ends.
        first: Offset where its definition begins, decorators included.
        last: Where its definition ends.
    """

    name: str
    start: int
    end: int
    first: int
    last: int


@frozen
class Analysis:
    """What there is to say of a module's text.

    Attributes:
        text: The text.
        findings: In the order of the text.
        functions: The outermost functions and methods, in the order of the text.
        problem: Why it can't be read, or an empty string.
        asked: How many functions the rules were asked about, the others being remembered.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    functions: tuple[Function, ...] = ()
    problem: str = ""
    asked: int = 0

    def at(self, offset: int) -> Function | None:
        """The function around an offset, the innermost class's or module's."""
        return next((each for each in self.functions if each.first <= offset <= each.last), None)

    def function(self, name: str) -> Function | None:
        """The function of a name, as it holds at run time: the last one."""
        return next((each for each in reversed(self.functions) if each.name == name), None)


class Analyst:
    """Looks at texts; remembers what it found in each function as long as nothing that bears on it changes."""

    def __init__(self) -> None:
        self._known: Recent[str, tuple[Finding, ...]] = Recent(KEPT_PIECES)

    def look(self, text: str) -> Analysis:
        """What there is to say of a text. To be called in a thread: a long module takes a tenth of a second."""
        try:
            return self._look(text)
        except SyntaxProblem as problem:
            return Analysis(text, problem=str(problem))

    def _look(self, text: str) -> Analysis:
        readings = Readings()
        parsed = readings[text]
        told = outline(parsed)
        sites = _by_piece(parsed, told)
        keys = Keys(told)
        asked = 0
        found: list[Finding] = []
        for piece in told.pieces:
            begin = parsed.text.offset(piece.first + 1, 0)

            def ask(piece: Piece = piece, begin: int = begin) -> tuple[Finding, ...]:
                nonlocal asked
                asked += 1
                names = dict.fromkeys(site.qualname for site in sites.get(piece.first, ()))
                subjects = (Subject(text, name, readings=readings) for name in names)
                made = [each for subject in subjects for each in findings_of(subject)]
                return tuple(_moved(each, -begin) for each in made)

            found += [_moved(each, begin) for each in self._known.get(keys.of(piece), ask)]
        outermost = {piece.name for piece in told.pieces}
        functions = tuple(
            _function(parsed.text, site)
            for each in sites.values()
            for site in each
            if site.qualname in outermost
        )
        found.sort(key=lambda each: (each.start, each.rule))
        return Analysis(text, tuple(found), functions, asked=asked)


class Keys:
    """What the findings of each piece of a module depend on, as one word."""

    def __init__(self, told: Outline) -> None:
        self._frame = hashlib.sha256(told.frame.encode("utf-8", "surrogatepass")).digest()
        self._functions: dict[str, list[Piece]] = {}
        for piece in told.pieces:
            if not piece.owner:
                self._functions.setdefault(piece.name, []).append(piece)
        self._speaking: dict[str, list[str]] = {}
        for piece in told.pieces:
            spoken = words(piece.text) & told.constants
            for line in piece.text.splitlines() if spoken else ():
                for name in words(line) & spoken:
                    self._speaking.setdefault(name, []).append(line)

    def of(self, piece: Piece) -> str:
        """The word for one piece.

        It stands for all that a rule looks at: the piece itself, what stands outside functions, the module's functions
        that it may call, and the lines that speak of the constants that it speaks of, and may change them.
        """
        digest = hashlib.sha256(self._frame)
        spoken = words(piece.text)
        called = self._called(spoken, piece)
        told = [piece.name, piece.text, *(each.text for each in called)]
        for name in sorted(spoken & self._speaking.keys()):
            told += self._speaking[name]
        for text in told:
            digest.update(f"{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _called(self, spoken: frozenset[str], piece: Piece) -> list[Piece]:
        """The module's functions that a piece may call, and those that they may."""
        found: dict[str, list[Piece]] = {}
        waiting = set(spoken & self._functions.keys() - {piece.name})
        while waiting:
            found |= {name: self._functions[name] for name in waiting}
            more = {word for name in waiting for each in self._functions[name] for word in words(each.text)}
            waiting = (more & self._functions.keys()) - found.keys()
        return [each for name in sorted(found) for each in found[name]]


def findings_of(subject: Subject) -> Iterator[Finding]:
    """What the catalogue finds in one function, each rule once for each place."""
    try:
        _ = subject.function
    except FunctionNotFound:
        return
    by_rule: dict[str, list[Rewrite]] = {}
    for rewrite in matches(subject):
        by_rule.setdefault(rewrite.rule, []).append(rewrite)
    for rule, rewrites in by_rule.items():
        for forms in grouped(subject, rewrites):
            start, end = shown(subject, forms[0])
            made = tuple(Form(each.variant, spot(subject, each)) for each in forms)
            yield Finding(rule, made, subject.qualname, forms[0].why, start, end)


def _moved(finding: Finding, by: int) -> Finding:
    return evolve(finding, start=finding.start + by, end=finding.end + by)


def _by_piece(parsed: Parsed, told: Outline) -> dict[int, list[FunctionSite]]:
    """The functions in each piece, by the piece's first line; of several of one name the one that holds."""
    found: dict[int, list[FunctionSite]] = {}
    pieces = iter(told.pieces)
    piece = next(pieces, None)
    for site in parsed.sites:
        line = site.node.lineno - 1
        while piece is not None and line >= piece.last:
            piece = next(pieces, None)
        if piece is not None and parsed.site(site.qualname) is site:
            found.setdefault(piece.first, []).append(site)
    return found


def _function(text: SourceText, site: FunctionSite) -> Function:
    start = text.source.find(site.node.name, text.offset(site.node.lineno, site.node.col_offset))
    first = text.line_start(text.start(site.node))
    return Function(site.qualname, start, start + len(site.node.name), first, text.end(site.node))
