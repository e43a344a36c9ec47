"""One attempt of a subject at a case: the command line as a child process, in a private copy of the project."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from codeflash_core.errors import CodeflashError
from codeflash_core.programs import run_program
from codeflash_core.records.journal import read_entries
from codeflash_evals.cases.template import overlay
from codeflash_evals.subjects.names import Subject

PROGRAM = (sys.executable, "-I", "-m", "codeflash_cli")
"""Isolated: the project is the folder that it works in, and a module of it must not be taken for one of ours."""
DOCUMENT_BYTES = 32 << 20
_KEYS = ("ANTHROPIC_", "OPENAI_", "CLAUDE_", "CODEX_", "AWS_", "AZURE_")
_PROGRAMS = ("CODEFLASH_CLAUDE", "CODEFLASH_CODEX")
"""Which program an agent is."""
_LEFT_BEHIND = {"__pycache__", ".pytest_cache", ".hypothesis", ".codeflash"}


@frozen
class Effort:
    """How much a subject may try.

    Attributes:
        budget_seconds: For one function.
        limit_seconds: For the whole case; then it is ended.
        seed: Of its random choices.
        words: Further words for the command, such as what shows the functions at work.
    """

    budget_seconds: float
    limit_seconds: float
    seed: int = 0
    words: tuple[str, ...] = ()


@frozen
class Claim:
    """What the engine says of one function.

    Attributes:
        target: ``path.py::function``.
        decision: Its word.
        reason: Why, the most important sentence.
        low: Lower bound of the speedup it claims, or None.
    """

    target: str
    decision: str
    reason: str = ""
    low: float | None = None


@frozen
class Attempt:
    """What came of it.

    Attributes:
        changes: What it changed in the working tree, by relative path.
        claims: What it says of each function it looked at.
        ranked: Functions in the order of its profile; empty where it got to none.
        seconds: Wall time.
        cost_usd: What its candidates cost; None where it does not say.
        problem: Why it gave no answer; empty where it did.
    """

    changes: Mapping[str, bytes | None] = field(factory=dict, repr=False)
    claims: tuple[Claim, ...] = ()
    ranked: tuple[str, ...] = ()
    seconds: float = 0.0
    cost_usd: float | None = None
    problem: str = ""


async def attempt(
    subject: Subject,
    copy: Path,
    state: Path,
    effort: Effort,
    variables: Mapping[str, str],
    targets: tuple[str, ...] = ("--all",),
) -> Attempt:
    """Let a subject work on a copy of a project as its user would.

    Args:
        subject: Who is measured.
        copy: The working tree; it is changed.
        state: An empty folder for its records.
        effort: How much it may try.
        variables: That lead to its service.
        targets: What it is asked to work on.
    """
    before = overlay(copy)
    words = ["optimize", "--json", "--apply", "--source", ",".join(subject.sources), *effort.words]
    words += ["--budget", f"{effort.budget_seconds:g}s", "--seed", str(effort.seed), *targets]
    begun = time.monotonic()
    try:
        said = await run_program(
            (*PROGRAM, *words),
            folder=copy,
            environment={**_environment(subject), **variables, "CODEFLASH_STATE_DIR": str(state)},
            seconds=effort.limit_seconds,
            most_out=DOCUMENT_BYTES,
        )
    except TimeoutError:
        problem = f"no answer within {effort.limit_seconds:g} s"
        return Attempt(ranked=_ranked(state), seconds=time.monotonic() - begun, problem=problem)
    seconds = time.monotonic() - begun
    document = _document(said.out)
    if said.code not in (0, 1) or not isinstance(document.get("results"), list):
        problem = f"it ended with {said.code}: {_why(document, said.err)[:500]}"
        return Attempt(ranked=_ranked(state), seconds=seconds, problem=problem)
    return Attempt(
        changes=changes_between(before, overlay(copy)),
        claims=tuple(_claim(each) for each in document["results"]),
        ranked=_ranked(state),
        seconds=seconds,
        cost_usd=_cost(document, subject.sources),
    )


def changes_between(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """New contents by relative path, None for what is gone; what tools leave behind does not count."""
    names = sorted(name for name in before.keys() | after.keys() if not _LEFT_BEHIND & set(name.split("/")))
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _environment(subject: Subject) -> dict[str, str]:
    """The user's, without settings of ours that would change what is measured, and keys only for agents."""
    agents = any(source.startswith("agent:") for source in subject.sources)
    left_out = ("CODEFLASH_", "PYTHON", *(() if agents else _KEYS))
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(left_out) or (agents and name in _PROGRAMS)
    }


def _document(said: bytes) -> Mapping[str, Any]:
    """The document on standard output; empty where there is none."""
    try:
        document = json.loads(said)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _why(document: Mapping[str, Any], err: str) -> str:
    """The error's message; where there is none, the last that was said on standard error."""
    error = document.get("error")
    if isinstance(error, dict) and error.get("message"):
        return str(error["message"])
    return (err.strip().splitlines() or ["it said nothing"])[-1]


def _claim(result: Mapping[str, Any]) -> Claim:
    speedup = result.get("speedup") or {}
    reasons = result.get("reasons") or [""]
    return Claim(str(result["target"]), str(result["decision"]), str(reasons[0])[:500], speedup.get("low"))


def _cost(document: Mapping[str, Any], sources: Sequence[str]) -> float | None:
    """What was paid for candidates; only sources outside of the engine cost anything."""
    if not any(source.startswith(("service", "agent:")) for source in sources):
        return 0.0
    cost = document.get("cost")
    known = cost.get("usd") if isinstance(cost, dict) else None
    return float(known) if isinstance(known, int | float) else None


def _ranked(state: Path) -> tuple[str, ...]:
    """The order of the profile that the run worked by, as its journal has it."""
    for journal in sorted((state / "runs").glob("*/journal.jsonl")):
        try:
            for entry in read_entries(journal):
                if entry["kind"] == "step" and entry.get("name") == "profile":
                    ranked = [each["target"] for each in entry["value"]["ranked"] if each.get("calls")]
                    return tuple(f"{each['path']}::{each['qualname']}" for each in ranked)
        except (CodeflashError, KeyError, TypeError):
            return ()
    return ()
