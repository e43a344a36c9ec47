CODE = """def distinct(names):
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
"""


async def test_a_rule_that_applies_is_told_with_its_traps_and_the_diff(connect, told) -> None:
    async with connect() as client:
        answer = told.answer(await client.call_tool("rules_for", {"code": CODE}))
    match = answer["matches"][0]
    assert (match["function"], match["rule"]) == ("distinct", "membership-in-growing-list")
    assert match["traps"]
    assert "+++ b/code.py" in match["diff"]
    assert "evaluate_candidate" in answer["next"]


async def test_an_indented_method_is_read_as_it_is_meant(connect, told) -> None:
    indented = "".join(f"    {line}\n" for line in CODE.splitlines())
    async with connect() as client:
        answer = told.answer(await client.call_tool("rules_for", {"code": indented, "function": "distinct"}))
    assert answer["matches"]


async def test_fast_code_has_no_match(connect, told) -> None:
    async with connect() as client:
        answer = told.answer(await client.call_tool("rules_for", {"code": "def f(a):\n    return a\n"}))
    assert answer["matches"] == []
    assert "algorithm" in answer["next"]


async def test_code_that_does_not_parse_is_refused_with_its_place(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("rules_for", {"code": "def f(:\n"}))
    assert "code.py:1:" in said


async def test_a_function_that_is_not_there_is_refused(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("rules_for", {"code": CODE, "function": "other"}))
    assert "It has: distinct." in said


async def test_another_language_is_sent_to_compare(connect, told) -> None:
    async with connect() as client:
        said = told.refusal(await client.call_tool("rules_for", {"code": "func f() {}", "language": "go"}))
    assert "compare" in said
