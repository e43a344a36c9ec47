"""The requests that are not of the protocol, for editors that want more than lenses and actions."""

from __future__ import annotations

from attrs import frozen

OPTIMIZE, RESULTS, EXPLAIN = "codeflash/optimize", "codeflash/results", "codeflash/explain"
_PLACE = '`{"textDocument": {"uri": …}, "function": "Basket.total"}`'
_RESULT = (
    "`function`, `summary` (a few words), `stale` (why it is of an older text, or null), `applied`, `applicable` (whether "
    "`codeflash.apply` will do), `started`, `command` (repeats it), `result` (as `codeflash optimize --json` prints it)"
)


@frozen
class OurRequest:
    """A request of our own, for the reference.

    Attributes:
        method: Its name.
        parameters: What it takes.
        answer: What it answers. Keys are added, never renamed.
    """

    method: str
    parameters: str
    answer: str


OUR_REQUESTS = (
    OurRequest(
        OPTIMIZE,
        f"{_PLACE}, and `workDoneToken` where the client shows progress of its own; cancelling the request stops the run",
        f"when the run has ended: {_RESULT}",
    ),
    OurRequest(
        RESULTS,
        '`{"textDocument": {"uri": …}}`',
        f"`uri`, `version`, `running` (functions that are being optimized), `results`: for each function that a run looked at: {_RESULT}",
    ),
    OurRequest(EXPLAIN, _PLACE, f"`markdown` (the evidence for people), and {_RESULT}"),
    OurRequest(
        "codeflash/finished",
        "sent by the server when a run that a command began has ended",
        "`uri`, `function`, `decision` (null where there is none), `message`, `stale` (why the answer is of an older text, or null)",
    ),
)
"""All of them, and the one notification, in the order of the reference."""
