"""The library's protocol, without its copies of texts: those of :mod:`codeflash_lsp.texts` are the ones that are read."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method


class TextsApart(LanguageServerProtocol):
    """Hands edits to the server alone: the library would go through the whole of its copy for each of them."""

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """A document was edited; the library's copy stays as it was opened."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None
