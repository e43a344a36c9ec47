"""Why a process of a version gave no answer, and whether that says something of the version."""

from __future__ import annotations

from attrs import frozen

from codeflash_core.sandbox import Exit

_BREACHES = {
    "wall": "it did not finish in its time",
    "cpu": "it took too much processor time",
    "memory": "it ran out of memory",
    "output": "it wrote too much",
}
"""What a version's own code can do; all other limits are of the sandbox or the machine."""


@frozen
class Failed:
    """Why a process of a version gave no answer.

    Attributes:
        why: A sentence.
        telling: Whether it says something of the version's code, and not of the machinery alone.
    """

    why: str
    telling: bool = True


def ended_for(end: Exit) -> Failed | None:
    """The failure of a process that was ended for a limit; None for one that ended by itself.

    Args:
        end: How it ended.
    """
    if not end.breach:
        return None
    known = _BREACHES.get(end.breach)
    return Failed(known or f"it was ended: {end.breach}", telling=known is not None)
