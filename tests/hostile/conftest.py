"""A court: one open session on a small project, which judges hostile candidates one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from codeflash_core.hosts import local
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Same, Verdict
from codeflash_core.pipeline.run import choose_targets, grow_corpus, observe_targets
from codeflash_core.pipeline.session import Request, Session, open_session
from codeflash_core.pipeline.settings import SearchSettings
from codeflash_core.pipeline.verify import verify_target
from codeflash_core.ports.language import BlockRequest, CheckRequest, Query
from codeflash_core.sandbox import Mode, detect
from codeflash_python.discovery.project import find_project

ORIGINAL = '''\
"""Orders of a shop."""


def total(numbers):
    """Sum of the squares of the positive numbers."""
    result = 0
    for number in numbers:
        if number > 0:
            result += number * number
    return result
'''

GOOD = ORIGINAL.replace(
    "            result += number * number\n",
    "            square = number * number\n            result += square\n",
)

TESTS = """\
from shop.ordering import total


def test_positive_numbers_count():
    assert total([3, -1, 2]) == 13


def test_nothing_costs_nothing():
    assert total([]) == 0


def test_a_long_order():
    assert total(list(range(200))) == 2646700
"""

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
    "shop/__init__.py": "",
    "shop/ordering.py": ORIGINAL,
    "shop/prices.py": "TAX = 2\n",
    "tests/test_ordering.py": TESTS,
    ".env": "API_TOKEN=pr0ject-s3cret\n",
}


def snapshot(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Kind, times and content of everything below a folder."""
    found: dict[str, tuple[Any, ...]] = {}
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        content = b""
        if path.is_symlink():
            content = str(path.readlink()).encode()
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).digest()
        found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_mtime_ns, facts.st_size, content)
    return found


def processes_naming(text: str) -> list[str]:
    """Command lines of other processes that hold a text."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if text in words and int(place.name) != os.getpid():
                found.append(words)
    return found


@define
class Court:
    """An open session on one target."""

    runner: asyncio.Runner
    session: Session
    project: Project
    state: Path
    target: Target
    corpus: Corpus
    before: Mapping[str, tuple[Any, ...]]

    @property
    def root(self) -> Path:
        return self.project.root

    def check(
        self, changes: str | Mapping[str, str | bytes | None], *, depth: str = "full", fuzz: int = 20
    ) -> Verdict:
        """Judge behaviour past the static gate."""
        request = CheckRequest(
            target=self.target,
            candidate=self.side(changes),
            corpus=self.corpus,
            workload=self.session.engine.workload,
            depth=depth,  # type: ignore[arg-type]
            fuzz_cases=fuzz,
        )
        return self.runner.run(self.session.engine.language.check(self.project, request))

    def verify(self, changes: str | Mapping[str, str | None]) -> TargetResult:
        """Judge behaviour as ``codeflash verify`` does, static gate included."""
        files = {self.target.path: changes} if isinstance(changes, str) else dict(changes)
        name = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:12]
        candidate = Candidate(name, "patch", files)
        return self.runner.run(verify_target(self.session.engine, self.target, self.corpus, candidate))

    def block(self, changes: str | Mapping[str, str | bytes | None], mode: str = "separate") -> Block:
        """Time the original against a candidate once."""
        request = BlockRequest(
            self.target,
            Side(),
            self.side(changes),
            calls=self.corpus.calls,
            mode=mode,  # type: ignore[arg-type]
        )
        return self.runner.run(self.session.engine.language.block(self.project, request))

    def side(self, changes: str | Mapping[str, str | bytes | None]) -> Side:
        files = {self.target.path: changes} if isinstance(changes, str) else dict(changes)
        return Side.of(
            {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        )

    def still_works(self, changes: str | Mapping[str, str | bytes | None] = GOOD) -> None:
        """The tree is as it was, and a right candidate is judged right in the same session."""
        assert snapshot(self.root) == self.before
        verdict = self.check(changes, depth="quick")
        assert isinstance(verdict, Same), verdict


@contextlib.contextmanager
def open_court(
    root: Path,
    state: Path,
    *,
    name: str = "shop/ordering.py::total",
    python: str,
    mode: Mode = Mode.AUTO,
    script: str = "",
) -> Iterator[Court]:
    """Open a session, observe the target, and look at the end whether anything was left behind."""
    project = find_project(root, python=python, names=(name,), environ={})
    request = Request(
        project=project,
        workload=Workload("script", (script,)) if script else Workload("tests", project.tests),
        settings=SearchSettings(fuzz_cases=20),
        words=("verify", name),
        version="0",
        mode=mode,
        sources=(),
        state=state,
    )
    before = snapshot(project.root)
    opened = open_session(request, lambda event: None)
    with asyncio.Runner() as runner:
        session = runner.run(opened.__aenter__())
        try:

            async def observe() -> tuple[Target, Corpus]:
                engine = session.engine
                (target,) = await choose_targets(engine, Query((name,)))
                (corpus,) = await observe_targets(engine, (target,))
                return target, await grow_corpus(engine, target, corpus)

            target, corpus = runner.run(observe())
            yield Court(runner, session, project, state, target, corpus, before)
        finally:
            runner.run(opened.__aexit__(None, None, None))
    assert snapshot(project.root) == before
    assert processes_naming(str(state)) == []
    assert [path.name for path in (state / "scratch").glob("*")] == []


@pytest.fixture(scope="session")
def good() -> str:
    return GOOD


@pytest.fixture(scope="session")
def original() -> str:
    return ORIGINAL


@pytest.fixture(scope="session")
def with_prologue() -> Callable[[str], str]:
    """The original with hostile code that runs when it is imported."""

    def make(code: str, body: str = ORIGINAL) -> str:
        return f"{textwrap.dedent(code).strip()}\n{body}"

    return make


@pytest.fixture(scope="session")
def with_body() -> Callable[[str], str]:
    """The original with another body of the target, and code before it."""

    def make(body: str, before: str = "") -> str:
        head = f"{textwrap.dedent(before).strip()}\n\n" if before else ""
        return f"{head}def total(numbers):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"

    return make


@pytest.fixture(scope="session")
def write_project() -> Callable[..., Path]:
    """Write the shop, or other files, into a folder."""

    def write(root: Path, files: Mapping[str, str] = FILES) -> Path:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture(scope="session")
def court_of(environment_with_pytest: Path) -> Callable[..., contextlib.AbstractContextManager[Court]]:
    """``with court_of(root, state) as court:`` opens a session of its own."""
    return functools.partial(open_court, python=str(environment_with_pytest / "bin/python"))


@pytest.fixture(scope="module")
def court(
    tmp_path_factory: pytest.TempPathFactory,
    write_project: Callable[..., Path],
    court_of: Callable[..., contextlib.AbstractContextManager[Court]],
) -> Iterator[Court]:
    """One session for the whole module, in a path with a blank and letters beyond ASCII."""
    if not detect(Mode.AUTO).confined:
        pytest.skip("without bubblewrap the attacks would reach this machine")
    folder = tmp_path_factory.mktemp("hostile")
    root = write_project(folder / "my pröject")
    (folder / "beside.txt").write_text("untouched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "SETUP_SECONDS", 12.0)  # an import that never ends costs this much
        patch.setenv("ENGINE_SECRET", "3nvironment-s3cret")
        with court_of(root, folder / "state") as opened:
            yield opened
    assert (folder / "beside.txt").read_text() == "untouched"


@pytest.fixture(scope="session")
def naming() -> Callable[[str], list[str]]:
    return processes_naming
