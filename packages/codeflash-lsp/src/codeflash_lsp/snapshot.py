"""What a request is answered from: everything there is to know of one document, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from codeflash_lsp.evidence.known import Known
from codeflash_lsp.findings.analysis import Analysis
from codeflash_lsp.settings import EditorSettings
from codeflash_lsp.texts.documents import Document


@frozen
class Snapshot:
    """A document with what is known of it; it does not change when the editor does.

    Attributes:
        document: The document.
        analysis: What the catalogue finds in it.
        settings: The settings that hold for it.
        root: The folder of its project; None for what is in none.
        known: The newest answer of a run for each of its functions, by name.
        stale: Why such an answer is about an older text, by name; answers that hold are not in it.
        applied: Functions whose proven version is in the text.
        shares: Part of the time of the newest profile, by function.
        running: Functions that are being optimized.
    """

    document: Document
    analysis: Analysis
    settings: EditorSettings = field(factory=EditorSettings)
    root: Path | None = None
    known: Mapping[str, Known] = field(factory=dict)
    stale: Mapping[str, str] = field(factory=dict)
    applied: frozenset[str] = frozenset()
    shares: Mapping[str, float] = field(factory=dict)
    running: frozenset[str] = frozenset()

    def proven(self, function: str) -> Known | None:
        """The answer about a function where it is a faster version that holds for the text as it is."""
        known = self.known.get(function)
        if known is None or not known.accepted or function in self.stale or function in self.applied:
            return None
        return known
