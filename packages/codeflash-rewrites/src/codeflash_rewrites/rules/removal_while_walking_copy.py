"""R16: elements are removed from a list one by one, each time with a search or a move of the rest."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from codeflash_rewrites.analysis.effects import is_pure, is_pure_call
from codeflash_rewrites.analysis.loops import ancestors, block_of, touched_names, unchanged
from codeflash_rewrites.analysis.negation import negated
from codeflash_rewrites.analysis.scope import bound_names, read_names, scope_of
from codeflash_rewrites.analysis.searches import is_plain
from codeflash_rewrites.analysis.sequences import may_be_list
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.shrinking import (
    Copied,
    copied,
    indices_backwards,
    is_deletion,
    is_place,
    root_of,
    same,
)
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit, reindent
from codeflash_syntax.nodes import walked

SLUG = "removal-while-walking-copy"
_WAITING = ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr
_LEAVING = ast.Break | ast.Continue | ast.Return | ast.Raise


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes to keep in one pass what is not removed."""
    for node in scope_of(subject).nodes:
        if isinstance(node, ast.For | ast.While) and not node.orelse and subject.text.owns_lines(node):
            if isinstance(node, ast.For):
                yield from _copy_walked(subject, node)
                yield from _walked_backwards(subject, node)
            else:
                yield from _until_gone(subject, node)
                yield from _counted(subject, node)


def _copy_walked(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    """``for x in xs[:]: if unwanted(x): xs.remove(x)``."""
    walk = copied(subject, loop.iter)
    if walk is None or not isinstance(loop.target, ast.Name):
        return
    items, name = walk.items, loop.target.id
    removal = _the_removal(loop, items, name)
    if removal is None or not _is_unwatched(subject, loop):
        return
    kept = _kept(subject, loop.body, removal)
    if kept is not None and _may_be_asked_early(subject, items, loop, _conditions(loop.body)):
        if name not in scope_of(subject).captured and _is_only_inside(subject, name, loop):
            yield from _filtered(subject, loop, walk, name, kept)
        return
    yield from _collected(subject, loop, walk, name, removal)


def _filtered(subject: Subject, loop: ast.For, walk: Copied, name: str, kept: str) -> Iterator[Rewrite]:
    text, held = subject.text, subject.text.text(walk.items)
    if "#" in kept:
        return
    line = f"{held}[:] = [{name} for {name} in {held} if {kept}]"
    why = f"One pass keeps what stays in `{held}`; `remove` searches it from the start for each element."
    if walk.certain:
        yield subject.rewrite(SLUG, [_instead(subject, loop, [line])], why)
    elif is_builtin(subject, "type", "list") and not _is_old_way(subject, loop, held):
        whole = text.source[text.line_start(text.start(loop)) : text.line_end(text.end(loop))]
        yield subject.rewrite(SLUG, [_checked(subject, loop, held, [line], whole)], why, "typed")


def _checked(subject: Subject, loop: ast.For, held: str, lines: Sequence[str], whole: str) -> Edit:
    """The lines where the collection is a list, and the loop as it was for all else."""
    text, unit, indent = subject.text, subject.text.indent_unit, subject.text.indent_of(loop)
    head = text.block([f"if type({held}) is list:", *(unit + line for line in lines), "else:"], indent)
    whole = whole if whole.endswith(("\n", "\r")) else whole + text.newline
    start = text.line_start(text.start(loop))
    return Edit(start, text.line_end(text.end(loop)), head + reindent(whole, indent, indent + unit))


def _collected(
    subject: Subject, loop: ast.For, walk: Copied, name: str, removal: ast.Expr
) -> Iterator[Rewrite]:
    """Where more is done than to remove: the loop goes on, and collects what stays."""
    text, held, unit = subject.text, subject.text.text(walk.items), subject.text.indent_unit
    branch = subject.parents[removal]
    if not walk.certain or loop.body != [branch] or not isinstance(branch, ast.If) or branch.orelse:
        return
    rest = [one for one in branch.body if one is not removal]
    parts = [branch.test, *rest]
    if removal not in branch.body or not rest or not text.owns_lines(removal):
        return
    if any(isinstance(one, _LEAVING | _WAITING) for part in parts for one in walked(part)):
        return
    if name in bound_names(*rest) or not _may_be_asked_early(subject, walk.items, loop, parts):
        return
    if touched_names(subject, *rest) & set(scope_of(subject).parameters):
        return  # it may be the list itself
    if not text.owns_lines(branch) or branch.body[0].lineno == branch.lineno:
        return
    kept = scope_of(subject).fresh("kept", f"kept_{name}")
    why = f"The loop collects what stays in `{held}`; `remove` searches it from the start for each element."
    edits = [
        text.insert_before(loop, f"{kept} = []"),
        text.replace(loop.iter, held),
        text.remove_lines(removal),
        text.insert_after(branch, "else:", f"{unit}{kept}.append({name})"),
    ]
    edits.append(text.insert_after(loop, f"{held}[:] = {kept}"))
    yield subject.rewrite(SLUG, edits, why, "collected")


def _until_gone(subject: Subject, loop: ast.While) -> Iterator[Rewrite]:
    """``while x in xs: xs.remove(x)``."""
    match loop:
        case ast.While(
            test=ast.Compare(left=wanted, ops=[ast.In()], comparators=[items]),
            body=[
                ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=holder, attr="remove"), args=[gone], keywords=[])
                )
            ],
        ):
            if ast.dump(wanted) != ast.dump(gone) or not same(items, holder) or not is_plain(items):
                return
        case _:
            return
    text, held = subject.text, subject.text.text(items)
    plain = isinstance(wanted, ast.Constant) or is_plain(wanted)
    if not plain or root_of(items) in read_names(wanted) or kind_of(subject, items) not in {None, "list"}:
        return
    if isinstance(items, ast.Name) and not may_be_list(subject, items):
        return
    one, value = scope_of(subject).fresh("one", "each"), text.text(wanted)
    differs = f"{one} != {value}"
    if not isinstance(wanted, ast.Constant):
        differs = f"{one} is not {value} and {differs}"  # NaN is removed too
    lines = [f"if {text.text(loop.test)}:"]
    lines.append(f"{subject.text.indent_unit}{held}[:] = [{one} for {one} in {held} if {differs}]")
    why = f"One pass drops all that equals `{value}`; `remove` searches `{held}` from the start for each."
    yield subject.rewrite(SLUG, [_instead(subject, loop, lines)], why)


def _walked_backwards(subject: Subject, loop: ast.For) -> Iterator[Rewrite]:
    """``for i in range(len(xs) - 1, -1, -1): if unwanted(xs[i]): del xs[i]``."""
    items = indices_backwards(subject, loop.iter)
    if items is None or not isinstance(loop.target, ast.Name) or not _is_unwatched(subject, loop):
        return
    match loop.body:
        case [ast.If(test=test, body=[deletion], orelse=[])]:
            if is_deletion(deletion, items, loop.target.id):
                yield from _by_index(subject, loop, loop, loop.target.id, items, (test, False))


def _counted(subject: Subject, loop: ast.While) -> Iterator[Rewrite]:
    """``i = 0; while i < len(xs): if unwanted(xs[i]): del xs[i] else: i += 1``."""
    match loop:
        case ast.While(
            test=ast.Compare(
                left=ast.Name(id=index),
                ops=[ast.Lt()],
                comparators=[ast.Call(func=ast.Name(id="len"), args=[items], keywords=[])],
            ),
            body=[ast.If(test=test, body=[first], orelse=[second])],
        ):
            pass
        case _:
            return
    block = block_of(subject, loop)
    before = block[block.index(loop) - 1] if loop is not block[0] else None
    starts = isinstance(before, ast.Assign) and ast.unparse(before) == f"{index} = 0"
    if before is None or not starts or not is_builtin(subject, "len") or not is_plain(items):
        return
    step = f"{index} += 1"
    if not _is_unwatched(subject, loop) or not subject.text.owns_lines(before):
        return
    if is_deletion(first, items, index) and ast.unparse(second) == step:
        yield from _by_index(subject, before, loop, index, items, (test, False))
    elif is_deletion(second, items, index) and ast.unparse(first) == step:
        yield from _by_index(subject, before, loop, index, items, (test, True))


def _by_index(
    subject: Subject,
    first: ast.stmt,
    loop: ast.For | ast.While,
    index: str,
    items: ast.expr,
    condition: tuple[ast.expr, bool],
) -> Iterator[Rewrite]:
    """The filter, where the condition reads nothing of the list but the element at the index."""
    test, keeps = condition
    if not is_pure(subject, test) or index in scope_of(subject).captured:
        return
    if not _is_only_inside(subject, index, first, loop):
        return
    places = [
        node for node in walked(test) if isinstance(node, ast.Subscript) and is_place(node, items, index)
    ]
    inside = {part for place in places for part in walked(place)}
    others = [node for node in walked(test) if isinstance(node, ast.Name) and node not in inside]
    if not places or any(node.id in {index, root_of(items)} for node in others):
        return
    text, held = subject.text, subject.text.text(items)
    one = scope_of(subject).fresh("one", "each")
    kept = text.text(test) if keeps else negated(subject, test)
    if "\n" in kept or kept.count(f"{held}[{index}]") != len(places):
        return
    kept = kept.replace(f"{held}[{index}]", one)
    line = f"{held}[:] = [{one} for {one} in {held} if {kept}]"
    start, end = text.line_start(text.start(first)), text.line_end(text.end(loop))
    lines = [*_comments(text.source[start:end]), line]
    why = f"One pass keeps what stays in `{held}`; each deletion moves all that is behind it."
    edit = Edit(start, end, text.block(lines, text.indent_of(loop)))
    yield subject.rewrite(SLUG, [edit], why, "by-index")


def _the_removal(loop: ast.For, items: ast.expr, name: str) -> ast.Expr | None:
    """The one statement of a loop that removes its element."""
    found = [
        node
        for node in walked(loop)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "remove"
        and same(node.value.func.value, items)
        and [ast.unparse(one) for one in node.value.args] == [name]
    ]
    return found[0] if len(found) == 1 else None


def _kept(subject: Subject, body: Sequence[ast.stmt], removal: ast.Expr) -> str | None:
    """The condition under which an element stays, where a loop does nothing but remove the others."""
    match body:
        case [ast.If(test=test, body=[only], orelse=[])] if only is removal:
            return negated(subject, test)
        case [ast.If(test=test, body=[ast.Continue()], orelse=[]), last] if last is removal:
            return subject.text.text(test)
        case [ast.If(test=outer, body=[ast.If(test=inner, body=[only], orelse=[])], orelse=[])]:
            if only is removal:
                return f"not ({_term(subject, outer)} and {_term(subject, inner)})"
    return None


def _term(subject: Subject, test: ast.expr) -> str:
    text = subject.text.text(test)
    return f"({text})" if isinstance(test, ast.BoolOp | ast.IfExp | ast.Lambda) else text


def _conditions(body: Sequence[ast.stmt]) -> list[ast.expr]:
    return [node.test for statement in body for node in walked(statement) if isinstance(node, ast.If)]


def _may_be_asked_early(subject: Subject, items: ast.expr, loop: ast.For, parts: Sequence[ast.AST]) -> bool:
    """Whether what a loop evaluates can't see which elements are removed already."""
    root, plain = root_of(items), isinstance(items, ast.Name)
    for node in (one for part in parts for one in walked(part)):
        if isinstance(node, _WAITING) or (isinstance(node, ast.Name) and plain and node.id == root):
            return False
        if isinstance(node, ast.Attribute) and same(node, items):
            return False
        impure = isinstance(node, ast.Call) and not is_pure_call(subject, node)
        if impure and not plain and root in read_names(node):
            return False  # a method of the object that holds the list
    return all(unchanged(subject, items, part) for part in parts)


def _is_only_inside(subject: Subject, name: str, *places: ast.stmt) -> bool:
    """Whether a local is not mentioned outside some statements."""
    scope = scope_of(subject)
    inside = {part for place in places for part in walked(place)}
    return name not in scope.outer and all(use in inside for use in scope.uses(name))


def _is_unwatched(subject: Subject, loop: ast.For | ast.While) -> bool:
    """Whether the function itself catches no exception midway, with the list half done."""
    return not any(isinstance(one, ast.Try) for one in ancestors(subject, loop))


def _is_old_way(subject: Subject, loop: ast.For, held: str) -> bool:
    parent = subject.parents[loop]
    return isinstance(parent, ast.If) and ast.unparse(parent.test) == f"type({held}) is list"


def _instead(subject: Subject, loop: ast.stmt, lines: Sequence[str]) -> Edit:
    text = subject.text
    start, end = text.line_start(text.start(loop)), text.line_end(text.end(loop))
    return Edit(start, end, text.block([*_comments(text.source[start:end]), *lines], text.indent_of(loop)))


def _comments(lines: str) -> list[str]:
    """The comments of a block, which stand before what takes its place."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"if 1:\n{lines}").readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


SLOW = """\
def f(users):
    for user in users[:]:
        if user % 3 == 0:  # gone for long
            users.remove(user)
    return users
"""
FAST = """\
def f(users):
    # gone for long
    users[:] = [user for user in users if user % 3 != 0]
    return users
"""
SLOW_UNKNOWN = """\
def f(users, banned):
    for user in list(users):
        if user in banned:
            users.remove(user)
"""
FAST_UNKNOWN = """\
def f(users, banned):
    if type(users) is list:
        users[:] = [user for user in users if user not in banned]
    else:
        for user in list(users):
            if user in banned:
                users.remove(user)
"""
SLOW_CONTINUE = """\
def f(words, limit):
    found = [word.strip() for word in words]
    for word in found.copy():
        if len(word) < limit and word.isalpha():
            continue
        found.remove(word)
    return found
"""
FAST_CONTINUE = """\
def f(words, limit):
    found = [word.strip() for word in words]
    found[:] = [word for word in found if len(word) < limit and word.isalpha()]
    return found
"""
SLOW_MORE = """\
def f(rows):
    total = 0
    log = []
    for row in rows[:]:
        if row < 0:
            rows.remove(row)
            total += row
            log.append(row)
    return total, log
"""
FAST_MORE = """\
def f(rows):
    total = 0
    log = []
    kept = []
    for row in rows:
        if row < 0:
            total += row
            log.append(row)
        else:
            kept.append(row)
    rows[:] = kept
    return total, log
"""
SLOW_BACKWARDS = """\
def f(names, prefix):
    for i in range(len(names) - 1, -1, -1):
        if not names[i].startswith(prefix):
            del names[i]
"""
FAST_BACKWARDS = """\
def f(names, prefix):
    names[:] = [one for one in names if one.startswith(prefix)]
"""
SLOW_COUNTED = """\
def f(names):
    i = 0
    while i < len(names):
        if names[i] == "" or names[i] is None:
            names.pop(i)
        else:
            i += 1
    return names
"""
FAST_COUNTED = """\
def f(names):
    names[:] = [one for one in names if not (one == "" or one is None)]
    return names
"""
SLOW_UNTIL = """\
def f(parts):
    while "." in parts:
        parts.remove(".")
    return parts
"""
FAST_UNTIL = """\
def f(parts):
    if "." in parts:
        parts[:] = [one for one in parts if one != "."]
    return parts
"""
LEAVE_READS = """\
def f(xs):
    for x in xs[:]:
        if xs.count(x) > 1:
            xs.remove(x)
    return xs
"""
LEAVE_ITSELF = """\
def f(xs):
    for x in xs:
        if x < 0:
            xs.remove(x)
    return xs
"""
LEAVE_OTHER = """\
def f(xs, ys):
    for x in ys[:]:
        if x in xs:
            xs.remove(x)
    return xs
"""
LEAVE_CAUGHT = """\
def f(xs):
    try:
        for x in xs[:]:
            if 1 / x < 0:
                xs.remove(x)
    except ZeroDivisionError:
        pass
    return xs
"""
LEAVE_STOPS = """\
def f(xs, most):
    for x in xs[:]:
        if x < 0:
            xs.remove(x)
            break
    return xs
"""
LEAVE_LAST = """\
def f(xs):
    x = None
    for x in xs[:]:
        if x < 0:
            xs.remove(x)
    return x
"""
LEAVE_ALIAS = """\
def f(rows, log):
    for row in rows[:]:
        if row < 0:
            rows.remove(row)
            log.append(row)
"""
LEAVE_SET = """\
def f(words):
    found = set(words)
    for word in list(found):
        if not word:
            found.remove(word)
    return found
"""
LEAVE_NEIGHBOUR = """\
def f(xs):
    for i in range(len(xs) - 1, 0, -1):
        if xs[i] == xs[i - 1]:
            del xs[i]
    return xs
"""
LEAVE_PART = "def f(xs):\n    for x in xs[1:]:\n        if not x:\n            xs.remove(x)\n    return xs\n"
LEAVE_SHADOWED = """\
def list(values):
    return values


def f(xs):
    for x in list(xs):
        if not x:
            xs.remove(x)
    return xs
"""
_NUMBERS: tuple[tuple[object, ...], ...] = (([],), ([3],), ([1, 3, 2, 3, 6, 0, True, 3.0],), ([-1, -1, 2],))

RULE = Rule(
    id="R16",
    slug=SLUG,
    title="Keep in one pass what is not removed",
    looks_for="`remove` of elements while a copy of the list is walked, `while x in xs: xs.remove(x)`, and deletions by"
    " index from behind or with a counter",
    why_slow="each removal searches the list from its start and moves all that is behind the element",
    traps=(
        "`remove` takes the first equal element: the condition may tell it from the one at hand, as `1` from `True`",
        "a condition that sees, by another name, which elements are gone already",
        "an exception midway leaves the list half done before, and whole now",
        "an `==` of elements with effects, or that raises",
        "conditions are asked from the start, where indices were walked from the end",
    ),
    safety="E",
    complexity="O(n^2) -> O(n)",
    gain="40x (CPython 3.11)",
    expected=4.0,
    examples=(
        Example(SLOW, FAST, inputs=_NUMBERS),
        Example(
            SLOW_UNKNOWN,
            FAST_UNKNOWN,
            inputs=(([1, 2, 1, 3], [1]), ([], []), ({1, 2}, (2,)), (["a", "b"], "a")),
        ),
        Example(SLOW_CONTINUE, FAST_CONTINUE, inputs=((["a ", "bcd", "1", "a"], 2), ([], 1), (["a"], 0))),
        Example(SLOW_MORE, FAST_MORE, inputs=(([],), ([-1, 2, -1, 0],), ([-1.5, True],))),
        Example(
            SLOW_BACKWARDS,
            FAST_BACKWARDS,
            inputs=(([], "a"), (["ab", "b", "ab", "a"], "a"), (["b", "b"], "a")),
        ),
        Example(SLOW_COUNTED, FAST_COUNTED, inputs=(([],), (["", "a", None, "", ""],), ([0, "b"],))),
        Example(SLOW_UNTIL, FAST_UNTIL, inputs=(([],), (["."],), (["a", ".", "b", ".", "."],), (["b"],))),
        Example(LEAVE_READS),
        Example(LEAVE_ITSELF),
        Example(LEAVE_OTHER),
        Example(LEAVE_CAUGHT),
        Example(LEAVE_STOPS),
        Example(LEAVE_LAST),
        Example(LEAVE_ALIAS),
        Example(LEAVE_SET),
        Example(LEAVE_NEIGHBOUR),
        Example(LEAVE_PART),
        Example(LEAVE_SHADOWED),
    ),
    needs=frozenset({ast.For, ast.While}),
    propose=propose,
)
