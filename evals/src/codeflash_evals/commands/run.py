"""``codeflash-evals run``: measure a subject on cases; what is recorded already is not done again."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
from attrs import evolve, frozen

from codeflash_cli.opening import run_until_done
from codeflash_core.command_line import CommandParser, read_by
from codeflash_core.errors import UsageError
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import Mode, detect
from codeflash_core.sandbox.leftovers import scratch, sweep
from codeflash_core.units import parse_count, parse_seconds
from codeflash_evals.cases.case import Case
from codeflash_evals.cases.catalogue import LANGUAGES, evals_folder, read_all, selected
from codeflash_evals.cases.template import Template
from codeflash_evals.cases.unpacking import prepare
from codeflash_evals.pages.table import markdown
from codeflash_evals.running import Conditions, run_case
from codeflash_evals.scores.lines import ResultsFile
from codeflash_evals.scores.record import CaseRun, Key
from codeflash_evals.subjects.engine import Effort
from codeflash_evals.subjects.names import FORMS, Subject, parse_subject
from codeflash_evals.subjects.service import serving

HELP = "measure a subject on cases"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument(
        "cases",
        nargs="*",
        metavar="CASE",
        help="by name, or a group such as python or repos (default: python)",
    )
    parser.add_argument("--subject", required=True, metavar="NAME", help=FORMS)
    parser.add_argument(
        "--class", dest="kinds", action="append", default=[], metavar="CLASS", help="only this class"
    )
    parser.add_argument(
        "--times", type=read_by(parse_count), default=1, metavar="N", help="runs of each case (default: 1)"
    )
    parser.add_argument(
        "--budget",
        type=read_by(parse_seconds),
        default=20.0,
        metavar="TIME",
        help="for one function (default: 20s)",
    )
    parser.add_argument(
        "--limit",
        type=read_by(parse_seconds),
        default=180.0,
        metavar="TIME",
        help="for one case (default: 3m)",
    )
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE.jsonl",
        help="where results are kept; a file that is there is gone on with (default: a new one)",
    )
    add_folders(parser)
    parser.add_argument(
        "--sandbox", choices=("auto", "require"), default="auto", help="how foreign code is confined"
    )


@frozen
class Plan:
    """What is to be done.

    Attributes:
        subject: Who is measured.
        cases: On what.
        times: How often.
        effort: How much the subject may try.
        mode: How foreign code is confined.
    """

    subject: Subject
    cases: Sequence[Case]
    times: int
    effort: Effort
    mode: Mode


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    plan = Plan(
        subject=parse_subject(options.subject),
        cases=_cases(options),
        times=options.times,
        effort=Effort(options.budget, options.limit),
        mode=Mode(options.sandbox),
    )
    path = options.results or _new_file(plan.subject)
    with ResultsFile(path) as file:
        print(f"codeflash-evals: results in {path}", file=sys.stderr)
        try:
            run_until_done(_run(plan, file))
        except KeyboardInterrupt as interruption:
            hint = f"To go on, give the same command --results {path}"
            print(f"codeflash-evals: interrupted. {hint}", file=sys.stderr)
            interruption.add_note(hint)
            raise
        names = {case.id for case in plan.cases}
        mine = [
            each for each in file.done if each.key.subject == plan.subject.name and each.key.case in names
        ]
    print(markdown(mine))
    return 0


def _new_file(subject: Subject) -> Path:
    name = re.sub(r"[^\w+.-]+", "-", subject.name)
    return state_dir() / "evals" / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"


def add_folders(parser: CommandParser) -> None:
    """Add the options for folders."""
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where templates and repos are")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FOLDER",
        help="where real packages are kept (default: the user's cache folder)",
    )


def cache_folder(options: argparse.Namespace) -> Path:
    """Where real packages are kept."""
    return Path(options.cache or platformdirs.user_cache_path("codeflash-agent") / "evals").absolute()


def _cases(options: argparse.Namespace) -> list[Case]:
    entries = selected(read_all(options.folder or evals_folder()), options.cases or ["python"], options.kinds)
    cases = []
    for entry in entries:
        if isinstance(entry, Template) and entry.language != LANGUAGES[0]:
            raise UsageError(
                f"{entry.id} is no case for a subject: the engine optimizes Python",
                "Check its reference with: codeflash-evals check-templates",
            )
        cases.append(entry.case if isinstance(entry, Template) else prepare(entry, cache_folder(options)))
    return cases


async def _run(plan: Plan, file: ResultsFile) -> None:
    missing = missing_keys(plan, file.done)
    if not missing:
        return
    confinement = detect(plan.mode)
    for line in confinement.missing:
        print(f"codeflash-evals: not confined: {line}", file=sys.stderr)
    sweep(state_dir())
    with scratch(state_dir()) as folder:
        async with serving(plan.subject, folder / "service") as variables:
            machine = {**describe_machine().facts, "sandbox": confinement.mechanism}
            conditions = Conditions(plan.subject, variables, confinement, machine, folder)
            for number, (case, turn) in enumerate(missing, 1):
                effort = evolve(plan.effort, seed=turn - 1)
                done = await run_case(case, turn, effort, conditions)
                file.append(done)
                print(f"{number}/{len(missing)}  {told(done)}", file=sys.stderr, flush=True)


def missing_keys(plan: Plan, done: Sequence[CaseRun]) -> list[tuple[Case, int]]:
    """The case-runs that are not recorded yet, turn by turn so that an early end leaves every case measured."""
    keys = {each.key for each in done}
    return [
        (case, turn)
        for turn in range(1, plan.times + 1)
        for case in plan.cases
        if Key(case.id, plan.subject.name, turn) not in keys
    ]


def told(done: CaseRun) -> str:
    """A case-run in a line."""
    words = [f"{done.key.case}: "]
    if done.scores is None:
        words.append(f"failed: {done.problem}")
    else:
        scores = done.scores
        words.append(str(scores.saving) if scores.saving else "unchanged")
        words += [f", behaviour {scores.same}"] if scores.same not in ("same", "unchanged") else []
        words += [f", share {scores.share:.2f}"] if scores.share is not None else []
        words += [f", FALSE CLAIM: {scores.false_claim}"] if scores.false_claim else []
    return "".join([*words, f" ({done.seconds:.0f} s)"])
