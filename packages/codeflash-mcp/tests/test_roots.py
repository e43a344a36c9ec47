import pytest
from attrs import evolve
from mcp import Client

from codeflash_mcp.server import build_server


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_roots_of_a_client_hold_in_both_ways_of_asking(connect, told, tmp_path, mode) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/pyproject.toml").write_text("[project]\nname = 'mine'\n")
    (tmp_path / "mine/m.py").write_text("def f():\n    return 1\n")
    async with connect([tmp_path / "mine"], mode) as client:
        answer = told.answer(await client.call_tool("discover", {}))
    assert [each["target"] for each in answer["targets"]] == ["m.py::f"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_path_outside_the_roots_is_refused(connect, told, shop, tmp_path, mode) -> None:
    (tmp_path / "mine").mkdir()
    async with connect([tmp_path / "mine"], mode) as client:
        for arguments in ({"project": str(shop.root)}, {"targets": ["../" + shop.root.name]}):
            said = told.refusal(await client.call_tool("discover", arguments))
            assert "lies outside the folders of this client" in said


async def test_a_project_that_begins_above_the_roots_is_refused(connect, told, shop) -> None:
    async with connect([shop.root / "src"]) as client:
        said = told.refusal(await client.call_tool("discover", {}))
    assert "the project" in said
    assert "lies outside" in said


async def test_over_a_network_a_client_cannot_widen_the_folders(connect, told, house, tmp_path) -> None:
    bound = evolve(house, bound=True)
    async with connect([tmp_path]) as wide:
        assert not (await wide.call_tool("discover", {"project": "my pröject"})).is_error

    async def told_roots(_):
        from mcp_types import ListRootsResult, Root

        return ListRootsResult(roots=[Root(uri=tmp_path.as_uri())])

    async with Client(build_server(bound), list_roots_callback=told_roots) as client:
        said = told.refusal(await client.call_tool("discover", {}))
    assert "no folder to work in" in said
