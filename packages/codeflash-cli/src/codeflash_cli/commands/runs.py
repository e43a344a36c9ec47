"""``codeflash runs``: list, show, resume and clean recorded runs."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from codeflash_cli.rendering.results import print_report
from codeflash_core.deliveries.apply import INTENT
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.records.reading import read_past, read_report, words_of
from codeflash_core.records.runs import Runs, RunState, RunSummary

OUTPUT = ("json", "report", "summary", "verbose", "apply", "patch", "fail_if_none")
"""Options that may be given anew when a run is taken up: they change nothing of what it finds."""


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    match options.action:
        case "list":
            return _list(json=options.json)
        case "show":
            return _show(options)
        case "resume":
            return resume(options.run, options)
        case _:
            return _clean(options)


def resume(name: str, asked: argparse.Namespace) -> int:
    """Go on with a run as its own command worded it, in the folder where it was given.

    Args:
        name: The run.
        asked: Options given now; those about the output hold for this time, others must be the run's own.

    Raises:
        UsageError: There is nothing to go on with, or another request was worded.
    """
    from importlib import import_module

    from codeflash_cli.arguments import parse

    folder = Runs().find_resumable(name)
    words, cwd = words_of(folder)
    options = parse(words)
    delivers = asked.command != "runs" and _merge(options, asked, folder.name)
    # An error is told as the result would have been.
    options.json = asked.json = options.json or asked.json
    try:
        os.chdir(cwd)
    except OSError as problem:
        raise UsageError(f"the run's folder is gone: {cwd}") from problem
    options.resume = folder.name
    module = import_module(f"codeflash_cli.commands.{options.command}")
    if (folder / INTENT).exists():
        return _finish_delivery(folder, options, module)
    if not delivers and read_past(folder).ended:
        report = read_report(folder)
        assert report is not None
        print(f"codeflash: run {folder.name} is done; this is what it found", file=sys.stderr)
        return int(module.present(options, report))
    return int(module.start(options))


def _merge(options: argparse.Namespace, extra: argparse.Namespace, run: str) -> bool:
    """Take over the options about the output; returns whether a delivery is asked for.

    Raises:
        UsageError: Something else than the run's own request is worded.
    """
    if extra.command != options.command:
        raise UsageError(
            f"run {run} is of {options.command}, not of {extra.command}", "See: codeflash runs list"
        )
    for name, value in vars(extra).items():
        if name in ("resume", "words", "command") or value in (None, [], False):
            continue
        if name in OUTPUT:
            setattr(
                options, name, str(Path(value).resolve()) if name in ("report", "summary", "patch") else value
            )
        elif value != getattr(options, name, None):
            raise UsageError(
                f"run {run} goes on as it was worded; {name.replace('_', '-')} can't be changed",
                f"Its words: {shlex.join(['codeflash', *options.words])}",
            )
    return bool(getattr(extra, "apply", False) or getattr(extra, "patch", None))


def _finish_delivery(folder: Path, options: argparse.Namespace, module: Any) -> int:
    """Write the rest of the files of a delivery that was killed; all else is on record."""
    from codeflash_core.model.run import RunReport
    from codeflash_core.pipeline.unfinished import finish_delivery

    report: RunReport
    report, delivered = finish_delivery(folder)
    return int(module.present(options, report, [delivered]))


def _list(*, json: bool) -> int:
    summaries = Runs().list()
    if json:
        print_json({"runs": [_entry(each) for each in summaries]})
        return 0
    for each in summaries:
        words = shlex.join(["codeflash", *each.arguments]) if each.arguments else ""
        print(f"{each.id}  {each.state:<11}  {Path(each.project).name}  {words}".rstrip())
    if any(each.resumable for each in summaries):
        print("Go on with an interrupted one: codeflash runs resume RUN", file=sys.stderr)
    return 0


def _entry(summary: RunSummary) -> dict[str, Any]:
    return {
        "run": summary.id,
        "started": summary.started,
        "project": summary.project,
        "arguments": list(summary.arguments),
        "finished": summary.finished,
        "state": summary.state.value,
        "message": summary.message,
        "resumable": summary.resumable,
    }


def _show(options: argparse.Namespace) -> int:
    runs = Runs()
    folder = runs.find(options.run)
    summary = runs.summary(folder)
    report = None if summary.state is RunState.UNREADABLE else read_report(folder)
    if report is None:
        raise _nothing_to_show(summary)
    if options.report or options.summary:
        from codeflash_cli.rendering.report_file import write_reports

        write_reports(options, report)
    if options.json:
        from codeflash_core.reports.document import run_document

        print_json(run_document(report))
    else:
        print_report(report)
    return 0


def _nothing_to_show(summary: RunSummary) -> UsageError:
    again = f"Start it anew: {shlex.join(['codeflash', *summary.arguments])}"
    match summary.state:
        case RunState.UNREADABLE:
            return UsageError(summary.message, f"Or delete it: codeflash runs clean {summary.id}")
        case RunState.RUNNING:
            return UsageError(f"run {summary.id} is under way", "Wait until it has ended.")
        case RunState.REFUSED:
            return UsageError(f"run {summary.id} was refused: {summary.message}", again)
        case RunState.FAILED:
            return UsageError(f"run {summary.id} failed: {summary.message}", again)
        case RunState.INTERRUPTED if summary.resumable:
            return UsageError(
                f"run {summary.id} was interrupted", f"Go on with it: codeflash runs resume {summary.id}"
            )
        case _:
            return UsageError(f"run {summary.id} keeps no report", again if summary.arguments else "")


def _clean(options: argparse.Namespace) -> int:
    runs = Runs()
    if not options.run and not options.everything:
        raise UsageError("no run was named", "Name runs, or use --all.")
    folders = [runs.find(name) for name in options.run]
    for summary in runs.list() if options.everything else ():
        if summary.state is RunState.RUNNING:
            print(f"codeflash: run {summary.id} is under way and stays", file=sys.stderr)
        else:
            folders.append(runs.folder / summary.id)
    for folder in dict.fromkeys(folders):
        runs.remove(folder)
        print(f"deleted {folder.name}")
    return 0
