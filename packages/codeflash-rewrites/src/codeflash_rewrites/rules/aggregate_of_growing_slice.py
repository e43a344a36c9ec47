"""R13: a sum or an extreme of a slice is worked out anew at each position."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from codeflash_rewrites.analysis.effects import is_pure_call
from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.linear import (
    LENGTH,
    Form,
    Range,
    extreme,
    lengths_hold,
    linear,
    never_negative,
    plus,
    ranges,
)
from codeflash_rewrites.analysis.loops import loop_parts, repeating_comprehensions, unchanged
from codeflash_rewrites.analysis.scope import read_names, scope_of
from codeflash_rewrites.analysis.searches import is_plain, place_of_index
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import LOOPS, Example, Facts, ParameterFacts, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "aggregate-of-growing-slice"
_WORDS = {"sum": "sums", "max": "maxima", "min": "minima"}
_OF_INTS = frozenset(f"{kind}[int]" for kind in ("list", "List", "Sequence")) | {"tuple[int, ...]"}
_CONSUMERS = frozenset(
    {"sum", "max", "min", "any", "all", "list", "tuple", "set", "sorted", "dict", "frozenset"}
)
_LOOSE = (
    ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr | ast.ListComp | ast.List | ast.Tuple
)


@frozen
class _Slice:
    """A sum or extreme of a part of a sequence.

    Attributes:
        call: The call of the builtin.
        called: The builtin's name.
        items: The sequence.
        lower: Where the part begins; None for the first element.
        upper: Where it ends; None for the last element.
        place: The statement before which a table can be made.
        above_zero: Symbols that must not be negative.
    """

    call: ast.Call
    called: str
    items: ast.expr
    lower: ast.expr | None
    upper: ast.expr | None
    place: ast.stmt
    above_zero: frozenset[str] = frozenset()

    @property
    def suffix(self) -> bool:
        """Whether it is an extreme of all from a position on, which is gathered from behind."""
        return self.upper is None and self.called != "sum"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes one pass that keeps what was gathered up to each position."""
    groups: dict[tuple[object, ...], list[_Slice]] = {}
    for node in scope_of(subject).nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WORDS:
            found = _slice(subject, node)
            if found is not None:
                key = found.place, ast.dump(found.items), found.called, found.suffix
                groups.setdefault(key, []).append(found)
    for group in groups.values():
        yield from _tabled(subject, group)


def _slice(subject: Subject, call: ast.Call) -> _Slice | None:
    parent = subject.parents[call]
    if isinstance(parent, ast.IfExp) and parent.orelse is call:
        return None  # the way for what does not suit
    match call:
        case ast.Call(
            func=ast.Name(id=called),
            args=[ast.Subscript(value=items, slice=ast.Slice(lower=lower, upper=upper, step=None) as part)],
            keywords=[],
        ):
            pass
        case _:
            return None
    if not is_plain(items) or not is_builtin(subject, called, "list", "len"):
        return None
    if isinstance(lower, ast.Constant) and lower.value == 0:
        lower = None
    if (lower is None and upper is None) or (called != "sum" and lower is not None and upper is not None):
        return None
    if not all(_is_used_up(subject, one) for one in repeating_comprehensions(subject, call)):
        return None
    place = place_of_index(subject, call, part, items)
    if place is None or not _is_settled(subject, items, place):
        return None
    return _bounded(subject, _Slice(call, called, items, lower, upper, place))


def _bounded(subject: Subject, one: _Slice) -> _Slice | None:
    """The slice, if its ends are known to lie in the sequence, and in order."""
    known = ranges(subject, one.call, one.items)
    low = linear(subject, one.lower, one.items) if one.lower is not None else {}
    high = linear(subject, one.upper, one.items) if one.upper is not None else {LENGTH: 1}
    if low is None or high is None:
        return None
    filled = plus(high, low, -1) if one.called == "sum" else plus(plus(high, low, -1), {"": -1})
    needs = [never_negative(form, known) for form in (low, filled, plus({LENGTH: 1}, high, -1))]
    if None in needs:
        return None
    symbols = frozenset(symbol for need in needs for symbol in need or ())
    reads = [one.lower, one.upper, *_range_parts(subject, one.call)]
    mentioned = [part for part in reads if part is not None]
    if not lengths_hold(subject, mentioned, one.items, one.place):
        return None
    constant = [ast.Name(name, ast.Load()) for name in symbols | _outside(known, low, high)]
    inside = loop_parts(one.place) if isinstance(one.place, ast.For | ast.While) else [one.place]
    if not all(unchanged(subject, name, *inside) for name in constant):
        return None
    return evolve(one, above_zero=symbols)


def _outside(known: Sequence[Range], *forms: Form) -> set[str]:
    """The symbols that sums and ranges mention, but for the ranges' variables."""
    variables = {one.variable for one in known}
    mentioned = {
        symbol for form in (*forms, *(end for one in known for end in (one.low, one.high))) for symbol in form
    }
    return mentioned - variables - {"", LENGTH}


def _range_parts(subject: Subject, node: ast.AST) -> Iterator[ast.expr]:
    child = node
    while child is not subject.function:
        child = subject.parents[child]
        if isinstance(child, ast.For):
            yield child.iter
        elif isinstance(child, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from (clause.iter for clause in child.generators)


def _is_used_up(subject: Subject, comprehension: ast.AST) -> bool:
    """Whether a comprehension is over when its statement is: a generator must be read at once."""
    if not isinstance(comprehension, ast.GeneratorExp):
        return True
    match subject.parents[comprehension]:
        case ast.Call(func=ast.Name(id=name), args=[_, *_]) if name in _CONSUMERS:
            return is_builtin(subject, name)
        case ast.Call(func=ast.Attribute(attr="join" | "extend")):
            return True
    return False


def _is_settled(subject: Subject, items: ast.expr, place: ast.stmt) -> bool:
    """Whether the sequence is there before a place, and stays as it is until the place is done."""
    root = items
    while isinstance(root, ast.Attribute):
        root = root.value
    assert isinstance(root, ast.Name)
    scope = scope_of(subject)
    stores = scope.stores(root.id)
    early = root.id in scope.parameters or any(one.lineno < place.lineno for one in stores)
    if root.id in scope.captured or not early:
        return False
    if isinstance(items, ast.Name):
        return True
    calls = [one for one in walked(place) if isinstance(one, ast.Call) and not is_pure_call(subject, one)]
    return not any(root.id in read_names(one) for one in calls)


def _tabled(subject: Subject, group: Sequence[_Slice]) -> Iterator[Rewrite]:
    text, first = subject.text, group[0]
    if "#" in "".join(text.text(one.call) for one in group):
        return
    held = text.text(first.items)
    exact = all(_is_exact(subject, one) for one in group)
    symbols = sorted({symbol for one in group for symbol in one.above_zero})
    accumulate = imported(subject, "itertools", "accumulate")
    table = scope_of(subject).fresh(f"{held.rpartition('.')[2].strip('_')}_{_WORDS[first.called]}")
    made = _table(accumulate.called, group, held)
    why = f"One pass over `{held}` keeps what `{first.called}` gives up to each position."
    whole = _whole(subject, first, accumulate.called) if exact and not symbols else ""
    if whole:
        edits = [*accumulate.edits, text.replace(subject.parents[first.call], whole)]
        yield subject.rewrite(SLUG, edits, why, "whole", accumulate.adds)
    if not whole and (exact or _holds_ints(subject, first.items)) and not symbols:
        edits = [*accumulate.edits, text.insert_before(first.place, f"{table} = {made}")]
        edits += [_looked_up(subject, one, table, "") for one in group]
        yield subject.rewrite(SLUG, edits, why, adds=accumulate.adds)
    if not is_builtin(subject, "type", "set", "map", "int", "list", "tuple"):
        return
    guard = (
        []
        if kind_of(subject, first.items) == "list" and not _is_parameter(subject, first)
        else [f"type({held}) is list"]
    )
    guard += [] if exact else [f"set(map(type, {held})) <= {{int}}"]
    guard += [f"type({symbol}) is int and {symbol} >= 0" for symbol in symbols]
    if not guard:
        return
    lines = [f"{table} = None", f"if {' and '.join(guard)}:", f"{text.indent_unit}{table} = {made}"]
    edits = [*accumulate.edits, text.insert_before(first.place, *lines)]
    edits += [_looked_up(subject, one, table, f" if {table} else {text.text(one.call)}") for one in group]
    yield subject.rewrite(SLUG, edits, why, "typed", accumulate.adds)


def _is_parameter(subject: Subject, one: _Slice) -> bool:
    return isinstance(one.items, ast.Name) and one.items.id in scope_of(subject).parameters


def _table(accumulate: str, group: Sequence[_Slice], held: str) -> str:
    first = group[0]
    if first.called == "sum":
        # In differences any start cancels out: a number written there would say nothing, nor could a check.
        apart = all(one.lower is not None or one.upper is None for one in group)
        return f"list({accumulate}({held}, initial={'int()' if apart else '0'}))"
    if first.suffix:
        return f"list({accumulate}({held}[::-1], {first.called}))[::-1]"
    return f"list({accumulate}({held}, {first.called}))"


def _is_exact(subject: Subject, one: _Slice) -> bool:
    """Whether one pass adds or compares the same in the same order, whatever the elements are.

    From CPython 3.12 on, ``sum`` of floats carries what rounding loses, and ``accumulate`` does not.
    """
    prefix = one.lower is None and one.upper is not None
    return prefix and (one.called != "sum" or subject.facts.python < (3, 12))


def _holds_ints(subject: Subject, items: ast.expr) -> bool:
    """Whether the elements are whole numbers, by what was traced or is declared."""
    if not isinstance(items, ast.Name) or scope_of(subject).stores(items.id):
        return False
    facts = subject.facts.parameters.get(items.id)
    if facts is not None and facts.element_types:
        return set(facts.element_types) == {"builtins.int"}
    arguments = subject.function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.arg == items.id and argument.annotation is not None:
            return ast.unparse(argument.annotation).rpartition(".")[2] in _OF_INTS
    return False


def _looked_up(subject: Subject, one: _Slice, table: str, otherwise: str) -> Edit:
    """The edit that reads the table where the slice was gone through."""
    text = subject.text
    low = f"{table}[{text.text(one.lower)}]" if one.lower is not None else ""
    if one.called == "sum":
        high = f"{table}[{text.text(one.upper) if one.upper is not None else '-1'}]"
        new = f"{high} - {low}" if low else high
    elif one.upper is not None:
        new = f"{table}[{_before(subject, one.upper)}]"
    else:
        new = low or f"{table}[0]"
    new += otherwise
    parent = subject.parents[one.call]
    if isinstance(parent, ast.Call):
        loose = one.call in parent.args
    else:
        loose = isinstance(parent, _LOOSE) or (" " not in new.partition("[")[0] and new.count(table) == 1)
    return text.replace(one.call, new if loose else f"({new})")


def _before(subject: Subject, upper: ast.expr) -> str:
    match upper:
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=1)):
            return subject.text.text(left)
    return f"{subject.text.text(upper)} - 1"


def _whole(subject: Subject, one: _Slice, accumulate: str) -> str:
    """The list of all running values, where a comprehension makes just that; else empty."""
    match subject.parents[one.call]:
        case ast.ListComp(elt=elt, generators=[ast.comprehension(ifs=[], is_async=0)]) if elt is one.call:
            pass
        case _:
            return ""
    known = ranges(subject, one.call, one.items)
    high = linear(subject, one.upper, one.items) if one.upper is not None else None
    if high is None or not known or not known[0].whole or high.get(known[0].variable) != 1:
        return ""
    if extreme(high, known[:1], greatest=True) != {LENGTH: 1}:
        return ""
    least = extreme(high, known[:1], greatest=False)
    made = _table(accumulate, [one], subject.text.text(one.items))
    if least == {"": 1}:
        return f"{made}[1:]" if one.called == "sum" else made
    return made if not least and one.called == "sum" else ""


SLOW = """\
def f(amounts):
    balances = []
    for i in range(len(amounts)):
        balances.append(sum(amounts[: i + 1]))  # so far
    return balances
"""
FAST = """\
from itertools import accumulate


def f(amounts):
    balances = []
    amounts_sums = list(accumulate(amounts, initial=0))
    for i in range(len(amounts)):
        balances.append(amounts_sums[i + 1])  # so far
    return balances
"""
SLOW_WHOLE = "def f(xs):\n    return [max(xs[:i]) for i in range(1, len(xs) + 1)]\n"
FAST_WHOLE = """\
from itertools import accumulate


def f(xs):
    return list(accumulate(xs, max))
"""
SLOW_STARTS = """\
import itertools


def f(sizes):
    return [sum(sizes[0:x]) for x in range(len(sizes) + 1)]
"""
FAST_STARTS = """\
import itertools


def f(sizes):
    return list(itertools.accumulate(sizes, initial=0))
"""
SLOW_WINDOW = """\
def f(values, k):
    return [sum(values[i : i + k]) / k for i in range(len(values) - k + 1)]
"""
FAST_WINDOW = """\
from itertools import accumulate


def f(values, k):
    values_sums = None
    if type(values) is list and set(map(type, values)) <= {int} and type(k) is int and k >= 0:
        values_sums = list(accumulate(values, initial=int()))
    return [(values_sums[i + k] - values_sums[i] if values_sums else sum(values[i : i + k])) / k for i in range(len(values) - k + 1)]
"""
SLOW_BALANCED = """\
def f(xs: list):
    n = len(xs)
    for i in range(n):
        if sum(xs[:i]) == sum(xs[i + 1 :]):
            return i
    return -1
"""
FAST_BALANCED = """\
from itertools import accumulate


def f(xs: list):
    n = len(xs)
    xs_sums = list(accumulate(xs, initial=0))
    for i in range(n):
        if xs_sums[i] == (xs_sums[-1] - xs_sums[i + 1]):
            return i
    return -1
"""
SLOW_PAIRS = """\
def f(gains):
    best = 0
    for i in range(len(gains)):
        for j in range(i, len(gains)):
            total = sum(gains[i : j + 1])
            if total > best:
                best = total
    return best
"""
FAST_PAIRS = """\
from itertools import accumulate


def f(gains):
    best = 0
    gains_sums = None
    if type(gains) is list and set(map(type, gains)) <= {int}:
        gains_sums = list(accumulate(gains, initial=int()))
    for i in range(len(gains)):
        for j in range(i, len(gains)):
            total = gains_sums[j + 1] - gains_sums[i] if gains_sums else sum(gains[i : j + 1])
            if total > best:
                best = total
    return best
"""
SLOW_DROP = """\
def f(prices):
    worst = 0
    for i, price in enumerate(prices):
        worst = max(worst, max(prices[: i + 1]) - price)
    return worst
"""
FAST_DROP = """\
from itertools import accumulate


def f(prices):
    worst = 0
    prices_maxima = list(accumulate(prices, max))
    for i, price in enumerate(prices):
        worst = max(worst, prices_maxima[i] - price)
    return worst
"""
SLOW_RIGHT = """\
from itertools import accumulate


def f(heights: list):
    return [max(heights[i + 1 :]) for i in range(len(heights) - 1)]
"""
FAST_RIGHT = """\
from itertools import accumulate


def f(heights: list):
    heights_maxima = None
    if type(heights) is list and set(map(type, heights)) <= {int}:
        heights_maxima = list(accumulate(heights[::-1], max))[::-1]
    return [heights_maxima[i + 1] if heights_maxima else max(heights[i + 1 :]) for i in range(len(heights) - 1)]
"""
SLOW_DECLARED = """\
def f(days: list[int]):
    best = 0
    for start in range(len(days) - 6):
        best = max(best, sum(days[start : start + 7]))
    return best
"""
FAST_DECLARED = """\
from itertools import accumulate


def f(days: list[int]):
    best = 0
    days_sums = list(accumulate(days, initial=int()))
    for start in range(len(days) - 6):
        best = max(best, days_sums[start + 7] - days_sums[start])
    return best
"""
LEAVE_CHANGES = """\
def f(xs):
    for i in range(len(xs)):
        xs[i] = sum(xs[: i + 1])
    return xs
"""
LEAVE_BEYOND = "def f(xs, n):\n    return [sum(xs[:i]) for i in range(n)]\n"
LEAVE_CLAMPED = "def f(xs):\n    return [sum(xs[i : i + 3]) for i in range(len(xs))]\n"
LEAVE_NEGATIVE = "def f(xs):\n    return [sum(xs[: i - 1]) for i in range(len(xs))]\n"
LEAVE_EMPTY = "def f(xs):\n    return [max(xs[:i]) for i in range(len(xs))]\n"
LEAVE_STEP = "def f(xs):\n    return [sum(xs[:i:2]) for i in range(len(xs))]\n"
LEAVE_SHADOWED = "from numpy import sum\n\n\ndef f(xs):\n    return [sum(xs[:i]) for i in range(len(xs))]\n"
LEAVE_LAZY = "def f(xs):\n    return (sum(xs[:i]) for i in range(len(xs)))\n"
LEAVE_MOVED = """\
def f(xs):
    found = []
    for i in range(len(xs)):
        i -= 1
        found.append(sum(xs[:i]))
    return found
"""
LEAVE_LONGER = """\
def f(xs):
    n = len(xs)
    xs.pop()
    return [sum(xs[:i]) for i in range(n + 1)]
"""
LEAVE_SAME = "def f(xs, k):\n    return [x / sum(xs[:3]) for x in xs]\n"
_INTS = {"xs": ParameterFacts(types=("builtins.list",), element_types=("builtins.int",))}
_NUMBERS: tuple[tuple[object, ...], ...] = (
    ([],),
    ([3],),
    ([0.1, 0.2, 0.3, 0.7],),
    ([True, 2, -0.0],),
    ((1, -2, 3),),
)
_WINDOWS: tuple[tuple[object, ...], ...] = (
    ([], 1),
    ([1, 2, 3, 4], 2),
    ([0.1, 0.2, 0.3], 2),
    ([1, 2], -1),
    ([1], 0),
)

RULE = Rule(
    id="R13",
    slug=SLUG,
    title="Keep running totals and extremes instead of going through each slice",
    looks_for="`sum(xs[:i])`, `max(xs[:i + 1])`, `sum(xs[i:i + k])` and their like for the indices of a loop",
    why_slow="each slice is copied and gone through from its start, so the loop takes quadratic time",
    traps=(
        "floats: differences of running totals round otherwise, and from CPython 3.12 on `sum` rounds otherwise itself",
        "of several equal extremes the first is taken: from behind that is another one",
        "elements that can't be added or compared, which the loop may not have come to",
        "a sequence that changes during the loop under another name",
    ),
    safety="TF",
    complexity="O(n^2) -> O(n)",
    gain="85x (`sum`), 40x (`max`), 8-11x (windows) (CPython 3.11)",
    expected=15.0,
    examples=(
        Example(SLOW, FAST, inputs=_NUMBERS),
        Example(
            SLOW_WHOLE, FAST_WHOLE, inputs=(*_NUMBERS, (["b", "a", "c"],), ([1, True, 1.0, float("nan"), 2],))
        ),
        Example(SLOW_STARTS, FAST_STARTS, inputs=_NUMBERS),
        Example(SLOW_WINDOW, FAST_WINDOW, inputs=_WINDOWS),
        Example(
            SLOW_BALANCED, FAST_BALANCED, facts=Facts(_INTS), inputs=(([],), ([1, 7, 3, 6, 5, 6],), ([1],))
        ),
        Example(
            SLOW_DECLARED, FAST_DECLARED, inputs=(([],), ([1, 7, 3, 6, 5, 6, 0, 9],), ([1] * 6,), ([2] * 7,))
        ),
        Example(SLOW_PAIRS, FAST_PAIRS, inputs=(([],), ([1, -3, 4, -1, 2],), ([0.1, 0.2, -0.3],), ((1, 2),))),
        Example(SLOW_DROP, FAST_DROP, inputs=(([],), ([0, 1, 0, 2, 1, 3, 1],), ([2.5, 1, True],))),
        Example(SLOW_RIGHT, FAST_RIGHT, inputs=(([],), ([3, 1, 2, 2, 0],), ([1, True, 1.0],), ([2],))),
        Example(LEAVE_CHANGES),
        Example(LEAVE_BEYOND),
        Example(LEAVE_CLAMPED),
        Example(LEAVE_NEGATIVE),
        Example(LEAVE_EMPTY),
        Example(LEAVE_STEP),
        Example(LEAVE_SHADOWED),
        Example(LEAVE_LAZY),
        Example(LEAVE_MOVED),
        Example(LEAVE_LONGER),
        Example(LEAVE_SAME),
    ),
    needs=LOOPS,
    propose=propose,
)
