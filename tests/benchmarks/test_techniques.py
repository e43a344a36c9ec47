"""The figures of techniques: a ratio with its interval, over processes, and the counts beside it."""

import math
import sys

import pytest


@pytest.fixture
def techniques(tool):
    return tool("benchmarks/techniques.py")


@pytest.fixture
def page_of(root, monkeypatch, tool):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    return tool("benchmarks/page.py").page


@pytest.fixture
def outcome(techniques, tmp_path):
    read = sys.modules["snippets.techniques"]
    block = read.Snippet("", 1)
    technique = read.Technique("python", "cpu", "A title", tmp_path, block, block, block)

    def make(slow=(), fast=(), **more):
        return techniques.Outcome(technique, slow_ns=tuple(slow), fast_ns=tuple(fast), **more)

    return make


def test_a_ratio_is_the_mean_over_processes_with_its_interval(techniques, outcome):
    found = techniques.row([outcome([200.0] * 4, [100.0] * 4), outcome([800.0] * 4, [100.0] * 4)])
    point, low, high = found["ratio"]
    assert point == 4.0
    assert low < 4.0 < high
    assert math.isclose(low * high, 16.0, rel_tol=0.02)
    assert found["processes"] == 2


def test_one_process_gives_no_interval_and_so_no_ratio(techniques, outcome):
    assert "ratio" not in techniques.row([outcome([2.0], [1.0])])


def test_a_failed_check_is_a_failure_of_the_row(techniques, outcome):
    assert techniques.row([outcome([2.0], [1.0]), outcome(error="no")])["failed"]


def test_the_page_shows_what_was_counted_and_what_failed(techniques, outcome, page_of):
    counted = sys.modules["snippets.running"].Counted("calls", 1200, 3)
    good = techniques.row([outcome([2.0] * 4, [1.0] * 4, counted=(counted,))] * 2)
    bad = techniques.row([outcome(error="no")])
    untimed = techniques.row([outcome()])
    machine = {"cores": 2, "load": "0", "processor": "p", "system": "Linux x"}
    stored = {"figures": [good, bad, untimed], "machine": machine, "python": "3", "date": "2026-01-01"}
    text = page_of({"techniques": stored})
    assert "| python, cpu: A title | 2x [1.98, 2.02] | calls 1,200 to 3 |" in text
    assert "**the check failed**" in text
    assert "| not timed | - |" in text
