"""A change taken apart into edits that can be put back one by one."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_api.code.files import parsed
from codeflash_api.code.interface import keeps_interface
from codeflash_syntax.normalize import normalize_module
from codeflash_syntax.parse import SyntaxProblem, functions
from codeflash_syntax.parsed import Parsed

MOST_EDITS = 12
MOST_COMPARISONS = 2_000_000
_BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"[^\W\d]\w*")


@frozen
class Without:
    """A changed text with one edit put back.

    Attributes:
        text: The new text.
        old: Lines of the original that are back.
        new: Lines that are gone.
        same: Whether the edit changed nothing but layout, comments or local names.
    """

    text: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    same: bool = False

    @property
    def lines(self) -> int:
        """How many changed lines fewer there are."""
        return len(self.old) + len(self.new)


def without_each(original: str, changed: str) -> Iterator[Without]:
    """The changed text with each edit put back that the others do not need, in the order of the text.

    Nothing is given where there is a single edit, or so many that the text is rather a new one.

    Args:
        original: Python text.
        changed: A version of it.
    """
    before, after = original.splitlines(keepends=True), changed.splitlines(keepends=True)
    codes = edited(before, after)
    if not 1 < len(codes) <= MOST_EDITS:
        return
    form = _form(changed)
    for first, last, start, stop in codes:
        text = "".join([*after[:start], *before[first:last], *after[stop:]])
        same = form is not None and _form(text) == form
        if same or stands_alone(original, changed, text):
            yield Without(text, tuple(before[first:last]), tuple(after[start:stop]), same)


def without_noise(original: str, changed: str) -> str:
    """The changed text with all edits put back that change nothing but layout, comments or local names."""
    text = changed
    for _ in range(MOST_EDITS):
        noise = next((each for each in without_each(original, text) if each.same), None)
        if noise is None:
            break
        text = noise.text
    return text


def stands_alone(original: str, changed: str, text: str) -> bool:
    """Whether a text between the two is whole: no name is missing, and no code is left that nobody uses any more.

    Args:
        original: The text that was changed.
        changed: The text with all edits.
        text: The text with some of them.
    """
    old, new, module = parsed(original), parsed(changed), parsed(text)
    if old is None or new is None or module is None or not keeps_interface(Parsed(original), Parsed(text)):
        return False
    try:
        missing = _missing(module) - _missing(old)
        idle = _idle(module) - (_idle(old) | _idle(new))
    except RecursionError:
        return False
    return not missing and not idle


def merged(original: str, one: str | None, other: str) -> str | None:
    """A text with the changes of two versions, or None when they are in each other's way.

    Args:
        original: The text that both started from.
        one: A version of it; None stands for the original.
        other: Another one.
    """
    if one is None:
        return other
    before = original.splitlines(keepends=True)
    first, second = one.splitlines(keepends=True), other.splitlines(keepends=True)
    changes = [(i, j, first[k:m]) for i, j, k, m in edited(before, first)]
    more = [(i, j, second[k:m]) for i, j, k, m in edited(before, second)]
    known = set(_WORD.findall(original))
    if (_words(changes) & _words(more)) - known:
        return None
    for change in more:
        if any(change[0] <= end and start <= change[1] for start, end, _ in changes):
            return None
    lines = list(before)
    for start, end, new in sorted([*changes, *more], key=lambda each: -each[0]):
        lines[start:end] = new
    return "".join(lines)


def changed_functions(original: str, changed: str) -> tuple[str, ...]:
    """Qualified names of the functions of the original whose text is another one in the changed text, or gone."""
    old, new = _functions(original), _functions(changed)
    return tuple(name for name, text in old.items() if new.get(name) != text)


def _functions(text: str) -> dict[str, str]:
    module = parsed(text)
    try:
        return {site.qualname: ast.dump(site.node) for site in functions(module)} if module else {}
    except RecursionError:
        return {}


def changed_lines(original: str, changed: str) -> int:
    """Lines that a diff between the two shows."""
    codes = edited(original.splitlines(keepends=True), changed.splitlines(keepends=True))
    return sum(last - first + stop - start for first, last, start, stop in codes)


def lacks_names(original: Parsed, version: Parsed) -> bool:
    """Whether a version reads names that it does not bind, and that the original does; also when it is no code."""
    if not original.compiles or not version.compiles:
        return True
    try:
        missing = _missing(version.module)
        return bool(missing) and bool(missing - _missing(original.module))
    except (SyntaxProblem, RecursionError):
        return True


def edited(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Lines of both texts that are exchanged for each other; a large part that differs all over is one edit."""
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old and not new:
        return []
    if len(old) * len(new) > MOST_COMPARISONS:
        return [(start, start + len(old), start, start + len(new))]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        (start + i, start + j, start + k, start + m)
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def _words(changes: Sequence[tuple[int, int, list[str]]]) -> set[str]:
    return {word for _, _, lines in changes for line in lines for word in _WORD.findall(line)}


def _form(text: str) -> str | None:
    try:
        return normalize_module(text)
    except (SyntaxProblem, RecursionError):
        return None


def _missing(module: ast.Module) -> set[str]:
    """Names that are read in some function and bound neither there, around it, nor at the top."""
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(module, _BUILTINS)]
    while waiting:
        scope, outside = waiting.pop()
        known = outside | _bound_in(scope)
        for node in _own(scope):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in known:
                found.add(node.id)
            elif _is_scope(node):
                waiting.append((node, known))
    return found


def _idle(module: ast.Module) -> set[str]:
    """Names that functions bind or modules hold privately, and that nobody reads."""
    read = {
        node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    } | {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    stored = {
        node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    imported = {
        (each.asname or each.name).partition(".")[0]
        for each in ast.walk(module)
        if isinstance(each, ast.alias)
    }
    return (stored | imported) - read


def _is_scope(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope, inner scopes as single nodes."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not _is_scope(node):
            waiting.extend(ast.iter_child_nodes(node))


def _bound_in(scope: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in _own(scope):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
    return found
