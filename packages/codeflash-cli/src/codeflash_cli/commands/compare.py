"""``codeflash compare``: which of two versions is faster, and by how much?"""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_cli.commands.compare_versions import run_versions
from codeflash_cli.opening import run_until_done
from codeflash_cli.rendering.progress import progress
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.pipeline.commands import (
    CommandComparison,
    CommandPair,
    compare_commands,
    comparison_document,
    words_for,
)
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.turn import taking_turns
from codeflash_core.records.runs import state_dir
from codeflash_core.units import format_seconds, parse_seconds


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 when two commands end with different exit codes, or a regression was to be told."""
    if options.commands and (options.base or options.pr):
        raise UsageError("either two versions are compared or two commands", "Leave out one of them.")
    if options.commands and (options.on or options.setup or options.stop):
        raise UsageError("two commands are compared on this machine", "Leave out --on, --setup and --stop.")
    return _run_commands(options) if options.commands else run_versions(options)


def _run_commands(options: argparse.Namespace) -> int:
    commands = tuple(options.commands or ())
    if len(commands) != 2:
        raise UsageError(f"two commands are wanted, not {len(commands)}", "Write --command A --command B.")
    a, b = (words_for(each, shell=options.shell) for each in commands)
    pair = CommandPair(
        a=a,
        b=b,
        folder=Path.cwd(),
        prepare=words_for(options.prepare, shell=options.shell) if options.prepare else (),
        warmup=options.warmup,
        budget_seconds=parse_seconds(options.budget or "60s"),
        seed=options.seed,
    )
    with progress(verbose=options.verbose) as listener:
        found = run_until_done(_compare(pair, listener))
    if options.json:
        print_json(comparison_document(found))
    else:
        _print(found, commands)
    return 0 if found.same_codes else 1


async def _compare(pair: CommandPair, listener: Listener) -> CommandComparison:
    async with taking_turns(state_dir(), listener):
        return await compare_commands(pair, listener)


def _print(found: CommandComparison, commands: tuple[str, ...]) -> None:
    for side, command in zip("ab", commands, strict=True):
        seconds = found.seconds.get(side)
        took = f"{format_seconds(seconds)} a run" if seconds is not None else "not run"
        print(
            f"{side.upper()}  {took}, exit code {' and '.join(map(str, found.exit_codes[side]))}  {command}"
        )
    figure = f"  {found.interval}" if found.interval else ""
    print(f"B is {found.outcome.value.replace('-', ' ')}{figure}" if found.interval else found.outcome.value)
    if found.interval:
        print(
            f"  {100 * found.interval.level:.4g}% level, {found.interval.blocks} blocks, {found.clock} time"
        )
    if found.control is not None:
        print(f"  noise floor of this machine now: {found.control.noise_floor:.2%}")
    for reason in found.reasons:
        print(f"  {reason}")
