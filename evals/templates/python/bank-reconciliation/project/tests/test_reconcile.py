import pytest

from reconcile.matching import pairs, quality, reconcile
from reconcile.records import Entry, Line, cents, read_entries


def month(count):
    entries = [Entry(n, f"R{n % (count * 3 // 4)}", 100 + n % 50, n % 28) for n in range(count)]
    lines = [Line(n, f"R{n * 7 % count}", 100 + n * 7 % 50, (n * 7 % 28) + 1) for n in range(count)]
    return entries, lines


@pytest.mark.parametrize(("text", "value"), [("12", 1200), ("0.5", 50), ("-3.07", -307)])
def test_amounts(text, value):
    assert cents(text) == value


def test_an_amount_too_fine_is_refused():
    with pytest.raises(ValueError, match="too fine"):
        cents("1.234")


def test_rows_become_entries():
    assert read_entries(["7; R1 ; 2.50; 3"]) == [Entry(7, "R1", 250, 3)]


def test_pairs_come_by_entry_and_then_by_line():
    entries = [Entry(1, "a", 1, 1), Entry(2, "b", 1, 1), Entry(3, "a", 1, 1)]
    lines = [Line(0, "a", 1, 1), Line(1, "a", 1, 1)]
    assert [(e.number, ln.position) for e, ln in pairs(entries, lines)] == [(1, 0), (1, 1), (3, 0), (3, 1)]


def test_a_payment_before_its_entry_does_not_count():
    assert quality(Entry(1, "a", 5, 9), Line(0, "a", 5, 8)) is None


def test_a_month():
    entries, lines = month(500)
    result = reconcile(entries, lines)
    assert len(result["matched"]) + len(result["open"]) == 500
    assert result["matched"]
    assert result["repeated"]
