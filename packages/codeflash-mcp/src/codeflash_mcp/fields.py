"""Arguments that several tools take, with the words that a model reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from codeflash_core.pipeline.opening import Asked
from codeflash_mcp.places import Places

ProjectFolder = Annotated[
    str,
    Field(
        description="Folder of the project; other paths are relative to it. Absolute, or relative to the first root. "
        "Leave it empty to use the first root. Example: services/shop"
    ),
]
Target = Annotated[
    str,
    Field(
        description="One function or method as path::name, the path relative to the project's folder. "
        "Examples: src/shop/orders.py::total, src/shop/stock.py::Stock.count"
    ),
]
Targets = Annotated[
    list[str],
    Field(
        description="Functions (src/shop/orders.py::total), methods (src/shop/stock.py::Stock.count), files or folders. "
        "Empty: everything in the project."
    ),
]
Tests = Annotated[
    list[str],
    Field(
        description="Test files or folders that use the targets. Empty: the project's tests. Example: [tests/test_orders.py]"
    ),
]
WorkloadFile = Annotated[
    str,
    Field(
        description="A Python script of the project that uses the code as its users do; used instead of tests. "
        "Example: benchmarks/busy_day.py"
    ),
]
Script = Annotated[
    str,
    Field(
        description="Like workload, with arguments. Example: tools/report.py --fast. Give one of the two or none."
    ),
]
BudgetSeconds = Annotated[
    float,
    Field(ge=1, le=3600, description="Seconds for one target. Raise it when an answer is inconclusive."),
]
Seed = Annotated[int, Field(description="Seed of all random choices: the same seed repeats the same answer.")]
FloatTolerance = Annotated[
    float,
    Field(
        ge=0,
        lt=1,
        description="Relative tolerance for floats, 0 for exact. It is named in the answer; leave it 0 unless asked.",
    ),
]
Sandbox = Annotated[
    Literal["auto", "require", "off"],
    Field(
        description="auto confines the project's code as far as this machine can; require refuses when it can't."
    ),
]


FunctionSource = Annotated[
    str,
    Field(
        description="The new source of the target alone, from `def` to its last line, any indentation; decorators and "
        "docstring are kept when it has none. The simplest form: use it unless imports, helpers or other files change."
    ),
]
FileText = Annotated[
    str, Field(description="The whole new text of the target's file, when imports or helpers change too.")
]
Patch = Annotated[
    str,
    Field(
        description="A unified diff as `git diff` writes it, paths relative to the project's folder, when several files "
        "change."
    ),
]
VerifyOnly = Annotated[bool, Field(description="Check the behaviour and leave the timing out; quicker.")]


def engine_settings(budget_seconds: float, seed: int, float_tolerance: float, sandbox: str) -> dict[str, Any]:
    """What a call sets of the engine, by the keys of the settings."""
    return {
        "budget": f"{budget_seconds}s",
        "seed": str(seed),
        "float-tolerance": str(float_tolerance),
        "sandbox": sandbox,
    }


def asked_with(
    places: Places,
    project: str,
    targets: list[str],
    *,
    tests: list[str] | None = None,
    workload: str = "",
    script: str = "",
    everything: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Asked:
    """The plain words of a call."""
    return Asked(
        folder=places.folder(project),
        targets=tuple(targets),
        everything=everything,
        workload=workload,
        script=script,
        settings={"tests": tests or None, **(settings or {})},
    )


def words_of(command: str, asked: Asked) -> tuple[str, ...]:
    """The command line that repeats what was asked for."""
    words = [command, *asked.targets]
    words += ["--all"] if asked.everything and command == "optimize" else []
    words += ["--workload", asked.workload] if asked.workload else []
    words += ["--script", asked.script] if asked.script else []
    names = {
        "float-tolerance": "--float-tolerance",
        "seed": "--seed",
        "budget": "--budget",
        "sandbox": "--sandbox",
    }
    for key, option in names.items():
        value = asked.settings.get(key)
        words += [option, str(value)] if value not in (None, "") else []
    tests = asked.settings.get("tests") or ()
    return (*words, *(["--tests", *tests] if tests else []))
