"""What tests of several rooms need."""

import subprocess
import sys

import pytest


@pytest.fixture
def at_once():
    """``at_once(code, path, ("ada", "bob"))`` runs a program twice at the same time, with the path and a name.

    The program says ``ready`` and then waits for a line, so that both start in the same moment.
    """

    def run(code, path, names):
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(path), name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in names
        ]
        for program in programs:
            assert program.stdout.readline() == "ready\n"
        for program in programs:
            program.stdin.write("\n")
            program.stdin.flush()
        for program in programs:
            program.communicate()
            assert program.returncode == 0

    return run
