"""R06: a list is scanned again for each key to count or to gather its elements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.narrowing import rewrites_of, searching_generator
from codeflash_rewrites.analysis.scope import read_names, scope_of
from codeflash_rewrites.analysis.searches import equality, other_names, place_of_index
from codeflash_rewrites.analysis.sequences import may_be_list
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.tables import Table, tabulated
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject

SLUG = "count-or-group-by-scanning"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to count or to group once, before the loop."""
    counted: dict[tuple[str, ast.stmt], dict[ast.Call, ast.expr]] = {}
    for node in scope_of(subject).of(ast.Call, ast.ListComp, ast.SetComp):
        match node:
            case ast.Call(func=ast.Attribute(value=items, attr="count"), args=[wanted], keywords=[]):
                place = _place_of_counts(subject, node, items, wanted)
                if place is not None:
                    counted.setdefault((ast.dump(items), place), {})[node] = wanted
            case ast.ListComp(generators=[generator]) | ast.SetComp(generators=[generator]):
                if isinstance(node, ast.ListComp):
                    yield from _grouped(subject, node, generator)
                yield from _narrowed(subject, generator)
            case ast.Call(func=ast.Name(id="sum" | "len" as called), args=[scan], keywords=[]):
                if is_builtin(subject, called):
                    yield from _summed(subject, node, called, scan)
    for (_, place), calls in counted.items():
        yield from _counted(subject, place, calls)


def _narrowed(
    subject: Subject, generator: ast.comprehension, condition: ast.expr | None = None
) -> Iterator[Rewrite]:
    """The same comprehension over the elements of the wanted key."""
    search = searching_generator(generator, condition)
    if search is not None:
        why = _why(subject, search.items, search.equality.key)
        yield from rewrites_of(subject, SLUG, search, why)


def _why(subject: Subject, items: ast.expr, key: ast.expr) -> str:
    held, shown = subject.text.text(items), subject.text.text(key)
    return f"`{held}` is grouped by `{shown}` once; it was walked whole for each key."


def _summed(subject: Subject, node: ast.Call, called: str, scan: ast.expr) -> Iterator[Rewrite]:
    """``sum(1 for x in xs if ...)``, ``sum(v in c for c in cs)`` and ``len([c for c in cs if v in c])``."""
    match scan:
        case ast.GeneratorExp() | ast.ListComp() if len(scan.generators) == 1:
            generator = scan.generators[0]
        case _:
            return
    if not isinstance(generator.target, ast.Name) or generator.is_async:
        return
    ones = called == "len" or (isinstance(scan.elt, ast.Constant) and scan.elt.value == 1)
    if ones and len(generator.ifs) == 1:
        condition = generator.ifs[0]
    elif called == "sum" and not generator.ifs:
        condition = scan.elt
    else:
        return
    if called == "sum":
        yield from _counted_by_key(subject, node, generator.target.id, generator.iter, condition)
        if isinstance(scan, ast.GeneratorExp):
            yield from _narrowed(subject, generator, None if generator.ifs else condition)
    yield from _counted_holders(subject, node, generator.target.id, generator.iter, condition)


def _place_of_counts(subject: Subject, node: ast.Call, items: ast.expr, wanted: ast.expr) -> ast.stmt | None:
    """Where the elements of a list can be counted, if ``xs.count(x)`` asks for one after another."""
    if not isinstance(items, ast.Name | ast.Attribute) or isinstance(wanted, ast.Constant):
        return None
    if not may_be_list(subject, items) or not is_pure(subject, wanted):
        return None
    if "Counter(" in subject.text.text(subject.function):
        return None
    return place_of_index(subject, node, wanted, items)


def _counted(subject: Subject, place: ast.stmt, calls: dict[ast.Call, ast.expr]) -> Iterator[Rewrite]:
    """``xs.count(x)`` for one x after another."""
    text, items = subject.text, next(iter(calls)).func.value  # type: ignore[attr-defined]
    held, kind = text.text(items), kind_of(subject, items)
    counter, counts = imported(subject, "collections", "Counter"), scope_of(subject).fresh("counts")
    made, known = f"{counter.called}({held})", kind in {"list", "tuple"}
    why = f"All elements of `{held}` are counted once; each count walked the whole list."
    if known or is_builtin(subject, "type", "list"):
        line = f"{counts} = {made}" if known else f"{counts} = {made} if type({held}) is list else None"
        edits = [*counter.edits, text.insert_before(place, line)]
        for call, wanted in calls.items():
            new = f"{counts}[{text.text(wanted)}]"
            new = new if known else f"({new} if {counts} is not None else {text.text(call)})"
            edits.append(text.replace(call, new))
        yield subject.rewrite(SLUG, edits, why, "plain" if known else "typed", counter.adds)
    table = Table(counts, [f"{counts} = {made}"], "count")
    guarded = tabulated(subject, place, items, table, calls)
    if guarded is not None:
        yield subject.rewrite(SLUG, [*counter.edits, *guarded], why, "guarded", counter.adds)


def _grouped(subject: Subject, node: ast.ListComp, generator: ast.comprehension) -> Iterator[Rewrite]:
    """``[x for x in xs if key(x) == k]`` for one k after another."""
    target, items = generator.target, generator.iter
    if not isinstance(target, ast.Name) or len(generator.ifs) != 1 or generator.is_async:
        return
    item, same = target.id, equality(generator.ifs[0], {target.id})
    if same is None or not isinstance(items, ast.Name | ast.Attribute) or not is_builtin(subject, "list"):
        return
    if not all(is_pure(subject, part) for part in (node.elt, same.key, same.wanted)):
        return
    place = place_of_index(subject, node, same.wanted, *other_names({item}, node.elt, same.key), items)
    if place is None or scope_of(subject).uses(item):
        return
    text, scope, unit = subject.text, scope_of(subject), subject.text.indent_unit
    groups = scope.fresh("groups", f"groups_of_{item}")
    lines = [f"{groups} = {{}}", f"for {item} in {text.text(items)}:"]
    lines.append(f"{unit}{groups}.setdefault({text.text(same.key)}, []).append({text.text(node.elt)})")
    sought, parent = text.text(same.wanted), subject.parents[node]
    counted = isinstance(parent, ast.Call) and ast.unparse(parent.func) == "len"
    read_only = counted and is_builtin(subject, "len")
    new = f"{groups}.get({sought}, [])" if read_only else f"list({groups}.get({sought}, ()))"
    edits = [text.insert_before(place, *lines), text.replace(node, new)]
    yield subject.rewrite(SLUG, edits, _why(subject, items, same.key))


def _counted_by_key(
    subject: Subject, node: ast.Call, item: str, items: ast.expr, condition: ast.expr
) -> Iterator[Rewrite]:
    """``sum(1 for x in xs if key(x) == k)`` for one k after another."""
    same = equality(condition, {item})
    if same is None or not isinstance(items, ast.Name | ast.Attribute):
        return
    key, wanted = same.key, same.wanted
    place = place_of_index(subject, node, wanted, *other_names({item}, key), items)
    if place is None or not is_pure(subject, key) or not is_pure(subject, wanted):
        return
    text = subject.text
    counter, counts = imported(subject, "collections", "Counter"), scope_of(subject).fresh("counts")
    of = f"{text.text(key)} for {item} in {text.text(items)}"
    edits = [*counter.edits, text.insert_before(place, f"{counts} = {counter.called}({of})")]
    edits.append(text.replace(node, f"{counts}[{text.text(wanted)}]"))
    why = f"`{text.text(items)}` is counted by `{text.text(key)}` once; it was walked whole for each key."
    yield subject.rewrite(SLUG, edits, why, adds=counter.adds)


def _counted_holders(
    subject: Subject, node: ast.Call, item: str, items: ast.expr, condition: ast.expr
) -> Iterator[Rewrite]:
    """How many of the collections hold an element, for one element after another."""
    match condition:
        case ast.Compare(left=wanted, ops=[ast.In()], comparators=[ast.Name(id=held)]) if held == item:
            pass
        case _:
            return
    if not isinstance(items, ast.Name | ast.Attribute) or item in read_names(wanted):
        return
    place = place_of_index(subject, node, wanted, items)
    if place is None or not is_pure(subject, wanted) or not is_builtin(subject, "set"):
        return
    text = subject.text
    counter = imported(subject, "collections", "Counter")
    counts, element = scope_of(subject).fresh("counts"), scope_of(subject).fresh("element")
    of = f"{element} for {item} in {text.text(items)} for {element} in set({item})"
    edits = [*counter.edits, text.insert_before(place, f"{counts} = {counter.called}({of})")]
    edits.append(text.replace(node, f"{counts}[{text.text(wanted)}]"))
    why = f"One pass counts how many of `{text.text(items)}` hold each element; there was a pass for each."
    yield subject.rewrite(SLUG, edits, why, adds=counter.adds)


SLOW = """\
def f(words: list):
    return {word: words.count(word) for word in words}
"""
FAST = """\
from collections import Counter


def f(words: list):
    counts = Counter(words)
    return {word: counts[word] for word in words}
"""
SLOW_GROUP = """\
def f(rows, keys):
    return {key: [row for row in rows if row[0] == key] for key in keys}
"""
FAST_GROUP = """\
def f(rows, keys):
    groups = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return {key: list(groups.get(key, ())) for key in keys}
"""
SLOW_SUM = """\
import collections


def f(rows, keys):
    out = []
    for key in keys:
        out.append(sum(1 for row in rows if row[0] == key))
    return out
"""
FAST_SUM = """\
import collections


def f(rows, keys):
    out = []
    counts = collections.Counter(row[0] for row in rows)
    for key in keys:
        out.append(counts[key])
    return out
"""
SLOW_HOLDERS = """\
import math
from collections import Counter


def f(texts):
    weights = {}
    for text in texts:
        for term in text:
            if term not in weights:
                n = sum(1 for one in texts if term in one)
                weights[term] = math.log(len(texts) / (1 + n))
    return weights
"""
FAST_HOLDERS = """\
import math
from collections import Counter


def f(texts):
    weights = {}
    counts = Counter(element for one in texts for element in set(one))
    for text in texts:
        for term in text:
            if term not in weights:
                n = counts[term]
                weights[term] = math.log(len(texts) / (1 + n))
    return weights
"""
FAST_GUARDED = """\
from collections import Counter


def f(words: list):
    try:
        if type(words) is list and len(words) > 8:
            counts = Counter(words)
            return {word: counts[word] for word in words}
    except (KeyError, TypeError):  # missing, or not hashable
        pass
    return {word: words.count(word) for word in words}
"""
FAST_GROUP_GUARDED = """\
from collections import defaultdict


def f(rows, keys):
    try:
        if type(rows) is list and len(rows) > 8 and iter(keys) is not keys:
            groups = defaultdict(list)
            for row in rows:
                groups[row[0]].append(row)
            return {key: [row for row in groups.get(key, ()) if row[0] == key] for key in keys}
    except (TypeError, LookupError):  # no such key
        pass
    return {key: [row for row in rows if row[0] == key] for key in keys}
"""
FAST_SUM_GUARDED = """\
import collections


def f(rows, keys):
    out = []
    groups = None
    for key in keys:
        fitting = rows
        if type(rows) is list and rows:
            try:
                if groups is None:
                    grouped = collections.defaultdict(list)
                    for row in rows:
                        grouped[row[0]].append(row)
                    groups = grouped
                fitting = groups.get(key, ())
            except TypeError:  # not hashable
                pass
        out.append(sum(1 for row in fitting if row[0] == key))
    return out
"""
SLOW_TWICE = """\
from collections import Counter


def f(words, others):
    once = []
    for word in words:
        if words.count(word) == 1 and word not in others:
            once.append(word)
    return once
"""
FAST_TWICE = """\
from collections import Counter


def f(words, others):
    once = []
    counts = {}
    if type(words) is list and len(words) > 8:
        try:
            counts = Counter(words)
        except TypeError:  # not hashable
            pass
    for word in words:
        count = None
        if counts:
            try:
                count = counts.get(word)
            except TypeError:  # not hashable
                pass
        if count is None:
            count = words.count(word)
        if count == 1 and word not in others:
            once.append(word)
    return once
"""
LEAVE_TEXT = "def f(text: str, parts):\n    return [text.count(part) for part in parts]\n"
LEAVE_CHANGES = """\
def f(items: list):
    out = []
    for item in ('a', 'b'):
        out.append(items.count(item))
        items.append(item)
    return out
"""
LEAVE_ONCE = "def f(rows, key):\n    return [row for row in rows if row[0] == key]\n"
_NAN = float("nan")
_ROWS = [("a", 1), ("b", 2), ("a", 3)]
_WORDS: tuple[tuple[object, ...], ...] = (([],), (["a", "b", "a"],), ([1, True, 2],))
_ODD_WORDS: tuple[tuple[object, ...], ...] = (([_NAN, _NAN, 1],), ([[1], 2],), ((1, 1),), ("aab",), (5,))
_KEYED: tuple[tuple[object, ...], ...] = (([], []), (_ROWS, ["b", "a", "c"]), (_ROWS, []))
_ODD_KEYED: tuple[tuple[object, ...], ...] = (
    ([(_NAN, 1), ([1], 2), (2, 3)], [_NAN, 2]),
    ([(_NAN, 1), (2, 3)], [_NAN, 2]),
    ([(1, 2)], [{1}]),
    (iter(_ROWS), ["a", "a", "b"]),
    (_ROWS, iter(["a", "b"])),
    ([*_ROWS, ()], iter(["a", "b"])),
    ([()], []),
    (None, ["a"]),
)
_TWICE: tuple[tuple[object, ...], ...] = (([], []), (["a", "b", "a"], ["c"]), ([1, 2.0, True], [1]))
_ODD_TWICE: tuple[tuple[object, ...], ...] = (
    ([_NAN, _NAN, 3], []),
    ([[1], 2], [3]),
    ((1, 2, 1), []),
    ("aab", "c"),
    ([1], None),
)
_TAIL = [(80 + number, 1) for number in range(9)]
_WORDS += ((["a", "b", "a", *range(9), 3.0, True],),)
_ODD_WORDS += (([_NAN, _NAN, 1, *range(9)],), ([[1], 2, [1], *range(9)],))
_KEYED += (([*_ROWS, *_TAIL, ("b", 5)], ["b", 85, "c"]),)
_ODD_KEYED += tuple(([*held, *_TAIL], keys) for held, keys in _ODD_KEYED if isinstance(held, list))
_TWICE += (([1, "a", "a", *range(9), True], ["c", 7]),)
_ODD_TWICE += (([_NAN, _NAN, 3, *range(9)], []), ([[1], 2, *range(9)], [3]), ([*range(9), 1], None))

RULE = Rule(
    id="R06",
    slug=SLUG,
    title="Count or group once for all keys",
    looks_for="`xs.count(k)`, `[x for x in xs if key(x) == k]` or `sum(k in c for c in cs)` for each of many k",
    why_slow="each key walks the whole list",
    traps=(
        "`str.count` counts substrings",
        "keys that can't be hashed",
        "a collection that is text, where `in` finds longer parts too",
        "an element whose key can't be read raises even where there are no keys",
    ),
    safety="T",
    complexity="O(nk) -> O(n + k)",
    gain="25x (groups), 172-375x (counts); a real function 10x (CPython 3.11)",
    expected=9.0,
    examples=(
        Example(SLOW, FAST, inputs=_WORDS, odd=_ODD_WORDS),
        Example(SLOW, FAST_GUARDED, inputs=_WORDS, odd=_ODD_WORDS),
        Example(SLOW_GROUP, FAST_GROUP, inputs=_KEYED, odd=_ODD_KEYED),
        Example(SLOW_GROUP, FAST_GROUP_GUARDED, inputs=_KEYED, odd=_ODD_KEYED),
        Example(SLOW_SUM, FAST_SUM, inputs=_KEYED, odd=_ODD_KEYED),
        Example(SLOW_SUM, FAST_SUM_GUARDED, inputs=_KEYED, odd=_ODD_KEYED),
        Example(SLOW_TWICE, FAST_TWICE, inputs=_TWICE, odd=_ODD_TWICE),
        Example(
            SLOW_HOLDERS, FAST_HOLDERS, inputs=(([],), ([["a", "b", "a"], ["b"], ("c",)],), (["ab", "b"],))
        ),
        Example(LEAVE_TEXT),
        Example(LEAVE_CHANGES),
        Example(LEAVE_ONCE),
    ),
    needs=LOOPS,
    propose=propose,
)
