"""R43: a constant table that is built anew at every call becomes a module constant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.literals import is_immutable, is_plain_constant, is_settled
from codeflash_rewrites.analysis.names import (
    block_of,
    faithful,
    fresh_name,
    loads,
    own_nodes_of,
    statement_of,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import children, walked

SLUG = "constant-table-in-function"
_READING_METHODS = frozenset(
    {
        "get",
        "keys",
        "values",
        "items",
        "index",
        "count",
        "copy",
        "isdisjoint",
        "issubset",
        "issuperset",
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
    }
)
_READING_BUILTINS = frozenset(
    {
        "len",
        "sorted",
        "min",
        "max",
        "sum",
        "any",
        "all",
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
        "isinstance",
        "issubclass",
        "enumerate",
        "zip",
        "reversed",
        "iter",
        "map",
        "filter",
    }
)
_ENTRIES = 2
"""A table with fewer entries is not worth a name."""


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to build all constant tables of the function once, at import."""
    edits: list[Edit] = []
    lines: list[str] = []
    adds: list[str] = []
    for statement in own_nodes_of(subject.function, ast.Assign, ast.AnnAssign):
        found = _assigned_table(subject, statement)
        if found is not None:
            variable, value = found
            name = _constant_name(subject, variable, adds)
            edits.append(subject.text.remove_lines(statement))
            edits += [subject.text.replace(use, name) for use in loads(subject.function, variable)]
            lines += _definition(subject, statement, name, value)
            adds.append(name)
    for node in own_nodes_of(subject.function, ast.Subscript, ast.Call, ast.Compare):
        table = _inline_table(subject, node)
        if table is not None and not any(
            edit.start <= subject.text.start(table) < edit.end for edit in edits
        ):
            name = _constant_name(subject, "table", adds)
            edits.append(subject.text.replace(table, name))
            lines += _definition(subject, statement_of(subject, table), name, table)
            adds.append(name)
    if not adds:
        return
    edits.append(subject.text.insert_before_definition(subject.function, *lines))
    why = f"{' and '.join(adds)}: built once at import instead of at every call of {subject.function.name}."
    yield subject.rewrite(SLUG, edits, why, adds=tuple(adds))


def _assigned_table(subject: Subject, statement: ast.AST) -> tuple[str, ast.expr] | None:
    """The variable and the table of a statement that only gives a read-only table a name."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None and statement.simple:
        return _table_named(subject, statement, statement.target, statement.value)
    else:
        return None
    return _table_named(subject, statement, target, value)


def _table_named(
    subject: Subject, statement: ast.stmt, target: ast.expr, value: ast.expr
) -> tuple[str, ast.expr] | None:
    if not isinstance(target, ast.Name) or not _worth_it(subject, value) or not is_settled(subject, value):
        return None
    if len(stores(subject.function, target.id)) != 1 or not subject.text.owns_lines(statement):
        return None
    if len(block_of(subject, statement)) < 2:
        return None
    uses = loads(subject.function, target.id)
    inner_fixed = _elements_immutable(subject, value)
    for use in uses:
        if use.lineno <= statement.lineno or not faithful(subject, use):
            return None
        if not _only_read(subject, use, inner_fixed):
            return None
    return (target.id, value) if uses else None


def _inline_table(subject: Subject, node: ast.AST) -> ast.expr | None:
    """A constant table that is read on the spot: ``{...}[key]``, ``{...}.get(key)``, ``x in set([...])``."""
    value: ast.AST | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        value = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        value = node.func.value
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
        value = node.comparators[0]
        if not isinstance(value, ast.Call | ast.Dict):
            return None  # the compiler already makes constants of displays here
    if not isinstance(value, ast.Dict | ast.Call) or not _worth_it(subject, value):
        return None
    if not is_settled(subject, value) or not faithful(subject, value):
        return None
    return value if _elements_immutable(subject, value) else None


def _worth_it(subject: Subject, value: ast.AST) -> bool:
    if isinstance(value, ast.Dict):
        return len(value.keys) >= _ENTRIES
    if isinstance(value, ast.Set | ast.List | ast.Tuple):
        # A display of plain constants is copied from one constant in a single step.
        return len(value.elts) >= _ENTRIES and not all(is_plain_constant(one) for one in value.elts)
    if isinstance(value, ast.Call):
        func = value.func
        if isinstance(func, ast.Name):
            return func.id in {"set", "frozenset", "dict", "list", "tuple"} and bool(
                value.args or value.keywords
            )
        return isinstance(func, ast.Attribute) and func.attr in {"split", "maketrans", "splitlines"}
    return False


def _elements_immutable(subject: Subject, value: ast.AST) -> bool:
    if isinstance(value, ast.Dict):
        return all(is_immutable(subject, one) for one in value.values)
    if isinstance(value, ast.Set | ast.List | ast.Tuple):
        return all(is_immutable(subject, one) for one in value.elts)
    if isinstance(value, ast.Call):
        return not any(isinstance(part, ast.List | ast.Dict | ast.Set) for arg in value.args
                       for one in children(arg) for part in walked(one)) and not any(
            isinstance(part, ast.List | ast.Dict | ast.Set) for one in value.keywords for part in walked(one)
        )  # fmt: skip
    return True


def _only_read(subject: Subject, use: ast.Name, inner_fixed: bool) -> bool:
    """Whether a use reads the table without changing it or handing it on."""
    parent = subject.parents[use]
    if isinstance(parent, ast.Subscript):
        if parent.value is not use or not isinstance(parent.ctx, ast.Load):
            return False
        return inner_fixed and not isinstance(parent.slice, ast.Slice)
    if isinstance(parent, ast.Compare):
        position = parent.comparators.index(use) if use in parent.comparators else -1
        return position >= 0 and isinstance(parent.ops[position], ast.In | ast.NotIn)
    if isinstance(parent, ast.Attribute):
        call = subject.parents[parent]
        if not isinstance(call, ast.Call) or call.func is not parent:
            return False
        return inner_fixed and parent.attr in _READING_METHODS
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is use and inner_fixed
    if isinstance(parent, ast.Call):
        if use not in parent.args:
            return False
        if isinstance(parent.func, ast.Name):
            return inner_fixed and parent.func.id in _READING_BUILTINS
        return isinstance(parent.func, ast.Attribute) and parent.func.attr in {
            "translate",
            "join",
            "startswith",
            "endswith",
        }
    return False


def _constant_name(subject: Subject, variable: str, taken: list[str]) -> str:
    short = "_" + variable.strip("_").upper()
    long = f"_{subject.function.name.strip('_').upper()}_{variable.strip('_').upper()}"
    wishes = [wish for wish in (short, long) if wish not in taken and wish != "_TABLE"]
    name = fresh_name(subject, *(wishes or [long]))
    number = 2
    while name in taken:
        name = fresh_name(subject, f"{long}_{number}")
        number += 1
    return name


def _definition(subject: Subject, statement: ast.AST, name: str, value: ast.expr) -> list[str]:
    text = subject.text.text(value)
    indent = subject.text.indent_of(statement)
    if text.startswith("(") is False and _parenthesised(subject, value):
        text = f"({text})"
    moved = reindent(f"{indent}{name} = {text}\n", indent, "")
    return moved.splitlines()


def _parenthesised(subject: Subject, value: ast.expr) -> bool:
    """Whether a value over several lines needs parentheses of its own."""
    text = subject.text.text(value)
    return "\n" in text and text[-1:] not in "])}"


SLOW = '''\
def f(kind, other):
    """Picks."""
    ranks = {
        type(None): 0,
        bool: 1,  # before int
        int: 2,
    }
    names = {0: "none", 1: "bool", 2: "int"}
    return names[max(ranks.get(kind, 2), ranks.get(other, 2))]
'''
FAST = '''\
_RANKS = {
    type(None): 0,
    bool: 1,  # before int
    int: 2,
}
_NAMES = {0: "none", 1: "bool", 2: "int"}


def f(kind, other):
    """Picks."""
    return _NAMES[max(_RANKS.get(kind, 2), _RANKS.get(other, 2))]
'''
SLOW_INLINE = """\
class Reader:
    def unit(self, sign):
        return {"k": 1000, "M": 1000000}.get(sign, 1)
"""
FAST_INLINE = """\
_UNIT_TABLE = {"k": 1000, "M": 1000000}


class Reader:
    def unit(self, sign):
        return _UNIT_TABLE.get(sign, 1)
"""
LEAVE_RETURNED = """\
def f(x):
    table = {"a": 1, "b": 2}
    table["c"] = x
    return table
"""
LEAVE_ARGUMENT = """\
def f(x, use):
    table = {"a": 1, "b": x}
    return table[x]
"""
LEAVE_INNER_LIST_ESCAPES = """\
def f(x):
    table = {"a": [], "b": []}
    return table[x]
"""
LEAVE_REBOUND_BUILTIN = """\
int = float

def f(x):
    table = {int: 1, str: 2}
    return table[x]
"""

RULE = Rule(
    id="R43",
    slug=SLUG,
    title="Constant table built in a function",
    looks_for="a dict, set or other table of constants that a function builds and only reads",
    why_slow="The table is built entry by entry at every call, to be read once or twice.",
    traps=(
        "the table, or a mutable value in it, is returned, stored or changed",
        "a name in it is patched or rebound between calls",
        "an entry fails: the error then comes at import",
    ),
    safety="P",
    gain="1.8x on a real function with two small dicts; 5.2x on a lookup alone (CPython 3.11)",
    expected=1.8,
    examples=(
        Example(SLOW, FAST, inputs=((int, bool), (type(None), bool), (str, int), ([], int))),
        Example(SLOW_INLINE, FAST_INLINE, "Reader.unit", inputs=(("k",), ("x",), (None,), ([],))),
        Example(LEAVE_RETURNED),
        Example(LEAVE_ARGUMENT),
        Example(LEAVE_INNER_LIST_ESCAPES),
        Example(LEAVE_REBOUND_BUILTIN),
    ),
    propose=propose,
)
