"""Loops: what repeats, and what stays the same."""

import ast

import pytest

from codeflash_rewrites.analysis.effects import is_pure
from codeflash_rewrites.analysis.loops import (
    enclosing_loops,
    invariant,
    loop_parts,
    repeating_comprehensions,
    touched_names,
)
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import uses_of
from codeflash_rewrites.rule import Subject


def marked(source):
    """The subject, and the name ``HERE`` in it."""
    subject = Subject(source, "f")
    here = next(n for n in ast.walk(subject.function) if isinstance(n, ast.Name) and n.id == "HERE")
    return subject, here


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def f(xs):\n    for x in HERE:\n        pass\n", 0),
        ("def f(xs):\n    for x in xs:\n        HERE\n", 1),
        ("def f(xs):\n    for x in xs:\n        pass\n    else:\n        HERE\n", 0),
        ("def f(xs):\n    while HERE:\n        pass\n", 1),
        ("def f(xs):\n    while xs:\n        for x in HERE:\n            pass\n", 1),
        ("def f(xs):\n    for x in xs:\n        y = lambda: HERE\n", 0),
    ],
)
def test_a_loop_repeats_its_body_and_a_while_its_condition(source, count):
    assert len(enclosing_loops(*marked(source))) == count


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("[x for x in HERE]", 0),
        ("[HERE for x in xs]", 1),
        ("[x for x in xs for y in HERE]", 1),
        ("[x for x in xs if HERE]", 1),
        ("[[HERE for x in xs] for y in xs]", 2),
        ("[y for y in [HERE for x in xs]]", 1),
        ("[lambda: HERE for x in xs]", 0),
    ],
)
def test_a_comprehension_repeats_all_but_its_first_iterable(expression, count):
    assert len(repeating_comprehensions(*marked(f"def f(xs):\n    return {expression}\n"))) == count


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("b = 1", "b"),
        ("b += 1", "b"),
        ("del b", "b"),
        ("b[0] = 1", "b"),
        ("b.append(1)", "b"),
        ("b.x = 1", "b.x"),
        ("b.rows.pop()", "b.rows"),
        ("change(b)", "b"),
        ("other.change(b)", "b"),
        ("change(*b)", "b"),
        ("change(key=b)", "b"),
        ("b.add_edge(1, 2)", "b"),
        ("next(b)", "b"),
        ("for b in c: pass", "b"),
        ("with c as b: pass", "b"),
        ("(b := 1)", "b"),
        ("import b", "b"),
    ],
)
def test_what_may_change_a_name_touches_it(statement, name):
    subject = Subject(f"def f(b, c):\n    {statement}\n", "f")
    assert name in touched_names(subject, *subject.function.body)


@pytest.mark.parametrize(
    "statement", ["len(b)", "sorted(b)", "b.get(1)", "c.append(b)", "b[0]", "x in b", "b.rows"]
)
def test_reading_does_not_touch(statement):
    subject = Subject(f"def f(b, c):\n    {statement}\n", "f")
    assert "b" not in touched_names(subject, *subject.function.body)


def test_an_expression_is_invariant_when_nothing_in_it_is_touched():
    subject = Subject("def f(a, b):\n    for x in a:\n        b.pop()\n        a.c = sorted(a)\n", "f")
    loop = subject.function.body[0]
    assert invariant(subject, ast.parse("sorted(a)", mode="eval").body, loop)
    assert not invariant(subject, ast.parse("sorted(b)", mode="eval").body, loop)
    assert not invariant(subject, ast.parse("sorted(x)", mode="eval").body, loop)
    assert not invariant(subject, ast.parse("a.c", mode="eval").body, loop)
    assert not invariant(subject, ast.parse("unknown(a)", mode="eval").body, loop)


MODULE = """
import itertools, math
def twice(x): return x * 2
def count(x):
    global n
    n = 1
def deep(x): return twice(x) + 1
def odd(x):
    x.y = 1
@cache
def cached(x): return 1
def f(x): ...
"""


@pytest.mark.parametrize(
    ("expression", "pure"),
    [
        ("sorted(x)", True),
        ("x.lower().split()", True),
        ("twice(x) + deep(x)", True),
        ("math.sqrt(x)", True),
        ("itertools.count()", False),
        ("count(x)", False),
        ("odd(x)", False),
        ("cached(x)", False),
        ("f(x)", False),
        ("open(x)", False),
        ("x.pop()", False),
        ("(y := x)", False),
        ("x()()", False),
    ],
)
def test_only_what_is_known_to_be_pure_is_pure(expression, pure):
    assert is_pure(Subject(MODULE, "f"), ast.parse(expression, mode="eval").body) is pure


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("x = 1", ["store"]),
        ("x += 1", ["augment"]),
        ("x.append(1)", ["call"]),
        ("x.y", ["attribute"]),
        ("x[0]", ["load-item"]),
        ("x[0] = x[1]", ["store-item", "load-item"]),
        ("x[0] += 1", ["store-item"]),
        ("del x[0]", ["del-item"]),
        ("1 in x", ["in"]),
        ("x in y", ["compare"]),
        ("for i in x: pass", ["iterate"]),
        ("len(x)", ["builtin"]),
        ("g(x)", ["argument"]),
        ("g(*x)", ["argument"]),
        ("g(k=x)", ["argument"]),
        ("return x", ["return"]),
        ("y = x", ["alias"]),
        ("y = x + x", ["operand", "operand"]),
        ("if x: pass", ["truth"]),
        ("not x", ["truth"]),
        ("yield x", ["other"]),
        ("x", ["discard"]),
    ],
)
def test_every_use_of_a_name_has_its_kind(body, kinds):
    assert [use.kind for use in uses_of(Subject(f"def f(x, y):\n    {body}\n", "f"), "x")] == kinds


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(x: list[int]): return x\n", "list"),
        ("def f(x: 'typing.List[int]'): return x\n", "list"),
        ("def f(*x): return x\n", "tuple"),
        ("def f(**x): return x\n", "dict"),
        ("def f(x: list):\n    x = g()\n    return x\n", None),
        ("def f():\n    x = []\n    y = x + [1]\n    return y\n", "list"),
        ("def f(z):\n    x = z\n    return x\n", None),
        ("def f(z):\n    x = 'a'\n    x = 1\n    return x\n", None),
        ("def f(z): return ', '.join(z)\n", "str"),
        ("def f(z): return z.join(z)\n", None),
        ("def f(z): return sorted(z)[1:]\n", "list"),
        ("def f(z): return [0] * z\n", "list"),
        ("def f(z): return z.encode()\n", "bytes"),
        ("def sorted(z): ...\ndef f(z): return sorted(z)\n", None),
        ("def f(x: 'not a type ['): return x\n", None),
    ],
)
def test_the_builtin_type_of_a_result_is_read_off_the_text(source, kind):
    subject = Subject(source, "f")
    returned = next(node for node in ast.walk(subject.function) if isinstance(node, ast.Return))
    assert kind_of(subject, returned.value) == kind


@pytest.mark.parametrize(
    ("helper", "call", "changes"),
    [
        ("def look(xs): return [x for x in xs if x in xs][0], len(xs), xs.count(1)", "look(rows)", False),
        ("def look(n, xs): print(); return other(xs)\ndef other(xs): return xs[0]", "look(1, rows)", False),
        ("def look(n, xs=()): print(xs[0])", "look(1, xs=rows)", False),
        ("from itertools import islice as look", "list(look(rows, 2))", False),
        ("def look(xs): xs.append(1)", "look(rows)", True),
        ("def look(xs): xs[0] = 1", "look(rows)", True),
        ("def look(xs): print(); return xs", "look(rows)", True),
        ("def look(xs): return other(xs)\ndef other(xs): kept.append(xs)", "look(rows)", True),
        ("def look(*xs): print(xs[0])", "look(rows)", True),
        ("def look(xs): print(xs[0])", "look(*rows)", True),
        ("def look(xs): return look(xs)", "look(rows)", True),
        ("from random import shuffle as look", "look(rows)", True),
        ("@register\ndef look(xs): return xs[0]", "look(rows)", True),
    ],
)
def test_an_argument_that_a_function_only_reads_is_left_alone(helper, call, changes):
    source = f"{helper}\ndef f(rows):\n    for i in range(3):\n        {call}\n"
    subject = Subject(source, "f")
    loop = subject.function.body[0]
    assert ("rows" in touched_names(subject, *loop_parts(loop))) is changes
