"""A comparison of two versions as plain JSON."""

from __future__ import annotations

from typing import Any

from codeflash_core.git.exporting import Ref
from codeflash_core.pipeline.health import Health
from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.reports.document import difference_document
from codeflash_core.versions.values import FunctionChange, Row, VersionsComparison


def versions_document(found: VersionsComparison) -> dict[str, Any]:
    """A comparison as plain JSON; samples are in nanoseconds per call.

    Args:
        found: The comparison.
    """
    return {
        "schema": 1,
        "base": _ref(found.base),
        "head": _ref(found.head),
        "rows": [row_document(row) for row in found.rows],
        "delta": found.delta,
        "noise_floor": round(found.noise_floor, 5) if found.noise_floor is not None else None,
        "machine": dict(found.machine),
        "seconds": round(found.seconds, 3),
        "inside_seconds": round(found.inside_seconds, 3),
        "notes": list(found.notes),
        "health": health_document(found.health) if found.health else None,
    }


def health_document(health: Health) -> dict[str, Any]:
    """The judgement on a machine as plain JSON."""
    return {
        "verdict": health.verdict.value,
        "reasons": list(health.reasons),
        "unknown": list(health.unknown),
    }


def row_document(row: Row) -> dict[str, Any]:
    """One row as plain JSON."""
    more = {
        "benchmark": row.id,
        "before_ns": row.before_ns,
        "after_ns": row.after_ns,
        "problem": row.problem,
        "lost": row.lost,
        "notes": list(row.notes),
        "functions": [_function(each) for each in row.functions],
        "memory": {
            side: {"peak_bytes": each.peak, "blocks": each.blocks} for side, each in row.memory.items()
        },
        "imports": {"gone": list(row.imports[0]), "new": list(row.imports[1])} if row.imports else None,
        "samples": [
            {
                "hash_seed": block.hash_seed,
                "loops": each.loops,
                "turn": each.turn,
                "base_cpu": list(each.a_cpu),
                "base_wall": list(each.a_wall),
                "head_cpu": list(each.b_cpu),
                "head_wall": list(each.b_wall),
            }
            for block in row.blocks
            for each in block.inputs
        ],
    }
    outcome = row.outcome.value if row.outcome else "not-measured"
    document = difference_document(outcome, row.interval, row.control, row.clock, more)
    del document["schema"]
    return document


def _ref(ref: Ref) -> dict[str, str]:
    return {"name": ref.name, "commit": ref.commit, "subject": ref.subject}


def _function(change: FunctionChange) -> dict[str, Any]:
    return {
        "function": f"{change.path}::{change.name}",
        "base": _times(change.before),
        "head": _times(change.after),
    }


def _times(each: FunctionTime | None) -> dict[str, float] | None:
    if each is None:
        return None
    return {"own_seconds": each.own, "cumulative_seconds": each.cumulative, "calls": each.calls}
