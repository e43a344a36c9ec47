"""R42: a loop over indices that reads sequences at its index walks their elements instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.element_names import singular
from codeflash_rewrites.analysis.fallback import is_walked_again
from codeflash_rewrites.analysis.index_pairs import chunks, pairs
from codeflash_rewrites.analysis.index_walks import (
    SEQUENCES,
    Reads,
    Walk,
    is_guarded,
    named_at_once,
    reads_of,
    walks,
)
from codeflash_rewrites.analysis.loops import ancestors, statement_of
from codeflash_rewrites.analysis.scope import Comprehension, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, apply, reindent
from codeflash_syntax.nodes import walked

SLUG = "index-loop"
_MOST_LINES = 8
"""A loop with more lines is not written twice for a guard."""


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes elements, pairs of a ``zip`` or numbered elements for each loop over indices."""
    found = [(walk, reads_of(subject, walk)) for walk in walks(subject)]
    for walk, reads in found:
        if reads is None or not reads.places or is_guarded(subject, walk.holder):
            continue
        if not _is_worth_it(subject, walk, reads):
            continue
        yield from _rewrites(subject, walk, reads)
    for change in (*pairs(subject, found), *chunks(subject)):
        yield subject.rewrite(SLUG, change.edits, change.why, change.variant, change.adds)


def _is_worth_it(subject: Subject, walk: Walk, reads: Reads) -> bool:
    """Whether more is saved than spent: numbering the elements costs about what one subscript does."""
    if not reads.bare or walk.begin is not None:
        return True
    count = 0
    inside = walk.holder if not isinstance(walk.holder, ast.comprehension) else subject.parents[walk.holder]
    for places in reads.places.values():
        for place in places:
            looped = any(
                isinstance(one, ast.For | ast.While | Comprehension) for one in _up_to(subject, place, inside)
            )
            count += 3 if looped else 1
    return count > len(reads.places) * (1 if len(reads.places) == 1 else 2)


def _up_to(subject: Subject, node: ast.AST, last: ast.AST) -> Iterator[ast.AST]:
    for one in ancestors(subject, node):
        if one is last:
            return
        yield one


def _rewrites(subject: Subject, walk: Walk, reads: Reads) -> Iterator[Rewrite]:
    made = _walked_elements(subject, walk, reads)
    if made is None:
        return
    edits, shown = made
    why = f"{shown} is walked without looking its elements up by index."
    unsure = _length_checks(subject, walk, reads)
    if unsure is None:
        return
    types = [name for name, held in reads.sequences.items() if not is_walked_again(subject, held)]
    if not unsure:
        yield subject.rewrite(SLUG, [*_unused_length(subject, walk), *edits], why)
    checks = [f"type({name}) is {_kind(subject, reads.sequences[name])}" for name in types] + unsure
    kinds = {_kind(subject, reads.sequences[name]) for name in types}
    if checks and is_builtin(subject, "type", "len", *kinds):
        yield from _guarded(subject, walk, edits, " and ".join(checks), why)


def _unused_length(subject: Subject, walk: Walk) -> list[Edit]:
    """Takes ``n = len(xs)`` away where the loop was all that read it."""
    scope, text = scope_of(subject), subject.text
    held = walk.holder.test if isinstance(walk.holder, ast.While) else walk.holder.iter
    for node in walked(held):
        if isinstance(node, ast.Name) and scope.loads(node.id) == [node] and node.id not in scope.captured:
            stores = scope.stores(node.id)
            statement = statement_of(subject, stores[0]) if len(stores) == 1 else None
            match statement:
                case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id="len"))):
                    gone = text.remove_lines(statement)
                    if text.owns_lines(statement) and "#" not in text.source[gone.start : gone.end]:
                        return [gone]
    return []


def _kind(subject: Subject, held: ast.expr) -> str:
    kind = kind_of(subject, held)
    return kind if kind in SEQUENCES else "list"


def _length_checks(subject: Subject, walk: Walk, reads: Reads) -> list[str] | None:
    """What has to be asked so that every sequence reaches as far as the index does; None where it may not help."""
    bounding = {ast.unparse(held): held for held in walk.lengths}
    if len(bounding) == 1 and next(iter(bounding)) not in reads.sequences:
        return None
    checks: list[str] = []
    for name, offsets in reads.offsets.items():
        beyond = offsets[-1] - walk.trim
        if name in bounding:
            if beyond > 0:
                return None
        elif len(bounding) > 1:
            return None
        else:
            first = next(iter(bounding))
            more = "" if beyond == 0 else f" {'+' if beyond > 0 else '-'} {abs(beyond)}"
            checks.append(f"len({first}){more} <= len({name})")
    if len(bounding) > 1 and not set(bounding) <= set(reads.sequences):
        return None
    return checks


def _walked_elements(subject: Subject, walk: Walk, reads: Reads) -> tuple[list[Edit], str] | None:
    """The edits that walk the elements, and what is walked as text for people."""
    text = subject.text
    bounding = ast.unparse(walk.length)
    names: list[str] = []
    items: list[str] = []
    edits: list[Edit] = []
    for (name, offset), places in sorted(
        reads.places.items(), key=lambda one: (one[0][0] != bounding, one[0])
    ):
        named = named_at_once(subject, walk, places)
        element = named[0] if named is not None else _element_name(subject, name, offset, names)
        names.append(element)
        if named is not None:
            edits.append(text.remove_lines(named[1]))
            places = [place for place in places if subject.parents[place] is not named[1]]
        last = name == bounding and offset == reads.offsets[name][-1]
        end = offset - walk.trim if last and offset < walk.trim else 0
        items.append(_part(subject, walk, name, offset, end))
        edits += [text.replace(place, element) for place in places]
    if len(items) > 1 and not is_builtin(subject, "zip"):
        return None
    walked_items = items[0] if len(items) == 1 else f"zip({', '.join(items)})"
    target = ", ".join(names)
    if reads.bare:
        if not is_builtin(subject, "enumerate"):
            return None
        first = text.text(walk.origin) if walk.origin is not None else str(walk.start or "")
        walked_items = f"enumerate({walked_items}{f', {first}' if first else ''})"
        target = f"{walk.index}, {target if len(names) == 1 else f'({target})'}"
    shown = " and ".join(f"`{name}`" for name in reads.sequences)
    holder = walk.holder
    if isinstance(holder, ast.While):
        assert walk.begin is not None
        assert walk.step is not None
        gone = [text.remove_lines(walk.begin), text.remove_lines(walk.step)]
        if any(
            "#" in text.source[text.end(one) : cut.end]
            for one, cut in zip((walk.begin, walk.step), gone, strict=True)
        ):
            return None
        head = Edit(text.start(holder), text.end(holder.test), f"for {target} in {walked_items}")
        return [*gone, head, *edits], shown
    return [text.replace(holder.target, target), text.replace(holder.iter, walked_items), *edits], shown


def _part(subject: Subject, walk: Walk, name: str, offset: int, end: int) -> str:
    """The elements of a sequence that a walk reads at an offset."""
    if walk.origin is not None:
        start = subject.text.text(walk.origin)
        return (
            f"{name}[{start} : {end or ''}".rstrip() + "]" if " " in start else f"{name}[{start}:{end or ''}]"
        )
    start = str(walk.start + offset or "")
    return f"{name}[{start}:{end or ''}]" if start or end else name


def _element_name(subject: Subject, name: str, offset: int, taken: list[str]) -> str:
    word = singular(name.rsplit(".", maxsplit=1)[-1].strip("_"))
    if offset:
        far = abs(offset)
        word = f"{'next' if offset > 0 else 'previous'}_{word}" + (f"_{far}" if far > 1 else "")
    wish, number = scope_of(subject).fresh(word, f"{word}_item"), 2
    while wish in taken:
        wish, number = scope_of(subject).fresh(f"{word}_{number}"), number + 1
    return wish


def _guarded(subject: Subject, walk: Walk, edits: list[Edit], check: str, why: str) -> Iterator[Rewrite]:
    """The elements where the check holds, and the indices as they are where it does not."""
    why = f"{why} Other types keep the indices."
    holder = walk.holder
    if isinstance(holder, ast.comprehension):
        edit = _chosen(subject, holder, edits, check)
    else:
        edit = _branched(subject, walk, holder, edits, check)
    if edit is not None:
        yield subject.rewrite(SLUG, [edit], why, "guarded")


def _chosen(subject: Subject, clause: ast.comprehension, edits: list[Edit], check: str) -> Edit | None:
    """``new if check else old`` for the comprehension, with the call that a generator is handed to."""
    text = subject.text
    whole: ast.AST = subject.parents[clause]
    own = {id(one) for one in ancestors(subject, whole)}
    if isinstance(whole, ast.GeneratorExp):
        whole = subject.parents[whole]
    if any(
        id(one) in own and isinstance(one, Comprehension | ast.JoinedStr) for one in ancestors(subject, whole)
    ):
        return None
    start, end = text.start(whole), text.end(whole)
    moved = [Edit(one.start - start, one.end - start, one.text) for one in edits]
    old = text.source[start:end]
    if "\n" in old:
        return None
    shown = f"{apply(old, moved)} if {check} else {old}"
    parent = subject.parents[whole]
    alone = isinstance(parent, ast.Assign | ast.AnnAssign | ast.Return)
    return Edit(start, end, shown if alone else f"({shown})")


def _branched(
    subject: Subject, walk: Walk, loop: ast.For | ast.While, edits: list[Edit], check: str
) -> Edit | None:
    """``if check:`` with the new loop, ``else:`` with the old one."""
    text, unit = subject.text, subject.text.indent_unit
    first = walk.begin if walk.begin is not None else loop
    if not text.owns_lines(loop) or (
        first is not loop and text.line_end(text.end(first)) != text.line_start(text.start(loop))
    ):
        return None
    start, end = text.line_start(text.start(first)), text.line_end(text.end(loop))
    old = text.source[start:end]
    if len(old.splitlines()) > _MOST_LINES or not old.endswith(("\n", "\r")):
        return None
    moved = [Edit(one.start - start, one.end - start, one.text) for one in edits]
    indent = text.indent_of(first)
    new = reindent(apply(old, moved), indent, indent + unit)
    lines = f"{indent}if {check}:{text.newline}{new}{indent}else:{text.newline}{reindent(old, indent, indent + unit)}"
    return Edit(start, end, lines)


SLOW = """\
def f(xs):
    total = 0
    for i in range(len(xs)):
        if xs[i] > 0:
            total += xs[i]  # gains only
    return total
"""
FAST = """\
def f(xs):
    total = 0
    for x in xs:
        if x > 0:
            total += x  # gains only
    return total
"""
FAST_GUARDED = """\
def f(xs):
    total = 0
    if type(xs) is list:
        for x in xs:
            if x > 0:
                total += x  # gains only
    else:
        for i in range(len(xs)):
            if xs[i] > 0:
                total += xs[i]  # gains only
    return total
"""
SLOW_ZIP = """\
def f(prices, counts):
    return sum(prices[i] * counts[i] for i in range(len(prices)))
"""
FAST_ZIP = """\
def f(prices, counts):
    return sum(price * count for price, count in zip(prices, counts)) if type(prices) is list and type(counts) is list and len(prices) <= len(counts) else sum(prices[i] * counts[i] for i in range(len(prices)))
"""
SLOW_NEXT = """\
def f(items):
    values = list(items)
    n = len(values)
    steps = []
    for i in range(n - 1):
        if values[i] < values[i + 1]:
            steps.append(values[i + 1] - values[i])
    return steps
"""
FAST_NEXT = """\
def f(items):
    values = list(items)
    steps = []
    for value, next_value in zip(values, values[1:]):
        if value < next_value:
            steps.append(next_value - value)
    return steps
"""
SLOW_WHILE = """\
def f(words, wanted):
    i = 0
    places = []
    while i < len(words):
        if words[i] == wanted:
            places.append(i)
        i += 1
    return places
"""
FAST_WHILE = """\
def f(words, wanted):
    places = []
    for i, word in enumerate(words):
        if word == wanted:
            places.append(i)
    return places
"""
SLOW_MIN = """\
def f(a, b):
    return [a[i] for i in range(min(len(a), len(b))) if a[i] == b[i] or not a[i]]
"""
FAST_MIN = """\
def f(a, b):
    return [a_item for a_item, b_item in zip(a, b) if a_item == b_item or not a_item]
"""
SLOW_NUMBERED = """\
def f(text):
    rows = text.split()
    best, where = "", None
    for i in range(1, len(rows)):
        if len(rows[i]) > len(best) and rows[i] != rows[0]:
            best = rows[i]
            where = i
    return best, where
"""
FAST_NUMBERED = """\
def f(text):
    rows = text.split()
    best, where = "", None
    for i, row in enumerate(rows[1:], 1):
        if len(row) > len(best) and row != rows[0]:
            best = row
            where = i
    return best, where
"""
SLOW_COMBINATIONS = """\
def f(items):
    points = sorted(items)
    least = None
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            gap = points[j] - points[i]  # never negative
            if least is None or gap < least:
                least = gap
    return least
"""
FAST_COMBINATIONS = """\
from itertools import combinations


def f(items):
    points = sorted(items)
    least = None
    for point, other_point in combinations(points, 2):
        gap = other_point - point  # never negative
        if least is None or gap < least:
            least = gap
    return least
"""
SLOW_REST = """\
def f(words):
    words = words.split()
    found = []
    for i in range(len(words)):
        first = words[i]
        for j in range(i + 1, len(words)):
            if words[j].startswith(first):
                found.append((first, words[j]))
    return found
"""
FAST_REST = """\
def f(words):
    words = words.split()
    found = []
    for i in range(len(words)):
        first = words[i]
        for word in words[i + 1 :]:
            if word.startswith(first):
                found.append((first, word))
    return found
"""
SLOW_CHUNKS = """\
def f(rows, size):
    batches = []
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            batches.append(batch)
            batch = []
    if batch:
        batches.append(batch)
    return batches
"""
FAST_CHUNKS = """\
def f(rows, size):
    if type(rows) is list and type(size) is int and size > 0:
        return [rows[start : start + size] for start in range(0, len(rows), size)]
    batches = []
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            batches.append(batch)
            batch = []
    if batch:
        batches.append(batch)
    return batches
"""
LEAVE_PAIR_BREAKS = """\
def f(items):
    points = sorted(items)
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            if points[i] + points[j] > 9:
                points[j] = 0
                break
    return points
"""
LEAVE_CHUNK_READ = """\
def f(rows, size):
    batches = []
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            batches.append(batch)
            batch = []
    return batches, batch
"""
LEAVE_STORED = """\
def f(xs):
    for i in range(len(xs)):
        xs[i] = xs[i] * 2
    return xs
"""
LEAVE_GROWS = """\
def f(xs):
    for i in range(len(xs)):
        if xs[i]:
            xs.append(xs[i])
    return xs
"""
LEAVE_INDEX_LATER = """\
def f(xs, wanted):
    for i in range(len(xs)):
        if xs[i] == wanted:
            break
    return i
"""
LEAVE_BACKWARDS = """\
def f(xs):
    return [xs[i] for i in range(len(xs) - 1, -1, -1)]
"""
LEAVE_BEFORE_FIRST = """\
def f(xs):
    return [xs[i - 1] for i in range(len(xs))]
"""
LEAVE_BEYOND_LAST = """\
def f(xs):
    return [xs[i + 1] for i in range(len(xs))]
"""
LEAVE_MAPPING = """\
def f(xs):
    print(xs.items())
    return [xs[i] for i in range(len(xs))]
"""
LEAVE_ONE_SUBSCRIPT = """\
def f(xs):
    out = {}
    for i in range(len(xs)):
        out[i] = xs[i]
    return out
"""
LEAVE_HANDED_ON = """\
def f(xs, change):
    out = []
    for i in range(len(xs)):
        change(xs)
        out.append(xs[i])
    return out
"""
LEAVE_SHADOWED = """\
def len(xs):
    return 2


def f(xs):
    return [xs[i] for i in range(len(xs))]
"""
LEAVE_SKIPS = """\
def f(xs):
    i = 0
    out = []
    while i < len(xs):
        if xs[i] is None:
            i += 2
            continue
        out.append(xs[i])
        i += 1
    return out
"""
LEAVE_YIELDS = """\
def f(xs):
    for i in range(len(xs)):
        yield xs[i]
"""
_NUMBERS: tuple[tuple[object, ...], ...] = (([],), ([1],), ([3, -1, 0, 2.5],), ((1, 2),), ([1, "a"],))
_MAPPED: tuple[tuple[object, ...], ...] = ((None,), ({0: 5, 1: -2},), ({1: 5},), ("a",), (b"ab",))
_PAIRS: tuple[tuple[object, ...], ...] = (([], []), ([1, 2], [3, 4]), ([1], [3, 4]), ((1, 2), (2, 3)))
_UNEQUAL: tuple[tuple[object, ...], ...] = (
    (None, [1]),
    ([1, 2], [3]),
    ([1, 2], {0: 1, 1: 2}),
    ({0: 2}, [3]),
    ([1, 2], ["a"]),
)

RULE = Rule(
    id="R42",
    slug=SLUG,
    title="Walk the elements, not the indices",
    looks_for="a loop over `range(len(xs))`, or a `while` that counts, that only reads sequences at its index",
    why_slow="Each subscript looks up the sequence, the index and the element; the loop could hand out the element.",
    traps=(
        "a sequence of a type of its own, or a mapping with whole numbers as keys",
        "sequences of different lengths: an IndexError, where `zip` ends early",
        "the loop changes the sequence by another name",
    ),
    safety="T",
    gain="zip 1.1-1.9x; a numbered walk alone 0.9-1.2x (CPython 3.9-3.13)",
    expected=1.3,
    examples=(
        Example(SLOW, FAST, inputs=_NUMBERS, odd=_MAPPED),
        Example(SLOW, FAST_GUARDED, inputs=_NUMBERS, odd=_MAPPED),
        Example(SLOW_ZIP, FAST_ZIP, inputs=_PAIRS, odd=_UNEQUAL),
        Example(SLOW_NEXT, FAST_NEXT, inputs=_NUMBERS),
        Example(
            SLOW_WHILE,
            FAST_WHILE,
            inputs=(([], 1), (["a", "b", "a"], "a"), ("abc", "c")),
            odd=(({0: 1}, 1), (None, 1)),
        ),
        Example(SLOW_MIN, FAST_MIN, inputs=_PAIRS, odd=_UNEQUAL),
        Example(SLOW_NUMBERED, FAST_NUMBERED, inputs=(("",), ("a",), ("a bb c dd",), ("a a b",), (None,))),
        Example(
            SLOW_COMBINATIONS, FAST_COMBINATIONS, inputs=(([],), ([1],), ([5, 1, 9, 8],), ("ab",), (None,))
        ),
        Example(SLOW_REST, FAST_REST, inputs=(("",), ("a",), ("a ab b abc",), (None,))),
        Example(
            SLOW_CHUNKS,
            FAST_CHUNKS,
            inputs=(([], 2), ([1, 2, 3], 2), ([1, 2], 2), ([1, 2], 5)),
            odd=(("abc", 2), (None, 2), ([1, 2], 0), ([1, 2], True), ([1, 2, 3], -1), ([1], None)),
        ),
        Example(LEAVE_PAIR_BREAKS),
        Example(LEAVE_CHUNK_READ),
        Example(LEAVE_STORED),
        Example(LEAVE_GROWS),
        Example(LEAVE_INDEX_LATER),
        Example(LEAVE_BACKWARDS),
        Example(LEAVE_BEFORE_FIRST),
        Example(LEAVE_BEYOND_LAST),
        Example(LEAVE_MAPPING),
        Example(LEAVE_ONE_SUBSCRIPT),
        Example(LEAVE_HANDED_ON),
        Example(LEAVE_SHADOWED),
        Example(LEAVE_SKIPS),
        Example(LEAVE_YIELDS),
    ),
    needs=LOOPS,
    propose=propose,
)
