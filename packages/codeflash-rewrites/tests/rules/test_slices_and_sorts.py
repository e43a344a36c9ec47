"""Rules on slices, sorts and removals: random inputs before and after, and what must be left alone."""

import random
import textwrap

import pytest

from codeflash_rewrites.analysis.linear import LENGTH, Range, extreme, never_negative, plus
from codeflash_rewrites.catalogue import by_slug, proposals
from codeflash_rewrites.rule import Facts, ParameterFacts, Subject

SLICES, SORTS = "aggregate-of-growing-slice", "sort-after-each-append"
FEW, REMOVALS = "sorted-to-pick-few", "removal-while-walking-copy"
NEW = Facts(python=(3, 13))


def rewritten(slug, source, function="f", facts=None):
    subject = Subject(textwrap.dedent(source), function, facts or Facts())
    return {one.variant: one.source for one in proposals(subject, [by_slug(slug)])}


def ints(rng):
    return [rng.randrange(-5, 6) for _ in range(rng.randrange(12))]


def mixed(rng):
    return [rng.choice([0, 1, True, 1.0, 2.5, -0.0, False, 0.1, 0.2, -3]) for _ in range(rng.randrange(9))]


def words(rng):
    return ["".join(rng.choices("ab", k=rng.randrange(3))) for _ in range(rng.randrange(9))]


def pairs(rng):
    return [(rng.choice([0, 1, True, 1.0, 2]), rng.choice("abc")) for _ in range(rng.randrange(9))]


def a_list(rng):
    return rng.choice([ints, mixed, words, pairs])(rng)


def a_number(rng):
    return rng.choice([-2, -1, 0, 1, 2, 3, 20])


ALIKE = {
    # R13
    "so far": (SLICES, "def f(xs, k):\n    return [(sum(xs[:i]), x) for i, x in enumerate(xs)]\n", mixed),
    "greatest so far": (
        SLICES,
        "def f(xs, k):\n    return [max(xs[: i + 1]) for i in range(len(xs))]\n",
        a_list,
    ),
    "least before": (
        SLICES,
        "def f(xs, k):\n    n = len(xs)\n    for i in range(1, n):\n        if min(xs[:i]) > xs[i]:\n            return i\n",
        ints,
    ),
    "windows": (
        SLICES,
        "def f(xs, k):\n    return [sum(xs[i : i + k]) for i in range(len(xs) - k + 1)]\n",
        mixed,
    ),
    "windows from behind": (
        SLICES,
        "def f(xs, k):\n    out = []\n    for end in range(k, len(xs) + 1):\n        out.append(sum(xs[end - k : end]))\n    return out\n",
        mixed,
    ),
    "windows of three": (
        SLICES,
        "def f(xs, k):\n    return {i: sum(xs[i : i + 3]) for i in range(len(xs) - 2)}\n",
        ints,
    ),
    "the rest": (SLICES, "def f(xs, k):\n    return [sum(xs[i:]) - k for i in range(len(xs))]\n", mixed),
    "greatest of the rest": (
        SLICES,
        "def f(xs, k):\n    return [min(xs[i:]) for i in range(len(xs))]\n",
        mixed,
    ),
    "parts": (
        SLICES,
        "def f(xs, k):\n    return max((sum(xs[i:j]) for i in range(len(xs)) for j in range(i + 1, len(xs) + 1)), default=k)\n",
        mixed,
    ),
    "every other": (
        SLICES,
        "def f(xs, k):\n    out = []\n    for i in range(0, len(xs), 2):\n        out.append(-sum(xs[:i]))\n    return out\n",
        mixed,
    ),
    # R14
    "medians": (
        SORTS,
        "def f(xs, k):\n    h = []\n    out = []\n    for x in xs:\n        h.append(x)\n        h.sort()\n        out.append(h[len(h) // 2])\n    return out, h\n",
        a_list,
    ),
    "best few": (
        SORTS,
        "def f(xs, k):\n    h = sorted(xs[:2], key=str)\n    for x in xs:\n        h.append(x)\n        h = sorted(h, key=str)\n        if len(h) > k:\n            del h[0]\n    return h\n",
        a_list,
    ),
    "unpacked": (
        SORTS,
        "def f(xs, k):\n    h = [3, 1]\n    h.sort()\n    for x in xs:\n        h = sorted([*h, x])\n    return h\n",
        mixed,
    ),
    "merged": (
        SORTS,
        "def f(xs, k):\n    q = list(xs)\n    out = []\n    while len(q) > 1:\n        q.sort()\n        a = q.pop(0)\n        b = q.pop(0)\n        out.append((a, b))\n        q.append(a + b)\n    return out\n",
        ints,
    ),
    "taken from the end": (
        SORTS,
        "def f(xs, k):\n    q = list(xs)\n    out = []\n    while q:\n        q.sort(key=repr)\n        out.append(q.pop())\n        if len(out) < k:\n            q.append(len(out))\n    return out\n",
        a_list,
    ),
    "greatest first": (
        SORTS,
        "def f(xs, k):\n    q = [(x, x) for x in xs]\n    out = []\n    while q:\n        q.sort(reverse=True)\n        x, y = q.pop()\n        out.append(x)\n        if len(out) < k:\n            q.append((x + 1, y))\n    return out\n",
        ints,
    ),
    # R15
    "least": (FEW, "def f(xs, k):\n    return sorted(xs)[0]\n", a_list),
    "last": (FEW, "def f(xs, k):\n    return sorted(xs)[-1]\n", a_list),
    "greatest": (FEW, "def f(xs, k):\n    return sorted(xs, reverse=True)[0]\n", a_list),
    "last of the least": (FEW, "def f(xs, k):\n    return sorted(xs, key=repr, reverse=True)[-1]\n", a_list),
    "first two": (FEW, "def f(xs, k):\n    return sorted(xs)[:2]\n", a_list),
    "last two": (FEW, "def f(xs, k):\n    return sorted(xs, key=bool)[-2:]\n", a_list),
    "known": (
        FEW,
        "def f(xs, k):\n    if not xs:\n        return k\n    return sorted(xs, key=bool)[-1]\n",
        a_list,
    ),
    "a name": (
        FEW,
        "def f(xs, k):\n    o = sorted(xs, key=bool, reverse=True)\n    return o[:3] if o else o[0]\n",
        a_list,
    ),
    "sorted in place": (
        FEW,
        "def f(xs, k):\n    o = [x for x in xs if x]\n    o.sort()\n    if o:\n        return o[-1]\n    return k\n",
        a_list,
    ),
    # R16
    "a copy": (
        REMOVALS,
        "def f(xs, k):\n    for x in xs[:]:\n        if x == k:\n            xs.remove(x)\n",
        ints,
    ),
    "two conditions": (
        REMOVALS,
        "def f(xs, k):\n    for x in xs[:]:\n        if x:\n            if x not in (1, k):\n                xs.remove(x)\n    return xs\n",
        mixed,
    ),
    "and more": (
        REMOVALS,
        "def f(xs, k):\n    n = 0\n    for x in xs[:]:\n        if x is None or x == k:\n            n += 1\n            xs.remove(x)\n            print(end='')\n    return n, xs\n",
        mixed,
    ),
    "all equal ones": (
        REMOVALS,
        "def f(xs, k):\n    while k in xs:\n        xs.remove(k)\n    return xs\n",
        mixed,
    ),
    "backwards": (
        REMOVALS,
        "def f(xs, k):\n    for i in reversed(range(len(xs))):\n        if xs[i] == k or xs[i] is True:\n            xs.pop(i)\n    return xs\n",
        mixed,
    ),
    "counted": (
        REMOVALS,
        "def f(xs, k):\n    i = 0\n    while i < len(xs):\n        if type(xs[i]) is int:\n            i += 1\n        else:\n            del xs[i]\n    return xs\n",
        mixed,
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_random_inputs_are_treated_as_before(do_the_same, name):
    slug, source, make = ALIKE[name]
    found = rewritten(slug, source)
    assert found
    rng = random.Random(name)
    cases = [(make(rng), a_number(rng)) for _ in range(300)]
    for text in found.values():
        do_the_same(source, text, cases)


@pytest.mark.parametrize("name", [name for name, case in ALIKE.items() if case[0] == SLICES])
def test_sums_of_floats_are_guarded_where_the_interpreter_compensates_them(name):
    slug, source, _ = ALIKE[name]
    if "sum(" in source:
        found = rewritten(slug, source, facts=NEW)
        assert set(found) == {"typed"}
        assert "<= {int}" in found["typed"]


def test_traced_ints_need_no_look_at_the_elements():
    facts = Facts({"xs": ParameterFacts(element_types=("builtins.int",))}, (3, 13))
    found = rewritten(SLICES, "def f(xs):\n    return [sum(xs[i:]) for i in range(len(xs))]\n", facts=facts)
    assert "xs_sums[-1] - xs_sums[i]" in found["plain"]


@pytest.mark.parametrize(
    "body",
    [
        # the end may lie behind the last element, where the slice would stop and the table would fail
        "return [sum(xs[: i + 2]) for i in range(len(xs))]",
        "return [sum(xs[:i]) for i in range(len(xs) + 2)]",
        # or count from the end
        "return [sum(xs[i - 1 : i]) for i in range(len(xs))]",
        "return [sum(xs[-i:]) for i in range(len(xs))]",
        # nothing has no greatest element
        "return [max(xs[i:]) for i in range(len(xs) + 1)]",
        # the slice may be empty the wrong way round
        "return [sum(xs[i:j]) for i in range(len(xs)) for j in range(len(xs))]",
        # another sequence's indices
        "return [sum(xs[:i]) for i, y in enumerate(ys)]",
        # the sequence is another one each time
        "return [sum(xs[:i]) for xs in ys for i in range(len(xs))]",
        # the width changes on the way
        "out = []\n    for i in range(len(xs) - k + 1):\n        out.append(sum(xs[i : i + k]))\n        k -= 1\n    return out",
        # changed by what is called
        "for i in range(len(xs)):\n        change(xs)\n        print(sum(xs[:i]))",
    ],
)
def test_slices_whose_ends_are_not_certain_are_left(body):
    assert rewritten(SLICES, f"def f(xs, ys, k):\n    {body}\n") == {}


def test_what_a_loop_of_a_method_may_change_is_left():
    body = "for i in range(len(self.xs)):\n            self.note(sum(self.xs[:i]))"
    source = f"class A:\n    def f(self):\n        {body}\n"
    assert rewritten(SLICES, source, "A.f") == {}
    assert rewritten(SLICES, source.replace("self.note", "print"), "A.f") == {}
    pure = source.replace("self.note(sum(self.xs[:i]))", "yield sum(self.xs[:i])")
    assert rewritten(SLICES, pure, "A.f") != {}


@pytest.mark.parametrize(
    "use",
    [
        "h.insert(0, x)",
        "h.reverse()",
        "h += [x]",
        "h[0] = x",
        "keep(h)",
        "g = h",
        "yield h",
        "h.sort(key=str)",
    ],
)
def test_lists_that_may_be_out_of_order_are_left(use):
    source = f"def f(xs):\n    h = []\n    for x in xs:\n        h.append(x)\n        h.sort()\n        {use}\n    return h\n"
    assert rewritten(SORTS, source) == {}


def test_no_key_is_given_to_insort_before_it_takes_one():
    source = "def f(xs):\n    h = []\n    for x in xs:\n        h.append(x)\n        h.sort(key=len)\n    return h\n"
    assert set(rewritten(SORTS, source)) == {"plain"}
    assert rewritten(SORTS, source, facts=Facts(python=(3, 9))) == {}


def test_a_field_that_the_module_sets_is_no_key_to_rely_on():
    source = """
        def f(xs):
            h = []
            for x in xs:
                h.append(x)
                h.sort(key=lambda one: one.cost)
            return h
    """
    assert rewritten(SORTS, source) != {}
    assert rewritten(SORTS, source + "\n        def raise_cost(x):\n            x.cost += 1\n") == {}


def test_payloads_that_ties_would_mix_up_keep_a_sorted_list():
    source = """
        def f(jobs):
            queue = list(jobs)
            while queue:
                queue.sort()
                job = queue.pop(0)
                queue.append(job.next)
    """
    assert set(rewritten(SORTS, source)) == {"in-order"}
    tuples = source.replace("job.next", "(job[0], job[1])")
    assert set(rewritten(SORTS, tuples)) == {"heap", "in-order"}


def test_what_is_asked_for_before_needs_no_heap():
    body = "if len(xs) > 0 and y:\n        return sorted(xs)[0]\n    return sorted(xs)[0]"
    found = by_slug(FEW).propose(Subject(f"def f(xs, y):\n    {body}\n", "f"))
    assert [one.variant for one in found] == ["known-element", "plain", "plain"]


@pytest.mark.parametrize(
    "body",
    [
        "if xs:\n        xs.clear()\n        return sorted(xs)[0]",
        "if not xs:\n        y = 1\n    return sorted(xs)[0]",
        "if xs or y:\n        return sorted(xs)[0]",
        "if not (xs or y):\n        return 0\n    return sorted(xs)[0]",
        "if xs:\n        while y:\n            y = sorted(xs)[0]\n            xs.pop()",
        "return xs or sorted(xs)[0]",
        "if len(xs) >= 0:\n        return sorted(xs)[0]",
    ],
)
def test_what_may_be_empty_keeps_its_index_error(body):
    found = by_slug(FEW).propose(Subject(f"def f(xs, y):\n    {body}\n", "f"))
    assert {one.variant for one in found} == {"plain"}


def test_one_shot_iterators_are_picked_from(do_the_same):
    for end in ("[-1]", "[0]", "[:2]", "[-2:]"):
        source = f"def f(xs, k):\n    return sorted(x for x in iter(xs)){end}\n"
        found = rewritten(FEW, source)
        assert found
        for text in found.values():
            do_the_same(source, text, [(xs, 0) for xs in ([], [1], [2, 1, True, 1.0], ["b", "a"])])


@pytest.mark.parametrize(
    "body",
    [
        "for x in xs[:]:\n        if x in xs[1:]:\n            xs.remove(x)",
        "for x in xs[:]:\n        if len(xs) > k:\n            xs.remove(x)",
        "for x in xs[:]:\n        if x:\n            xs.remove(x)\n        else:\n            xs.append(x)",
        "for x in xs[:]:\n        if x:\n            xs.remove(x)\n            xs.remove(x)",
        "for x in xs[:]:\n        if (k := x):\n            xs.remove(x)",
        "for x in xs[:]:\n        if x:\n            xs.remove(x)\n    else:\n        k()",
        "for x in xs[:]:\n        if x:\n            xs.remove(x)\n            yield x",
        "for x in xs[:]:\n        if x:\n            x = 1\n            xs.remove(x)\n            k(x)",
        "for i in range(len(xs) - 1, -1, -1):\n        if i % 2:\n            del xs[i]",
        "for i in range(len(xs) - 1, -1, -1):\n        if k(xs[i]):\n            del xs[i]",
        "for i in range(len(xs) - 1, -1, -1):\n        if xs[i] in xs[:i]:\n            del xs[i]",
        "i = 0\n    while i < len(xs):\n        if xs[i]:\n            del xs[i]\n        else:\n            i += 1\n    return i",
        "i = 1\n    while i < len(xs):\n        if xs[i]:\n            del xs[i]\n        else:\n            i += 1",
        "while xs[0] in xs:\n        xs.remove(xs[0])",
        "while k in xs:\n        xs.remove(k + 1)",
    ],
)
def test_removals_that_the_condition_could_see_are_left(body):
    assert rewritten(REMOVALS, f"def f(xs, k):\n    {body}\n") == {}


def test_nan_goes_as_it_went():
    source = "def f(xs, k):\n    while k in xs:\n        xs.remove(k)\n    return xs\n"
    nan = float("nan")
    for text in rewritten(REMOVALS, source).values():
        space = {}
        exec(text, space)
        assert space["f"]([nan, 1, nan], nan) == [1]


def test_comments_of_removed_loops_stay():
    text = rewritten(
        REMOVALS,
        """
        def f(xs):
            # Why.
            for x in xs[:]:  # a copy
                # Not these.
                if x in "ab":
                    xs.remove(x)
        """,
    )["plain"]
    assert "    # Why.\n    # a copy\n    # Not these.\n    xs[:] = [" in text


def test_sums_are_put_at_the_ends_of_their_ranges():
    outer, inner = Range("i", {}, {LENGTH: 1, "": -1}), Range("j", {"i": 1}, {LENGTH: 1, "": -1})
    width = plus(plus({"j": 1}, {"i": 1}, -1), {"": 1})
    assert extreme(width, [inner, outer], greatest=False) == {"": 1}
    assert extreme({"j": 1, "": 1}, [inner, outer], greatest=True) == {LENGTH: 1}
    assert never_negative(width, [inner, outer]) == frozenset()
    assert never_negative({"k": 1, "i": 1}, [outer]) == {"k"}
    assert never_negative({"i": -1}, [outer]) is None


def test_which_exception_comes_first_is_left_to_the_sort(do_the_same):
    source = "def f(xs: list):\n    return sorted(xs, key=lambda x: x[1])[0]\n"
    tried = rewritten(FEW, source)["tried"]
    lists = ([("a", "x"), ("b", 1), ()], [(), ("a", "x"), ("b", 1)], [("a", "x"), ("b", 1)], [3], [])
    do_the_same(source, tried, [(xs,) for xs in lists])
