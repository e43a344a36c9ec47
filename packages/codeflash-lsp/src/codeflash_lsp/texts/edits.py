"""What an edit of a file means for a function that was proven in it, and a proven change brought to the edited file."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Sequence

from attrs import frozen

from codeflash_core.compiling import same_program
from codeflash_core.pipeline.combine import merge_texts
from codeflash_lsp.texts.lines import split_lines
from codeflash_lsp.texts.outline import Outline, Piece, outline, words
from codeflash_syntax.edits import Edit
from codeflash_syntax.parse import SyntaxProblem
from codeflash_syntax.parsed import Parsed
from codeflash_syntax.recent import Recent

_LINE_END = re.compile(r"\r\n|\r|\n")
SHOWN = 3
"""Most names in a message."""


@frozen
class Untouched:
    """All that the function rests on in its file is as it was."""


@frozen
class Unreadable:
    """The file does not parse now, so nobody can tell; an editor is often in this state between two key strokes."""

    why: str


@frozen
class Touched:
    """The function, or what it rests on in its file, is not as it was.

    Attributes:
        itself: Whether it is the function's own text.
        what: What changed, in words.
    """

    itself: bool
    what: str


Standing = Untouched | Unreadable | Touched


def standing(before: str, now: str, qualname: str) -> Standing:
    """What has become of a function since its file was another text.

    Its own text counts to the letter, comments included: a change that replaces it would undo them. Of what else the
    file holds only that counts which the function may lead to, or which may write what it reads, and only what runs.

    Args:
        before: The file's text when the function was proven.
        now: Its text now.
        qualname: The function.
    """
    if _unified(before) == _unified(now):
        return Untouched()
    try:
        return _compared(_outlined(_unified(before)), _outlined(_unified(now)), qualname)
    except SyntaxProblem as problem:
        return Unreadable(str(problem))
    except RecursionError:
        return Unreadable("it is nested too deeply")


def _compared(old: Outline, new: Outline, qualname: str) -> Standing:
    name = _outermost(old, qualname)
    mine = [piece for piece in old.pieces if piece.name == name]
    found = [piece for piece in new.pieces if piece.name == name]
    if not mine or not found:
        return Touched(True, f"{qualname} is gone")
    if [piece.text for piece in mine] != [piece.text for piece in found]:
        return Touched(True, f"{qualname} was edited")
    changed = _relied_on(old, new, mine, words(name.rpartition(".")[0]))
    if changed:
        return Touched(False, f"what {qualname} rests on was edited: {', '.join(changed[:SHOWN])}")
    return Untouched()


KEPT_CHARACTERS = 1_000_000
"""Characters of the texts whose outlines are remembered; an outline takes some 70 bytes for each."""
_KEPT: Recent[str, Outline] = Recent(KEPT_CHARACTERS, lambda text, _: len(text))
"""Outlines of texts: each is compared once for every function that is known, with two of that function's own."""


def _outlined(text: str) -> Outline:
    return _KEPT.get(text, lambda: outline(Parsed(text)))


def _outermost(told: Outline, qualname: str) -> str:
    """The piece that holds a function: itself, or the outermost function around it."""
    plain = qualname.replace(".<locals>", "")
    names = {piece.name for piece in told.pieces}
    while plain not in names and "." in plain:
        plain = plain.rpartition(".")[0]
    return plain


def _relied_on(old: Outline, new: Outline, mine: list[Piece], more: frozenset[str]) -> list[str]:
    spoken = frozenset().union(*(words(piece.text) for piece in mine)) | more
    reached = old.reached_from(spoken, implicit=True) | new.reached_from(spoken, implicit=True)
    before, after = _texts(old), _texts(new)
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    found = [
        name
        for name in sorted(differ)
        if not _run_alike(before.get(name, ()), after.get(name, ()))
        and (_may_be_called(name, reached) or old.may_write(name, reached) or new.may_write(name, reached))
    ]
    settings = {setting.dump: setting for setting in (*old.settings, *new.settings)}
    kept = {setting.dump for setting in old.settings} & {setting.dump for setting in new.settings}
    for dump, setting in settings.items():
        if dump in kept or setting.inert:
            continue
        if setting.open or setting.binds & reached:
            found += sorted(setting.binds) or ["a statement of the module"]
    return list(dict.fromkeys(found))


def _may_be_called(name: str, reached: frozenset[str]) -> bool:
    short = name.rpartition(".")[2]
    return short in reached or (short.startswith("__") and short.endswith("__"))


def _texts(told: Outline) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for piece in told.pieces:
        found.setdefault(piece.name, []).append(piece.text)
    return found


def _run_alike(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether definitions of one name differ in comments and layout only."""
    return len(before) == len(after) and all(
        same_program(textwrap.dedent(one), textwrap.dedent(other))
        for one, other in zip(before, after, strict=True)
    )


def rebased(before: str, after: str, now: str, qualname: str) -> str | None:
    """A proven change brought to the text that a file has now; None where it does not fit any more.

    Args:
        before: The file's text when the change was proven.
        after: The text that the change makes of it.
        now: The file's text now; its line ends are kept.
        qualname: The function that was proven.
    """
    if before == now:  # to the letter: whatever its line ends are
        return after
    newline = newline_of(now)
    old, wanted, held = _unified(before), _unified(after), _unified(now)
    merged = wanted if old == held else merge_texts(old, [wanted, held])
    if newline is None or merged is None:  # lines of several kinds have no kind for a new one
        return None
    if not isinstance(standing(wanted, merged, qualname), Untouched):
        return None
    return merged.replace("\n", newline)


def newline_of(text: str) -> str | None:
    """The line end of a text; a line feed where it has none, None where it has several kinds."""
    kinds = set(_LINE_END.findall(text))
    return None if len(kinds) > 1 else kinds.pop() if kinds else "\n"


def line_edits(now: str, wanted: str) -> list[Edit]:
    """The edits of whole lines that make one text of another."""
    old, new = split_lines(now), split_lines(wanted)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        Edit(starts[first], starts[last], "".join(new[begin:end]))
        for kind, first, last, begin, end in codes
        if kind != "equal"
    ]


def _unified(text: str) -> str:
    return text if "\r" not in text else text.replace("\r\n", "\n").replace("\r", "\n")
