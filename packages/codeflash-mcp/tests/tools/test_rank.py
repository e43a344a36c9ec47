import pytest

DISTINCT = "src/shop/ordering.py::distinct"


@pytest.mark.slow
async def test_the_slow_function_stands_first_with_its_share(connect, told, shop) -> None:
    before = shop.contents()
    async with connect() as client:
        answer = told.answer(await client.call_tool("rank", {}))
    first = answer["targets"][0]
    assert (first["target"], first["hints"][:1]) == (DISTINCT, ["membership-in-growing-list"])
    assert 0 < first["share"] <= 1
    assert shop.contents() == before


@pytest.mark.slow
async def test_a_project_without_tests_says_what_to_do(connect, told, shop) -> None:
    (shop.root / "tests/test_ordering.py").write_text("")
    async with connect() as client:
        result = await client.call_tool("rank", {})
    said = told.text(result)
    assert "name tests or a workload" in said or "no tests" in said


async def test_a_workload_that_is_not_there_is_refused(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("rank", {"workload": "none.py"}))
        outside = told.refusal(await client.call_tool("rank", {"script": "python ../elsewhere.py"}))
    assert "can't read the workload none.py" in said
    assert "lies outside" in outside
