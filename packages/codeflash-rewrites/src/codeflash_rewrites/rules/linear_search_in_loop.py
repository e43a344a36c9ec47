"""R04: a loop searches a list that stays the same for one element after another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.constants import binds, is_changed
from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import Loop, block_of, enclosing_loops
from codeflash_rewrites.analysis.narrowing import Search, rewrites_of, searching_generator, searching_loop
from codeflash_rewrites.analysis.scope import bound_names, read_names, scope_of
from codeflash_rewrites.analysis.searches import equality, is_plain, other_names, place_of_index
from codeflash_rewrites.analysis.sequences import may_be_list
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.tables import Table, tabulated
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

SLUG = "linear-search-in-loop"
_FEWEST = 6


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a dict from key to first element, made once before the loop."""
    positions: dict[tuple[str, ast.stmt], dict[ast.Call, ast.expr]] = {}
    for node in scope_of(subject).of(ast.Call, ast.For):
        match node:
            case ast.Call(
                func=ast.Name(id="next" | "any" | "all" as called),
                args=[ast.GeneratorExp(generators=[generator]) as scan, *rest],
            ) if is_builtin(subject, called):
                if called == "next" and rest:
                    yield from _next(subject, node, scan.elt, generator, rest[0])
                yield from _first_of(subject, called, scan, generator)
            case ast.Call(func=ast.Attribute(value=items, attr="index"), args=[wanted], keywords=[]):
                place = _place_of_positions(subject, node, items, wanted)
                if place is not None:
                    positions.setdefault((ast.dump(items), place), {})[node] = wanted
            case ast.For(
                target=ast.Name(id=item), iter=items, body=[ast.If(orelse=[]) as choice], orelse=[]
            ) if isinstance(choice.body[-1], ast.Break):
                yield from _search(subject, node, item, items, choice)
                yield from _narrowed(subject, searching_loop(subject, node))
            case ast.For(
                body=[ast.If(orelse=[], body=[ast.Return(value=ast.expr() as found)]) as choice], orelse=[]
            ):
                yield from _table(subject, node, choice, found)
                yield from _narrowed(subject, searching_loop(subject, node))
            case (
                ast.For(body=[*_, ast.Break() | ast.Return() | ast.Raise()])
                | ast.For(body=[ast.If(body=[*_, ast.Break() | ast.Return() | ast.Raise()])])
            ):
                yield from _narrowed(subject, searching_loop(subject, node))
    for (_, place), calls in positions.items():
        yield from _positions(subject, place, calls)


def _narrowed(subject: Subject, search: Search | None) -> Iterator[Rewrite]:
    """The same search among the elements of its key."""
    if search is not None:
        why = _why(subject, search.items, subject.text.text(search.equality.key))
        yield from rewrites_of(subject, SLUG, search, why)


def _first_of(
    subject: Subject, called: str, scan: ast.GeneratorExp, generator: ast.comprehension
) -> Iterator[Rewrite]:
    """``next``, ``any`` or ``all`` of what has a key; elements of other keys change none of them."""
    condition: ast.expr | None = None
    if called != "next" and not generator.ifs:
        match scan.elt:
            case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]) if called == "all":
                condition = ast.Compare(left, [ast.Eq()], [right])
            case ast.Compare(ops=[ast.Eq()]) | ast.BoolOp(op=ast.And()) if called == "any":
                condition = scan.elt
            case _:
                return
    yield from _narrowed(subject, searching_generator(generator, condition))


def _index_lines(subject: Subject, index: str, item: str, items: str, key: str, value: str) -> list[str]:
    unit = subject.text.indent_unit
    return [f"{index} = {{}}", f"for {item} in {items}:", f"{unit}{index}.setdefault({key}, {value})"]


def _why(subject: Subject, items: ast.expr, key: str) -> str:
    return f"`{subject.text.text(items)}` is searched by `{key}` again and again; a dict finds it at once."


def _next(
    subject: Subject, node: ast.Call, found: ast.expr, generator: ast.comprehension, default: ast.expr
) -> Iterator[Rewrite]:
    target, items = generator.target, generator.iter
    if (
        not isinstance(target, ast.Name)
        or len(generator.ifs) != 1
        or generator.is_async
        or not is_plain(items)
    ):
        return
    same, item = equality(generator.ifs[0], {target.id}), target.id
    if same is None or item in scope_of(subject).parameters or scope_of(subject).uses(item):
        return
    if not all(is_pure(subject, part) for part in (found, same.key, same.wanted, default)):
        return
    place = place_of_index(subject, node, same.wanted, items, *other_names({item}, found, same.key))
    if place is None:
        return
    text, index = subject.text, scope_of(subject).fresh("index", f"index_{item}")
    lines = _index_lines(subject, index, item, text.text(items), text.text(same.key), text.text(found))
    new = f"{index}.get({text.text(same.wanted)}, {text.text(default)})"
    if isinstance(default, ast.Constant) and default.value is None:
        new = f"{index}.get({text.text(same.wanted)})"
    edits = [text.insert_before(place, *lines), text.replace(node, new)]
    yield subject.rewrite(SLUG, edits, _why(subject, items, text.text(same.key)))


def _place_of_positions(
    subject: Subject, node: ast.Call, items: ast.expr, wanted: ast.expr
) -> ast.stmt | None:
    """Where the positions in a list can be noted, if ``xs.index(x)`` asks for one after another."""
    if not is_plain(items) or not is_builtin(subject, "enumerate", "list", "type"):
        return None
    if not is_pure(subject, wanted) or not may_be_list(subject, items) or isinstance(wanted, ast.Constant):
        return None
    if f"enumerate({subject.text.text(items)})" in subject.text.text(subject.function):
        return None
    return place_of_index(subject, node, wanted, items)


def _positions(subject: Subject, place: ast.stmt, calls: dict[ast.Call, ast.expr]) -> Iterator[Rewrite]:
    """``xs.index(x)``; elements that are missing or can't be hashed are left to the list."""
    text, scope, unit = subject.text, scope_of(subject), subject.text.indent_unit
    items = next(iter(calls)).func.value  # type: ignore[attr-defined]
    held, where = text.text(items), scope.fresh("positions")
    place_name, element = scope.fresh("position"), scope.fresh("element")
    start = f"{where} = {{}}"
    fill = [f"for {place_name}, {element} in enumerate({held}):"]
    fill.append(f"{unit}{where}.setdefault({element}, {place_name})")
    of = f"for {place_name}, {element} in reversed(list(enumerate({held})))"
    why = f"The positions in `{held}` are looked up in a dict, made once."
    known = kind_of(subject, items) in {"list", "tuple"}
    lines = [start, *fill] if known else [start, f"if type({held}) is list:", *(unit + line for line in fill)]
    edits = [text.insert_before(place, *lines)]
    for call, wanted in calls.items():
        sought = text.text(wanted)
        new = f"({where}[{sought}] if {sought} in {where} else {text.text(call)})"
        edits.append(text.replace(call, new))
    yield subject.rewrite(SLUG, edits, why)
    table = Table(where, [f"{where} = {{{element}: {place_name} {of}}}"], place_name)
    guarded = tabulated(subject, place, items, table, calls) if is_builtin(subject, "reversed") else None
    if guarded is not None:
        yield subject.rewrite(SLUG, guarded, why, "guarded")


def _search(subject: Subject, loop: ast.For, item: str, items: ast.expr, choice: ast.If) -> Iterator[Rewrite]:
    """An inner loop that stops at the first element with the wanted key."""
    same = equality(choice.test, {item})
    if same is None or not is_plain(items) or not subject.text.owns_lines(loop):
        return
    if not is_pure(subject, same.key) or not is_pure(subject, same.wanted):
        return
    body = choice.body[:-1]
    if not body or not all(subject.text.owns_lines(one) for one in choice.body):
        return
    nested = [
        node for one in body for node in walked(one) if isinstance(node, Loop | ast.Continue | ast.Break)
    ]
    uses = scope_of(subject).uses(item)
    last = loop.end_lineno or 0
    if nested or any(not loop.lineno <= use.lineno <= last for use in uses):
        return
    place = place_of_index(subject, loop, same.wanted, items, *other_names({item}, same.key))
    if place is None or place is loop:
        return
    if not isinstance(same.wanted, ast.Name | ast.Attribute | ast.Constant | ast.Subscript):
        return
    text, scope = subject.text, scope_of(subject)
    index, unit = scope.fresh("index", f"index_{item}"), text.indent_unit
    key, wanted = text.text(same.key), text.text(same.wanted)
    lines = _index_lines(subject, index, item, text.text(items), key, item)
    start = text.line_start(text.start(loop))
    first, final = text.line_end(text.end(choice.test)), text.line_start(text.start(choice.body[-1]))
    deep, shallow = text.indent_of(choice.body[0]), text.indent_of(loop) + unit
    kept = reindent(text.source[first:final], deep, shallow)
    head = text.block([f"if {wanted} in {index}:", f"{unit}{item} = {index}[{wanted}]"], text.indent_of(loop))
    edits = [text.insert_before(place, *lines), Edit(start, text.remove_lines(loop).end, head + kept)]
    if block_of(subject, loop):
        yield subject.rewrite(SLUG, edits, _why(subject, items, key))


def _table(subject: Subject, loop: ast.For, choice: ast.If, found: ast.expr) -> Iterator[Rewrite]:
    """A search through a constant table of the module that returns what belongs to the key."""
    name, text, unit = _table_name(loop.iter), subject.text, subject.text.indent_unit
    variables = bound_names(loop.target)
    made = [one for one in subject.module.body if isinstance(one, ast.Assign) and binds(one, name)]
    if len(made) != 1 or name in scope_of(subject).locals or is_changed(subject, name):
        return
    same = equality(choice.test, variables)
    if same is None or not text.owns_lines(made[0]):
        return
    if (
        not _is_constant_table(made[0].value)
        or not text.owns_lines(loop)
        or not read_names(found) <= variables
    ):
        return
    if not is_pure(subject, found) or not read_names(same.key) <= variables or enclosing_loops(subject, loop):
        return
    if not isinstance(same.wanted, ast.Name) or not is_builtin(subject, "reversed"):
        return
    if f"reversed({text.text(loop.iter)})" in text.source:
        return
    suffix = "_INDEX" if name.isupper() else "_index"
    index, wanted = scope_of(subject).fresh(f"_{name.strip('_')}{suffix}"), same.wanted.id
    of = f"for {text.text(loop.target)} in reversed({text.text(loop.iter)})"
    line = f"{index} = {{{text.text(same.key)}: {text.text(found)} {of}}}"
    add = text.insert_after(made[0], line)
    lines = [f"if {wanted} in {index}:", f"{unit}return {index}[{wanted}]"]
    why = f"`{name}` never changes; a dict made once finds the entry for `{wanted}` at once."
    whole = Edit(text.line_start(text.start(loop)), text.line_end(text.end(loop)), "")
    indent = text.indent_of(loop)
    plain = Edit(whole.start, whole.end, text.block(lines, indent))
    yield subject.rewrite(SLUG, [add, plain], why, adds=(index,))
    if not is_builtin(subject, "type", "str"):
        return
    old = reindent(text.source[whole.start : whole.end], indent, indent + unit)
    head = text.block([f"if type({wanted}) is str:", *(unit + one for one in lines), "else:"], indent)
    yield subject.rewrite(SLUG, [add, Edit(whole.start, whole.end, head + old)], why, "guarded", (index,))


def _table_name(items: ast.expr) -> str:
    match items:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items"), args=[], keywords=[]):
            return name
    return ""


def _is_constant_table(value: ast.expr) -> bool:
    """Whether a display holds only constants, and enough of them."""
    if not isinstance(value, ast.List | ast.Tuple | ast.Dict):
        return False
    size = len(value.keys) if isinstance(value, ast.Dict) else len(value.elts)
    plain = (ast.List, ast.Tuple, ast.Dict, ast.Constant, ast.Load, ast.UnaryOp, ast.USub)
    return size >= _FEWEST and all(isinstance(node, plain) for node in walked(value))


SLOW = """\
def f(orders, users):
    return [next((user['name'] for user in users if user['id'] == order), None) for order in orders]
"""
FAST = """\
def f(orders, users):
    index = {}
    for user in users:
        index.setdefault(user['id'], user['name'])
    return [index.get(order) for order in orders]
"""
SLOW_INDEX = """\
def f(names, order):
    result = []
    for name in names:
        result.append(order.index(name))
    return result
"""
FAST_INDEX = """\
def f(names, order):
    result = []
    positions = {}
    if type(order) is list:
        for position, element in enumerate(order):
            positions.setdefault(element, position)
    for name in names:
        result.append((positions[name] if name in positions else order.index(name)))
    return result
"""
SLOW_SEARCH = """\
def f(rows, prices):
    total = 0
    for row in rows:
        for price in prices:
            if price[0] == row:
                # the first one counts
                total += price[1]
                break
    return total
"""
FAST_SEARCH = """\
def f(rows, prices):
    total = 0
    index = {}
    for price in prices:
        index.setdefault(price[0], price)
    for row in rows:
        if row in index:
            price = index[row]
            # the first one counts
            total += price[1]
    return total
"""
_TABLE = "SIZES = [('s', 1), ('m', 2), ('l', 3), ('xl', 4), ('m', 9), ('xxl', 5)]\n"
SLOW_TABLE = (
    _TABLE
    + """

def f(wanted):
    for name, size in SIZES:
        if name == wanted:
            return size
    raise LookupError(wanted)
"""
)
FAST_TABLE = (
    _TABLE
    + """_SIZES_INDEX = {name: size for name, size in reversed(SIZES)}


def f(wanted):
    if type(wanted) is str:
        if wanted in _SIZES_INDEX:
            return _SIZES_INDEX[wanted]
    else:
        for name, size in SIZES:
            if name == wanted:
                return size
    raise LookupError(wanted)
"""
)
FAST_GUARDED = """\
from collections import defaultdict


def f(orders, users):
    try:
        if type(users) is list and len(users) > 8 and iter(orders) is not orders:
            groups = defaultdict(list)
            for user in users:
                groups[user['id']].append(user)
            return [next((user['name'] for user in groups.get(order, ()) if user['id'] == order), None) for order in orders]
    except (TypeError, LookupError):  # no such key
        pass
    return [next((user['name'] for user in users if user['id'] == order), None) for order in orders]
"""
FAST_INDEX_GUARDED = """\
def f(names, order):
    result = []
    positions = {}
    if type(order) is list and len(order) > 8:
        try:
            positions = {element: position for position, element in reversed(list(enumerate(order)))}
        except TypeError:  # not hashable
            pass
    for name in names:
        position = None
        if positions:
            try:
                position = positions.get(name)
            except TypeError:  # not hashable
                pass
        if position is None:
            position = order.index(name)
        result.append(position)
    return result
"""
FAST_SEARCH_GUARDED = """\
from collections import defaultdict


def f(rows, prices):
    total = 0
    groups = None
    for row in rows:
        fitting = prices
        if type(prices) is list and prices:
            try:
                if groups is None:
                    grouped = defaultdict(list)
                    for price in prices:
                        grouped[price[0]].append(price)
                    groups = grouped
                fitting = groups.get(row, ())
            except (TypeError, LookupError):  # no such key
                pass
        for price in fitting:
            if price[0] == row:
                # the first one counts
                total += price[1]
                break
    return total
"""
SLOW_ORDER = """\
def f(items):
    pool = sorted(items)
    indices = [pool.index(item) for item in pool]
    return indices
"""
FAST_ORDER = """\
def f(items):
    pool = sorted(items)
    indices = None
    try:
        if len(pool) > 8:
            positions = {element: position for position, element in reversed(list(enumerate(pool)))}
            indices = [positions[item] for item in pool]
    except (KeyError, TypeError):  # missing, or not hashable
        pass
    if indices is None:
        indices = [pool.index(item) for item in pool]
    return indices
"""
SLOW_ALL = """\
def f(names, rows):
    fresh = []
    for name in names:
        if all(row[0] != name for row in rows):
            fresh.append(name)
    return fresh
"""
FAST_ALL = """\
from collections import defaultdict


def f(names, rows):
    fresh = []
    groups = None
    for name in names:
        fitting = rows
        if type(rows) is list and rows:
            try:
                if groups is None:
                    grouped = defaultdict(list)
                    for row in rows:
                        grouped[row[0]].append(row)
                    groups = grouped
                fitting = groups.get(name, ())
            except (TypeError, LookupError):  # no such key
                pass
        if all(row[0] != name for row in fitting):
            fresh.append(name)
    return fresh
"""
LEAVE_CHANGES = """\
def f(orders, users):
    for order in orders:
        user = next((user for user in users if user.id == order), None)
        users.remove(user)
"""
LEAVE_SAME_KEY = """\
def f(groups, users, key):
    for group in groups:
        for user in users:
            if user.id == key:
                group.append(user)
                break
"""
LEAVE_ONCE = "def f(users, key):\n    return next((user for user in users if user.id == key), None)\n"
LEAVE_ORDERED = """\
def f(orders, users):
    return [next((user for user in users if user > order), None) for order in orders]
"""
_NAN = float("nan")
_MORE = [{"id": 50 + number, "name": "z"} for number in range(9)]
_REST = list(range(60, 70))
_TAIL = [(80 + number, 1) for number in range(9)]
_USERS: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([1, 2, True], [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]),
    ([1, 55, True, 3], [{"id": 1, "name": "a"}, *_MORE, {"id": 1, "name": "b"}]),
)
_ODD_USERS: tuple[tuple[object, ...], ...] = (
    ([_NAN, [1], 2], [{"id": _NAN, "name": "n"}, {"id": [1], "name": "l"}, *_MORE]),
    ([_NAN, 2], [{"id": _NAN, "name": "n"}, *_MORE]),
    ([[1]], [{"id": 1, "name": "a"}, *_MORE]),
    ([1, 1], iter([{"id": 1, "name": "a"}])),
    (iter([1, 2]), [{"id": 1, "name": "a"}, {"id": []}, *_MORE]),
    ([], [{}, 5, *_MORE]),
    ([1, 3], [{"id": 1, "name": "a"}, {}, *_MORE]),
    ([{}], []),
)
_NAMES: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([1, 2.0], [2, 1, 2]),
    ([3], [1]),
    (["b"], "abc"),
    ([61, 1, 65.0], [1, *_REST, True]),
    ([3], _REST),
)
_ODD_NAMES: tuple[tuple[object, ...], ...] = (
    ([[1], 2], [2, [1], *_REST]),
    ([_NAN], [1, _NAN, *_REST]),
    ([[1]], [2, 1, *_REST]),
    ([{1}], [*_REST, frozenset([1]), {1}]),
    ([1], (1, *_REST)),
    ([1], {1: 2}),
)
_PRICES: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([1, 2, 1], [(1, 5), (1, 7), (3, 1)]),
    ([1], []),
    ([1, 85, 4, 1], [(1, 5), (1, 7), *_TAIL]),
)
_ODD_PRICES: tuple[tuple[object, ...], ...] = (
    ([_NAN, [1], 2], [(_NAN, 1), ([1], 2), (2, 3)]),
    ([[1], {2}], [(1, 2)]),
    ([1, 1], iter([(1, 5), (1, 7)])),
    ([1, 2], [(1, 5), ()]),
    ([], [()]),
    ([1], None),
)
_ODD_PRICES += tuple((rows, [*held, *_TAIL]) for rows, held in _ODD_PRICES if isinstance(held, list))

RULE = Rule(
    id="R04",
    slug=SLUG,
    title="Look elements up in a dict made before the loop",
    looks_for="`next(u for u in us if u.k == v)`, `xs.index(x)` or a loop that stops at the first match, in a loop",
    why_slow="each search walks the list from its start",
    traps=(
        "keys that can't be hashed",
        "the first of several matches counts, and keys such as 1 and True are the same",
        "a key that can't be read from an element behind the match now raises",
    ),
    safety="TE",
    complexity="O(nm) -> O(n + m)",
    gain="58-61x at 500 searches in 500 elements; real functions 1.6-16.7x (CPython 3.11)",
    expected=10.0,
    examples=(
        Example(SLOW, FAST, inputs=_USERS, odd=_ODD_USERS),
        Example(SLOW, FAST_GUARDED, inputs=_USERS, odd=_ODD_USERS),
        Example(SLOW_INDEX, FAST_INDEX, inputs=_NAMES, odd=_ODD_NAMES),
        Example(SLOW_INDEX, FAST_INDEX_GUARDED, inputs=_NAMES, odd=_ODD_NAMES),
        Example(SLOW_SEARCH, FAST_SEARCH, inputs=_PRICES, odd=_ODD_PRICES),
        Example(SLOW_SEARCH, FAST_SEARCH_GUARDED, inputs=_PRICES, odd=_ODD_PRICES),
        Example(
            SLOW_ORDER,
            FAST_ORDER,
            inputs=(([],), ([3, 1, True, 2, 3],), ("cab" * 5,)),
            odd=(([[1], [1]] * 5,), ([_NAN] * 9,)),
        ),
        Example(SLOW_ALL, FAST_ALL, inputs=_PRICES, odd=_ODD_PRICES),
        Example(SLOW_TABLE, FAST_TABLE, inputs=(("m",), ("xxl",), ("x",), (None,), (b"m",)), odd=(([],),)),
        Example(LEAVE_CHANGES),
        Example(LEAVE_ONCE),
        Example(LEAVE_SAME_KEY),
        Example(LEAVE_ORDERED),
    ),
    needs=LOOPS,
    propose=propose,
)
