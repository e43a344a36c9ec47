"""R40: a generator expression that only fills a collection becomes a comprehension."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.names import faithful, is_builtin, own_nodes
from codeflash_rewrites.rule import Example, Rewrite, Rule, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

SLUG = "generator-into-collection"
_MAKERS = frozenset({"tuple", "set", "dict", "list", "sum", "sorted", "frozenset", "max", "min"})


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes comprehensions for all such generators of the function, together."""
    edits: list[Edit] = []
    shown = ""
    taken: set[ast.AST] = set()
    for node in own_nodes(subject.function):
        if not isinstance(node, ast.Call) or node in taken or len(node.args) != 1:
            continue
        generator = node.args[0]
        if not isinstance(generator, ast.GeneratorExp) or any(one.is_async for one in generator.generators):
            continue
        if not faithful(subject, node):
            continue
        if any(isinstance(part, ast.Await | ast.NamedExpr | ast.Yield) for part in walked(generator)):
            continue
        new = _comprehension(subject, node, generator)
        if new is not None:
            edits.append(subject.text.replace(node, new))
            shown = shown or subject.text.text(node.func)
            taken |= set(walked(node))
    if edits:
        why = (
            f"A comprehension fills what {shown} drew from a generator, without resuming one for every item."
        )
        yield subject.rewrite(SLUG, edits, why)


def _comprehension(subject: Subject, node: ast.Call, generator: ast.GeneratorExp) -> str | None:
    text = subject.text
    inner = _inner_text(subject, node, generator)
    if isinstance(node.func, ast.Attribute):
        joins = node.func.attr == "join" and isinstance(node.func.value, ast.Constant) and not node.keywords
        return f"{text.text(node.func)}([{inner}])" if joins else None
    if (
        not isinstance(node.func, ast.Name)
        or node.func.id not in _MAKERS
        or not is_builtin(subject, node.func.id)
    ):
        return None
    name = node.func.id
    if node.keywords:
        return None
    if name == "list":
        return f"[{inner}]"
    if name == "set":
        return f"{{{inner}}}"
    if name == "dict":
        pair = generator.elt
        if (
            not isinstance(pair, ast.Tuple)
            or len(pair.elts) != 2
            or any(isinstance(o, ast.Starred) for o in pair.elts)
        ):
            return None
        rest = text.source[text.end(pair) : text.end(generator.generators[-1].ifs[-1] if generator.generators[-1].ifs
                                                    else generator.generators[-1].iter)]  # fmt: skip
        return f"{{{text.text(pair.elts[0])}: {text.text(pair.elts[1])}{rest}}}"
    return f"{name}([{inner}])"


def _inner_text(subject: Subject, node: ast.Call, generator: ast.GeneratorExp) -> str:
    """The generator's text without the parentheses that it may share with the call."""
    text = subject.text.text(generator)
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text


SLOW = """\
def f(xs):
    pairs = dict((x, x * 2) for x in xs if x)
    return tuple(x for x in xs), set(x for x in xs), pairs, ", ".join(str(x) for x in xs)
"""
FAST = """\
def f(xs):
    pairs = {x: x * 2 for x in xs if x}
    return tuple([x for x in xs]), {x for x in xs}, pairs, ", ".join([str(x) for x in xs])
"""
LEAVE_OTHER_CALL = """\
def f(xs, use):
    return use(x for x in xs)
"""
LEAVE_ANY = """\
def f(xs):
    return any(x for x in xs)
"""
LEAVE_SHADOWED = """\
def f(xs, tuple):
    return tuple(x for x in xs)
"""

RULE = Rule(
    id="R40",
    slug=SLUG,
    title="Generator into a collection",
    looks_for="tuple, set, dict, list, sum, min, max, sorted or join of a generator expression",
    why_slow="The generator is resumed for every item; a comprehension runs in one frame.",
    traps=(
        "all items are in memory at once",
        "StopIteration from within is no longer turned into RuntimeError",
    ),
    safety="P",
    gain="tuple 1.8-2.3x, dict 2.2x, join 1.1-1.2x (CPython 3.11)",
    expected=1.25,
    examples=(
        Example(SLOW, FAST, inputs=(([1, 2, 0, 1],), ([],), ("ab",), (None,), ([[]],), ([1, True, 1.0],))),
        Example(LEAVE_OTHER_CALL),
        Example(LEAVE_ANY),
        Example(LEAVE_SHADOWED),
    ),
    needs=frozenset({ast.GeneratorExp}),
    propose=propose,
)
