"""Stop: what is unfinished. Holds an end back for an open experiment, twice at most, and never twice in a row."""

from __future__ import annotations

import sys

from session_state import answered, count, find_state, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


MOST_BLOCKS = 2
"""So often for one experiment in one conversation."""


def ended(event: dict[str, Any]) -> dict[str, Any] | None:
    """Hold the end back, say what is unfinished, or nothing."""
    state = find_state(place_of(event))
    if state is None or not state.under_way:
        return None
    experiment = state.experiment
    if not experiment:
        return {"systemMessage": f"codeflash: the session is not finished. Next step: {state.next_step}"}
    said = f"codeflash: experiment {experiment.get('number')} on {experiment.get('target')} is open. {state.next_step}"
    if event.get("stop_hook_active") or event.get("background_tasks"):
        return {"systemMessage": said}
    if count(event, f"stop-{state.told.get('id')}-{experiment.get('number')}") >= MOST_BLOCKS:
        return {"systemMessage": said}
    return {
        "decision": "block",
        "reason": f"{said} Then end. If the user wants it left open, say so in one sentence and end.",
    }


if __name__ == "__main__":
    sys.exit(answered(ended))
