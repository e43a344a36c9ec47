"""Findings as the editor shows them: how bad, why, and what to be careful of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from lsprotocol import types

import codeflash_rewrites
from codeflash_core.reports.figures import percent
from codeflash_lsp.findings.analysis import Analysis, Finding
from codeflash_lsp.texts.documents import Document
from codeflash_rewrites.catalogue import by_slug

SOURCE = "codeflash"
LARGE_SHARE = 0.1
"""Part of a workload's time from which a finding is a warning."""
WORTHY_SHARE = 0.01
"""Part of a workload's time from which a finding is worth knowing of."""
Severity = types.DiagnosticSeverity


def diagnostics_of(
    document: Document, analysis: Analysis, shares: Mapping[str, float]
) -> list[types.Diagnostic]:
    """The diagnostics of a document.

    Args:
        document: The document.
        analysis: What was found in its text.
        shares: Part of a measured workload's time by function, 0 to 1.
    """
    return [_diagnostic(document, finding, shares.get(finding.function)) for finding in analysis.findings]


def severity_of(share: float | None) -> types.DiagnosticSeverity:
    """How much a finding matters: a hint, unless it was measured that time goes there.

    Args:
        share: Part of a measured workload's time, 0 to 1; None where nothing was measured.
    """
    if share is None or share < WORTHY_SHARE:
        return Severity.Hint
    return Severity.Warning if share >= LARGE_SHARE else Severity.Information


def _diagnostic(document: Document, finding: Finding, share: float | None) -> types.Diagnostic:
    rule = by_slug(finding.rule)
    return types.Diagnostic(
        range=document.range(finding.start, finding.end),
        severity=severity_of(share),
        code=rule.slug,
        code_description=types.CodeDescription(href=page) if (page := page_of(rule.slug)) else None,
        source=SOURCE,
        message=_message(finding.why, rule.complexity, rule.traps, share),
        data={"rule": rule.slug, "function": finding.function, "variants": list(finding.variants)},
    )


def _message(why: str, complexity: str, traps: Sequence[str], share: float | None) -> str:
    lines = [f"{why} ({complexity})" if complexity else why]
    if share is not None:
        lines.append(f"The function takes {percent(share)} of the time of the last profile.")
    if traps:
        lines.append("Not the same when: " + "; ".join(traps) + ".")
    lines.append("Not proven here: optimize the function to have it checked and measured.")
    return "\n".join(lines)


@cache
def page_of(slug: str) -> str:
    """Where the rule is described; an empty string where the documentation is not at hand."""
    page = Path(codeflash_rewrites.__file__).resolve().parents[4] / "docs" / "reference" / "rules.md"
    return f"{page.as_uri()}#{slug}" if page.is_file() else ""
