"""A comparison of two versions out of the JSON document that another codeflash printed: the way back of ``documents``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from codeflash_core.errors import StageError
from codeflash_core.git.exporting import Ref
from codeflash_core.model.comparison import Block, InputSamples, Interval
from codeflash_core.pipeline.health import Fitness, Health
from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.values import FunctionChange, Memory, Row, VersionsComparison


def comparison_of(document: Mapping[str, Any]) -> VersionsComparison:
    """The comparison that a document tells of; of each row's control it tells the noise floor only, so rows have none.

    Args:
        document: What ``compare BASE HEAD --json`` printed.

    Raises:
        StageError: It is no such document.
    """
    try:
        return VersionsComparison(
            base=_ref(document["base"]),
            head=_ref(document["head"]),
            rows=tuple(_row(each) for each in document["rows"]),
            delta=float(document["delta"]),
            noise_floor=_number(document["noise_floor"]),
            seconds=float(document["seconds"]),
            inside_seconds=float(document["inside_seconds"]),
            machine={str(name): str(value) for name, value in document["machine"].items()},
            notes=_texts(document["notes"]),
            health=_health(document.get("health")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise StageError(
            "measure",
            f"this is no comparison of two versions: {type(problem).__name__}: {problem}",
            "Let both machines have the same version of codeflash.",
        ) from problem


def _ref(each: Mapping[str, Any]) -> Ref:
    return Ref(str(each["name"]), str(each["commit"]), str(each["subject"]))


def _health(each: Mapping[str, Any] | None) -> Health | None:
    if each is None:
        return None
    return Health(Fitness(each["verdict"]), _texts(each["reasons"]), _texts(each["unknown"]))


def _row(each: Mapping[str, Any]) -> Row:
    told, imports = each["speedup"], each["imports"]
    return Row(
        id=str(each["benchmark"]),
        outcome=Difference(each["outcome"]) if each["outcome"] != "not-measured" else None,
        interval=_interval(told) if told else None,
        clock=str(told["clock"]) if told else "cpu",
        before_ns=_number(each["before_ns"]),
        after_ns=_number(each["after_ns"]),
        problem=str(each["problem"]),
        lost=bool(each.get("lost", False)),
        notes=_texts(each["notes"]),
        functions=tuple(_function(one) for one in each["functions"]),
        memory={
            side: Memory(int(one["peak_bytes"]), int(one["blocks"])) for side, one in each["memory"].items()
        },
        imports=(_texts(imports["gone"]), _texts(imports["new"])) if imports else None,
        blocks=tuple(_block(str(each["benchmark"]), one) for one in each["samples"]),
    )


def _interval(told: Mapping[str, Any]) -> Interval:
    low, high = (_number(told[name]) for name in ("low", "high"))
    return Interval(
        point=float(told["point"]),
        low=0.0 if low is None else low,
        high=math.inf if high is None else high,
        level=float(told["level"]),
        blocks=int(told["blocks"]),
    )


def _block(name: str, each: Mapping[str, Any]) -> Block:
    samples = {
        f"{letter}_{clock}": tuple(float(value) for value in each[f"{side}_{clock}"])
        for letter, side in (("a", "base"), ("b", "head"))
        for clock in ("cpu", "wall")
    }
    loops, turn = int(each["loops"]), int(each.get("turn", 0))
    inputs = InputSamples(input=name, weight=1.0, loops=loops, turn=turn, **samples)
    return Block((inputs,), hash_seed=int(each["hash_seed"]), mode="separate")


def _function(each: Mapping[str, Any]) -> FunctionChange:
    path, _, name = str(each["function"]).partition("::")
    before, after = (_time(path, name, each[side]) for side in ("base", "head"))
    return FunctionChange(path, name, before, after)


def _time(path: str, name: str, each: Mapping[str, Any] | None) -> FunctionTime | None:
    if each is None:
        return None
    return FunctionTime(
        path, name, float(each["own_seconds"]), float(each["cumulative_seconds"]), float(each["calls"])
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in values)
