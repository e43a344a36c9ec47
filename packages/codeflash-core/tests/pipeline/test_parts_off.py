"""Each part of the proof can be off, only that part is, and nothing of such a run is delivered."""

import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.model.corpus import Grade
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.parts import Part, off_sentence
from codeflash_core.model.run import RunReport
from codeflash_core.pipeline.assembly import Workshop
from codeflash_core.pipeline.beginning import identity_of
from codeflash_core.pipeline.run import Outcome, combine_accepted
from codeflash_core.reports.document import result_document
from codeflash_core.sandbox import Mode, detect

ACCEPTED = DecisionWord.ACCEPTED
WEAK = "a gain=2 survivors=4"
WARM_ONLY = "a gain=5 state=1 cold=0.9"


@pytest.fixture
def off(trial):
    """Run a search with some parts of the proof off."""

    def make(*edits, parts=(), **options):
        return trial(
            *edits, folder="-".join(parts) or "whole", without=frozenset(map(Part, parts)), **options
        )

    return make


@pytest.mark.parametrize(("edit", "part"), [(WEAK, "adequacy"), (WARM_ONLY, "cold")])
async def test_a_candidate_is_refused_by_the_part_and_accepted_without_it(off, edit, part) -> None:
    others = sorted(set(Part) - {part, "growth"})
    assert (await off(edit).run()).decision.word is not ACCEPTED
    assert (await off(edit, parts=others).run()).decision.word is not ACCEPTED
    assert (await off(edit, parts=[part]).run()).decision.word is ACCEPTED


async def test_without_growth_only_recorded_inputs_are_compared_and_timed(off, corpus, make_call) -> None:
    async def grow(project, target, recorded, seed):
        made = evolve(make_call("made", count=0), grade=Grade.GUESSED)
        return evolve(recorded, calls=(*recorded.calls, made), series=(made,), notes=("grown",))

    seen = {}
    for parts in ((), ("growth",)):
        search = off("a gain=1.5", parts=parts)
        search.language.grow = grow
        assert (await search.run()).decision.word is ACCEPTED
        asked = search.language.checked
        seen[parts] = (
            {call.id for request in asked for call in request.corpus.calls},
            {call.id for request in search.language.timed for call in request.calls},
            {request.fuzz_cases for request in asked},
        )
    assert seen[("growth",)] == ({"one", "two"}, {"one", "two"}, {0})
    assert seen[()] == ({"one", "two", "made"}, {"one", "two", "unseen"}, {100})


async def test_without_confirmation_the_screening_is_the_only_measurement(off) -> None:
    search = off("a gain=1.5", parts=["confirmation"])
    result = await search.run()
    assert result.decision.word is ACCEPTED
    assert result.best.comparison.blocks == result.best.screening.blocks
    assert not [name for name in search.steps() if name.startswith("confirm:")]


async def test_luck_in_the_screening_is_accepted_without_confirmation_only(off) -> None:
    words = {}
    for parts in ((), ("confirmation",)):
        search = off("a x=1", parts=parts)
        plain = search.language.block

        async def block(project, request, plain=plain):
            found = await plain(project, request)
            lucky = 2000 <= request.seed < 3000
            return evolve(found, inputs=tuple(map(_faster, found.inputs))) if lucky else found

        search.language.block = block
        words[parts] = (await search.run()).decision.word
    assert words[("confirmation",)] is ACCEPTED
    assert words[()] is not ACCEPTED


def _faster(samples):
    halved = tuple(each / 2 for each in samples.b_cpu)
    return evolve(samples, b_cpu=halved, b_wall=tuple(each / 2 for each in samples.b_wall))


async def test_without_confirmation_what_is_not_hopeful_is_refused_all_the_same(off) -> None:
    assert (await off("a gain=0.8", parts=["confirmation"]).run()).decision.word is not ACCEPTED


@pytest.mark.parametrize("edit", ["a gain=9 differs=1", "a gain=9 undecided_late=1", "a gain=9 broken=1"])
async def test_no_part_that_is_off_makes_another_behaviour_pass(off, edit) -> None:
    assert (await off(edit, parts=tuple(Part)).run()).decision.word is not ACCEPTED


async def test_what_was_accepted_so_says_it_and_is_not_delivered(off) -> None:
    search = off("a gain=1.5", parts=["cold", "growth"])
    result = await search.run()
    with search.engine() as (engine, target):
        report = RunReport("r", "p", "c", "now", 1.0, "0", 0, (result,))
        outcome = Outcome(report, {target.id: target}, {target.id: search.corpus})
        combined = await combine_accepted(engine, outcome)
    told = "parts of the proof were off: growth, cold; nothing of it is delivered"
    assert result.decision.word is ACCEPTED
    assert not result.deliverable
    assert result.decision.reasons[-1] == told
    assert result_document(result, "r")["parts_off"] == ["cold", "growth"]
    assert combined.results == ()
    assert combined.left_out == (f"{target.id}: {told}",)


async def test_a_whole_proof_says_nothing_of_parts(off) -> None:
    result = await off("a gain=1.5").run()
    assert result.deliverable
    assert result_document(result, "r")["parts_off"] == []
    assert not any("parts of the proof" in reason for reason in result.decision.reasons)
    assert off_sentence(()) == ""


@pytest.mark.parametrize("seed", ["1", "7"])
def test_the_setting_is_told_alike_in_every_process(seed) -> None:
    program = (
        "from codeflash_core.model.parts import Part\n"
        "from codeflash_core.pipeline.dependencies import told\n"
        "print(told(frozenset(Part)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed, "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == sorted(Part)


def test_the_report_of_a_run_says_which_parts_were_off(tmp_path) -> None:
    workshop = Workshop(language=None, host=None, confinement=detect(Mode.OFF))
    assert identity_of({}, tmp_path, workshop, {Part.COLD}).notes == (off_sentence([Part.COLD]),)
    assert identity_of({}, tmp_path, workshop).notes == ()
