import pytest

from dunning.fees import late_fee, periods_late, stage


@pytest.mark.parametrize(("days", "periods"), [(0, 0), (14, 0), (15, 1), (44, 2), (400, 6)])
def test_periods(days, periods):
    assert periods_late(days) == periods


def test_fees_compound():
    assert late_fee(10_000, 20) == 80
    assert late_fee(10_000, 50) == 161


def test_stages_get_worse():
    assert [stage(days) for days in (0, 1, 30, 60, 200)] == [
        "current",
        "friendly",
        "reminder",
        "warning",
        "collection",
    ]
