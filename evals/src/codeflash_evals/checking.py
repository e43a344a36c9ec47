"""Whether a template measures what it says: its reference, and its wrong changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codeflash_core.sandbox import Confinement
from codeflash_evals.cases.case import Case, Expect
from codeflash_evals.cases.template import Template, Worth, Wrong
from codeflash_evals.hidden.behaviour import Word, same_behaviour
from codeflash_evals.hidden.chamber import Chamber, Version
from codeflash_evals.hidden.measuring import measure
from codeflash_evals.hidden.opening import chamber_of, question_of, workload_of
from codeflash_evals.hidden.saving import Savings

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


async def check_template(template: Template, scratch: Path, confinement: Confinement) -> tuple[str, ...]:
    """What is wrong with a template, a sentence each; nothing for a sound one.

    Args:
        template: The template.
        scratch: A folder that is not there yet.
        confinement: How foreign code is held.

    Raises:
        UsageError: A change that is said to be wrong does not say how.
        CodeflashError: The copies can't be made, or a program is missing.
    """
    found = await check_case(template.case, scratch, confinement, template.wrong())
    return (*leftovers(template.folder), *found)


async def check_case(
    case: Case, scratch: Path, confinement: Confinement, wrongs: Sequence[Wrong] = ()
) -> tuple[str, ...]:
    """Whether the hidden side of a case tells the reference and wrong changes apart.

    Args:
        case: The case.
        scratch: A folder that is not there yet.
        confinement: How foreign code is held.
        wrongs: Changes that are wrong or worth nothing.

    Raises:
        CodeflashError: The copies can't be made, or a program is missing.
    """
    faults = unknown_targets(case)
    chamber = chamber_of(case, scratch, confinement)
    original = chamber.version("before", {})
    itself = await same_behaviour(chamber, original, original, question_of(case))
    if itself.word is not Word.SAME:
        return (*faults, itself.where)
    if case.expect is Expect.FASTER:
        faults += await _reference(case, chamber, original)
    for number, wrong in enumerate(wrongs):
        version = chamber.version(f"wrong-{number}", wrong.changes)
        faults += await _wrong(case, wrong, chamber, original, version)
    return tuple(faults)


def leftovers(folder: Path) -> list[str]:
    """Files that tools left in a template's folder."""
    found = sorted(path for path in folder.rglob("*") if path.name in _GENERATED or path.suffix == ".pyc")
    return [f"left behind: {path.relative_to(folder).as_posix()}" for path in found[:3]]


def unknown_targets(case: Case) -> list[str]:
    """Planted spots that are not in the project."""
    faults = []
    for target in case.targets:
        path, _, name = target.partition("::")
        file = case.project / path
        if not file.is_file():
            faults.append(f"the target {target} names no file of the project")
        elif (
            name and file.suffix == ".py" and f"def {name.rpartition('.')[2]}(" not in file.read_text("utf-8")
        ):
            faults.append(f"the target {target} is not in its file")
    return faults


async def _reference(case: Case, chamber: Chamber, original: Version) -> list[str]:
    version = chamber.version("reference", case.reference)
    same = await same_behaviour(chamber, original, version, question_of(case))
    if same.word is not Word.SAME:
        return [f"the reference does not behave the same: {same.where}"]
    measured = await measure(chamber, original, [version], workload_of(case))
    if not isinstance(measured, Savings):
        return [measured.why]
    interval = measured.worse("reference").intervals["reference"]
    return (
        []
        if interval.low > LEAST_GAIN
        else [f"the reference is not faster on the hidden workload: {interval}"]
    )


async def _wrong(
    case: Case, wrong: Wrong, chamber: Chamber, original: Version, version: Version
) -> list[str]:
    same = await same_behaviour(chamber, original, version, question_of(case))
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
    measured = await measure(chamber, original, [version], workload_of(case))
    if not isinstance(measured, Savings):
        return [measured.why]
    interval = measured.worse(version.name).intervals[version.name]
    worthless = interval.low <= MOST_WORTHLESS
    return [] if worthless else [f"wrong/{wrong.kind} is said not to be faster, and is: {interval}"]
