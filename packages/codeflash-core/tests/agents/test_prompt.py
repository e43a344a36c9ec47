from pathlib import Path

from codeflash_core.agents.prompt import task
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord
from codeflash_core.model.target import Project, Ranked, Target
from codeflash_core.model.verdict import Counterexample, Different
from codeflash_core.ports.sources import Question, Step

TARGET = Target("shop/a.py", "f", "shop.a", line=3, end_line=9)


def question(**more) -> Question:
    project = Project(Path("/p"), "python", Path("/usr/bin/python3"))
    return Question(project, TARGET, {"shop/a.py": "def f(): ..."}, Corpus(TARGET.id), **more)


def test_the_task_names_target_profile_time_and_rules():
    told = task(question(rank=Ranked(TARGET, 0.5, 1.5, 12, 0.8)), judged=False, seconds=90)
    for words in ("shop/a.py::f", "lines 3 to 9", "80%", "12 calls", "90 seconds", "Do not edit tests"):
        assert words in told
    assert "evaluate_candidate" not in told


def test_the_engines_server_is_told_of_where_there_is_one():
    assert "evaluate_candidate" in task(question(), judged=True, seconds=90)


def test_what_was_tried_comes_with_its_counterexample():
    found = Different(Counterexample("f([1, 1])", "result", "[1]", "[1, 1]" + "x" * 5000))
    decision = Decision(DecisionWord.REJECTED, ("results differ",))
    attempt = Attempt(Candidate("c", "service", {}), "-a\n+b\n", decision, found)
    told = task(question(history=(attempt,), step=Step.REPAIR, about=(attempt,)), judged=False, seconds=90)
    assert "a version that was tried and refused" in told
    assert told.count("by service") == 1
    for words in ("by service: rejected (results differ)", "f([1, 1])", "the original gives [1]", "+b"):
        assert words in told
    assert len(told) < 5000


def test_a_version_to_improve_on_is_said_to_be_one():
    parent = Candidate("p", "rewrites:a", {}, "A set is asked.")
    told = task(question(parent=parent), judged=False, seconds=90)
    assert "already holds a faster version (A set is asked.)" in told
    assert "lines 3" not in told
