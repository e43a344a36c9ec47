"""``codeflash optimize``: find faster versions, prove them, and show or deliver them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from codeflash_cli.opening import offer_to_go_on, open_project, request_of, run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_cli.rendering.report_file import refuse_unwritable, write_reports
from codeflash_cli.rendering.results import print_report
from codeflash_core.deliveries.apply import INTENT, ApplyDelivery
from codeflash_core.deliveries.patch import PatchDelivery
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.opening import relative_names
from codeflash_core.pipeline.run import Combined, combine_accepted, optimize_run
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.ports.language import Query


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when nothing was accepted and that was asked to fail."""
    if options.resume:
        from codeflash_cli.commands.runs import resume

        return resume(options.resume, options)
    return start(options)


def start(options: argparse.Namespace) -> int:
    """Begin or take up the run that the options describe."""
    if not (options.targets or options.everything or options.diff):
        raise UsageError(
            "no target was given",
            "--tests takes every word after it; name the target before it."
            if len(options.tests or ()) > 1
            else "Name one (path.py::function), or use --all or --diff REF.",
        )
    refuse_unwritable(options)
    opened = open_project(options, tuple(options.targets))
    names = relative_names(opened)
    request, query = request_of(options, names, opened)
    with progress(verbose=options.verbose) as listener:
        report, delivered = run_until_done(_optimize(options, request, query, listener))
    return present(options, report, delivered)


def present(options: argparse.Namespace, report: RunReport, delivered: Sequence[Delivered] = ()) -> int:
    """Show what was found and delivered; returns the exit code."""
    write_reports(options, report)
    if options.json:
        from codeflash_core.reports.document import run_document

        document = run_document(report)
        document["delivered"] = [
            {"how": each.how, "paths": [str(path) for path in each.paths]} for each in delivered
        ]
        print_json(document)
    else:
        print_report(report)
        for each in delivered:
            print(each.message)
    won = any(result.decision.word.value == "accepted" for result in report.results)
    return 1 if options.fail_if_none and not won else 0


async def _optimize(
    options: argparse.Namespace, request: Request, query: Query, listener: Listener
) -> tuple[RunReport, list[Delivered]]:
    async with open_session(request, listener) as session:
        with offer_to_go_on(session.folder.name):
            outcome = await optimize_run(session.engine, query, session.identity)
            combined = Combined()
            if options.apply or options.patch:
                combined = await combine_accepted(session.engine, outcome)
            report = evolve(outcome.report, notes=(*outcome.report.notes, *combined.left_out))
            report = session.conclude(report)
            delivered = _deliver(options, session, combined)
            session.finish(report)
        return report, delivered


def _deliver(options: argparse.Namespace, session: Session, combined: Combined) -> list[Delivered]:
    done: list[Delivered] = []
    if not combined.results:
        return done
    project = session.engine.project
    if options.patch:
        done.append(PatchDelivery(Path(options.patch)).deliver(project, combined.results, combined.side))
    if options.apply:
        delivery = ApplyDelivery(session.folder / INTENT, session.measured())
        done.append(delivery.deliver(project, combined.results, combined.side))
    return done
