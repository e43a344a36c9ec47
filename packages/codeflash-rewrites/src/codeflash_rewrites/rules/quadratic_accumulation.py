"""R10: a loop makes its accumulator anew for each element."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.loops import block_of, enclosing_loops
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import READING_KINDS, Use, uses_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.nodes import walked

SLUG = "quadratic-accumulation"
_COPIES = {"copy", "index", "count", "get", "keys", "values", "items"}


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to grow the accumulator in place."""
    yield from _sums(subject)
    for name in sorted(scope_of(subject).locals):
        if scope_of(subject).is_simple_local(name):
            uses = uses_of(subject, name)
            yield from _in_place(subject, name, uses)
            yield from _tuple(subject, name, uses)


def _sums(subject: Subject) -> Iterator[Rewrite]:
    """``sum(lists, [])`` and ``reduce(lambda a, b: a + b, lists, [])``."""
    for node in scope_of(subject).of(ast.Call):
        parts: ast.expr | None = None
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[parts, ast.List(elts=[])], keywords=[]):
                if not is_builtin(subject, "sum"):
                    continue
            case ast.Call(
                func=ast.Name(id="sum"), args=[parts], keywords=[ast.keyword(value=ast.List(elts=[]))]
            ):
                if not is_builtin(subject, "sum"):
                    continue
            case ast.Call(func=function, args=[adds, parts, ast.List(elts=[])], keywords=[]):
                if ast.unparse(function).rpartition(".")[2] != "reduce" or not _is_addition(adds):
                    continue
        if parts is None or isinstance(parts, ast.Starred):
            continue
        part, item = scope_of(subject).fresh("part"), scope_of(subject).fresh("item")
        items = subject.text.text(parts)
        if isinstance(parts, ast.GeneratorExp) and not items.startswith("("):
            items = f"({items})"
        new = f"[{item} for {part} in {items} for {item} in {part}]"
        why = "Adding up lists copies all that was added before; a comprehension copies each element once."
        yield subject.rewrite(SLUG, [subject.text.replace(node, new)], why)


def _is_addition(function: ast.expr) -> bool:
    if isinstance(function, ast.Lambda) and isinstance(function.body, ast.BinOp):
        names = [argument.arg for argument in function.args.args]
        return len(names) == 2 and ast.unparse(function.body) == f"{names[0]} + {names[1]}"
    return ast.unparse(function) in {"operator.add", "operator.concat", "add", "concat"}


def _in_place(subject: Subject, name: str, uses: list[Use]) -> Iterator[Rewrite]:
    grown = [use for use in uses if use.kind == "store" and _growth(use.node, name) is not None]
    if not grown or not any(enclosing_loops(subject, use.node) for use in grown):
        return
    starts = [use for use in uses if use.kind == "store" and use not in grown]
    values = [use.node.value for use in starts if isinstance(use.node, ast.Assign | ast.AnnAssign)]
    kinds = {kind_of(subject, value, depth=0) for value in values if value is not None}
    if len(values) != len(starts) or len(kinds) != 1 or not kinds <= {"list", "dict", "set"}:
        return
    kind = kinds.pop() or ""
    inner = {id(node) for use in grown for node in walked(use.node)}
    others = [use for use in uses if use not in starts and id(use.name) not in inner]
    if any(_may_alias(subject, use, grown) for use in others):
        return
    edits = []
    for use in grown:
        text = _grown_text(subject, use.node, name, kind)
        if not text:
            return
        edits.append(subject.text.replace(use.node, text))
    why = f"`{name}` grows in place; it was copied whole for each step."
    yield subject.rewrite(SLUG, edits, why)


def _may_alias(subject: Subject, use: Use, grown: list[Use]) -> bool:
    """Whether something else may hold the object while it still grows."""
    if use.kind in READING_KINDS | {"return", "operand", "augment", "store-item", "del-item"}:
        return False
    if use.kind == "call":
        return False
    around = set(enclosing_loops(subject, use.name))
    last = max(one.name.lineno for one in grown)
    return use.name.lineno <= last or any(around & set(enclosing_loops(subject, one.node)) for one in grown)


def _growth(statement: ast.AST, name: str) -> ast.expr | None:
    """What a statement such as ``r = r + xs`` adds to the named accumulator."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp(left=ast.Name(id=left), op=op, right=right)):
            if left == name and isinstance(op, ast.Add | ast.BitOr) and not _mentions(right, name):
                return right
        case ast.Assign(
            targets=[ast.Name()], value=ast.Dict(keys=[None, *_], values=[ast.Name(id=left), *_])
        ):
            value = statement.value
            assert isinstance(value, ast.Dict)
            if left == name and not any(_mentions(part, name) for part in value.values[1:]):
                return value
        case ast.Assign(
            targets=[ast.Name()],
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=left), attr="union"), args=[more], keywords=[]
            ),
        ):
            if left == name and not _mentions(more, name):
                return more
    return None


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in walked(node))


def _grown_text(subject: Subject, statement: ast.AST, name: str, kind: str) -> str:
    assert isinstance(statement, ast.Assign)
    value, text = statement.value, subject.text
    added = _growth(statement, name)
    if added is None:
        return ""
    if isinstance(value, ast.BinOp) and kind == "list" and isinstance(value.op, ast.Add):
        if (
            isinstance(added, ast.List)
            and len(added.elts) == 1
            and not isinstance(added.elts[0], ast.Starred)
        ):
            return f"{name}.append({text.text(added.elts[0])})"
        return f"{name} += {text.text(added)}"
    if isinstance(value, ast.BinOp) and kind in {"set", "dict"} and isinstance(value.op, ast.BitOr):
        return f"{name} |= {text.text(added)}"
    if isinstance(value, ast.Call) and kind == "set":
        return f"{name}.update({text.text(added)})"
    if isinstance(value, ast.Dict) and kind == "dict" and len(value.values) == 2:
        key, item = value.keys[1], value.values[1]
        if key is None:
            return f"{name}.update({text.text(item)})"
        return f"{name}[{text.text(key)}] = {text.text(item)}"
    return ""


def _tuple(subject: Subject, name: str, uses: list[Use]) -> Iterator[Rewrite]:
    """A tuple that grows by ``t += (x,)`` becomes a list until the loop has ended."""
    stores = [use for use in uses if use.kind in {"store", "augment"}]
    if (
        len(stores) < 2
        or not isinstance(first := stores[0].node, ast.Assign)
        or not is_builtin(subject, "tuple")
    ):
        return
    if ast.unparse(first.value) not in {"()", "tuple()"} or len(first.targets) != 1:
        return
    block = block_of(subject, first)
    loops = enclosing_loops(subject, stores[1].node)
    loop = next((one for one in loops if one in block), None)
    if loop is None or loop.orelse or not subject.text.owns_lines(loop):
        return
    edits = [subject.text.replace(first.value, "[]")]
    mine = {id(node) for use in stores for node in walked(use.node)}
    for use in stores[1:]:
        added = _growth(use.node, name)
        if isinstance(use.node, ast.AugAssign) and isinstance(use.node.op, ast.Add):
            added = use.node.value
        if not isinstance(added, ast.Tuple) or loop not in enclosing_loops(subject, use.node):
            return
        if len(added.elts) == 1 and not isinstance(added.elts[0], ast.Starred):
            new = f"{name}.append({subject.text.text(added.elts[0])})"
        else:
            new = f"{name}.extend({subject.text.text(added)})"
        edits.append(subject.text.replace(use.node, new))
    others = [use for use in uses if id(use.name) not in mine]
    if not others or any(use.name.lineno <= (loop.end_lineno or 0) for use in others):
        return
    edits.append(subject.text.insert_after(loop, f"{name} = tuple({name})"))
    yield subject.rewrite(
        SLUG, edits, f"`{name}` is a list while it grows; the tuple was copied for each step."
    )


SLOW = """\
def f(rows):
    cells = []
    for row in rows:
        cells = cells + [cell for cell in row if cell]
    return cells
"""
FAST = """\
def f(rows):
    cells = []
    for row in rows:
        cells += [cell for cell in row if cell]
    return cells
"""
SLOW_TUPLE = """\
def f(words):
    lengths = ()
    for word in words:
        if word:
            lengths += (len(word),)
    return lengths
"""
FAST_TUPLE = """\
def f(words):
    lengths = []
    for word in words:
        if word:
            lengths.append(len(word))
    lengths = tuple(lengths)
    return lengths
"""
SLOW_SUM = "def f(lists):\n    return sum((row[1:] for row in lists), [])\n"
FAST_SUM = "def f(lists):\n    return [item for part in (row[1:] for row in lists) for item in part]\n"
SLOW_DICT = """\
def f(tables):
    merged = {}
    for table in tables:
        merged = {**merged, **table}
    return merged
"""
FAST_DICT = """\
def f(tables):
    merged = {}
    for table in tables:
        merged.update(table)
    return merged
"""
LEAVE_ALIASED = """\
def f(rows):
    path = []
    paths = []
    for row in rows:
        path = path + [row]
        paths.append(path)
    return paths
"""
LEAVE_NUMBER = """\
def f(numbers):
    total = 0
    for number in numbers:
        total = total + number
    return total
"""
LEAVE_ARGUMENT = """\
def f(result, rows):
    for row in rows:
        result = result + [row]
    return result
"""

RULE = Rule(
    id="R10",
    slug=SLUG,
    title="Grow the accumulator in place",
    looks_for="`r = r + xs`, `t += (x,)`, `{**r, **d}` in a loop on a local, or `sum(lists, [])`",
    why_slow="each step copies all that was gathered before",
    traps=(
        "something else that holds the accumulator would see it grow",
        "`list + tuple` raises TypeError where growing in place accepts any iterable",
        "`{**r, **d}` takes any mapping",
    ),
    safety="E",
    complexity="O(n^2) -> O(n)",
    gain="45-47x (lists), 6.9x (dicts), some 1,500x (tuples of 10,000) (CPython 3.11)",
    expected=8.0,
    examples=(
        Example(SLOW, FAST, inputs=(([],), ([[1, 0], (2,), "ab"],), (None,), ([1],))),
        Example(SLOW_TUPLE, FAST_TUPLE, inputs=(([],), (["a", "", "bcd"],), ([1],))),
        Example(SLOW_SUM, FAST_SUM, inputs=(([],), ([[1, 2], [3, 4, 5]],), ([None],))),
        Example(SLOW_DICT, FAST_DICT, inputs=(([],), ([{"a": 1, "b": 2}, {"a": 3}],))),
        Example(LEAVE_ALIASED),
        Example(LEAVE_NUMBER),
        Example(LEAVE_ARGUMENT),
    ),
    propose=propose,
)
