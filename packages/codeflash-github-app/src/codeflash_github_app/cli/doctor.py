"""``codeflash-github-app doctor``."""

from __future__ import annotations

import argparse
import asyncio
import os

from codeflash_github_app.doctor.checks import Finding, State
from codeflash_github_app.doctor.looking import findings
from codeflash_github_app.settings import read_settings

_SIGNS = {State.GOOD: "ok", State.OFF: "off", State.WRONG: "WRONG"}


def run(options: argparse.Namespace) -> int:
    """Say what is configured, what works and what is missing; nothing is changed, and no secret is told."""
    found = asyncio.run(findings(read_settings(os.environ, options.data), options.data))
    wrong = [each for each in found if each.state is State.WRONG]
    if options.json:
        from codeflash_core.door import print_json

        print_json({"ok": not wrong, "findings": [_record(each) for each in found]})
    else:
        width = max(len(each.what) for each in found)
        for each in found:
            print(f"{each.what.ljust(width)}  {_SIGNS[each.state].ljust(5)}  {each.told}")
            if each.hint:
                print(f"{' ' * width}         {each.hint}")
    return 1 if wrong else 0


def _record(finding: Finding) -> dict[str, object]:
    return {
        "what": finding.what,
        "state": finding.state.value,
        "told": finding.told,
        "hint": finding.hint,
    }
