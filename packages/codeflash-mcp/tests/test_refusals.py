import pytest

from codeflash_mcp.refusals import META


async def test_an_unknown_argument_is_refused_with_the_nearest_name(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("discover", {"target": []}))
    assert "discover has no argument target" in said
    assert "Did you mean targets?" in said


async def test_an_argument_like_no_other_is_refused_with_all_names(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("explain_run", {"zzz": 1}))
    assert "It has: run." in said


async def test_an_argument_of_the_wrong_kind_is_named(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("discover", {"most": 0}))
    assert "most:" in said


async def test_a_missing_argument_is_named(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("evaluate_candidate", {}))
    assert "target" in said


async def test_an_error_travels_as_a_document_too(connect) -> None:
    async with connect() as client:
        result = await client.call_tool("discover", {"project": "nowhere"})
    assert result.meta[META]["code"] == "usage"


async def test_a_bug_is_answered_and_the_server_goes_on(connect, told, monkeypatch) -> None:
    from codeflash_mcp.tools import discover

    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(discover, "relative_names", broken)
    async with connect() as client:
        said = told.refusal(await client.call_tool("discover", {}))
        assert "a bug of ours" in said
        assert "KeyError" in said
        monkeypatch.undo()
        assert (await client.list_tools()).tools


@pytest.mark.parametrize(
    "name", ["discover", "rank", "evaluate_candidate", "optimize", "explain_run", "rules_for"]
)
async def test_schemas_admit_no_other_arguments_and_describe_each(connect, name) -> None:
    async with connect() as client:
        (tool,) = [each for each in (await client.list_tools()).tools if each.name == name]
    assert tool.input_schema["additionalProperties"] is False
    assert all(each.get("description") for each in tool.input_schema["properties"].values())
    assert tool.output_schema["properties"]["next"]
    assert tool.annotations.title
