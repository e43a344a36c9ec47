from pathlib import Path

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.journal import Journal
from codeflash_core.records.runs import Runs, state_dir


def recorded(runs: Runs, *, ended: bool = False) -> Path:
    folder = runs.create()
    with Journal(folder / "journal.jsonl") as journal:
        journal.append("header", {"project": "/p", "arguments": ["optimize", "x"], "started": "now"})
        if ended:
            journal.append("end", {"report": {"results": []}})
    return folder


def test_runs_are_listed_with_their_state(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    assert runs.list() == ()
    recorded(runs)
    recorded(runs, ended=True)
    found = runs.list()
    assert sorted(each.finished for each in found) == [False, True]
    assert found[0].arguments == ("optimize", "x")


def test_a_run_is_found_by_its_beginning_and_as_the_last(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    folder = recorded(runs)
    assert runs.find(folder.name) == folder
    assert runs.find(folder.name[:-1]) == folder
    assert runs.find("last") == folder


@pytest.mark.parametrize("name", ["nothing", "", "last"])
def test_a_missing_run_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        Runs(tmp_path).find(name)


def test_an_ambiguous_beginning_is_refused(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    recorded(runs)
    recorded(runs)
    with pytest.raises(UsageError, match="several"):
        runs.find("2")


def test_a_run_with_a_damaged_journal_is_listed_as_open(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    folder = recorded(runs, ended=True)
    (folder / "journal.jsonl").write_text("damaged\n{}\n{}\n")
    assert [each.finished for each in runs.list()] == [False]


def test_a_removed_run_is_gone(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    folder = recorded(runs)
    runs.remove(folder)
    assert runs.list() == ()


def test_a_state_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StageError, match="CODEFLASH_STATE_DIR"):
        Runs(tmp_path / "state").create()


def test_the_state_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path))
    assert state_dir() == tmp_path
    monkeypatch.delenv("CODEFLASH_STATE_DIR")
    assert "codeflash" in str(state_dir())
