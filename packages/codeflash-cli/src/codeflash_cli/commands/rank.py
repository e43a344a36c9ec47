"""``codeflash rank``: where the time goes, and what a fix could win."""

from __future__ import annotations

import argparse

from attrs import evolve

from codeflash_cli.opening import open_project, request_of, run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_core.door import print_json
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.opening import relative_names
from codeflash_core.pipeline.run import rank_in
from codeflash_core.pipeline.session import Request, open_session
from codeflash_core.ports.language import Profile, Query
from codeflash_core.reports.document import profile_document
from codeflash_core.units import format_seconds

PIPED_WIDTH = 200


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    opened = open_project(options, tuple(options.targets))
    names = relative_names(opened)
    request, query = request_of(options, names, opened)
    if not query.names:
        query = evolve(query, everything=True)
    with progress(verbose=options.verbose) as listener:
        profile = run_until_done(_profile(request, query, listener))
    ranked = [each for each in profile.ranked if each.calls][: options.top]
    if options.json:
        print_json(profile_document(profile, ranked))
        return 0
    _print_table(profile, options.top)
    return 0


def _print_table(profile: Profile, top: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    # Names are there to be copied, so they are never broken.
    table.add_column("target", no_wrap=True, overflow="ignore")
    for name in ("share", "own", "total", "calls"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("rewrites that apply", overflow="fold")
    for each in [each for each in profile.ranked if each.calls][:top]:
        table.add_row(
            each.target.id,
            f"{each.share:.1%}",
            format_seconds(each.own_seconds),
            format_seconds(each.cumulative_seconds),
            str(each.calls),
            ", ".join(each.hints),
        )
    console = Console(highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width: one line for each target.
        console.width = PIPED_WIDTH
    # A narrow terminal breaks lines; the figures are not left out.
    needed = console.measure(table, options=console.options.update(max_width=PIPED_WIDTH)).minimum
    console.width = max(console.width, needed)
    console.print(table)
    console.print(f"workload: {format_seconds(profile.total_seconds)} of processor time")
    for note in profile.notes:
        console.print(f"note: {note}")


async def _profile(request: Request, query: Query, listener: Listener) -> Profile:
    async with open_session(request, listener) as session:
        return await rank_in(session.engine, query)
