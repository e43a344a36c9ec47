"""A small project, and a run of the engine that judges candidates for its functions."""

import os
import shutil
from pathlib import Path

import pytest
import pytest_asyncio
from attrs import define, evolve, field

from codeflash_core.model.target import Workload
from codeflash_core.pipeline.optimize import optimize_target
from codeflash_core.pipeline.run import choose_targets, grow_corpus, observe_targets
from codeflash_core.pipeline.session import Request, open_session
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.language import Query
from codeflash_core.ports.sources import Question
from codeflash_core.sources.patch import PatchSource
from codeflash_evals.ablation.candidates import read_candidates
from codeflash_python.discovery.project import find_project

HERE = Path(__file__).resolve().parent
SOURCES = "src/ledger/"

collect_ignore = ["project"]


def given(name):
    """The candidates of a list."""
    # By target: processes that share the tests among them then seldom make the same inputs twice.
    return sorted(read_candidates(HERE / f"{name}.toml", SOURCES), key=lambda each: each.target)


def pytest_generate_tests(metafunc):
    """Every candidate of a list is a test of its own."""
    for name in ("wrong", "right"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, [_parameter(each) for each in given(name)])


def _parameter(candidate):
    marks = [pytest.mark.xfail(strict=True, reason=candidate.shortfall)] if candidate.shortfall else []
    return pytest.param(candidate, id=candidate.name.replace(" ", "-"), marks=marks)


@define
class Court:
    """An open run on the project; each target's inputs are made once."""

    session: object
    targets: dict
    corpora: dict
    grown: dict = field(factory=dict)

    async def proposed(self, candidate):
        """The candidate as the engine takes it, with its target and inputs."""
        engine = self.session.engine
        target = self.targets[candidate.target]
        if target.id not in self.grown:
            self.grown[target.id] = await grow_corpus(engine, target, self.corpora[target.id])
        source = PatchSource(candidate.changes(engine.project.root), candidate.name)
        files = {target.path: (engine.project.root / target.path).read_text(encoding="utf-8")}
        question = Question(engine.project, target, files, self.grown[target.id])
        (made,) = await source.propose(question)
        return target, self.grown[target.id], made

    async def judge(self, candidate):
        """What became of the candidate: its behaviour alone."""
        target, corpus, made = await self.proposed(candidate)
        result = await verify_target(self.session.engine, target, corpus, made)
        if os.environ.get("COURT_NOTES"):
            note(candidate, result)
        return result.best

    async def evaluate(self, candidate):
        """What became of the candidate: its behaviour and its speed."""
        target = self.targets[candidate.target]
        engine = self.session.engine
        source = PatchSource(candidate.changes(engine.project.root), candidate.name)
        settings = evolve(engine.settings, rounds=1, minimize=False, confirmations=1, budget_seconds=15.0)
        engine = evolve(engine, sources=(source,), settings=settings)
        result = (await optimize_target(engine, target, self.corpora[target.id])).result
        return result.best or result.attempts[0]


def note(candidate, result):
    """Keep a line about each judgement, to look at all of them together."""
    with Path(os.environ["COURT_NOTES"]).open("a", encoding="utf-8") as notes:
        best = result.best
        word = type(best.verdict).__name__
        print(
            f"{best.decision.word:15} {word:10} {result.seconds:6.2f} {candidate.target.rpartition('/')[2]:28}"
            f" {candidate.name:40} {' | '.join(best.decision.reasons)[:300]}",
            file=notes,
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, which must stay as it is."""
    root = tmp_path_factory.mktemp("project") / "ledger"
    shutil.copytree(HERE / "project", root, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    return root


@pytest.fixture
def named():
    """Find a candidate of a list by its name."""
    return lambda listed, name: next(each for each in given(listed) if each.name == name)


@pytest.fixture(scope="module")
def pristine():
    """The project's files as they are kept, by path."""
    files = [path for path in (HERE / "project").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return {path.relative_to(HERE / "project").as_posix(): path.read_bytes() for path in files}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def court(project, tmp_path_factory, environment_with_pytest):
    """The run that judges all candidates of a module."""
    names = tuple(sorted({candidate.target for name in ("wrong", "right") for candidate in given(name)}))
    python = str(environment_with_pytest / "bin/python")
    described = find_project(project, python=python, tests=["tests"], names=names)
    request = Request(
        project=described,
        workload=Workload("tests", ("tests",)),
        settings=SearchSettings(),
        words=("verify",),
        version="0",
        sources=(),
        state=tmp_path_factory.mktemp("state"),
    )
    async with open_session(request, lambda event: None) as session:
        targets = await choose_targets(session.engine, Query(names=names))
        corpora = await observe_targets(session.engine, targets)
        yield Court(
            session,
            {target.id: target for target in targets},
            {corpus.target: corpus for corpus in corpora},
        )
