"""Counterexamples that are shown were replayed by themselves, after the last simplification."""

from types import SimpleNamespace
from typing import Any

import pytest

from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import Side
from codeflash_core.model.target import Target, Workload
from codeflash_core.model.verdict import Counterexample, Different, Same
from codeflash_core.ports.hosts import Answer
from codeflash_core.ports.language import CheckRequest
from codeflash_python.stages.explaining import explain

TARGET = Target("shop.py", "most", "shop")
CALLS = tuple(Call(str(at), b"%d" % at, Grade.TEST, origin=f"test_{at}", count=1) for at in range(3))
SIMPLER = "simpler"
FOUND = Different(Counterexample("input 1", "result", "1", "2"))


class Check:
    """A check whose replays differ on some inputs alone; the worker proposes one simpler input, once."""

    def __init__(self, alone: set[str], *, proposes: bool = True, odd: list[str] | None = None) -> None:
        self.alone, self.proposes, self.odd = alone, proposes, odd or []
        self.project = None
        self.bench: Any = SimpleNamespace(
            client=self,
            growing=lambda *arguments: None,
            checking=lambda *arguments: None,
        )
        corpus = Corpus(TARGET.id, calls=CALLS)
        self.request = CheckRequest(TARGET, Side(), corpus, Workload("tests", ()))
        self.replayed: list[tuple[tuple[bytes, ...], bool, int]] = []

    async def ask(self, side: Any, program: Any, request: Any, blobs: Any, wall: float) -> Answer:
        if request["op"] == "shrink":
            made = (SIMPLER.encode(),) if self.proposes else ()
            self.proposes = False
            return Answer({}, blobs=made)
        return Answer({"calls": [f"most({blobs[0].decode()})"], "odd": [self.odd], "cut": [False]})

    async def compare(self, calls: Any, hash_seed: int, *, anew: bool = False) -> tuple[Any, int]:
        payloads = tuple(call.payload for call in calls)
        self.replayed.append((payloads, anew, hash_seed))
        if not anew:
            return FOUND, 0
        differs = payloads[0].decode() in self.alone
        return (Different(Counterexample("", "result", "alone", "other")), 0) if differs else (Same(), -1)


async def shown(check: Check, index: int = 1) -> Counterexample:
    verdict = await explain(check, FOUND, CALLS, index, 2)  # type: ignore[arg-type]
    assert isinstance(verdict, Different)
    return verdict.counterexample


async def test_the_simplest_input_is_shown_with_what_its_own_replay_gave() -> None:
    check = Check({SIMPLER})
    found = await shown(check)
    assert (found.call, found.original, found.shrunk) == ("most(simpler)", "alone", True)
    assert (found.origin, found.note) == ("test_1", "")
    assert check.replayed[-1] == ((SIMPLER.encode(),), True, 2)


async def test_one_that_does_not_differ_by_itself_gives_way_to_what_was_found() -> None:
    found = await shown(Check({"1"}))
    assert (found.call, found.original, found.shrunk, found.note) == ("most(1)", "alone", False, "")


@pytest.mark.parametrize(
    ("index", "words"), [(1, "after the input before it"), (2, "after the 2 inputs before it")]
)
async def test_a_difference_that_needs_the_inputs_before_is_said_to(index: int, words: str) -> None:
    found = await shown(Check(set()), index)
    assert (found.call, found.original, found.shrunk) == (f"most({index})", "1", False)
    assert words in found.note
    assert "by itself this one does not differ" in found.note
    assert f"test_{index} makes this call" in found.note


async def test_what_is_no_python_is_named_with_the_test_that_made_it() -> None:
    found = await shown(Check({"1"}, proposes=False, odd=["shop.Order"]))
    assert found.note == "not all of this can be written as Python: shop.Order; test_1 makes this call"


async def test_a_difference_on_no_single_input_is_on_all_of_them() -> None:
    found = await shown(Check(set()), -1)
    assert found.call == "input 1"
    nameless = Different(Counterexample("", "globals", "1", "2"))
    verdict = await explain(Check(set()), nameless, CALLS, -1)  # type: ignore[arg-type]
    assert isinstance(verdict, Different)
    assert verdict.counterexample.call == "all 3 inputs, one after the other in one process"


async def test_what_is_no_difference_stays_as_it_is() -> None:
    assert await explain(Check(set()), Same(), CALLS, 0) == Same()  # type: ignore[arg-type]
