"""Names of subjects: a candidate source, or several joined by ``+``."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from codeflash_core.errors import UsageError

AGENTS = ("claude", "codex")
FORMS = "rewrites, service:rules, service:recorded:FOLDER, agent:claude, agent:codex (and :MODEL), or several joined by +"


@frozen
class Subject:
    """Who is measured.

    Attributes:
        name: As it was written.
        sources: Names for ``codeflash optimize --source``.
        provider: Who answers for the service: ``rules``, ``recorded``, or empty where no service is asked.
        recording: The folder that ``recorded`` answers from.
    """

    name: str
    sources: tuple[str, ...]
    provider: str = ""
    recording: Path | None = None


def parse_subject(text: str) -> Subject:
    """The subject behind a name.

    Args:
        text: Such as ``rewrites+service:rules``.

    Raises:
        UsageError: There is no such subject.
    """
    sources: list[str] = []
    provider, recording = "", None
    for part in text.split("+"):
        kind, _, rest = part.partition(":")
        if part == "rewrites" or (kind == "agent" and rest.partition(":")[0] in AGENTS):
            sources.append(part)
        elif kind == "service" and not provider:
            provider, _, place = rest.partition(":")
            if provider == "recorded" and place:
                recording = _folder(place)
            elif provider != "rules" or place:
                raise _unknown(text)
            sources.append(kind)
        else:
            raise _unknown(text)
    if len(set(sources)) != len(sources):
        raise UsageError(f"the subject {text} names a source twice")
    return Subject(text, tuple(sources), provider, recording)


def _unknown(text: str) -> UsageError:
    return UsageError(f"there is no subject {text}", f"A subject is {FORMS}.")


def _folder(place: str) -> Path:
    folder = Path(place).absolute()
    if not folder.is_dir():
        raise UsageError(f"there is no folder of recorded answers {place}")
    return folder
