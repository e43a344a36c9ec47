import asyncio
import threading

import pytest
from lsprotocol import types
from pygls.workspace import TextDocument

from codeflash_lsp.requests import optimize
from codeflash_lsp.texts import documents

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLOW = "def distinct(names):\n    seen = []\n    for name in names:\n        if name not in seen:\n            seen.append(name)\n    return seen\n"


async def test_findings_are_shown_when_a_document_is_opened_and_gone_when_it_is_closed(
    editor, ordering
) -> None:
    uri = editor.uri("src/shop/ordering.py")
    editor.open(uri, ordering)
    (found,) = await editor.shown(uri)
    assert found.code == "membership-in-growing-list"
    editor.close(uri)
    assert await editor.shown(uri, lambda shown: not shown) == ()


async def test_edits_in_the_clients_unit_are_followed(editor) -> None:
    uri = editor.uri("src/shop/edited.py")
    editor.open(uri, f"x = '𝒳\x0c'\n{SLOW}")
    (found,) = await editor.shown(uri, bool)
    line = found.range.start.line
    place = types.Position(line=0, character=len("x = '") + 2)
    change = types.TextDocumentContentChangePartial(
        range=types.Range(start=place, end=place), text="y'\nz = '"
    )
    editor.change(uri, change, 2)
    (moved,) = await editor.shown(uri, lambda shown: shown and shown[0].range.start.line != line)
    assert moved.range.start.line == line + 1
    editor.close(uri)


async def test_the_library_goes_through_no_text_for_an_edit(edit, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(TextDocument, "apply_change", lambda self, change: seen.append(change))
    async with edit() as editor:
        uri = editor.uri("src/shop/edited.py")
        editor.open(uri, SLOW)
        (found,) = await editor.shown(uri, bool)
        editor.replace(uri, f"\n{SLOW}", 2)
        await editor.shown(uri, lambda shown: shown[0].range.start.line == found.range.start.line + 1)
    assert seen == []


async def test_the_disk_does_not_keep_other_answers_waiting(edit, ordering, monkeypatch) -> None:
    threads = []

    def noted(work):
        return lambda *words: threads.append(threading.current_thread()) or work(*words)

    monkeypatch.setattr(documents, "path_of", noted(documents.path_of))
    monkeypatch.setattr(optimize, "file_of", noted(optimize.file_of))
    async with edit(options={"python": "/nowhere/python"}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        await editor.shown(uri, bool)
        with pytest.raises(Exception, match="/nowhere/python"):
            await editor.ask("codeflash/optimize", uri, "distinct")
    assert len(threads) >= 2
    assert threading.main_thread() not in threads


async def test_a_file_that_does_not_parse_shows_nothing_and_says_nothing(editor) -> None:
    uri, messages = editor.uri("src/shop/broken.py"), len(editor.client.messages)
    editor.open(uri, SLOW)
    await editor.shown(uri, bool)
    editor.replace(uri, SLOW + "def (", 2)
    await editor.shown(uri, lambda shown: not shown)
    editor.replace(uri, SLOW, 3)
    await editor.shown(uri, bool)
    assert len(editor.client.messages) == messages
    editor.close(uri)


async def test_of_many_edits_the_last_one_is_shown(editor) -> None:
    uri = editor.uri("src/shop/typed.py")
    editor.open(uri, SLOW)
    for version in range(2, 60):
        editor.replace(uri, "\n" * version + SLOW, version)
    (found,) = await editor.shown(uri, lambda shown: shown and shown[0].range.start.line >= 60)
    await asyncio.sleep(0.2)
    assert editor.client.diagnostics[uri][0] == found
    editor.close(uri)


async def test_documents_that_are_no_files_have_findings_and_no_lenses(editor) -> None:
    editor.open("untitled:Untitled-1", SLOW)
    assert await editor.shown("untitled:Untitled-1", bool)
    assert await editor.lenses("untitled:Untitled-1") == []
    with pytest.raises(Exception, match="is no file on this machine"):
        await editor.ask("codeflash/optimize", "untitled:Untitled-1", "distinct")
    editor.close("untitled:Untitled-1")


async def test_other_languages_and_huge_files_are_left_alone(editor) -> None:
    text, huge = editor.uri("README.md"), editor.uri("src/shop/huge.py")
    editor.open(text, SLOW, language="markdown")
    editor.open(huge, SLOW + "# x\n" * 300_000)
    assert await editor.shown(text) == ()
    assert await editor.shown(huge) == ()
    assert await editor.lenses(huge) == []


async def test_saving_reads_the_records_again(editor, ordering, known, record, shop_of_the_module) -> None:
    shop, uri = shop_of_the_module, editor.uri("src/shop/ordering.py")
    editor.open(uri, ordering)
    assert "Optimize again" not in await editor.titles(uri)
    record(known(root=shop.root), shop.state)
    named = types.TextDocumentIdentifier(uri=uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=named))
    async with asyncio.timeout(30):
        while "Optimize again" not in await editor.titles(uri):  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.05)
    editor.close(uri)


def cells(*texts):
    return [
        types.TextDocumentItem(
            uri=f"vscode-notebook-cell:/a.ipynb#{n}", language_id="python", version=1, text=text
        )
        for n, text in enumerate(texts)
    ]


async def test_cells_of_notebooks_have_findings_and_are_not_optimized(editor) -> None:
    client, notebook = editor.client, "file:///a.ipynb"
    items = cells(SLOW, "%matplotlib inline\n")
    kind = types.NotebookCellKind.Code
    document = types.NotebookDocument(
        uri=notebook,
        notebook_type="jupyter-notebook",
        version=1,
        cells=[types.NotebookCell(kind=kind, document=item.uri) for item in items],
    )
    client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(notebook_document=document, cell_text_documents=items)
    )
    assert await editor.shown(items[0].uri, bool)
    assert await editor.shown(items[1].uri) == ()
    with pytest.raises(Exception, match="cell of a notebook"):
        await editor.ask("codeflash/optimize", items[0].uri, "distinct")
    assert await editor.lenses(items[0].uri) == []
    change = types.NotebookDocumentCellContentChanges(
        document=types.VersionedTextDocumentIdentifier(uri=items[0].uri, version=2),
        changes=[types.TextDocumentContentChangeWholeDocument(text="x = 1\n")],
    )
    client.notebook_document_did_change(
        types.DidChangeNotebookDocumentParams(
            notebook_document=types.VersionedNotebookDocumentIdentifier(uri=notebook, version=2),
            change=types.NotebookDocumentChangeEvent(
                cells=types.NotebookDocumentCellChanges(text_content=[change])
            ),
        )
    )
    await editor.shown(items[0].uri, lambda shown: not shown)
    client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            notebook_document=types.NotebookDocumentIdentifier(uri=notebook),
            cell_text_documents=[types.TextDocumentIdentifier(uri=item.uri) for item in items],
        )
    )
