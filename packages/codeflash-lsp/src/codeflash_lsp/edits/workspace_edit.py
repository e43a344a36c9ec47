"""Edits of texts as edits of the protocol."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from codeflash_lsp.client import Client
from codeflash_lsp.texts.documents import Document
from codeflash_syntax.edits import Edit

ANNOTATION = "codeflash"


def workspace_edit(
    client: Client, document: Document, edits: Sequence[Edit], label: str, description: str
) -> types.WorkspaceEdit:
    """An edit of one document, bound to the version that it was made for where the client can tell versions.

    Args:
        client: The editor.
        document: The document, as the edits count in it.
        edits: What changes; offsets into the document's text.
        label: What the change is, with its numbers.
        description: What else a reader should know.
    """
    plain = [types.TextEdit(range=document.range(edit.start, edit.end), new_text=edit.text) for edit in edits]
    if not client.takes_versions:
        return types.WorkspaceEdit(changes={document.uri: plain})
    name = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
    if not client.takes_annotations:
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(text_document=name, edits=plain)])
    annotated = [
        types.AnnotatedTextEdit(range=each.range, new_text=each.new_text, annotation_id=ANNOTATION)
        for each in plain
    ]
    note = types.ChangeAnnotation(label=label, description=description, needs_confirmation=True)
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(text_document=name, edits=annotated)],
        change_annotations={ANNOTATION: note},
    )
