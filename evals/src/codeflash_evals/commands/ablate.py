"""``codeflash-evals ablate``: wrong and false acceptances with each part of the proof off."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from codeflash_cli.opening import run_until_done
from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.errors import UsageError
from codeflash_core.pipeline.events import Event, line_of
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import Mode, detect
from codeflash_core.sandbox.leftovers import scratch, sweep
from codeflash_core.units import parse_count
from codeflash_evals.ablation.cases import (
    CONFIGURATIONS,
    Case,
    Configuration,
    chosen,
    read_cases,
)
from codeflash_evals.ablation.judging import Court, open_court
from codeflash_evals.ablation.lines import Judged, add, begin, read_results
from codeflash_evals.ablation.table import markdown
from codeflash_evals.cases.catalogue import evals_folder
from codeflash_evals.pages.markers import write_between

HELP = "measure what each part of the proof is worth"


def options(parser: CommandParser) -> None:
    """Add its options."""
    count = read_by(parse_count)
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="kinds, or pieces of a case's id"
    )
    parser.add_argument("--limit", type=count, metavar="N", help="most cases of each kind")
    parser.add_argument(
        "--times", type=count, default=1, metavar="N", help="equal versions of each function (default: 1)"
    )
    parser.add_argument(
        "--jobs", type=count, metavar="N", help="behaviours checked at a time (default: one a core)"
    )
    parser.add_argument("--results", type=Path, metavar="FILE.jsonl", help="where the lines are kept")
    parser.add_argument(
        "--into", type=Path, metavar="PAGE.md", help="put the tables between the page's marks"
    )
    parser.add_argument("--tables", action="store_true", help="judge nothing: tables of what is kept")
    parser.add_argument(
        "--sandbox", choices=("auto", "require"), default="auto", help="how foreign code is confined"
    )


def run(options: argparse.Namespace) -> int:
    """Run it; what stands in the results already is not judged again."""
    path = options.results or evals_folder() / "results" / "ablation.jsonl"
    if options.tables:
        results = read_results(path)
        if not results.judged:
            raise UsageError(f"nothing is judged in {path}", "Leave out --tables, or name another file.")
    else:
        cases = chosen(read_cases(options.times), options.only, options.limit)
        run_until_done(_judge_all(cases, path, Mode(options.sandbox), options.jobs or os.cpu_count() or 1))
        results = read_results(path).of({case.id for case in cases})
    table = markdown(results)
    if options.into:
        write_between(options.into, "ablation", table)
    print(table)
    return 0


async def _judge_all(cases: Sequence[Case], path: Path, mode: Mode, jobs: int) -> None:
    if not missing_of(cases, read_results(path).keys):
        return
    confinement = detect(mode)
    for line in confinement.missing:
        _say(f"not confined: {line}")
    facts = {"date": time.strftime("%Y-%m-%d", time.gmtime()), **describe_machine().facts}
    sweep(state_dir())
    with scratch(state_dir()) as folder:
        async with taking_turns(state_dir(), _tell):
            # Another run may have come before this one's turn.
            missing = missing_of(cases, read_results(path).keys)
            if missing:
                begin(path, {**facts, "sandbox": confinement.mechanism})
                async with open_court([each for each, _ in missing], folder, mode) as court:
                    await _judge(court, missing, path, jobs)


async def _judge(
    court: Court, missing: Sequence[tuple[Case, tuple[Configuration, ...]]], path: Path, jobs: int
) -> None:
    """Behaviours side by side, then what is timed, one at a time."""
    numbers = _counted(len(missing))
    gate = asyncio.Semaphore(jobs)

    async def one(case: Case, configurations: Sequence[Configuration]) -> None:
        async with gate:
            found = [await _kept(court, case, configuration, path) for configuration in configurations]
        _say(f"{next(numbers)}  {told(case, found)}")

    try:
        async with asyncio.TaskGroup() as group:
            for case, configurations in missing:
                if not case.kind.timed:
                    group.create_task(one(case, configurations))
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
    for case, configurations in missing:
        if case.kind.timed:
            await one(case, configurations)


async def _kept(court: Court, case: Case, configuration: Configuration, path: Path) -> Judged:
    judged = await court.judge(case, configuration)
    add(path, judged)
    return judged


def missing_of(
    cases: Sequence[Case], done: frozenset[tuple[str, str]]
) -> list[tuple[Case, tuple[Configuration, ...]]]:
    """Cases with the configurations in which they were not judged yet; without those that are complete.

    Args:
        cases: What is wanted.
        done: Case and configuration of what there is.
    """
    left = [
        (case, tuple(each for each in CONFIGURATIONS if (case.id, each.name) not in done)) for case in cases
    ]
    return [(case, configurations) for case, configurations in left if configurations]


def told(case: Case, found: Sequence[Judged]) -> str:
    """What became of a case, in a line."""
    accepting = [each.configuration for each in found if each.accepted]
    answer = "accepted by none"
    if accepting:
        answer = "accepted by all" if len(accepting) == len(found) else f"accepted {', '.join(accepting)}"
    return f"{case.id}: {answer} ({sum(each.seconds for each in found):.1f} s)"


def _counted(total: int) -> Iterator[str]:
    return (f"{number}/{total}" for number in range(1, total + 1))


def _tell(event: Event) -> None:
    _say(line_of(event))


def _say(line: str) -> None:
    print(f"codeflash-evals: {line}", file=sys.stderr, flush=True)
