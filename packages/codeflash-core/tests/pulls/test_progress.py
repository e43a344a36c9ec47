"""The next step follows from what is: the branch, the fork, the records."""

import pytest
from loopback.forked import MIN, SET

from codeflash_core.cases.machines import Machine
from codeflash_core.pulls.progress import next_step, progress_of

CASE = "acme/shop"


@pytest.fixture
def told(job):
    def ask(machines=()):
        return next_step(progress_of(job.place, job.repository), CASE, machines)

    return ask


def test_each_step_comes_when_the_one_before_is_done(job, told, server):
    assert told() == ""
    job.project.git("branch", "perf/empty")
    assert told() == ""
    head = job.project.change("perf/set", SET)
    assert told() == "run the tests on perf/set, then: git push fork perf/set"
    job.project.git("push", "-q", "fork", "perf/set")
    assert told().startswith(f"measure perf/set: codeflash compare {job.project.start[:10]} perf/set --json")
    assert " perf/set --on bench1 --json" in told([Machine("other", "a/b"), Machine("bench1", "Acme/Shop")])
    job.record(head)
    assert told() == "open the pull request of perf/set: codeflash pr open acme/shop --branch perf/set"
    job.send(server, branch="perf/set")
    assert told() == ""


def test_a_measured_branch_that_is_not_on_the_fork_is_pushed(job, told):
    job.changed()
    assert told() == "perf/set is measured and not on the fork as it is: git push fork perf/set"


def test_a_branch_that_moved_begins_again(job, told, server):
    job.changed()
    job.send(server, branch="perf/set")
    job.project.git("checkout", "-q", "perf/set")
    job.project.write("src/shop/more.py", "")
    head = job.project.commit("More")
    assert told() == "run the tests on perf/set, then: git push fork perf/set"
    job.project.git("push", "-q", "fork", "perf/set")
    job.record(head)
    assert "again, since the branch has moved" in told()


def test_a_change_that_was_no_gain_is_done(job, told):
    job.changed(outcome="no-difference", point=1.0)
    (found,) = progress_of(job.place, job.repository)
    assert (found.is_done, found.is_gain, found.number) == (True, False, 1)
    assert told() == ""


def test_without_a_fork_there_is_nothing_to_push(job, told):
    head = job.project.change("perf/set", SET)
    for name in ("upstream", "fork"):
        job.project.git("remote", "remove", name)
    assert told().startswith("measure perf/set: codeflash compare")
    job.record(head)
    assert told() == ""


def test_what_was_recorded_first_comes_first(job, told):
    job.project.change("perf/aaa", MIN)
    job.changed()
    assert [each.branch.name for each in progress_of(job.place, job.repository)] == ["perf/set", "perf/aaa"]
    assert "perf/set" in told()
