"""The editor: what it can do, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from codeflash_core.errors import CodeflashError, UsageError

_log = logging.getLogger(__name__)
CREATE_SECONDS = 5.0
"""Seconds that a client gets to make room for a progress."""


class Client:
    """The editor behind one server."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self.can = types.ClientCapabilities()

    @property
    def pulls_diagnostics(self) -> bool:
        """Whether it asks for diagnostics; then none are sent unasked."""
        return self.can.text_document is not None and self.can.text_document.diagnostic is not None

    @property
    def _edits(self) -> types.WorkspaceEditClientCapabilities:
        found = self.can.workspace.workspace_edit if self.can.workspace else None
        return found or types.WorkspaceEditClientCapabilities()

    @property
    def takes_versions(self) -> bool:
        """Whether an edit may say of which version of a document it is."""
        return bool(self._edits.document_changes)

    @property
    def applies_edits(self) -> bool:
        """Whether it can be asked to apply an edit."""
        return bool(self.can.workspace and self.can.workspace.apply_edit)

    @property
    def takes_annotations(self) -> bool:
        """Whether an edit may say what it is, and ask for a confirmation."""
        return self.takes_versions and self._edits.change_annotation_support is not None

    @property
    def resolves_edits(self) -> bool:
        """Whether it asks for the edit of an action when the action is chosen."""
        actions = self.can.text_document.code_action if self.can.text_document else None
        support = actions.resolve_support if actions else None
        return support is not None and "edit" in support.properties and bool(actions and actions.data_support)

    @property
    def shows_progress(self) -> bool:
        """Whether it shows progress that the server begins."""
        return bool(self.can.window and self.can.window.work_done_progress)

    @property
    def answers_configuration(self) -> bool:
        """Whether it can be asked for settings."""
        return bool(self.can.workspace and self.can.workspace.configuration)

    @property
    def registers_configuration(self) -> bool:
        """Whether it wants to be told that changed settings matter."""
        changes = self.can.workspace.did_change_configuration if self.can.workspace else None
        return bool(changes and changes.dynamic_registration)

    def publish(self, uri: str, diagnostics: Sequence[types.Diagnostic], version: int | None = None) -> None:
        """Show the diagnostics of a document."""
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=list(diagnostics), version=version)
        )

    def say(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Show a message."""
        self._server.window_show_message(types.ShowMessageParams(type=kind, message=f"codeflash: {message}"))

    def note(self, message: str) -> None:
        """Write a message to the editor's log."""
        self._server.window_log_message(
            types.LogMessageParams(type=types.MessageType.Info, message=f"codeflash: {message}")
        )

    def refuse(self, problem: CodeflashError) -> None:
        """Show why a request can't be carried out, and what to do."""
        kind = types.MessageType.Error if problem.exit_code == 3 else types.MessageType.Warning
        self.say("\n".join(part for part in (problem.message, problem.hint) if part), kind)

    def refresh(self) -> None:
        """Have lenses and diagnostics asked for again, where the editor can be told so."""
        lens = self.can.workspace.code_lens if self.can.workspace else None
        if lens is not None and lens.refresh_support:
            self._server.workspace_code_lens_refresh(None)
        asked = self.can.workspace.diagnostics if self.can.workspace else None
        if self.pulls_diagnostics and asked is not None and asked.refresh_support:
            self._server.workspace_diagnostic_refresh(None)

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification of our own."""
        self._server.protocol.notify(method, params)

    async def apply(self, edit: types.WorkspaceEdit, label: str) -> str:
        """Have an edit applied; returns why it was not, or an empty string.

        Raises:
            UsageError: The editor can't be asked to.
        """
        if not self.applies_edits:
            hint = (
                "Choose the code action that applies it." if self.takes_versions else "Use the command line."
            )
            raise UsageError("the editor can't be asked to apply an edit", hint)
        answer = await self._server.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit=edit, label=label)
        )
        return "" if answer.applied else answer.failure_reason or "the editor did not apply it"

    async def configuration(self, scopes: Sequence[str | None]) -> list[Any]:
        """The editor's settings for each of some folders."""
        items = [types.ConfigurationItem(scope_uri=scope, section="codeflash") for scope in scopes]
        return list(await self._server.workspace_configuration_async(types.ConfigurationParams(items=items)))

    async def register(self, method: str, options: Any = None) -> None:
        """Ask to be told of something."""
        registration = types.Registration(id=f"codeflash-{method}", method=method, register_options=options)
        try:
            await self._server.client_register_capability_async(
                types.RegistrationParams(registrations=[registration])
            )
        except JsonRpcException as problem:  # it said that it can
            _log.warning("the editor does not register %s: %s", method, problem.message)

    async def progress(self, token: types.ProgressToken | None, title: str) -> Progress:
        """Begin to show progress.

        Args:
            token: What the client gave with its request, or None.
            title: What is being done.
        """
        if token is None and self.shows_progress:
            made = str(uuid.uuid4())
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CREATE_SECONDS):
                    await self._server.work_done_progress.create_async(made)
                    token = made
        return Progress(self, self._server, token, title)


class Progress:
    """One progress that is shown, as far as the client can show any."""

    def __init__(
        self, client: Client, server: LanguageServer, token: types.ProgressToken | None, title: str
    ) -> None:
        self.token = token
        self._client, self._server = client, server
        self._ended = False
        if token is None:
            client.note(title)
            return
        begin = types.WorkDoneProgressBegin(title=title, cancellable=True, message="starting")
        server.work_done_progress.begin(token, begin)

    def report(self, message: str) -> None:
        """Tell what is happening now; nothing happens any more when it has ended."""
        if self._ended:
            return
        if self.token is None:
            self._client.note(message)
            return
        self._server.work_done_progress.report(self.token, types.WorkDoneProgressReport(message=message))

    def end(self, message: str) -> None:
        """Tell how it ended."""
        self._ended = True
        if self.token is None:
            self._client.note(message)
            return
        self._server.work_done_progress.end(self.token, types.WorkDoneProgressEnd(message=message))
        self._server.work_done_progress.tokens.pop(self.token, None)
