"""Rules on loops: what they must leave alone, and what else they take."""

import textwrap

import pytest

from codeflash_rewrites.catalogue import by_slug
from codeflash_rewrites.rule import Facts, ParameterFacts, Subject


def proposed(slug, source, function="f", facts=None):
    subject = Subject(textwrap.dedent(source), function, facts or Facts())
    return [one.source for one in by_slug(slug).propose(subject)]


LISTS = Facts({"known": ParameterFacts(types=("builtins.list",))})
TEXTS = Facts({"known": ParameterFacts(types=("builtins.str",))})
MEMBERS = """
    def f(items, known):
        return sum(1 for item in items if item in known)
"""


def test_traced_lists_need_no_look_at_the_type():
    assert "known_set = set(known)\n" in proposed("membership-in-sequence", MEMBERS, facts=LISTS)[0]


def test_a_container_traced_as_text_is_left():
    assert proposed("membership-in-sequence", MEMBERS, facts=TEXTS) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(items, known):\n    known = set(known)\n    return [x for x in items if x in known]\n",
        "def f(items, known):\n    return [x for x in items if x in known.copy()]\n",
        "def f(items):\n    return [x for known in items for x in known if x in known]\n",
        "def f(items, known):\n    for x in items:\n        if x in known:\n            known = known[1:]\n",
        "def f(items, known):\n    for x in items:\n        if x in known:\n            change(known)\n",
        "def f(items, known):\n    known.update({})\n    return [x for x in items if x in known]\n",
    ],
)
def test_containers_that_change_or_are_no_lists_are_left(source):
    assert proposed("membership-in-sequence", source) == []


def test_the_set_stands_before_the_outermost_loop_that_leaves_the_list_alone():
    text = proposed(
        "membership-in-sequence",
        """
        def f(groups, known: list):
            for group in groups:
                known.append(group)
                for row in group:
                    for cell in row:
                        if cell in known:
                            return cell
        """,
    )[0]
    assert "known.append(group)\n        known_set = set(known)\n        for row in group:" in text


@pytest.mark.parametrize(
    "source",
    [
        # the index would be stale
        "def f(xs, order):\n    for x in xs:\n        order.pop(order.index(x))\n",
        # a constant is found once
        "def f(xs, order: list):\n    for x in xs:\n        order.index('a')\n",
        # text has an index too
        "def f(xs, order: str):\n    for x in xs:\n        order.index(x)\n",
        # next means something else
        "def next(a, b): ...\ndef f(xs, us):\n    return [next((u for u in us if u.k == x), None) for x in xs]\n",
    ],
)
def test_searches_that_can_not_be_indexed_are_left(source):
    assert proposed("linear-search-in-loop", source) == []


@pytest.mark.parametrize(
    "source",
    [
        # the result is changed by its user
        "def f(xs, b):\n    out = []\n    for x in xs:\n        y = list(b)\n        y.append(x)\n        out.append(y)\n",
        # not the method of an object
        "import itertools\ndef f(xs):\n    for x in xs:\n        if x in itertools.count():\n            return x\n",
        # not known to be pure
        "def f(xs, b):\n    return [x for x in xs if x in load(b)]\n",
        # bound in the loop
        "def f(xs, b):\n    for x in xs:\n        b = x.next\n        if x in sorted(b):\n            return x\n",
        # changed by a method that is not in any table
        "def f(xs, g):\n    for x in xs:\n        for y in list(g):\n            g.add_edge(x, y)\n",
        # awaited or yielded values are no constants
        "async def f(xs, b):\n    for x in xs:\n        if x in sorted(await b):\n            return x\n",
        # the walrus binds a name for each element
        "def f(xs, b):\n    return [y for x in xs if (y := x + 1) in sorted(y)]\n",
    ],
)
def test_calls_that_are_not_the_same_each_time_are_left(source):
    assert proposed("invariant-call-in-loop", source) == []


def test_a_pure_function_of_the_module_is_called_once():
    text = proposed(
        "invariant-call-in-loop",
        """
        def scale(x):
            return x * 2


        def f(xs, by):
            return [x * scale(by) for x in xs]
        """,
    )
    assert "by_scale = scale(by)\n" in text[0]


@pytest.mark.parametrize(
    "body",
    [
        "return queue.pop(0)",
        "while queue:\n        g(queue)\n        queue.pop(0)",
        "while queue:\n        queue.sort()\n        queue.pop(0)",
        "while queue:\n        queue.pop(0)\n    return queue",
        "while queue:\n        queue.pop(0)\n        yield lambda: queue",
    ],
)
def test_queues_that_must_stay_lists_are_left(body):
    assert proposed("queue-on-list", f"def f(items):\n    queue = list(items)\n    {body}\n") == []


def test_an_import_of_deque_is_used():
    text = proposed(
        "queue-on-list",
        """
        import collections as c

        def f(items):
            queue = list(items)
            while queue:
                yield queue.pop(0)
        """,
    )[0]
    assert "queue = c.deque(list(items))" in text


@pytest.mark.parametrize(
    "source",
    [
        # the caller's list must not grow
        "def f(out, xs):\n    for x in xs:\n        out = out + [x]\n    return out\n",
        # each prefix is kept
        "def f(xs):\n    out = []\n    for x in xs:\n        out = out + [x]\n        yield out\n",
        "def f(xs):\n    out, all = [], []\n    for x in xs:\n        out = out + [x]\n        all.append(out)\n",
        # no loop
        "def f(xs):\n    out = []\n    out = out + xs\n    return out\n",
        # something else is added up
        "def f(xs):\n    return sum(xs, 0)\n",
        "def sum(a, b): ...\ndef f(xs):\n    return sum(xs, [])\n",
    ],
)
def test_accumulators_that_others_see_are_left(source):
    assert proposed("quadratic-accumulation", source) == []


def test_an_operator_fold_of_lists_is_flattened():
    text = proposed(
        "quadratic-accumulation",
        "import functools\ndef f(xs):\n    return functools.reduce(lambda a, b: a + b, xs, [])\n",
    )[0]
    assert "return [item for part in xs for item in part]" in text


@pytest.mark.parametrize(
    "source",
    [
        "def f(g):\n    return [[x + y for y in g] for x in g]\n",
        "def f(g):\n    for u in g:\n        for v in g[u]:\n            row = set(g[v])\n            row.add(u)\n",
        "def f(g):\n    for u in g:\n        for v in g[u]:\n            v = v + 1\n            if u in set(g[v]):\n                g = {}\n",
    ],
)
def test_results_that_may_not_be_shared_are_left(source):
    assert proposed("recomputed-over-small-domain", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(text: str):\n    return {c: text.count(c) for c in text}\n",
        "def f(xs: list):\n    return [xs.count('a') for x in xs]\n",
        "def f(xs, ks):\n    return {k: [x for x in xs if x > k] for k in ks}\n",
    ],
)
def test_counts_that_are_no_counts_of_elements_are_left(source):
    assert proposed("count-or-group-by-scanning", source) == []
