"""R22: a loop that stores one value into many places becomes one slice assignment."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import (
    block_of,
    bound_names,
    faithful,
    is_builtin,
    loads,
    own_nodes,
    own_nodes_of,
    stores,
)
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import parse_expression

SLUG = "fill-loop"
_RESIZING = frozenset({"append", "extend", "insert", "pop", "remove", "clear"})


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes slice assignment and repetition for loops and comprehensions that fill with one value."""
    for node in own_nodes_of(subject.function, ast.For, ast.While, ast.ListComp):
        found = None
        if isinstance(node, ast.For) and subject.text.owns_lines(node):
            found = _stepped_store(subject, node) or _repeated_append(subject, node)
        elif isinstance(node, ast.While) and subject.text.owns_lines(node):
            found = _stepped_while(subject, node)
        elif isinstance(node, ast.ListComp):
            found = _repeated_element(subject, node)
        if found is not None:
            edits, what = found
            yield subject.rewrite(SLUG, edits, f"{what} is filled in one step in C instead of item by item.")


def _range_arguments(subject: Subject, node: ast.AST) -> list[ast.expr] | None:
    """The arguments of a call of range (or of the xrange that older code gets from a compatibility module)."""
    if (
        not isinstance(node, ast.Call)
        or not isinstance(node.func, ast.Name)
        or node.keywords
        or not node.args
    ):
        return None
    if any(isinstance(one, ast.Starred) for one in node.args) or len(node.args) > 3:
        return None
    name = node.func.id
    if is_builtin(subject, name) and name == "range":
        return node.args
    return node.args if name == "xrange" and not stores(subject.function, name) else None


def _stepped_store(subject: Subject, loop: ast.For) -> tuple[list[Edit], str] | None:
    """``for j in range(a, n, s): L[j] = c``."""
    arguments = _range_arguments(subject, loop.iter)
    if arguments is None or loop.orelse or len(loop.body) != 1 or not isinstance(loop.target, ast.Name):
        return None
    index = loop.target.id
    place = _store_at(loop.body[0], index)
    if place is None or not _private_index(subject, loop, index):
        return None
    name, value = place
    start, stop, step = _bounds(subject, arguments)
    assert isinstance(loop.iter, ast.Call)
    call = subject.text.text(loop.iter)
    return _slice_fill(subject, loop, name, value, (start, stop, step), call)


def _stepped_while(subject: Subject, loop: ast.While) -> tuple[list[Edit], str] | None:
    """``j = a; while j < n: L[j] = c; j += s``."""
    block = block_of(subject, loop)
    position = block.index(loop)
    test = loop.test
    if position == 0 or len(loop.body) != 2 or loop.orelse or not isinstance(test, ast.Compare):
        return None
    before, step = block[position - 1], loop.body[1]
    if (
        len(test.ops) != 1
        or not isinstance(test.ops[0], ast.Lt | ast.LtE)
        or not isinstance(test.left, ast.Name)
    ):
        return None
    index = test.left.id
    place = _store_at(loop.body[0], index)
    if not isinstance(before, ast.Assign) or len(before.targets) != 1 or place is None:
        return None
    target = before.targets[0]
    if not isinstance(target, ast.Name) or target.id != index or not subject.text.owns_lines(before):
        return None
    if (
        not isinstance(step, ast.AugAssign)
        or not isinstance(step.op, ast.Add)
        or not is_builtin(subject, "range")
    ):
        return None
    if not isinstance(step.target, ast.Name) or step.target.id != index or not _simple(step.value):
        return None
    inside = set(walked(loop))
    if any(use not in inside for use in loads(subject.function, index)) or loads(before.value, index):
        return None
    text = subject.text
    stop = text.text(test.comparators[0]) + (" + 1" if isinstance(test.ops[0], ast.LtE) else "")
    start, by = text.text(before.value), text.text(step.value)
    call = f"range({start}, {stop}, {by})"
    found = _slice_fill(subject, loop, *place, (start, stop, by), call)
    return None if found is None else ([text.remove_lines(before), *found[0]], found[1])


def _slice_fill(
    subject: Subject, loop: ast.stmt, name: str, value: ast.expr, bounds: tuple[str, str, str], call: str
) -> tuple[list[Edit], str] | None:
    start, stop, step = bounds
    kind = _kind_and_length(subject, loop, name, stop)
    if kind is None or not is_builtin(subject, "len") or start.startswith("-") or step.startswith("-"):
        return None
    text = subject.text
    if kind == "bytearray":
        number = value.value if isinstance(value, ast.Constant) else None
        if not isinstance(number, int) or number not in range(256):
            return None
        filler = f'b"\\x{number:02x}"'
    else:
        filler = f"[{text.text(value)}]"
    spaced = any(character in start + stop + step for character in " *+-/")
    colon = " : " if spaced else ":"
    where = f"{start}{colon}{stop}" + (f"{colon}{step}" if step != "1" else "")
    return [text.replace(loop, f"{name}[{where}] = {filler} * len({call})")], f"`{name}`"


def _repeated_append(subject: Subject, loop: ast.For) -> tuple[list[Edit], str] | None:
    """``for _ in range(n): L.append(c)``."""
    if _range_arguments(subject, loop.iter) is None or loop.orelse or len(loop.body) != 1:
        return None
    call = loop.body[0].value if isinstance(loop.body[0], ast.Expr) else None
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr != "append"
    ):
        return None
    holder = call.func.value
    if not isinstance(holder, ast.Name) or len(call.args) != 1 or call.keywords or not _simple(call.args[0]):
        return None
    if not isinstance(loop.target, ast.Name) or not _private_index(subject, loop, loop.target.id):
        return None
    if loads(call.args[0], loop.target.id) or loads(loop.iter, holder.id) or loads(call.args[0], holder.id):
        return None
    if not _made_as_list(subject, holder.id) or not is_builtin(subject, "len"):
        return None
    text = subject.text
    many = f"[{text.text(call.args[0])}] * {_length_text(subject, loop.iter)}"
    return [text.replace(loop, f"{holder.id}.extend({many})")], f"`{holder.id}`"


def _repeated_element(subject: Subject, node: ast.ListComp) -> tuple[list[Edit], str] | None:
    """``[c for _ in range(n)]``."""
    if len(node.generators) != 1 or not isinstance(node.elt, ast.Constant) or not faithful(subject, node):
        return None
    clause = node.generators[0]
    if clause.ifs or clause.is_async or not isinstance(clause.target, ast.Name):
        return None
    if _range_arguments(subject, clause.iter) is None or not is_builtin(subject, "len"):
        return None
    text = subject.text
    new = f"[{text.text(node.elt)}] * {_length_text(subject, clause.iter)}"
    parent = subject.parents[node]
    if isinstance(parent, ast.BinOp | ast.Subscript | ast.Attribute | ast.Starred):
        new = f"({new})"
    return [text.replace(node, new)], "The list"


def _length_text(subject: Subject, call: ast.AST) -> str:
    """How many numbers a range has; ``len(range(n))`` refuses what ``range`` refuses."""
    assert isinstance(call, ast.Call)
    only = call.args[0]
    name = only.func.id if isinstance(only, ast.Call) and isinstance(only.func, ast.Name) else ""
    if len(call.args) == 1 and name == "len" and is_builtin(subject, "len"):
        return subject.text.text(only)
    if len(call.args) == 1 and isinstance(only, ast.Constant) and isinstance(only.value, int):
        return subject.text.text(only)
    return f"len({subject.text.text(call)})"


def _store_at(statement: ast.stmt, index: str) -> tuple[str, ast.expr] | None:
    """The list and the value of ``L[index] = value`` where the value is the same at every index."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not _simple(statement.value):
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return None
    if not isinstance(target.slice, ast.Name) or target.slice.id != index:
        return None
    if loads(statement.value, index):
        return None
    return target.value.id, statement.value


def _simple(value: ast.AST) -> bool:
    return isinstance(value, ast.Constant | ast.Name)


def _private_index(subject: Subject, loop: ast.For, index: str) -> bool:
    """Whether nothing but this loop, or another loop over the same name, reads the index."""
    inside = set(walked(loop))
    return all(use in inside or _bound_by_loop(subject, use) for use in loads(subject.function, index))


def _bound_by_loop(subject: Subject, use: ast.Name) -> bool:
    node: ast.AST = use
    while node is not subject.function:
        child, node = node, subject.parents[node]
        if isinstance(node, ast.For) and child in node.body and use.id in bound_names(node.target):
            return True
    return False


def _bounds(subject: Subject, arguments: list[ast.expr]) -> tuple[str, str, str]:
    texts = [subject.text.text(one) for one in arguments]
    if len(texts) == 1:
        return "0", texts[0], "1"
    return texts[0], texts[1], texts[2] if len(texts) == 3 else "1"


def _kind_and_length(subject: Subject, loop: ast.stmt, name: str, stop: str) -> str | None:
    """The type of the sequence, when it is known to reach to ``stop`` at least."""
    makers = [
        one
        for one in own_nodes(subject.function)
        if isinstance(one, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
    ]
    if len(makers) != 1 or len(stores(subject.function, name)) != 1 or makers[0].lineno > loop.lineno:
        return None
    for use in loads(subject.function, name):
        parent = subject.parents[use]
        if isinstance(parent, ast.Attribute) and parent.attr in _RESIZING:
            return None
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Del):
            return None
    found = _made(subject, makers[0].value)
    if found is None:
        return None
    kind, length = found
    wanted = parse_expression(stop)
    for part in walked(parse_expression(length)):
        if isinstance(part, ast.Name) and any(
            getattr(one, "lineno", 0) > makers[0].lineno for one in stores(subject.function, part.id)
        ):
            return None
    reach = {ast.unparse(parse_expression(length)), f"len({name})"}
    reach |= {one.removesuffix(" + 1") for one in reach if one.endswith(" + 1")}
    return kind if ast.unparse(wanted) in reach else None


def _made(subject: Subject, value: ast.AST) -> tuple[str, str] | None:
    """The type and the length of a newly made sequence."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        for one, many in ((value.left, value.right), (value.right, value.left)):
            if isinstance(one, ast.List) and len(one.elts) == 1 and not isinstance(one.elts[0], ast.Starred):
                return "list", ast.unparse(many)
            if _is_single_byte(subject, one):
                return "bytearray", ast.unparse(many)
    if isinstance(value, ast.ListComp) and len(value.generators) == 1 and not value.generators[0].ifs:
        arguments = _range_arguments(subject, value.generators[0].iter)
        return ("list", ast.unparse(arguments[0])) if arguments and len(arguments) == 1 else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and len(value.args) == 1:
        if value.func.id == "list" and is_builtin(subject, "list"):
            arguments = _range_arguments(subject, value.args[0])
            return ("list", ast.unparse(arguments[0])) if arguments and len(arguments) == 1 else None
        if value.func.id == "bytearray" and is_builtin(subject, "bytearray"):
            return "bytearray", ast.unparse(value.args[0])
    return None


def _is_single_byte(subject: Subject, node: ast.AST) -> bool:
    """Whether an expression is ``bytearray(b"x")`` or ``bytearray([1])``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or len(node.args) != 1:
        return False
    content = (
        node.args[0].value if isinstance(node.args[0], ast.Constant) else getattr(node.args[0], "elts", None)
    )
    single = isinstance(content, bytes | list) and len(content) == 1
    return single and node.func.id == "bytearray" and is_builtin(subject, "bytearray")


def _made_as_list(subject: Subject, name: str) -> bool:
    """Whether all that binds the name in the function are list displays, comprehensions or ``list(...)``."""
    bound = stores(subject.function, name)
    makers = [
        one.value
        for one in own_nodes(subject.function)
        if isinstance(one, ast.Assign) and len(one.targets) == 1 and one.targets[0] in bound
    ]
    return bool(makers) and len(makers) == len(bound) and all(
        isinstance(value, ast.List | ast.ListComp)
        or (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "list")
        for value in makers
    )  # fmt: skip


SLOW = """\
def f(n):
    n = n + 1
    sieve = list(range(n))
    sieve[:2] = [0, 0]
    for i in range(2, int(n**0.5)+1):
        if sieve[i]:
            for j in range(i**2, n, i):
                sieve[j] = 0
    return [p for p in sieve if p]
"""
FAST = """\
def f(n):
    n = n + 1
    sieve = list(range(n))
    sieve[:2] = [0, 0]
    for i in range(2, int(n**0.5)+1):
        if sieve[i]:
            sieve[i**2 : n : i] = [0] * len(range(i**2, n, i))
    return [p for p in sieve if p]
"""
SLOW_WHILE = """\
def f(n):
    flags = bytearray([1]) * (n + 1)
    for p in range(2, n + 1):
        if flags[p]:
            q = p * p
            while q <= n:
                flags[q] = 0
                q += p
    return [p for p in range(2, n + 1) if flags[p]]
"""
FAST_WHILE = """\
def f(n):
    flags = bytearray([1]) * (n + 1)
    for p in range(2, n + 1):
        if flags[p]:
            flags[p * p : n + 1 : p] = b"\\x00" * len(range(p * p, n + 1, p))
    return [p for p in range(2, n + 1) if flags[p]]
"""
SLOW_APPEND = """\
def f(n, xs):
    row = []
    for _ in range(n):
        row.append(0)
    return row, xs
"""
FAST_APPEND = """\
def f(n, xs):
    row = []
    row.extend([0] * len(range(n)))
    return row, xs
"""
SLOW_ELEMENT = """\
def f(xs):
    return [[None for _ in range(len(xs))] for _ in xs]
"""
FAST_ELEMENT = """\
def f(xs):
    return [[None] * len(xs) for _ in xs]
"""
LEAVE_UNKNOWN_LENGTH = """\
def f(row, n):
    for i in range(n):
        row[i] = 0
"""
LEAVE_ALIASED_ROWS = """\
def f(n):
    return [[] for _ in range(n)]
"""
LEAVE_INDEX_USED = """\
def f(n):
    row = [1] * n
    for i in range(n):
        row[i] = 0
    return i
"""

RULE = Rule(
    id="R22",
    slug=SLUG,
    title="Loop that fills with one value",
    looks_for="a loop over a range that stores or appends the same value, as in a sieve or a matrix row",
    why_slow="Each item costs a trip round the interpreter's loop; a slice assignment copies in C.",
    traps=(
        "the range reaches past the end: another exception",
        "negative bounds",
        "mutable elements would be shared",
    ),
    safety="P",
    gain="sieve 1.8-2.6x (CPython 3.11)",
    expected=1.8,
    examples=(
        Example(SLOW, FAST, inputs=((30,), (2,), (1,), (0,), (100,), ("x",), (None,))),
        Example(SLOW_WHILE, FAST_WHILE, inputs=((30,), (2,), (1,), (0,), (100,))),
        Example(SLOW_ELEMENT, FAST_ELEMENT, inputs=(([1, 2],), ([],), ("ab",), (3,))),
        Example(SLOW_APPEND, FAST_APPEND, inputs=((3, [1]), (0, []), (-1, "ab"), (2.5, []), ("x", []))),
        Example(LEAVE_UNKNOWN_LENGTH),
        Example(LEAVE_ALIASED_ROWS),
        Example(LEAVE_INDEX_USED),
    ),
    needs=LOOPS,
    propose=propose,
)
