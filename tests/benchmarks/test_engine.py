import pytest


@pytest.fixture
def page(tool):
    return tool("benchmarks/page.py")


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
