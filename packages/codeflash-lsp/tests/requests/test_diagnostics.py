import asyncio

from lsprotocol import types


async def test_a_client_that_asks_is_answered_and_sent_nothing(edit, capabilities, ordering) -> None:
    able = capabilities()
    able.text_document.diagnostic = types.DiagnosticClientCapabilities()
    async with edit(capabilities=able) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        named = types.TextDocumentIdentifier(uri=uri)
        answer = await editor.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(text_document=named)
        )
        assert [item.code for item in answer.items] == ["membership-in-growing-list"]
        again = await editor.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(text_document=named, previous_result_id=answer.result_id)
        )
        assert again.kind == "unchanged"
        await asyncio.sleep(0.2)
        assert uri not in editor.client.diagnostics


async def test_a_profile_raises_the_severity(edit, ordering, shop, known, record) -> None:
    record(known(root=shop.root), shop.state, {"src/shop/ordering.py::distinct": 0.4})
    async with edit() as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        (found,) = await editor.shown(uri, bool)
        assert found.severity == types.DiagnosticSeverity.Warning
        assert "40 %" in found.message


async def test_they_can_be_turned_off(edit, ordering) -> None:
    async with edit(options={"diagnostics": False}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        assert await editor.shown(uri) == ()
