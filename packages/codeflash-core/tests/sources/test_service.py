from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from codeflash_core.errors import ServiceError, UsageError
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.target import Project, Target
from codeflash_core.ports.sources import Outgoing, Question, SourceSettings
from codeflash_core.service.client import ServiceClient
from codeflash_core.sources.service import ServiceSource

ENVIRONMENT = {"CODEFLASH_API_URL": "http://localhost:8000", "CODEFLASH_API_KEY": "cf-secret"}
PATH = "shop/a.py"
TEXT = "def f(x):\n    return sorted(x)\n"
FAST = "def f(x):\n    return x\n"


def _question(text: str = TEXT, parent: Candidate | None = None) -> Question:
    target = Target(PATH, "f", "shop.a", file_sha256="0" * 64)
    project = Project(Path("/p"), "python", Path("/usr/bin/python3"))
    return Question(project, target, {PATH: text}, Corpus(target.id), parent, python=(3, 12))


def _block(text: str, path: str = PATH) -> str:
    return f"```python:{path}\n{text}```" if path else f"```python\n{text}```"


def _source(*codes: str, asked: list[Any] | None = None, status: int = 200, **more: Any) -> ServiceSource:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(json.loads(request.content))
        found = [
            {"source_code": code, "explanation": "Why.\nMore.", "optimization_id": str(number), **more}
            for number, code in enumerate(codes)
        ]
        answer = {"optimizations": found} if status == 200 else {"error": "no"}
        return httpx2.Response(status, content=json.dumps(answer).encode())

    return ServiceSource(
        None, ENVIRONMENT, lambda address: ServiceClient(address, httpx2.MockTransport(respond))
    )


async def test_a_version_of_the_file_is_a_candidate_that_is_not_trusted() -> None:
    (found,) = await _source(_block(FAST), model="my model/1").propose(_question())
    assert found.files == {PATH: FAST}
    assert (found.source, found.why, found.steps) == ("service:my-model-1", "Why. More.", ("service",))
    assert not found.trusted
    assert found.cost.calls == 1


async def test_the_request_says_which_function_is_meant() -> None:
    asked: list[Any] = []
    await _source(asked=asked).propose(_question())
    assert asked[0]["source_code"] == f"```python:{PATH}\n{TEXT}```"
    assert (asked[0]["qualified_name"], asked[0]["language_version"]) == ("f", "3.12")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "no fence",
        _block(TEXT),
        _block(FAST, "other.py"),
        _block(FAST, "a.py"),
        _block(FAST) + "\n" + _block("x = 1\n", "b.py"),
        _block("\n"),
        _block("x = '\ud800'\n"),
        _block("x\x00 = 1\n"),
        f"```python:{PATH}\n{FAST}",
    ],
    ids=[
        "empty",
        "unfenced",
        "the same",
        "another file",
        "another folder",
        "two files",
        "blank",
        "surrogate",
        "nul",
        "half a fence",
    ],
)
async def test_what_is_no_version_of_the_file_is_left_out(code: str) -> None:
    assert await _source(code).propose(_question()) == ()


async def test_a_sole_block_needs_no_path() -> None:
    (found,) = await _source(_block(FAST, "")).propose(_question())
    assert found.files == {PATH: FAST}


async def test_equal_versions_come_once() -> None:
    assert len(await _source(_block(FAST), _block(FAST)).propose(_question())) == 1


@pytest.mark.parametrize("end", ["\r\n", ""], ids=["windows", "none"])
async def test_line_ends_are_those_of_the_file(end: str) -> None:
    text = TEXT.replace("\n", "\r\n").removesuffix("\r\n") + end if end else TEXT.removesuffix("\n")
    (found,) = await _source(_block(FAST)).propose(_question(text))
    assert found.files[PATH] == (FAST.replace("\n", "\r\n") if end else FAST.removesuffix("\n"))


async def test_a_version_of_the_best_so_far_builds_on_it() -> None:
    parent = Candidate("p", "rewrites:a", {"b.py": "x = 1\n"}, "First.", steps=("a",), adds=("_n",))
    (found,) = await _source(_block(FAST)).propose(_question(parent=parent))
    assert found.parents == ("p",)
    assert found.files == {"b.py": "x = 1\n", PATH: FAST}
    assert (found.why, found.steps, found.adds) == ("First. Why. More.", ("a", "service"), ("_n",))


async def test_an_error_of_the_service_is_passed_on() -> None:
    with pytest.raises(ServiceError, match="503"):
        await _source(status=503).propose(_question())


def test_what_is_sent_is_told_without_the_key() -> None:
    source = _source()
    assert isinstance(source, Outgoing)
    assert source.sends(_question()) == (
        "sends shop/a.py (2 lines) to http://localhost:8000, for faster versions of f"
    )


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_without_configuration_it_says_what_to_set(missing: str) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    with pytest.raises(UsageError, match=missing):
        ServiceSource(None, environment)


def test_the_settings_address_is_used_with_its_origin() -> None:
    settings = SourceSettings({"url": "https://evil.example.com", "origin": "pyproject.toml"})
    with pytest.raises(UsageError, match="confirm"):
        ServiceSource(settings, {"CODEFLASH_API_KEY": "cf-x"})
