import pytest

from codeflash_evals.cases.case import Metric
from codeflash_evals.hidden.chamber import Version
from codeflash_evals.hidden.failing import Failed
from codeflash_evals.hidden.measuring import Broken, Workload, measure


class Scripted:
    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    async def ask(self, version, request, **more):
        self.asked.append((version.name, more["hash_seed"], request))
        answer = self.answers[version.name]
        return next(answer) if hasattr(answer, "__next__") else answer


def timed(nanoseconds, first=None, busy=1.0):
    first = first or nanoseconds
    # Three times as long as it ran, and waited by itself, it was kept from running by others.
    spent = [[each, each * (3 + 1 / busy), each * 3] for each in (first, nanoseconds)]
    return {"first": spent[0], "samples": [spent[1]] * 4}


def named(*names):
    return [Version(name, None) for name in names]


TIME = Workload()


async def taken(workload=TIME, **answers):
    chamber = Scripted(**answers)
    before, *others = named(*answers)
    return chamber, await measure(chamber, before, others, workload)


async def test_every_round_has_each_version_once_under_one_hash_seed():
    chamber, found = await taken(before=timed(4e6), after=timed(2e6), reference=timed(1e6))
    assert found.warm.intervals["after"].point == pytest.approx(2.0)
    assert found.warm.intervals["reference"].point == pytest.approx(4.0)
    # The first round brings the files into memory and does not count.
    assert found.warm.intervals["after"].blocks == len(chamber.asked) / 3 - 1
    for at in range(0, len(chamber.asked), 3):
        group = chamber.asked[at : at + 3]
        assert sorted(name for name, _, _ in group) == ["after", "before", "reference"]
        assert len({seed for _, seed, _ in group}) == 1
    assert len({seed for _, seed, _ in chamber.asked}) == len(chamber.asked) / 3


async def test_the_first_call_of_each_process_is_told_from_later_ones():
    _, found = await taken(before=timed(4e6, first=4e6), after=timed(1e3, first=2e6))
    assert found.cold.intervals["after"].point == pytest.approx(2.0)
    assert found.warm.intervals["after"].point == pytest.approx(4000.0)


async def test_a_process_that_makes_one_call_has_no_later_ones():
    _, found = await taken(Workload(Metric.IMPORT), before=timed(4e6), after=timed(1e6))
    assert (found.cold.intervals["after"].point, found.warm) == (pytest.approx(4.0), None)


@pytest.mark.parametrize(
    ("before", "after", "unit"),
    [(1.0, 1.0, "cpu"), (0.4, 1.0, "wall"), (1.0, 0.4, "wall"), (1.8, 1.0, "wall")],
)
async def test_the_wall_counts_where_a_version_waits_or_shares_its_work(before, after, unit):
    _, found = await taken(before=timed(4e6, busy=before), after=timed(1e6, busy=after))
    assert (found.cold.unit, found.warm.unit) == (unit, unit)


async def test_memory_is_measured_in_bytes_on_the_first_call_and_on_a_later_one():
    answers = {"before": {"first": 4000, "later": 4000}, "after": {"first": 4000, "later": 1000}}
    _, found = await taken(Workload(Metric.MEMORY), **answers)
    assert (found.cold.unit, found.warm.unit) == ("bytes", "bytes")
    assert found.cold.intervals["after"].point == pytest.approx(1.0)
    assert found.warm.intervals["after"].point == pytest.approx(4.0)


@pytest.mark.parametrize(
    "broken",
    [
        {"samples": []},
        {"samples": [[1]]},
        {"samples": [["x", 2]]},
        {"samples": 3},
        {"samples": [[1, 1, None]]},
        {"first": 1},
    ],
)
async def test_a_malformed_answer_is_a_failure(broken):
    _, found = await taken(before=timed(1e6), after={**timed(1e6), **broken})
    assert isinstance(found, Failed)
    assert "version after" in found.why


CRASH = Failed("it ended with 1")


async def test_a_version_that_fails_where_the_original_answers_is_broken():
    _, found = await taken(before=timed(1e6), after=CRASH)
    assert found == Broken("after", "the hidden workload failed on the version after: it ended with 1")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CRASH, timed(1e6), "on the version before: it ended with 1"),
        (CRASH, CRASH, "on the version before: it ended with 1"),
        (timed(1e6), Failed("it was ended: disk", telling=False), "it was ended: disk"),
        (timed(1e6), iter([CRASH, *[timed(1e6)] * 9]), "and not the second time"),
    ],
    ids=["original", "both", "machinery", "once"],
)
async def test_a_failure_that_may_not_be_the_versions_is_no_difference(before, after, said):
    _, found = await taken(before=before, after=after)
    assert isinstance(found, Failed)
    assert said in found.why
