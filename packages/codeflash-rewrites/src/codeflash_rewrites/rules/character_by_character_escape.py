"""R32: a text that is escaped character by character is escaped by ``replace`` or ``translate``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.names import (
    block_of,
    fresh_name,
    is_builtin,
    loads,
    module_bindings,
    own_nodes_of,
    scope_names,
    stores,
)
from codeflash_rewrites.rule import LOOPS, Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "character-by-character-escape"
_FEW = 6
"""Up to this many replacements a chain of ``replace`` is faster than ``translate``."""


@frozen
class _Escape:
    """What becomes of which character; all others stay."""

    text: str
    table: dict[str, str]


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a str method for each joined generator and each loop that maps characters."""
    if not is_builtin(subject, "type") or not is_builtin(subject, "str"):
        return
    for node in own_nodes_of(subject.function, ast.Call, ast.For):
        if isinstance(node, ast.Call):
            found = _joined(subject, node)
            if found is not None:
                yield from _guarded_expression(subject, node, found)
        elif isinstance(node, ast.For) and not node.orelse and subject.text.owns_lines(node):
            yield from _loop(subject, node)


def _guarded_expression(subject: Subject, node: ast.Call, escape: _Escape) -> Iterator[Rewrite]:
    text = subject.text
    parent = subject.parents[node]
    if isinstance(parent, ast.IfExp) and parent.orelse is node:
        return
    for variant, new, edits in _methods(subject, escape):
        whole = f"{new} if type({escape.text}) is str else {text.text(node)}"
        if not isinstance(parent, ast.Return | ast.Assign):
            whole = f"({whole})"
        why = f"`{escape.text}` is escaped by a method of str, which does not visit its characters one by one in Python."
        yield subject.rewrite(SLUG, [*edits, text.replace(node, whole)], why, variant, _added(edits))


def _loop(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    """``for c in text: if c == "&": out.append("&amp;") ... else: out.append(c)``."""
    if not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, ast.Name) or len(loop.body) != 1:
        return
    table: dict[str, str] = {}
    place = _branches(loop.body[0], loop.target.id, table)
    if place is None or not table or stores(loop, loop.iter.id):
        return
    block = block_of(subject, loop)
    position = block.index(loop) + 1
    after = block[position] if position < len(block) else None
    if not isinstance(after, ast.Return) or after.value is None or not _is_empty_start(subject, loop, place):
        return
    text = subject.text
    joined = _join_of(after.value, place)
    if joined is None or len(loads(after, place)) != 1:
        return
    for variant, new, edits in _methods(subject, _Escape(loop.iter.id, table)):
        value = text.text(after.value)
        offset = text.start(joined) - text.start(after.value)
        value = value[:offset] + new + value[offset + len(text.text(joined)) :]
        guard = text.insert_before(
            loop, f"if type({loop.iter.id}) is str:", f"{text.indent_unit}return {value}"
        )
        why = f"`{loop.iter.id}` is escaped by a method of str, which does not visit its characters one by one in Python."
        yield subject.rewrite(SLUG, [*edits, guard], why, variant, _added(edits))


def _methods(subject: Subject, escape: _Escape) -> Iterator[tuple[str, str, list[Edit]]]:
    """The expressions that escape in C, with the edits that they need elsewhere."""
    ordered = _order(escape.table)
    if ordered is not None and len(ordered) <= _FEW:
        chain = "".join(f".replace({old!r}, {new!r})" for old, new in ordered)
        yield "replace", escape.text + chain, []
    name = fresh_name(subject, "_ESCAPES", f"_{subject.function.name.strip('_').upper()}_ESCAPES")
    entries = ", ".join(f"{old!r}: {new!r}" for old, new in escape.table.items())
    edit = subject.text.insert_before_definition(subject.function, f"{name} = str.maketrans({{{entries}}})")
    yield "translate", f"{escape.text}.translate({name})", [edit]


def _added(edits: list[Edit]) -> tuple[str, ...]:
    return tuple(edit.text.split(" = ")[0] for edit in edits)


def _order(table: dict[str, str]) -> list[tuple[str, str]] | None:
    """An order of replacements in which none touches what an earlier one put in."""
    waiting = dict(table)
    ordered: list[tuple[str, str]] = []
    while waiting:
        harmless = (
            old for old, new in waiting.items() if not any(other in new for other in waiting if other != old)
        )
        first = next(harmless, None)
        if first is None:
            return None
        ordered.append((first, waiting.pop(first)))
    return ordered


def _joined(subject: Subject, node: ast.Call) -> _Escape | None:
    """``"".join(TABLE.get(c, c) for c in text)``."""
    if (
        not isinstance(node.func, ast.Attribute)
        or node.func.attr != "join"
        or len(node.args) != 1
        or node.keywords
    ):
        return None
    empty, given = node.func.value, node.args[0]
    if (
        not isinstance(empty, ast.Constant)
        or empty.value != ""
        or not isinstance(given, ast.GeneratorExp | ast.ListComp)
    ):
        return None
    clause, element = given.generators[0], given.elt
    if len(given.generators) != 1 or clause.ifs or clause.is_async or not isinstance(clause.iter, ast.Name):
        return None
    if not isinstance(clause.target, ast.Name) or not isinstance(element, ast.Call) or element.keywords:
        return None
    name = clause.target.id
    if not isinstance(element.func, ast.Attribute) or element.func.attr != "get" or len(element.args) != 2:
        return None
    if any(not isinstance(one, ast.Name) or one.id != name for one in element.args):
        return None
    table = _constant_table(subject, element.func.value)
    return _Escape(clause.iter.id, table) if table else None


def _constant_table(subject: Subject, node: ast.expr) -> dict[str, str] | None:
    if isinstance(node, ast.Name):
        bound = module_bindings(subject.module).get(node.id, [])
        if node.id in scope_names(subject) or len(bound) != 1 or not isinstance(bound[0], ast.Dict):
            return None
        node = bound[0]
    if not isinstance(node, ast.Dict):
        return None
    table: dict[str, str] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Constant):
            return None
        if not isinstance(key.value, str) or not isinstance(value.value, str) or len(key.value) != 1:
            return None
        table[key.value] = value.value
    return table


def _branches(node: ast.stmt, name: str, table: dict[str, str]) -> str | None:
    """Reads an if chain into the table; gives the name of what it appends to."""
    places: set[str] = set()
    while isinstance(node, ast.If):
        characters = _tested(node.test, name)
        if not characters or len(node.body) != 1 or len(node.orelse) != 1:
            return None
        place, value = _append(node.body[0])
        if place is None or not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            return None
        for character in characters:
            table.setdefault(character, value.value)
        places.add(place)
        node = node.orelse[0]
    place, value = _append(node)
    if place is None or not isinstance(value, ast.Name) or value.id != name:
        return None
    places.add(place)
    return place if len(places) == 1 else None


def _tested(test: ast.expr, name: str) -> list[str]:
    """The characters that ``c == "x"`` or ``c in ("x", "y")`` asks for."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Name):
        return []
    other = test.comparators[0]
    if test.left.id != name:
        return []
    if isinstance(test.ops[0], ast.Eq):
        values = [other]
    elif isinstance(test.ops[0], ast.In) and isinstance(other, ast.Tuple | ast.List | ast.Set):
        values = list(other.elts)
    else:
        return []
    found = [one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return found if len(found) == len(values) and all(len(one) == 1 for one in found) else []


def _append(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    """The place and the value of ``out.append(v)`` or ``out += v``."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 1:
        return None, None
    if call.func.attr == "append" and isinstance(call.func.value, ast.Name):
        return call.func.value.id, call.args[0]
    return None, None


def _is_empty_start(subject: Subject, loop: ast.For, place: str) -> bool:
    """Whether the place is made empty in the statement before the loop and nowhere else."""
    block = block_of(subject, loop)
    before = block[block.index(loop) - 1] if block.index(loop) else None
    if not isinstance(before, ast.Assign) or len(before.targets) != 1:
        return False
    target, value = before.targets[0], before.value
    empty = (isinstance(value, ast.Constant) and value.value == "") or (
        isinstance(value, ast.List) and not value.elts
    )
    inside = set(walked(loop))
    elsewhere = [one for one in stores(subject.function, place) if one not in inside and one is not target]
    return isinstance(target, ast.Name) and target.id == place and empty and not elsewhere


def _join_of(value: ast.expr, place: str) -> ast.expr | None:
    """The part of a returned expression that stands for the escaped text."""
    for part in walked(value):
        if isinstance(part, ast.Call) and ast.unparse(part) in {f"''.join({place})", f'"".join({place})'}:
            return part
    return value if isinstance(value, ast.Name) and value.id == place else None


SLOW = """\
def f(text):
    out = []
    for c in text:
        if c == "<":
            out.append("&lt;")
        elif c == "&":
            out.append("&amp;")
        else:
            out.append(c)
    return "".join(out)
"""
FAST = """\
def f(text):
    out = []
    if type(text) is str:
        return text.replace('&', '&amp;').replace('<', '&lt;')
    for c in text:
        if c == "<":
            out.append("&lt;")
        elif c == "&":
            out.append("&amp;")
        else:
            out.append(c)
    return "".join(out)
"""
SLOW_TABLE = """\
TABLE = {"a": "b", "b": "a"}

def f(text):
    return "".join(TABLE.get(c, c) for c in text)
"""
FAST_TABLE = """\
TABLE = {"a": "b", "b": "a"}

_ESCAPES = str.maketrans({'a': 'b', 'b': 'a'})


def f(text):
    return text.translate(_ESCAPES) if type(text) is str else "".join(TABLE.get(c, c) for c in text)
"""
LEAVE_DROPS = """\
def f(text):
    out = []
    for c in text:
        if c == "<":
            out.append("&lt;")
    return "".join(out)
"""
LEAVE_COUNTS = """\
def f(text):
    out = ""
    for c in text:
        if c == "<":
            out += str(len(out))
        else:
            out += c
    return out
"""

RULE = Rule(
    id="R32",
    slug=SLUG,
    title="Text escaped character by character",
    looks_for="a loop or a joined generator that maps single characters to texts and keeps the others",
    why_slow="Every character costs a trip round the interpreter's loop, changed or not.",
    traps=("a replacement that another one would replace again", "subclasses of str, lists of characters"),
    safety="P",
    gain="replace 16-23x, translate 1.2-1.4x where hits are dense; 2.3x on a real function (CPython 3.11)",
    expected=5.0,
    examples=(
        Example(SLOW, FAST, inputs=(("a<b&amp;<",), ("",), (["<", "x"],), (None,), ("\u00e9&",), (b"<",))),
        Example(SLOW_TABLE, FAST_TABLE, inputs=(("abc",), ("",), (["a"],), (None,), ([[]],))),
        Example(LEAVE_DROPS),
        Example(LEAVE_COUNTS),
    ),
    needs=LOOPS,
    propose=propose,
)
