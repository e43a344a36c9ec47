"""Opens the engine on the project in ``subject``, with candidates that are handed in.

The subject has an environment of its own that holds pytest and nothing else, as a small project's does: plugins that
happen to be installed beside the engine would be imported by each of the subject's processes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import venv
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.model.candidate import Candidate, candidate_id
from codeflash_core.model.target import Workload
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.ports.sources import Question, Source
from codeflash_python.discovery.project import find_project

PYTEST = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments")
"""What pytest consists of on Python 3.11 and later."""

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
    root = into / "subject"
    shutil.copytree(SUBJECT, root, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    make_environment(root / ".venv")
    return root


def make_environment(place: Path) -> None:
    """An environment with a copy of the pytest that is installed here, and nothing else."""
    venv.create(place, symlinks=True)
    (packages,) = place.glob("lib/python*/site-packages")
    for name in PYTEST:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{name} is not installed here")
        source = Path(spec.origin)
        if source.name == "__init__.py":
            shutil.copytree(source.parent, packages / name)
        else:
            shutil.copy2(source, packages)


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
    project = find_project(root, tests=tests)
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
