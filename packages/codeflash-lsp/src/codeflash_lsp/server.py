"""The server with all that it answers, on no transport yet."""

from __future__ import annotations

import asyncio
import logging
from threading import Event
from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer

from codeflash_core.errors import UsageError
from codeflash_lsp import __version__
from codeflash_lsp.client import Client
from codeflash_lsp.door import NotOpen, answered, untold
from codeflash_lsp.protocol import TextsApart
from codeflash_lsp.requests import (
    code_action,
    code_lens,
    configuration,
    diagnostics,
    documents,
    execute_command,
    explain,
    hover,
    ours,
    results,
)
from codeflash_lsp.requests.arguments import place_of, rewrite_of_data
from codeflash_lsp.requests.commands import APPLY, EXPLAIN, OPTIMIZE, REWRITE
from codeflash_lsp.requests.optimize import Asked, begun, carried_out
from codeflash_lsp.runs.engine_thread import EngineThread
from codeflash_lsp.session import Session
from codeflash_lsp.texts.documents import path_of

_log = logging.getLogger(__name__)
NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage(language="python")])
    ]
)


class EditorServer(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__(
            "codeflash-lsp", __version__, protocol_cls=TextsApart, notebook_document_sync=NOTEBOOKS
        )
        self.session = Session()
        self.client = Client(self)
        self.engine = EngineThread()
        self.watching = documents.Watching(self.session, self.client)
        self.stopping = Event()
        self.shut_down = False
        self.tasks: set[asyncio.Task[None]] = set()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong outside requests: the person at the editor can do nothing about it."""
        _log.warning("%s: %s", getattr(source, "__name__", source), error)

    def close(self) -> None:
        """End every run and wait until it has cleaned up."""
        self.engine.close()


def build_server() -> EditorServer:
    """The server."""
    server = EditorServer()
    _life(server)
    _text(server)
    _answers(server)
    _code_actions(server)
    _commands(server)
    _ours(server)
    return server


def _life(server: EditorServer) -> None:
    session, client = server.session, server.client

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        client.can = params.capabilities
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        session.documents.encoding = str(getattr(encoding, "value", encoding))
        if params.workspace_folders:
            for folder in params.workspace_folders:
                session.open_folder(folder.uri, path_of(folder.uri))
        elif params.root_uri:
            session.open_folder(params.root_uri, path_of(params.root_uri))
        configuration.started(session, client, params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        if client.registers_configuration:
            options = types.DidChangeConfigurationRegistrationOptions(section="codeflash")
            await client.register(types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        await configuration.asked_for(session, client)
        server.watching.all_soon()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings_changed(params: types.DidChangeConfigurationParams) -> None:
        if params.settings is not None:
            configuration.taken(session, client, params.settings)
        await configuration.asked_for(session, client)
        server.watching.all_soon()
        client.refresh()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.added:
            session.open_folder(folder.uri, await asyncio.to_thread(path_of, folder.uri))
        for folder in params.event.removed:
            session.close_folder(folder.uri)
        await configuration.asked_for(session, client)

    @server.feature(types.SHUTDOWN)
    async def shutting_down(_: None) -> None:
        server.shut_down = True
        session.runs.stop()
        await asyncio.to_thread(server.close)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancelled(params: types.WorkDoneProgressCancelParams) -> None:
        session.runs.cancel(params.token)


def _text(server: EditorServer) -> None:
    session, client, watching = server.session, server.client, server.watching

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        documents.opened(session, watching, params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        named = params.text_document
        if session.documents.change(named.uri, named.version, params.content_changes) is not None:
            watching.soon(named.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        session.read_again()
        watching.soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        documents.closed(session, client, watching, params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(params: types.DidOpenNotebookDocumentParams) -> None:
        for item in params.cell_text_documents:
            documents.opened(session, watching, item, params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(params: types.DidChangeNotebookDocumentParams) -> None:
        documents.notebook_changed(session, client, watching, params)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            documents.closed(session, client, watching, cell.uri)


def _answers(server: EditorServer) -> None:
    session = server.session

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=False, identifier="codeflash"
        ),
    )
    async def pulled(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        async def work() -> types.DocumentDiagnosticReport:
            try:
                snapshot = await session.snapshot(params.text_document.uri)
            except NotOpen:
                return types.RelatedFullDocumentDiagnosticReport(items=[])
            return diagnostics.report(snapshot, params.previous_result_id)

        return await answered(types.TEXT_DOCUMENT_DIAGNOSTIC, work, untold)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        async def work() -> list[types.CodeLens]:
            try:
                return code_lens.lenses(await session.snapshot(params.text_document.uri))
            except NotOpen:
                return []

        return await answered(types.TEXT_DOCUMENT_CODE_LENS, work, untold)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        async def work() -> types.Hover | None:
            try:
                return hover.hover(await session.snapshot(params.text_document.uri), params.position)
            except NotOpen:
                return None

        return await answered(types.TEXT_DOCUMENT_HOVER, work, untold)


def _code_actions(server: EditorServer) -> None:
    session, client = server.session, server.client

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=list(code_action.KINDS), resolve_provider=True),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        async def work() -> list[types.CodeAction]:
            try:
                snapshot = await session.snapshot(params.text_document.uri)
            except NotOpen:
                return []
            made = code_action.actions(snapshot, params)
            if not client.takes_versions:
                return list(code_action.by_command(client, made))
            return made if client.resolves_edits else await code_action.complete_all(client, snapshot, made)

        return await answered(types.TEXT_DOCUMENT_CODE_ACTION, work, untold)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        async def work() -> types.CodeAction:
            place = place_of(action.data, function=False)
            return await code_action.completed(client, await session.newest(place.uri), action)

        return await answered(types.CODE_ACTION_RESOLVE, work, client.refuse)


def _commands(server: EditorServer) -> None:
    session, client = server.session, server.client

    @server.command(OPTIMIZE)
    async def optimize(*arguments: Any) -> dict[str, Any]:
        return await answered(
            OPTIMIZE,
            lambda: execute_command.start(session, client, server.engine, _named(arguments), server.tasks),
            client.refuse,
        )

    @server.command(APPLY)
    async def apply(*arguments: Any) -> dict[str, Any]:
        return await answered(
            APPLY, lambda: execute_command.apply(session, client, _named(arguments)), client.refuse
        )

    @server.command(REWRITE)
    async def rewrite(*arguments: Any) -> dict[str, Any]:
        async def work() -> dict[str, Any]:
            place, wanted = _named(arguments), rewrite_of_data(arguments[0])
            if wanted is None:
                raise UsageError("the command names no rewrite", "Take its argument from a code action.")
            return await execute_command.rewrite(session, client, place, wanted)

        return await answered(REWRITE, work, client.refuse)

    @server.command(EXPLAIN)
    async def explained(*arguments: Any) -> dict[str, Any]:
        return await answered(
            EXPLAIN, lambda: execute_command.explain(session, client, _named(arguments)), client.refuse
        )


def _ours(server: EditorServer) -> None:
    session, client = server.session, server.client

    @server.feature(ours.OPTIMIZE)
    async def optimize(params: Any) -> dict[str, Any]:
        async def work() -> dict[str, Any]:
            place = place_of(params)
            asked = Asked(place.uri, place.function, place.token)
            known = await carried_out(session, client, server.engine, await begun(session, asked))
            if session.documents.get(place.uri) is None:  # closed while it was optimized
                return results.result_of(known, "")
            snapshot = await session.newest(place.uri)
            return results.result_of(known, snapshot.stale.get(place.function, ""))

        return await answered(ours.OPTIMIZE, work, untold)

    @server.feature(ours.RESULTS)
    async def found(params: Any) -> dict[str, Any]:
        async def work() -> dict[str, Any]:
            place = place_of(params, function=False)
            session.read_again()
            return results.results(await session.newest(place.uri))

        return await answered(ours.RESULTS, work, untold)

    @server.feature(ours.EXPLAIN)
    async def explained(params: Any) -> dict[str, Any]:
        async def work() -> dict[str, Any]:
            place = place_of(params)
            return explain.explanation(await session.newest(place.uri), place.function)

        return await answered(ours.EXPLAIN, work, untold)


def _named(arguments: tuple[Any, ...]) -> Any:
    return place_of(arguments[0] if arguments else None)
