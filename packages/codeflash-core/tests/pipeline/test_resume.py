"""A search that is killed and taken up again comes to the decision that it would have come to."""

import shutil

import pytest
from attrs import evolve

from codeflash_core.model.decision import DecisionWord

SCRIPTS = {
    "composed": (["a gain=1.5", "b gain=1.3", "c gain=9 differs_late=1", "d gain=0.7"], {}),
    "state": (["a gain=5 state=1 cold=1.4", "b gain=9 undecided=1", "c gain=9 refused=1"], {"rounds": 2}),
    "refused": (["a gain=9 differs=1", "b gain=1.0", "c gain=2 survivors=9"], {}),
    "stranger": (["a gain=1.4\nb useless=1"], {"trusted": False, "rounds": 1}),
}


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch):
    """These searches die in their own process, so that what was written is there without a sync."""
    monkeypatch.setattr("os.fsync", lambda _: None)


class Killed(BaseException):
    """What ``kill -9`` does, as far as one process can show it."""


def settled(result):
    return evolve(result, seconds=0.0)


def taken_up(trial, whole, name, lines, edits, options):
    """A search with the first lines of another one's journal."""
    again = trial(*edits, folder=name, **options)
    again.journal.write_bytes(b"".join(lines))
    if (whole.folder / "blobs").exists():
        shutil.copytree(whole.folder / "blobs", again.folder / "blobs", dirs_exist_ok=True)
    return again


@pytest.mark.parametrize("script", SCRIPTS)
async def test_any_prefix_of_the_journal_leads_to_the_same_decision_and_repeats_nothing(
    trial, script
) -> None:
    edits, options = SCRIPTS[script]
    whole = trial(*edits, folder="whole", **options)
    expected = settled(await whole.run())
    lines = whole.journal.read_bytes().splitlines(keepends=True)
    names = whole.steps()
    assert len(set(names)) == len(names) > 4
    for kept in range(len(lines) + 1):
        again = taken_up(trial, whole, f"kept{kept}", lines[:kept], edits, options)
        assert settled(await again.run()) == expected, f"after {kept} steps"
        assert again.steps()[:kept] == names[:kept]
        assert sorted(again.steps()) == sorted(names)
        assert len(again.language.prepared) == sum(name.startswith("prepare:") for name in names[kept:])
        assert len(again.language.checked) == sum(name.startswith("check-") for name in names[kept:])


async def test_half_a_line_at_the_end_of_the_journal_is_done_again(trial) -> None:
    edits, options = SCRIPTS["state"]
    whole = trial(*edits, folder="whole", **options)
    expected = settled(await whole.run())
    lines = whole.journal.read_bytes().splitlines(keepends=True)
    for kept in range(len(lines)):
        torn = [*lines[:kept], lines[kept][: len(lines[kept]) // 2]]
        again = taken_up(trial, whole, f"torn{kept}", torn, edits, options)
        assert settled(await again.run()) == expected
        assert sorted(again.steps()) == sorted(whole.steps())


async def test_a_search_killed_over_and_over_gets_to_its_end(trial) -> None:
    """Every block kills the process once, just before its result is there."""
    edits, options = SCRIPTS["composed"]
    expected = settled(await trial(*edits, folder="whole", **options).run())
    search = trial(*edits, folder="killed", **options)
    doomed: set[tuple] = set()

    def kill(request) -> None:
        key = (request.seed, request.a.id, request.b.id, request.metric)
        if key not in doomed:
            doomed.add(key)
            raise Killed

    search.language.before_block = kill
    kills = 0
    while True:
        try:
            result = await search.run()
            break
        except Killed:
            kills += 1
            assert kills < 500
    assert kills > 10
    assert settled(result) == expected
    assert len(search.steps()) == len(set(search.steps()))


async def test_a_finished_search_gives_its_answer_without_work(trial) -> None:
    edits, options = SCRIPTS["composed"]
    search = trial(*edits, **options)
    expected = settled(await search.run())
    before = search.language.work
    assert settled(await search.run()) == expected
    assert search.language.work == before


@pytest.mark.parametrize("blocks", [0, 1, 3, 5, 8, 9, 12, 15])
async def test_a_cut_by_the_clock_is_recorded_and_the_resumed_run_is_cut_at_the_same_place(
    trial, budget_clock, blocks
) -> None:
    edits = ["a gain=1.5", "b gain=1.3", "c gain=1.2"]
    advance = budget_clock()
    search = trial(*edits, folder="cut", budget_seconds=blocks + 0.5)
    search.language.before_block = lambda _: advance(1.0)
    expected = settled(await search.run())
    lines, names = search.journal.read_bytes().splitlines(keepends=True), search.steps()
    assert len(search.language.timed) <= blocks + 1
    budget_clock()
    again = taken_up(trial, search, "again", lines, edits, {"budget_seconds": blocks + 0.5})
    assert settled(await again.run()) == expected
    assert again.steps() == names
    assert again.language.work == 0


async def test_a_confirmation_cut_by_the_clock_is_inconclusive(trial, budget_clock) -> None:
    advance = budget_clock()
    # The search takes eight seconds of its share; two of the four blocks of a first look use up the rest.
    search = trial("a gain=1.5", budget_seconds=20.0, rounds=1)
    search.language.before_block = lambda block: advance(7.0 if block.calls[0].id == "unseen" else 1.0)
    result = await search.run()
    assert result.decision.word is DecisionWord.INCONCLUSIVE
    assert "budget" in result.decision.reasons[0]
