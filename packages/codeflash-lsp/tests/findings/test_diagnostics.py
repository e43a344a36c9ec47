import pytest
from lsprotocol import types

from codeflash_lsp.findings.analysis import Analyst
from codeflash_lsp.findings.diagnostics import diagnostics_of, page_of, severity_of
from codeflash_lsp.texts.documents import Document


@pytest.fixture
def shown(ordering):
    def made(shares=None):
        document = Document("file:///a.py", 1, "python", ordering)
        return diagnostics_of(document, Analyst().look(ordering), shares or {})

    return made


def test_a_diagnostic_says_what_is_slow_why_and_what_to_be_careful_of(shown) -> None:
    (found,) = shown()
    assert found.code == "membership-in-growing-list"
    assert found.source == "codeflash"
    assert "Not the same when:" in found.message
    assert "Not proven here" in found.message
    assert found.severity == types.DiagnosticSeverity.Hint
    assert found.data["function"] == "distinct"


@pytest.mark.parametrize(
    ("share", "severity"),
    [
        (None, types.DiagnosticSeverity.Hint),
        (0.001, types.DiagnosticSeverity.Hint),
        (0.05, types.DiagnosticSeverity.Information),
        (0.4, types.DiagnosticSeverity.Warning),
    ],
)
def test_measured_cost_raises_the_severity(share, severity) -> None:
    assert severity_of(share) == severity


def test_the_share_is_told(shown) -> None:
    (found,) = shown({"distinct": 0.25})
    assert "25 %" in found.message
    assert found.severity == types.DiagnosticSeverity.Warning


def test_a_rule_leads_to_its_page_where_that_is_at_hand() -> None:
    page = page_of("membership-in-growing-list")
    assert page == "" or page.endswith("docs/reference/rules.md#membership-in-growing-list")
