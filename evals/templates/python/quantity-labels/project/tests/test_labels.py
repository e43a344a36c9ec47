import pytest

from quantities.labels import format_quantity, sheet


@pytest.mark.parametrize(("value", "text"), [(3, "3 kg"), (1.0, "1.00 kg"), (True, "yes (kg)"), (False, "no (kg)")])
def test_labels_by_kind(value, text):
    assert format_quantity(value, "kg") == text


def test_infinity_has_no_label():
    with pytest.raises(ValueError, match="inf"):
        format_quantity(float("inf"), "m")


def test_a_sheet():
    rows = [(f"article {n}", n / 7 if n % 3 else n, ("kg", "m")[n % 2]) for n in range(2000)]
    assert sheet(rows).splitlines()[1] == "article 1: 0.14 m"
