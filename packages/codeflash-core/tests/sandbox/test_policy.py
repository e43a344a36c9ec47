import stat
import sys
from pathlib import Path

import pytest

from codeflash_core.errors import PrerequisiteError
from codeflash_core.sandbox import Confinement, Mode, detect, policy
from codeflash_core.sandbox.policy import open_to_network


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A PATH of its own, and no bundled program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(policy, "_bundled", lambda: None)
    monkeypatch.setattr(sys, "platform", "linux")

    def install(script: str) -> Path:
        program = tmp_path / "bwrap"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    yield install
    policy._probe.cache_clear()


def test_switched_off_means_copy_and_says_so(monkeypatch):
    monkeypatch.setattr(policy, "_probe", lambda path: pytest.fail("probed"))
    found = detect(Mode.OFF)
    assert found.mechanism == "copy"
    assert not found.confined
    assert "switched off" in found.missing[0]
    assert any("network" in line for line in found.missing)


def test_a_missing_program_is_named(tools):
    assert detect(Mode.AUTO).missing[0] == "bubblewrap (bwrap) is not installed"


def test_a_program_that_does_not_work_is_named_with_its_own_words(tools):
    tools("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    found = detect(Mode.AUTO)
    assert found.mechanism == "copy"
    assert "setting up uid map: Permission denied" in found.missing[0]


def test_required_and_missing_is_an_error_with_a_way_out(tools):
    with pytest.raises(PrerequisiteError, match="not installed") as raised:
        detect(Mode.REQUIRE)
    assert "--sandbox=auto" in raised.value.hint


def test_a_program_that_fails_without_a_word_is_told_by_its_status(tools):
    tools("exit 3")
    assert "exit status 3" in detect(Mode.AUTO).missing[0]


def test_an_older_program_is_used_without_what_it_lacks(tools):
    program = tools('case "$*" in *--disable-userns*|*--size*) exit 1;; esac')
    found = detect(Mode.REQUIRE)
    assert (found.mechanism, found.bwrap, found.missing) == ("bubblewrap", str(program), ())
    assert "--disable-userns" not in found.options
    assert "--unshare-all" in found.options
    assert not found.sized_tmpfs


def test_a_newer_program_is_used_in_full(tools):
    tools("exit 0")
    found = detect(Mode.AUTO)
    assert "--disable-userns" in found.options
    assert found.sized_tmpfs


def test_the_bundled_program_serves_where_the_system_has_none(tools, tmp_path, monkeypatch):
    program = tools("exit 0").rename(tmp_path / "carried")
    monkeypatch.setattr(policy, "_bundled", lambda: str(program))
    assert detect(Mode.AUTO).bwrap == str(program)


def test_another_platform_says_that_it_has_no_bubblewrap(tools, monkeypatch):
    tools("exit 0")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "darwin" in detect(Mode.AUTO).missing[0]


def test_the_program_is_started_once(tools, tmp_path):
    tools(f"echo x >> '{tmp_path}/count'")
    detect(Mode.AUTO)
    started = (tmp_path / "count").read_text()
    detect(Mode.REQUIRE)
    assert (tmp_path / "count").read_text() == started


def test_a_network_that_is_left_open_is_said_to_be():
    confined = Confinement("bubblewrap", (), "/usr/bin/bwrap", ("--unshare-all",))
    found = open_to_network(confined)
    assert found.options == ("--unshare-all", "--share-net")
    assert found.confined
    assert found.network
    assert "the network" in found.missing[0]


def test_where_nothing_confines_an_open_network_adds_nothing():
    weak = detect(Mode.OFF)
    assert open_to_network(weak) == weak
