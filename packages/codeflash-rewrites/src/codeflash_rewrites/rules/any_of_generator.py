"""R38: ``any`` and ``all`` over a generator become a loop, or one call that takes a tuple."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import bound_names, faithful, is_builtin, own_nodes, stores
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.nodes import walked

SLUG = "any-of-generator"


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a loop for each returned ``any`` or ``all``, and a tuple of prefixes where the test takes one."""
    for node in own_nodes(subject.function):
        found = _generator(subject, node)
        if found is None:
            continue
        assert isinstance(node, ast.Call)
        yield from _tuple_of_affixes(subject, node, *found)
        statement = subject.parents[node]
        if isinstance(statement, ast.Return) and subject.text.owns_lines(statement):
            yield from _loop(subject, statement, *found)


def _generator(subject: Subject, node: ast.AST) -> tuple[str, ast.GeneratorExp] | None:
    if (
        not isinstance(node, ast.Call)
        or not isinstance(node.func, ast.Name)
        or node.func.id not in {"any", "all"}
    ):
        return None
    if not is_builtin(subject, node.func.id) or len(node.args) != 1 or node.keywords:
        return None
    generator = node.args[0]
    if not isinstance(generator, ast.GeneratorExp) or any(one.is_async for one in generator.generators):
        return None
    if any(isinstance(part, ast.NamedExpr | ast.Await | ast.Lambda) for part in walked(generator)):
        return None
    return node.func.id, generator


def _loop(
    subject: Subject, statement: ast.Return, name: str, generator: ast.GeneratorExp
) -> Iterator[Rewrite]:
    """``return any(test for x in xs)`` becomes a loop that returns."""
    text, step = subject.text, subject.text.indent_unit
    targets = {name for clause in generator.generators for name in bound_names(clause.target)}
    inside = set(walked(generator))
    others = [part for part in walked(subject.function) if part not in inside]
    if any(isinstance(part, ast.Name | ast.arg) and _name_of(part) in targets for part in others):
        return  # the loop's variables would no longer be the generator's own
    lines: list[str] = []
    depth = 0
    for clause in generator.generators:
        lines.append(f"{step * depth}for {text.text(clause.target)} in {text.text(clause.iter)}:")
        depth += 1
        for condition in clause.ifs:
            lines.append(f"{step * depth}if {text.text(condition)}:")
            depth += 1
    wanted = text.text(generator.elt)
    if name == "all":
        plain = isinstance(generator.elt, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
        wanted = f"not {wanted}" if plain else f"not ({wanted})"
    lines += [
        f"{step * depth}if {wanted}:",
        f"{step * (depth + 1)}return {name == 'any'}",
        f"return {name == 'all'}",
    ]
    if any("\n" in line for line in lines):
        return
    indent = text.indent_of(statement)
    body = text.newline.join([lines[0], *(indent + line for line in lines[1:])])
    why = f"A loop answers what {name} asked of a generator, without resuming one for every item."
    yield subject.rewrite(SLUG, [text.replace(statement, body)], why, variant="loop")


def _tuple_of_affixes(
    subject: Subject, node: ast.Call, name: str, generator: ast.GeneratorExp
) -> Iterator[Rewrite]:
    """``any(s.startswith(p) for p in ("a", "b"))`` becomes ``s.startswith(("a", "b"))``."""
    clause, test = generator.generators[0], generator.elt
    if (
        name != "any"
        or len(generator.generators) != 1
        or clause.ifs
        or not isinstance(clause.target, ast.Name)
    ):
        return
    if not isinstance(test, ast.Call) or not isinstance(test.func, ast.Attribute) or test.keywords:
        return
    if test.func.attr not in {"startswith", "endswith"} or len(test.args) != 1:
        return
    argument, item = test.args[0], clause.target.id
    if not isinstance(argument, ast.Name) or argument.id != item or not isinstance(test.func.value, ast.Name):
        return
    if test.func.value.id == item or not faithful(subject, node):
        return
    text = subject.text
    if isinstance(clause.iter, ast.Tuple | ast.List):
        if not clause.iter.elts or not all(
            isinstance(one, ast.Constant) and isinstance(one.value, str) for one in clause.iter.elts
        ):
            return
        inner = text.text(clause.iter)[1:-1].rstrip().rstrip(",")
        affixes = f"({inner})" if len(clause.iter.elts) > 1 else inner
    elif isinstance(clause.iter, ast.Name) and not stores(generator.elt, clause.iter.id):
        affixes = f"tuple({clause.iter.id})"
        if not is_builtin(subject, "tuple"):
            return
    else:
        return
    new = f"{text.text(test.func)}({affixes})"
    why = f"`{text.text(test.func)}` takes all alternatives at once; the generator called it for each."
    yield subject.rewrite(SLUG, [text.replace(node, new)], why, variant="tuple")


def _name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "arg", "")


SLOW = """\
def f(xs, limit):
    if not xs:
        return False
    return any(x > limit for x in xs if x)
"""
FAST = """\
def f(xs, limit):
    if not xs:
        return False
    for x in xs:
        if x:
            if x > limit:
                return True
    return False
"""
SLOW_ALL = """\
def f(rows):
    return all(x and y for row in rows for x, y in row)
"""
FAST_ALL = """\
def f(rows):
    for row in rows:
        for x, y in row:
            if not (x and y):
                return False
    return True
"""
SLOW_PREFIX = """\
def f(line):
    comment = any(line.startswith(mark) for mark in ("#", "//"))
    return comment
"""
FAST_PREFIX = """\
def f(line):
    comment = line.startswith(("#", "//"))
    return comment
"""
LEAVE_NAME_TAKEN = """\
def f(xs, x):
    return any(x > 1 for x in xs) or x
"""
LEAVE_LIST = """\
def f(xs):
    return any([x > 1 for x in xs])
"""
LEAVE_SHADOWED = """\
def any(xs):
    return xs

def f(xs):
    return any(x for x in xs)
"""

RULE = Rule(
    id="R38",
    slug=SLUG,
    title="any or all of a generator",
    looks_for="return any(...) or all(...) of a generator expression, and tests of several prefixes",
    why_slow="The generator is set up, resumed for every item and torn down; a loop tests in place.",
    traps=("the loop's variable leaks into the function", "a prefix that is no str"),
    safety="P",
    gain="1.6-2.3x, prefixes 6-7x, 4.7x on a real function (CPython 3.11)",
    expected=1.7,
    examples=(
        Example(SLOW, FAST, inputs=(([1, 5], 3), ([1, 0], 3), ([], 1), (["a"], 1), (None, 1), (7, 1))),
        Example(SLOW_ALL, FAST_ALL, inputs=(([["ab", (1, 0)]],), ([],), ([[(1, 2)]],), ([1],), ([["abc"]],))),
        Example(SLOW_PREFIX, FAST_PREFIX, inputs=(("# a",), ("// b",), ("a",), ("",))),
        Example(LEAVE_NAME_TAKEN),
        Example(LEAVE_LIST),
        Example(LEAVE_SHADOWED),
    ),
    needs=frozenset({ast.GeneratorExp}),
    propose=propose,
)
