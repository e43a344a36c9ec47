"""``codeflash compare BASE HEAD``: the project's own benchmarks in two versions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codeflash_cli.commands.compare_there import run_there
from codeflash_cli.opening import run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.reports import figures
from codeflash_core.sandbox import Mode
from codeflash_core.settings import load_settings
from codeflash_core.units import parse_seconds
from codeflash_core.versions.comparing import compare_versions
from codeflash_core.versions.documents import versions_document
from codeflash_core.versions.pages import changes_of, outcome_of, render_html, render_markdown
from codeflash_core.versions.values import DELTA, Row, VersionsComparison, VersionsRequest

BUDGET = "5m"


def run_versions(options: argparse.Namespace) -> int:
    """Run the command; 1 where a regression is larger than was allowed."""
    if not options.base and not options.pr:
        raise UsageError(
            "two versions or two commands are wanted",
            "Write codeflash compare BASE HEAD, or --command A --command B.",
        )
    if options.base and options.pr:
        raise UsageError("either versions are named or a pull request", "Leave out one of them.")
    allowed = _percent(options.fail_on_regression) if options.fail_on_regression else None
    files = [Path(each) for each in (options.markdown, options.report) if each]
    for file in files:
        if not file.absolute().parent.is_dir():
            raise UsageError(f"there is no folder {file.parent}")
    request = _request(options, allowed)
    if options.on:
        return run_there(
            options, request, lambda there: _deliver(options, there.found, there.document, allowed, files)
        )
    if options.setup or options.stop:
        raise UsageError(
            "--setup and --stop are for a comparison on another machine", "Name it: --on MACHINE."
        )
    with progress(verbose=options.verbose) as listener:
        found = run_until_done(compare_versions(request, listener))
    return _deliver(options, found, versions_document(found), allowed, files)


def _deliver(
    options: argparse.Namespace,
    found: VersionsComparison,
    document: Mapping[str, Any],
    allowed: float | None,
    files: Sequence[Path],
) -> int:
    for name, render in ((options.markdown, render_markdown), (options.report, render_html)):
        if name:
            Path(name).write_text(render(found), encoding="utf-8", newline="\n")
    if options.json:
        print_json(document)
    else:
        _print(found)
        for file in files:
            print(f"written: {file}")
    worse = found.regressions(allowed) if allowed is not None else ()
    for row in worse if not options.json else ():
        print(f"regression: {row.id}")
    return 1 if worse else 0


def _request(options: argparse.Namespace, allowed: float | None) -> VersionsRequest:
    settings = load_settings(Path.cwd(), {"sandbox": options.sandbox, "env": options.env})
    return VersionsRequest(
        folder=Path.cwd(),
        base=options.base or "",
        head=options.head or "HEAD",
        pull_request=options.pr or 0,
        benchmarks=tuple(options.benchmarks or ()),
        functions=tuple(options.functions or ()),
        modules=tuple(options.import_time or ()),
        memory=options.memory,
        interpreter=options.python or "",
        budget_seconds=parse_seconds(options.budget or BUDGET),
        delta=min(DELTA, allowed) if allowed else DELTA,
        seed=options.seed,
        mode=Mode(settings["sandbox"]),
        pass_through=tuple(settings["env"]),
    )


def _percent(text: str) -> float:
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = -1.0
    if not 0.0 <= value < 1000.0:
        raise UsageError(f"--fail-on-regression: a percentage such as 3% is wanted, not {text}")
    return value / 100


def _print(found: VersionsComparison) -> None:
    for side, ref in (("base", found.base), ("head", found.head)):
        print(f"{side}  {ref.name}  {ref.commit[:10]}  {ref.subject}")
    width = max((len(row.id) for row in found.rows), default=0)
    for row in found.rows:
        print(f"{row.id:<{width}}  {_told(row)}")
        for note in row.notes:
            print(f"  {note}")
        for change in changes_of(row)[:5]:
            before, after = (
                figures.nanoseconds(1e9 * each.own) if each else "not called"
                for each in (change.before, change.after)
            )
            print(f"  {change.path}::{change.name}  own {before} -> {after}")
        if row.memory:
            base, head = row.memory["base"], row.memory["head"]
            print(
                f"  peak memory {base.peak:,} B -> {head.peak:,} B; blocks held {base.blocks:,} -> {head.blocks:,}"
            )
        for what, names in zip(
            ("no longer imported", "newly imported"), row.imports or ((), ()), strict=True
        ):
            if names:
                print(f"  {what}: {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}")
    if found.health:
        print(f"machine before it measured: {found.health.line}")
    floor = f"noise floor {figures.percent(found.noise_floor, 2)}; " if found.noise_floor is not None else ""
    print(
        f"{floor}{figures.seconds(found.seconds)}, {figures.seconds(found.inside_seconds)} inside benchmarks"
    )
    for note in found.notes:
        print(f"note: {note}")


def _told(row: Row) -> str:
    if row.problem or row.outcome is None:
        return row.problem or "not measured"
    times = f"{figures.nanoseconds(row.before_ns or 0.0)} -> {figures.nanoseconds(row.after_ns or 0.0)}"
    ratio = figures.interval(row.interval) if row.interval else ""
    return f"{outcome_of(row)}  {ratio}  {times}  {row.clock}, {row.interval.blocks if row.interval else 0} blocks"
