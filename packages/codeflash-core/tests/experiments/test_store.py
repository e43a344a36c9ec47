"""State on disk: nothing is lost, nothing made up is believed."""

import json

import pytest

from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments import transitions
from codeflash_core.experiments.store import Store
from codeflash_core.experiments.values import Learning, Plateau
from codeflash_core.records.case_place import CasePlace


@pytest.fixture
def store(tmp_path):
    return Store(CasePlace(tmp_path, "ada", "acme", "shop"))


def test_a_session_comes_back_as_it_was(store, make):
    session = make.on_trial(make.evaluation(), plateau=Plateau(4, 2), guard="make test")
    store.begin(lambda: session)
    assert store.read() == session


def test_without_a_session_it_says_how_to_start_one(store):
    assert store.read() is None
    with pytest.raises(IllegalStep, match="no session") as refused:
        store.current()
    assert "session start" in refused.value.instead


def test_a_session_under_way_is_not_replaced(store, make):
    store.begin(make.session)
    with pytest.raises(IllegalStep, match="is under way"):
        store.begin(make.session)


def test_a_finished_session_is_kept_beside_the_new_one(store, make):
    store.begin(lambda: transitions.finished(make.session(), make.now))
    store.begin(lambda: make.evolve(make.session(), id="next"))
    assert store.current().id == "next"
    assert [path.name for path in (store.place.folder / "sessions").iterdir()] == [
        "20260131-120000-0000.json"
    ]


def test_a_refused_step_changes_nothing(store, make):
    store.begin(make.session)
    before = store.path.read_bytes()
    with pytest.raises(IllegalStep):
        store.change(lambda session: transitions.baselined(session, make.baseline()))
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda text: text.replace("faster stock", "slower stock"), "changed by hand"),
        (lambda text: text.replace('"closed": []', '"closed": [], "extra": 1'), "changed by hand"),
        (lambda text: text[:-40], "no session's state"),
        (lambda text: "[]", "no session's state"),
        (lambda text: "", "no session's state"),
        (lambda text: text.replace('"schema": 1', '"schema": 2'), "schema 2"),
    ],
    ids=["a value", "a key", "torn", "other JSON", "empty", "another version"],
)
def test_a_state_that_can_not_be_trusted_is_refused_and_left_alone(store, make, edit, message):
    store.begin(make.session)
    store.path.write_text(edit(store.path.read_text()))
    before = store.path.read_bytes()
    for attempt in (store.read, lambda: store.change(lambda each: each), lambda: store.begin(make.session)):
        with pytest.raises(UsageError, match=message):
            attempt()
    assert store.path.read_bytes() == before


def test_an_odd_state_with_the_right_digest_is_refused(store, make):
    from codeflash_core.experiments.store import _digest

    store.begin(make.session)
    document = json.loads(store.path.read_text())
    document["session"]["plateau"] = {"discards": 0, "categories": 0}
    document["sha256"] = _digest(document["session"])
    store.path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match="no session's state"):
        store.read()


def test_people_find_status_handoff_and_learnings(store, make):
    store.begin(lambda: make.on_trial(make.evaluation()))
    store.change(lambda session: transitions.learnt(session, Learning(make.now, "sets win | <b>", 1)))
    assert "Next step: Keep it" in store.place.status.read_text()
    handoff = store.place.handoff.read_text()
    for expected in (f"`{make.target}`", "a set finds in one step", "1.90x", "data/results.tsv"):
        assert expected in handoff
    assert "sets win &#124; &#60;b&#62;" in store.place.learnings.read_text()


def test_what_others_write_in_the_status_stays(store, make):
    store.place.status.parent.mkdir(parents=True, exist_ok=True)
    store.place.status.write_text("# Status of acme/shop\n\n## Machines\n\n| one |")
    session = store.begin(make.session)
    first = store.place.status.read_text()
    assert first.startswith("# Status of acme/shop\n\n## Machines\n\n| one |\n")
    store.place.status.write_text(first + "\n## Notes\n\nMine.\n")
    store.change(lambda known: known)
    again = store.place.status.read_text()
    assert again.startswith("# Status of acme/shop")
    assert again.endswith("## Notes\n\nMine.\n")
    assert again.count("# Session") == 1
    assert session.goal in again


@pytest.mark.parametrize("name", ["status", "learnings"])
def test_a_page_that_can_t_be_read_refuses_the_step_before_anything_is_written(store, make, name):
    store.begin(make.session)
    page = getattr(store.place, name)
    page.write_bytes("schön".encode("latin-1"))
    before = {each: each.read_bytes() for each in store.place.folder.iterdir()}
    with pytest.raises(UsageError, match="it is not UTF-8"):
        store.change(lambda session: transitions.learnt(session, Learning(make.now, "one", 0)))
    assert {each: each.read_bytes() for each in store.place.folder.iterdir()} == before


def test_what_others_wrote_into_the_learnings_stays(store, make):
    store.begin(make.session)
    page = store.place.learnings
    page.write_text(page.read_text() + "- by hand")
    store.change(lambda session: transitions.learnt(session, Learning(make.now, "one", 0)))
    store.change(lambda session: transitions.learnt(session, Learning(make.now, "two", 0)))
    lines = page.read_text().splitlines()
    assert lines[-3:] == ["- by hand", "- 2026-01-31: one", "- 2026-01-31: two"]


CLIENT = """
import sys
from pathlib import Path
from codeflash_core.experiments import transitions
from codeflash_core.experiments.store import Store
from codeflash_core.experiments.values import Learning
from codeflash_core.records.case_place import CasePlace
store = Store(CasePlace(Path(sys.argv[1]), "ada", "acme", "shop"))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store.change(lambda session: transitions.learnt(session, Learning("2026", f"{sys.argv[2]}-{number}", 0)))
"""


def test_two_clients_at_once_lose_no_event(store, make, at_once, tmp_path):
    store.begin(make.session)
    at_once(CLIENT, tmp_path, ("one", "other"))
    texts = [each.text for each in store.current().learnings]
    for who in ("one", "other"):
        assert [text for text in texts if text.startswith(f"{who}-")] == [f"{who}-{n}" for n in range(40)]
