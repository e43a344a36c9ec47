import asyncio
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.model.verdict import Same
from codeflash_core.ports.language import BlockRequest, CheckRequest
from codeflash_evals.ablation.remembering import RememberingLanguage

PROJECT = Project(Path("here"), "fake", Path("python"))
TARGET = Target("m.py", "f", "m")
CALL = Call("one", b"1", Grade.TEST, count=1)
CORPUS = Corpus(TARGET.id, (CALL,))
CHECK = CheckRequest(TARGET, Side.of({"m.py": b"x"}), CORPUS, Workload("tests"))
BLOCK = BlockRequest(TARGET, ORIGINAL, CHECK.candidate, (CALL,), seed=1)


class Counting:
    """Counts what it is asked."""

    def __init__(self):
        self.asked = 0
        self.pause = 0.0

    async def check(self, project, request):
        self.asked += 1
        await asyncio.sleep(self.pause)
        return Same()

    async def block(self, project, request):
        self.asked += 1
        return Block((), hash_seed=request.seed)

    async def grow(self, project, target, corpus, seed):
        self.asked += 1
        return corpus


@pytest.fixture
def backend():
    return Counting()


@pytest.fixture
def language(backend):
    return RememberingLanguage(backend)


async def test_an_equal_question_is_asked_once(backend, language):
    for _ in range(2):
        await language.check(PROJECT, CHECK)
        await language.block(PROJECT, BLOCK)
        await language.grow(PROJECT, TARGET, CORPUS, 0)
    assert backend.asked == 3


async def test_questions_under_way_wait_for_the_first(backend, language):
    await asyncio.gather(*(language.check(PROJECT, CHECK) for _ in range(3)))
    assert backend.asked == 1


@pytest.mark.parametrize(
    "other",
    [
        {"depth": "quick"},
        {"fuzz_cases": 0},
        {"seed": 5},
        {"candidate": ORIGINAL},
        {"corpus": Corpus(TARGET.id)},
        {"corpus": evolve(CORPUS, fix_clock=True)},
    ],
)
async def test_another_question_about_behaviour_has_an_answer_of_its_own(backend, language, other):
    await language.check(PROJECT, CHECK)
    await language.check(PROJECT, evolve(CHECK, **other))
    assert backend.asked == 2


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"cold": True},
        {"mode": "separate"},
        {"metric": "memory"},
        {"calls": ()},
        {"calls": (evolve(CALL, count=2),)},
        {"b": ORIGINAL},
    ],
)
async def test_another_block_is_measured_by_itself(backend, language, other):
    await language.block(PROJECT, BLOCK)
    await language.block(PROJECT, evolve(BLOCK, **other))
    assert backend.asked == 2


async def test_a_question_that_is_cut_leaves_no_answer(backend, language):
    backend.pause = 60.0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await language.check(PROJECT, CHECK)
    backend.pause = 0.0
    assert isinstance(await language.check(PROJECT, CHECK), Same)
