"""What an answer must be for the client to live: the checks of the contract, applied as the client applies them."""

from __future__ import annotations

import re
from typing import Any

import httpx2

# The client's own expression for code.
FENCE = re.compile(r"```(?P<language>\w+)(?::(?P<path>[^\n]+))?\n(?P<code>.*?)\n```", re.DOTALL)


def error_of(answer: httpx2.Response, *statuses: int) -> str:
    """The error's text; nothing else may be in the body, and the status is none that a client takes for a success."""
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert not answer.is_success
    body = answer.json()
    assert set(body) == {"error"}
    assert isinstance(body["error"], str)
    assert body["error"].strip()
    return str(body["error"])


def whole_or_error(path: str, body: Any, answer: httpx2.Response) -> None:
    """Either exactly 200 with a whole object, or an error."""
    if answer.status_code == 200:
        check(path, body, answer)
    else:
        error_of(answer, 501, 502, 503)


def check(path: str, body: Any, answer: httpx2.Response) -> Any:
    """A success that the client can live with.

    Returns:
        The answer's object.
    """
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    found = answer.json()
    assert isinstance(found, dict)
    CHECKS[path](body, found)
    return found


def candidate(found: Any, original: str, parent: str | None, taken: set[str]) -> None:
    """A candidate that the client neither drops nor dies of."""
    assert isinstance(found["source_code"], str)
    assert isinstance(found["explanation"], str)
    assert isinstance(found["optimization_id"], str)
    assert found["optimization_id"]
    assert found["optimization_id"] not in taken
    taken.add(found["optimization_id"])
    assert found.get("parent_id") == parent
    assert isinstance(found.get("model"), str | None)
    blocks = list(FENCE.finditer(found["source_code"]))
    assert blocks, "unfenced code is no candidate"
    assert FENCE.sub("", found["source_code"]).strip() == ""
    paths = [block["path"] for block in FENCE.finditer(original)]
    for block in blocks:
        assert block["path"] in paths
        if block["language"] == "python":
            compile(block["code"], block["path"] or "one", "exec", dont_inherit=True)
    assert found["source_code"] != original


def _candidates(name: str, key: str) -> Any:
    def checked(body: Any, found: Any) -> None:
        assert set(found) == {name}
        assert isinstance(found[name], list)
        assert len(found[name]) <= (body.get("n_candidates") or MOST)
        taken: set[str] = set()
        for each in found[name]:
            candidate(each, body[key], None, taken)
        codes = [each["source_code"] for each in found[name]]
        assert len(set(codes)) == len(codes)

    return checked


def _refinements(body: Any, found: Any) -> None:
    assert set(found) == {"refinements"}
    assert isinstance(found["refinements"], list)
    parents = {item["optimization_id"]: item for item in body}
    taken = set(parents)
    for each in found["refinements"]:
        assert each["parent_id"] in parents
        candidate(each, parents[each["parent_id"]]["original_source_code"], each["parent_id"], taken)


def _repair(body: Any, found: Any) -> None:
    candidate(found, body["original_source_code"], body["optimization_id"], {body["optimization_id"]})


def _adaptive(body: Any, found: Any) -> None:
    ids = [each["optimization_id"] for each in body["candidates"]]
    candidate(found, body["original_source_code"], ids[-1], set(ids))


def _ranking(body: Any, found: Any) -> None:
    assert set(found) == {"ranking"}
    assert all(type(each) is int for each in found["ranking"])
    assert sorted(found["ranking"]) == list(range(len(body["diffs"])))


def _tests(body: Any, found: Any) -> None:
    names = ("generated_tests", "instrumented_behavior_tests", "instrumented_perf_tests")
    assert {*names} <= set(found) <= {*names, "raw_generated_tests"}
    for name in names:
        assert isinstance(found[name], str)
        assert found[name].strip()
        if (body.get("language") or "python") == "python":
            compile(found[name], name, "exec", dont_inherit=True)
    assert isinstance(found["raw_generated_tests"], str | None)


def _reviews(body: Any, found: Any) -> None:
    assert set(found) == {"reviews"}
    assert [each["test_index"] for each in found["reviews"]] == [
        each.get("test_index") or 0 for each in body["tests"]
    ]
    for each in found["reviews"]:
        for flaw in each["functions"]:
            assert isinstance(flaw["function_name"], str)
            assert isinstance(flaw["reason"], str)


def _explanation(body: Any, found: Any) -> None:
    assert set(found) == {"explanation"}
    assert isinstance(found["explanation"], str)


def _review(body: Any, found: Any) -> None:
    assert found["review"] in ("high", "medium", "low", "")
    assert isinstance(found["review_explanation"], str)


def _steps(body: Any, found: Any) -> None:
    assert set(found) == {"workflow_steps"}
    assert isinstance(found["workflow_steps"], str | None)


MOST = 20

CHECKS: dict[str, Any] = {
    "/ai/optimize": _candidates("optimizations", "source_code"),
    "/ai/optimize-line-profiler": _candidates("optimizations", "source_code"),
    "/ai/testgen": _tests,
    "/ai/refinement": _refinements,
    "/ai/code_repair": _repair,
    "/ai/adaptive_optimize": _adaptive,
    "/ai/rank": _ranking,
    "/ai/log_features": lambda body, found: None,
    "/ai/explain": _explanation,
    "/ai/optimization_review": _review,
    "/ai/testgen_review": _reviews,
    "/ai/testgen_repair": _tests,
    "/ai/workflow-gen": _steps,
}
