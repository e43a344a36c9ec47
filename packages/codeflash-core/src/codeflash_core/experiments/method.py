"""The measuring method: taken down with a baseline, compared before every evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from codeflash_core.errors import IllegalStep
from codeflash_core.experiments.values import Method, Worded
from codeflash_core.model.comparison import Machine
from codeflash_core.records.fingerprint import Fingerprint

CONFIGURES = ("conftest.py", "pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini")
"""Files that decide how tests run, wherever they lie."""
STEADY = ("system", "processor", "cores", "memory")
"""Facts of a machine that do not change from minute to minute."""
NAMED = 5
"""Most changes named in a message."""
_OF_ONE_RUN = ("the sources", "the candidate", "the setting budget_seconds")
"""What may differ: more time changes how sure an answer is, not what is asked."""


def method_of(
    worded: Worded, target: str, places: Iterable[str], fingerprint: Fingerprint, machine: Machine, guard: str
) -> Method:
    """How it is measured now.

    Args:
        worded: The workload as it was worded.
        target: What is measured.
        places: Test files, test folders and workload scripts, relative to the root.
        fingerprint: What the run rests on.
        machine: Where it runs.
        guard: The guard command, or an empty string.
    """
    facts = {name: value for name, value in fingerprint.facts.items() if name not in _OF_ONE_RUN}
    facts |= {f"the machine's {name}": machine.facts.get(name, "") for name in STEADY}
    facts["the guard command"] = guard
    named = tuple(dict.fromkeys(places))
    files = {name: told for name, told in fingerprint.files.items() if measures(name, named, target)}
    return Method(worded, dict(sorted(files.items())), facts, named)


def measures(path: str, places: Iterable[str], target: str) -> bool:
    """Whether measuring rests on a file.

    Args:
        path: The file, relative to the project.
        places: Test files, test folders and workload scripts.
        target: What is measured: in a folder that holds it as well, only files named as tests measure.
    """
    file, measured = PurePosixPath(path), PurePosixPath(target.partition("::")[0])
    if file.name in CONFIGURES:
        return True
    for name in places:
        place = PurePosixPath(name.partition("::")[0])
        if file == place:
            return True
        if place in file.parents and (place not in measured.parents or _named_as_test(file)):
            return True
    return False


def _named_as_test(file: PurePosixPath) -> bool:
    return file.name.startswith("test_") or file.stem.endswith(("_test", ".test", ".spec"))


def refuse_other_method(before: Method, now: Method) -> None:
    """Refuse to compare figures that were measured in two ways.

    Raises:
        IllegalStep: Something of the method changed.
    """
    found = [*_files(before.files, now.files), *_facts(before.facts, now.facts)]
    if found:
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        raise IllegalStep(
            f"the measuring method is not that of the baseline: {', '.join(found[:NAMED])}{more}",
            "Undo that. Or discard the experiment and take a new baseline: codeflash session baseline --target T.",
        )


def refuse_change_of_method(method: Method, target: str, paths: Iterable[str]) -> None:
    """Refuse a candidate that changes what measures it.

    Raises:
        IllegalStep: It does.
    """
    touched = [path for path in paths if path in method.files or measures(path, method.places, target)]
    if touched:
        raise IllegalStep(
            f"the candidate changes what measures it: {', '.join(touched[:NAMED])}",
            "Leave those files as they are. If they are wrong: discard, correct them, take a new baseline.",
        )


def machine_line(method: Method) -> str:
    """Where it is measured, in one line."""
    known = (
        method.facts.get(f"the machine's {name}", "") for name in ("processor", "cores", "memory", "system")
    )
    processor, cores, memory, system = known
    return ", ".join(part for part in (processor, cores and f"{cores} cores", memory, system) if part)


def _files(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    found = []
    for name in sorted({*before, *now}):
        if name not in before or name not in now:
            found.append(f"{name} is {'new' if name not in before else 'gone'}")
        elif before[name] != now[name]:
            found.append(f"{name} changed")
    return found


def _facts(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [
        f"{name} was {before.get(name) or 'not set'}, is {now.get(name) or 'not set'}"
        for name in sorted({*before, *now})
        if before.get(name, "") != now.get(name, "")
    ]
