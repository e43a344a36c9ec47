"""The tests that speak about a target are chosen."""

from __future__ import annotations

from codeflash_core.model.corpus import Corpus
from codeflash_python.tests.selection import in_test_evidence, paths_of, spread, usable_tests

RESULTS = {"a": "passed", "b": "failed", "c": "passed", "d": "skipped"}


def test_usable_tests_reach_the_target_and_pass():
    corpus = Corpus(target="t", reached_by=("d", "c", "b", "unknown", "a"), in_test=("b", "c"))
    assert usable_tests(corpus, RESULTS) == ("c", "a")
    assert in_test_evidence(corpus, RESULTS) == ("c",)


def test_few_tests_are_all_kept():
    assert spread(["x::a", "y::b"], 5) == ("x::a", "y::b")


def test_many_tests_are_thinned_evenly_over_their_files():
    tests = [f"x::{n}" for n in range(10)] + ["y::0", "y::1"]
    assert spread(tests, 4) == ("x::0", "x::1", "y::0", "y::1")
    assert spread(tests, 0) == ()


def test_files_are_named_once():
    assert paths_of(["x.py::a", "y.py::b[1::2]", "x.py::c"]) == ("x.py", "y.py")
