"""``codeflash runs``: list, show, resume and clean recorded runs."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from codeflash_cli.rendering.results import print_json, print_report
from codeflash_core.errors import UsageError
from codeflash_core.pipeline.session import read_report, words_of
from codeflash_core.records.runs import Runs


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    match options.action:
        case "list":
            return _list(json=options.json)
        case "show":
            return _show(options)
        case "resume":
            return resume(options.run)
        case _:
            return _clean(options)


def resume(name: str, extra: argparse.Namespace | None = None) -> int:
    """Go on with a run as its own command worded it, in the folder where it was given.

    Args:
        name: The run.
        extra: Options given now; output options among them hold for this time.
    """
    from importlib import import_module

    from codeflash_cli.arguments import parse

    folder = Runs().find(name)
    words, cwd = words_of(folder)
    try:
        os.chdir(cwd)
    except OSError as problem:
        raise UsageError(f"the run's folder is gone: {cwd}") from problem
    options = parse(words)
    options.resume = folder.name
    if extra is not None:
        options.json = options.json or extra.json
        options.report = extra.report or options.report
    module = import_module(f"codeflash_cli.commands.{options.command}")
    return int((module.start if hasattr(module, "start") else module.run)(options))


def _list(*, json: bool) -> int:
    summaries = Runs().list()
    if json:
        print_json(
            {
                "runs": [
                    {
                        "run": each.id,
                        "started": each.started,
                        "project": each.project,
                        "arguments": list(each.arguments),
                        "finished": each.finished,
                    }
                    for each in summaries
                ]
            }
        )
        return 0
    for each in summaries:
        state = "done" if each.finished else "open"
        print(f"{each.id}  {state}  {Path(each.project).name}  codeflash {' '.join(each.arguments)}")
    return 0


def _show(options: argparse.Namespace) -> int:
    folder = Runs().find(options.run)
    report = read_report(folder)
    if report is None:
        raise UsageError(
            f"run {folder.name} has not ended", f"Go on with it: codeflash runs resume {folder.name}"
        )
    if options.report:
        from codeflash_cli.rendering.report_file import write_report

        write_report(report, Path(options.report))
    if options.json:
        from codeflash_core.reports.document import run_document

        print_json(run_document(report))
    else:
        print_report(report)
    return 0


def _clean(options: argparse.Namespace) -> int:
    runs = Runs()
    if not options.run and not options.everything:
        raise UsageError("no run was named", "Name runs, or use --all.")
    folders = [runs.folder / each.id for each in runs.list()] if options.everything else []
    folders += [runs.find(name) for name in options.run]
    for folder in dict.fromkeys(folders):
        runs.remove(folder)
        print(f"deleted {folder.name}")
    return 0
