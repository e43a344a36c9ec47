import pytest

from codeflash_evals.ablation.cases import Kind
from codeflash_evals.ablation.figures import Share, accepted_of, row
from codeflash_evals.ablation.lines import Judged, Results
from codeflash_evals.ablation.table import markdown

ON, OFF = "everything on", "without cold"


def judged(kind, configuration, *accepted):
    return [Judged(f"{kind}{n}", kind, configuration, each, "") for n, each in enumerate(accepted)]


@pytest.fixture
def lines():
    return (
        *judged(Kind.WRONG, ON, False, False, False),
        *judged(Kind.WARM, ON, False, False),
        *judged(Kind.FASTER, ON, True, False),
        *judged(Kind.WRONG, OFF, False, True, False),
        *judged(Kind.WARM, OFF, True, True),
        *judged(Kind.EQUAL, OFF, False, False),
        *judged(Kind.RIGHT, OFF, True, True),
    )


def test_each_truth_is_counted_by_itself(lines):
    found = row(OFF, lines)
    assert (found.wrong, found.false, found.lost) == (Share(1, 3), Share(2, 4), Share(0, 2))
    assert found.cases == 9
    assert row(ON, lines).lost == Share(1, 2)


def test_a_kind_is_counted_by_itself(lines):
    assert accepted_of(Kind.WARM, OFF, lines) == Share(2, 2)
    assert accepted_of(Kind.WARM, ON, lines) == Share(0, 2)
    assert accepted_of(Kind.RIGHT, ON, lines) == Share(0, 0)


def test_a_share_has_the_exact_two_sided_interval():
    # Clopper and Pearson: none in n has the upper bound 1 - (0.025)^(1/n).
    low, high = Share(0, 20).bounds
    assert low == 0.0
    assert high == pytest.approx(1 - 0.025 ** (1 / 20), abs=1e-6)
    low, high = Share(20, 20).bounds
    assert low == pytest.approx(0.025 ** (1 / 20), abs=1e-6)
    assert high == 1.0
    assert str(Share(1, 2)).startswith("50.0 [1.3, 98.7]")


def test_of_nothing_there_is_no_share():
    assert str(Share(0, 0)) == "–"
    assert Share(0, 0).bounds == (0.0, 1.0)


def test_the_tables_have_a_row_for_each_configuration_and_kind_that_was_judged(lines):
    text = markdown(Results({"cores": "2", "date": "2026-01-02"}, lines))
    assert f"| {ON} | 0.0 [" in text
    assert f"| {OFF} | 33.3 [" in text
    assert "without growth" not in text
    assert "| 0 of 2 | 2 of 2 |" in text
    assert "| 0 of 0 | 0 of 2 |" in text
    assert "unreached" not in text
    assert text.rstrip().endswith("Measured on cores 2, date 2026-01-02.")
