import json

import pytest
from mcp import MCPError


@pytest.fixture
def recorded(shop):
    """Two runs on the shop, and one on somebody else's project."""
    for number, project in ((2, shop.root), (1, shop.root), (3, shop.root.parent / "other")):
        folder = shop.state / "runs" / f"20260101-000000-000{number}"
        folder.mkdir(parents=True)
        lines = [
            {"v": 3, "kind": "header", "run": folder.name, "project": str(project), "arguments": ["rank"]},
            {"v": 3, "kind": "end", "how": "done"},
        ]
        (folder / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


async def _read(client, uri: str):
    return json.loads((await client.read_resource(uri)).contents[0].text)


async def test_runs_are_listed_oldest_first(connect, recorded) -> None:
    async with connect() as client:
        listed = await _read(client, "codeflash://runs")
    assert [each["run"] for each in listed] == ["20260101-000000-0001", "20260101-000000-0002"]


async def test_a_run_is_read_whole(connect, recorded) -> None:
    async with connect() as client:
        run = await _read(client, "codeflash://runs/last")
    assert (run["run"], run["state"], run["arguments"]) == ("20260101-000000-0002", "done", ["rank"])


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("place", ["20260101-000000-0003", "20260101-000000-0001/report", "none"])
async def test_what_is_not_there_or_not_yours_is_not_found(connect, recorded, place, mode) -> None:
    async with connect(mode=mode) as client:
        with pytest.raises(MCPError, match=r"no such run|keeps no report"):
            await client.read_resource(f"codeflash://runs/{place}")


async def test_the_roots_of_a_client_hold_for_reading(connect, recorded, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    async with connect([tmp_path / "mine"], "legacy") as client:
        with pytest.raises(MCPError, match="no such run"):
            await client.read_resource("codeflash://runs/20260101-000000-0001")
