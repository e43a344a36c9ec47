"""``codeflash evaluate``: judge somebody else's candidate."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from codeflash_cli.candidate import read_candidate
from codeflash_cli.opening import offer_to_go_on, project_of, relative_names, request_of, run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_cli.rendering.report_file import refuse_unwritable, write_report
from codeflash_cli.rendering.results import print_report
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.pipeline.run import choose_targets, grow_corpus, observe_targets, optimize_run
from codeflash_core.pipeline.search import read_original
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.ports.language import Query
from codeflash_core.ports.sources import Question
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
    opened = project_of(options, (options.target,))
    (name,) = relative_names(opened[0], (options.target,))
    source = read_candidate(options, opened[0], name)
    request, query = request_of(options, (name,), opened, (source,), {"the candidate": source.digest})
    # The user's own change is judged as it is: nothing is composed with it or dropped from it.
    settings = evolve(request.settings, rounds=1, ablate=False, confirmations=1)
    request = evolve(request, settings=settings)
    with progress(verbose=options.verbose) as listener:
        timed = options.command == "evaluate"
        report = run_until_done(_judge(request, query, source, listener, timed=timed))
    return present(options, report)


def present(options: argparse.Namespace, report: RunReport, delivered: Sequence[Delivered] = ()) -> int:
    """Show the answer; returns the exit code."""
    del delivered
    if options.report:
        write_report(report, Path(options.report))
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
            if timed:
                report = (await optimize_run(session.engine, query, session.identity)).report
            else:
                report = await _verify(session, query, source)
            report = session.conclude(report)
            session.finish(report)
        return report


async def _verify(session: Session, query: Query, source: PatchSource) -> RunReport:
    engine, identity = session.engine, session.identity
    (target,) = await choose_targets(engine, query)
    corpora = await observe_targets(engine, (target,))
    corpus = corpora[0] if corpora else Corpus(target.id)
    corpus = await grow_corpus(engine, target, corpus)
    files = {target.path: read_original(engine.project, target)}
    (candidate,) = await source.propose(Question(engine.project, target, files, corpus))
    result = await verify_target(engine, target, corpus, candidate)
    return RunReport(
        run=identity.run,
        project=engine.project.root.name,
        command=identity.command,
        started=identity.started,
        seconds=result.seconds,
        version=identity.version,
        seed=engine.settings.seed,
        results=(result,),
        machine=describe_machine(),
        sandbox=identity.sandbox,
        unconfined=identity.unconfined,
        notes=identity.notes,
        timed=False,
    )
