async def test_functions_are_listed_with_the_names_other_tools_take(connect, told) -> None:
    async with connect() as client:
        answer = told.answer(await client.call_tool("discover", {}))
    assert [each["target"] for each in answer["targets"]] == [
        "src/shop/ordering.py::distinct",
        "src/shop/ordering.py::total",
    ]
    assert answer["tests"] == ["tests"]
    assert "rank" in answer["next"]


async def test_more_than_the_limit_is_counted(connect, told) -> None:
    async with connect() as client:
        answer = told.answer(await client.call_tool("discover", {"most": 1}))
    assert (len(answer["targets"]), answer["left_out"]) == (1, 1)


async def test_a_misspelt_target_is_refused_with_the_nearest(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(
            await client.call_tool("discover", {"targets": ["src/shop/ordering.py::distnct"]})
        )
    assert "Did you mean src/shop/ordering.py::distinct?" in said


async def test_a_language_without_a_backend_is_named_with_the_way_out(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("discover", {"targets": ["main.go"]}))
    assert "no backend for .go files" in said
    assert "compare" in said
