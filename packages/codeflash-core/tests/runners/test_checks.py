"""What ``vm doctor`` sees of a real machine, and of a provider that is a script."""

import fcntl
import json
import os

import pytest

from codeflash_core.cases.machines import Machine
from codeflash_core.runners.checks import examine, overview
from codeflash_core.runners.connection import Connection, Said
from codeflash_core.runners.destination import Destination
from codeflash_core.runners.vm_settings import VmSettings

MACHINE = Machine("bench1", "acme/shop", "ada@203.0.113.7")


@pytest.fixture
def settings(machine):
    key = machine.key.with_suffix(".pub").read_text().strip()
    return VmSettings("bench1", key, "codeflash-cli==0.1.0", "rg-shop")


@pytest.fixture
def az(tmp_path, monkeypatch):
    """``az(state, networks)`` is a provider that says so."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    def make(state, networks):
        rule = {
            "direction": "Inbound",
            "access": "Allow",
            "destinationPortRange": "22",
            "sourceAddressPrefixes": networks,
        }
        (tmp_path / "bin/az").write_text(
            f"#!/bin/sh\ncase \"$1\" in vm) echo '{json.dumps({'powerState': state})}';; *) echo '{json.dumps([rule])}';; esac\n"
        )
        (tmp_path / "bin/az").chmod(0o755)

    return make


async def by_name(*given):
    return {each.name: each for each in await examine(*given)}


async def test_a_machine_that_can_measure_passes_every_check(connection, settings, az, tmp_path) -> None:
    az("VM running", ["127.0.0.0/8"])
    found = await by_name(MACHINE, settings, connection, tmp_path)
    assert [name for name, each in found.items() if each.good is False] == []
    assert found["running"].told == "yes; kept running while the case acme/shop is open"
    # Our address is the one that the machine sees.
    assert found["firewall"].told == "127.0.0.1 is let in"
    assert found["turn"].told == "free"
    assert found["codeflash"].told.startswith("codeflash ")


async def test_what_is_wrong_is_named_with_what_to_do(connection, settings, az, machine, tmp_path) -> None:
    az("VM deallocated", ["203.0.113.0/24"])
    (machine.home / "bin/codeflash").unlink()
    found = await by_name(MACHINE, settings, connection, tmp_path)
    assert found["running"].good is False
    assert "VM deallocated, though it is kept running" in found["running"].told
    assert "--address 127.0.0.1 --run" in found["firewall"].hint
    assert found["codeflash"].good is False


async def test_a_machine_that_does_not_answer_is_told(settings, az, machine, connection, tmp_path) -> None:
    az("VM running", ["203.0.113.7"])
    machine.vanish()
    found = await by_name(MACHINE, settings, connection, tmp_path, "203.0.113.7")
    assert found["ssh"].good is False
    assert "Connection refused" in found["ssh"].told
    assert found["firewall"].good is True
    assert "turn" not in found


async def test_without_the_provider_s_program_it_is_not_seen_rather_than_good(
    connection, settings, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("codeflash_core.runners.azure.PROGRAM", "no-such-program")
    found = await by_name(MACHINE, settings, connection, tmp_path)
    assert (found["running"].good, found["firewall"].good) == (None, None)
    assert "no-such-program is not there" in found["running"].told


async def test_a_machine_of_somebody_else_s_making_is_only_asked_itself(connection, tmp_path) -> None:
    found = await by_name(MACHINE, None, connection, tmp_path)
    assert (found["running"].good, found["key"].good, found["ssh"].good) == (None, None, True)


async def test_an_address_that_is_not_known_is_told(settings, az, tmp_path) -> None:
    az("VM running", [])
    found = await by_name(MACHINE, settings, None, tmp_path)
    assert found["ssh"].told == "its address is not known"
    assert found["firewall"].good is None


async def test_the_agent_s_keys_are_looked_at(connection, settings, agent, tmp_path) -> None:
    found = await by_name(MACHINE, settings, connection, tmp_path)
    assert found["key"].told == "the agent offers loopback"


@pytest.fixture
def busy(machine):
    """Somebody measures there, and somebody else has not fetched what was measured."""
    jobs = machine.runner / "jobs"
    (jobs / "done").mkdir(parents=True)
    (jobs / "done/status").write_text("0\n")
    (machine.runner / "holder").write_text("Ada, since 10:00 UTC (job x)\n")
    with (machine.runner / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def test_who_measures_and_what_lies_there_is_told(connection, busy, settings, az, tmp_path) -> None:
    az("VM running", ["*"])
    found = await by_name(MACHINE, settings, connection, tmp_path)
    assert found["turn"].told == "taken by Ada, since 10:00 UTC (job x): a comparison waits"
    assert found["jobs"].told == "finished and not fetched: done"


async def test_an_overview_is_read_from_a_machine_without_anything(connection, machine) -> None:
    (machine.home / "bin/codeflash").unlink()
    seen = await overview(connection)
    assert (seen.version, seen.holder, seen.jobs, seen.seen_from) == ("", "", {}, "127.0.0.1")
    assert "other load" not in seen.health.unknown


@pytest.mark.parametrize("told", ["UNKNOWN 65535 UNKNOWN 65535", "", "somewhere"])
async def test_a_machine_that_does_not_see_where_we_come_from(settings, az, tmp_path, told) -> None:
    class Proxied:
        destination = Destination("bench")

        async def run(self, script, *words):
            return Said(0, f"connection {told}\nversion codeflash 1\n".encode(), "")

    az("VM running", ["203.0.113.0/24"])
    found = await by_name(MACHINE, settings, Proxied(), tmp_path)
    assert (found["ssh"].good, found["firewall"].good) == (True, None)
    assert "is not known" in found["firewall"].told


async def test_no_ssh_is_a_check_that_fails(settings, az, tmp_path, monkeypatch) -> None:
    az("VM running", ["*"])
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = await by_name(MACHINE, settings, Connection(Destination("h")), tmp_path)
    assert found["ssh"].told == "the program ssh is not there"
