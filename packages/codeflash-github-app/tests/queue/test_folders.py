from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import evolve
from structlog.testing import capture_logs

from codeflash_github_app.orders import Stop
from codeflash_github_app.queue import sweeping
from codeflash_github_app.queue.handling import handle

Pull = Callable[..., Any]


async def ordered(bench: Any, order: Any) -> int:
    await handle(bench.house, await bench.delivered(order))
    return int((await bench.jobs())[-1]["id"])


def with_data(bench: Any, data: Path) -> Any:
    return evolve(bench, house=evolve(bench.house, settings=evolve(bench.house.settings, data=data)))


def folder(data: Path, name: object) -> Path:
    made = data / "jobs" / str(name)
    (made / "clone").mkdir(parents=True)
    (made / "clone" / "a.py").write_text("")
    return made


async def test_folders_of_jobs_that_have_ended_or_are_not_known_are_removed(
    bench: Any, pull: Pull, tmp_path: Path
) -> None:
    waiting = folder(tmp_path, await ordered(bench, pull(1)))
    stopped = folder(tmp_path, await ordered(bench, pull(2)))
    await handle(bench.house, await bench.delivered(Stop(pull().repository, 2)))
    unknown = folder(tmp_path, 2**40)
    (unknown / "clone").chmod(0o500)
    with capture_logs():
        await sweeping.tidy(with_data(bench, tmp_path).house)
    assert waiting.exists()
    assert not stopped.exists()
    assert not unknown.exists()


async def test_what_is_no_folder_of_a_job_is_left_alone(bench: Any, tmp_path: Path) -> None:
    elsewhere = folder(tmp_path / "elsewhere", "5")
    kept = [folder(tmp_path, name) for name in ("notes", "-5", "007", "0", "٣", str(2**70))]
    (tmp_path / "jobs" / "12").symlink_to(elsewhere)
    await sweeping.tidy(with_data(bench, tmp_path).house)
    assert all(each.exists() for each in (*kept, elsewhere / "clone"))


async def test_without_a_folder_of_jobs_there_is_nothing_to_remove(bench: Any, tmp_path: Path) -> None:
    await sweeping.tidy(with_data(bench, tmp_path / "none").house)


async def test_a_worker_begins_with_removing_what_another_left(
    bench: Any, pull: Pull, tmp_path: Path
) -> None:
    left = folder(tmp_path, 2**40)

    async def gone() -> bool:
        return not left.exists()

    with capture_logs():
        async with with_data(bench, tmp_path).working():
            await bench.until(gone)
