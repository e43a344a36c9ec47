"""Edge cases of the rules for counting, filling, dynamic programs, minima and searches."""

import pytest

from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rule import Subject

COUNT, FILL, FEWEST = "counting-loop", "fill-loop", "minimum-of-few-in-loop"
ROWS, PLACES, CUT = "row-recurrence", "subscript-repeated-in-loop", "text-cut-after-each-match"


def rewrites(slug, source, function="f"):
    return [rewrite.source for rewrite in by_slug(slug).propose(Subject(source, function))]


def function_of(source):
    space = {}
    exec(compile(source, "example.py", "exec"), space)
    return space["f"]


COUNTING = "from collections import Counter, defaultdict\ndef f(xs):\n    d = {start}\n    for x in xs:\n        {body}\n    return d\n"


@pytest.mark.parametrize(
    "body",
    [
        "d[x] = d[x] + 1",
        "d[x] += 1",
        "try:\n            d[x] += 1\n        except KeyError:\n            d[x] = 1",
        "if x in d:\n            d[x] += 1\n        else:\n            d[x] = 1",
        "if x not in d.keys():\n            d[x] = 1\n        else:\n            d[x] += 1",
        "d.setdefault(x, 0)\n        d[x] += 1",
        "d[x] = 1 + d.get(x, 0)",
    ],
)
def test_every_usual_spelling_of_counting_is_known(body):
    source = COUNTING.format(start="defaultdict(int)", body=body)
    (after,) = rewrites(COUNT, source)
    for items in (["a", "b", "a"], [], [1, True, 1.0]):
        assert list(function_of(after)(items).items()) == list(function_of(source)(items).items())


@pytest.mark.parametrize(
    "body",
    [
        "d[x] += 2",
        "d[x] -= 1",
        "d[x] += 1.0",
        "d[x] += True",
        "d[x] += 1\n        print(x)",
        "d[x] += 1\n        break",
        "d[len(d)] += 1",
        "if x in d:\n            d[x] += 1\n        else:\n            d[x] = 2",
        "d[x][0] += 1",
        "d[x:] += 1",
    ],
)
def test_what_only_looks_like_counting_is_left(body):
    assert rewrites(COUNT, COUNTING.format(start="{}", body=body)) == []


@pytest.mark.parametrize(
    "start", ["{1: 1}", "defaultdict(list)", "defaultdict(int, xs)", "other", "{}\n    d = {}"]
)
def test_a_table_that_does_not_start_empty_is_left(start):
    assert rewrites(COUNT, COUNTING.format(start=start, body="d[x] = d.get(x, 0) + 1")) == []


def test_an_asynchronous_loop_and_an_else_are_left():
    assert (
        rewrites(
            COUNT,
            "async def f(xs):\n    d = {}\n    async for x in xs:\n        d[x] = d.get(x, 0) + 1\n    return d\n",
        )
        == []
    )
    assert (
        rewrites(
            COUNT,
            "def f(xs):\n    d = {}\n    for x in xs:\n        d[x] = d.get(x, 0) + 1\n    else:\n        d = 1\n    return d\n",
        )
        == []
    )


def test_another_counter_of_the_module_is_not_taken_for_the_standard_one():
    source = "class Counter: pass\ndef f(xs):\n    d = {}\n    for x in xs:\n        d[x] = d.get(x, 0) + 1\n    return d\n"
    (after,) = rewrites(COUNT, source)
    assert function_of(after)("aab") == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    "body",
    [
        "a = [1] * n\n    for i in range(n + 1):\n        a[i] = 0",
        "a = [1] * n\n    a.pop()\n    for i in range(n):\n        a[i] = 0",
        "a = [1] * n\n    n += 1\n    for i in range(n):\n        a[i] = 0",
        "a = [1] * n\n    for i in range(-1, n):\n        a[i] = 0",
        "a = [1] * n\n    for i in range(n):\n        a[i] = i",
        "a = [1] * n\n    for i in range(n):\n        a[i] = []",
        "a = (1,) * n\n    for i in range(n):\n        a[i] = 0",
        "a = {}\n    for i in range(n):\n        a[i] = 0",
        "a = n\n    for i in range(3):\n        a.append(0)",
        "a = [[] for _ in range(n)]",
        "range = n\n    a = [0 for _ in range(3)]",
        "a = [1] * n\n    for i in range(n, 0, -1):\n        a[i] = 0",
    ],
)
def test_a_fill_that_could_differ_is_left(body):
    assert rewrites(FILL, f"def f(n):\n    {body}\n    return a\n") == []


def test_a_whole_list_and_a_bytearray_are_filled():
    source = "def f(n):\n    a = [1] * n\n    b = bytearray(n)\n    for i in range(len(a)):\n        a[i] = None\n    for i in range(0, n, 2):\n        b[i] = 7\n    return a, b\n"
    for after in rewrites(FILL, source):
        for n in (0, 1, 2, 5):
            assert function_of(after)(n) == function_of(source)(n)
    assert len(rewrites(FILL, source)) == 2


@pytest.mark.parametrize(
    "call", ["min(a, b)", "max(a, b)", "min(b, a)", "max(b, a)", "min(a, b, x)", "max(x, a, b)"]
)
@pytest.mark.parametrize("target", ["a", "b", "c"])
def test_the_same_one_of_equal_or_incomparable_values_is_chosen(call, target):
    source = (
        f"def f(xs, a, b):\n    c = None\n    for x in xs:\n        {target} = {call}\n    return a, b, c\n"
    )
    (after,) = rewrites(FEWEST, source)
    nan = float("nan")
    for one, other in ((1, True), (True, 1.0), (nan, 1), (1, nan), (2, 1), (1, 2), (0.0, -0.0)):
        assert repr(function_of(after)([1, nan], one, other)) == repr(
            function_of(source)([1, nan], one, other)
        )


@pytest.mark.parametrize(
    "value", ["min(xs)", "min(*xs)", "min(x, 1, key=abs)", "min(x, 1, 2, 3)", "abs(min(x, 1))"]
)
def test_other_minima_are_left(value):
    assert rewrites(FEWEST, f"def f(xs):\n    for x in xs:\n        y = {value}\n    return y\n") == []


def test_arguments_are_evaluated_once_and_in_order():
    source = "def f(log):\n    def g(n):\n        log.append(n)\n        return n\n    for _ in range(2):\n        y = max(g(1), g(3), g(2))\n    return y\n"
    (after,) = rewrites(FEWEST, source)
    log = []
    assert function_of(after)(log) == 3
    assert log == [1, 3, 2, 1, 3, 2]


@pytest.mark.parametrize(
    "body",
    [
        "row[y] = row[y - 1]\n            row = []",
        "row[y] = row[y - 1]\n            y += 1",
        "use(row)\n            row[y] = row[y - 1]",
        "row[y] += row[y - 1]",
        "row[y] = row[y - 1] + row[y - 2]",
        "row[y - 1] = row[y]",
        "if y:\n                row[y] = row[y - 1]",
    ],
)
def test_a_row_used_in_another_way_is_left(body):
    assert (
        rewrites(
            ROWS,
            f"def f(row, use):\n    for x in row:\n        for y in range(1, 3):\n            {body}\n    return row\n",
        )
        == []
    )


@pytest.mark.parametrize(
    "body",
    [
        "a[i] = 1\n            b = a[i]",
        "a.append(1)\n            b = a[i]",
        "i += 1\n            b = a[i]",
        "b = a[j]",
        "b = a[i](j)\n            a = b",
        "b = a[i:j]",
    ],
)
def test_a_place_that_changes_is_left(body):
    assert (
        rewrites(
            PLACES,
            f"def f(a, b):\n    for i in range(3):\n        for j in range(3):\n            {body}\n    return b\n",
        )
        == []
    )


@pytest.mark.parametrize("pattern", [r"^a", r"\ba", r"(?<=x)a", r"a*", r"(?m:^a)", r"\Aa", r"a|", r"(?i)a"])
def test_a_pattern_that_sees_what_was_cut_is_left(pattern):
    source = f"import re\nP = re.compile({pattern!r})\ndef f(s):\n    out = []\n    m = P.search(s)\n    while m:\n        out.append(s[:m.start()])\n        s = s[m.end():]\n        m = P.search(s)\n    return out, s\n"
    assert rewrites(CUT, source) == []
