from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import define, field

from codeflash_api.feature import Feature
from codeflash_api.llm.model import Deadline, Message, Prompt, ProviderError, Reply, Tokens

SERVERS = str(Path(__file__).parent / "servers")
if SERVERS not in sys.path:
    sys.path.insert(0, SERVERS)


@pytest.fixture(scope="session", autouse=True)
def _sdks() -> None:
    """Importing a vendor's SDK takes seconds: not out of the time that a test gives a model to answer."""
    for name in ("anthropic", "openai"):
        importlib.import_module(name)


@pytest.fixture(autouse=True)
def _no_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither proxies nor credentials of the machine that runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def prompt() -> Prompt:
    return Prompt(
        Feature.OPTIMIZE,
        "optimize-000000000000",
        "You make code faster.",
        (
            Message("user", "def größe(x): ..."),
            Message("assistant", "Which one?"),
            Message("user", "日本 🚀"),
        ),
        max_tokens=500,
        temperature=0.25,
    )


@pytest.fixture
def soon() -> Deadline:
    return Deadline.within(30.0)


@define
class Clock:
    """A clock that moves when it is told to, or when somebody sleeps on it."""

    now: float = 1_000.0
    slept: list[float] = field(factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@define
class Scripted:
    """A model that does what it is told, one after the other."""

    turns: list[Reply | BaseException | Callable[[], Reply]]
    provider: str = "anthropic"
    model: str = "m"
    asked: list[Prompt] = field(factory=list)
    closed: int = 0

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        self.asked.append(prompt)
        turn = self.turns.pop(0)
        if isinstance(turn, ProviderError | BaseException):
            raise turn
        return turn if isinstance(turn, Reply) else turn()

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def scripted() -> Callable[..., Scripted]:
    def made(*turns: Reply | BaseException) -> Scripted:
        return Scripted(list(turns))

    return made


@pytest.fixture
def reply() -> Reply:
    return Reply("faster", "anthropic", "claude-sonnet-4-5", Tokens(100, 40, 10))
