import json
from pathlib import Path

import pytest

from codeflash_core.errors import ContractViolation
from codeflash_core.pipeline.steps import Steps
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal, read_entries


def steps(folder: Path, journal: Journal) -> Steps:
    finished = {e["name"]: e["value"] for e in read_entries(journal.path) if e["kind"] == "step"}
    return Steps(journal, make_converter(BlobStore(folder / "blobs")), finished)


async def test_a_finished_step_is_not_done_again(tmp_path: Path) -> None:
    done: list[int] = []

    async def work() -> tuple[int, ...]:
        done.append(1)
        return (1, 2)

    for _ in range(2):
        with Journal(tmp_path / "journal.jsonl") as journal:
            assert await steps(tmp_path, journal).once("s", tuple[int, ...], work) == (1, 2)
    assert done == [1]


async def test_the_result_is_on_disk_before_it_is_returned(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:

        async def work() -> str:
            return "value"

        await steps(tmp_path, journal).once("s", str, work)
        (line,) = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert json.loads(line)["value"] == "value"


async def test_a_step_that_fails_leaves_nothing_and_is_done_again(tmp_path: Path) -> None:
    async def fails() -> str:
        raise ValueError

    async def works() -> str:
        return "ok"

    with Journal(tmp_path / "journal.jsonl") as journal:
        with pytest.raises(ValueError):
            await steps(tmp_path, journal).once("s", str, fails)
        assert await steps(tmp_path, journal).once("s", str, works) == "ok"


async def test_two_steps_of_one_name_are_a_bug_of_ours(tmp_path: Path) -> None:
    async def work() -> str:
        return "ok"

    with Journal(tmp_path / "journal.jsonl") as journal:
        taken = steps(tmp_path, journal)
        await taken.once("s", str, work)
        with pytest.raises(ContractViolation):
            await taken.once("s", str, work)


async def test_nothing_is_a_result_too(tmp_path: Path) -> None:
    calls: list[int] = []

    async def nothing() -> str | None:
        calls.append(1)
        return None

    for _ in range(2):
        with Journal(tmp_path / "journal.jsonl") as journal:
            assert await steps(tmp_path, journal).once("s", str | None, nothing) is None
    assert calls == [1]


async def test_the_time_of_recorded_steps_is_known_by_target(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.jsonl") as journal:
        seconds = {
            "grow:m.py::f": 2.0,
            "screen:m.py::f:original:1:0": 1.5,
            "grow:m.py::ff": 8.0,
            "profile": 4.0,
        }
        taken = Steps(journal, make_converter(BlobStore(tmp_path / "blobs")), {}, seconds)
    assert taken.spent_on("m.py::f") == 3.5
    assert taken.spent_on("m.py::g") == 0.0
