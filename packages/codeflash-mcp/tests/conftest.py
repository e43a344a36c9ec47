"""A tiny shop to work on, and clients of the server: in memory, over stdio, over HTTP."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ListRootsResult, Root

from codeflash_mcp.house import House
from codeflash_mcp.places import places_of
from codeflash_mcp.server import build_server

ORDERING = '''"""Orders things."""


def distinct(names):
    """The names without repetitions, in order of first appearance."""
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen


def total(prices):
    """The sum of all prices."""
    return sum(prices)
'''
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    "src/shop/__init__.py": "",
    "src/shop/ordering.py": ORDERING,
    "tests/test_ordering.py": """from shop.ordering import distinct, total


def test_distinct_keeps_the_first():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_distinct_of_many():
    names = ["name%d" % (n % 150) for n in range(300)]
    assert distinct(names) == names[:150]


def test_total():
    assert total([1, 2, 3]) == 6
""",
    "main.go": "package main\n",
}
DISTINCT = "src/shop/ordering.py::distinct"


@frozen
class Shop:
    """A project with a state folder beside it, and its virtual environment."""

    root: Path
    state: Path
    home: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        named = {"CODEFLASH_STATE_DIR": str(self.state), "VIRTUAL_ENV": str(self.home)}
        return {**kept, **named, "PYTHONUTF8": "1", **more}

    def contents(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}

    def scratch(self) -> list[str]:
        folder = self.state / "scratch"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def processes(self) -> list[int]:
        """Processes that work for runs: those that name the state folder in their command."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and str(self.state).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment_with_pytest: Path) -> Shop:
    made = Shop(tmp_path / "my pröject", tmp_path / "state", environment_with_pytest)
    for name, text in FILES.items():
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(made.state))
    monkeypatch.setenv("VIRTUAL_ENV", str(made.home))
    return made


@pytest.fixture
def house(shop: Shop) -> House:
    return House(places_of([shop.root]))


Connect = Callable[..., contextlib.AbstractAsyncContextManager[Client]]


@pytest.fixture
def connect(house: House) -> Connect:
    """``async with connect() as client``: a client in memory, with roots of its own when it is given some."""

    @contextlib.asynccontextmanager
    async def connected(roots: list[Path] | None = None, mode: str = "auto") -> AsyncIterator[Client]:
        async def told(_: Any) -> ListRootsResult:
            return ListRootsResult(roots=[Root(uri=root.as_uri()) for root in roots or ()])

        callback = told if roots is not None else None
        async with Client(build_server(house), mode=mode, list_roots_callback=callback) as client:
            yield client

    return connected


def text_of(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


def answer_of(result: CallToolResult) -> dict[str, Any]:
    """The structured answer of a call that went well."""
    assert not result.is_error, text_of(result)
    return result.structured_content


def refusal_of(result: CallToolResult) -> str:
    assert result.is_error, text_of(result)
    return text_of(result)


@pytest.fixture
def told() -> Any:
    """Readers of results: ``told.answer(result)``, ``told.refusal(result)``."""

    class Told:
        answer = staticmethod(answer_of)
        refusal = staticmethod(refusal_of)
        text = staticmethod(text_of)

    return Told


@pytest.fixture
def stdio(shop: Shop) -> StdioServerParameters:
    """The server as a process that speaks over its standard streams."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "codeflash_mcp", "--root", str(shop.root)],
        env=shop.environment(),
        cwd=str(shop.root),
    )


@frozen
class Served:
    """A server process over HTTP."""

    process: subprocess.Popen[str]
    url: str


@pytest.fixture
def serve(shop: Shop) -> Iterator[Callable[..., Served]]:
    """``serve(*words, **environment)`` starts the server over HTTP on a free port."""
    started = []

    def run(*words: str, **environment: str) -> Served:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "codeflash_mcp",
                "--http",
                "--port",
                "0",
                "--root",
                str(shop.root),
                *words,
            ],
            env=shop.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        line = process.stdout.readline()
        found = re.search(r"^listening on (http://\S+)", line)
        assert found, line + process.stderr.read()
        return Served(process, found[1])

    yield run
    for process in started:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
