import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_evals.cases.case import Metric
from codeflash_evals.hidden.chamber import Failed, Version
from codeflash_evals.hidden.measuring import Workload, measure, savings

COSTS = st.floats(1e3, 1e9)


def rounds(before, after, wall=1.0, count=6):
    return [
        {
            "before": (before * (1 + n / 100), before * (1 + n / 100) * wall),
            "after": (after * (1 + n / 100), after * wall),
        }
        for n in range(count)
    ]


@settings(deadline=None, max_examples=25)
@given(COSTS, COSTS)
def test_what_all_versions_share_in_a_round_is_not_in_the_ratio(before, after):
    found = savings(rounds(before, after), "before").intervals["after"]
    assert found.point == pytest.approx(before / after, rel=1e-6)
    assert found.low <= found.point <= found.high


def test_a_workload_that_waits_is_measured_by_the_wall():
    assert savings(rounds(1e6, 1e6, wall=5.0), "before").unit == "wall"
    assert savings(rounds(1e6, 1e6), "before").unit == "cpu"


def test_threads_are_measured_by_the_wall():
    assert savings(rounds(2e6, 2e6, wall=0.5), "before").unit == "wall"


def test_one_undisturbed_round_shows_that_a_workload_does_not_wait():
    disturbed = [*rounds(1e6, 1e6, wall=3.0), *rounds(1e6, 1e6, count=1)]
    assert savings(disturbed, "before").unit == "cpu"


class Scripted:
    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    async def ask(self, version, request, **more):
        self.asked.append((version.name, more["hash_seed"], request))
        return self.answers[version.name]


def timed(nanoseconds, first=None):
    first = first or nanoseconds
    return {"first": [first, first], "samples": [[nanoseconds, nanoseconds]] * 4}


def named(*names):
    return [Version(name, None) for name in names]


TIME = Workload()


async def taken(workload=TIME, **answers):
    chamber = Scripted(**answers)
    before, *others = named(*answers)
    return chamber, await measure(chamber, before, others, workload)


async def test_every_round_has_each_version_once_under_one_hash_seed():
    chamber, found = await taken(before=timed(4e6), after=timed(2e6), reference=timed(1e6))
    assert found.intervals["after"].point == pytest.approx(2.0)
    assert found.intervals["reference"].point == pytest.approx(4.0)
    # The first round leaves the bytecode behind and does not count.
    assert found.intervals["after"].blocks == len(chamber.asked) / 3 - 1
    for at in range(0, len(chamber.asked), 3):
        group = chamber.asked[at : at + 3]
        assert sorted(name for name, _, _ in group) == ["after", "before", "reference"]
        assert len({seed for _, seed, _ in group}) == 1
    assert len({seed for _, seed, _ in chamber.asked}) == len(chamber.asked) / 3


async def test_cold_counts_the_first_call_of_each_process():
    answers = {"before": timed(4e6, first=4e6), "after": timed(1e3, first=4e6)}
    _, cold = await taken(Workload(cold=True), **answers)
    _, warm = await taken(**answers)
    assert cold.intervals["after"].point == pytest.approx(1.0)
    assert warm.intervals["after"].point > 1000


async def test_memory_is_measured_in_bytes():
    _, found = await taken(Workload(Metric.MEMORY), before={"bytes": 4000}, after={"bytes": 1000})
    assert found.unit == "bytes"
    assert found.intervals["after"].point == pytest.approx(4.0)


@pytest.mark.parametrize(
    "answer", [{}, {"samples": []}, {"samples": [[1]]}, {"samples": [["x", 2]]}, {"samples": 3}]
)
async def test_a_malformed_answer_is_a_failure(answer):
    _, found = await taken(before=timed(1e6), after=answer)
    assert isinstance(found, Failed)
    assert "version after" in found.why


async def test_a_version_that_crashes_is_named():
    _, found = await taken(before=timed(1e6), after=Failed("it ended with 1"))
    assert found == Failed("the hidden workload failed on the version after: it ended with 1")
