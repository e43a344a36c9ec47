from pathlib import Path

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.journal import Journal
from codeflash_core.records.runs import Runs, RunState, state_dir


def recorded(runs: Runs, *, ended: bool = False, words: tuple[str, ...] = ("optimize", "x")) -> Path:
    folder = runs.create()
    with Journal(folder / "journal.jsonl") as journal:
        journal.append("header", {"project": "/p", "arguments": list(words), "started": "now"})
        if ended:
            journal.append("end", {"how": "done", "report": {"results": []}})
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("damaged\n{}\n{}\n", "damaged"),
        ("[]\n{}\n", "damaged"),
        ('{"v": 3}\n{}\n', "damaged"),
        (
            '{"v": 1, "kind": "header", "project": "/p", "arguments": ["optimize", "x"]}\n',
            "recorded in format 1; this version of codeflash reads format 3",
        ),
        ('{"v": 4, "kind": "header", "project": "/p", "arguments": ["optimize", "x"]}\n', "format 4"),
    ],
)
def test_a_journal_that_can_t_be_read_is_listed_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    runs = Runs(tmp_path)
    folder = recorded(runs, ended=True)
    (folder / "journal.jsonl").write_text(text)
    (found,) = runs.list()
    assert found.state is RunState.UNREADABLE
    assert said in found.message
    assert (found.finished, found.resumable) == (False, False)
    if "header" in text:
        assert found.arguments == ("optimize", "x")
    with pytest.raises(UsageError, match=said):
        runs.find_resumable(folder.name)


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([], RunState.INTERRUPTED),
        ([("end", {"how": "refused", "message": "no"})], RunState.REFUSED),
        ([("end", {"how": "interrupted"}), ("resumed", {})], RunState.INTERRUPTED),
        ([("end", {"how": "failed"}), ("resumed", {}), ("end", {"how": "done"})], RunState.DONE),
        ([("end", {"how": "done"}), ("resumed", {}), ("end", {"how": "refused"})], RunState.DONE),
        ([("end", {"how": "lost"})], RunState.UNREADABLE),
    ],
)
def test_where_a_run_stands_follows_from_its_ends(tmp_path: Path, entries, state: RunState) -> None:
    runs = Runs(tmp_path)
    folder = recorded(runs)
    with Journal(folder / "journal.jsonl") as journal:
        for kind, content in entries:
            journal.append(kind, content)
    assert runs.summary(folder).state is state


def test_the_last_run_to_go_on_with_is_one_that_can(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    wanted = recorded(runs)
    refused = recorded(runs)
    with Journal(refused / "journal.jsonl") as journal:
        journal.append("end", {"how": "refused", "message": "no such target"})
    ranked = recorded(runs, words=("rank",))
    assert runs.find("last") == ranked
    assert runs.find_resumable("last") == wanted
    with pytest.raises(UsageError, match="was refused: no such target"):
        runs.find_resumable(refused.name)
    with pytest.raises(UsageError, match="is of rank"):
        runs.find_resumable(ranked.name)
    runs.remove(wanted)
    with pytest.raises(UsageError, match="no run was interrupted"):
        runs.find_resumable("last")


def test_runs_of_one_second_keep_their_order(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    folders = [recorded(runs) for _ in range(20)]
    assert [each.id for each in runs.list()] == [folder.name for folder in folders]


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


def test_the_runs_of_one_project_come_newest_first(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    assert list(runs.of_project(Path("/p"))) == []
    folders = [recorded(runs), recorded(runs, ended=True)]
    other = runs.create()
    with Journal(other / "journal.jsonl") as journal:
        journal.append("header", {"project": "/q"})
    (runs.create() / "journal.jsonl").write_bytes(b"no journal")
    assert list(runs.of_project(Path("/p"))) == sorted(folders, reverse=True)
