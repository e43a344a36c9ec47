"""Whether a template measures what it says: its reference, and its wrong changes."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.sandbox import Confinement
from codeflash_evals.cases.template import Expect, Metric, Template, Worth, Wrong
from codeflash_evals.hidden.behaviour import Word, same_behaviour
from codeflash_evals.hidden.chamber import Chamber, Failed, Version
from codeflash_evals.hidden.measuring import measure
from codeflash_evals.running import workload_of

LEAST_GAIN = 1.05
"""The lower bound that a reference must exceed: less is no slowness worth planting."""
MOST_WORTHLESS = 1.05
"""A change that is not faster has a lower bound of at most this."""
_GENERATED = {
    "__pycache__",
    ".pytest_cache",
    ".hypothesis",
    ".codeflash",
    "node_modules",
    ".mypy_cache",
    ".ruff_cache",
}


async def check_template(case: Template, scratch: Path, confinement: Confinement) -> tuple[str, ...]:
    """What is wrong with a Python template, a sentence each; nothing for a sound one.

    Args:
        case: The template.
        scratch: A folder that is not there yet.
        confinement: How foreign code is held.

    Raises:
        UsageError: A change that is said to be wrong does not say how.
        CodeflashError: The copies can't be made.
    """
    faults = [*leftovers(case), *unknown_targets(case)]
    chamber = Chamber(confinement, scratch, case.project, case.hidden)
    original = chamber.version("before", {})
    itself = await same_behaviour(chamber, original, original)
    if itself.word is not Word.SAME:
        return (*faults, itself.where)
    if case.expect is Expect.FASTER:
        faults += await _reference(case, chamber, original)
    for number, wrong in enumerate(case.wrong()):
        faults += await _wrong(
            case, wrong, chamber, original, chamber.version(f"wrong-{number}", wrong.changes)
        )
    return tuple(faults)


def leftovers(case: Template) -> list[str]:
    """Files that tools left in the template."""
    found = sorted(
        path for path in case.folder.rglob("*") if path.name in _GENERATED or path.suffix == ".pyc"
    )
    return [f"left behind: {path.relative_to(case.folder).as_posix()}" for path in found[:3]]


def unknown_targets(case: Template) -> list[str]:
    """Planted spots that are not in the project."""
    faults = []
    for target in case.targets:
        path, _, name = target.partition("::")
        file = case.project / path
        if not file.is_file():
            faults.append(f"the target {target} names no file of the project")
        elif (
            f"def {name.rpartition('.')[2]}(" not in file.read_text(encoding="utf-8")
            and case.metric is not Metric.IMPORT
        ):
            faults.append(f"the target {target} is not in its file")
    return faults


async def _reference(case: Template, chamber: Chamber, original: Version) -> list[str]:
    version = chamber.version("reference", case.reference())
    same = await same_behaviour(chamber, original, version)
    if same.word is not Word.SAME:
        return [f"the reference does not behave the same: {same.where}"]
    saving = await measure(chamber, original, [version], workload_of(case))
    if isinstance(saving, Failed):
        return [saving.why]
    interval = saving.intervals["reference"]
    return (
        []
        if interval.low > LEAST_GAIN
        else [f"the reference is not faster on the hidden workload: {interval}"]
    )


async def _wrong(
    case: Template, wrong: Wrong, chamber: Chamber, original: Version, version: Version
) -> list[str]:
    same = await same_behaviour(chamber, original, version)
    if wrong.worth is Worth.DIFFERS:
        told = same.word is Word.DIFFERENT
        return (
            []
            if told
            else [f"wrong/{wrong.kind} is said to differ, and the hidden inputs don't tell it apart"]
        )
    if same.word is not Word.SAME:
        return [
            f"wrong/{wrong.kind} is said to be the same and not faster, and behaves differently: {same.where}"
        ]
    saving = await measure(chamber, original, [version], workload_of(case))
    if isinstance(saving, Failed):
        return [saving.why]
    interval = saving.intervals[version.name]
    worthless = interval.low <= MOST_WORTHLESS
    return [] if worthless else [f"wrong/{wrong.kind} is said not to be faster, and is: {interval}"]
