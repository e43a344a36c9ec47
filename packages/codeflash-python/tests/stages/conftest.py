"""The real worker on a real host, for a small project."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
from attrs import frozen

from codeflash_core.hosts.local import LocalHost
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.ports.language import Query
from codeflash_core.sandbox import Mode, Sandbox, copy_project, detect
from codeflash_python.discovery.project import find_project
from codeflash_python.language import PythonLanguage

FILES = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "shop.py": """def distinct(names):
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
""",
    "tests/test_shop.py": """from shop import distinct


def test_some():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_many():
    assert len(distinct(["name%d" % (n % 20) for n in range(60)])) == 20
""",
}


@frozen
class Place:
    """A project with the backend that works on it."""

    project: Project
    language: PythonLanguage
    host: LocalHost

    async def target(self, name: str) -> Target:
        (found,) = await self.language.discover(self.project, Query((name,)))
        return found

    async def corpus(self, target: Target) -> Corpus:
        workload = Workload("tests", self.project.tests)
        (found,) = await self.language.observe(self.project, (target,), workload, 0)
        return await self.language.grow(self.project, target, found, 0)


@pytest.fixture
async def place(tmp_path: Path, environment_with_pytest: Path) -> AsyncIterator[Callable[..., Place]]:
    """``place({"shop.py": text})`` is the shop with some files replaced, ready to be worked on."""
    opened: list[LocalHost] = []

    def make(files: Mapping[str, str] | None = None) -> Place:
        root, scratch = tmp_path / "project", tmp_path / "scratch"
        for name, text in {**FILES, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        scratch.mkdir()
        confinement = detect(Mode.AUTO)
        host = LocalHost(
            Sandbox(confinement, scratch), copy_project(root, scratch / "base", confinement), scratch
        )
        opened.append(host)
        language = PythonLanguage(host=host, environment={}, scratch=scratch)
        return Place(find_project(root, python=str(environment_with_pytest / "bin/python")), language, host)

    yield make
    for host in opened:
        await host.close()
