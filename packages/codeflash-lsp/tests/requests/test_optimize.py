"""The engine behind an editor: real runs on a small project."""

import asyncio

import pytest
from lsprotocol import types

from codeflash_lsp.evidence.recorded import recorded

SLOW_TESTS = """import time

from shop.ordering import distinct


def test_slowly():
    time.sleep(20)
    assert distinct(["b", "a", "b"]) == ["b", "a"]
"""
RUN = {"budget": 8}


@pytest.fixture
def slow(shop):
    """The project with a workload that takes long enough to be interrupted."""
    (shop.root / "tests/test_ordering.py").write_text(SLOW_TESTS)
    return shop


async def begun(editor, waiting, said="recording calls"):
    """Wait until a run is at work."""

    def told():
        reports = [r for each in editor.client.progress_reports.values() for r in each]
        messages = [getattr(each, "message", None) or "" for each in reports]
        return any(said in message for message in messages)

    await waiting(told, 90)


def endings(editor):
    reports = [r for each in editor.client.progress_reports.values() for r in each]
    return [each.message for each in reports if isinstance(each, types.WorkDoneProgressEnd)]


@pytest.mark.slow
async def test_what_the_editor_holds_is_optimized_and_only_the_editor_changes_it(
    edit_apart, shop, ordering, waiting
) -> None:
    """The disk has another, broken text: what is proven is the buffer, edited once more while the run is under way."""
    shop.ordering.write_text("def distinct(names):\n    raise SystemExit\n", encoding="utf-8")
    async with edit_apart(options=RUN) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        work = asyncio.create_task(editor.ask("codeflash/optimize", uri, "distinct"))
        await begun(editor, waiting)
        later = ordering.replace("return sum(prices)", "return sum(prices) + 0").replace(
            "LIMIT = 3\n", "LIMIT = 3\n\n# more\n"
        )
        editor.replace(uri, later, 2)
        shop.ordering.write_text(later, encoding="utf-8")  # the person saves
        before = shop.contents()
        answer = await work
        # How far the proof gets in so little time is the machine's affair; what it is about is not.
        assert answer["result"]["verdict"] != "different", answer
        assert answer["stale"] is None
        assert recorded(shop.root).results["src/shop/ordering.py::distinct"].before == ordering
        assert answer["command"].startswith("codeflash optimize src/shop/ordering.py::distinct")
        assert endings(editor)
        assert "Optimize again" in await editor.titles(uri)
    assert shop.contents() == before
    assert shop.scratch() == []


@pytest.mark.slow
async def test_an_edit_of_the_function_stops_the_run(edit_apart, slow, ordering, waiting) -> None:
    async with edit_apart(options=RUN) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        work = asyncio.create_task(editor.ask("codeflash/optimize", uri, "distinct"))
        await begun(editor, waiting)
        assert "Optimizing…" in await editor.titles(uri)
        with pytest.raises(Exception, match="being optimized already"):
            await editor.command("codeflash.optimize", {"uri": uri, "function": "distinct"})
        editor.replace(uri, ordering.replace("seen = []", "seen = list()"), 2)
        with pytest.raises(Exception, match="distinct was edited") as caught:
            await work
        assert caught.value.code == types.LSPErrorCodes.ContentModified
        assert endings(editor) == ["distinct: stopped, distinct was edited"]
        assert "Optimize" in await editor.titles(uri)
    assert slow.scratch() == []


@pytest.mark.slow
async def test_a_client_cancels_by_the_progress_or_by_the_request(
    edit_apart, slow, ordering, waiting
) -> None:
    async with edit_apart(options=RUN) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        assert (await editor.command("codeflash.optimize", {"uri": uri, "function": "distinct"}))["started"]
        await begun(editor, waiting)
        (token,) = editor.client.progress_reports
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=token))
        await waiting(lambda: endings(editor) == ["distinct: stopped, it was cancelled"])
        await waiting(lambda: any("it was cancelled" in each.message for each in editor.client.messages))
        params = {"textDocument": {"uri": uri}, "function": "distinct"}
        asked = editor.client.protocol.send_request("codeflash/optimize", params, msg_id="mine")
        await asyncio.sleep(1)
        editor.client.cancel_request(types.CancelParams(id="mine"))
        with pytest.raises(Exception, match=r"cancel"):
            await asyncio.wait_for(asyncio.wrap_future(asked), 60)
        await waiting(lambda: len(endings(editor)) == 2)
    assert slow.scratch() == []


@pytest.mark.slow
async def test_a_client_without_progress_reads_it_in_its_log(edit_apart, slow, ordering, waiting) -> None:
    async with edit_apart(capabilities=types.ClientCapabilities(), options=RUN) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        await editor.command("codeflash.optimize", {"uri": uri, "function": "distinct"})
        await waiting(
            lambda: any("recording calls" in each.message for each in editor.client.log_messages), 90
        )
        assert editor.client.progress_reports == {}
        # The server ends with the run under way, and nothing is left behind.
    assert slow.scratch() == []


async def test_what_can_not_be_run_is_refused_with_what_to_do(edit, shop, ordering) -> None:
    async with edit(options={"python": "/nowhere/python"}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        with pytest.raises(Exception, match="/nowhere/python"):
            await editor.ask("codeflash/optimize", uri, "distinct")
        gone = editor.uri("src/shop/gone.py")
        editor.open(gone, ordering)
        with pytest.raises(Exception, match="Save it inside a project first"):
            await editor.ask("codeflash/optimize", gone, "distinct")
        editor.replace(uri, ordering + "def (", 2)
        with pytest.raises(Exception, match="does not parse"):
            await editor.ask("codeflash/optimize", uri, "distinct")


async def test_code_that_is_not_trusted_does_not_run_unconfined(edit_apart, shop, ordering, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    options = {"trusted": False, "sandbox": "off"}
    # Without bubblewrap there is no complete confinement, whatever the workspace's settings say.
    async with edit_apart(options=options, environment={"PATH": str(empty), "CODEFLASH_BWRAP": ""}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        with pytest.raises(Exception, match=r"sandbox|confine|bubblewrap"):
            await editor.ask("codeflash/optimize", uri, "distinct")
