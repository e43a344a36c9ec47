"""The results as a Markdown page. Pure: stored results in, text out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from targets import Target

TITLE = "# Real functions in real packages"
PREAMBLE = """\
Public packages at pinned versions, each with its own tests. For every row `codeflash optimize` was given the function
and a workload, and nothing else; `--apply` then changed a copy of the package, and the package's own tests were run.
*By hand* is what a hand-written version gained on the same workload. The interval is the second measurement of the
winner, in fresh processes. The rows at the bottom are controls: nothing worth having was found there by hand, and
nothing should be accepted.

Written by `python benchmarks/real_packages` from the stored results in `benchmarks/real_packages/results/`.
"""
HEAD = (
    "target",
    "",
    "decision",
    "rules",
    "speedup",
    "cold, lower bound",
    "by hand",
    "evidence",
    "own tests after",
    "wall time",
)


def page(targets: Sequence[Target], results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the whole page; a target without a stored result is listed as not tried."""
    tried = [results[target.id] for target in targets if target.id in results]
    rows = [_row(target, results.get(target.id)) for target in targets]
    lines = [TITLE, "", PREAMBLE, _summary(targets, results), ""]
    lines += ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    lines += ["", *_reasons(targets, results)]
    machines = sorted({f"{result['machine']}, {result['date']}" for result in tried})
    lines += [f"Measured on: {machine}." for machine in machines]
    return "\n".join(lines).rstrip() + "\n"


def accepted(result: Mapping[str, Any] | None) -> bool:
    """Return whether a change was accepted."""
    return bool(result) and result is not None and (result.get("outcome") or {}).get("decision") == "accepted"


def _summary(targets: Sequence[Target], results: Mapping[str, Mapping[str, Any]]) -> str:
    wanted = [target for target in targets if not target.control]
    controls = [target for target in targets if target.control]
    won = sum(accepted(results.get(target.id)) for target in wanted)
    wrong = sum(accepted(results.get(target.id)) for target in controls)
    return f"Accepted: **{won} of {len(wanted)}** targets, **{wrong} of {len(controls)}** controls."


def _row(target: Target, result: Mapping[str, Any] | None) -> list[str]:
    name = f"`{target.id}` ({target.package})"
    kind = "control" if target.control else target.difficulty
    if result is None:
        return [name, kind, "not tried", "", "", "", f"{target.hand_speedup:.2f}x", "", "", ""]
    outcome = result.get("outcome") or {}
    return [
        name,
        kind,
        str(outcome.get("decision") or "failed"),
        _rules(outcome),
        _interval(outcome.get("speedup")),
        _factor((outcome.get("speedup") or {}).get("cold_low")),
        f"{target.hand_speedup:.2f}x",
        _evidence(outcome.get("evidence") or {}),
        _tests(result),
        f"{result['seconds']:.0f} s",
    ]


def _rules(outcome: Mapping[str, Any]) -> str:
    source = str((outcome.get("candidate") or {}).get("source") or "")
    names = source.removeprefix("rewrites:").replace("rewrites:", "")
    return names.replace("+", ", ") if outcome.get("decision") == "accepted" else ""


def _interval(speedup: Mapping[str, Any] | None) -> str:
    if not speedup or speedup.get("point") is None:
        return ""
    return f"{speedup['point']:.2f}x [{speedup['low']:.2f}, {speedup['high']:.2f}]"


def _factor(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}x"


def _evidence(evidence: Mapping[str, Any]) -> str:
    parts = []
    if evidence.get("calls"):
        parts.append(f"{evidence['calls']} calls")
    parts += [f"{count} {grade}" for grade, count in sorted((evidence.get("grades") or {}).items())]
    if evidence.get("mutation_score") is not None:
        parts.append(f"faults caught {evidence['mutation_score']:.0%}")
    if evidence.get("tests_passed"):
        parts.append(f"{evidence['tests_passed']} tests")
    return ", ".join(parts)


def _tests(result: Mapping[str, Any]) -> str:
    after, before = result.get("tests_after"), result.get("tests_before")
    if not after or not before:
        return ""
    new = sorted(set(after["failed"]) - set(before["failed"]))
    if new:
        return f"**{len(new)} newly failing**"
    text = f"{after['passed']} passed"
    return text + (f" ({len(before['failed'])} failed before, too)" if before["failed"] else "")


def _reasons(targets: Sequence[Target], results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say for every row without an accepted change why there is none."""
    lines = []
    for target in targets:
        result = results.get(target.id)
        if result is None or accepted(result):
            continue
        reasons = (result.get("outcome") or {}).get("reasons") or [
            result.get("problem") or "no reason was given"
        ]
        lines.append(f"- `{target.id}`: {'; '.join(str(reason) for reason in reasons)}")
    return ["Where nothing was accepted, and why:", "", *lines, ""] if lines else []
