"""R04: a loop searches a list that stays the same for one element after another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.constants import binds, is_changed
from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import (
    Loop,
    block_of,
    enclosing_loops,
    loop_parts,
    repeating_comprehensions,
    statement_of,
    unchanged,
)
from codeflash_rewrites.analysis.scope import bound_names, read_names, scope_of
from codeflash_rewrites.analysis.sequences import may_be_list
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent

SLUG = "linear-search-in-loop"
_FEWEST = 6


@frozen
class _Equality:
    """``key(item) == wanted``: the side that reads the item, and the other."""

    key: ast.expr
    wanted: ast.expr


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a dict from key to first element, made once before the loop."""
    for node in scope_of(subject).nodes:
        match node:
            case ast.Call(
                func=ast.Name(id="next"),
                args=[
                    ast.GeneratorExp(
                        elt=ast.expr() as found,
                        generators=[
                            ast.comprehension(
                                target=ast.Name(id=item), iter=items, ifs=[condition], is_async=0
                            )
                        ],
                    ),
                    default,
                ],
            ):
                yield from _next(subject, node, found, item, items, condition, default)
            case ast.Call(func=ast.Attribute(value=items, attr="index"), args=[wanted], keywords=[]):
                yield from _index(subject, node, items, wanted)
            case ast.For(
                target=ast.Name(id=item), iter=items, body=[ast.If(orelse=[]) as choice], orelse=[]
            ) if isinstance(choice.body[-1], ast.Break):
                yield from _search(subject, node, item, items, choice)
            case ast.For(
                body=[ast.If(orelse=[], body=[ast.Return(value=ast.expr() as found)]) as choice], orelse=[]
            ):
                yield from _table(subject, node, choice, found)


def _place(subject: Subject, node: ast.AST, *kept: ast.expr) -> ast.stmt | None:
    """The statement before which the index can be made: the outermost loop that leaves what is kept alone."""
    place: ast.stmt | None = None
    comprehensions = repeating_comprehensions(subject, node)
    if comprehensions:
        if not all(unchanged(subject, part, *loop_parts(one)) for one in comprehensions for part in kept):
            return None
        place = statement_of(subject, node)
    for loop in enclosing_loops(subject, node):
        if not all(unchanged(subject, part, *loop_parts(loop)) for part in kept):
            break
        place = loop
    if isinstance(place, ast.If) and not subject.text.source.startswith("if", subject.text.start(place)):
        return None
    return place if place is not None and subject.text.starts_line(place) else None


def _equality(condition: ast.expr, item: str) -> _Equality | None:
    match condition:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            on_left, on_right = item in read_names(left), item in read_names(right)
            if on_left and not on_right:
                return _Equality(left, right)
            if on_right and not on_left:
                return _Equality(right, left)
    return None


def _is_plain(items: ast.expr) -> bool:
    if isinstance(items, ast.Attribute):
        return _is_plain(items.value)
    return isinstance(items, ast.Name)


def _index_lines(subject: Subject, index: str, item: str, items: str, key: str, value: str) -> list[str]:
    unit = subject.text.indent_unit
    return [f"{index} = {{}}", f"for {item} in {items}:", f"{unit}{index}.setdefault({key}, {value})"]


def _why(subject: Subject, items: ast.expr, key: str) -> str:
    return f"`{subject.text.text(items)}` is searched by `{key}` again and again; a dict finds it at once."


def _next(
    subject: Subject,
    node: ast.Call,
    found: ast.expr,
    item: str,
    items: ast.expr,
    condition: ast.expr,
    default: ast.expr,
) -> Iterator[Rewrite]:
    equality = _equality(condition, item)
    if equality is None or not _is_plain(items) or not is_builtin(subject, "next"):
        return
    if not all(is_pure(subject, part) for part in (found, equality.key, equality.wanted, default)):
        return
    place = _place_with_item(subject, node, item, items, [found, equality.key])
    if place is None or item in read_names(equality.wanted):
        return
    text, scope = subject.text, scope_of(subject)
    index = scope.fresh("index", f"index_{item}")
    variable = item if item not in scope.locals or _only_in_comprehensions(subject, item) else ""
    if not variable:
        return
    lines = _index_lines(subject, index, item, text.text(items), text.text(equality.key), text.text(found))
    new = f"{index}.get({text.text(equality.wanted)}, {text.text(default)})"
    if isinstance(default, ast.Constant) and default.value is None:
        new = f"{index}.get({text.text(equality.wanted)})"
    edits = [text.insert_before(place, *lines), text.replace(node, new)]
    yield subject.rewrite(SLUG, edits, _why(subject, items, text.text(equality.key)))


def _only_in_comprehensions(subject: Subject, name: str) -> bool:
    return not scope_of(subject).uses(name) and name not in scope_of(subject).parameters


def _place_with_item(
    subject: Subject, node: ast.AST, item: str, items: ast.expr, parts: list[ast.expr]
) -> ast.stmt | None:
    names: list[ast.expr] = [items]
    for part in parts:
        names += [one for one in ast.walk(part) if isinstance(one, ast.Name) and one.id != item]
    return _place(subject, node, *names)


def _index(subject: Subject, node: ast.Call, items: ast.expr, wanted: ast.expr) -> Iterator[Rewrite]:
    """``xs.index(x)``; elements that are missing or can't be hashed are left to the list."""
    place = _place(subject, node, items)
    if place is None or not _is_plain(items) or not is_builtin(subject, "enumerate", "list", "type"):
        return
    if not is_pure(subject, wanted) or not may_be_list(subject, items) or isinstance(wanted, ast.Constant):
        return
    text, scope, unit = subject.text, scope_of(subject), subject.text.indent_unit
    held, sought = text.text(items), text.text(wanted)
    where, place_name, element = scope.fresh("positions"), scope.fresh("position"), scope.fresh("element")
    if f"enumerate({held})" in text.text(subject.function):
        return
    fill = [f"for {place_name}, {element} in enumerate({held}):"]
    fill.append(f"{unit}{where}.setdefault({element}, {place_name})")
    lines = [f"{where} = {{}}"]
    if kind_of(subject, items) in {"list", "tuple"}:
        lines += fill
    else:
        lines += [f"if type({held}) is list:", *(unit + line for line in fill)]
    new = f"({where}[{sought}] if {sought} in {where} else {text.text(node)})"
    edits = [text.insert_before(place, *lines), text.replace(node, new)]
    why = f"The positions in `{held}` are looked up in a dict, made once."
    yield subject.rewrite(SLUG, edits, why)


def _search(subject: Subject, loop: ast.For, item: str, items: ast.expr, choice: ast.If) -> Iterator[Rewrite]:
    """An inner loop that stops at the first element with the wanted key."""
    equality = _equality(choice.test, item)
    if equality is None or not _is_plain(items) or not subject.text.owns_lines(loop):
        return
    if not is_pure(subject, equality.key) or not is_pure(subject, equality.wanted):
        return
    body = choice.body[:-1]
    if not body or not all(subject.text.owns_lines(one) for one in choice.body):
        return
    nested = [
        node for one in body for node in ast.walk(one) if isinstance(node, Loop | ast.Continue | ast.Break)
    ]
    uses = scope_of(subject).uses(item)
    last = loop.end_lineno or 0
    if nested or any(not loop.lineno <= use.lineno <= last for use in uses):
        return
    outer = enclosing_loops(subject, loop)
    place = _place_with_item(subject, loop, item, items, [equality.key])
    if not outer or place is None or place is loop:
        return
    text, scope = subject.text, scope_of(subject)
    index, unit = scope.fresh("index", f"index_{item}"), text.indent_unit
    lines = _index_lines(subject, index, item, text.text(items), text.text(equality.key), item)
    wanted = text.text(equality.wanted)
    if not isinstance(equality.wanted, ast.Name | ast.Attribute | ast.Constant | ast.Subscript):
        return
    start = text.line_start(text.start(loop))
    first, final = text.line_end(text.end(choice.test)), text.line_start(text.start(choice.body[-1]))
    deep, shallow = text.indent_of(choice.body[0]), text.indent_of(loop) + unit
    kept = "".join(
        shallow + line.removeprefix(deep) if line.strip() else line
        for line in text.source[first:final].splitlines(keepends=True)
    )
    head = text.block([f"if {wanted} in {index}:", f"{unit}{item} = {index}[{wanted}]"], text.indent_of(loop))
    from_loop = text.remove_lines(loop)
    edits = [text.insert_before(place, *lines), Edit(start, from_loop.end, head + kept)]
    if block_of(subject, loop):
        yield subject.rewrite(SLUG, edits, _why(subject, items, text.text(equality.key)))


def _table(subject: Subject, loop: ast.For, choice: ast.If, found: ast.expr) -> Iterator[Rewrite]:
    """A search through a constant table of the module that returns what belongs to the key."""
    name, text, unit = _table_name(loop.iter), subject.text, subject.text.indent_unit
    variables = bound_names(loop.target)
    made = [one for one in subject.module.body if isinstance(one, ast.Assign) and binds(one, name)]
    if len(made) != 1 or name in scope_of(subject).locals or is_changed(subject, name):
        return
    keys = [_equality(choice.test, variable) for variable in sorted(variables)]
    equality = next((one for one in keys if one is not None), None)
    if equality is None or read_names(equality.wanted) & variables or not text.owns_lines(made[0]):
        return
    if (
        not _is_constant_table(made[0].value)
        or not text.owns_lines(loop)
        or not read_names(found) <= variables
    ):
        return
    if (
        not is_pure(subject, found)
        or not read_names(equality.key) <= variables
        or enclosing_loops(subject, loop)
    ):
        return
    if not isinstance(equality.wanted, ast.Name) or not is_builtin(subject, "reversed"):
        return
    if f"reversed({text.text(loop.iter)})" in text.source:
        return
    suffix = "_INDEX" if name.isupper() else "_index"
    index, wanted = scope_of(subject).fresh(f"_{name.strip('_')}{suffix}"), equality.wanted.id
    of = f"for {text.text(loop.target)} in reversed({text.text(loop.iter)})"
    line = f"{index} = {{{text.text(equality.key)}: {text.text(found)} {of}}}"
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
    return size >= _FEWEST and all(isinstance(node, plain) for node in ast.walk(value))


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
LEAVE_CHANGES = """\
def f(orders, users):
    for order in orders:
        user = next((user for user in users if user.id == order), None)
        users.remove(user)
"""
LEAVE_ONCE = "def f(users, key):\n    return next((user for user in users if user.id == key), None)\n"
LEAVE_ORDERED = """\
def f(orders, users):
    return [next((user for user in users if user > order), None) for order in orders]
"""

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
        Example(
            SLOW, FAST, inputs=(([], []), ([1, 2, True], [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]))
        ),
        Example(SLOW_INDEX, FAST_INDEX, inputs=(([], []), ([1, 2.0], [2, 1, 2]), ([3], [1]), (["b"], "abc"))),
        Example(
            SLOW_SEARCH, FAST_SEARCH, inputs=(([], []), ([1, 2, 1], [(1, 5), (1, 7), (3, 1)]), ([1], []))
        ),
        Example(SLOW_TABLE, FAST_TABLE, inputs=(("m",), ("xxl",), ("x",), (None,), (b"m",)), odd=(([],),)),
        Example(LEAVE_CHANGES),
        Example(LEAVE_ONCE),
        Example(LEAVE_ORDERED),
    ),
    propose=propose,
)
