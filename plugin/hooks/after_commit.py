"""PostToolUse of a shell: after a commit, what codeflash could say about it. Once in a conversation."""

from __future__ import annotations

import re
import sys

from session_state import answered, count, find_state, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


COMMIT = re.compile(r"(?:^|[;&|(\n])\s*git\s+(?:-[cC]\s+\S+\s+)*commit\b(?!-)(?![^;&|\n]*--dry-run)")


def suggested(event: dict[str, Any]) -> dict[str, Any] | None:
    """A suggestion as context for the model, or nothing."""
    command = str((event.get("tool_input") or {}).get("command", ""))
    if event.get("tool_name") != "Bash" or not COMMIT.search(command):
        return None
    state = find_state(place_of(event))
    if state is not None and state.under_way and state.experiment:
        number = state.experiment.get("number")
        if count(event, f"commit-{state.told.get('id')}-{number}"):
            return None
        text = (
            f"codeflash: experiment {number} is open. session_keep commits the proven change on a branch of its own; a commit by "
            f"hand has no verdict. Next step: {state.next_step}"
        )
    elif count(event, "commit"):
        return None
    else:
        text = (
            "codeflash: `codeflash compare HEAD~1 HEAD` says whether this commit made anything slower, and "
            "`codeflash optimize --diff HEAD~1` looks for faster versions of what it changed. Offer it if the commit touches "
            "code whose speed matters; do not run it unasked."
        )
    return {"hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": text}}


if __name__ == "__main__":
    sys.exit(answered(suggested))
