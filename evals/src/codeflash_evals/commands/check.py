"""``codeflash-evals check``: fail on a significant regression against a baseline, and on nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_core.command_line import CommandParser
from codeflash_evals.commands.compare import rows_of, tell_what_was_scored_otherwise
from codeflash_evals.pages.comparison import comparison
from codeflash_evals.scores.lines import read_results

HELP = "exit with 1 when results are significantly worse than a baseline"


def options(parser: CommandParser) -> None:
    """Add its options."""
    parser.add_argument("results", type=Path, metavar="RESULTS.jsonl", help="results to check")
    parser.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE.jsonl", help="what they are held against"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when a score is significantly worse."""
    rows = rows_of(options.baseline, options.results)
    worse = [row for row in rows if row.regressed]
    print(comparison(rows))
    for row in worse:
        print(f"worse: {row.measure.title} of {row.subject}")
    _tell_what_is_missing(options.baseline, options.results)
    tell_what_was_scored_otherwise(options.baseline, options.results)
    print("significantly worse" if worse else "no significant regression")
    return 1 if worse else 0


def _tell_what_is_missing(baseline: Path, results: Path) -> None:
    """A case that was not measured again can't become worse: a smaller file passes more easily."""
    before, after = (
        {(run.key.subject, run.key.case) for run in read_results(path)} for path in (baseline, results)
    )
    common = {subject for subject, _ in after}
    wanted = {each for each in before if each[0] in common}
    missing = sorted(case for _, case in wanted - after)
    if missing:
        few = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        print(f"not measured again: {len(missing)} of {len(wanted)} cases of the baseline ({few})")
