"""``codeflash evaluate``: judge somebody else's candidate."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from codeflash_cli.opening import offer_to_go_on, open_project, request_of, run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_cli.rendering.report_file import refuse_unwritable, write_reports
from codeflash_cli.rendering.results import print_report
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.handed_in import judge_handed_in, read_candidate
from codeflash_core.pipeline.opening import as_judged, relative_names
from codeflash_core.pipeline.session import Request, open_session
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.ports.language import Query
from codeflash_core.reports.document import result_document
from codeflash_core.sources.patch import PatchSource


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when the candidate is not accepted."""
    if options.resume:
        from codeflash_cli.commands.runs import resume

        return resume(options.resume, options)
    return start(options)


def start(options: argparse.Namespace) -> int:
    """Begin or take up the run that the options describe: with timing, or ``verify`` without."""
    if "::" not in options.target:
        raise UsageError(f"a function is wanted: {options.target}", "Write path.py::function.")
    refuse_unwritable(options)
    opened = open_project(options, (options.target,))
    (name,) = relative_names(opened)
    source = read_candidate(
        opened,
        name,
        candidate=Path(options.candidate) if options.candidate else None,
        patch=Path(options.patch_file) if options.patch_file else None,
    )
    request, query = request_of(options, (name,), opened, (source,), {"the candidate": source.digest})
    request = as_judged(request)
    with progress(verbose=options.verbose) as listener:
        timed = options.command == "evaluate"
        report = run_until_done(_judge(request, query, source, listener, timed=timed))
    return present(options, report)


def present(options: argparse.Namespace, report: RunReport, delivered: Sequence[Delivered] = ()) -> int:
    """Show the answer; returns the exit code."""
    del delivered
    write_reports(options, report)
    result = report.results[0]
    if options.json:
        print_json(result_document(result, report.run))
    else:
        print_report(report)
    return 0 if result.decision.word is DecisionWord.ACCEPTED else 1


async def _judge(
    request: Request, query: Query, source: PatchSource, listener: Listener, *, timed: bool
) -> RunReport:
    async with open_session(request, listener) as session:
        with offer_to_go_on(session.folder.name):
            return await judge_handed_in(session, query, source, timed=timed)
