import pytest
from attrs import evolve

from codeflash_core.errors import UsageError
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Different, Undecided
from codeflash_core.pipeline.checking import OUT_OF_TIME
from codeflash_core.pipeline.events import Finished

ACCEPTED = DecisionWord.ACCEPTED


def changed(result) -> str:
    assert result.best is not None
    return result.best.candidate.files["m.py"]


def purposes(trial, purpose: str) -> list[str]:
    return [name for name in trial.steps() if name.startswith(f"{purpose}:")]


async def test_a_faster_same_version_is_accepted_with_its_interval(trial) -> None:
    search = trial("a gain=1.5")
    result = await search.run()
    assert result.decision.word is ACCEPTED
    interval = result.best.comparison.interval
    assert interval.low < 1.5 < interval.high
    assert interval.low > 1.45
    assert result.original == {"m.py": "a\nb\nc\nd\ne\n"}
    assert search.events[-1] == Finished("m.py::f", "accepted", str(interval), result.decision.reasons[0])


async def test_the_best_candidate_wins(trial) -> None:
    result = await trial("a gain=1.2", "a gain=1.8", "a gain=1.4").run()
    assert changed(result).splitlines()[0] == "a gain=1.8"
    assert len(result.attempts) == 3


async def test_of_equal_gains_the_smaller_change_wins(trial) -> None:
    result = await trial("a gain=1.5\nb\nc x=1\nd x=1", "a gain=1.5").run()
    assert result.decision.word is ACCEPTED
    assert changed(result) == "a gain=1.5\nb\nc\nd\ne\n"


async def test_a_refused_candidate_is_kept_with_its_reason_and_never_runs(trial, attempt_of) -> None:
    search = trial("a gain=9 refused=1")
    result = await search.run()
    attempt = attempt_of(result, "a gain=9 refused=1")
    assert attempt.decision.word is DecisionWord.REJECTED
    assert attempt.decision.reasons == ("the signature changed",)
    assert not search.language.checked
    assert not search.language.timed


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        ("a gain=9 differs=1", DecisionWord.REJECTED),
        ("a gain=9 differs_late=1", DecisionWord.REJECTED),
        ("a gain=9 undecided=1", DecisionWord.NEEDS_EVIDENCE),
        ("a gain=9 undecided_late=1", DecisionWord.NEEDS_EVIDENCE),
        ("a gain=9 unequal=1", DecisionWord.REJECTED),
        ("a gain=9 broken=1", DecisionWord.INCONCLUSIVE),
    ],
)
async def test_what_is_not_shown_to_be_the_same_is_never_accepted(trial, edit, word) -> None:
    result = await trial(edit).run()
    assert result.decision.word is word
    assert all(each.decision.word is not ACCEPTED for each in result.attempts)


async def test_a_wrong_candidate_does_not_stand_in_the_way_of_a_right_one(trial, attempt_of) -> None:
    result = await trial("a gain=9 differs_late=1", "b gain=1.3", rounds=1).run()
    assert result.decision.word is ACCEPTED
    assert changed(result) == "a\nb gain=1.3\nc\nd\ne\n"
    assert isinstance(attempt_of(result, "a gain=9 differs_late=1").verdict, Different)


async def test_only_as_many_candidates_are_confirmed_as_the_error_is_divided_among(trial) -> None:
    wrong = [f"{name} gain={9 - n} differs_late=1" for n, name in enumerate("abc")]
    search = trial(*wrong, "d gain=1.3", rounds=1, confirmations=2)
    result = await search.run()
    assert result.decision.word is DecisionWord.REJECTED
    assert len(purposes(search, "check-full")) == 2


async def test_the_error_of_a_confirmation_is_divided_among_the_confirmations(trial) -> None:
    levels = []
    for number in (1, 4):
        result = await trial("a gain=1.5", folder=f"run{number}", confirmations=number).run()
        levels.append(1.0 - result.best.comparison.interval.level)
    assert levels[0] == pytest.approx(4 * levels[1])


async def test_surviving_faults_ask_for_evidence_and_name_what_is_missing(trial) -> None:
    result = await trial("a gain=2 survivors=4").run()
    assert result.decision.word is DecisionWord.NEEDS_EVIDENCE
    assert "60%" in result.decision.reasons[0]
    assert any("not caught" in reason for reason in result.decision.reasons[1:])


async def test_one_surviving_fault_in_ten_is_within_the_bar(trial) -> None:
    assert (await trial("a gain=2 survivors=1").run()).decision.word is ACCEPTED


@pytest.mark.parametrize("gain", ["0.8", "1.0", "1.005"])
async def test_what_is_not_faster_is_rejected(trial, gain) -> None:
    result = await trial(f"a gain={gain}").run()
    assert result.decision.word is DecisionWord.REJECTED
    assert "not faster" in result.decision.reasons[0]


async def test_a_hopeless_candidate_costs_one_block(trial) -> None:
    search = trial("a gain=0.5")
    await search.run()
    assert len(purposes(search, "screen")) == 1


async def test_changes_compose_over_rounds(trial, edits) -> None:
    search = trial("a gain=1.5", "b gain=1.3", "c gain=1.2")
    result = await search.run()
    assert result.decision.word is ACCEPTED
    assert changed(result) == "a gain=1.5\nb gain=1.3\nc gain=1.2\nd\ne\n"
    interval = result.best.comparison.interval
    assert interval.low < 1.5 * 1.3 * 1.2 < interval.high
    assert len(result.best.candidate.steps) == 3


async def test_a_source_is_told_what_became_of_earlier_candidates(trial, edits) -> None:
    source = edits(["a gain=1.5", "b gain=9 differs=1"])
    await trial(sources=[source]).run()
    first, second, *_ = source.questions
    assert first.parent is None
    assert first.history == ()
    assert second.parent is not None
    assert {each.candidate.steps for each in second.history} == {("a gain=1.5",), ("b gain=9 differs=1",)}
    assert second.files["m.py"] == "a gain=1.5\nb\nc\nd\ne\n"


async def test_equal_candidates_of_two_sources_are_tried_once(trial, edits) -> None:
    search = trial(sources=[edits(["a gain=1.5"]), edits(["a gain=1.5"], name="second")])
    result = await search.run()
    assert len(result.attempts) == 1
    assert len(purposes(search, "check-quick")) == 1


async def test_an_edit_of_a_composed_winner_that_gains_nothing_is_dropped(trial) -> None:
    # The edit gains where it stands alone, and nothing beside the other one.
    class Composed:
        name = "composed"

        def __init__(self, base) -> None:
            self.base = base

        async def propose(self, question):
            found = await self.base.propose(question)
            return tuple(evolve(each, steps=("first", "second")) for each in found)

    search = trial("a gain=1.5\nc useless=1", rounds=1)
    search.sources = [Composed(search.sources[0])]
    result = await search.run()
    assert result.decision.word is ACCEPTED
    assert changed(result) == "a gain=1.5\nb\nc\nd\ne\n"


async def test_edits_that_gain_something_stay(trial) -> None:
    result = await trial("a gain=1.5", "c gain=1.1").run()
    assert changed(result) == "a gain=1.5\nb\nc gain=1.1\nd\ne\n"


async def test_a_change_handed_in_is_not_taken_apart(trial) -> None:
    result = await trial("a gain=1.5\nc useless=1", trusted=False, rounds=1).run()
    assert result.decision.word is ACCEPTED
    assert changed(result) == "a gain=1.5\nb\nc useless=1\nd\ne\n"


async def test_kept_state_is_timed_cold_in_fresh_processes_and_the_cold_figure_decides(trial) -> None:
    search = trial("a gain=5 state=1 cold=0.9")
    result = await search.run()
    assert result.decision.word is DecisionWord.REJECTED
    assert "cold" in result.decision.reasons[0]
    cold = [request for request in search.language.timed if request.cold]
    assert cold
    assert all(request.mode == "separate" for request in cold)


async def test_kept_state_that_is_faster_cold_is_accepted_with_both_figures(trial) -> None:
    result = await trial("a gain=5 state=1 cold=1.4").run()
    assert result.decision.word is ACCEPTED
    assert result.best.comparison.cold.point == pytest.approx(1.4, rel=0.02)
    assert result.best.comparison.interval.point == pytest.approx(5, rel=0.02)


async def test_what_keeps_no_state_is_not_timed_cold(trial) -> None:
    search = trial("a gain=5")
    result = await search.run()
    assert result.best.comparison.cold is None
    assert not any(request.cold for request in search.language.timed)


async def test_too_much_memory_is_rejected(trial) -> None:
    result = await trial("a gain=2 memory=1.7").run()
    assert result.decision.word is DecisionWord.REJECTED
    assert "memory" in result.decision.reasons[0]


async def test_memory_is_measured_on_the_largest_input(trial) -> None:
    search = trial("a gain=2 memory=1.2")
    result = await search.run()
    (request,) = [each for each in search.language.timed if each.metric == "memory"]
    assert [call.id for call in request.calls] == ["one"]
    assert result.best.comparison.memory_ratio == pytest.approx(1.2)


async def test_worse_growth_is_rejected_and_better_growth_is_reported(trial, corpus, make_call) -> None:
    series = tuple(make_call(f"n{size}", size=size) for size in (10, 20, 40, 80, 160, 320))
    grown = evolve(corpus, series=series)
    worse = await trial("a gain=2 exponent=3", corpus=grown, folder="worse").run()
    assert worse.decision.word is DecisionWord.REJECTED
    assert "n^2.00 became n^3.00" in worse.decision.reasons[0]
    better = await trial("a gain=2 exponent=1", corpus=grown, folder="better").run()
    assert better.decision.word is ACCEPTED
    assert better.growth.b_exponent[0] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("edit", "trusted"), [("a gain=2", False), ("a gain=2 separate=1", True)])
async def test_strangers_and_what_can_t_share_a_process_are_confirmed_apart(trial, edit, trusted) -> None:
    search = trial(edit, trusted=trusted)
    assert (await search.run()).decision.word is ACCEPTED
    # A confirming block is told by the input that only it uses.
    confirming = [r for r in search.language.timed if r.metric == "time" and r.calls[0].id == "unseen"]
    assert len(confirming) >= 4
    assert {request.mode for request in confirming} == {"separate"}


async def test_the_winner_is_confirmed_on_inputs_that_the_search_did_not_see(trial) -> None:
    search = trial("a gain=2")
    await search.run()
    seen = [request for request in search.language.timed if request.metric == "time"]
    screening = [r for r in seen if [call.id for call in r.calls] == ["one", "two"]]
    confirming = [r for r in seen if [call.id for call in r.calls] == ["unseen"]]
    assert len(screening) + len(confirming) == len(seen)
    assert confirming
    assert {r.seed for r in screening}.isdisjoint({r.seed for r in confirming})


async def test_a_recorded_input_without_a_likeness_is_timed_itself(trial, corpus) -> None:
    lonely = evolve(corpus, unseen=(*corpus.unseen, corpus.calls[1]))
    search = trial("a gain=2", trusted=False, corpus=lonely)
    assert (await search.run()).decision.word is ACCEPTED
    assert any([call.id for call in request.calls] == ["unseen", "two"] for request in search.language.timed)


@pytest.mark.parametrize(("edit", "word"), [("a heart=9", "rejected"), ("a heart=9 gain=1.5", "accepted")])
async def test_what_holds_the_recorded_inputs_is_confirmed_on_strangers_alone(
    trial, corpus, edit, word
) -> None:
    lonely = evolve(corpus, unseen=(*corpus.unseen, *corpus.calls))
    search = trial(edit, trusted=False, corpus=lonely)
    result = await search.run()
    assert result.decision.word.value == word
    assert [each.input for each in result.best.comparison.blocks[0].inputs] == ["unseen"]
    assert (result.decision.cheat is None) == (word == "accepted")


async def test_what_holds_the_recorded_inputs_needs_others_to_show_its_gain(trial, corpus) -> None:
    for unseen in ((), corpus.calls):
        search = trial(
            "a heart=9", trusted=False, corpus=evolve(corpus, unseen=unseen), folder=f"{len(unseen)}"
        )
        result = await search.run()
        assert result.decision.word is DecisionWord.NEEDS_EVIDENCE
        assert "holds 'one'" in result.decision.reasons[1]
        assert result.best.comparison is None


async def test_a_noisy_machine_asks_for_more_than_its_noise(trial) -> None:
    search = trial("a gain=1.05")
    search.language.bias = 0.09
    result = await search.run()
    assert result.control.noisy
    assert result.decision.word is not ACCEPTED
    quiet = await trial("a gain=1.05", folder="quiet").run()
    assert not quiet.control.noisy
    assert quiet.decision.word is ACCEPTED


def of_the_baseline_alone(search) -> list:
    return [each for each in search.language.timed if each.a.id == each.b.id]


async def test_candidates_handed_in_are_judged_with_the_control_that_their_blocks_hold(trial) -> None:
    search = trial("a gain=1.5", trusted=False)
    result = await search.run()
    assert result.decision.word is ACCEPTED
    assert of_the_baseline_alone(search) == []
    assert result.control == result.best.comparison.control
    assert result.control.blocks == len(result.best.comparison.blocks)


async def test_a_budget_that_ends_within_a_noisy_control_ends_the_control(trial, budget_clock) -> None:
    search = trial("a gain=2", budget_seconds=10.0)
    search.language.bias = 0.09
    advance = budget_clock()
    search.language.before_block = lambda _: advance(3.0)
    result = await search.run()
    assert result.control.blocks == 2
    assert result.decision.word is DecisionWord.INCONCLUSIVE


async def test_a_noisy_baseline_in_the_confirmation_is_no_ground_for_a_gain(trial) -> None:
    search = trial("a gain=1.05", trusted=False)
    search.language.noise_apart = 0.3
    result = await search.run()
    assert result.control.noisy
    assert result.decision.word is not ACCEPTED


async def test_a_control_is_run_where_one_candidate_is_confirmed_in_shared_processes(trial, edits) -> None:
    search = trial(
        sources=[edits(["a gain=1.5"], trusted=False, name="one"), edits(["b gain=1.5"], name="two")]
    )
    await search.run()
    assert len(of_the_baseline_alone(search)) == 4


async def test_the_control_is_run_once_also_where_it_says_nothing(trial) -> None:
    search = trial("a gain=1.5", "b gain=1.4")
    language = search.language
    broken = language.block

    async def block(project, request):
        found = await broken(project, request)
        return evolve(found, problem="a crash") if request.a.id == request.b.id else found

    language.block = block
    result = await search.run()
    assert result.control is None
    assert len(of_the_baseline_alone(search)) == 1


async def test_tests_timed_as_they_are_hold_their_control(trial) -> None:
    corpus = Corpus("m.py::f", in_test=("t.py::test_f",), reached_by=("t.py::test_f",))
    search = trial("a gain=1.5", corpus=corpus)
    result = await search.run()
    assert of_the_baseline_alone(search) == []
    assert result.control is not None


async def test_without_kept_calls_the_tests_themselves_are_timed(trial) -> None:
    search = trial(
        "a gain=1.5", corpus=Corpus("m.py::f", in_test=("t.py::test_f",), reached_by=("t.py::test_f",))
    )
    assert (await search.run()).decision.word is ACCEPTED
    timed = [request for request in search.language.timed if request.metric == "time"]
    assert {request.mode for request in timed} == {"in-test"}
    assert all(request.tests == ("t.py::test_f",) and not request.calls for request in timed)


async def test_inputs_that_the_workload_did_not_make_count_when_there_are_no_others(trial, make_call) -> None:
    search = trial("a gain=1.5", corpus=Corpus("m.py::f", calls=(make_call("grown", count=0),)))
    assert (await search.run()).decision.word is ACCEPTED
    assert {call.count for request in search.language.timed for call in request.calls} == {1}


async def test_a_target_that_can_t_be_judged_says_why_and_runs_nothing(trial, corpus) -> None:
    search = trial("a gain=2", corpus=evolve(corpus, problem="nondeterministic original: time"))
    result = await search.run()
    assert result.decision.word is DecisionWord.NEEDS_EVIDENCE
    assert result.decision.reasons == ("nondeterministic original: time",)
    assert search.language.work == 0


async def test_a_target_that_nothing_calls_asks_for_a_workload(trial) -> None:
    search = trial("a gain=2", corpus=Corpus("m.py::f"))
    result = await search.run()
    assert result.decision.word is DecisionWord.NEEDS_EVIDENCE
    assert "nothing in the workload calls it" in result.decision.reasons[0]
    assert search.language.work == 0


async def test_failing_tests_are_named(trial, corpus) -> None:
    result = await trial("a gain=2", corpus=evolve(corpus, failing_tests={"t.py::test_x": "boom"})).run()
    assert "left out: t.py::test_x fails on the original" in result.notes


async def test_no_candidate_is_a_plain_answer(trial) -> None:
    result = await trial().run()
    assert result.best is None
    assert result.decision.reasons == ("no source proposed a change",)


async def test_no_budget_is_inconclusive_and_times_nothing(trial) -> None:
    search = trial("a gain=2", budget_seconds=0.0)
    result = await search.run()
    assert result.decision.word is DecisionWord.INCONCLUSIVE
    assert "budget" in result.decision.reasons[0]
    assert not search.language.timed


@pytest.mark.parametrize("edits", [("a gain=0.9", "b broken=1"), ("b broken=1", "a gain=0.9")])
async def test_a_target_is_not_rejected_while_one_of_its_candidates_was_not_judged(
    trial, attempt_of, edits
) -> None:
    result = await trial(*edits, rounds=1).run()
    assert attempt_of(result, "a gain=0.9").decision.word is DecisionWord.REJECTED
    assert result.decision.word is DecisionWord.INCONCLUSIVE
    assert result.best == attempt_of(result, "b broken=1")


async def test_a_check_that_the_budget_cut_is_told_before_the_candidates_that_were_refused(
    trial, monkeypatch
) -> None:
    late = Undecided(OUT_OF_TIME, "while behaviour was checked, after 9 s")
    search = trial("a gain=0.9", "b gain=2", rounds=1)
    asked = search.language.check

    async def check(project, request):
        changes = request.candidate.changes
        return late if b"gain=2" in changes["m.py"] else await asked(project, request)

    monkeypatch.setattr(search.language, "check", check)
    result = await search.run()
    assert (result.decision.word, result.best.verdict) == (DecisionWord.NEEDS_EVIDENCE, late)


async def test_at_most_two_candidates_are_checked_at_a_time(trial) -> None:
    search = trial(*(f"{name} gain=0.9" for name in "abcde"))
    await search.run()
    assert search.language.most_checks == 2


async def test_no_more_candidates_are_tried_in_a_round_than_set(trial) -> None:
    search = trial(*(f"{name} gain=0.9" for name in "abcde"), per_round=2)
    assert len((await search.run()).attempts) == 2


async def test_a_file_that_changed_since_it_was_listed_is_refused(trial, monkeypatch) -> None:
    search = trial("a gain=2")
    (search.folder / "project").mkdir()
    write = type(search.folder).write_text

    def other(path, text, *rest, **named):
        return write(path, text + "f\n", *rest, **named)

    monkeypatch.setattr(type(search.folder), "write_text", other)
    with pytest.raises(UsageError, match="changed while the run was under way"):
        await search.run()


async def test_equal_runs_decide_equally(trial) -> None:
    results = [await trial("a gain=1.5", "b gain=1.2", folder=name).run() for name in ("one", "two")]
    first, second = (evolve(each, seconds=0.0) for each in results)
    assert first == second


async def test_little_memory_is_no_reason_to_refuse(trial) -> None:
    search = trial("a gain=2 bytes=1.7")
    result = await search.run()
    assert result.decision.word is DecisionWord.ACCEPTED
    assert result.best.comparison.memory_ratio is None


async def test_what_the_gate_cautions_of_is_in_the_attempts_once(trial, attempt_of) -> None:
    result = await trial("a gain=1.5 state=1 cold=1.5", "b gain=1.5").run()
    said = ("adds a cache, without a bound",)
    assert attempt_of(result, "a gain=1.5 state=1 cold=1.5").candidate.cautions == said
    assert attempt_of(result, "b gain=1.5").candidate.cautions == ()
    assert result.best.candidate.cautions == said


async def test_a_source_is_not_told_its_parents_cautions_of_the_gate(trial, edits) -> None:
    source = edits(["a gain=1.5 state=1 cold=1.5", "b gain=1.2"])
    await trial(sources=[source]).run()
    parents = [question.parent for question in source.questions if question.parent]
    assert parents
    assert all(parent.cautions == () for parent in parents)
