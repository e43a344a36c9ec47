"""The commands of the profiling reference for Python, run on a small program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "plugin/languages/python/references/profiling.md"
BLOCK = re.compile(
    r"(?:^<!-- needs: (?P<needs>\S+) -->\n)?^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
SEARCH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def sections():
    """Every section's blocks: what it needs, and its commands."""
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        for number, block in enumerate(BLOCK.finditer(section)):
            title = section.partition(":")[0].partition("\n")[0]
            yield pytest.param(block["needs"], commands(block["body"]), id=f"{title}-{number}")


def commands(body):
    """The commands of a block; lines that begin with > belong to the one before."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif line == ">" or line.startswith("> "):
            found[-1] += "\n" + line[2:]
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("needs", "words"), list(sections()))
def test_the_commands_of_the_page_run(needs, words, tmp_path):
    if needs and not shutil.which(needs, path=SEARCH):
        pytest.skip(f"{needs} is not installed")
    project = tmp_path / "project"
    shutil.copytree(HERE / "profiled", project)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))}
    if needs:  # the tool's own interpreter has the tool's modules
        search = os.pathsep.join([str(Path(shutil.which(needs, path=SEARCH)).parent), SEARCH])
    else:
        search = SEARCH
    for command in words:
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=project,
            env=environment | {"PATH": search},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, f"{command}\n{done.stderr}"
        if "waiting.py" in command:
            assert "took 0." in done.stderr
        if command.startswith("sort"):
            assert done.stdout.rstrip().endswith("app")
