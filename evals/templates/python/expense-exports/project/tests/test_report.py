import pytest

from expenses.report import as_text, totals
from expenses.rows import BadRow

HEADER = "person;kind;amount;state;note"


def export(count):
    yield HEADER
    for n in range(count):
        state = ("approved", "open", "refused")[n % 3]
        yield f"P{n * 17 % 40:02};{('Train', 'Hotel', 'Meal')[n % 7 % 3]};{n % 300}.{n % 10}5;{state};trip {n}"


def test_only_what_is_approved_counts():
    lines = [HEADER, "Ada;Train;12.50;approved;", "Ada;Hotel;80;open;", "Bob;Meal;7.5;approved;lunch"]
    assert totals(lines) == {"Ada": 1250, "Bob": 750}


def test_kinds_narrow_the_totals():
    lines = [HEADER, "Ada;Train;12.50;approved;", "Ada;Hotel;80;approved;"]
    assert totals(lines, {"hotel"}) == {"Ada": 8000}


def test_an_amount_that_is_none_is_refused_with_its_row():
    with pytest.raises(BadRow, match="row 2"):
        totals([HEADER, "Ada;Train;1;approved;", "Ada;Train;a lot;approved;"])


def test_text_is_aligned():
    assert as_text({"Ada": 5, "Grace": 120000}).splitlines() == ["Ada          0.05", "Grace     1200.00"]
    assert as_text({}) == ""


def test_a_quarter():
    sums = totals(export(6000))
    assert len(sums) == 40
    assert list(sums) == sorted(sums)
