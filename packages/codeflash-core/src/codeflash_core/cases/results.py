"""Reads results: of this engine, of hyperfine, of pytest-benchmark."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from codeflash_core.errors import UsageError
from codeflash_core.stats.unpaired import unpaired_ratio

ONE_AFTER_THE_OTHER = "one version after the other: a drift of the machine is in the ratio"
ONE_PROCESS = "one process of each version: what differs from process to process is not in the interval"
LEAST_GAIN = 1.02
"""Lower bound from which runs of another tool count as a gain."""


@frozen
class Result:
    """What one result says of one thing measured.

    Attributes:
        target: What was measured: a function, a benchmark, a command.
        metric: ``cpu`` or ``wall``.
        unit: Of ``before`` and ``after``.
        before: The first version's figure; None where the tool gives only the ratio.
        after: The second version's figure.
        speedup: Time of the first over time of the second.
        low: Lower bound.
        high: Upper bound.
        level: Confidence level of the bounds.
        gain: Whether it counts as a gain: accepted, faster, or the whole interval above 1.
        evidence: What it rests on, one line.
        base: The first version's commit; empty where the tool does not say.
        head: The second version's commit.
        machine: Where it was measured.
    """

    target: str
    metric: str
    unit: str
    before: float | None
    after: float | None
    speedup: float
    low: float
    high: float
    level: float
    gain: bool
    evidence: str
    base: str = ""
    head: str = ""
    machine: str = ""


def read_results(contents: Sequence[bytes]) -> tuple[Result, ...]:
    """What files of results say.

    Args:
        contents: One JSON document; or two of pytest-benchmark, the first version's and the second's.

    Raises:
        UsageError: A file is no result, or says too little for an interval.
    """
    documents = [_document(content) for content in contents]
    try:
        found = _read(documents)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as problem:
        raise UsageError(
            f"the result can't be read: {type(problem).__name__}: {problem}",
            "Give the file as the tool wrote it.",
        ) from problem
    if found is None:
        raise UsageError(
            "this is no result that is understood",
            "Give the --json of codeflash optimize, evaluate or compare, of hyperfine --export-json, or of pytest-benchmark.",
        )
    return found


def _read(documents: Sequence[Mapping[str, Any]]) -> tuple[Result, ...] | None:
    if len(documents) == 2 and all("benchmarks" in each for each in documents):
        return _pytest_benchmark(*documents)
    if len(documents) != 1:
        raise UsageError(
            f"{len(documents)} files make no result",
            "Give one file; or two of pytest-benchmark, the first version's and the second's.",
        )
    (document,) = documents
    results = document.get("results")
    if "rows" in document:
        return tuple(_row(row, document) for row in document["rows"] if _bounded(row))
    if isinstance(results, list) and results and "target" in results[0]:
        return tuple(_run(each, document) for each in results if _bounded(each))
    if isinstance(results, list):
        return _hyperfine(results)
    if "exit_codes" in document and _bounded(document):
        return (_commands(document),)
    if "benchmarks" in document:
        raise UsageError("pytest-benchmark measures one version a file", "Give two files: before and after.")
    return None


def _bounded(each: Mapping[str, Any]) -> bool:
    """Whether there is an interval with both its ends; of two blocks there may be none."""
    told = each.get("speedup")
    return told is not None and all(told[name] is not None for name in ("point", "low", "high"))


def _document(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as problem:
        raise UsageError(f"the result is no JSON: {problem}") from problem
    if not isinstance(document, dict):
        raise UsageError("the result is no JSON object")
    return document


def _row(row: Mapping[str, Any], document: Mapping[str, Any]) -> Result:
    told = row["speedup"]
    return Result(
        target=row["benchmark"],
        metric=told["clock"],
        unit="ns/call",
        before=row["before_ns"],
        after=row["after_ns"],
        **_bounds(told),
        gain=row["outcome"] == "faster",
        evidence=f"compare, {told['blocks']} blocks, {row['outcome']}",
        base=document["base"]["commit"],
        head=document["head"]["commit"],
        machine=_machine(document),
    )


def _run(each: Mapping[str, Any], document: Mapping[str, Any]) -> Result:
    told, evidence = each["speedup"], each["evidence"]
    return Result(
        target=each["target"],
        metric=told.get("clock", "cpu"),
        unit="",
        before=None,
        after=None,
        **_bounds(told),
        gain=each["decision"] == "accepted",
        evidence=f"{each['verdict']}: {evidence.get('calls', 0)} inputs, {evidence.get('tests_passed', 0)} tests, "
        f"{told['blocks']} blocks, {each['decision']}",
        machine=_machine(document),
    )


def _commands(document: Mapping[str, Any]) -> Result:
    told, seconds = document["speedup"], document["seconds"]
    return Result(
        target="command",
        metric=told["clock"],
        unit="s",
        before=seconds["a"],
        after=seconds["b"],
        **_bounds(told),
        gain=document["outcome"] == "faster"
        and len({code for codes in document["exit_codes"].values() for code in codes}) == 1,
        evidence=f"compare --command, {told['blocks']} blocks, {document['outcome']}",
        machine=_machine(document),
    )


def _bounds(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "speedup": float(told["point"]),
        "low": float(told["low"]),
        "high": float(told["high"]),
        "level": float(told["level"]),
    }


def _machine(document: Mapping[str, Any]) -> str:
    facts = document.get("machine") or {}
    return ", ".join(str(facts[name]) for name in ("system", "processor", "cores") if name in facts)


def _hyperfine(results: Sequence[Mapping[str, Any]]) -> tuple[Result, ...]:
    if len(results) != 2:
        raise UsageError(
            f"hyperfine measured {len(results)} commands; two are wanted", "The first is the baseline."
        )
    a, b = (each["times"] for each in results)
    found = _unpaired(f"{results[0]['command']} / {results[1]['command']}", a, b, "hyperfine")
    codes = {code for each in results for code in each.get("exit_codes") or ()}
    if codes - {0}:
        return (evolve(found, gain=False, evidence=f"{found.evidence}, exit codes {sorted(codes, key=str)}"),)
    return (found,)


def _pytest_benchmark(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Result, ...]:
    sides = [{each["fullname"]: each for each in document["benchmarks"]} for document in (before, after)]
    found = []
    for name in sides[0]:
        if name not in sides[1]:
            continue
        times = [side[name]["stats"].get("data") for side in sides]
        if not all(times):
            raise UsageError(
                f"pytest-benchmark kept no times of {name}", "Run it with --benchmark-save-data."
            )
        commits = [_commit(each) for each in (before, after)]
        made = _unpaired(name, times[0], times[1], "pytest-benchmark", commits)
        found.append(evolve(made, gain=False, evidence=f"{made.evidence}; {ONE_PROCESS}"))
    if not found:
        raise UsageError("the two files have no benchmark in common")
    return tuple(found)


def _commit(document: Mapping[str, Any]) -> str:
    return str((document.get("commit_info") or {}).get("id") or "")


def _unpaired(
    name: str, a: Sequence[float], b: Sequence[float], tool: str, commits: Sequence[str] = ("", "")
) -> Result:
    try:
        ratio = unpaired_ratio(a, b)
    except ValueError as problem:
        raise UsageError(f"{name}: {problem}") from problem
    return Result(
        target=name,
        metric="wall",
        unit="s",
        before=_mean(a),
        after=_mean(b),
        speedup=ratio.point,
        low=ratio.low,
        high=ratio.high,
        level=ratio.level,
        gain=ratio.low > LEAST_GAIN,
        evidence=f"{tool}, {len(a)} and {len(b)} runs, {ONE_AFTER_THE_OTHER}",
        base=commits[0],
        head=commits[1],
    )


def _mean(times: Sequence[float]) -> float:
    return math.fsum(times) / len(times)
