"""Tiny templates to measure, results to sum up, and an engine that does as it is told."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from codeflash_core.model.comparison import Interval
from codeflash_evals.hidden import measuring
from codeflash_evals.scores.record import CaseRun, Key, Scores
from codeflash_evals.subjects import engine

DATA = Path(__file__).parent / "data"
collect_ignore = ["data"]

ENGINE = """
import json, os, pathlib, sys, time
answer = json.loads(pathlib.Path({answer!r}).read_text())
pathlib.Path({seen!r}).write_text(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]))
time.sleep(answer.get("sleeps", 0))
for name, text in answer.get("files", {{}}).items():
    pathlib.Path(name).write_text(text)
print(answer["says"] if "says" in answer else json.dumps({{"results": answer["results"]}}))
sys.exit(answer.get("code", 0))
"""


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    folder = tmp_path / "state"
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch):
    """What these templates plant shows in three rounds."""
    monkeypatch.setattr(measuring, "ROUNDS", dict.fromkeys(measuring.ROUNDS, 3))


@pytest.fixture
def folder(tmp_path):
    """A folder of cases that a test may change."""
    return shutil.copytree(DATA, tmp_path / "evals")


@pytest.fixture
def orders(folder):
    return folder / "templates/python/orders"


class Engine:
    """Stands for the command line; it changes the files that it is told to."""

    def __init__(self, place):
        self.answer, self.seen = place / "answer.json", place / "seen.json"
        script = place / "engine.py"
        script.write_text(ENGINE.format(answer=str(self.answer), seen=str(self.seen)))
        self.program = (sys.executable, str(script))
        self.does()

    def does(self, files=None, results=(), **more):
        self.answer.write_text(json.dumps({"files": files or {}, "results": list(results), **more}))

    @property
    def called(self):
        words, _, variables = json.loads(self.seen.read_text())
        return words, variables


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    found = Engine(tmp_path)
    monkeypatch.setattr(engine, "PROGRAM", found.program)
    return found


def result(target="src/orders/matching.py::known_codes", decision="accepted", low=2.0):
    return {"target": target, "decision": decision, "speedup": {"low": low}, "reasons": ["because"]}


@pytest.fixture
def accepted():
    return result


@pytest.fixture
def ran():
    """Makes a case-run."""

    def make(case="python/a", turn=1, subject="rewrites", kind="algorithmic", problem="", **scores):
        low = scores.pop("low", None)
        if low is not None:
            scores["saving"] = Interval(low * 1.1, low, low * 1.2, 0.95, 8)
            scores.setdefault("same", "same")
        expect = "nothing" if kind in ("no-slowness", "lure") else "faster"
        return CaseRun(
            key=Key(case, subject, turn),
            kind=kind,
            expect=expect,
            scores=None if problem else Scores(**scores),
            problem=problem,
            seconds=10.0,
            cost_usd=0.0,
            budget_seconds=15.0,
            machine={"processor": "Some Processor", "cores": "2"},
            recorded="2026-11-29T10:00:00+00:00",
            version="0.1.0",
        )

    return make
