import json
import subprocess
import sys

import pytest


@pytest.fixture
def targets(tool):
    return tool("benchmarks/real_packages/targets.py")


@pytest.fixture
def table(tool):
    return tool("benchmarks/real_packages/table.py")


@pytest.fixture
def rows(targets, root):
    return targets.read_targets(root / "benchmarks/real_packages/targets.toml")


def result(decision, low=1.5, **more):
    speedup = {"point": 1.8, "low": low, "high": 2.0, "cold_low": 1.4}
    outcome = {
        "decision": decision,
        "speedup": speedup,
        "evidence": {"calls": 12, "grades": {"traced": 12}, "mutation_score": 0.9, "tests_passed": 3},
        "candidate": {"source": "rewrites:membership-in-list"},
        "reasons": ["the gain is too small"],
    }
    tests = {"passed": 3, "skipped": 0, "failed": [], "note": ""}
    made = {"outcome": outcome, "seconds": 9.4, "machine": "a machine", "date": "2030-01-02"}
    return made | {"tests_before": tests, "tests_after": tests, "problem": None} | more


def test_the_list_holds_twelve_targets_and_two_controls(rows):
    assert len([row for row in rows if not row.control]) == 12
    assert len([row for row in rows if row.control]) == 2
    assert len({row.id for row in rows}) == 14


def test_every_workload_script_is_a_program(rows, targets):
    for row in rows:
        compile(targets.workload_script(row), row.id, "exec")


def test_a_workload_script_makes_each_call_with_fresh_iterators(targets, tmp_path):
    (tmp_path / "library.py").write_text(
        "seen = []\nclass Box:\n    def take(self, items, *, factor):\n        seen.append(sum(items) * factor)\n"
    )
    row = targets.Target(
        id="x",
        package="library==1",
        root=".",
        file="library.py",
        module="library",
        function="Box.take",
        tests=(),
        hand_speedup=1,
        difficulty="D1",
        control=False,
        workload="from library import Box\nA=[((Box(), iter_factory([1, 2])), {'factor': 2})]\n",
    )
    script = tmp_path / "workload.py"
    script.write_text(targets.workload_script(row, repeats=3) + "print(_module.seen)\n")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [6, 6, 6]


def test_a_selection_by_name_is_no_path(rows):
    (row,) = (row for row in rows if row.id == "mpmath.list_primes")
    assert row.tests[-2] == "-k"
    assert row.test_paths == ("mpmath/tests/test_functions.py", "mpmath/tests/test_functions2.py")


def test_the_page_counts_targets_and_controls(table, rows):
    results = {"docutils.uniq": result("accepted"), "more_itertools.idft": result("rejected")}
    text = table.page(rows, results)
    assert "**1 of 12** targets, **0 of 2** controls" in text
    assert "| 1.80x [1.50, 2.00] | 1.40x | 34.22x |" in text
    assert "membership-in-list" in text
    assert text.count("not tried") == 12
    assert "`more_itertools.idft`: the gain is too small" in text


def test_tests_that_fail_since_the_change_stand_out(table, rows):
    broken = result("accepted", tests_after={"passed": 2, "skipped": 0, "failed": ["t::a"], "note": ""})
    assert "**1 newly failing**" in table.page(rows, {"docutils.uniq": broken})


def test_a_run_without_an_answer_is_listed_with_its_problem(table, rows):
    text = table.page(rows, {"docutils.uniq": result("x") | {"outcome": None, "problem": "exit code 3"}})
    assert "| failed |" in text
    assert "`docutils.uniq`: exit code 3" in text


def test_the_page_is_what_the_stored_results_say(table, rows, root):
    folder = root / "benchmarks/real_packages/results"
    stored = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    page = (root / "docs/reference/real-packages.md").read_text(encoding="utf-8")
    assert page == table.page(rows, stored), "run `python benchmarks/real_packages --page`"
