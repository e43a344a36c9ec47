"""What a page about other machines needs: a real sshd on loopback, and a provider that only records its calls."""

import contextlib
import os
import sys
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[3]
SSH = str(ROOT / "packages/codeflash-core/tests/runners/ssh")
if SSH not in sys.path:
    sys.path.insert(0, SSH)

import loopback_sshd  # noqa: E402 - stands in the folder added above

NAMED = "ada@bench.example.com"
PROVIDER = """#!/bin/sh
echo "$1 $2" >>"{calls}"
[ "$1 $2" = "vm create" ] && echo '{{"publicIpAddress": "203.0.113.9"}}'
exit 0
"""


@frozen
class Machine:
    """The machine, and the calls that the provider got."""

    machine: loopback_sshd.Machine
    calls: Path
    environment: dict[str, str]

    def replaced(self, command):
        return command.replace(NAMED, self.machine.destination)

    def check(self):
        """The machine was made once, and nothing is left on the one that measured."""
        assert self.calls.read_text().count("vm create") == 1
        assert (self.machine.jobs, self.machine.refs()) == ([], "")


@contextlib.contextmanager
def surroundings(folder):
    """The machine listens."""
    why = loopback_sshd.missing()
    if why:
        pytest.skip(why)
    programs = folder / "provider"
    programs.mkdir()
    (programs / "az").write_text(PROVIDER.format(calls=folder / "calls"))
    (programs / "az").chmod(0o755)
    with loopback_sshd.listening(folder) as machine:
        path = f"{Path(sys.executable).parent}:{programs}:{os.environ['PATH']}"
        yield Machine(machine, folder / "calls", {"PATH": path, "CODEFLASH_SSH_CONFIG": str(machine.config)})
