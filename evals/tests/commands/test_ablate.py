import pytest

from codeflash_core.command_line import CommandParser
from codeflash_core.errors import UsageError
from codeflash_evals.ablation.candidates import Given
from codeflash_evals.ablation.cases import CONFIGURATIONS, Case, Kind
from codeflash_evals.ablation.lines import Judged, add, begin
from codeflash_evals.commands import ablate
from codeflash_evals.commands.ablate import missing_of, told

CASE = Case(Kind.WARM, Given("n", "src/ledger/m.py::f"))
OTHER = Case(Kind.EQUAL, Given("n", "src/ledger/m.py::f"))


@pytest.fixture
def ran():
    """Run the command with some words."""

    def run(*words):
        parser = CommandParser(prog="ablate")
        ablate.options(parser)
        return ablate.run(parser.parse_args([str(word) for word in words]))

    return run


def judged(configuration, *, accepted):
    return Judged(CASE.id, CASE.kind, configuration, accepted, "", seconds=0.5)


def test_only_what_was_not_judged_is_missing():
    done = {(CASE.id, each.name) for each in CONFIGURATIONS}
    assert missing_of([CASE, OTHER], frozenset(done)) == [(OTHER, CONFIGURATIONS)]
    ((case, left),) = missing_of([CASE], frozenset(done - {(CASE.id, "without cold")}))
    assert case is CASE
    assert [each.name for each in left] == ["without cold"]


def test_a_line_says_which_configurations_accept():
    names = [each.name for each in CONFIGURATIONS]
    assert "accepted by none (3.0 s)" in told(CASE, [judged(name, accepted=False) for name in names])
    assert "accepted by all" in told(CASE, [judged(name, accepted=True) for name in names])
    some = [judged(name, accepted=name == "without cold") for name in names]
    assert told(CASE, some) == "warm: m.py::f: n: accepted without cold (3.0 s)"


def test_tables_of_what_is_kept_need_no_judging(ran, tmp_path, capsys):
    path, page = tmp_path / "lines.jsonl", tmp_path / "page.md"
    begin(path, {"cores": "2"})
    add(path, judged("without cold", accepted=True))
    page.write_text("<!-- ablation: begin -->\n<!-- ablation: end -->\n")
    assert ran("--tables", "--results", path, "--into", page) == 0
    assert "without cold" in capsys.readouterr().out
    assert "without cold" in page.read_text()


def test_tables_of_nothing_are_not_put_over_those_of_a_page(ran, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- ablation: begin -->\nfigures\n<!-- ablation: end -->\n")
    with pytest.raises(UsageError, match=r"nothing is judged in .*none\.jsonl"):
        ran("--tables", "--results", tmp_path / "none.jsonl", "--into", page)
    assert "figures" in page.read_text()


def test_words_that_name_no_case_are_refused_before_anything_runs(ran, tmp_path):
    with pytest.raises(UsageError, match="no case is called"):
        ran("--only", "no such word", "--results", tmp_path / "lines.jsonl")
    assert not (tmp_path / "lines.jsonl").exists()


def test_a_run_that_finds_everything_judged_shows_its_own_cases_only(ran, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(ablate, "read_cases", lambda times: (CASE, OTHER))
    path = tmp_path / "lines.jsonl"
    begin(path, {})
    for case in (CASE, OTHER):
        for each in CONFIGURATIONS:
            add(path, Judged(case.id, case.kind, each.name, True, ""))
    assert ran("--only", "warm", "--results", path) == 0
    shown = capsys.readouterr().out
    assert "| warm |" in shown
    assert "| equal |" not in shown
