import pytest

from codeflash_core.cases.results import read_results
from codeflash_core.errors import UsageError

HYPERFINE = {
    "results": [
        {"command": "old", "mean": 0.2, "times": [0.2, 0.21, 0.19, 0.2]},
        {"command": "new", "mean": 0.1, "times": [0.1, 0.11, 0.1, 0.1]},
    ]
}


def pytest_benchmark(times, commit="c1", name="tests/t.py::test_a"):
    return {"commit_info": {"id": commit}, "benchmarks": [{"fullname": name, "stats": {"data": times}}]}


def test_versions_are_read_with_their_commits(document, as_bytes):
    (found,) = read_results([as_bytes(document())])
    assert (found.target, found.speedup, found.low, found.gain) == ("test_count", 2.0, 1.9, True)
    assert (found.base, found.head) == ("a" * 40, "b" * 40)
    assert found.machine == "Linux 6, EPYC, 2"
    assert found.evidence == "compare, 6 blocks, faster"


def test_a_run_of_the_engine_is_read(as_bytes):
    speedup = {"point": 3.0, "low": 2.5, "high": 3.5, "level": 0.999, "blocks": 4, "clock": "cpu"}
    result = {
        "target": "m.py::f",
        "decision": "accepted",
        "verdict": "same",
        "speedup": speedup,
        "evidence": {"calls": 9, "tests_passed": 2},
    }
    (found,) = read_results([as_bytes({"results": [result, {**result, "speedup": None}], "machine": {}})])
    assert found.gain
    assert found.evidence == "same: 9 inputs, 2 tests, 4 blocks, accepted"
    (refused,) = read_results([as_bytes({"results": [{**result, "decision": "rejected"}]})])
    assert not refused.gain


def test_two_commands_are_read(as_bytes):
    speedup = {"point": 2.0, "low": 1.8, "high": 2.2, "level": 0.999, "blocks": 4, "clock": "wall"}
    document = {
        "outcome": "faster",
        "speedup": speedup,
        "exit_codes": {"a": [0], "b": [0]},
        "seconds": {"a": 2.0, "b": 1.0},
    }
    (found,) = read_results([as_bytes(document)])
    assert (found.target, found.before, found.unit) == ("command", 2.0, "s")


def test_hyperfine_gets_an_interval_and_a_warning(as_bytes):
    (found,) = read_results([as_bytes(HYPERFINE)])
    assert found.target == "old / new"
    assert found.low < found.speedup < found.high
    assert found.gain
    assert "one version after the other" in found.evidence


def test_two_files_of_pytest_benchmark_are_read(as_bytes):
    files = [pytest_benchmark([1.0, 1.01, 0.99]), pytest_benchmark([1.0, 1.02, 0.98], "c2")]
    (found,) = read_results([as_bytes(each) for each in files])
    assert (found.base, found.head) == ("c1", "c2")
    assert "one process of each version" in found.evidence


def test_one_process_of_each_version_is_never_a_gain(as_bytes):
    files = [pytest_benchmark([2.0, 2.01, 1.99] * 50), pytest_benchmark([1.0, 1.02, 0.98] * 50)]
    (found,) = read_results([as_bytes(each) for each in files])
    assert found.low > 1.9
    assert not found.gain


def test_commands_that_fail_are_no_gain(as_bytes):
    failing = {"results": [HYPERFINE["results"][0], {**HYPERFINE["results"][1], "exit_codes": [0, 1]}]}
    (found,) = read_results([as_bytes(failing)])
    assert not found.gain
    assert "exit codes [0, 1]" in found.evidence


def test_a_row_without_both_bounds_is_left_out(document, as_bytes):
    wide = document()
    wide["rows"][0]["speedup"]["high"] = None
    assert read_results([as_bytes(wide)]) == ()


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ([b"not json"], "no JSON"),
        ([b"[]"], "no JSON object"),
        ([b"{}"], "no result that is understood"),
        ([b'{"results": [{"command": "a", "times": [1, 1]}]}'], "two are wanted"),
        ([b'{"rows": [{"speedup": {"point": 1}}]}'], "can't be read: KeyError"),
        ([b'{"rows": 3}'], "can't be read: TypeError"),
        ([b'{"benchmarks": [{"name": "x"}]}', b'{"benchmarks": [{"name": "x"}]}'], "can't be read: KeyError"),
        ([b'{"benchmarks": []}'], "measures one version a file"),
        ([b'{"benchmarks": []}', b'{"benchmarks": []}'], "no benchmark in common"),
        ([b"{}", b"{}", b"{}"], "3 files make no result"),
        (
            [b'{"results": [{"command": "a", "times": [1]}, {"command": "b", "times": [1, 2]}]}'],
            "two positive times",
        ),
        (
            [
                b'{"benchmarks": [{"fullname": "t", "stats": {}}]}',
                b'{"benchmarks": [{"fullname": "t", "stats": {}}]}',
            ],
            "kept no times of t",
        ),
    ],
)
def test_what_is_no_result_is_refused(contents, told):
    with pytest.raises(UsageError, match=told):
        read_results(contents)
