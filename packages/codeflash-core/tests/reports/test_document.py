import json

from attrs import evolve

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.decision import Decision
from codeflash_core.model.verdict import Undecided
from codeflash_core.reports.document import result_document, run_document

PROMISED = {
    "target",
    "decision",
    "verdict",
    "counterexample",
    "speedup",
    "evidence",
    "candidate",
    "reasons",
    "run",
}


def test_a_result_has_the_promised_keys_and_figures(accepted):
    document = result_document(accepted, "run-1")
    assert document.keys() >= PROMISED
    assert document["decision"] == "accepted"
    assert document["verdict"] == "same"
    assert document["counterexample"] is None
    assert document["run"] == "run-1"
    interval = accepted.best.comparison.interval
    assert document["speedup"].keys() >= {"point", "low", "high", "cold_low", "blocks", "noise_floor"}
    assert abs(document["speedup"]["low"] - interval.low) < 1e-4
    assert document["speedup"]["cold_low"] == 1.75
    assert document["evidence"].keys() >= {"calls", "grades", "mutation_score", "tests_passed"}
    assert document["evidence"]["calls"] == 412
    assert document["evidence"]["tests_passed"] == 31
    assert document["candidate"].keys() >= {"source", "diff", "why"}
    assert document["candidate"]["source"] == "rewrites:membership-in-list"


def test_a_counterexample_is_given_whole(accepted):
    different = next(a for a in accepted.attempts if a.candidate.source == "service:model-7")
    document = result_document(evolve(accepted, best=different, decision=different.decision), "r")
    assert document["verdict"] == "different"
    assert document["decision"] == "rejected"
    assert document["counterexample"]["original"] == "[Order('a', 5)]"
    assert document["speedup"] is None


def test_an_undecided_verdict_says_why(accepted):
    undecided = evolve(accepted, best=evolve(accepted.best, verdict=Undecided("wrong code loaded")))
    document = result_document(undecided, "r")
    assert (document["verdict"], document["undecided"]) == ("undecided", "wrong code loaded")


def test_a_screening_alone_is_no_speedup(accepted):
    screened = next(a for a in accepted.attempts if a.comparison is None and a.screening is not None)
    assert result_document(evolve(accepted, best=screened), "r")["speedup"] is None


def test_a_target_without_a_candidate_is_undecided(report):
    document = result_document(report.results[1], "r")
    assert document["candidate"] is None
    assert document["verdict"] == "undecided"
    assert document["reasons"] == ["no candidate was proposed"]


def test_a_run_is_one_json_document(report):
    document = json.loads(json.dumps(run_document(report), allow_nan=False))
    assert document.keys() >= {"run", "results", "noise_floor"}
    assert [result["target"] for result in document["results"]] == [
        result.target for result in report.results
    ]
    assert document["noise_floor"] == round(report.results[0].control.noise_floor, 5)


def test_a_run_without_a_control_has_no_noise_floor(report):
    assert run_document(evolve(report, results=()))["noise_floor"] is None


def test_a_cheat_is_told_by_its_kind_and_by_who_proposed_it(accepted):
    decision = Decision.cheating(Cheat(CheatKind.TEST_EDIT, "changes tests/test_m.py"))
    attempt = evolve(accepted.best, decision=decision)
    cheated = evolve(accepted, decision=decision, best=attempt, attempts=(attempt,))
    document = result_document(cheated, "r")
    assert document["cheat"] == "test-edit"
    assert [each["cheat"] for each in document["cheats"]] == ["test-edit"]
    assert document["cheats"][0]["reason"] == document["reasons"][0]
    assert result_document(accepted, "r")["cheat"] is None
    assert result_document(accepted, "r")["cheats"] == []
