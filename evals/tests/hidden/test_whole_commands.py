"""Commands of versions, compared as any two commands are; what runs them is scripted."""

import random

import pytest

from codeflash_core.sandbox import Tree
from codeflash_evals.hidden.chamber import Version
from codeflash_evals.hidden.failing import Failed
from codeflash_evals.hidden.measuring import Broken, Workload, measure
from codeflash_evals.hidden.saving import Savings

RUN = Workload(command=("./program",))


class Scripted:
    """Answers with a version's milliseconds, a little noise on them."""

    def __init__(self, **answers):
        self.answers, self.asked, self.dice = answers, [], random.Random(7)

    async def ask(self, version, request, **more):
        self.asked.append((version.name, request["words"]))
        answer = self.answers[version.name]
        if callable(answer):
            answer = answer(len(self.asked))
        if isinstance(answer, (Failed, dict)):
            return answer
        took = answer * 1e6 * (1.0 + self.dice.uniform(-0.002, 0.002))
        return {"first": [took, took * 1.01, 0], "samples": [], "code": 0}


@pytest.fixture
def measured(tmp_path):
    """Measures versions with these answers."""

    async def make(**answers):
        chamber = Scripted(**answers)
        tree = Tree(tmp_path, tmp_path, tmp_path, "")
        before, *others = (Version(name, tree) for name in answers)
        return chamber, await measure(chamber, before, others, RUN)

    return make


async def test_each_version_is_compared_with_the_original(measured):
    chamber, found = await measured(before=200, after=100, reference=50)
    assert isinstance(found, Savings)
    assert found.cold.intervals["after"].low < 2.0 < found.cold.intervals["after"].high
    assert found.cold.intervals["reference"].point == pytest.approx(4.0, rel=0.01)
    assert len(found.cold.logs["after"]) == found.cold.intervals["after"].blocks
    assert (found.cold.unit, found.warm) == ("cpu", None)
    assert {name for name, _ in chamber.asked} == {"before", "after", "reference"}
    assert all(words == ["./program"] for _, words in chamber.asked)


async def test_what_waits_is_measured_by_the_wall(measured):
    _, found = await measured(
        before=lambda n: {"first": [1e6, 2e8 + n % 7 * 1e4, 0], "code": 0},
        after=lambda n: {"first": [1e6, 1e8 + n % 5 * 1e4, 0], "code": 0},
    )
    assert (found.cold.unit, round(found.cold.intervals["after"].point)) == ("wall", 2)


async def test_a_version_whose_command_fails_where_the_originals_answers_is_broken(measured):
    _, found = await measured(before=100, after=Failed("it was ended: memory"))
    assert found == Broken("after", "the hidden workload failed on the version after: it was ended: memory")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"first": [1]}, "its answer is malformed"),
        (Failed("it was ended: disk", telling=False), "it was ended: disk"),
        ({"first": [1e8, 1e8, 0], "code": 3}, "the exit codes differ"),
    ],
)
async def test_what_says_nothing_of_the_version_is_a_failure(measured, answer, said):
    _, found = await measured(before=100, after=answer)
    assert isinstance(found, Failed)
    assert said in found.why
