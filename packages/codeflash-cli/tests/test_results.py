"""The JSON document and the records of a run that found something."""

import json
import subprocess

import pytest

pytestmark = pytest.mark.slow
KEYS = {
    "target": str,
    "decision": str,
    "verdict": str,
    "speedup": dict,
    "evidence": dict,
    "candidate": dict,
    "reasons": list,
    "run": str,
}


def test_a_faster_version_is_accepted_and_the_document_has_the_promised_keys(optimized) -> None:
    assert optimized.said.code == 0, optimized.said.err
    document = optimized.said.document
    assert {"run", "results", "noise_floor"} <= set(document)
    (result,) = document["results"]
    assert {name: type(result[name]) for name in KEYS} == KEYS
    assert result["counterexample"] is None
    assert (result["target"], result["decision"], result["verdict"]) == (
        "src/shop/ordering.py::distinct",
        "accepted",
        "same",
    )
    assert result["run"] == document["run"]
    speedup = result["speedup"]
    assert set(speedup) >= {"point", "low", "high", "cold_low", "blocks", "noise_floor"}
    assert 1.02 < speedup["low"] <= speedup["point"] <= speedup["high"]
    assert speedup["blocks"] >= 4
    assert set(result["evidence"]) >= {"calls", "grades", "mutation_score", "tests_passed"}
    assert result["evidence"]["tests_passed"] == 2
    assert result["evidence"]["grades"]["test"] == 2
    assert set(result["candidate"]) >= {"source", "diff", "why"}
    assert result["candidate"]["source"].startswith("rewrites:")


def test_the_tree_is_as_it_was(optimized) -> None:
    assert optimized.before == optimized.after


def test_nothing_runs_on_and_no_scratch_folder_stays(optimized) -> None:
    assert optimized.shop.processes() == []
    assert optimized.shop.scratch() == []


def test_progress_goes_to_stderr(optimized) -> None:
    for stage in ("observe", "check", "measure"):
        assert stage in optimized.said.err


def test_the_patch_applies_to_the_project(optimized) -> None:
    (delivered,) = optimized.said.document["delivered"]
    assert delivered["paths"] == [str(optimized.patch)]
    done = subprocess.run(
        ["git", "apply", "--check", str(optimized.patch)],
        cwd=optimized.shop.root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_report_is_one_file_with_the_numbers(optimized) -> None:
    text = optimized.report.read_text(encoding="utf-8")
    assert "src/shop/ordering.py::distinct" in text
    assert f"{optimized.said.document['results'][0]['speedup']['point']:.2f}" in text


def test_the_run_is_listed_and_shown_again(optimized, tmp_path) -> None:
    shop, document = optimized.shop, optimized.said.document
    listed = shop.run("runs", "list", "--json").document["runs"]
    (entry,) = [each for each in listed if each["run"] == document["run"]]
    assert entry["finished"] is True
    assert entry["project"] == str(shop.root)
    assert entry["arguments"][0] == "optimize"
    shown = shop.run("runs", "show", "last", "--json")
    assert shown.code == 0
    assert shown.document == {key: value for key, value in document.items() if key != "delivered"}
    assert "src/shop/ordering.py::distinct" in shop.run("runs", "show", document["run"]).out
    again = shop.run("runs", "show", "last", "--report", str(tmp_path / "again.html"))
    assert again.code == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == optimized.report.read_text(
        encoding="utf-8"
    )


def test_a_finished_run_is_resumed_without_work(optimized) -> None:
    resumed = optimized.shop.run("runs", "resume", "last")
    assert resumed.code == 0, resumed.err
    before, after = optimized.said.document["results"], resumed.document["results"]
    assert [{**each, "seconds": 0} for each in before] == [{**each, "seconds": 0} for each in after]
    journal = optimized.shop.state / "runs" / resumed.document["run"] / "journal.jsonl"
    names = [
        entry["name"]
        for entry in map(json.loads, journal.read_text().splitlines())
        if entry["kind"] == "step"
    ]
    assert len(names) == len(set(names))


def test_the_patch_is_accepted_when_it_is_judged_by_itself(optimized, shop) -> None:
    before = shop.digest()
    said = shop.run("verify", "src/shop/ordering.py::distinct", "--patch", str(optimized.patch), "--json")
    assert said.code == 0, said.err
    assert (said.document["verdict"], said.document["decision"]) == ("same", "accepted")
    assert said.document["speedup"] is None
    assert shop.digest() == before
