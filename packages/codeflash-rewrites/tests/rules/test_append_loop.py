"""R39: which loops are comprehensions, and which only look like one."""

import random

import pytest

from codeflash_rewrites.catalogue import proposals
from codeflash_rewrites.rule import Subject
from codeflash_rewrites.rules.append_loop import RULE

LISTS = "def f(xs, ys=(1, 2)):\n    out = []\n    for x in xs:\n        {body}\n    return {result}\n"
DICTS = "def f(xs, ys=(1, 2)):\n    out = {{}}\n    for x in xs:\n        {body}\n    return {result}\n"


def proposed(source, function="f"):
    return [one.source for one in proposals(Subject(source, function), [RULE])]


def samples():
    chance = random.Random(5)
    yield from ([], None, 3, "ab", [0], [[]], [None, 1])
    for _ in range(40):
        yield [chance.choice([0, 1, -2, 7, "a", 2.5, [3], ()]) for _ in range(chance.randrange(6))]


@pytest.mark.parametrize(
    ("template", "body"),
    [
        (LISTS, "out.append(x)"),
        (LISTS, "out += [x]"),
        (LISTS, "if x:\n            out.append(-x)"),
        (LISTS, "if not x:\n            continue\n        out.append(x + 1)"),
        (LISTS, "if x in ys and x:\n            continue\n        out.append(x)"),
        (LISTS, "if x is None:\n            continue\n        if x:\n            out.append(x)"),
        (LISTS, "for y in ys:\n            if y != x:\n                out.append((x, y))"),
        (
            LISTS,
            "if x:\n            out.append(x)\n        elif x == 0:\n            out.append(1)\n        else:\n            out.append(2)",
        ),
        (
            LISTS,
            "if x or 1:\n            out.append(x if x else 3)\n        else:\n            out.append(ys)",
        ),
        (LISTS, "y = x * 2\n        out.append(y)"),
        (LISTS, "y = x, 1\n        out.append(y)"),
        (LISTS, "y = x * 2\n        out.append(len(ys) + y)"),
        (LISTS, "y = x * 2\n        out.append(y + y)"),
        (LISTS, "y = f'<{x}>'\n        out.append(f'{y}')"),
        (LISTS, "y = x if x else 1\n        if y:\n            out.append(y * 2)"),
        (LISTS, "for y in [a for a in ys if a]:\n            out.append(sum(b for b in (x, y)))"),
        (LISTS, "for y in 1, x:\n            out.append(y)"),
        (LISTS, "for y in ys if x else (3,):\n            out.append(y)"),
        (DICTS, "out[x] = x"),
        (DICTS, "out[x, 1] = x + 1"),
        (DICTS, "if x:\n            out[x + 1] = ys"),
    ],
)
def test_the_usual_shapes_give_the_same(do_the_same, template, body):
    source = template.format(body=body, result="out, len(out)")
    after = proposed(source)
    assert after
    for text in after:
        do_the_same(source, text, [(items,) for items in samples()])


@pytest.mark.parametrize(
    "body",
    [
        "out.append(x)\n        out.append(x)",
        "out.append(out)",
        "out.append(x)\n        print(x)",
        "y = out\n        out.append(x)",
        "y = y + x\n        out.append(y)",
        "x = x + 1\n        out.append(x)",
        "for x in ys:\n            out.append(x)\n        print(x)",
        "for y in y:\n            out.append(y)",
        "out.append(x)\n        break",
        "out.append(*x)",
        "out.append(y for y in ys if y == x)",
        "out.append([lambda: x])",
        "out.append(super().f(x))",
        "out.append(x)\n        continue",
        "if x:\n            out.append(1)\n        else:\n            ys.append(2)",
        "if x:\n            return out\n        out.append(x)",
        "for y in ys:\n            out.append(y)\n        else:\n            out.append(x)",
        "out.append([x for x in ys])",
        "a = x\n        b = a\n        c = b\n        out.append(a + b + c)",
    ],
)
def test_what_is_no_comprehension_is_left(body):
    assert proposed(LISTS.format(body=body, result="out")) == []


@pytest.mark.parametrize(
    "result", ["(out, x)", "[out for _ in ys if x]", "(lambda: x)() and out", "locals()"]
)
def test_a_variable_that_is_read_elsewhere_is_left(result):
    assert proposed(LISTS.format(body="out.append(x)", result=result)) == []


def test_a_list_of_each_turns_own_is_left():
    source = "def f(xs, table):\n    for x in xs:\n        out = table.setdefault(x, [])\n        out.append(x)\n    return table\n"
    assert list(RULE.propose(Subject(source, "f"))) == []


def test_an_inner_loop_may_take_the_outer_ones_variable():
    source = LISTS.format(body="for x in ys:\n            out.append(x)", result="out")
    assert "out.extend([x for x in ys])" in proposed(source)[0]


def test_another_loop_may_use_the_same_variable():
    source = "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    for x in xs:\n        out[0] = x\n    return out\n"
    assert len(proposed(source)) == 1


def test_a_loop_around_that_binds_the_same_variable_is_left():
    source = "def f(xs):\n    for x in xs:\n        out = []\n        for x in xs:\n            out.append(x)\n        print(x, out)\n"
    assert proposed(source) == []


def test_a_list_that_is_kept_elsewhere_before_the_loop_is_left():
    source = "def f(xs, keep):\n    out = [1]\n    keep(out)\n    for x in xs:\n        out.append(x)\n    return out\n"
    assert proposed(source) == []
    later = source.replace("    keep(out)\n", "").replace("    return", "    keep(out)\n    return")
    assert "out.extend([x for x in xs])" in proposed(later)[0]


def test_a_list_handed_on_by_an_earlier_turn_is_left():
    source = "def f(xs, keep):\n    out = [1]\n    for ys in xs:\n        for y in ys:\n            out.append(y)\n        keep(out)\n"
    assert proposed(source) == []


def test_a_list_of_the_callers_is_left():
    assert (
        proposed(
            "def f(xs, out=None):\n    out = out or []\n    for x in xs:\n        out.append(x)\n    return out\n"
        )
        == []
    )


@pytest.mark.parametrize("head", ["try:", "with lock:"])
def test_a_block_that_may_swallow_an_exception_is_left_where_the_list_is_read_behind_it(head):
    end = "\n    except TypeError:\n        pass" if head == "try:" else ""
    source = f"def f(xs, lock):\n    {head}\n        out = []\n        for x in xs:\n            out.append(x + 1){end}\n    return out\n"
    assert proposed(source) == []
    inside = source.replace("    return out\n", "").replace("(x + 1)", "(x + 1)\n        return out")
    assert len(proposed(inside)) == 1


def test_comments_of_the_loop_are_kept_and_long_lines_are_laid_out():
    source = (
        "def f(rows):\n"
        "    names = []  # of the ordered ones\n"
        "    for row in rows:  # each\n"
        "        if row.is_ordered_by_someone_else and row.name:\n"
        "            names.append(\n"
        "                row.name.strip()  # no space\n"
        "            )\n"
        "    print(names)\n"
    )
    assert proposed(source) == [
        "def f(rows):\n"
        "    # of the ordered ones\n"
        "    # each\n"
        "    # no space\n"
        "    names = [\n"
        "        row.name.strip()\n"
        "        for row in rows\n"
        "        if row.is_ordered_by_someone_else and row.name\n"
        "    ]\n"
        "    print(names)\n"
    ]


@pytest.mark.parametrize(
    "call",
    [
        "list(map(lambda x, y: x + y, xs))",
        "list(map(lambda x=1: x, xs))",
        "list(map(lambda *x: x, xs))",
        "list(map(lambda: 1))",
        "list(map(lambda x: (yield x), xs))",
        "list(map(lambda x: lambda: x, xs))",
        "list(map(lambda x: (z := x), xs))",
        "list(map(lambda x: (y for y in x), xs))",
        "list(filter(lambda x: x, xs, xs))",
        "list(map(str, xs))",
        "iter(map(lambda x: x, xs))",
        "list(map(lambda x: x, *xs))",
        "dict(filter(lambda x: x, xs))",
        "dict(map(lambda x: x, xs))",
    ],
)
def test_a_lambda_that_is_more_than_an_expression_is_left(call):
    assert proposed(f"def f(xs):\n    return {call}\n") == []


def test_a_map_of_the_module_is_left():
    assert (
        proposed("def map(f, xs):\n    return xs\n\ndef f(xs):\n    return list(map(lambda x: x, xs))\n")
        == []
    )
