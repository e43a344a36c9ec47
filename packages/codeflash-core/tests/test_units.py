import pytest

from codeflash_core.errors import UsageError
from codeflash_core.units import format_seconds, parse_count, parse_money, parse_ratio, parse_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60", 60.0), ("60s", 60.0), ("500ms", 0.5), ("2m", 120.0), ("1.5 h", 5400.0), (".5s", 0.5)],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "1 week", "nan", "1e3", "--5s", "1h30m", "soon"])
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(UsageError, match="not a duration"):
        parse_seconds(text)


@pytest.mark.parametrize("text", ["0", "0ms", "-1s", "-5"])
def test_a_duration_is_above_zero(text: str) -> None:
    with pytest.raises(UsageError, match=f"a duration above 0 is wanted, not {text}"):
        parse_seconds(text)


@pytest.mark.parametrize(("text", "ratio"), [("3%", 0.03), ("1e-9", 1e-9), ("0", 0.0)])
def test_fractions_are_read(text: str, ratio: float) -> None:
    assert parse_ratio(text) == pytest.approx(ratio)


@pytest.mark.parametrize("text", ["-1", "inf", "nan", "x%", "", "1", "100%", "5"])
def test_other_texts_are_no_fractions(text: str) -> None:
    with pytest.raises(UsageError):
        parse_ratio(text)


@pytest.mark.parametrize(("text", "count"), [("1", 1), (" 20 ", 20), ("+3", 3)])
def test_counts_are_read(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "many", "", "²", "1_0", "9" * 5000])
def test_other_texts_are_no_counts(text: str) -> None:
    with pytest.raises(UsageError, match="a whole number from 1 up is wanted"):
        parse_count(text)


def test_a_number_without_a_least_may_be_negative() -> None:
    assert parse_count("-3", least=None) == -3


def test_durations_are_shown_with_their_unit() -> None:
    assert [format_seconds(value) for value in (2.0, 0.0123, 4e-6, 5e-9)] == [
        "2 s",
        "12.3 ms",
        "4 µs",
        "5 ns",
    ]


@pytest.mark.parametrize(("text", "amount"), [("2", 2.0), ("$0.50", 0.5), (" .25 ", 0.25), ("0", 0.0)])
def test_money_as_people_write_it(text, amount) -> None:
    assert parse_money(text) == amount


@pytest.mark.parametrize("text", ["", "-1", "1e3", "nan", "free", "1,50"])
def test_no_amount_of_money_is_refused(text) -> None:
    with pytest.raises(UsageError, match="not an amount"):
        parse_money(text)
