"""``codeflash case export``: the script that repeats a recorded measurement with public tools."""

from __future__ import annotations

import argparse
from pathlib import Path

from codeflash_cli.case_opening import checkout_of, read_program
from codeflash_core.cases.reproducing import PythonWords, script
from codeflash_core.door import print_json
from codeflash_core.errors import UsageError
from codeflash_core.pulls.choosing import recording_for
from codeflash_core.pulls.opening import reproducer_for
from codeflash_core.pulls.remotes import find_ends
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.replacing import replace_file


def export(place: CasePlace, options: argparse.Namespace) -> int:
    """Write the script that repeats a recorded measurement.

    Args:
        place: The case.
        options: The command's options.

    Raises:
        UsageError: There is no such recording, or nothing in it can be run again.
    """
    if not options.hyperfine:
        raise UsageError("what to export is not said", "Write --hyperfine.")
    checkout = checkout_of(options.project, options.checkout or "")
    recording = recording_for(place, options.row or 0)
    program = read_program(options.bench or "")
    runner = PythonWords.MACHINE if options.vm else PythonWords.MAINTAINERS
    try:
        fork = find_ends(checkout).fork
    except UsageError:
        fork = None  # The script then says that SOURCE is to be set where a commit is missing.
    text = script(reproducer_for(checkout, recording, fork, program=program, runner=runner))
    if options.output:
        replace_file(Path(options.output), text.encode())
    if options.json:
        print_json({"row": recording.number, "written": options.output, "script": text})
    elif options.output:
        print(f"written: {options.output}")
    else:
        print(text, end="")
    return 0
