from __future__ import annotations

import importlib.util
import pwd
import sys
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_postgres.embedded.binaries import command, program


def test_the_bundled_programs_are_found() -> None:
    assert program("postgres").is_file()
    assert program("initdb").is_file()


def test_a_program_that_is_not_bundled_is_missed_by_name() -> None:
    with pytest.raises(PrerequisiteError, match="no such-thing"):
        program("such-thing")


def test_without_the_package_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PrerequisiteError) as told:
        program("postgres")
    assert "DATABASE_URL" in told.value.hint


def test_a_plain_user_starts_programs_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert command(["postgres", "-D", "x"], user=1) == ["postgres", "-D", "x"]


@pytest.mark.parametrize("user", [0, 3_999_999_999], ids=["root", "a user without a name"])
def test_whom_postgres_refuses_looks_like_somebody_else(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    unshare, map_user, map_group, *rest = command(["postgres"], user=user)
    assert (unshare, rest) == ("/bin/unshare", ["postgres"])
    number = int(map_user.removeprefix("--map-user="))
    assert map_group == f"--map-group={number}"
    assert pwd.getpwuid(number).pw_uid != 0


def test_ordinary_users_are_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    entries = [pwd.struct_passwd(("x", "x", uid, uid, "", "/", "")) for uid in (0, 5, 1001, 1000, 65534)]
    monkeypatch.setattr("pwd.getpwall", lambda: entries)
    assert command([], user=0)[1] == "--map-user=1000"
    monkeypatch.setattr("pwd.getpwall", lambda: entries[:2])
    assert command([], user=0)[1] == "--map-user=5"


def test_root_without_unshare_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(PrerequisiteError, match="as root without the program unshare"):
        command(["postgres"], user=0)


def test_root_alone_on_a_system_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("pwd.getpwall", lambda: [])
    with pytest.raises(PrerequisiteError, match="without another user"):
        command(["postgres"], user=0)


def test_programs_are_started_from_a_path_of_this_environment() -> None:
    assert program("postgres").is_relative_to(Path(sys.prefix))
