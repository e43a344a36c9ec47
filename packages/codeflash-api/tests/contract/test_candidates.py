"""Sections 2.1, 2.2, 2.4 to 2.6: what candidates are like, by rules and by a model."""

from __future__ import annotations

import ast
import uuid
from typing import Any

import pytest
from bodies import (
    ADAPTIVE_OPTIMIZE,
    CODE_REPAIR,
    FAST,
    HALF,
    NOISY,
    OPTIMIZE,
    OPTIMIZE_LINE_PROFILER,
    REFINEMENT,
    SLOW,
    TESTGEN,
    Endpoint,
    fenced,
)
from manifest import AGAIN, RERUN, each, keeps
from running_service import Modelled, Service
from wholeness import FENCE, check, error_of


def code_of(candidate: Any) -> str:
    (block,) = FENCE.finditer(candidate["source_code"])
    return str(block["code"])


@keeps("optimize: candidates differ from the original and from each other")
def test_candidates_differ_in_their_syntax_trees(rules: Service) -> None:
    found = check(OPTIMIZE.path, OPTIMIZE.body, rules.post(OPTIMIZE.path, OPTIMIZE.body))
    trees = [ast.dump(ast.parse(code_of(each))) for each in found["optimizations"]]
    assert len(trees) >= 2
    assert len({ast.dump(ast.parse(SLOW)), *trees}) == len(trees) + 1


@keeps("optimize: candidates differ from the original and from each other")
def test_what_a_model_repeats_is_sent_once(modelled: Modelled) -> None:
    said = "\n".join(fenced(code) for code in (SLOW, HALF, HALF.replace("\n\n\n", "\n\n"), FAST, SLOW, HALF))
    answer = modelled.says(said).post(OPTIMIZE.path, OPTIMIZE.body)
    found = check(OPTIMIZE.path, OPTIMIZE.body, answer)
    assert len(found["optimizations"]) == 2
    assert {each["model"] for each in found["optimizations"]} == {"gpt-4.1-2025-04-14"}


@keeps("optimize: no more candidates than are wanted")
@pytest.mark.parametrize("wanted", [1, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("one", [OPTIMIZE, OPTIMIZE_LINE_PROFILER], ids=lambda one: one.path)
def test_no_more_candidates_than_are_wanted(rules: Service, one: Endpoint, wanted: int) -> None:
    body = one.changed("n_candidates", wanted)
    found = check(one.path, body, rules.post(one.path, body))
    assert 1 <= len(found["optimizations"]) <= wanted


@keeps("optimize: nothing to propose is an empty list")
def test_nothing_to_propose_is_an_empty_list(rules: Service) -> None:
    body = OPTIMIZE.changed("source_code", fenced("def arrange(prices):\n    return prices\n"))
    assert rules.post(OPTIMIZE.path, body).json() == {"optimizations": []}


@keeps("optimize: a candidate keeps the path, the interface and other files", "dependency code may be empty")
def test_several_files_keep_their_paths_and_names(rules: Service) -> None:
    other = "import shop.ordering\n\n\ndef show(prices):\n    return shop.ordering.total(prices)\n"
    body = {
        **OPTIMIZE.body,
        "source_code": f"{fenced(SLOW)}\n{fenced(other, 'shop/showing.py')}",
        "dependency_code": fenced("LIMIT = 7\n", "shop/limits.py"),
    }
    found = check(OPTIMIZE.path, body, rules.post(OPTIMIZE.path, body))
    assert found["optimizations"]
    for candidate in found["optimizations"]:
        blocks = {block["path"]: block["code"] for block in FENCE.finditer(candidate["source_code"])}
        names = [node.name for node in ast.parse(blocks["shop/ordering.py"]).body if hasattr(node, "name")]
        assert names == ["arrange", "total"]
        assert blocks.get("shop/showing.py", other.removesuffix("\n")) == other.removesuffix("\n")


@keeps("optimize: a candidate keeps the path, the interface and other files")
@pytest.mark.parametrize(
    "change",
    [("def arrange(prices)", "def arrange(prices, reverse)"), ("def total(prices)", "def sum_of(prices)")],
    ids=["a parameter more", "a name less"],
)
def test_a_model_can_not_change_the_interface(modelled: Modelled, change: tuple[str, str]) -> None:
    answer = modelled.says(fenced(FAST.replace(*change))).post(OPTIMIZE.path, OPTIMIZE.body)
    error_of(answer, 502)


@keeps("a block without a path is accepted for one file")
@pytest.mark.parametrize("path", ["", "ordering.py"], ids=["no path", "the base name"])
def test_a_block_without_a_path_is_accepted_for_one_file(
    rules: Service, modelled: Modelled, path: str
) -> None:
    body = OPTIMIZE.changed("source_code", fenced(SLOW, ""))
    check(OPTIMIZE.path, body, rules.post(OPTIMIZE.path, body))
    answer = modelled.says(fenced(FAST, path)).post(OPTIMIZE.path, OPTIMIZE.body)
    found = check(OPTIMIZE.path, OPTIMIZE.body, answer)
    assert len(found["optimizations"]) == 1


@keeps("optimize-line-profiler: without a profile it answers as well")
@pytest.mark.parametrize("profile", ["", "no table at all", None])
def test_without_a_profile_it_answers_as_well(rules: Service, profile: str | None) -> None:
    one = OPTIMIZE_LINE_PROFILER
    body = one.changed("line_profiler_results", profile)
    assert check(one.path, body, rules.post(one.path, body))["optimizations"]


@keeps("refinement: the body is an array; new ids, the item's id as parent")
def test_each_item_is_refined(rules: Service) -> None:
    (item,) = REFINEMENT.body
    body = [item, {**item, "optimization_id": "second", "optimized_source_code": fenced(NOISY + "\n# end\n")}]
    found = check(REFINEMENT.path, body, rules.post(REFINEMENT.path, body))
    assert {each["parent_id"] for each in found["refinements"]} == {item["optimization_id"], "second"}
    assert "list()" not in found["refinements"][0]["source_code"]


@keeps("refinement: the body is an array; new ids, the item's id as parent")
def test_a_model_refines(modelled: Modelled) -> None:
    answer = modelled.says(fenced(FAST)).post(REFINEMENT.path, REFINEMENT.body)
    (found,) = check(REFINEMENT.path, REFINEMENT.body, answer)["refinements"]
    assert code_of(found) == FAST.removesuffix("\n")


@keeps("code_repair: a bare candidate")
def test_a_repair_is_a_bare_candidate(rules: Service, modelled: Modelled) -> None:
    found = check(CODE_REPAIR.path, CODE_REPAIR.body, rules.post(CODE_REPAIR.path, CODE_REPAIR.body))
    assert code_of(found) != FAST.removesuffix("\n")
    answer = modelled.says(fenced(HALF)).post(CODE_REPAIR.path, CODE_REPAIR.body)
    check(CODE_REPAIR.path, CODE_REPAIR.body, answer)


@keeps("code_repair: a bare candidate")
def test_a_repair_that_is_not_to_be_had_is_an_error(rules: Service) -> None:
    body = {
        **CODE_REPAIR.body,
        "original_source_code": fenced("def f(x):\n    return x + 1\n"),
        "modified_source_code": fenced("def f(x):\n    return 1 + x\n"),
    }
    error_of(rules.post(CODE_REPAIR.path, body), 501)


@keeps("adaptive_optimize: a bare candidate whose parent is the last one")
def test_the_next_step_builds_on_the_last(rules: Service, modelled: Modelled) -> None:
    one = ADAPTIVE_OPTIMIZE
    (step,) = one.body["candidates"]
    root = {**step, "optimization_id": "root", "source": "OPTIMIZE", "source_code": fenced(NOISY)}
    body = {**one.body, "candidates": [root, step]}
    assert check(one.path, body, rules.post(one.path, body))["parent_id"] == step["optimization_id"]
    check(one.path, body, modelled.says(fenced(FAST)).post(one.path, body))


@keeps(*each(AGAIN, RERUN))
@pytest.mark.parametrize(
    "one", [OPTIMIZE, OPTIMIZE_LINE_PROFILER, TESTGEN, REFINEMENT, CODE_REPAIR], ids=lambda one: one.path
)
def test_what_was_answered_before_is_answered_again(rules: Service, one: Endpoint) -> None:
    trace = f"{uuid.uuid4()}"[:-4] + "EXP1"
    where = "[]." if isinstance(one.body, list) else ""
    first = rules.post(one.path, one.changed(f"{where}trace_id", trace))
    again = one.changed(f"{where}rerun_trace_id", trace)
    assert check(one.path, again, rules.post(one.path, again)) == first.json()
    unknown = one.changed(f"{where}rerun_trace_id", f"{uuid.uuid4()}")
    check(one.path, unknown, rules.post(one.path, unknown))
