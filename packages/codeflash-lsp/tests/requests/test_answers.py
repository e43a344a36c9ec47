"""Lenses, hovers, results and explanations, from a run that another door has recorded."""

import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")
LENS = "Apply: 1.79x at least, same behaviour on 34 inputs"


@pytest_asyncio.fixture(loop_scope="module")
async def opened(editor, ordering, known, record, shop_of_the_module):
    shop = shop_of_the_module
    if not (shop.state / "runs").exists():
        record(known(root=shop.root), shop.state)
    uri = editor.uri("src/shop/ordering.py")
    editor.open(uri, ordering)
    yield uri
    editor.close(uri)


async def test_functions_and_methods_carry_lenses(editor, opened) -> None:
    shown = [(lens.range.start.line, lens.command.title) for lens in await editor.lenses(opened)]
    assert (5, "Optimize again") in shown
    assert (5, LENS) in shown
    assert (5, "Evidence") in shown
    assert [title for line, title in shown if line != 5] == ["Optimize"] * 3


async def test_a_result_of_an_older_text_is_marked(editor, opened, ordering) -> None:
    editor.replace(opened, ordering.replace("seen = []", "seen = list()"), 2)
    titles = await editor.titles(opened)
    assert "Of an older text: 1.79x at least, same behaviour on 34 inputs" in titles
    assert LENS not in titles
    editor.replace(opened, ordering.replace("sum(prices)", "sum(prices) + 0"), 3)
    assert LENS in await editor.titles(opened)


async def test_a_result_that_is_applied_is_told_as_such(editor, opened, known) -> None:
    editor.replace(opened, known().after.replace("sum(prices)", "sum(prices) + 0"), 2)
    titles = await editor.titles(opened)
    assert "Applied: 1.79x at least, same behaviour on 34 inputs" in titles
    assert not any(title.startswith(("Apply: ", "Of an older text")) for title in titles)
    (result,) = (await editor.ask("codeflash/results", opened))["results"]
    assert (result["applied"], result["applicable"], result["stale"]) == (True, False, None)
    assert "This version is applied" in (await editor.hover(opened, 5, 6)).contents.value
    with pytest.raises(Exception, match="is applied already"):
        await editor.command("codeflash.apply", {"uri": opened, "function": "distinct"})


IMPORTING = "from shop.prices import RATE\n"


@pytest.mark.parametrize("word", ["accepted", "rejected"])
@pytest.mark.parametrize("applied", [False, True])
async def test_a_change_of_what_is_imported_makes_every_answer_one_of_an_older_text(
    editor, shop_of_the_module, ordering, known, record, word, applied
) -> None:
    shop, name = shop_of_the_module, f"src/shop/{word}_{applied}.py".lower()
    text, faster = IMPORTING + ordering, IMPORTING + known().after
    path, prices = shop.root / name, shop.root / "src/shop/prices.py"
    path.write_text(text, encoding="utf-8")
    record(known(root=shop.root, path=name, before=text, after=faster, word=word), shop.state)
    uri, around = editor.uri(name), editor.uri("src/shop/prices.py")
    editor.open(uri, faster if applied and word == "accepted" else text)
    await editor.ask("codeflash/results", uri)
    before = prices.read_text(encoding="utf-8")
    editor.open(around, before)
    assert not any("Of an older text" in title for title in await editor.titles(uri))
    editor.replace(around, before.replace("RATE = 2", "RATE = 3"), 2)
    titles = await editor.titles(uri)
    assert sum("Of an older text" in title for title in titles) == 1, titles
    assert not any(title.startswith(("Applied", "Apply", "Nothing faster")) for title in titles)
    (result,) = (await editor.ask("codeflash/results", uri))["results"]
    assert "src/shop/prices.py changed" in result["stale"]
    editor.close(uri)
    editor.close(around)


async def test_a_hover_on_the_name_tells_the_evidence(editor, opened) -> None:
    found = await editor.hover(opened, 5, 6)
    assert "1.83x [1.79, 1.88]" in found.contents.value
    assert "To repeat it" in found.contents.value
    assert found.range.start.line == 5


async def test_elsewhere_there_is_no_hover(editor, opened) -> None:
    assert await editor.hover(opened, 7, 6) is None
    assert await editor.hover(opened, 14, 6) is None


async def test_results_of_a_document_are_plain_data(editor, opened) -> None:
    answer = await editor.ask("codeflash/results", opened)
    (result,) = answer["results"]
    assert result["function"] == "distinct"
    assert result["applicable"] is True
    assert result["result"]["speedup"]["low"] == 1.79
    assert answer["running"] == []


async def test_an_explanation_is_for_people_and_programs(editor, opened) -> None:
    answer = await editor.ask("codeflash/explain", opened, "distinct")
    assert answer["markdown"].startswith("**codeflash** distinct: 1.79x")
    assert answer["result"]["decision"] == "accepted"


async def test_of_what_no_run_has_looked_at_nothing_is_explained(editor, opened) -> None:
    with pytest.raises(Exception, match="no run has looked at total"):
        await editor.ask("codeflash/explain", opened, "total")


@pytest.mark.parametrize("method", ["codeflash/optimize", "codeflash/results", "codeflash/explain"])
async def test_requests_that_name_no_place_are_refused(editor, method) -> None:
    with pytest.raises(Exception, match="names no place") as caught:
        await editor.client.protocol.send_request_async(method, {"function": 3})
    assert "Traceback" not in str(caught.value)


async def test_of_a_document_that_is_not_open_there_is_nothing_to_show(editor) -> None:
    uri = editor.uri("src/shop/closed.py")
    assert await editor.lenses(uri) == []
    assert await editor.hover(uri, 0, 0) is None
    assert await editor.actions(uri, 0) == []


async def test_documents_that_are_not_open_are_refused(editor) -> None:
    with pytest.raises(Exception, match="is not open"):
        await editor.ask("codeflash/results", "file:///nowhere.py")
