import pytest

from codeflash_mcp.refusals import META

DISTINCT = "src/shop/ordering.py::distinct"
FAST = "def distinct(names):\n    return list(dict.fromkeys(names))\n"
EQUAL = """def distinct(names):
    seen = []
    add = seen.append
    for name in names:
        if name not in seen:
            add(name)
    return seen
"""
WRONG = "def distinct(names):\n    return list(dict.fromkeys(names))[::-1]\n"


@pytest.mark.slow
async def test_an_equal_function_is_judged_and_no_file_changes(connect, told, shop) -> None:
    before, lines = shop.contents(), []

    async def hear(count: float, total: float | None, message: str | None) -> None:
        lines.append(message)

    async with connect() as client:
        arguments = {"target": DISTINCT, "function_source": EQUAL, "budget_seconds": 60}
        answer = told.answer(await client.call_tool("evaluate_candidate", arguments, progress_callback=hear))
    result = answer["result"]
    assert result["verdict"] in ("same", "undecided"), result["reasons"]
    assert "+    add = seen.append" in result["candidate"]["diff"]
    assert any(line.startswith(("observe", "check")) for line in lines)
    assert shop.contents() == before
    assert shop.scratch() == []


@pytest.mark.slow
async def test_a_wrong_function_is_refused_with_a_counterexample(connect, told) -> None:
    async with connect() as client:
        arguments = {"target": DISTINCT, "function_source": WRONG, "verify_only": True}
        answer = told.answer(await client.call_tool("evaluate_candidate", arguments))
        explained = told.answer(await client.call_tool("explain_run", {"run": answer["result"]["run"]}))
        report = await client.read_resource(f"codeflash://runs/{answer['result']['run']}/report")
    assert (answer["result"]["decision"], answer["result"]["verdict"]) == ("rejected", "different")
    found = answer["result"]["counterexample"]
    assert found["original"] != found["candidate"]
    assert "counterexample" in answer["next"]
    assert explained["targets"][0]["attempts"][0]["counterexample"]["call"] == found["call"]
    assert "candidate.py" in explained["command"]
    assert "distinct" in report.contents[0].text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "exactly one of function_source, file_text and patch"),
        ({"function_source": FAST, "file_text": FAST}, "not 2"),
        ({"function_source": FAST.replace("distinct", "other")}, "defines other, not distinct"),
        ({"function_source": "import os\n" + FAST}, "give file_text or patch"),
        ({"file_text": "x = 1\n"}, "has no function distinct"),
        ({"patch": "nonsense"}, "does not apply"),
        ({"function_source": FAST, "seed": "x"}, "seed"),
    ],
)
async def test_what_cannot_be_a_candidate_is_refused(connect, told, given, said) -> None:
    async with connect() as client:
        refusal = told.refusal(await client.call_tool("evaluate_candidate", {"target": DISTINCT, **given}))
    assert said in refusal


@pytest.mark.parametrize(
    ("given", "line"),
    [({"function_source": "def distinct(names):\n    return (\n"}, 2), ({"file_text": "def distinct(\n"}, 1)],
    ids=["a function", "a file"],
)
async def test_a_candidate_that_does_not_parse_is_refused_with_its_place(connect, told, given, line) -> None:
    async with connect() as client:
        result = await client.call_tool("evaluate_candidate", {"target": DISTINCT, **given})
    told.refusal(result)
    assert result.meta[META]["where"]["line"] == line
    assert result.meta[META]["where"]["column"] >= 1


async def test_a_target_without_a_function_is_refused(connect, told) -> None:
    async with connect() as client:
        arguments = {"target": "src/shop/ordering.py", "function_source": FAST}
        assert "a function is wanted" in told.refusal(await client.call_tool("evaluate_candidate", arguments))
