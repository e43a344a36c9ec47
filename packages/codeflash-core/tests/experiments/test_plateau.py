"""When a session has stopped winning."""

import pytest

from codeflash_core.experiments import transitions
from codeflash_core.experiments.plateau import drought, technique_key
from codeflash_core.experiments.values import Plateau


def test_many_tries_of_one_technique_are_no_plateau(make):
    session = make.based(plateau=Plateau(3, 2))
    for number in range(1, 6):
        session = make.tried(session, "caching", number)
    assert drought(session).experiments == 5
    assert not drought(session).reached


def test_a_keep_begins_the_count_anew(make):
    session = make.based(plateau=Plateau(2, 2))
    session = make.tried(session, "caching", 1)
    session = transitions.evaluated(transitions.opened(session, make.experiment(2)), 2, make.evaluation())
    session = transitions.kept(session, 2, make.closed(session))
    session = make.tried(session, "batching", 3)
    assert drought(session).techniques == ("batching",)
    assert not drought(session).reached


def test_a_crash_of_the_engine_says_nothing_about_an_idea(make):
    session = make.on_trial(make.evaluation(measured=None, crash="a bug"))
    assert drought(transitions.discarded(session, 1, "crash", make.now)).experiments == 0


@pytest.mark.parametrize("name", ["data structure", "Data-Structure", " data_structure "])
def test_a_technique_is_known_by_its_words(name):
    assert technique_key(name) == "data-structure"


@pytest.mark.parametrize(("discards", "categories"), [(0, 1), (1, 0), (2, 3)])
def test_a_plateau_that_can_not_be_reached_is_refused(discards, categories):
    with pytest.raises(ValueError, match=r"plateau|discards"):
        Plateau(discards, categories)
