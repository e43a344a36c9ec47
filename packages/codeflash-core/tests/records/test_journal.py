import errno
import json
import os
from pathlib import Path

import pytest

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.journal import Journal, read_entries


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "run" / "journal.jsonl"
    with Journal(path) as journal:
        journal.append("step", {"name": "a", "value": "ü\n"})
        journal.append("step", {"name": "b", "value": [1, None]})
    assert [entry["name"] for entry in read_entries(path)] == ["a", "b"]
    assert next(read_entries(path))["value"] == "ü\n"


def test_a_torn_last_line_is_passed_over_and_cut_before_the_next_entry(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.append("step", {"name": "a"})
    with path.open("ab") as file:
        file.write(b'{"v": 1, "kind": "st')
    assert [entry["name"] for entry in read_entries(path)] == ["a"]
    with Journal(path) as journal:
        journal.append("step", {"name": "b"})
    assert [entry["name"] for entry in read_entries(path)] == ["a", "b"]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_journal_cut_at_any_byte_still_opens(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        for name in "abc":
            journal.append("step", {"name": name})
    path.write_bytes(path.read_bytes()[:-cut])
    with Journal(path) as journal:
        journal.append("step", {"name": "z"})
    names = [entry["name"] for entry in read_entries(path)]
    assert names[-1] == "z"
    assert names[:-1] == list("abc")[: len(names) - 1]


def test_damage_in_the_middle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"v": 3, "kind": "step"}\nnot json\n{"v": 3, "kind": "step"}\n')
    with pytest.raises(UsageError, match="line 2"):
        list(read_entries(path))


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps({"v": 99, "kind": "step"}) + "\n")
    with pytest.raises(UsageError, match="recorded in format 99"):
        list(read_entries(path))


def test_a_missing_journal_has_no_entries(tmp_path: Path) -> None:
    assert list(read_entries(tmp_path / "none.jsonl")) == []


def test_only_one_process_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl"), pytest.raises(UsageError, match="in use"):
        Journal(tmp_path / "journal.jsonl")


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:

        def full(fd: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StageError, match="disk is full"):
            journal.append("step", {"name": "a"})


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StageError, match="can't write"):
        Journal(tmp_path / "file" / "journal.jsonl")
