"""Targets whose arguments can't be kept: the tests themselves are the evidence, and are timed."""

from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.side import Side
from codeflash_core.model.target import Workload
from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_core.pipeline.judge import Bar, judge_behaviour
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import BlockRequest, CheckRequest
from codeflash_python.stages import faulty_tests
from codeflash_python.stages.adequacy import UNTRIED
from codeflash_python.stages.faulty_tests import seed_in_tests

SLOW = """def noted(lock, names):
    with lock:
        seen = []
        for name in names:
            if name not in seen:
                seen.append(name)
        return seen
"""
FAST = """def noted(lock, names):
    with lock:
        return list(dict.fromkeys(names))
"""
RARE = FAST.replace(
    "        return", "        if len(names) == 777:\n            return names\n        return"
)
TESTS = """import threading

import pytest

from shop import noted


@pytest.mark.parametrize("names", [[], ["b", "a", "b"], ["name%d" % (n % 20) for n in range(600)]])
def test_some(names):
    assert noted(threading.Lock(), names) == sorted(set(names), key=names.index)
"""
FILES = {"shop.py": SLOW, "tests/test_shop.py": TESTS}
TARGET = "shop.py::noted"


def asked(target: Any, corpus: Any, text: str) -> CheckRequest:
    return CheckRequest(target, Side.of({"shop.py": text.encode()}), corpus, Workload("tests", ("tests",)))


@pytest.fixture
async def shop(place: Any) -> Any:
    here = place(FILES)
    target = await here.target(TARGET)
    corpus = await here.corpus(target)
    assert corpus.calls == ()
    assert len(corpus.in_test) == 3
    return SimpleNamespace(here=here, target=target, corpus=corpus)


async def checked(shop: Any, text: str) -> Any:
    return await shop.here.language.check(shop.here.project, asked(shop.target, shop.corpus, text))


@pytest.mark.slow
async def test_the_tests_must_notice_faults_and_prove_which_code_they_ran(shop: Any) -> None:
    verdict = await checked(shop, FAST)
    assert isinstance(verdict, Same)
    evidence = verdict.evidence
    assert (evidence.calls, evidence.tests_passed) == (0, 3)
    assert evidence.code_sha256["candidate"]
    assert evidence.mutation_score == 1.0
    assert (evidence.unreached, evidence.unseeded) == ((), "")
    assert judge_behaviour(verdict, Bar()) is None


@pytest.mark.slow
async def test_a_branch_that_no_test_reaches_asks_for_more_evidence(shop: Any) -> None:
    verdict = await checked(shop, RARE)
    assert isinstance(verdict, Same)
    assert verdict.evidence.unreached == ("line 4: return names",)
    settled = judge_behaviour(verdict, Bar())
    assert settled is not None
    assert settled.word is DecisionWord.NEEDS_EVIDENCE


@pytest.mark.slow
async def test_a_wrong_one_and_one_that_calls_itself_anew_never_pass(shop: Any) -> None:
    assert isinstance(
        await checked(shop, FAST.replace("list(dict.fromkeys(names))", "sorted(names)")), Different
    )
    more = FAST + "\n\nimport threading\nnoted(threading.Lock(), [])\n"
    assert isinstance(await checked(shop, more), Same | Undecided)


@pytest.mark.slow
async def test_a_block_proves_which_code_was_timed(shop: Any) -> None:
    side = Side.of({"shop.py": FAST.encode()})
    wanted = BlockRequest(shop.target, Side(), side, tests=shop.corpus.in_test, mode="in-test", seed=3)
    block = await shop.here.language.block(shop.here.project, wanted)
    assert block.problem == ""
    assert len(block.inputs[0].a_cpu) == len(block.inputs[0].b_cpu) == 2
    # The tests replace the function: what is timed is not the file's.
    patched = "import shop\n\ndef other(lock, names):\n    return sorted(set(names), key=names.index)\n\nshop.noted.__code__ = other.__code__\n"
    other = Side.of({"shop.py": FAST.encode(), "conftest.py": patched.encode()})
    block = await shop.here.language.block(shop.here.project, evolve(wanted, b=other))
    assert block.problem.startswith("wrong code loaded")
    assert block.inputs == ()


@pytest.mark.slow
async def test_tests_that_run_other_code_leave_it_undecided(shop: Any) -> None:
    patched = "import shop\n\ndef other(lock, names):\n    return sorted(set(names), key=names.index)\n\nshop.noted = other\n"
    side = Side.of({"shop.py": FAST.encode(), "conftest.py": patched.encode()})
    wanted = evolve(asked(shop.target, shop.corpus, FAST), candidate=side)
    verdict = await shop.here.language.check(shop.here.project, wanted)
    assert isinstance(verdict, Undecided)
    assert verdict.why == "wrong code loaded"


class Bench:
    """Answers every run of tests with the same."""

    def __init__(self, answer: Any) -> None:
        self.client = self
        self.answer = answer
        self.asked: list[Any] = []

    def running(self, *arguments: Any) -> Any:
        return SimpleNamespace()

    async def ask(self, side: Side, program: Any, request: Any, *, warm: bool, wall: float) -> Answer:
        self.asked.append((side, request, wall))
        return self.answer(request) if callable(self.answer) else self.answer


def run_of(status: str, **proof: Any) -> Any:
    def answer(request: Any) -> Answer:
        told = {"code": "c", "expected": "c", "sha256": request["proved"]["sha256"], **proof}
        return Answer(
            {"results": {name: {"status": status, "message": ""} for name in request["ids"]}, "proof": told}
        )

    return answer


async def seeded(tmp_path: Any, bench: Bench, text: str = FAST, tests: Any = ("t",)) -> Any:
    (tmp_path / "shop.py").write_text(SLOW)
    target = SimpleNamespace(path="shop.py", module="shop", qualname="noted")
    wanted = CheckRequest(target, Side.of({"shop.py": text.encode()}), None, None)  # type: ignore[arg-type]
    return await seed_in_tests(bench, SimpleNamespace(root=tmp_path, held={}), wanted, tests)  # type: ignore[arg-type]


async def test_each_fault_is_a_version_of_its_own(tmp_path: Any) -> None:
    bench = Bench(run_of("failed"))
    found = await seeded(tmp_path, bench)
    assert found.faults
    assert all(fault.caught for fault in found.faults)
    assert len({side.id for side, _, _ in bench.asked}) == len(bench.asked)
    assert all(request["stop"] for _, request, _ in bench.asked)


async def test_there_are_few_of_them(tmp_path: Any) -> None:
    text = (
        "def noted(lock, names):\n" + "".join(f"    x = g(x) + {n}\n" for n in range(99)) + "    return x\n"
    )
    bench = Bench(run_of("passed"))
    found = await seeded(tmp_path, bench, text)
    assert len(found.faults) == faulty_tests.MOST
    assert len(bench.asked) <= faulty_tests.MOST + faulty_tests.MOST_REACHED


@pytest.mark.parametrize(
    ("kind", "caught"), [("crash", True), ("memory", True), ("timeout", True), ("protocol", False)]
)
async def test_a_fault_that_ends_the_run_is_caught(tmp_path: Any, kind: str, caught: bool) -> None:
    found = await seeded(tmp_path, Bench(Answer(failure=Failure(kind, ""))))
    if caught:
        assert all(fault.caught for fault in found.faults)
    else:
        assert isinstance(found, Undecided)
        assert found.why == UNTRIED


async def test_faults_that_were_not_loaded_are_missing_evidence(tmp_path: Any) -> None:
    found = await seeded(tmp_path, Bench(run_of("passed", expected="d")))
    assert found.unseeded
    assert found.faults == ()


async def test_without_a_passing_test_there_is_no_evidence(tmp_path: Any) -> None:
    found = await seeded(tmp_path, Bench(None), tests=())
    assert found.unseeded


async def test_no_time_left_is_undecided(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faulty_tests, "ALL_SECONDS", 0.0)
    bench = Bench(run_of("passed"))
    assert isinstance(await seeded(tmp_path, bench), Undecided)
    assert bench.asked == []
