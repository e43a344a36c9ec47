"""R48: a table of computed entries of which one is used; only that one is computed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.literals import is_plain_constant
from codeflash_rewrites.analysis.names import (
    block_of,
    bound_names,
    faithful,
    loads,
    local_names,
    own_nodes_of,
    statement_of,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "table-built-to-pick-one"
_ENTRIES = 2
_LOOPS = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Lambda,
)
_SCOPES = (*_LOOPS, ast.FunctionDef, ast.AsyncFunctionDef)


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to delay the calls of a table to the pick, or to turn a picked dict display into branches."""
    names = local_names(subject.function)
    for name in sorted(names):
        rewrite = _delay_calls(subject, name)
        if rewrite is not None:
            yield rewrite
    for node in own_nodes_of(subject.function, ast.Dict):
        rewrite = _branches(subject, node)
        if rewrite is not None:
            yield rewrite


def _entries(value: ast.AST) -> list[ast.expr]:
    """The values of a table display."""
    if isinstance(value, ast.Tuple | ast.List):
        return list(value.elts)
    if isinstance(value, ast.Dict) and all(key is not None and is_plain_constant(key) for key in value.keys):
        return list(value.values)
    return []


def _same_calls(value: ast.AST) -> tuple[str, int] | None:
    """The called function and the number of arguments, where all entries call it on constants."""
    shapes: set[tuple[str, int]] = set()
    for entry in _entries(value):
        if not isinstance(entry, ast.Call) or entry.keywords or not entry.args:
            return None
        if not isinstance(entry.func, ast.Name | ast.Attribute) or not all(
            map(is_plain_constant, entry.args)
        ):
            return None
        shapes.add((ast.dump(entry.func), len(entry.args)))
    return shapes.pop() if len(shapes) == 1 and len(_entries(value)) >= _ENTRIES else None


def _assignments(subject: Subject) -> dict[str, list[ast.Assign]]:
    """The function's own assignments that bind a single name, by that name."""
    found: dict[str, list[ast.Assign]] | None = subject.memo.get("assignments by name")
    if found is None:
        found = subject.memo.setdefault("assignments by name", {})
        for one in own_nodes_of(subject.function, ast.Assign):
            if len(one.targets) == 1:
                bound = bound_names(one.targets[0])
                if len(bound) == 1:
                    found.setdefault(next(iter(bound)), []).append(one)
    return found


def _delay_calls(subject: Subject, name: str) -> Rewrite | None:
    """``t = (f("a"), f("b")); t[i]`` becomes ``t = ("a", "b"); f(t[i])``."""
    text = subject.text
    assignments = _assignments(subject).get(name, [])
    shapes = {_same_calls(one.value) for one in assignments}
    shape = shapes.pop() if len(shapes) == 1 else None
    if shape is None or len(stores(subject.function, name)) != len(assignments):
        return None
    first = _entries(assignments[0].value)[0]
    assert isinstance(first, ast.Call)
    callee = text.text(first.func)
    if any(isinstance(part, ast.Name) and stores(subject.function, part.id) for part in walked(first.func)):
        return None
    edits: list[Edit] = []
    for use in loads(subject.function, name):
        pick = subject.parents[use]
        if not isinstance(pick, ast.Subscript) or pick.value is not use or not isinstance(pick.ctx, ast.Load):
            return None
        if isinstance(pick.slice, ast.Slice) or not faithful(subject, pick) or _repeats(subject, pick):
            return None
        star = "" if shape[1] == 1 else "*"
        edits.append(text.replace(pick, f"{callee}({star}{text.text(pick)})"))
    if not edits:
        return None
    for assignment in assignments:
        for entry in _entries(assignment.value):
            assert isinstance(entry, ast.Call)
            edits += _call_to_arguments(subject, entry)
    why = f"Only the picked entry of `{name}` is passed to {callee}, which was called for every entry."
    return subject.rewrite(SLUG, edits, why, variant="arguments")


def _call_to_arguments(subject: Subject, call: ast.Call) -> Iterator[Edit]:
    text = subject.text
    if len(call.args) > 1:
        yield text.replace(call.func, "")
    else:
        yield Edit(text.start(call), text.end(call), text.text(call.args[0]))


def _repeats(subject: Subject, node: ast.AST) -> bool:
    """Whether a node may be evaluated more than once a call, or in another scope."""
    while node is not subject.function:
        node = subject.parents[node]
        if isinstance(node, _SCOPES) and node is not subject.function:
            return True
    return False


def _branches(subject: Subject, table: ast.Dict) -> Rewrite | None:
    """``return {"a": f(x), "b": g(x)}[key]`` becomes a chain of ``if`` statements."""
    text = subject.text
    keys = [key for key in table.keys if key is not None]
    if len(keys) != len(table.values) or len(keys) < _ENTRIES or len(keys) > 8:
        return None
    if not all(isinstance(key, ast.Constant) for key in keys) or not any(map(_is_work, table.values)):
        return None
    holder: ast.AST = subject.parents[table]
    statement = statement_of(subject, table)
    if isinstance(holder, ast.Assign) and len(holder.targets) == 1:
        found = _picked_next(subject, holder)
        if found is None:
            return None
        statement, edits = found[1], [text.remove_lines(holder)]
        pick: _Pick | None = found[0]
    else:
        pick, edits = _pick_of(subject, table, holder), []
    if pick is None or not _only_value(statement, pick.whole) or not text.owns_lines(statement):
        return None
    if not all(faithful(subject, one) for one in (*table.values, *keys, pick.whole)):
        return None
    if not isinstance(pick.key, ast.Name) or any("\n" in text.text(one) for one in table.values):
        return None
    if any(isinstance(one, ast.Await | ast.Yield | ast.NamedExpr) for one in walked(table)):
        return None
    lead = text.source[text.start(statement) : text.start(pick.whole)]
    key = text.text(pick.key)
    lines: list[str] = []
    for number, (one, value) in enumerate(zip(keys, table.values, strict=True)):
        lines.append(f"{'el' if number else ''}if {key} == {text.text(one)}:")
        lines.append(f"{text.indent_unit}{lead}{text.text(value)}")
    lines += ["else:", f"{text.indent_unit}{lead}{pick.otherwise}"]
    indent = text.indent_of(statement)
    body = text.newline.join([lines[0], *(indent + line for line in lines[1:])])
    edits.append(text.replace(statement, body))
    why = f"Only the value for `{key}` is computed; the dict computed all {len(keys)} to use one."
    return subject.rewrite(SLUG, edits, why, variant="branches")


class _Pick:
    """How one entry of a table is taken."""

    def __init__(self, whole: ast.expr, key: ast.expr, otherwise: str) -> None:
        self.whole, self.key, self.otherwise = whole, key, otherwise


def _pick_of(subject: Subject, table: ast.AST, holder: ast.AST) -> _Pick | None:
    """The subscript or ``get`` around a table.

    An empty dict answers for a missing or unhashable key exactly as the full one does.
    """
    text = subject.text
    if (
        isinstance(holder, ast.Subscript)
        and holder.value is table
        and not isinstance(holder.slice, ast.Slice)
    ):
        return _Pick(holder, holder.slice, f"{{}}[{text.text(holder.slice)}]")
    if isinstance(holder, ast.Attribute) and holder.attr == "get":
        call = subject.parents[holder]
        if (
            isinstance(call, ast.Call)
            and call.func is holder
            and len(call.args) in {1, 2}
            and not call.keywords
        ):
            if not all(isinstance(one, ast.Name | ast.Constant) for one in call.args):
                return None
            rest = ", ".join(text.text(one) for one in call.args)
            return _Pick(call, call.args[0], f"{{}}.get({rest})")
    return None


def _picked_next(subject: Subject, assignment: ast.Assign) -> tuple[_Pick, ast.stmt] | None:
    """The pick in the statement right after a table was given a name that serves nothing else."""
    target = assignment.targets[0]
    if not isinstance(target, ast.Name) or len(stores(subject.function, target.id)) != 1:
        return None
    uses = loads(subject.function, target.id)
    block = block_of(subject, assignment)
    position = block.index(assignment) + 1
    if len(uses) != 1 or position >= len(block) or not subject.text.owns_lines(assignment):
        return None
    pick = _pick_of(subject, uses[0], subject.parents[uses[0]])
    if pick is None or statement_of(subject, uses[0]) is not block[position]:
        return None
    return pick, block[position]


def _only_value(statement: ast.stmt, value: ast.AST) -> bool:
    """Whether a statement does nothing but return or assign the value."""
    if isinstance(statement, ast.Return):
        return statement.value is value
    if isinstance(statement, ast.Assign):
        return statement.value is value and all(isinstance(one, ast.Name) for one in statement.targets)
    return False


def _is_work(value: ast.AST) -> bool:
    """Whether an entry costs something to compute."""
    if isinstance(value, ast.Lambda):
        return False
    return any(
        isinstance(part, ast.Call | ast.ListComp | ast.DictComp | ast.JoinedStr) for part in walked(value)
    )


SLOW = """\
def translate(context, text):
    return context[0] + text

def f(value, male=True):
    if male:
        t = (
            translate("0 (male)", "th"),
            translate("1 (male)", "st"),  # first
        )
    else:
        t = (translate("0 (female)", "th"), translate("1 (female)", "st"))
    if value % 100 in (11, 12):
        return f"{value}{t[0]}"
    return f"{value}{t[value % 10]}"
"""
FAST = """\
def translate(context, text):
    return context[0] + text

def f(value, male=True):
    if male:
        t = (
            ("0 (male)", "th"),
            ("1 (male)", "st"),  # first
        )
    else:
        t = (("0 (female)", "th"), ("1 (female)", "st"))
    if value % 100 in (11, 12):
        return f"{value}{translate(*t[0])}"
    return f"{value}{translate(*t[value % 10])}"
"""
SLOW_ONE = """\
def f(n):
    units = {1: str.upper("a"), 2: str.upper("b")}
    return units[n]
"""
FAST_ONE = """\
def f(n):
    units = {1: "a", 2: "b"}
    return str.upper(units[n])
"""
SLOW_DICT = """\
def f(kind, xs):
    return {"sum": sum(xs), "max": max(xs), "none": None}[kind]
"""
FAST_DICT = """\
def f(kind, xs):
    if kind == "sum":
        return sum(xs)
    elif kind == "max":
        return max(xs)
    elif kind == "none":
        return None
    else:
        return {}[kind]
"""
SLOW_NAMED = """\
def f(kind, xs, default=0):
    table = {"sum": sum(xs), "len": len(xs)}
    found = table.get(kind, default)
    return found
"""
FAST_NAMED = """\
def f(kind, xs, default=0):
    if kind == "sum":
        found = sum(xs)
    elif kind == "len":
        found = len(xs)
    else:
        found = {}.get(kind, default)
    return found
"""
LEAVE_ESCAPES = """\
def f(i):
    t = (str("a"), str("b"))
    print(t)
    return t[i]
"""
LEAVE_LOOP = """\
def f(items):
    t = (str("a"), str("b"))
    return [t[i] for i in items]
"""
LEAVE_CONSTANTS = """\
def f(kind):
    return {"a": 1, "b": 2}[kind]
"""

RULE = Rule(
    id="R48",
    slug=SLUG,
    title="Table built to pick one entry",
    looks_for="a tuple, list or dict whose entries are computed, of which one is then used",
    why_slow="Every entry is computed at every call and all but one are thrown away.",
    traps=(
        "an entry that is not picked has an effect or raises",
        "a key that equals one of the constants but hashes otherwise",
    ),
    safety="E",
    gain="4.8x on a real function with ten translated endings (CPython 3.11)",
    expected=3.0,
    examples=(
        Example(SLOW, FAST, inputs=((1,), (0, False), (11,), (12, False), (5,), (None,))),
        Example(SLOW_ONE, FAST_ONE, inputs=((1,), (2,), (3,), ([],))),
        Example(
            SLOW_DICT,
            FAST_DICT,
            inputs=(("sum", [1, 2]), ("max", [1, 2]), ("none", [1]), ("x", [1]), ([], [1])),
        ),
        Example(SLOW_NAMED, FAST_NAMED, inputs=(("sum", [1, 2]), ("len", ()), ("x", [], 7), ([], []))),
        Example(LEAVE_ESCAPES),
        Example(LEAVE_LOOP),
        Example(LEAVE_CONSTANTS),
    ),
    propose=propose,
)
