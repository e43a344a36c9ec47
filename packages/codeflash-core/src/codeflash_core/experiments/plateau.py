"""Has the session stopped winning? So many experiments without a keep, of so many techniques."""

from __future__ import annotations

from attrs import frozen

from codeflash_core.experiments.values import Ended, Session


@frozen
class Drought:
    """The experiments since something was won.

    Attributes:
        experiments: How many since the last keep or profile.
        techniques: The techniques tried in them, in order of first use.
        reached: Whether the session's plateau is reached.
    """

    experiments: int
    techniques: tuple[str, ...]
    reached: bool


def drought(session: Session) -> Drought:
    """What was tried in vain. A crash of the engine says nothing about an idea and is not counted."""
    tried: list[str] = []
    for each in session.closed[session.counted_from :]:
        if each.status is Ended.KEEP:
            tried.clear()
        elif each.status is not Ended.CRASH:
            tried.append(technique_key(each.experiment.technique))
    techniques = tuple(dict.fromkeys(tried))
    limit = session.plateau
    reached = len(tried) >= limit.discards and len(techniques) >= limit.categories
    return Drought(len(tried), techniques, reached)


def technique_key(name: str) -> str:
    """The category that a technique's name stands for, however it is capitalized or spaced."""
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())
