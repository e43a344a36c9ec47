"""``codeflash-evals compare``: two sets of results beside each other."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_core.errors import UsageError
from codeflash_evals.pages.comparison import comparison
from codeflash_evals.scores.changes import Row, changes
from codeflash_evals.scores.lines import read_results
from codeflash_evals.scores.record import scored_otherwise

HELP = "compare two results files, over the cases that both have"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument("first", type=Path, metavar="A.jsonl", help="results before")
    parser.add_argument("second", type=Path, metavar="B.jsonl", help="results after")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    print(comparison(rows_of(options.first, options.second)))
    tell_what_was_scored_otherwise(options.first, options.second)
    return 0


def rows_of(first: Path, second: Path) -> tuple[Row, ...]:
    """The scores of two files.

    Args:
        first: Results before.
        second: Results after.

    Raises:
        UsageError: A file can't be read, or they have no subject and case in common.
    """
    before, after = read_results(first), read_results(second)
    common = {(run.key.subject, run.key.case) for run in before} & {
        (run.key.subject, run.key.case) for run in after
    }
    if not common:
        raise UsageError(
            f"{first} and {second} have no case of one subject in common", "Measure the same subject twice."
        )
    return changes(before, after)


def tell_what_was_scored_otherwise(first: Path, second: Path) -> None:
    """Print where figures were taken by other rules: a difference may then be one of the rules.

    Args:
        first: Results before.
        second: Results after.
    """
    counts = {path: scored_otherwise(read_results(path)) for path in (first, second)}
    for path, count in counts.items():
        if count:
            print(
                f"scored on later calls only, not on the first one of a process: {count} runs of {path}; "
                "their lower bounds and shares can be higher for that alone"
            )
