"""What the end of the budget for faults says: nothing."""

import pytest

from codeflash_worker.ops import faults

BILLION = 1_000_000_000


@pytest.mark.parametrize(
    ("now", "how"),
    [([0, 8 * BILLION, 10 * BILLION], "not-run"), ([0, 1 * BILLION, 6 * BILLION], "timeout")],
    ids=["cut by the end of the budget", "in its own time"],
)
def test_only_a_fault_with_all_its_time_counts_as_hanging(
    monkeypatch: pytest.MonkeyPatch, now: list, how: str
) -> None:
    times = iter(now)
    monkeypatch.setattr(faults.clock, "perf_counter_ns", lambda: next(times))
    monkeypatch.setattr(faults, "load", lambda state, target: None)
    monkeypatch.setattr(faults, "run_variant", lambda *arguments: {"how": "timeout", "at": 0})
    request = {"target": {}, "variants": [{}], "budget": 10.0, "variant_wall": 5.0}
    data, _ = faults.run(None, request, [])
    assert [answer["how"] for answer in data["variants"]] == [how]
