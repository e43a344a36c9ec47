"""Seeded faults that can't be tried leave the check undecided."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Undecided
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import CheckRequest
from codeflash_python.stages.adequacy import UNTRIED, seed_faults
from codeflash_python.stages.bench import Replay

BEFORE = "def most(values):\n    return sorted(values)[-1] + 0\n"
AFTER = "def most(values):\n    return max(values) + 0 if len(values) > 1 else values[0]\n"
TARGET = Target("shop.py", "most", "shop")
CALL = Call("1", b"", Grade.TEST, count=1)


class Bench:
    """Answers a sound replay, and to faults what it is told to."""

    def __init__(self, faults: Answer | None = None, seconds: float = 0.001, ending: str = "") -> None:
        self.client = self
        self.faults, self.seconds, self.ending = faults, seconds, ending
        self.asked: dict[str, Any] = {}

    async def replay(self, project: Project, side: Side, what: Replay) -> Answer:
        call = {
            "input": 0,
            "seconds": self.seconds,
            "digest": "d",
            "raised": "",
            "opaque": [],
            "facets": {"arguments": "x", "result": "y"},
            "mutated": False,
            "aliased": False,
            "consumed": False,
        }
        return Answer({"proof": {"code": "c", "expected": "c"}, "calls": [call], "globals": {}})

    def checking(self, project: Project, target: Target, hash_seed: int) -> Any:
        return SimpleNamespace()

    async def ask(self, side: Side, program: Any, request: dict[str, Any], blobs: Any, wall: float) -> Answer:
        self.asked = request
        return self.faults or Answer(
            {"variants": [{"how": self.ending, "at": -1} for _ in request["variants"]]}
        )


async def seeded(folder: Path, bench: Bench) -> Any:
    (folder / "shop.py").write_text(BEFORE)
    side = Side.of({"shop.py": AFTER.encode()})
    project = Project(folder, "python", Path("python"))
    corpus = Corpus(TARGET.id, calls=(CALL,))
    request = CheckRequest(TARGET, side, corpus, Workload("tests", ()))
    return await seed_faults(bench, project, request, Replay(TARGET, (CALL,)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bench",
    [Bench(Answer(failure=Failure("timeout"))), Bench(Answer({"variants": "odd"})), Bench(ending="not-run")],
    ids=["the process is lost", "the answer is malformed", "there is no time"],
)
async def test_faults_of_which_none_could_be_tried_leave_it_undecided(tmp_path: Path, bench: Bench) -> None:
    found = await seeded(tmp_path, bench)
    assert isinstance(found, Undecided)
    assert found.why == UNTRIED
    assert found.detail


async def test_faults_that_ran_are_counted(tmp_path: Path) -> None:
    faults, notes = await seeded(tmp_path, Bench(ending="difference"))
    assert faults
    assert all(fault.caught for fault in faults)
    assert notes == ()


async def test_faults_that_fit_no_loaded_code_are_noted(tmp_path: Path) -> None:
    faults, notes = await seeded(tmp_path, Bench(ending="unfit"))
    assert faults == ()
    assert notes == ("no faults were seeded: none fits the loaded code",)


@pytest.mark.parametrize(("seconds", "wall"), [(0.001, 3.0), (5.0, 20.0)])
async def test_a_slow_replay_is_not_taken_for_a_hanging_fault(
    tmp_path: Path, seconds: float, wall: float
) -> None:
    bench = Bench(ending="difference", seconds=seconds)
    await seeded(tmp_path, bench)
    assert bench.asked["variant_wall"] == wall
