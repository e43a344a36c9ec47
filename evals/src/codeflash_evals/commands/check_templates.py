"""``codeflash-evals check-templates``: whether templates measure what they say."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from codeflash_cli.opening import run_until_done
from codeflash_core.command_line import CommandParser
from codeflash_core.errors import CodeflashError
from codeflash_core.records.runs import state_dir
from codeflash_core.sandbox import Mode, detect, remove
from codeflash_core.sandbox.leftovers import scratch, sweep
from codeflash_evals.cases.catalogue import evals_folder, read_all, selected
from codeflash_evals.cases.real_package import RealPackage
from codeflash_evals.cases.template import Template
from codeflash_evals.cases.unpacking import prepare
from codeflash_evals.checking import check_case, check_template
from codeflash_evals.commands.run import add_folders, cache_folder

HELP = "check that references are same and faster, and that wrong changes are told apart"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help="by name, or a group such as python or repos (default: all)"
    )
    add_folders(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when a template has a fault."""
    cases = selected(read_all(options.folder or evals_folder()), options.cases)
    faulty = run_until_done(_check(cases, cache_folder(options)))
    return 1 if faulty else 0


async def _check(cases: Sequence[Template | RealPackage], cache: Path) -> int:
    confinement, faulty = detect(Mode.AUTO), 0
    for line in confinement.missing:
        print(f"codeflash-evals: not confined: {line}", file=sys.stderr)
    sweep(state_dir())
    with scratch(state_dir()) as folder:
        for number, case in enumerate(cases):
            place = folder / f"case-{number}"
            try:
                if isinstance(case, Template):
                    faults = await check_template(case, place, confinement)
                else:
                    faults = await check_case(prepare(case, cache), place, confinement)
            except CodeflashError as problem:
                faults = (problem.message,)
            finally:
                remove(place)
            faulty += bool(faults)
            print(f"{case.id}: {'sound' if not faults else '; '.join(faults)}", flush=True)
    return faulty
