import pytest


@pytest.fixture
def exact(tool):
    return tool("benchmarks/exact.py")


@pytest.fixture
def page(tool):
    return tool("benchmarks/page.py")


def test_no_event_in_n_gives_the_closed_form(exact):
    assert exact.upper_bound(0, 312) == pytest.approx(1 - 0.05 ** (1 / 312), abs=1e-9)


def test_the_bound_puts_the_tail_at_the_level(exact):
    bound = exact.upper_bound(1, 500)
    tail = (1 - bound) ** 500 + 500 * bound * (1 - bound) ** 499
    assert tail == pytest.approx(0.05, abs=1e-9)


def test_bounds_mirror_each_other(exact):
    assert exact.lower_bound(60, 60) == pytest.approx(0.05 ** (1 / 60), abs=1e-9)
    assert exact.upper_bound(7, 7) == 1.0
    assert exact.lower_bound(0, 7) == 0.0


def test_impossible_counts_are_refused(exact):
    for found, of in ((-1, 5), (6, 5), (0, 0)):
        with pytest.raises(ValueError, match="of"):
            exact.upper_bound(found, of)


def test_a_page_without_figures_says_how_to_measure_them(page):
    text = page.page({})
    for name in ("same", "gain", "optimizing", "recording", "service", "startup", "versions", "commands"):
        assert f"--only {name}" in text


def test_the_page_gives_counts_and_bounds(page):
    row = {"benchmark": "self-test: identical code", "faster": 1, "decisions": 500, "upper_bound": 0.00945}
    row |= {"blocks": 4, "seconds": 2.0, "load": 3.0, "least_load": 2.0, "noisy": 5, "broken": 0}
    machine = {"cores": "2", "load": "3", "processor": "X", "system": "Linux 6"}
    result = {"figures": [row], "machine": machine, "python": "3.11", "date": "2026-01-01"}
    text = page.page({"same": result})
    assert '1 false "faster" in 500 decisions' in text
    assert "0.94%" in text or "0.95%" in text
