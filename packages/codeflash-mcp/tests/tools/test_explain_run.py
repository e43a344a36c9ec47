import json


async def test_without_runs_it_says_so(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("explain_run", {}))
    assert "There are no runs on your projects yet." in said


async def test_a_run_that_was_refused_is_told_with_the_reason(connect, told, shop) -> None:
    _record(shop, "20260101-000000-0001", str(shop.root), "refused", "no such thing")
    async with connect() as client:
        answer = told.answer(await client.call_tool("explain_run", {"run": "20260101"}))
    assert (answer["state"], answer["message"]) == ("refused", "no such thing")
    assert "correct that" in answer["next"]


async def test_runs_on_projects_of_others_are_not_told(connect, told, shop, tmp_path) -> None:
    _record(shop, "20260101-000000-0001", str(tmp_path / "elsewhere"), "done", "")
    async with connect() as client:
        said = told.refusal(await client.call_tool("explain_run", {"run": "20260101-000000-0001"}))
        listed = json.loads((await client.read_resource("codeflash://runs")).contents[0].text)
    assert "no such run" in said
    assert listed == []


def _record(shop, run: str, project: str, how: str, message: str) -> None:
    folder = shop.state / "runs" / run
    folder.mkdir(parents=True)
    lines = [
        {"v": 3, "kind": "header", "run": run, "project": project, "arguments": ["evaluate", "a.py::f"]},
        {"v": 3, "kind": "end", "how": how, "message": message},
    ]
    (folder / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
