"""R36: a loop that counts into a dict becomes a ``Counter``, which counts in C."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.names import (
    all_identifiers,
    block_of,
    bound_names,
    is_builtin,
    is_member,
    loads,
    member_alias,
    module_alias,
    own_nodes_of,
    statement_of,
    stores,
)
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "counting-loop"


@frozen
class _Counting:
    """What a counting loop counts: comprehension clauses, the key and its table."""

    table: str
    key: ast.expr
    clauses: tuple[ast.For | ast.If, ...]

    @property
    def plain(self) -> bool:
        """Whether the items themselves are counted, all of them."""
        first = self.clauses[0]
        return (
            len(self.clauses) == 1
            and isinstance(first, ast.For)
            and isinstance(first.target, ast.Name)
            and isinstance(self.key, ast.Name)
            and self.key.id == first.target.id
        )


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a counter for every loop that does nothing but count."""
    for loop in own_nodes_of(subject.function, ast.For):
        if subject.text.owns_lines(loop):
            counted = _counted(loop)
            start = _start(subject, loop, counted.table) if counted else None
            if counted is not None and start is not None:
                yield from _rewrites(subject, loop, counted, start)


def _rewrites(subject: Subject, loop: ast.For, counted: _Counting, start: ast.Assign) -> Iterator[Rewrite]:
    kind = _kind(subject, start.value)
    inside = set(walked(loop))
    targets = {
        name
        for clause in counted.clauses
        if isinstance(clause, ast.For)
        for name in bound_names(clause.target)
    }
    if kind is None or any(use not in inside for name in targets for use in loads(subject.function, name)):
        return
    if any(isinstance(part, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for part in inside):
        return
    if not is_builtin(subject, "dict") or not is_builtin(subject, "iter"):
        return
    text, table = subject.text, counted.table
    counter, imports = _counter_name(subject)
    made = f"{counter}({_items(subject, counted)})"
    edits = [*imports, text.remove_lines(start)]
    result = _returned_as_dict(subject, loop, table)
    if kind == "Counter":
        edits.append(text.replace(loop, f"{table} = {made}"))
    elif result is not None and result.value is not None:
        edits += [_remove_with_gap(subject, loop, result), text.replace(result.value, f"dict({made})")]
    elif kind == "dict":
        edits.append(text.replace(loop, f"{table} = dict({made})"))
    else:
        edits.append(text.replace(loop, f"{table} = {text.text(start.value)[:-1].rstrip(', ')}, {made})"))
    why = f"Counter counts `{text.text(loop.iter)}` in C; the loop paid two look-ups an item."
    yield subject.rewrite(SLUG, edits, why, adds=("Counter",) if imports else ())


def _counted(loop: ast.For) -> _Counting | None:
    """Reads a loop whose body only counts, perhaps through inner loops and conditions."""
    clauses: list[ast.For | ast.If] = []
    body: list[ast.stmt] = [loop]
    while len(body) == 1:
        inner = body[0]
        if (isinstance(inner, ast.For) and not inner.orelse) or (
            isinstance(inner, ast.If) and not inner.orelse and not _absence(inner.test)
        ):
            clauses.append(inner)
        else:
            break
        body = inner.body
    found = _increment(body)
    if found is None:
        return None
    table, key = found
    parts = [key, *(one.iter if isinstance(one, ast.For) else one.test for one in clauses)]
    if any(loads(part, table) for part in parts) or any(stores(part, table) for part in parts):
        return None
    return _Counting(table, key, tuple(clauses))


def _increment(body: list[ast.stmt]) -> tuple[str, ast.expr] | None:
    """The table and the key that a body counts, in any of the usual spellings."""
    last = body[-1]
    if len(body) == 1 and isinstance(last, ast.If):  # if k in d: d[k] += 1 / else: d[k] = 1
        return _if_else(last)
    if len(body) == 1 and isinstance(last, ast.Try):  # try: d[k] += 1 / except KeyError: d[k] = 1
        return _try_except(last)
    if isinstance(last, ast.Assign) and len(body) == 1:  # d[k] = d.get(k, 0) + 1
        place = _place(last.targets[0]) if len(last.targets) == 1 else None
        return place if place and _is_get_plus_one(last.value, *place) else _plus_one(last)
    place = _plus_one(last)
    if place is None or len(body) == 1:
        return place
    if len(body) == 2 and _starts_at_zero(body[0], *place):
        return place
    return None


def _if_else(node: ast.If) -> tuple[str, ast.expr] | None:
    if len(node.body) != 1 or len(node.orelse) != 1 or not isinstance(node.test, ast.Compare):
        return None
    present, absent = node.body[0], node.orelse[0]
    if len(node.test.ops) == 1 and isinstance(node.test.ops[0], ast.NotIn):
        present, absent = absent, present
    place = _plus_one(present)
    if place is None or not _is_test_of(node.test, *place) or not _sets(absent, 1, *place):
        return None
    return place


def _try_except(node: ast.Try) -> tuple[str, ast.expr] | None:
    if len(node.body) != 1 or len(node.handlers) != 1 or node.orelse or node.finalbody:
        return None
    handler = node.handlers[0]
    if not isinstance(handler.type, ast.Name) or handler.type.id != "KeyError" or len(handler.body) != 1:
        return None
    place = _plus_one(node.body[0])
    # Only a bare name as key: the key's own KeyError would be caught too.
    if place is None or not isinstance(place[1], ast.Name) or not _sets(handler.body[0], 1, *place):
        return None
    return place


def _starts_at_zero(node: ast.stmt, table: str, key: ast.expr) -> bool:
    """``if k not in d: d[k] = 0`` or ``d.setdefault(k, 0)``."""
    if isinstance(node, ast.If):
        return (
            _absence(node.test)
            and _is_test_of(node.test, table, key)
            and len(node.body) == 1
            and not node.orelse
            and _sets(node.body[0], 0, table, key)
        )
    call = node.value if isinstance(node, ast.Expr) else None
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "setdefault"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == table
        and len(call.args) == 2
        and _same(call.args[0], key)
        and _is_number(call.args[1], 0)
    )


def _plus_one(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """``d[k] += 1`` or ``d[k] = d[k] + 1``."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and _is_number(node.value, 1):
        return _place(node.target)
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.BinOp):
        place, value = _place(node.targets[0]), node.value
        if place and isinstance(value.op, ast.Add) and _is_number(value.right, 1):
            read = _place(value.left)
            if read and read[0] == place[0] and _same(read[1], place[1]):
                return place
    return None


def _place(node: ast.AST) -> tuple[str, ast.expr] | None:
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return None if isinstance(node.slice, ast.Slice) else (node.value.id, node.slice)
    return None


def _sets(node: ast.stmt, number: int, table: str, key: ast.expr) -> bool:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not _is_number(node.value, number):
        return False
    place = _place(node.targets[0])
    return place is not None and place[0] == table and _same(place[1], key)


def _is_get_plus_one(node: ast.AST, table: str, key: ast.expr) -> bool:
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return False
    call, one = (node.right, node.left) if _is_number(node.left, 1) else (node.left, node.right)
    return (
        _is_number(one, 1)
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "get"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == table
        and len(call.args) == 2
        and not call.keywords
        and _same(call.args[0], key)
        and _is_number(call.args[1], 0)
    )


def _absence(test: ast.AST) -> bool:
    return isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.NotIn)


def _is_test_of(test: ast.AST, table: str, key: ast.expr) -> bool:
    if (
        not isinstance(test, ast.Compare)
        or len(test.ops) != 1
        or not isinstance(test.ops[0], ast.In | ast.NotIn)
    ):
        return False
    holder = test.comparators[0]
    if isinstance(holder, ast.Call) and isinstance(holder.func, ast.Attribute) and holder.func.attr == "keys":
        holder = holder.func.value
    return isinstance(holder, ast.Name) and holder.id == table and _same(test.left, key)


def _same(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one).replace("Store()", "Load()") == ast.dump(other).replace("Store()", "Load()")


def _is_number(node: ast.AST, number: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == number


def _start(subject: Subject, loop: ast.For, table: str) -> ast.Assign | None:
    """The statement before the loop in the same block that makes the empty table, used by nothing between."""
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        if isinstance(before, ast.Assign) and len(before.targets) == 1 and subject.text.owns_lines(before):
            target = before.targets[0]
            if isinstance(target, ast.Name) and target.id == table:
                outside = [one for one in stores(subject.function, table) if one is not target]
                return None if outside else before
        if loads(before, table) or stores(before, table):
            return None
    return None


def _kind(subject: Subject, value: ast.AST) -> str | None:
    """Whether the table starts as an empty dict, counter or defaultdict of int."""
    if isinstance(value, ast.Dict) and not value.keys:
        return "dict"
    if not isinstance(value, ast.Call) or value.keywords:
        return None
    if isinstance(value.func, ast.Name) and value.func.id == "dict" and is_builtin(subject, "dict"):
        return None if value.args else "dict"
    if is_member(subject, value.func, "collections", "Counter"):
        return None if value.args else "Counter"
    if is_member(subject, value.func, "collections", "defaultdict") and len(value.args) == 1:
        maker = value.args[0]
        return (
            "defaultdict"
            if isinstance(maker, ast.Name) and maker.id == "int" and is_builtin(subject, "int")
            else None
        )
    return None


def _items(subject: Subject, counted: _Counting) -> str:
    """What is counted; ``iter`` keeps a mapping from being taken for ready counts."""
    text = subject.text
    first = counted.clauses[0]
    if counted.plain and isinstance(first, ast.For):
        listed = isinstance(first.iter, ast.List | ast.Tuple | ast.ListComp | ast.JoinedStr)
        return text.text(first.iter) if listed else f"iter({text.text(first.iter)})"
    clauses = [
        f"for {text.text(one.target)} in {text.text(one.iter)}"
        if isinstance(one, ast.For)
        else f"if {text.text(one.test)}"
        for one in counted.clauses
    ]
    return f"[{text.text(counted.key)} {' '.join(clauses)}]"


def _counter_name(subject: Subject) -> tuple[str, list[Edit]]:
    name = member_alias(subject, "collections", "Counter")
    if name:
        return name, []
    module = module_alias(subject, "collections")
    if module:
        return f"{module}.Counter", []
    if "Counter" in all_identifiers(subject):
        return "_Counter", [subject.text.insert_after_imports("from collections import Counter as _Counter")]
    return "Counter", [subject.text.insert_after_imports("from collections import Counter")]


def _returned_as_dict(subject: Subject, loop: ast.For, table: str) -> ast.Return | None:
    """The ``return dict(table)`` right after the loop, when it is the table's only use."""
    block = block_of(subject, loop)
    position = block.index(loop) + 1
    if position >= len(block):
        return None
    after = block[position]
    uses = [use for use in loads(subject.function, table) if use not in set(walked(loop))]
    if not isinstance(after, ast.Return) or len(uses) != 1 or statement_of(subject, uses[0]) is not after:
        return None
    if after.value is uses[0]:
        start = _start(subject, loop, table)
        return after if start is not None and _kind(subject, start.value) == "dict" else None
    call = after.value
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "dict"
        and not call.keywords
    ):
        return after if call.args == uses else None
    return None


def _remove_with_gap(subject: Subject, loop: ast.For, after: ast.stmt) -> Edit:
    """Removes the loop and the blank lines that set it off from the next statement."""
    text = subject.text
    gap = text.source[text.end(loop) : text.line_start(text.start(after))]
    end = text.line_end(text.end(loop)) if gap.strip() else text.line_start(text.start(after))
    return Edit(text.line_start(text.start(loop)), end, "")


SLOW = """\
import collections

def f(seq):
    d = collections.defaultdict(int)
    for item in seq:
        d[item] += 1
    return dict(d)
"""
FAST = """\
import collections

def f(seq):
    return dict(collections.Counter(iter(seq)))
"""
SLOW_GET = """\
from collections import Counter

def f(words):
    counts = {}
    for word in words:
        if word:
            counts[word.lower()] = counts.get(word.lower(), 0) + 1
    print(len(counts))
    return counts
"""
FAST_GET = """\
from collections import Counter

def f(words):
    counts = dict(Counter([word.lower() for word in words if word]))
    print(len(counts))
    return counts
"""
SLOW_IF = """\
def f(xs):
    seen = {}
    for x in xs:
        if x not in seen:
            seen[x] = 0
        seen[x] += 1

    return seen
"""
FAST_IF = """\
from collections import Counter
def f(xs):
    return dict(Counter(iter(xs)))
"""
SLOW_DEFAULT = """\
from collections import Counter, defaultdict

def f(xs):
    seen = defaultdict(int)
    for x in xs:
        seen[x] += 1
    return seen
"""
FAST_DEFAULT = """\
from collections import Counter, defaultdict

def f(xs):
    seen = defaultdict(int, Counter(iter(xs)))
    return seen
"""
SLOW_NESTED = """\
from collections import Counter

def f(rows):
    seen = {}
    for row in rows:
        for x, _ in row:
            if x:
                seen[x] = 1 + seen.get(x, 0)
    return sorted(seen)
"""
FAST_NESTED = """\
from collections import Counter

def f(rows):
    seen = dict(Counter([x for row in rows for x, _ in row if x]))
    return sorted(seen)
"""
LEAVE_READ = """\
def f(xs):
    d = {}
    for x in xs:
        d[x] = d.get(x, 0) + len(d)
    return d
"""
LEAVE_STARTED = """\
def f(xs, d):
    for x in xs:
        d[x] += 1
    return d
"""
LEAVE_TARGET_USED = """\
def f(xs):
    d = {}
    for x in xs:
        d[x] = d.get(x, 0) + 1
    return d, x
"""
_INPUTS: tuple[tuple[object, ...], ...] = (
    (["a", "b", "a"],),
    ([],),
    ("abca",),
    ({"k": 5, "l": 6},),
    ([1, True, 1.0],),
    ([[]],),
    (None,),
)

RULE = Rule(
    id="R36",
    slug=SLUG,
    title="Counting loop",
    looks_for="a loop that does nothing but add one to the entry of a dict",
    why_slow="Each item costs a hash look-up, an addition and a store in bytecode; Counter does them in C.",
    traps=("the input is a mapping (hence iter)", "the type of the result", "very short inputs gain nothing"),
    safety="P",
    gain="1.6-3.2x; 1.6x on a real function (CPython 3.11)",
    expected=1.6,
    examples=(
        Example(SLOW, FAST, inputs=_INPUTS),
        Example(SLOW_GET, FAST_GET, inputs=((["A", "a", "", "b"],), ([],), ([1],), (None,))),
        Example(SLOW_IF, FAST_IF, inputs=_INPUTS),
        Example(SLOW_DEFAULT, FAST_DEFAULT, inputs=_INPUTS),
        Example(SLOW_NESTED, FAST_NESTED, inputs=(([["ab", "cd"], ["ab"]],), ([],), ([1],), ([["abc"]],))),
        Example(LEAVE_READ),
        Example(LEAVE_STARTED),
        Example(LEAVE_TARGET_USED),
    ),
    needs=frozenset({ast.For}),
    propose=propose,
)
