"""Data from a process that ran foreign code: whatever it is, the comparison answers and never fails."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_python.behaviour.compare import compare, differing, parse
from codeflash_python.behaviour.graphs import Difference, Malformed, Walk, show
from codeflash_worker import encode

PROOF = {"code": "c", "expected": "c", "file": "m.py", "sha256": "s"}
LIST = ["list", "builtins.list", [1, 2], []]


def full(nodes: list[Any], result: Any, arguments: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    facts = {"type": "builtins.list", "trace": [], "ending": ""}
    data = {"nodes": nodes, "boundary": 0, "arguments": arguments or [], "result": result, "final": None}
    return {**data, "error": None, "kind": "value", "facts": facts, "consumed": [], **more}


def call(digest: str = "d", number: int = 0, **more: Any) -> dict[str, Any]:
    facets = {"arguments": "a", "result": digest, "random": "r", "shared": []}
    flags = {"mutated": False, "aliased": False, "consumed": False}
    base = {"input": number, "digest": digest, "facets": facets, "raised": "", "opaque": [], "seconds": 0.1}
    return {**base, **flags, **more}


def answer(*calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"proof": PROOF, "calls": list(calls), "globals": {}, **more}


def with_facets(**facets: Any) -> dict[str, Any]:
    made = call()
    made["facets"] = {**made["facets"], **facets}
    return made


def test_equal_answers_are_the_same_and_name_the_code():
    verdict = compare(answer(call()), answer(call()))
    assert isinstance(verdict, Same)
    assert verdict.evidence.calls == 1
    assert verdict.evidence.code_sha256 == {"original": "c", "candidate": "c"}


def test_no_calls_are_never_a_pass():
    assert isinstance(compare(answer(), answer()), Undecided)


def test_calls_too_many_or_too_few_are_a_difference():
    assert isinstance(compare(answer(call(), call()), answer(call())), Different)
    assert isinstance(compare(answer(call()), answer(call(), call())), Different)


def test_a_difference_wins_over_what_cannot_be_told():
    opaque = call(opaque=[["t", "why"]])
    assert isinstance(compare(answer(opaque), answer(opaque)), Undecided)
    assert isinstance(compare(answer(opaque, call()), answer(opaque, call("other"))), Different)


def test_a_timeout_on_the_candidates_side_is_a_difference_and_on_both_undecided():
    late = {"input": 0, "digest": "timeout", "timeout": True, "seconds": 1.0}
    assert isinstance(compare(answer(call()), answer(late)), Different)
    assert isinstance(compare(answer(late), answer(late)), Undecided)
    assert isinstance(compare(answer(late), answer(call())), Undecided)


@pytest.mark.parametrize("facet", ["stdout", "stderr", "log", "warnings", "environ", "cwd", "consumed"])
def test_each_facet_counts(facet: str):
    verdict = compare(answer(with_facets(**{facet: "x"})), answer(call()))
    assert isinstance(verdict, Different)
    assert verdict.counterexample.facet == facet


def test_objects_handed_out_twice_are_a_difference_of_identity():
    verdict = compare(answer(call()), answer(with_facets(shared=[[0, 0, 0]])))
    assert isinstance(verdict, Different)
    assert verdict.counterexample.facet == "identity"


def test_new_private_names_are_left_out_of_the_comparison_of_globals():
    mine = answer(with_facets(globals={"_MEMO": "1"}), globals={"_MEMO": "1"})
    assert isinstance(compare(answer(call()), mine), Same)
    assert differing(answer(call()), mine) == ()


def test_new_public_names_and_lost_names_are_differences():
    assert isinstance(compare(answer(call()), answer(call(), globals={"MEMO": "1"})), Different)
    assert isinstance(compare(answer(call(), globals={"A": "1"}), answer(call())), Different)
    assert isinstance(compare(answer(call()), answer(call(), globals={"MEMO": "1"}), adds=["MEMO"]), Same)


def test_existing_private_names_count():
    before = answer(call(), globals={"_A": "1"})
    assert isinstance(compare(before, answer(call(), globals={"_A": "2"})), Different)


def test_code_that_was_not_proved_is_undecided():
    wrong = answer(call(), proof={**PROOF, "expected": "other"})
    assert isinstance(compare(answer(call()), wrong), Undecided)


def test_digests_that_differ_over_equal_graphs_are_undecided():
    one, two = call("x", full=full([LIST], ["r", 0])), call("y", full=full([LIST], ["r", 0]))
    verdict = compare(answer(one), answer(two))
    assert isinstance(verdict, Undecided)
    assert verdict.why == "nondeterministic"


def test_cyclic_graphs_are_compared_to_the_end():
    looped = [["list", "builtins.list", [["r", 0]], []]]
    unrolled = [["list", "builtins.list", [["r", 1]], []], ["list", "builtins.list", [["r", 0]], []]]
    assert Walk(looped, copy.deepcopy(looped)).compare(["r", 0], ["r", 0]) is None
    found = Walk(looped, unrolled).compare(["r", 0], ["r", 0])
    assert found is not None
    assert found.kind == "identity"


def test_deep_graphs_are_compared_without_recursion():
    deep = [["list", "builtins.list", [["r", at + 1]], []] for at in range(100_000)]
    one, two = [*deep, ["list", "builtins.list", [1], []]], [*deep, ["list", "builtins.list", [2], []]]
    found = Walk(one, two).compare(["r", 0], ["r", 0], "result")
    assert found is not None
    assert (found.original, found.candidate) == ("1", "2")
    assert len(found.where) < 300


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (["f", "1.0"], ["f", "1.0000000001"], True),
        (["f", "0.0"], ["f", "-0.0"], True),
        (["f", "nan"], ["f", "nan"], True),
        (["f", "inf"], ["f", "1e308"], False),
        (["f", "1.0"], ["f", "1.1"], False),
        (["f", "1.0"], 1, False),
        (["c", "1.0", "2.0"], ["c", "1.0", "2.0000000001"], True),
    ],
)
def test_tolerance_is_relative_and_keeps_types(a: Any, b: Any, same: bool):
    assert (Walk([], [], 1e-9).compare(a, b) is None) == same


def array(dtype: str, data: str) -> list[Any]:
    return ["ndarray", "numpy.ndarray", [dtype, ["t", 1], 0, True, ["b", data]], []]


def test_arrays_are_compared_within_a_tolerance_of_their_type():
    one, near = array("<f8", "AAAAAAAA8D8="), array("<f8", "AQAAAAAA8D8=")
    assert Walk([one], [near]).compare(["r", 0], ["r", 0]) is not None
    assert Walk([one], [near], 1e-9).compare(["r", 0], ["r", 0]) is None
    assert Walk([array("<i8", "AAAAAAAA8D8=")], [array("<i8", "AQAAAAAA8D8=")], 1e-9).compare(
        ["r", 0], ["r", 0]
    )


HOSTILE = [
    None, 1, "x", [], {}, {"calls": None}, {"calls": [], "proof": PROOF},
    {"calls": [None], "proof": PROOF, "globals": {}}, answer({}), answer(call(), globals=[]),
    answer(call(), globals={"a": 1}), answer(call(), proof=None), answer(call(seconds=float("nan"))),
    answer(call(seconds=-1)), answer(call(seconds="1")), answer(call(input=-1)), answer(call(input=True)),
    answer(call(input="0")), answer(call(facets=None)), answer(call(facets={"result": "x"})),
    answer(call(facets={"arguments": 1, "result": "x"})), answer(with_facets(surprise="x")),
    answer(with_facets(shared="x")), answer(with_facets(globals=["x"])), answer(call(raised=None)),
    answer(call(opaque=[["a"]])), answer(call(opaque=[[1, 2]])), answer(call(mutated="no")),
    answer(call(opaque="x")),
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_malformed_answers_are_undecided(data: Any):
    for pair in ((data, answer(call())), (answer(call()), data), (data, data)):
        verdict = compare(*pair)
        assert isinstance(verdict, Undecided)
        assert verdict.why == "malformed answer"
        assert differing(*pair) == ()


NODES = [
    None, {}, [1], [[1, 2, 3, 4]], [["list", "t", [], ["a"]]], [["list", "t", None, []]],
    [["list", 1, [], []]], [["list", "t", [1], [1]]], [["list", "t", [["r", 99]], []]],
    [["list", "t", [["r", "0"]], []]], [["list", "t", [["r"]], []]], [["list", "t", [[]], []]],
    [["list", "t", [{}], []]], [["list", "t", [[1]], []]], [["list", "t", [["b", 1]], []]],
    [["list", "t", [1.5], []]], [["list", "t", [["f"]], []]], [["list", "t", [["f", "x"]], []]],
]  # fmt: skip


@pytest.mark.parametrize("nodes", NODES)
@pytest.mark.parametrize("tolerance", [None, 1e-9])
def test_malformed_graphs_never_pass_and_never_fail(nodes: Any, tolerance: float | None):
    sound = call("x", full=full([LIST], ["r", 0]))
    broken = call("y", full=full(nodes, ["r", 0]))
    for pair in ((sound, broken), (broken, sound)):
        verdict = compare(answer(pair[0]), answer(pair[1]), float_tolerance=tolerance)
        assert isinstance(verdict, Undecided | Different)


def test_random_damage_never_makes_the_comparison_fail():
    generator = random.Random(5)
    nodes = [
        LIST,
        ["dict", "builtins.dict", ["k", ["f", "1.0"], ["t", 1], ["r", 0]], []],
        array("<f8", "AAAA"),
    ]
    sound = answer(call("x", full=full(nodes, ["r", 1], [["k", "name", ["r", 2]], 5])), globals={"A": "1"})
    junk: list[Any] = [
        None,
        -1,
        10**30,
        "x" * 20_000,
        [],
        {},
        ["r", 5],
        ["r", -1],
        True,
        1.5,
        ["b", "?"],
        ["f", []],
    ]
    for _ in range(1500):
        damaged = copy.deepcopy(sound)
        damaged["calls"][0]["facets"]["result"] = "other"
        for _ in range(generator.randint(1, 3)):
            _damage(damaged, generator, junk)
        verdict = compare(sound, damaged, float_tolerance=generator.choice([None, 1e-6]))
        assert isinstance(verdict, Same | Different | Undecided)
        json.dumps(str(verdict))


def _damage(data: Any, generator: random.Random, junk: list[Any]) -> None:
    while True:
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        if not keys:
            return
        key = generator.choice(keys)
        if isinstance(data[key], dict | list) and data[key] and generator.random() < 0.8:
            data = data[key]
            continue
        data[key] = generator.choice(junk)
        return


def test_what_is_shown_is_bounded():
    wide = [["list", "builtins.list", list(range(10_000)), []]]
    assert len(show(wide, ["r", 0])) <= 400
    looped = [["list", "builtins.list", [["r", 0]] * 30, []]]
    assert len(show(looped, ["r", 0])) <= 400
    with pytest.raises(Malformed):
        show([], ["r", 0])


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (["tuple", "builtins.tuple", [1], []], "(1,)"),
        (["dict", "builtins.dict", ["a", None], []], "{'a': None}"),
        (["set", "builtins.set", [], []], "set()"),
        (["object", "m.Point", [1, 2], ["x", "y"]], "Point(x=1, y=2)"),
        (["exception", "builtins.KeyError", ["'k'", "k", None], ["__cause__"]], "KeyError('k')"),
        (["dict", "collections.Counter", ["a", 2], []], "Counter({'a': 2})"),
        (["opaque", "socket.socket", ["why"], []], "<socket>"),
    ],
)
def test_nodes_are_shown_readably(node: list[Any], text: str):
    assert show([node], ["r", 0]) == text


def test_parsed_answers_say_what_may_be_shared():
    calls = parse(answer(call(), call(mutated=True), call(aliased=True), call(consumed=True))).calls
    assert [one.shareable for one in calls] == [True, False, False, False]


def walked(original: Any, candidate: Any, argument: Any) -> Difference:
    """The first difference of two results behind one argument."""
    sides = []
    for result in (original, candidate):
        encoder = encode.Encoder()
        given = argument
        roots = [encoder.add(given), encoder.add(result(given))]
        sides.append((encoder.nodes, roots))
    (a, (x, r)), (b, (y, s)) = sides
    walk = Walk(a, b)
    assert walk.compare(x, y, "argument 0") is None
    found = walk.compare(r, s, "result")
    assert found is not None
    return found


def test_a_result_that_is_the_argument_is_told_from_a_copy_in_words():
    found = walked(lambda given: given, list, [])
    assert (found.kind, found.where) == ("identity", "result")
    assert found.original == "the very list that is argument 0"
    assert found.candidate == "a list of its own, []"


def test_values_that_read_alike_are_never_shown_as_the_same_text():
    pairs = [
        (lambda _: [1] * 300 + [2], lambda _: [1] * 300 + [3]),
        (lambda _: [1] * 300, lambda _: [1] * 301),
        (lambda _: [[[[[[1]]]]]], lambda _: [[[[[(1,)]]]]]),
        (lambda _: "a" * 900 + "b", lambda _: "a" * 900 + "c"),
    ]
    for original, candidate in pairs:
        found = walked(original, candidate, [])
        assert found.original != found.candidate
