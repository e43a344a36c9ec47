"""Real hook processes, real event JSON, and sessions as the engine writes them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve, frozen

from codeflash_core.experiments.store import Store
from codeflash_core.experiments.values import (
    Baseline,
    Experiment,
    Hotspot,
    Method,
    ProfileTaken,
    Session,
    Worded,
)
from codeflash_core.records.case_place import CasePlace

HOOKS = Path(__file__).resolve().parents[3] / "plugin/hooks"
TARGET = "src/shop/stock.py::missing_articles"
NOW = "2026-11-28T12:00:00Z"


@frozen
class Told:
    """What a hook answered."""

    answer: dict
    errors: str

    @property
    def decision(self):
        return self.answer.get("hookSpecificOutput", {}).get("permissionDecision")

    @property
    def context(self):
        return self.answer.get("hookSpecificOutput", {}).get("additionalContext", "")


class Desk:
    """A project, its session and a conversation with Claude Code."""

    def __init__(self, root, state):
        self.root, self.state = root, state
        for name in ("tests/test_stock.py", "bench/workload.py", "src/shop/stock.py"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("")
        self.store = Store(CasePlace(root, "me", "org", "shop"))

    def begin(self):
        """A session with profile and baseline."""
        method = Method(Worded(), {"tests/test_stock.py": "hash"}, {}, ("tests", "bench/workload.py"))
        self.store.begin(
            lambda: Session(
                "20261128-1",
                "Make stock faster",
                "cpu",
                NOW,
                profile=ProfileTaken(NOW, Worded(), 1.0, "run", (Hotspot(TARGET, 0.9, 0.9, 10),)),
                baseline=Baseline(NOW, TARGET, method, 1000.0, "cpu", 0.004, 10, "run"),
            )
        )

    def open(self, number=1):
        """An open experiment."""
        self.store.change(
            lambda session: evolve(session, experiment=Experiment(number, TARGET, "set", "Hashing.", NOW))
        )

    def close(self):
        """No experiment is open any more."""
        self.store.change(lambda session: evolve(session, experiment=None))

    def finish(self):
        """The session is over."""
        self.store.change(lambda session: evolve(session, finished=NOW))

    def said(self, hook, text, cwd=None):
        done = subprocess.run(
            [sys.executable, str(HOOKS / hook)],
            input=text,
            cwd=cwd or self.root,
            env={
                "PATH": os.environ["PATH"],
                "CODEFLASH_STATE_DIR": str(self.state),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Told(json.loads(done.stdout) if done.stdout.strip() else {}, done.stderr)

    def event(self, hook, name, **more):
        """Send an event as Claude Code does."""
        event = {
            "session_id": "5f0c4b1e-0000-4000-8000-000000000001",
            "transcript_path": str(self.state / "transcript.jsonl"),
            "cwd": str(self.root),
            "permission_mode": "default",
            "hook_event_name": name,
            **more,
        }
        return self.said(hook, json.dumps(event))

    def tool(self, tool, **given):
        """A call of a tool that is about to happen."""
        return self.event("guard.py", "PreToolUse", tool_name=tool, tool_input=given, tool_use_id="toolu_1")

    def bash(self, command):
        return self.tool("Bash", command=command, description="d")


@pytest.fixture
def desk(tmp_path):
    root = tmp_path / "a project"
    root.mkdir()
    return Desk(root, tmp_path / "state")
