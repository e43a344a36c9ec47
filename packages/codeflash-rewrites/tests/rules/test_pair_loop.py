"""R20: pairs are found in the same order, counted the same, and odd elements keep the loops."""

import random

import pytest

from codeflash_rewrites.catalogue import proposals
from codeflash_rewrites.rule import Facts, ParameterFacts, Subject
from codeflash_rewrites.rules.pair_loop import RULE

INTS = Facts({"xs": ParameterFacts(types=("builtins.list",), element_types=("builtins.int",))})
LOOPS = {
    "indices": ("for i in range(len(xs)):", "for j in range(i + 1, len(xs)):", "xs[i]", "xs[j]", "(i, j)"),
    "one less": (
        "for i in range(len(xs) - 1):",
        "for j in range(i + 1, len(xs)):",
        "xs[i]",
        "xs[j]",
        "(i, j)",
    ),
    "named length": ("for i in range(n):", "for j in range(i + 1, n):", "xs[i]", "xs[j]", "(i, j)"),
    "elements": ("for i, x in enumerate(xs):", "for y in xs[i + 1 :]:", "x", "y", "(i, y)"),
    "numbered": (
        "for i, x in enumerate(xs):",
        "for j, y in enumerate(xs[i + 1 :], i + 1):",
        "x",
        "y",
        "(i, j)",
    ),
    "mixed": ("for i, x in enumerate(xs):", "for j in range(i + 1, len(xs)):", "x", "xs[j]", "(i, j)"),
}
CONDITIONS = [
    "{x} == {y}", "{y} == {x}", "{x} + {y} == t", "t == {y} + {x}", "{y} == t - {x}", "t - {y} == {x}",
    "{y} - {x} == t", "{x} - {y} == t", "{x} + {y} == 4", "{x} == {y} and {x} != t",
]  # fmt: skip


def rewrites(source, facts=None):
    return list(proposals(Subject(source, "f", facts or Facts()), [RULE]))


class Odd(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def ints():
    chance = random.Random(11)
    yield from (([], 1), ([1], 2), ([2, 2], 4), ([0, 0, 0], 0))
    for _ in range(60):
        yield [chance.randrange(-2, 5) for _ in range(chance.randrange(8))], chance.randrange(-3, 7)


def odd():
    chance = random.Random(12)
    nan = float("nan")
    values = [0.1, 0.2, 0.3, 0.5, True, nan, 1, 2, None, "a", [1], Odd(3)]
    yield from ((None, 1), ("abab", "ab"), ((1, 2, 1), 3), ([1, 2], 3.0), ([1, 2], True), ([1, 2], None))
    for _ in range(150):
        yield (
            [chance.choice(values) for _ in range(chance.randrange(6))],
            chance.choice([0.3, 3, 1, 0.7, "aa"]),
        )


@pytest.fixture
def agree(do_the_same):
    """Something is proposed, and all of it agrees with the source."""

    def check(source, facts=None):
        made = rewrites(source, facts)
        assert made
        for rewrite in made:
            cases = [*ints(), *odd()] if rewrite.variant != "plain" else ints()
            do_the_same(source, rewrite.source, cases)
        return made

    return check


def source_of(loops, condition, body, end="return None", start="out = []"):
    outer, inner, x, y, pair = LOOPS[loops]
    test = condition.format(x=x, y=y)
    return (
        f"def f(xs, t):\n    n = len(xs)\n    {start}\n    {outer}\n        {inner}\n            if {test}:\n"
        f"                {body.format(pair=pair)}\n    {end}\n"
    )


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("loops", LOOPS)
def test_the_first_pair_is_the_same(agree, loops, condition):
    agree(source_of(loops, condition, "return {pair}"), INTS)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_all_pairs_are_listed_in_the_same_order(agree, condition):
    agree(source_of("numbered", condition, "out.append({pair})", "return out"), INTS)
    agree(source_of("indices", condition, "break", "return i"), INTS)


def test_an_inner_index_that_is_read_behind_the_loops_is_left():
    assert rewrites(source_of("indices", "{x} == {y}", "break", "return i, j")) == []


@pytest.mark.parametrize("condition", CONDITIONS[:-1])
@pytest.mark.parametrize("loops", ["indices", "elements"])
def test_pairs_are_counted_the_same(agree, loops, condition):
    source = source_of(loops, condition, "count += 1", "return count", "count = 0")
    assert any("seen" in rewrite.source for rewrite in agree(source, INTS))


@pytest.mark.parametrize(
    "body",
    [
        "if abs(xs[i] - xs[j]) < best:\n                best = abs(xs[i] - xs[j])",
        "if best > abs(xs[j] - xs[i]):\n                best = abs(xs[j] - xs[i])",
        "gap = abs(xs[i] - xs[j])\n            if gap < best:\n                best = gap",
        "best = min(best, abs(xs[i] - xs[j]))",
    ],
)
@pytest.mark.parametrize("start", ["float('inf')", "2", "t"])
def test_the_least_gap_is_the_same(agree, body, start):
    outer, inner, *_ = LOOPS["indices"]
    source = f"def f(xs, t):\n    best = {start}\n    {outer}\n        {inner}\n            {body}\n    return best\n"
    made = agree(source)
    assert len(made) == 1
    assert "sorted" in made[0].source


@pytest.mark.parametrize(
    "body",
    [
        "best = max(best, abs(xs[i] - xs[j]))",
        "best = min(abs(xs[i] - xs[j]), best)",
        "if abs(xs[i] - xs[j]) <= best:\n                best = abs(xs[i] - xs[j])",
        "if abs(xs[i] - xs[j]) < best:\n                best = i",
        "if abs(xs[i] + xs[j]) < best:\n                best = abs(xs[i] + xs[j])",
        "if xs[i] - xs[j] < best:\n                best = xs[i] - xs[j]",
        "if xs[i] == xs[j]:\n                xs = xs[1:]",
        "if xs[i] == xs[j]:\n                i += 1",
        "if xs[i] == xs[j] or xs[i]:\n                return i",
        "if xs[i] + xs[j] == j:\n                return i",
        "if xs[i] + xs[j] == t:\n                t += 1",
        "if xs[i] == xs[j] == t:\n                return i",
        "if xs[i] != xs[j]:\n                return i",
        "if xs[i] == xs[i]:\n                return i",
        "if xs[i] * xs[j] == t:\n                return i",
        "if xs[i] == xs[j]:\n                yield i",
        "if xs[i] == xs[j]:\n                xs.append(t)",
        "if xs[i] == xs[j]:\n                t(xs)",
    ],
)
def test_other_pair_loops_are_left(body):
    outer, inner, *_ = LOOPS["indices"]
    assert (
        rewrites(
            f"def f(xs, t):\n    best = t\n    {outer}\n        {inner}\n            {body}\n    return best\n",
            INTS,
        )
        == []
    )


def test_sums_of_unknown_numbers_are_guarded_only():
    source = source_of("indices", "{x} + {y} == t", "return {pair}")
    assert [rewrite.variant for rewrite in rewrites(source)] == ["guarded"]
    assert [rewrite.variant for rewrite in rewrites(source, INTS)] == ["plain", "guarded"]


def test_comprehensions_ask_the_table_too(agree):
    pairs = "for i in range(len(xs)) for j in range(i + 1, len(xs)) if xs[i] + xs[j] == t"
    agree(f"def f(xs, t):\n    return [(i, j) {pairs}]\n", INTS)
    agree(f"def f(xs, t):\n    if t is None:\n        return 0\n    return 1 + sum(1 {pairs})\n", INTS)


def test_a_table_of_the_module_is_left():
    source = "def map(f, xs):\n    return xs\n\n" + source_of("indices", "{x} == {y}", "return {pair}")
    assert rewrites(source) == []
