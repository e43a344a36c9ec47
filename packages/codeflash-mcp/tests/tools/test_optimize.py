import pytest

DISTINCT = "src/shop/ordering.py::distinct"


@pytest.mark.slow
async def test_a_search_answers_with_the_decision_for_each_target(connect, told, shop) -> None:
    before = shop.contents()
    async with connect() as client:
        arguments = {"targets": [DISTINCT], "budget_seconds": 30}
        answer = told.answer(await client.call_tool("optimize", arguments))
    (result,) = answer["results"]
    assert result["target"] == DISTINCT
    assert result["decision"] in ("accepted", "rejected", "inconclusive", "needs-evidence")
    assert result["candidate"]["source"].startswith("rewrites:")
    assert answer["command"].startswith("codeflash optimize")
    assert shop.contents() == before
    assert shop.scratch() == []


async def test_tests_that_are_not_there_are_refused(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("optimize", {"tests": ["tests/none.py"]}))
    assert "there are no tests at tests/none.py" in said
