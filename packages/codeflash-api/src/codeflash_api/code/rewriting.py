"""What the rewrite catalogue makes of the files of a request."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, field, frozen

from codeflash_api.code.edits import edited, lacks_names, merged
from codeflash_api.code.markdown import Block, Draft
from codeflash_api.code.profile import Profile
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Facts, Rewrite, Subject
from codeflash_syntax.parse import FunctionNotFound, FunctionSite, SyntaxProblem
from codeflash_syntax.parsed import Parsed, Readings
from codeflash_syntax.recent import Recent

MOST_FUNCTIONS = 60
"""Functions of one file that are looked at."""
MOST_BLOCKS = 12
LONGEST_FILE = 400_000
"""Characters of a file beyond which it is left alone: reading it takes seconds."""
REMEMBERED = 20_000
"""Characters up to which a file's rewrites are remembered."""
LATER_BLOCKS = 0.5
"""How much less the function in question is likely to stand in a later block."""


@frozen
class Move:
    """One rewrite of one function of one file.

    Attributes:
        number: The file.
        qualname: The function.
        rule: The rule's slug.
        variant: Which form of it.
        text: The file's new text.
        why: Why it is faster.
        gain: How many times faster it may make the whole; orders moves.
    """

    number: int
    qualname: str
    rule: str
    variant: str
    text: str
    why: str
    gain: float


@frozen
class Version:
    """Files with the moves that led to them."""

    files: tuple[Block, ...]
    moves: tuple[Move, ...] = ()

    @property
    def gain(self) -> float:
        """What all moves may win together."""
        total = 1.0
        for move in self.moves:
            total *= move.gain
        return total

    def after(self, move: Move) -> Version:
        """The files with one more move."""
        files = list(self.files)
        files[move.number] = evolve(files[move.number], text=move.text)
        return Version(tuple(files), (*self.moves, move))

    def draft(self) -> Draft:
        """As a proposal, explained by its rules."""
        return Draft(self.files, " ".join(dict.fromkeys(move.why for move in self.moves)))


@frozen
class Aim:
    """What to work on where a request says more than its code.

    Attributes:
        profile: What was measured of the lines.
        function: Qualified name of the function that is meant, when it is known.
        python: Version of the target's interpreter.
    """

    profile: Profile = field(factory=Profile)
    function: str = ""
    python: tuple[int, int] = (3, 11)


def moves(
    files: Sequence[Block],
    aim: Aim,
    only: frozenset[tuple[int, str]] | None = None,
    readings: Readings | None = None,
) -> tuple[Move, ...]:
    """All rewrites of all functions that could be meant, most promising first.

    Args:
        files: The files.
        aim: What is known beyond them.
        only: Functions to look at, by file and qualified name; None for all.
        readings: Texts that were parsed already.
    """
    readings = Readings() if readings is None else readings
    found: list[Move] = []
    for number, block in enumerate(files[:MOST_BLOCKS]):
        if len(block.text) > LONGEST_FILE:
            continue
        for qualname in _functions_of(readings[block.text], aim.function):
            if only is None or (number, qualname) in only:
                found += _moves_of(number, block, qualname, aim, readings)
    return tuple(sorted(found, key=lambda move: -move.gain))


def versions(
    files: Sequence[Block], aim: Aim, most: int, readings: Readings | None = None
) -> tuple[Version, ...]:
    """Rewritten versions of the files, most promising first: each rewrite by itself, and several together.

    Args:
        files: The files.
        aim: What is known beyond them.
        most: How many are wanted.
        readings: Texts that were parsed already; those that are made are parsed into it.
    """
    readings = Readings() if readings is None else readings
    start = Version(tuple(files))
    found = moves(files, aim, readings=readings)
    singles = [start.after(move) for move in found]
    if len(singles) < 2 or most < 2:
        return tuple(singles[:most])
    # A combination falls with any of its parts: the best single rewrite comes first.
    rest = sorted([*singles[1:], *_together(start, found, most, readings)], key=lambda version: -version.gain)
    return (singles[0], *rest)


def _together(start: Version, found: Sequence[Move], most: int, readings: Readings) -> list[Version]:
    """The best moves that go together: those of the most promising function, and those of all."""
    first = [move for move in found if (move.number, move.qualname) == (found[0].number, found[0].qualname)]
    several = [first, found] if len(first) < len(found) else [found]
    joined = [_joined(start, each, most, readings) for each in several]
    return [version for version in dict.fromkeys(joined) if version and len(version.moves) > 1]


def _joined(start: Version, found: Sequence[Move], most: int, readings: Readings) -> Version | None:
    """The first move and all others that are not in its way, at most one a rule and function."""
    used: list[Move] = []
    texts: dict[int, str] = {}
    for move in found:
        key = (move.number, move.qualname, move.rule)
        if len(used) >= most or any(key == (other.number, other.qualname, other.rule) for other in used):
            continue
        text = merged(start.files[move.number].text, texts.get(move.number), move.text)
        if text is not None:
            texts[move.number] = text
            used.append(move)
    files = list(start.files)
    for number, text in texts.items():
        original = files[number].text
        if len(used) > 1 and lacks_names(readings[original], readings[text]):
            return None
        files[number] = evolve(files[number], text=text)
    return Version(tuple(files), tuple(used))


def _functions_of(parsed: Parsed, wanted: str) -> list[str]:
    try:
        sites = parsed.sites
    except (SyntaxProblem, RecursionError):
        return []
    names = list(dict.fromkeys(site.qualname for site in sites if _stands_alone(site)))
    if wanted:
        return [name for name in names if name == wanted]
    return names[:MOST_FUNCTIONS]


def _stands_alone(site: FunctionSite) -> bool:
    return all(hasattr(owner, "bases") for owner in site.owners)


def _moves_of(number: int, block: Block, qualname: str, aim: Aim, readings: Readings) -> list[Move]:
    result = []
    for rewrite in _rewrites(block.text, qualname, aim.python, readings):
        expected = by_slug(rewrite.rule).expected
        share = aim.profile.share(qualname, _replaced(block.text, rewrite.source))
        gain = 1 / (1 - share + share / expected)
        if number and not aim.profile:
            gain = 1 + (gain - 1) * LATER_BLOCKS
        result.append(
            Move(number, qualname, rewrite.rule, rewrite.variant, rewrite.source, rewrite.why, gain)
        )
    return result


def _rewrites(text: str, qualname: str, python: tuple[int, int], readings: Readings) -> tuple[Rewrite, ...]:
    def ask() -> tuple[Rewrite, ...]:
        try:
            return proposals(Subject(text, qualname, Facts(python=python), readings))
        except (SyntaxProblem, FunctionNotFound, RecursionError):
            return ()

    return _REWRITES.get((text, qualname, python), ask) if len(text) <= REMEMBERED else ask()


# A client asks for the same code again: with a line profile, for a repair, for a next step.
_REWRITES: Recent[tuple[str, str, tuple[int, int]], tuple[Rewrite, ...]] = Recent(128)


def _replaced(old: str, new: str) -> list[str]:
    """Lines of the old text that the new one lacks or has changed."""
    before, after = old.splitlines(), new.splitlines()
    return [line for first, last, _, _ in edited(before, after) for line in before[first:last]]
