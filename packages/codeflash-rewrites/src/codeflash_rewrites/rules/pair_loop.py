"""R20: a double loop over all pairs asks a table first whether an element has a partner at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.fallback import site_of
from codeflash_rewrites.analysis.number_loops import literal_before
from codeflash_rewrites.analysis.pair_loops import Pairs, Wanted, is_old_way, pair_loops, wanted
from codeflash_rewrites.analysis.private_names import names_are_read_by_text, stay_inside
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import LOOPS, Example, Facts, ParameterFacts, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

SLUG = "pair-loop"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a table of the elements for conditions on pairs, one pass for counts, sorting for the least gap."""
    for pairs in pair_loops(subject):
        if is_old_way(subject, pairs) or names_are_read_by_text(subject):
            continue
        if not is_builtin(subject, "type", "list", "int", "str", "map", "enumerate", "abs", "sorted", "zip"):
            continue
        condition = _condition(pairs)
        found = wanted(subject, pairs, condition) if condition is not None else None
        if found is not None:
            yield from _looked_up(subject, pairs, found)
            yield from _counted(subject, pairs, found)
        yield from _least_gap(subject, pairs)


def _condition(pairs: Pairs) -> ast.expr | None:
    """The condition without which the inner loop does nothing."""
    if isinstance(pairs.inner, ast.comprehension):
        return pairs.inner.ifs[0] if pairs.inner.ifs else None
    match pairs.inner.body:
        case [ast.If(test=test, orelse=[])]:
            return test
    return None


def _check(pairs: Pairs, number: ast.expr | None, sure: str = "int") -> str:
    """The condition under which the elements are plain numbers, or numbers and texts."""
    checks = [f"type({pairs.items}) is list", f"{{{sure}}}.issuperset(map(type, {pairs.items}))"]
    if isinstance(number, ast.Name):
        checks.append(f"type({number.id}) is int")
    return " and ".join(checks)


def _are_traced_ints(subject: Subject, pairs: Pairs) -> bool:
    facts = subject.facts.parameters.get(pairs.items)
    return facts is not None and set(facts.element_types) == {"builtins.int"}


def _looked_up(subject: Subject, pairs: Pairs, found: Wanted) -> Iterator[Rewrite]:
    """Walks the places of an element's partners only, in the order in which the inner loop came to them."""
    text, scope, unit = subject.text, scope_of(subject), subject.text.indent_unit
    places, value, place = (
        scope.fresh("places"),
        scope.fresh("value", "element"),
        scope.fresh("place", "position"),
    )
    made = [
        f"for {place}, {value} in enumerate({pairs.items}):",
        f"{unit}{places}.setdefault({value}, []).append({place})",
    ]
    index = pairs.second[len(pairs.items) + 1 : -1] if pairs.second.endswith("]") else ""
    moved = index or _index_of(pairs) or place
    condition = _condition(pairs)
    assert condition is not None
    known = f"{places}.get({found.partner.format(pairs.first)}, ())"
    why = f"A dict of the places of each value of `{pairs.items}` tells where the partners of an element are."
    sure = "int" if found.number is not None else "int, str"
    variants: list[tuple[str, list[str], str]] = []
    if found.number is None or _are_traced_ints(subject, pairs):
        variants.append(("plain", [f"{places} = {{}}", *made], known))
    check = _check(pairs, found.number, sure)
    lines = [f"{places} = None", f"if {check}:", *(unit + line for line in (f"{places} = {{}}", *made))]
    rest = text.text(pairs.inner.iter) if index else f"range({pairs.index} + 1, len({pairs.items}))"
    # A sequence of a type of its own may give other elements for a slice than for places.
    variants.append(("guarded" if index else "typed", lines, f"{rest} if {places} is None else {known}"))
    for variant, lines, items in variants:
        in_comprehension = isinstance(pairs.inner, ast.comprehension)
        shown = f"({items})" if in_comprehension and variant != "plain" else items
        edits = [text.replace(pairs.inner.target, moved), text.replace(pairs.inner.iter, shown)]
        edits.append(Edit(text.start(condition), text.start(condition), f"{moved} > {pairs.index} and "))
        before = _place_of_table(subject, pairs, edits, index, moved)
        if before is None:
            return
        said = why if variant == "plain" else f"{why} Other types keep the loops."
        yield subject.rewrite(SLUG, [text.insert_before(before, *lines), *edits], said, variant)


def _index_of(pairs: Pairs) -> str:
    """The index of the inner element where the inner loop numbers the elements."""
    target = pairs.inner.target
    return target.elts[0].id if isinstance(target, ast.Tuple) and isinstance(target.elts[0], ast.Name) else ""


def _place_of_table(
    subject: Subject, pairs: Pairs, edits: list[Edit], index: str, moved: str
) -> ast.stmt | None:
    """The statement before which the table is made; an inner element without an index is read first in a turn."""
    text = subject.text
    if isinstance(pairs.outer, ast.comprehension):
        whole = subject.parents[pairs.outer]
        assert isinstance(whole, ast.expr)
        return site_of(subject, whole, [ast.Name(pairs.items, ast.Load())]) if index else None
    assert isinstance(pairs.inner, ast.For)
    variables = {node.id for node in walked(pairs.inner.target) if isinstance(node, ast.Name)}
    if not text.starts_line(pairs.outer) or not stay_inside(subject, pairs.inner, variables):
        return None  # fewer turns leave other values in the inner variables
    if not index:
        if not text.starts_line(pairs.inner.body[0]):
            return None
        edits.append(text.insert_before(pairs.inner.body[0], f"{pairs.second} = {pairs.items}[{moved}]"))
    return pairs.outer


def _alone(subject: Subject, pairs: Pairs) -> tuple[ast.For, ast.For] | None:
    """The loops, where the outer one holds nothing else and nothing reads their variables later."""
    outer, inner = pairs.outer, pairs.inner
    if (
        not isinstance(outer, ast.For)
        or not isinstance(inner, ast.For)
        or outer.orelse
        or len(outer.body) != 1
    ):
        return None
    if not subject.text.owns_lines(outer) or not stay_inside(subject, outer, pairs.names):
        return None
    return outer, inner


def _branched(subject: Subject, loop: ast.For, check: str, lines: list[str]) -> Edit | None:
    """New lines where the check holds, the loop as it is where it does not."""
    text, unit = subject.text, subject.text.indent_unit
    start, end = text.line_start(text.start(loop)), text.line_end(text.end(loop))
    old, indent = text.source[start:end], text.indent_of(loop)
    if not old.endswith(("\n", "\r")):
        return None
    new = text.block([f"if {check}:", *(unit + line for line in lines), "else:"], indent)
    return Edit(start, end, new + reindent(old, indent, indent + unit))


def _counted(subject: Subject, pairs: Pairs, found: Wanted) -> Iterator[Rewrite]:
    """``if xs[i] == xs[j]: count += 1``: each element has as many partners as came before it."""
    loops = _alone(subject, pairs)
    match pairs.inner:
        case ast.For(
            body=[
                ast.If(
                    test=ast.Compare(),
                    body=[
                        ast.AugAssign(target=ast.Name(id=count), op=ast.Add(), value=ast.Constant(value=1))
                    ],
                )
            ]
        ):
            pass
        case _:
            return
    if loops is None or literal_before(subject, loops[0], count) is None or count in pairs.names:
        return
    scope, unit = scope_of(subject), subject.text.indent_unit
    seen, value = scope.fresh("seen", "seen_before"), scope.fresh("value", "element")
    lines = [
        f"{seen} = {{}}",
        f"for {value} in {pairs.items}:",
        f"{unit}{count} += {seen}.get({found.reverse.format(value)}, 0)",
        f"{unit}{seen}[{value}] = {seen}.get({value}, 0) + 1",
    ]
    sure = "int" if found.number is not None else "int, str"
    edit = _branched(subject, loops[0], _check(pairs, found.number, sure), lines)
    if edit is not None:
        why = f"A dict counts how often each partner came before, in one walk through `{pairs.items}`."
        yield subject.rewrite(SLUG, [edit], why, "guarded")


def _least_gap(subject: Subject, pairs: Pairs) -> Iterator[Rewrite]:
    """The least difference of two elements is one of neighbours in sorted order."""
    loops = _alone(subject, pairs)
    if loops is None:
        return
    outer, inner = loops
    scope, unit = scope_of(subject), subject.text.indent_unit
    shown = {f"abs({pairs.first} - {pairs.second})", f"abs({pairs.second} - {pairs.first})"}
    gaps = [
        node
        for part in inner.body
        for node in walked(part)
        if isinstance(node, ast.Call) and ast.unparse(node) in shown
    ]
    best = _least(gaps, inner.body)
    if not best or best in pairs.names or best == pairs.items:
        return
    names = {
        node.id for node in walked(inner) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if not stay_inside(subject, outer, names - {best} - pairs.names):
        return
    ordered, gap = scope.fresh("ordered", f"sorted_{pairs.items}"), scope.fresh("gap", "difference")
    value, following = scope.fresh("value", "element"), scope.fresh("following", "next_value")
    shown_body = ast.unparse(inner)
    asks = f"{best} > {gap}" if f"if {best} >" in shown_body else f"{gap} < {best}"
    asks = f"{best} is None or {asks}" if "is None" in shown_body else asks
    lines = [
        f"{ordered} = sorted({pairs.items})",
        f"for {value}, {following} in zip({ordered}, {ordered}[1:]):",
        f"{unit}{gap} = {following} - {value}",
        f"{unit}if {asks}:",
        f"{unit * 2}{best} = {gap}",
    ]
    edit = _branched(subject, outer, _check(pairs, None), lines)
    if edit is not None:
        why = f"The least gap in `{pairs.items}` is between neighbours in sorted order; no other pair is looked at."
        yield subject.rewrite(SLUG, [edit], why, "guarded")


def _least(gaps: list[ast.Call], body: list[ast.stmt]) -> str:
    """The name that a body keeps the least gap in; empty where it does anything else."""
    if not gaps:
        return ""
    shown = "\n".join(map(ast.unparse, body))
    gap = ast.unparse(gaps[0])
    if any(ast.unparse(one) != gap for one in gaps):
        return ""
    names = sorted({node.id for part in body for node in walked(part) if isinstance(node, ast.Name)})
    stored = {
        node.id
        for part in body
        for node in walked(part)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for best in stored:
        if shown in {f"{best} = min({best}, {gap})", f"{best} = min({gap}, {best})"}:
            return "" if shown.startswith(f"{best} = min({gap}") else best
        for d in [gap, *names]:
            head = f"{d} = {gap}\n" if d != gap else ""
            for test in (f"{d} < {best}", f"{best} > {d}", f"{best} is None or {d} < {best}"):
                if d != best and shown == f"{head}if {test}:\n    {best} = {d}":
                    return best
    return ""


SLOW = """\
def f(numbers, total):
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)):
            if numbers[i] + numbers[j] == total:
                return i, j
    return None
"""
FAST = """\
def f(numbers, total):
    places = None
    if type(numbers) is list and {int}.issuperset(map(type, numbers)) and type(total) is int:
        places = {}
        for place, value in enumerate(numbers):
            places.setdefault(value, []).append(place)
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)) if places is None else places.get(total - numbers[i], ()):
            if j > i and numbers[i] + numbers[j] == total:
                return i, j
    return None
"""
FAST_INTS = """\
def f(numbers, total):
    places = {}
    for place, value in enumerate(numbers):
        places.setdefault(value, []).append(place)
    for i in range(len(numbers)):
        for j in places.get(total - numbers[i], ()):
            if j > i and numbers[i] + numbers[j] == total:
                return i, j
    return None
"""
SLOW_TWICE = """\
def f(names):
    found = []
    for i, name in enumerate(names):
        for j, other in enumerate(names[i + 1 :], i + 1):
            if name == other and j > 1:
                found.append((i, j))
    return found
"""
FAST_TWICE = """\
def f(names):
    found = []
    places = {}
    for place, value in enumerate(names):
        places.setdefault(value, []).append(place)
    for i, name in enumerate(names):
        for j in places.get(name, ()):
            other = names[j]
            if j > i and name == other and j > 1:
                found.append((i, j))
    return found
"""
SLOW_ANY = """\
def f(xs):
    return any(xs[i] == xs[j] for i in range(len(xs)) for j in range(i + 1, len(xs)) if xs[i] == xs[j])
"""
FAST_ANY = """\
def f(xs):
    places = None
    if type(xs) is list and {int, str}.issuperset(map(type, xs)):
        places = {}
        for place, value in enumerate(xs):
            places.setdefault(value, []).append(place)
    return any(xs[i] == xs[j] for i in range(len(xs)) for j in (range(i + 1, len(xs)) if places is None else places.get(xs[i], ())) if j > i and xs[i] == xs[j])
"""
SLOW_COUNT = """\
def f(xs, gap):
    n = len(xs)
    count = 0
    for i in range(n):
        for j in range(i + 1, n):
            if xs[j] - xs[i] == gap:
                count += 1
    return count
"""
FAST_COUNT = """\
def f(xs, gap):
    n = len(xs)
    count = 0
    if type(xs) is list and {int}.issuperset(map(type, xs)) and type(gap) is int:
        seen = {}
        for value in xs:
            count += seen.get(value - gap, 0)
            seen[value] = seen.get(value, 0) + 1
    else:
        for i in range(n):
            for j in range(i + 1, n):
                if xs[j] - xs[i] == gap:
                    count += 1
    return count
"""
SLOW_GAP = """\
def f(times):
    best = None
    for i in range(len(times) - 1):
        for j in range(i + 1, len(times)):
            d = abs(times[i] - times[j])
            if best is None or d < best:
                best = d
    return best
"""
FAST_GAP = """\
def f(times):
    best = None
    if type(times) is list and {int}.issuperset(map(type, times)):
        ordered = sorted(times)
        for value, following in zip(ordered, ordered[1:]):
            gap = following - value
            if best is None or gap < best:
                best = gap
    else:
        for i in range(len(times) - 1):
            for j in range(i + 1, len(times)):
                d = abs(times[i] - times[j])
                if best is None or d < best:
                    best = d
    return best
"""
LEAVE_LESS = """\
def f(xs):
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] > xs[j]:
                return True
    return False
"""
LEAVE_GREATEST = """\
def f(xs):
    best = 0
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            best = max(best, abs(xs[i] - xs[j]))
    return best
"""
LEAVE_ELSE = """\
def f(xs):
    count = 0
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] == xs[j]:
                count += 1
            else:
                count -= 1
    return count
"""
LEAVE_AFTER = """\
def f(xs):
    count = 0
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] == xs[j]:
                break
        count += 1
    return count
"""
LEAVE_CHANGES = """\
def f(xs):
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] == xs[j]:
                xs[j] = None
    return xs
"""
LEAVE_OTHER_TOTAL = """\
def f(xs, total):
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] + xs[j] == total:
                total -= 1
    return total
"""
LEAVE_SELF = """\
def f(xs, ys):
    for i in range(len(xs)):
        for j in range(i + 1, len(ys)):
            if xs[i] == ys[j]:
                return i, j
    return None
"""
LEAVE_OR = """\
def f(xs, n):
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if xs[i] == xs[j] or j > n:
                return i, j
    return None
"""
LEAVE_LAST_PAIR = """\
def f(xs):
    best, pair = 99, None
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            if abs(xs[i] - xs[j]) < best:
                best = abs(xs[i] - xs[j])
                pair = i, j
    return best, pair
"""
_TOTALS: tuple[tuple[object, ...], ...] = (
    ([], 0),
    ([1], 2),
    ([3, 1, 4, 1, 5, 9, 2, 6], 7),
    ([2, 2, 2], 4),
    ([5, 1, 1, 5], 6),
    ([1, 2, 3], 100),
)
_TOTALS_ODD: tuple[tuple[object, ...], ...] = (
    ([0.1, 0.2, 0.3], 0.3),
    ([0.1, 0.7, 0.2], 0.9),
    ([1, 2.0, 3], 5),
    ([True, 2], 3),
    ((1, 2), 3),
    ([[1], [2]], 3),
    ("ab", "ab"),
    (None, 1),
    ([1, None], 1),
)
_NAMES: tuple[tuple[object, ...], ...] = (
    ([],),
    (["a"],),
    (["a", "b", "a", "a"],),
    ([1, 2, 2, 1],),
    ([1, True, 1.0],),
)
_NAMES_ODD: tuple[tuple[object, ...], ...] = (
    ([[1], [1]],),
    ("abca",),
    (None,),
    ([float("nan")] * 2,),
    ([1, True, 1.0],),
)
_INTS = ParameterFacts(types=("builtins.list",), element_types=("builtins.int",))

RULE = Rule(
    id="R20",
    slug=SLUG,
    title="Ask a table for partners instead of trying all pairs",
    looks_for="a loop in a loop over the elements behind each, which does something only for pairs of a given sum, difference or for equal ones, or keeps the least gap",
    why_slow="All pairs are looked at, though a dict or the sorted order knows which can matter.",
    traps=(
        "floats: a sum that is equal and a difference that is not; NaN",
        "elements that can't be hashed, or an `__eq__` that does not agree with `__hash__`",
        "which pair is found first, and the order of those listed",
    ),
    safety="T",
    complexity="O(n^2) -> O(n) or O(n log n)",
    gain="75x (sum), 39x (equal ones), 142x (least gap) (CPython 3.11)",
    expected=30.0,
    examples=(
        Example(SLOW, FAST, inputs=_TOTALS, odd=_TOTALS_ODD),
        Example(SLOW, FAST_INTS, facts=Facts({"numbers": _INTS}), inputs=_TOTALS, odd=_TOTALS_ODD),
        Example(SLOW_TWICE, FAST_TWICE, inputs=_NAMES, odd=_NAMES_ODD),
        Example(SLOW_ANY, FAST_ANY, inputs=_NAMES, odd=_NAMES_ODD),
        Example(SLOW_COUNT, FAST_COUNT, inputs=_TOTALS, odd=_TOTALS_ODD),
        Example(
            SLOW_GAP,
            FAST_GAP,
            inputs=(([],), ([4],), ([9, 1, 5],), ([7, 7],), ([-3, 3, 0, 10],)),
            odd=(([1.5, 2],), ([float("nan"), 1, 2],), ((1, 5),), (["a", 1],), (None,), ([True, 5],)),
        ),
        Example(LEAVE_LESS),
        Example(LEAVE_GREATEST),
        Example(LEAVE_ELSE),
        Example(LEAVE_AFTER),
        Example(LEAVE_CHANGES),
        Example(LEAVE_OTHER_TOTAL),
        Example(LEAVE_SELF),
        Example(LEAVE_OR),
        Example(LEAVE_LAST_PAIR),
    ),
    needs=LOOPS,
    propose=propose,
)
