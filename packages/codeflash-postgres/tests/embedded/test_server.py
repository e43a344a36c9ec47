from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from codeflash_core.errors import PrerequisiteError
from codeflash_postgres.database import open_database
from codeflash_postgres.embedded.leftover import postmaster
from codeflash_postgres.embedded.lock import FolderLock, FolderTaken
from codeflash_postgres.embedded.server import EmbeddedPostgres
from codeflash_postgres.errors import DatabaseAway

SERVICE = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from codeflash_postgres.embedded.server import EmbeddedPostgres

    server = EmbeddedPostgres(Path(sys.argv[1]))
    server.start()
    print(server.url, flush=True)
    sys.stdin.read()
    server.stop()
    """
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder with a short path."""
    with tempfile.TemporaryDirectory(prefix="codeflash-") as made:
        yield Path(made) / "data"


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder that has been used and stopped in good order."""
    with tempfile.TemporaryDirectory(prefix="codeflash-") as name:
        with EmbeddedPostgres(Path(name) / "data"):
            pass
        yield Path(name) / "data"


@pytest.fixture
def used(made: Path, folder: Path) -> Path:
    """A copy of it."""
    shutil.copytree(made, folder)
    return folder


def ask(url: str, statement: str) -> object:
    async def asking() -> object:
        database = open_database(url)
        async with database.single() as connection:
            answer = await connection.scalar(text(statement))
        await database.close()
        return answer

    return asyncio.run(asking())


def start_service(folder: Path, *before: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*before, sys.executable, "-c", SERVICE, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_new_folder_gets_a_postgres_that_keeps_its_data(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    assert not server.running
    with server:
        assert server.running
        assert (
            ask(server.url, "select current_user || ' ' || current_setting('listen_addresses')")
            == "codeflash "
        )
        # Answers wait for their rows to be on the disk.
        assert ask(server.url, "show synchronous_commit") == "on"
    assert not server.running
    assert folder.stat().st_mode & 0o077 == 0
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_second_service_on_the_same_folder_is_refused_and_told_who_has_it(used: Path) -> None:
    with EmbeddedPostgres(used) as first:
        second = EmbeddedPostgres(used)
        with pytest.raises(
            PrerequisiteError, match=rf"another service \(process {os.getpid()}\) uses the data folder"
        ):
            second.start()
        assert first.running
        assert ask(first.url, "select 1") == 1
    with EmbeddedPostgres(used) as third:
        assert third.running


def test_a_command_beside_a_service_uses_its_postgres_and_leaves_it_running(used: Path) -> None:
    beside = EmbeddedPostgres(used)
    with EmbeddedPostgres(used) as server:
        beside.start_or_join()
        assert ask(beside.url, "select 1") == 1
        beside.stop()
        assert ask(server.url, "select 1") == 1


def test_a_command_without_a_service_starts_postgres_for_itself(used: Path) -> None:
    beside = EmbeddedPostgres(used)
    beside.start_or_join()
    assert ask(beside.url, "select 1") == 1
    beside.stop()
    assert not beside.running


def test_a_command_does_not_wait_for_ever_for_a_service_that_does_not_get_ready(used: Path) -> None:
    lock = FolderLock(used)
    lock.take()
    with pytest.raises(FolderTaken):
        EmbeddedPostgres(used).start_or_join(patience=0.01)
    lock.release()
    lock.release()


def test_starting_and_stopping_again_works_and_stopping_twice_is_harmless(used: Path) -> None:
    server = EmbeddedPostgres(used)
    server.start()
    server.stop()
    server.stop()
    server.start()
    assert ask(server.url, "select 1") == 1
    server.stop()


def test_a_killed_service_takes_its_postgres_along_and_the_next_one_starts(used: Path) -> None:
    service = start_service(used)
    with service:
        assert service.stdout is not None
        assert "postgresql://" in service.stdout.readline()
        left = postmaster(used / "postgres")
        assert left is not None
        service.kill()
        service.communicate()
    with EmbeddedPostgres(used) as server:
        assert ask(server.url, "select 1") == 1
        found = postmaster(used / "postgres")
        assert found is not None
        assert found.pid != left.pid


def test_a_postgres_that_was_killed_too_is_recovered(used: Path) -> None:
    service = start_service(used)
    with service:
        assert service.stdout is not None
        service.stdout.readline()
        left = postmaster(used / "postgres")
        assert left is not None
        # The keeper first, so that nobody ends Postgres in good order.
        for process in (psutil.Process(left.ppid()), left, psutil.Process(service.pid)):
            process.kill()
        service.communicate()
    assert (used / "postgres" / "postmaster.pid").exists()
    with EmbeddedPostgres(used) as server:
        assert ask(server.url, "select 1") == 1


def test_a_postgres_without_a_service_is_ended_first(used: Path) -> None:
    service = start_service(used)
    with service:
        assert service.stdout is not None
        service.stdout.readline()
        orphan = postmaster(used / "postgres")
        assert orphan is not None
        for process in (psutil.Process(orphan.ppid()), psutil.Process(service.pid)):
            process.kill()
        service.communicate()
    assert orphan.is_running()
    with EmbeddedPostgres(used) as server:
        assert ask(server.url, "select 1") == 1
        found = postmaster(used / "postgres")
        assert found is not None
        assert found.pid != orphan.pid


@pytest.mark.parametrize(
    "pid", ["", "garbage", "99999999", str(os.getpid())], ids=["empty", "text", "gone", "taken"]
)
def test_a_stale_pid_file_does_not_matter_even_when_its_number_is_taken(used: Path, pid: str) -> None:
    (used / "postgres" / "postmaster.pid").write_text(f"{pid}\n{used / 'postgres'}\n")
    with EmbeddedPostgres(used) as server:
        assert server.running


def test_a_long_path_has_its_socket_elsewhere_in_a_private_folder(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / "data"
    shutil.copytree(made, folder)
    server = EmbeddedPostgres(folder)
    with server:
        assert str(folder) not in server.url
        assert ask(server.url, "select 1") == 1
    leftovers = [
        each
        for each in Path(tempfile.gettempdir()).glob("codeflash-*/.s.PGSQL.*")
        if str(each.parent) in server.url
    ]
    assert leftovers == []


def test_a_socket_folder_that_others_may_enter_is_refused(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / "data"
    shutil.copytree(made, folder)
    server = EmbeddedPostgres(folder)
    server._sockets.mkdir(mode=0o777)
    server._sockets.chmod(0o777)
    try:
        with pytest.raises(PrerequisiteError, match="belongs to somebody else"):
            server.start()
    finally:
        server._sockets.rmdir()


def test_a_path_with_spaces_and_quotes_works(made: Path, folder: Path) -> None:
    odd = folder.with_name('it\'s a "data" folder % ü')
    shutil.copytree(made, odd)
    with EmbeddedPostgres(odd) as server:
        assert ask(server.url, "select 1") == 1


def test_a_postgres_that_cannot_start_says_why(used: Path) -> None:
    (used / "postgres" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(PrerequisiteError, match="does not start") as told:
        EmbeddedPostgres(used).start()
    assert "incompatible" in told.value.hint
    # The folder is free again.
    (used / "postgres" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(used) as server:
        assert server.running


def test_a_setting_that_postgres_refuses_says_why(used: Path) -> None:
    with pytest.raises(PrerequisiteError, match="does not start") as told:
        EmbeddedPostgres(used, {"max_connections": "many"}).start()
    assert "max_connections" in told.value.hint


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PrerequisiteError, match="data folder can't be used"):
        EmbeddedPostgres(tmp_path / "file" / "data").start()


def test_an_unfinished_first_start_is_begun_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "postgres.unfinished").mkdir(parents=True)
    (folder / "postgres.unfinished" / "half").write_text("")
    folder.chmod(0o700)
    with EmbeddedPostgres(folder) as server:
        assert server.running
    assert not (folder / "postgres.unfinished").exists()


def test_what_initdb_objects_to_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codeflash_postgres.embedded.server.USER", "pg_reserved")
    with pytest.raises(PrerequisiteError, match="could not make its files") as told:
        EmbeddedPostgres(folder).start()
    assert "pg_" in told.value.hint
    assert not (folder / "postgres").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="plays other users as root")
@pytest.mark.parametrize("user", ["65534", "123456"], ids=["a plain user", "a user without a name"])
def test_other_users_than_root_can_start_it(folder: Path, user: str) -> None:
    service = start_service(folder, "unshare", f"--map-user={user}", f"--map-group={user}")
    with service:
        assert service.stdout is not None
        assert "postgresql://" in service.stdout.readline()
        assert ask(f"postgresql:///postgres?host={folder}&user=codeflash", "select 1") == 1
        service.communicate("")
    assert service.returncode == 0
    assert postmaster(folder / "postgres") is None


def test_an_interrupt_at_the_terminal_is_not_for_postgres(used: Path) -> None:
    with EmbeddedPostgres(used) as server:
        process = postmaster(used / "postgres")
        assert process is not None
        assert os.getpgid(process.pid) != os.getpgid(0)
        assert server.running


def test_a_server_that_ignores_being_asked_is_ended_anyway(used: Path) -> None:
    server = EmbeddedPostgres(used)
    server.start()
    process = postmaster(used / "postgres")
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    try:
        from codeflash_postgres.embedded import leftover

        with pytest.raises(PrerequisiteError, match="does not end"):
            leftover.clear(used / "postgres", used, patience=0.05)
    finally:
        process.send_signal(signal.SIGCONT)
    server.stop()
    assert not server.running


def until_it_answers(url: str, process: psutil.Process, cluster: Path) -> None:
    for _ in range(3_000):
        found = postmaster(cluster)
        if found is not None and found.pid != process.pid:
            try:
                assert ask(url, "select 1") == 1
                return
            except DatabaseAway:
                continue
        Event().wait(0.01)
    raise AssertionError("it did not come back")


@pytest.mark.parametrize("victim", ["postgres", "keeper"])
def test_a_postgres_that_dies_under_a_living_service_is_started_again(used: Path, victim: str) -> None:
    with EmbeddedPostgres(used) as server, capture_logs() as lines:
        process = postmaster(used / "postgres")
        assert process is not None
        (process if victim == "postgres" else psutil.Process(process.ppid())).kill()
        until_it_answers(server.url, process, used / "postgres")
    assert "ended and is started again" in lines[0]["event"]
    assert postmaster(used / "postgres") is None


def test_a_postgres_that_cannot_be_started_again_is_tried_until_the_service_ends(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeflash_postgres.embedded.server._PAUSE", 0.01)
    with capture_logs() as lines, EmbeddedPostgres(used) as server:
        process = postmaster(used / "postgres")
        assert process is not None
        (used / "postgres" / "PG_VERSION").write_text("9.6\n")
        process.kill()
        for _ in range(3_000):
            if sum("does not start again" in line["event"] for line in lines) > 1:
                break
            Event().wait(0.01)
        (used / "postgres" / "PG_VERSION").write_text("18\n")
        until_it_answers(server.url, process, used / "postgres")
    assert sum("does not start again" in line["event"] for line in lines) > 1
