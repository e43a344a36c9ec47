"""Seeded faults that can't be tried leave the check undecided."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Evidence, Same, Undecided
from codeflash_core.pipeline.judge import Bar, judge_behaviour
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import CheckRequest
from codeflash_python.stages.adequacy import UNTRIED, Adequacy, seed_faults
from codeflash_python.stages.bench import Replay

BEFORE = "def most(values):\n    return sorted(values)[-1] + 0\n"
AFTER = "def most(values):\n    return max(values) + 0 if len(values) > 1 else values[0]\n"
TARGET = Target("shop.py", "most", "shop")
CALL = Call("1", b"", Grade.TEST, count=1)


class Bench:
    """Answers a sound replay, and to faults what it is told to."""

    def __init__(
        self,
        faults: Answer | None = None,
        seconds: float = 0.001,
        ending: str = "",
        reached: str = "",
    ) -> None:
        self.client = self
        self.faults, self.seconds, self.ending = faults, seconds, ending
        self.reached = reached or ending
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
            {
                "variants": [
                    {"how": self.reached if variant.get("reach") else self.ending, "at": -1}
                    for variant in request["variants"]
                ]
            }
        )


async def seeded(folder: Path, bench: Bench, changes: dict[str, bytes | None] | None = None) -> Any:
    (folder / "shop.py").write_text(BEFORE)
    side = Side.of(changes or {"shop.py": AFTER.encode()})
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
    found = await seeded(tmp_path, Bench(ending="difference"))
    assert found.faults
    assert all(fault.caught for fault in found.faults)
    assert (found.unreached, found.unseeded, found.notes) == ((), "", ())


async def test_faults_that_fit_no_loaded_code_are_missing_evidence(tmp_path: Path) -> None:
    found = await seeded(tmp_path, Bench(ending="unfit"))
    assert found.faults == ()
    assert found.unseeded == "none fits the loaded code"
    settled = judge_behaviour(Same(found.added_to(Evidence(calls=9))), Bar())
    assert settled is not None
    assert settled.word is DecisionWord.NEEDS_EVIDENCE


async def test_a_place_that_no_input_reaches_is_missing_evidence(tmp_path: Path) -> None:
    found = await seeded(tmp_path, Bench(ending="difference", reached="survived"))
    settled = judge_behaviour(Same(found.added_to(Evidence(calls=9))), Bar())
    assert settled is not None
    assert settled.word is DecisionWord.NEEDS_EVIDENCE
    line = AFTER.splitlines()[1].strip()
    assert f"no input reaches line 2: {line}" in settled.reasons


async def test_faults_are_seeded_into_the_other_changed_modules(tmp_path: Path) -> None:
    bench = Bench(ending="difference")
    found = await seeded(tmp_path, bench, {"tools.py": b"def add(a, b):\n    return a + b\n"})
    assert {variant["path"] for variant in bench.asked["variants"]} == {"tools.py"}
    assert found.faults


@pytest.mark.parametrize(
    "changes",
    [
        {"shop.py": b"LIMIT = 3\n" + BEFORE.encode()},
        {"shop.py": b"import fast\n" + BEFORE.encode()},
        {"data.txt": b"other"},
        {"tools.py": None},
        {"shop.py": b"\xff\xfe"},
    ],
    ids=["a constant", "an import", "data", "a file that goes", "no text"],
)
async def test_a_change_that_holds_nothing_to_break_is_missing_evidence(tmp_path: Path, changes: Any) -> None:
    found = await seeded(tmp_path, Bench(), changes)
    assert found.unseeded
    assert found.faults == ()


async def test_a_change_of_comments_needs_no_faults(tmp_path: Path) -> None:
    found = await seeded(tmp_path, Bench(), {"shop.py": b"# Most.\n" + BEFORE.encode()})
    assert found == Adequacy()


@pytest.mark.parametrize(("seconds", "wall"), [(0.001, 3.0), (5.0, 20.0)])
async def test_a_slow_replay_is_not_taken_for_a_hanging_fault(
    tmp_path: Path, seconds: float, wall: float
) -> None:
    bench = Bench(ending="difference", seconds=seconds)
    await seeded(tmp_path, bench)
    assert bench.asked["variant_wall"] == wall
