"""A client that is not trusted: it may have versions judged, and nothing else."""

from __future__ import annotations

import pytest

from codeflash_core.sandbox import Mode
from codeflash_mcp import house as house_module
from codeflash_mcp.house import House
from codeflash_mcp.places import places_of

DISTINCT = "src/shop/ordering.py::distinct"


@pytest.fixture
def house(shop) -> House:
    return House(places_of([shop.root]), bound=True, judging=True)


async def test_it_gets_no_tool_that_writes_or_runs_commands(connect) -> None:
    async with connect() as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert names == {"discover", "rank", "evaluate_candidate", "optimize", "explain_run", "rules_for"}


async def test_no_source_that_costs_is_asked_for_it_whatever_the_project_wants(
    connect, told, monkeypatch, shop
) -> None:
    settings = shop.root / "pyproject.toml"
    settings.write_text(f'{settings.read_text()}\n[tool.codeflash]\nsources = ["rewrites", "service"]\n')
    sources: list[tuple[str, ...]] = []

    async def in_session(request, work, emit, named):
        sources.append(request.sources)
        raise house_module.UsageError("far enough")

    monkeypatch.setattr(house_module, "in_session", in_session)
    async with connect() as client:
        assert "far enough" in told.refusal(await client.call_tool("optimize", {"targets": [DISTINCT]}))
    assert sources == [("rewrites",)]


@pytest.mark.parametrize("asked", ["auto", "off"])
async def test_what_runs_for_it_is_confined_whatever_it_asks_for(connect, told, monkeypatch, asked) -> None:
    modes: list[Mode] = []

    async def in_session(request, work, emit, named):
        modes.append(request.mode)
        raise house_module.UsageError("far enough")

    monkeypatch.setattr(house_module, "in_session", in_session)
    async with connect() as client:
        arguments = {"target": DISTINCT, "function_source": "def distinct(names):\n    return names\n"}
        answer = await client.call_tool("evaluate_candidate", {**arguments, "sandbox": asked})
    assert "far enough" in told.refusal(answer)
    assert modes == [Mode.REQUIRE]
