"""R42: which index loops are walks through elements, and for which sequences."""

import random

import pytest

from codeflash_rewrites.catalogue import proposals
from codeflash_rewrites.rule import Facts, ParameterFacts, Subject
from codeflash_rewrites.rules.index_loop import RULE


def rewrites(source, facts=None):
    return list(proposals(Subject(source, "f", facts or Facts()), [RULE]))


class Odd(list):
    def __getitem__(self, place):
        return 10 if isinstance(place, int) else list.__getitem__(self, place)


def samples(odd):
    chance = random.Random(3)
    yield from (([], []), ([1], [2]), ([1, 2], [2, 3]), ((1, 2, 3), (3, 2, 1)), ("abc", "abd"))
    for _ in range(40):
        size = chance.randrange(7)
        pick = [[chance.choice([0, 1, 2, 2.5, True]) for _ in range(size)] for _ in range(2)]
        yield tuple(pick)
        if odd:
            yield pick[0], pick[1][:-1]
            yield Odd(pick[0]), pick[1]
            yield dict(enumerate(pick[0])), pick[1]
            yield {5: 1}, pick[1]
            yield pick[1], None


HEAD = "def f(xs, ys):\n    out = []\n"
SHAPES = {
    "elements": "    for i in range(len(xs)):\n        out.append(xs[i])\n",
    "numbered": "    for i in range(len(xs)):\n        if xs[i]:\n            out.append((i, xs[i]))\n",
    "two": "    for i in range(len(xs)):\n        if xs[i] == ys[i]:\n            out.append(ys[i])\n",
    "before": "    for i in range(1, len(xs)):\n        out.append(xs[i] == xs[i - 1])\n",
    "behind": "    for i in range(len(xs) - 1):\n        out.append((xs[i + 1], xs[i]))\n",
    "both": "    for i in range(1, len(xs) - 1):\n        out.append((xs[i + 1], xs[i], xs[i - 1]))\n",
    "far": "    for i in range(2, len(xs) - 2):\n        out.append((xs[i + 1], xs[i - 2]))\n",
    "trimmed": "    for i in range(len(xs) - 2):\n        out.append((xs[i], xs[i + 1]))\n",
    "other sequence behind": "    for i in range(len(xs) - 1):\n        out.append((xs[i], ys[i + 1]))\n",
    "other sequence short": "    for i in range(1, len(xs)):\n        out.append((xs[i], ys[i - 1]))\n",
    "named length": "    n = len(xs)\n    for i in range(n):\n        out.append(xs[i])\n",
    "named length kept": "    n = len(xs)\n    for i in range(n - 1):\n        out.append((xs[i], xs[i + 1], n))\n",
    "counted": "    i = 0\n    while i < len(xs):\n        out.append((xs[i], i))\n        i += 1\n",
    "counted and left": "    i = 0\n    while i < len(xs):\n        if xs[i] == 2:\n            break\n        out.append(xs[i])\n        i = i + 1\n",
    "counted with an inner continue": "    i = 0\n    while i < len(xs):\n        for y in ys:\n            if y:\n                continue\n            out.append((xs[i], y))\n        i += 1\n",
    "rest": "    for i in range(len(xs)):\n        for j in range(i, len(xs)):\n            out.append((i, xs[j]))\n",
    "pairs": "    for i in range(len(xs) - 1):\n        for j in range(i + 1, len(xs)):\n            if xs[i] == xs[j]:\n                continue\n            out.append((xs[i], xs[j]))\n",
    "named at once": "    for i in range(len(xs)):\n        x = xs[i]\n        if x:\n            out.append((x, xs[i]))\n",
    "named and changed": "    for i in range(len(xs)):\n        x = xs[i]\n        x = [x]\n        out.append((x, xs[i]))\n",
    "comprehension": "    out = [xs[i] + ys[i] for i in range(len(xs)) if xs[i]]\n",
    "sum": "    out = 1 + sum(xs[i] * ys[i] for i in range(len(xs)))\n",
    "shorter": "    out = {(xs[i], ys[i]) for i in range(min(len(xs), len(ys)))}\n",
    "reversed sides": "    out = {i: xs[1 + i] == xs[1 + i] for i in range(len(xs) - 1)}\n",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_elements_are_what_the_indices_read(do_the_same, shape):
    source = f"{HEAD}{shape}    return out\n"
    made = rewrites(source)
    assert made
    for rewrite in made:
        do_the_same(source, rewrite.source, samples(odd=rewrite.variant == "guarded"))


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(len(xs)):\n        i = i + 1\n        out.append(xs[i - 1])",
        "for i in range(len(xs)):\n        out.append(lambda: xs[i])",
        "for i in range(len(xs)):\n        xs = xs[1:] + [xs[i]]",
        "for i in range(len(xs)):\n        del xs[i]",
        "for i in range(len(xs)):\n        out.append(xs[i - 1])",
        "for i in range(0, len(xs), 2):\n        out.append(xs[i])",
        "for i in range(-1, len(xs)):\n        out.append(xs[i])",
        "for i in range(1, len(xs)):\n        out.append(xs[i - 2])",
        "for i in range(len(xs) + 1):\n        out.append(xs[i])",
        "for i in range(len(ys)):\n        out.append(xs[i])",
        "for i in range(len(xs)):\n        out.append(xs[-i])",
        "for i in range(len(xs)):\n        out.append(xs[i:])",
        "for i in range(len(xs)):\n        out.append(xs[i, 0])",
        "for i in range(len(xs)):\n        xs.sort()\n        out.append(xs[i])",
        "for i in range(len(xs)):\n        print(xs[i])\n    print(i)",
        "for i in range(len(xs)):\n        out.append(xs[i])\n        out = xs",
        "i = 0\n    while i < len(xs):\n        if xs[i]:\n            i += 1\n            continue\n        out.append(xs[i])\n        i += 1",
        "i = 0\n    while i <= len(xs):\n        out.append(xs[i])\n        i += 1",
        "i = 0\n    while i < len(xs):\n        out.append(xs[i])\n        i += 2",
        "i = 0\n    while i < len(xs):\n        out.append(xs[i])\n        i += 1\n    out.append(i)",
        "i = 0\n    while i < len(xs):\n        xs.pop()\n        out.append(xs[i])\n        i += 1",
        "n = len(xs)\n    xs.append(1)\n    for i in range(n):\n        out.append(xs[i])",
        "out = (xs[i] for i in range(len(xs)))",
        "out = [xs[i] for i in range(len(xs) - 1, -1, -1)]",
        "for i in range(len(xs)):\n        for j in range(i - 1, len(xs)):\n            out.append(xs[j])",
    ],
)
def test_what_is_more_than_a_walk_is_left(body):
    made = rewrites(f"{HEAD}    {body}\n    return out\n")
    assert [
        one.source
        for one in made
        if "for xs_item" in one.source or "for x" in one.source or "zip" in one.source
    ] == []


def test_an_element_that_has_a_name_keeps_it():
    source = f"{HEAD}{SHAPES['named at once']}    return out\n"
    assert "    for x in xs:\n        if x:\n            out.append((x, x))\n" in rewrites(source)[0].source


def test_a_break_of_the_inner_loop_ends_no_pairs():
    shape = SHAPES["pairs"].replace("continue", "break")
    assert not any("combinations" in one.source for one in rewrites(f"{HEAD}{shape}    return out\n"))


def test_an_attribute_is_walked_only_where_no_call_can_reach_it():
    source = "def f(self, out):\n    for i in range(len(self.rows)):\n        {body}\n"
    assert rewrites(source.format(body="out.append(self.rows[i])"))
    assert rewrites(source.format(body="self.run(self.rows[i])")) == []
    assert rewrites(source.format(body="run(self.rows[i])")) == []


@pytest.mark.parametrize("kind", ["numpy.ndarray", "builtins.dict", "pandas.core.series.Series", "shop.Rows"])
def test_what_was_traced_as_no_sequence_is_left(kind):
    facts = Facts({"xs": ParameterFacts(types=(kind,))})
    assert rewrites(f"{HEAD}{SHAPES['elements']}    return out\n", facts) == []


def test_a_traced_tuple_is_guarded_as_one():
    facts = Facts({"xs": ParameterFacts(types=("builtins.tuple",))})
    made = rewrites(f"{HEAD}{SHAPES['elements']}    return out\n", facts)
    assert "if type(xs) is tuple:" in made[-1].source


BATCHES = (
    "def f(rows, size):\n    batches = []\n    batch = []\n    for row in rows:\n        batch.append(row)\n"
    "        if len(batch) == size:\n            batches.append(batch)\n            batch = []\n"
    "    if batch:\n        batches.append(batch)\n    return batches\n"
)


def test_batches_are_slices():
    assert any("range(0, len(rows), size)" in one.source for one in rewrites(BATCHES))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("== size", "> size"),
        ("== size", "== 0"),
        ("if batch:", "if rows:"),
        ("    batch = []\n    for", "    for"),
        ("return batches", "return batches, row"),
        ("append(row)", "append((row,))"),
        ("batches.append(batch)\n            batch = []", "batches.append(batch)\n            batch.clear()"),
    ],
)
def test_other_batches_are_left(old, new):
    assert old in BATCHES
    assert not any("range(0" in one.source for one in rewrites(BATCHES.replace(old, new, 1)))
