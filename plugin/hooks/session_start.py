"""SessionStart: where the project stands, so that the model need not ask."""

from __future__ import annotations

import sys
from pathlib import Path

from session_state import answered, find_state, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def branch_of(start: Path) -> str:
    """The branch, a short commit when there is none, or an empty text outside git; read without starting git."""
    for root in [start, *start.parents]:
        git = root / ".git"
        if git.is_file():  # a worktree
            git = Path(root, git.read_text(encoding="utf-8").partition("gitdir:")[2].strip())
        if (git / "HEAD").is_file():
            head = (git / "HEAD").read_text(encoding="utf-8").strip()
            return head[len("ref: refs/heads/") :] if head.startswith("ref: refs/heads/") else head[:10]
    return ""


def context(event: dict[str, Any]) -> dict[str, Any]:
    """The text that the conversation begins with."""
    start = place_of(event)
    branch = branch_of(start)
    lines = [
        f"codeflash: branch {branch}."
        if branch
        else "codeflash: not in a git repository, so nothing can be kept."
    ]
    state = find_state(start)
    if state is None or not state.under_way:
        lines.append("No optimization session is under way; the skill codeflash-optimize starts one.")
    else:
        told, experiment = state.told, state.experiment
        lines.append(f"Session {told.get('id')} is under way, goal: {told.get('goal')}.")
        if experiment:
            lines.append(f"Experiment {experiment.get('number')} is open on {experiment.get('target')}.")
        lines.append(f"Next step: {state.next_step}")
        lines.append(f"To go on, read {(state.folder / 'handoff.md').relative_to(state.root).as_posix()}.")
    return {"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": "\n".join(lines)}}


if __name__ == "__main__":
    sys.exit(answered(context))
