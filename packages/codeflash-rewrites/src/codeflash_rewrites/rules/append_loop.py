"""R39: a loop that only fills a list, set or dict becomes a comprehension."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.comprehensions import Filling, comments_outside, filling, in_clause, laid_out
from codeflash_rewrites.analysis.loops import block_of, enclosing_loops
from codeflash_rewrites.analysis.names import faithful, own_nodes
from codeflash_rewrites.analysis.private_names import half_done_is_seen, names_are_read_by_text, stay_inside
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.uses import READING_KINDS, uses_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "append-loop"
_BRACKETS = {"append": ("[", "]"), "add": ("{", "}"), "item": ("{", "}")}
_MAKERS = {"append": "list", "add": "set", "item": "dict"}
_CONSUMERS = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "dict"})
_LIST_METHODS = frozenset(
    {"append", "extend", "insert", "pop", "remove", "sort", "reverse", "index", "count", "copy", "clear"}
)


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a comprehension for each loop that only fills, and for the lambdas of all ``map`` and ``filter``."""
    inner: set[ast.AST] = set()
    for node in own_nodes(subject.function) if not names_are_read_by_text(subject) else ():
        if isinstance(node, ast.For) and node not in inner and subject.text.owns_lines(node):
            for rewrite in _filled(subject, node):
                yield rewrite
                inner |= set(walked(node))
    yield from _without_lambdas(subject)


def _filled(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    found = filling(subject, loop) if not loop.type_comment else None
    if (
        found is None
        or not scope_of(subject).is_simple_local(found.name)
        or found.name in scope_of(subject).outer
    ):
        return
    if not stay_inside(subject, loop, found.targets) or half_done_is_seen(subject, loop, found.name):
        return
    if found.key is not None and found.value is not None and not _same_in_any_order(found.key, found.value):
        return
    start = _start(subject, loop, found)
    if start is not None:
        edits = _as_new(subject, loop, found, start)
    elif found.kind == "append" and _grows_unseen(subject, loop, found.name):
        edits = [_as_extension(subject, loop, found)]
    else:
        return
    if edits:
        why = (
            f"A comprehension fills `{found.name}` without looking a method up and calling it for every item."
        )
        if found.kind == "item":
            why = f"A comprehension fills `{found.name}` without loading and storing it for every item."
        yield subject.rewrite(SLUG, edits, why)


def _same_in_any_order(key: ast.expr, value: ast.expr) -> bool:
    """Whether it does not matter that a comprehension evaluates the key first, an assignment the value."""
    return any(
        all(
            isinstance(node, ast.Name | ast.Constant | ast.Tuple | ast.List | ast.Dict)
            for node in walked(part)
        )
        for part in (key, value)
    )


def _start(subject: Subject, loop: ast.For, found: Filling) -> ast.Assign | ast.AnnAssign | None:
    """The statement before the loop in its block that makes the empty collection, mentioned by nothing between."""
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        target = before.targets[0] if isinstance(before, ast.Assign) else getattr(before, "target", None)
        if (
            isinstance(before, ast.Assign | ast.AnnAssign)
            and isinstance(target, ast.Name)
            and target.id == found.name
        ):
            single = isinstance(before, ast.AnnAssign) or len(before.targets) == 1
            empty = before.value is not None and _is_empty(subject, before.value, found.kind)
            return before if single and empty and subject.text.owns_lines(before) else None
        if any(isinstance(node, ast.Name) and node.id == found.name for node in walked(before)):
            return None
        if not isinstance(before, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr):
            return None
    return None


def _is_empty(subject: Subject, value: ast.expr, kind: str) -> bool:
    match value:
        case ast.List(elts=[]):
            return kind == "append"
        case ast.Dict(keys=[]):
            return kind == "item"
        case ast.Call(func=ast.Name(id=maker), args=[], keywords=[]):
            return maker == _MAKERS[kind] and is_builtin(subject, maker)
    return False


def _as_new(subject: Subject, loop: ast.For, found: Filling, start: ast.Assign | ast.AnnAssign) -> list[Edit]:
    """The comprehension in place of the empty collection and the loop, and of a ``return`` that follows."""
    text, (left, right) = subject.text, _BRACKETS[found.kind]
    block = block_of(subject, loop)
    place = block.index(loop)
    assert start.value is not None
    before = text.source[text.start(start) : text.start(start.value)]
    last: ast.stmt = loop
    following = block[place + 1] if place + 1 < len(block) else None
    if (
        isinstance(start, ast.Assign)
        and following is not None
        and _returns_only(subject, following, loop, found.name)
    ):
        before, last = "return ", following
    shown = laid_out(subject, found, before + left, right, text.indent_of(loop))
    together = block.index(start) == place - 1
    begin = text.start(start) if together else text.start(loop)
    notes = comments_outside(subject, begin, text.end(last), found.kept)
    lines = "".join(f"{note}{text.newline}{text.indent_of(loop)}" for note in notes)
    edits = [Edit(begin, text.end(last), lines + shown)]
    if not together:
        gone = text.remove_lines(start)
        if "#" in text.source[text.end(start) : gone.end]:
            return []
        edits.append(gone)
    return edits


def _returns_only(subject: Subject, following: ast.stmt, loop: ast.For, name: str) -> bool:
    """Whether a statement returns the collection, which nothing but its start and the loop mentions."""
    returned = following.value if isinstance(following, ast.Return) else None
    filled = sum(isinstance(node, ast.Name) and node.id == name for node in walked(loop))
    own = isinstance(returned, ast.Name) and returned.id == name
    return own and len(scope_of(subject).uses(name)) == filled + 2


def _grows_unseen(subject: Subject, loop: ast.For, name: str) -> bool:
    """Whether a name is a list that the function made and that nothing else holds before the loop is over."""
    made = scope_of(subject).definitions(name)
    if not made or not all(_makes_list(subject, value) for value in made):
        return False
    repeated = bool(enclosing_loops(subject, loop))
    inside = set(walked(loop))
    for use in uses_of(subject, name):
        harmless = use.kind in READING_KINDS | {"store", "return"} or (
            use.kind == "call" and use.detail in _LIST_METHODS
        )
        if use.name in inside or harmless:
            continue
        if repeated or use.name.lineno < loop.lineno:
            return False
    return True


def _makes_list(subject: Subject, value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in {"list", "sorted"} and is_builtin(
            subject, value.func.id
        )  # fmt: skip
    return isinstance(value, ast.List | ast.ListComp)


def _as_extension(subject: Subject, loop: ast.For, found: Filling) -> Edit:
    text = subject.text
    shown = laid_out(subject, found, f"{found.name}.extend([", "])", text.indent_of(loop))
    notes = comments_outside(subject, text.start(loop), text.end(loop), found.kept)
    lines = "".join(f"{note}{text.newline}{text.indent_of(loop)}" for note in notes)
    return text.replace(loop, lines + shown)


def _without_lambdas(subject: Subject) -> Iterator[Rewrite]:
    """``list(map(lambda x: e, xs))`` becomes ``[e for x in xs]``; all of the function together."""
    edits: list[Edit] = []
    taken: set[ast.AST] = set()
    names: list[str] = []
    for node in own_nodes(subject.function):
        if not isinstance(node, ast.Call) or node in taken:
            continue
        new = _without_lambda(subject, node)
        if new is not None:
            edits.append(subject.text.replace(node, new[1]))
            names.append(f"`{new[0]}`")
            taken |= set(walked(node))
    if edits:
        called = " and ".join(dict.fromkeys(names))
        why = f"A comprehension evaluates in place what {called} called a lambda for."
        yield subject.rewrite(SLUG, edits, why)


def _without_lambda(subject: Subject, node: ast.Call) -> tuple[str, str] | None:
    """The function that called the lambda, and the comprehension that does without."""
    match node:
        case ast.Call(
            func=ast.Name(id=maker),
            args=[
                ast.Call(
                    func=ast.Name(id="map" | "filter" as called), args=[ast.Lambda() as function, *items]
                )
            ],
            keywords=[],
        ) if maker in _CONSUMERS:
            if not is_builtin(subject, maker, called) or not faithful(subject, node):
                return None
        case ast.Call(
            func=ast.Attribute(attr="join", value=ast.Constant()),
            args=[
                ast.Call(
                    func=ast.Name(id="map" | "filter" as called), args=[ast.Lambda() as function, *items]
                )
            ],
            keywords=[],
        ):
            maker = subject.text.text(node.func)
            if not is_builtin(subject, called) or not faithful(subject, node):
                return None
        case _:
            return None
    clauses = _clauses_of(subject, called, function, items)
    if clauses is None:
        return None
    pair = function.body
    if maker == "dict":
        if called != "map" or not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
            return None
        if any(isinstance(one, ast.Starred) for one in pair.elts):
            return None
        key, value = (subject.text.text(one) for one in pair.elts)
        return called, f"{{{key}: {value} {clauses[1]}}}"
    shown = f"{clauses[0]} {clauses[1]}"
    if maker in {"list", "set"}:
        return called, f"[{shown}]" if maker == "list" else f"{{{shown}}}"
    return called, f"{maker}([{shown}])"


def _clauses_of(
    subject: Subject, called: str, function: ast.Lambda, items: list[ast.expr]
) -> tuple[str, str] | None:
    arguments = function.args
    names = [one.arg for one in arguments.args]
    plain = not (arguments.defaults or arguments.vararg or arguments.kwarg or arguments.kwonlyargs)
    if not plain or arguments.posonlyargs or not names or len(names) != len(items):
        return None
    if any(isinstance(one, ast.Starred) for one in items) or (called == "filter" and len(items) != 1):
        return None
    body = function.body
    scopes = ast.Lambda | ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Await | ast.GeneratorExp
    if any(isinstance(part, scopes) for part in walked(body)):
        return None
    if any(isinstance(part, ast.Name) and part.id in {"super", "locals", "eval"} for part in walked(body)):
        return None
    text = subject.text
    target, walks = names[0], in_clause(text.text(items[0]), items[0])
    if len(names) > 1:
        if not is_builtin(subject, "zip"):
            return None
        target, walks = ", ".join(names), f"zip({', '.join(text.text(one) for one in items)})"
    if isinstance(items[0], ast.GeneratorExp) and not walks.startswith("("):
        return None
    shown = text.text(body)
    if called == "filter":
        return names[0], f"for {target} in {walks} if {in_clause(shown, body)}"
    if isinstance(body, ast.Tuple) and not shown.startswith("("):
        shown = f"({shown})"
    return shown, f"for {target} in {walks}"


SLOW = """\
def f(rows, limit):
    # Totals of the rows that count.
    totals = []
    for row in rows:
        if not row:
            continue  # nothing in it
        total = sum(row)
        totals.append(min(total, limit))
    return totals
"""
FAST = """\
def f(rows, limit):
    # Totals of the rows that count.
    # nothing in it
    return [min(sum(row), limit) for row in rows if row]
"""
SLOW_ELSE = """\
def f(words):
    shown = set()
    for line in words:
        for word in line:
            if word > "m":
                shown.add(word.upper())
            else:
                shown.add(word)
    print(len(shown))
    return sorted(shown)
"""
FAST_ELSE = """\
def f(words):
    shown = {word.upper() if word > "m" else word for line in words for word in line}
    print(len(shown))
    return sorted(shown)
"""
SLOW_DICT = """\
def f(pairs):
    table: dict = {}
    for key, value in pairs:
        if key in ("a", None):
            continue
        table[key] = [value, key]
    return table
"""
FAST_DICT = """\
def f(pairs):
    table: dict = {key: [value, key] for key, value in pairs if key not in ("a", None)}
    return table
"""
SLOW_EXTEND = """\
def f(rows):
    lines = ["rows"]
    for name, value in rows:
        lines.append(f"{name}: {value}")
    lines.append("end")
    return "\\n".join(lines)
"""
FAST_EXTEND = """\
def f(rows):
    lines = ["rows"]
    lines.extend([f"{name}: {value}" for name, value in rows])
    lines.append("end")
    return "\\n".join(lines)
"""
SLOW_LAMBDA = """\
def f(xs, ys):
    twice = list(map(lambda x: x * 2, xs))
    sums = tuple(map(lambda x, y: (x, y), xs, ys))
    return twice, sums, list(filter(lambda x: x if x else None, xs)), dict(map(lambda y: (y, 1), ys))
"""
FAST_LAMBDA = """\
def f(xs, ys):
    twice = [x * 2 for x in xs]
    sums = tuple([(x, y) for x, y in zip(xs, ys)])
    return twice, sums, [x for x in xs if (x if x else None)], {y: 1 for y in ys}
"""
SLOW_LOCAL = """\
def f(texts, table):
    found = []
    for text in texts:
        word = text.strip().lower()
        if word in table:
            found.append((word, table[word]))
    return found, len(texts)
"""
FAST_LOCAL = """\
def f(texts, table):
    found = [
        (word, table[word])
        for text in texts
        for word in [text.strip().lower()]
        if word in table
    ]
    return found, len(texts)
"""
LEAVE_READ = """\
def f(xs):
    out = []
    for x in xs:
        out.append(x + len(out))
    return out
"""
LEAVE_LEAKS = """\
def f(xs):
    out = []
    for x in xs:
        out.append(x + 1)
    return out, x
"""
LEAVE_TRIED = """\
def f(xs):
    out = []
    try:
        for x in xs:
            out.append(1 / x)
    except ZeroDivisionError:
        pass
    return out
"""
LEAVE_HELD = """\
class Holder:
    def f(self, xs):
        out = []
        self.out = out
        for x in xs:
            out.append(self.g(x))
        return out
"""
LEAVE_ATTRIBUTE = """\
class Holder:
    def f(self, xs):
        self.out = []
        for x in xs:
            self.out.append(x)
"""
LEAVE_CAPTURED = """\
def f(xs, run):
    out = []
    def seen():
        return len(out)
    for x in xs:
        out.append(run(seen, x))
    return out
"""
LEAVE_YIELD = """\
def f(xs):
    out = []
    for x in xs:
        out.append((yield x))
    return out
"""
LEAVE_BREAK = """\
def f(xs):
    out = []
    for x in xs:
        if x < 0:
            break
        out.append(x)
    return out
"""
LEAVE_WALRUS = """\
def f(xs):
    out = []
    for x in xs:
        if (y := x * 2) > 3:
            out.append(y)
    return out
"""
LEAVE_LATE = """\
def f(xs):
    out = []
    for x in xs:
        out.append(lambda: x)
    return out
"""
LEAVE_LOCALS = """\
def f(xs):
    out = []
    for x in xs:
        out.append(x % 3)
    return out, sorted(locals())
"""
LEAVE_ORDER = """\
def f(rows):
    table = {}
    for row in rows:
        table[row["key"]] = row["value"]
    return table
"""
LEAVE_GIVEN = """\
def f(out, xs):
    for x in xs:
        out.append(x * 2)
    return out
"""
LEAVE_SUPPRESSED = """\
from contextlib import suppress


def f(xs):
    out = []
    with suppress(TypeError):
        for x in xs:
            out.append(x + 1)
    return out
"""
_ROWS: tuple[tuple[object, ...], ...] = (
    ([], 3),
    ([[1, 2], [], [1]], 2),
    (None, 1),
    ([[1], 5], 1),
    ([["a"]], 1),
)
_LISTS: tuple[tuple[object, ...], ...] = (
    ([], []),
    ([1, 0, 2], [3, 4]),
    ("ab", "abc"),
    (None, []),
    ([1], None),
    ([1], [[]]),
    ([{}, 1], [1]),
)

RULE = Rule(
    id="R39",
    slug=SLUG,
    title="Loop that only fills a list, set or dict",
    looks_for="a loop that does nothing but append, add or store an item, and `map` or `filter` of a lambda",
    why_slow="Each item costs the look-up of a method and a call, or a call of the lambda; a comprehension has neither.",
    traps=(
        "the collection is read in the loop, or something else holds it",
        "an exception leaves a half-filled collection that a handler reads",
        "the loop's variables are read after it",
        "StopIteration in a lambda ends `map` silently and a comprehension with the exception",
    ),
    safety="P",
    gain="1.1x for a loop (1.7x up to 3.10), 1.8-2.3x for a lambda (CPython 3.11)",
    expected=1.3,
    examples=(
        Example(SLOW, FAST, inputs=_ROWS),
        Example(
            SLOW_ELSE, FAST_ELSE, inputs=(([],), ([["a", "z"], "zb"],), ([[1]],), (None,), ([["z"], 1],))
        ),
        Example(
            SLOW_DICT,
            FAST_DICT,
            inputs=(([],), ([("a", 1), ("b", 2), ("b", 3)],), ([([], 1)],), ([1],), (None,)),
        ),
        Example(SLOW_EXTEND, FAST_EXTEND, inputs=(([],), ([("a", 1)],), ([(1, 2, 3)],), (None,))),
        Example(SLOW_LAMBDA, FAST_LAMBDA, inputs=_LISTS),
        Example(
            SLOW_LOCAL,
            FAST_LOCAL,
            inputs=(([], {}), ([" A", "b"], {"a": 1}), ([1], {}), (["a"], 5), (None, {})),
        ),
        Example(LEAVE_READ),
        Example(LEAVE_LEAKS),
        Example(LEAVE_TRIED),
        Example(LEAVE_HELD, function="Holder.f"),
        Example(LEAVE_ATTRIBUTE, function="Holder.f"),
        Example(LEAVE_CAPTURED),
        Example(LEAVE_YIELD),
        Example(LEAVE_BREAK),
        Example(LEAVE_WALRUS),
        Example(LEAVE_LATE),
        Example(LEAVE_LOCALS),
        Example(LEAVE_ORDER),
        Example(LEAVE_GIVEN),
        Example(LEAVE_SUPPRESSED),
    ),
    needs=frozenset({ast.For, ast.Lambda}),
    propose=propose,
)
