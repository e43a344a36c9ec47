"""Cases through the engine: observed once, then judged in one configuration after the other."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, frozen

from codeflash_cli import __version__
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import DecisionWord, TargetResult
from codeflash_core.model.target import Target, Workload
from codeflash_core.pipeline.opening import as_judged
from codeflash_core.pipeline.optimize import optimize_target
from codeflash_core.pipeline.run import choose_targets, grow_corpus, observe_targets
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.pipeline.settings import Engine, SearchSettings
from codeflash_core.pipeline.steps import Steps
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.language import Language, Query
from codeflash_core.ports.sources import Question
from codeflash_core.sandbox import Mode
from codeflash_core.sources.patch import PatchSource
from codeflash_evals.ablation.cases import Case, Configuration, project_folder
from codeflash_evals.ablation.lines import Judged
from codeflash_evals.ablation.remembering import RememberingLanguage
from codeflash_evals.environment import make_environment
from codeflash_python.discovery.project import find_project

T = TypeVar("T")
BUDGET_SECONDS = 120.0
"""For one case in one configuration: enough that no budget decides."""


@frozen
class Court:
    """An open run on the project.

    Attributes:
        session: The run.
        language: The backend, which does nothing twice.
        targets: The targets by id.
        corpora: What was recorded of each.
    """

    session: Session
    language: Language
    targets: Mapping[str, Target]
    corpora: Mapping[str, Corpus]

    async def judge(self, case: Case, configuration: Configuration) -> Judged:
        """What becomes of a case.

        Args:
            case: The case.
            configuration: Which parts of the proof are off.
        """
        begun = time.monotonic()
        target = self.targets[case.given.target]
        source = PatchSource(case.given.changes(self.session.engine.project.root), case.given.name)
        engine = self._engine(configuration, source)
        if case.kind.timed:
            result = (await optimize_target(engine, target, self.corpora[target.id])).result
        else:
            result = await self._behaviour(engine, target, source)
        return Judged(
            case=case.id,
            kind=case.kind,
            configuration=configuration.name,
            accepted=result.decision.word is DecisionWord.ACCEPTED,
            decision=result.decision.word.value,
            reason=result.decision.reasons[0][:300] if result.decision.reasons else "",
            seconds=round(time.monotonic() - begun, 2),
        )

    async def _behaviour(self, engine: Engine, target: Target, source: PatchSource) -> TargetResult:
        corpus = await grow_corpus(engine, target, self.corpora[target.id])
        path = engine.project.root / target.path
        files = {target.path: path.read_text(encoding="utf-8")}
        (candidate,) = await source.propose(Question(engine.project, target, files, corpus))
        return await verify_target(engine, target, corpus, candidate)

    def _engine(self, configuration: Configuration, source: PatchSource) -> Engine:
        """The engine with steps of its own: in each configuration everything is asked again."""
        base = self.session.engine
        return evolve(
            base,
            language=self.language,
            sources=(source,),
            steps=UnkeptSteps(),
            settings=evolve(base.settings, without=configuration.without),
        )


class UnkeptSteps(Steps):
    """Steps that are done and not written down: a case is judged anew, never resumed."""

    def __init__(self) -> None:
        """Nothing is needed."""

    def spent_on(self, target: str) -> float:
        """Nothing was done before."""
        del target
        return 0.0

    async def once(self, name: str, kind: Any, make: Callable[[], Awaitable[T]]) -> T:
        """Do it."""
        del name, kind
        return await make()


@contextlib.asynccontextmanager
async def open_court(cases: Sequence[Case], folder: Path, mode: Mode, seed: int = 0) -> AsyncIterator[Court]:
    """Open a run on a copy of the project, and record the calls of every target.

    Args:
        cases: What will be judged.
        folder: An empty folder for the copy, its environment and what is recorded.
        mode: How foreign code is confined.
        seed: Seed of all random choices.

    Raises:
        UsageError: A case is for a function that there is not.
        PrerequisiteError: The confinement asked for is not to be had.
    """
    root = folder / "project"
    shutil.copytree(
        project_folder(), root, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv")
    )
    python = make_environment(folder / "environment")
    names = tuple(sorted({case.given.target for case in cases}))
    request = Request(
        project=find_project(root, python=str(python), tests=["tests"], names=names),
        workload=Workload("tests", ("tests",)),
        settings=SearchSettings(seed=seed, budget_seconds=BUDGET_SECONDS),
        words=("evaluate",),
        version=__version__,
        mode=mode,
        sources=(),
        state=folder / "state",
    )
    async with open_session(as_judged(request), lambda event: None) as session:
        targets = await choose_targets(session.engine, Query(names=names))
        corpora = await observe_targets(session.engine, targets)
        yield Court(
            session,
            RememberingLanguage(session.engine.language),
            {target.id: target for target in targets},
            {corpus.target: corpus for corpus in corpora},
        )
