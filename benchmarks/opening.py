"""Opens the engine on the project in ``subject``, with candidates that are handed in."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.model.target import Workload
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.sources import Question, Source
from codeflash_python.discovery.project import find_project

HERE = Path(__file__).resolve().parent
SUBJECT = HERE / "subject"


@frozen
class GivenSource:
    """Answers at once with the texts it was given, and with nothing the second time.

    Attributes:
        texts: New texts of the target's file.
        trusted: Whether they count as the catalogue's own, and are confirmed in shared processes.
    """

    texts: Sequence[str]
    trusted: bool = True
    name: str = "given"

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """All the candidates in the first round."""
        if question.parent is not None:
            return ()
        path = question.target.path
        return tuple(
            Candidate(candidate_id({}, {path: text}), self.name, {path: text}, trusted=self.trusted)
            for text in self.texts
        )


def copy_subject(into: Path) -> Path:
    """A copy of the subject under a folder of its own; returns its root."""
    shutil.copytree(SUBJECT, into / "subject", ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    return into / "subject"


@contextlib.asynccontextmanager
async def opened(
    root: Path, state: Path, tests: Sequence[str], given: Sequence[Source] = (), **settings: object
) -> AsyncIterator[Session]:
    """An open run on a copy of the subject.

    Args:
        root: The copy.
        state: The state folder.
        tests: The tests that are the workload, relative to the root.
        given: The candidate sources.
        settings: Overrides of the search's settings.
    """
    project = find_project(root, python=sys.executable, tests=tests)
    request = Request(
        project=project,
        workload=Workload("tests", project.tests),
        settings=SearchSettings(**settings),  # type: ignore[arg-type]
        words=("benchmark",),
        version="0",
        sources=(),
        given=tuple(given),
        state=state,
    )
    async with open_session(request, lambda event: None) as session:
        yield session


def edited(text: str, changes: Mapping[str, str]) -> str:
    """A text with each piece replaced.

    Raises:
        ValueError: A piece is not there exactly once.
    """
    for old, new in changes.items():
        if text.count(old) != 1:
            raise ValueError(f"{text.count(old)} times in the subject: {old!r}")
        text = text.replace(old, new)
    return text
