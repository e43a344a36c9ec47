"""R01: a loop asks a list that it fills whether an element is in it already."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.conditions import if_that_asks_first
from codeflash_rewrites.analysis.loops import ancestors, block_of, enclosing_loops, repeating_comprehensions
from codeflash_rewrites.analysis.scope import read_names, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, uses_of
from codeflash_rewrites.rule import MEMBERSHIP, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit

SLUG = "membership-in-growing-list"
_UNHASHABLE = {"list", "dict", "set", "bytearray"}


@frozen
class _Growing:
    """A local list, the tests for membership in it, and the statements that fill it."""

    name: str
    starts: list[ast.Assign | ast.AnnAssign]
    tests: list[ast.Compare]
    growth: list[tuple[ast.stmt, ast.Call | ast.AugAssign]]
    set_would_do: bool


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes ``dict.fromkeys`` for a pure de-duplication, else a set beside the list."""
    if not is_builtin(subject, "set", "list", "dict", "TypeError"):
        return
    yield from _comprehensions(subject)
    asked = {
        node.comparators[0].id
        for node in scope_of(subject).of(ast.Compare)
        if isinstance(node.comparators[0], ast.Name)
    }
    for name in sorted(scope_of(subject).locals & asked):
        growing = _growing(subject, name)
        if growing is None:
            continue
        pure = _pure(subject, growing)
        if pure is None:
            yield from _with_set(subject, growing)
        elif "fromkeys" not in subject.text.text(subject.function):
            yield from _with_fromkeys(subject, growing, *pure)


def _growing(subject: Subject, name: str) -> _Growing | None:
    scope = scope_of(subject)
    if not scope.is_simple_local(name):
        return None
    definitions = scope.definitions(name) or []
    starts: list[ast.Assign | ast.AnnAssign] = []
    tests: list[ast.Compare] = []
    growth: list[tuple[ast.stmt, ast.Call | ast.AugAssign]] = []
    rest: list[Use] = []
    for use in uses_of(subject, name):
        statement = subject.parents[use.node]
        if use.kind == "store" and isinstance(use.node, ast.Assign | ast.AnnAssign):
            starts.append(use.node)
        elif use.kind == "augment" and isinstance(use.node, ast.AugAssign):
            growth.append((use.node, use.node))
        elif use.kind == "call" and use.detail in {"append", "extend", "clear"}:
            if not isinstance(statement, ast.Expr) or not isinstance(use.node, ast.Call):
                return None
            growth.append((statement, use.node))
        elif use.kind == "in" and isinstance(use.node, ast.Compare):
            tests.append(use.node)
        else:
            rest.append(use)
    plain = bool(starts) and all(_is_list_start(subject, value) for value in definitions)
    repeated = [test for test in tests if _repeats(subject, test)]
    if not (definitions and plain and repeated and growth and len(definitions) == len(starts)):
        return None
    if not all(len(getattr(one, "targets", [0])) == 1 and subject.text.owns_lines(one) for one in starts):
        return None
    watched = [one for one in growth if _is_asked_later(subject, one[0], tests, starts)]
    if not watched or not all(_mirror(one, "s") for _, one in watched):
        return None
    if any(kind_of(subject, test.left) in _UNHASHABLE for test in tests):
        return None
    if not any(enclosing_loops(subject, statement) for statement, _ in watched):
        return None
    if any(_answers_type_error(subject, test) for test in tests):
        return None
    if not all(_is_harmless(subject, use, tests, starts) for use in rest):
        return None
    return _Growing(name, starts, tests, watched, set_would_do=not rest and watched == growth)


def _answers_type_error(subject: Subject, test: ast.Compare) -> bool:
    """Whether a test is there for elements that can't be hashed."""
    handlers = [one for one in ancestors(subject, test) if isinstance(one, ast.ExceptHandler) and one.type]
    return any("TypeError" in ast.unparse(one.type) for one in handlers if one.type)


def _is_asked_later(
    subject: Subject, node: ast.AST, tests: list[ast.Compare], starts: list[ast.Assign | ast.AnnAssign]
) -> bool:
    """Whether a test of the same list can come after a place."""
    if node.lineno <= max(test.lineno for test in tests):  # type: ignore[attr-defined]
        return True
    # In a loop that also makes the list anew, what comes after the tests comes after them each time.
    fresh = set(enclosing_loops(subject, starts[0])) if len(starts) == 1 else set()
    around = set(enclosing_loops(subject, node)) - fresh
    return any(around & set(enclosing_loops(subject, test)) for test in tests)


def _is_list_start(subject: Subject, value: ast.expr) -> bool:
    if isinstance(value, ast.List):
        return not any(kind_of(subject, element) in _UNHASHABLE for element in value.elts)
    return kind_of(subject, value, depth=0) == "list"


def _repeats(subject: Subject, test: ast.Compare) -> bool:
    return bool(enclosing_loops(subject, test) or repeating_comprehensions(subject, test))


def _is_harmless(
    subject: Subject, use: Use, tests: list[ast.Compare], starts: list[ast.Assign | ast.AnnAssign]
) -> bool:
    """Whether a use leaves the list alone, or comes when its last test is over."""
    if use.kind in READING_KINDS | {"return"} or (use.kind == "call" and use.detail in {"index", "count"}):
        return True
    if isinstance(subject.parents[use.name], ast.BinOp | ast.JoinedStr | ast.FormattedValue):
        return True
    return use.kind != "store" and not _is_asked_later(subject, use.name, tests, starts)


def _mirror(growth: ast.Call | ast.AugAssign, seen: str, name: str = "") -> str:
    """The statement that keeps the set in step with the list; empty when there is none."""
    if isinstance(growth, ast.AugAssign):
        value: ast.expr = growth.value
        if isinstance(growth.op, ast.Add) and isinstance(value, ast.List) and len(value.elts) == 1:
            return _add(value.elts[0], seen, name)
        return ""
    method = growth.func.attr if isinstance(growth.func, ast.Attribute) else ""
    if method == "clear" and not growth.args:
        return f"{seen}.clear()"
    if len(growth.args) != 1 or growth.keywords or isinstance(growth.args[0], ast.Starred):
        return ""
    if method == "append":
        return _add(growth.args[0], seen, name)
    if isinstance(growth.args[0], ast.Name | ast.List | ast.Tuple):
        return f"{seen}.update({ast.unparse(growth.args[0])})"
    return ""


def _add(value: ast.expr, seen: str, name: str) -> str:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return ""
    simple = isinstance(value, ast.Name | ast.Constant)
    return f"{seen}.add({ast.unparse(value) if simple else f'{name}[-1]'})"


def _with_set(subject: Subject, growing: _Growing) -> Iterator[Rewrite]:
    text, name = subject.text, growing.name
    why = f"Membership in `{name}` is asked of a set, which does not look at every element."
    if growing.set_would_do and all(isinstance(one, ast.Call) for _, one in growing.growth):
        edits = [_set_start(subject, one) for one in growing.starts]
        names = {"append": "add", "extend": "update", "clear": "clear"}
        for _, call in growing.growth:
            assert isinstance(call, ast.Call)
            assert isinstance(call.func, ast.Attribute)
            end = text.end(call.func)
            edits.append(Edit(end - len(call.func.attr), end, names[call.func.attr]))
        yield subject.rewrite(SLUG, edits, f"`{name}` is only asked for membership, so a set serves better.")
    else:
        seen = scope_of(subject).fresh("seen", f"seen_{name}")
        edits = _companion(subject, growing, seen)
        edits += [text.replace(test.comparators[0], seen) for test in growing.tests]
        yield subject.rewrite(SLUG, edits, why)
    yield from _with_guarded_set(subject, growing, why)


def _set_start(subject: Subject, start: ast.Assign | ast.AnnAssign) -> Edit:
    assert start.value is not None
    return subject.text.replace(start.value, _as_set(subject, start.value))


def _as_set(subject: Subject, value: ast.expr) -> str:
    if isinstance(value, ast.List):
        inner = subject.text.text(value)[1:-1].strip()
        return f"{{{inner}}}" if inner else "set()"
    if isinstance(value, ast.Call) and not value.args:
        return "set()"
    return f"set({subject.text.text(value)})"


def _companion(subject: Subject, growing: _Growing, seen: str, guard: bool = False) -> list[Edit]:
    """The edits that start the set and keep it in step."""
    text, name = subject.text, growing.name
    tested = {ast.dump(test.left) for test in growing.tests}
    edits: list[Edit] = []
    for start in growing.starts:
        assert start.value is not None
        empty = _as_set(subject, start.value) == "set()"
        edits.append(text.insert_after(start, f"{seen} = {'set()' if empty else f'set({name})'}"))
    for statement, growth in growing.growth:
        line = _mirror(growth, seen, name)
        if not text.owns_lines(statement):
            edits.append(Edit(text.end(statement), text.end(statement), f"; {line}"))
        elif guard and ast.dump(growth.args[0]) not in tested:  # type: ignore[union-attr]
            # once the set is given up for the list, that has no ``add``
            lines = ["try:", text.indent_unit + line, "except (AttributeError, TypeError):  # not hashable"]
            edits.append(text.insert_after(statement, *lines, f"{text.indent_unit}{seen} = {name}"))
        elif guard:
            lines = [f"if {seen} is not {name}:", text.indent_unit + line]
            edits.append(text.insert_after(statement, *lines))
        else:
            edits.append(text.insert_after(statement, line))
    return edits


def _with_guarded_set(subject: Subject, growing: _Growing, why: str) -> Iterator[Rewrite]:
    """The set, given up for the list itself as soon as an element cannot be hashed."""
    text, name, unit = subject.text, growing.name, subject.text.indent_unit
    for statement, growth in growing.growth:
        if not (isinstance(growth, ast.Call) and growth.args and text.owns_lines(statement)):
            return
        if not _mirror(growth, "s").startswith("s.add(") or not is_builtin(subject, "AttributeError"):
            return
    if any(_as_set(subject, one.value) != "set()" for one in growing.starts if one.value):
        return
    scope = scope_of(subject)
    seen, known = scope.fresh("seen", f"seen_{name}"), scope.fresh("known", f"known_{name}")
    edits = _companion(subject, growing, seen, guard=True)
    for test in growing.tests:
        holder = if_that_asks_first(subject, test)
        if holder is None:
            return
        element = text.text(test.left)
        lines = ["try:", f"{unit}{known} = {element} in {seen}", "except TypeError:  # not hashable"]
        lines += [f"{unit}{seen} = {name}", f"{unit}{known} = {element} in {seen}"]
        edits.append(text.insert_before(holder, *lines))
        negated = isinstance(test.ops[0], ast.NotIn)
        edits.append(text.replace(test, f"not {known}" if negated else known))
    yield subject.rewrite(SLUG, edits, f"{why} Elements that can't be hashed keep the list.", "guarded")


def _pure(subject: Subject, growing: _Growing) -> tuple[ast.Assign | ast.AnnAssign, ast.For] | None:
    """The start and the loop, when the loop does nothing but drop duplicates."""
    if len(growing.starts) != 1 or len(growing.tests) != 1 or len(growing.growth) != 1:
        return None
    start, test = growing.starts[0], growing.tests[0]
    statement, growth = growing.growth[0]
    loops = enclosing_loops(subject, statement)
    if not loops or not isinstance(loop := loops[0], ast.For) or loop.orelse or loop.type_comment:
        return None
    block = block_of(subject, start)
    if loop not in block or block.index(loop) != block.index(start) + 1 or not _is_empty(start.value):
        return None
    variable = loop.target.id if isinstance(loop.target, ast.Name) else ""
    same = isinstance(growth, ast.Call) and len(growth.args) == 1 and _is_name(growth.args[0], variable)
    if not same or not _is_name(test.left, variable) or not _is_drop(loop, test, statement):
        return None
    later = [use for use in scope_of(subject).loads(variable) if use.lineno > (loop.end_lineno or 0)]
    if later or growing.name in read_names(loop.iter) or not subject.text.owns_lines(loop):
        return None
    if variable in scope_of(subject).captured or growth.func.attr != "append":  # type: ignore[union-attr]
        return None
    return start, loop


def _is_drop(loop: ast.For, test: ast.Compare, statement: ast.stmt) -> bool:
    match loop.body:
        case [ast.If(test=condition, body=[only], orelse=[])]:
            return condition is test and only is statement and isinstance(test.ops[0], ast.NotIn)
        case [ast.If(test=condition, body=[ast.Continue()], orelse=[]), last]:
            return condition is test and last is statement and isinstance(test.ops[0], ast.In)
    return False


def _is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.List):
        return not value.elts
    return isinstance(value, ast.Call) and not value.args and not value.keywords


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and bool(name)


def _with_fromkeys(
    subject: Subject, growing: _Growing, start: ast.Assign | ast.AnnAssign, loop: ast.For
) -> Iterator[Rewrite]:
    text, name, unit = subject.text, growing.name, subject.text.indent_unit
    items = text.text(loop.iter)
    new = f"list(dict.fromkeys({items}))"
    why = f"A dict drops the duplicates of `{items}` in order without comparing all pairs."
    block = block_of(subject, start)
    after = block[block.index(loop) + 1 :]
    returned = bool(after) and isinstance(after[0], ast.Return) and _returns(after[0], name)
    assert start.value is not None
    if returned:
        yield subject.rewrite(SLUG, [text.replace_through(start, after[0], f"return {new}")], why)
    else:
        left = text.source[text.start(start) : text.start(start.value)]
        yield subject.rewrite(SLUG, [text.replace_through(start, loop, left + new)], why)
    if not isinstance(loop.iter, ast.Name):
        yield from _with_guarded_set(subject, growing, why)
        return
    guard = f"if isinstance({items}, (list, tuple)):"
    if returned:
        lines = [guard, f"{unit}try:", f"{unit * 2}return {new}", f"{unit}except TypeError:  # not hashable"]
        yield subject.rewrite(SLUG, [text.insert_before(start, *lines, f"{unit * 2}pass")], why, "guarded")
    else:
        yield from _with_guarded_set(subject, growing, why)


def _returns(statement: ast.Return, name: str) -> bool:
    return statement.value is not None and _is_name(statement.value, name)


def _comprehensions(subject: Subject) -> Iterator[Rewrite]:
    """``[x for i, x in enumerate(xs) if x not in xs[:i]]``."""
    if not is_builtin(subject, "enumerate"):
        return
    for node in scope_of(subject).of(ast.ListComp):
        match node:
            case ast.ListComp(
                elt=ast.Name(id=element),
                generators=[
                    ast.comprehension(
                        target=ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=item)]),
                        iter=ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name(id=items)], keywords=[]),
                        ifs=[condition],
                    )
                ],
            ) if element == item:
                wanted = f"{item} not in {items}[:{index}]", f"{items}.index({item}) == {index}"
                if ast.unparse(condition) in wanted:
                    why = f"A dict drops the duplicates of `{items}` in order without comparing all pairs."
                    new = f"list(dict.fromkeys({items}))"
                    yield subject.rewrite(SLUG, [subject.text.replace(node, new)], why)


SLOW_CIRCUIT = """\
def f(edges):
    nodes = []
    for u, v in edges:
        if v in nodes:
            continue
        if not nodes:
            nodes.append(u)
        nodes.append(v)
    nodes.append(nodes[0])
    return nodes
"""
FAST_CIRCUIT = """\
def f(edges):
    nodes = []
    seen = set()
    for u, v in edges:
        if v in seen:
            continue
        if not nodes:
            nodes.append(u)
            seen.add(u)
        nodes.append(v)
        seen.add(v)
    nodes.append(nodes[0])
    return nodes
"""
FAST_CIRCUIT_GUARDED = """\
def f(edges):
    nodes = []
    seen = set()
    for u, v in edges:
        try:
            known = v in seen
        except TypeError:  # not hashable
            seen = nodes
            known = v in seen
        if known:
            continue
        if not nodes:
            nodes.append(u)
            try:
                seen.add(u)
            except (AttributeError, TypeError):  # not hashable
                seen = nodes
        nodes.append(v)
        if seen is not nodes:
            seen.add(v)
    nodes.append(nodes[0])
    return nodes
"""
LEAVE_ANSWER = """\
def f(items):
    seen, others = set(), []
    for item in items:
        try:
            known = item in seen
            seen.add(item)
        except TypeError:
            if item not in others:
                others.append(item)
    return len(seen) + len(others)
"""
SLOW = """\
def f(items):
    result = []
    for item in items:
        if item not in result:
            result.append(item)
    return result
"""
FAST = """\
def f(items):
    if isinstance(items, (list, tuple)):
        try:
            return list(dict.fromkeys(items))
        except TypeError:  # not hashable
            pass
    result = []
    for item in items:
        if item not in result:
            result.append(item)
    return result
"""
FAST_PLAIN = """\
def f(items):
    return list(dict.fromkeys(items))
"""
SLOW_WALK = """\
def f(graph, start):
    # Breadth first.
    order = []
    queue = [start]
    while queue:
        node = queue.pop()
        if node in order:
            continue
        order.append(node)
        queue.extend(graph.get(node, ()))
    return order
"""
FAST_WALK = """\
def f(graph, start):
    # Breadth first.
    order = []
    seen = set()
    queue = [start]
    while queue:
        node = queue.pop()
        try:
            known = node in seen
        except TypeError:  # not hashable
            seen = order
            known = node in seen
        if known:
            continue
        order.append(node)
        if seen is not order:
            seen.add(node)
        queue.extend(graph.get(node, ()))
    return order
"""
SLOW_SET = """\
def f(rows):
    done = []
    count = 0
    for row in rows:
        if row[0] in done:
            count += 1
        done.append(row[0])
    return count
"""
FAST_SET = """\
def f(rows):
    done = set()
    count = 0
    for row in rows:
        if row[0] in done:
            count += 1
        done.add(row[0])
    return count
"""
SLOW_COMPREHENSION = "def f(xs):\n    return [x for i, x in enumerate(xs) if x not in xs[:i]]\n"
FAST_COMPREHENSION = "def f(xs):\n    return list(dict.fromkeys(xs))\n"
LEAVE_REMOVED = """\
def f(items):
    open_ones = []
    for item in items:
        if item in open_ones:
            open_ones.remove(item)
        else:
            open_ones.append(item)
    return open_ones
"""
LEAVE_SHARED = """\
def f(items, note):
    result = []
    for item in items:
        note(result)
        if item not in result:
            result.append(item)
    return result
"""
LEAVE_UNHASHABLE = """\
def f(items):
    result = []
    for item in items:
        if [item] not in result:
            result.append([item])
    return result
"""
_INPUTS: tuple[tuple[object, ...], ...] = (
    ([],),
    ([1, True, 1.0, 0, -0.0, 0.0],),
    (["b", "a", "b"],),
    (("b", "a", "b"),),
    ("abca",),
    ({"k": 1},),
)
_ODD: tuple[tuple[object, ...], ...] = (([[1], [1], 2, {3: 4}],), (None,), (5,))
_EDGES: tuple[tuple[object, ...], ...] = (
    ([],),
    ([(1, 2), (2, 3), (3, 2), (0, 1)],),
    ([(0, True), (1, 1), (2, 0)],),
)
_ODD_EDGES: tuple[tuple[object, ...], ...] = (
    ([([], 1), (1, []), (2, []), (2, 1)],),
    ([(1, []), (2, []), (2, 1)],),
    ([(1, 2), (3, [4]), (3, [4]), (5, 2)],),
)

RULE = Rule(
    id="R01",
    slug=SLUG,
    title="Ask a set, not the growing list, whether an element was seen",
    looks_for="a loop that tests membership in a list which the same loop fills",
    why_slow="`in` compares the element with every element of the list, so the loop takes quadratic time",
    traps=(
        "elements that can't be hashed",
        "an `__eq__` that does not agree with `__hash__`",
        "a place that changes the list and not the set",
        "an iterator that the fast path has used up before it fails",
    ),
    safety="T",
    complexity="O(n^2) -> O(n)",
    gain="0.9x at 5 elements, 7-9x at 100, 109-131x at 2,000 (CPython 3.11); real functions 34x and 52x",
    expected=30.0,
    examples=(
        Example(SLOW_CIRCUIT, FAST_CIRCUIT, inputs=_EDGES, odd=_ODD_EDGES),
        Example(SLOW_CIRCUIT, FAST_CIRCUIT_GUARDED, inputs=_EDGES, odd=_ODD_EDGES),
        Example(LEAVE_ANSWER),
        Example(SLOW, FAST_PLAIN, inputs=_INPUTS),
        Example(SLOW, FAST, inputs=_INPUTS, odd=_ODD),
        Example(
            SLOW_WALK,
            FAST_WALK,
            inputs=(({1: [2, 3], 2: [1, 4], 3: [4]}, 1), ({}, "a")),
            odd=(({1: [2, [2], [2]]}, 1), ({1: [[2], 2, 2]}, 1)),
        ),
        Example(SLOW_SET, FAST_SET, inputs=(([],), ([(1, 2), (1, 3), ("a",)],), ([()],), (None,))),
        Example(SLOW_COMPREHENSION, FAST_COMPREHENSION, inputs=_INPUTS[:-1]),
        Example(LEAVE_REMOVED),
        Example(LEAVE_SHARED),
        Example(LEAVE_UNHASHABLE),
    ),
    needs=MEMBERSHIP,
    propose=propose,
)
