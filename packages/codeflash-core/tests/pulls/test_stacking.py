"""All kept changes on one branch, built beside the user's tree, and proposed with figures that were measured."""

import pytest
from loopback.forked import MIN, SET

from codeflash_core.errors import GitHubError, UsageError
from codeflash_core.git.merging import borrowed_objects
from codeflash_core.pulls.opening import Asked
from codeflash_core.pulls.remotes import find_ends
from codeflash_core.pulls.stack_page import stack_draft
from codeflash_core.pulls.stacking import build, measuring, stack_base, write_branch
from codeflash_core.records.pulls_tsv import read_pulls


@pytest.fixture
def two(job):
    """Two kept changes, and one that was no gain."""
    job.changed(point=2.0)
    job.changed(
        "perf/min",
        MIN,
        benchmark="tests/test_bench.py::test_cheapest",
        point=3.0,
        description="take the smallest",
    )
    slow = job.project.change("perf/slow", ("    return sum(prices)\n", "    return sum(list(prices))\n"))
    job.record(slow, outcome="slower", point=0.9)
    return job


def built(job, **environment):
    return build(job.place, job.repository, job.project.start, environment)


def draft_for(job, found, **asked):
    ends = find_ends(job.repository, "acme/shop", "ada/shop")
    given = Asked(**{"into_fork": True, **asked})
    return stack_draft(job.repository, ends, found, given, read_pulls(job.place.pulls), "acme/shop")


def measured(job):
    """The stack, built and measured; together it gains less than the product of its parts."""
    found = built(job)
    write_branch(job.repository, found.commit)
    job.record(found.commit, point=4.0, description="all kept changes together")
    return built(job)


def test_kept_changes_are_merged_in_order_beside_the_users_tree(two):
    project = two.project
    project.write("src/shop/stock.py", "not committed\n")
    project.git("stash")
    project.write("notes.txt", "mine\n")
    before = project.state()
    found = built(two)
    assert project.state() == before
    assert [part.branch.name for part in found.parts] == ["perf/set", "perf/min"]
    text = project.git("show", f"{found.commit}:src/shop/stock.py")
    assert (SET[1] in text + "\n", MIN[1] in text + "\n", "list(prices)" in text) == (True, True, False)
    assert project.git(
        "log", "--format=%s", "--first-parent", f"{project.start}..{found.commit}"
    ).splitlines() == [
        "Merge perf/min",
        "Merge perf/set",
    ]


def test_the_same_changes_give_the_same_commit(two):
    assert built(two).commit == built(two).commit


def test_a_dry_run_writes_no_object(two):
    objects = two.project.git("count-objects", "-v")
    with borrowed_objects(two.repository) as environment:
        found = built(two, **environment)
    assert two.project.git("count-objects", "-v") == objects
    assert found.commit == built(two).commit


def test_a_conflict_is_named(two):
    two.changed("perf/other", ("    missing = []\n", "    missing = list()\n"))
    with pytest.raises(
        UsageError, match=r"perf/other can't be merged with perf/set, perf/min: src/shop/stock\.py"
    ):
        built(two)


def test_nothing_kept_makes_no_stack(job):
    with pytest.raises(UsageError, match="no branch perf/NAME is at the commit of a kept row"):
        built(job)


def test_the_branch_is_made_and_moved_but_not_under_the_users_files(two):
    found = built(two)
    assert write_branch(two.repository, found.commit)
    assert not write_branch(two.repository, found.commit)
    two.project.git("checkout", "-q", "perf/all")
    two.changed(
        "perf/sum",
        ("    return sum(prices)\n", "    return sum(prices, 0)\n"),
        benchmark="tests/test_bench.py::test_sum",
    )
    two.project.git("checkout", "-q", "perf/all")
    with pytest.raises(UsageError, match="perf/all is checked out"):
        write_branch(two.repository, built(two).commit)
    two.project.git("checkout", "-q", "main")
    assert write_branch(two.repository, built(two).commit)


def test_commits_that_no_build_made_are_not_replaced(two):
    write_branch(two.repository, built(two).commit)
    two.project.git("checkout", "-q", "perf/all")
    two.project.write("README", "mine\n")
    mine = two.project.commit("Mine")
    two.project.git("checkout", "-q", "main")
    with pytest.raises(UsageError, match=f"perf/all is at {mine[:10]}, which no build made") as told:
        write_branch(two.repository, built(two).commit)
    assert two.project.git("rev-parse", "perf/all") == mine
    assert "git branch -m perf/all NAME" in told.value.hint
    two.project.git("branch", "-m", "perf/all", "mine")
    assert write_branch(two.repository, built(two).commit)


def test_a_branch_that_the_stack_is_built_on_is_taken_along(two):
    two.project.git("branch", "perf/all", "main")
    assert write_branch(two.repository, built(two).commit)


def test_a_branch_that_is_what_a_build_gives_may_be_replaced_by_the_next(two):
    commit = built(two).commit
    two.project.git("branch", "perf/all", commit)
    assert not write_branch(two.repository, commit)
    two.project.git("branch", "-D", "perf/min")
    assert write_branch(two.repository, built(two).commit)


def test_a_gain_that_was_not_measured_is_not_computed(two):
    found = built(two)
    with pytest.raises(UsageError, match="measured, not computed") as told:
        draft_for(two, found)
    compare, record = told.value.hint.splitlines()
    assert compare == (
        f"codeflash compare {two.project.start[:10]} perf/all --benchmarks tests/test_bench.py::test_missing "
        "tests/test_bench.py::test_cheapest --json > stack.json"
    )
    assert record.startswith("codeflash case record acme/shop stack.json --technique stack")


def test_imports_are_measured_as_such(two):
    head = two.project.change("perf/lazy", ('"""What is on', '"""What lies on'))
    two.record(head, benchmark="import shop.stock")
    assert "--import-time shop.stock" in measuring(built(two), "acme/shop")[0]


def test_the_draft_shows_each_change_and_the_measured_whole(two, server):
    two.send(server, branch="perf/set")
    found = measured(two)
    draft = draft_for(two, found)
    assert (draft.draft, draft.branch, draft.target.repository) == (True, "perf/all", "ada/shop")
    assert draft.title == "2 performance changes together"
    pull = f"[acme/shop 1]({server.url}/acme/shop/pull/1)"
    assert (
        f"| `perf/set` | `tests/test_bench.py::test_missing` | 2.00x [1.90, 2.10] at 99.9 % | 1 | {pull} |"
        in draft.body
    )
    assert "| 3.00x [2.85, 3.15] at 99.9 % | 2 | not opened |" in draft.body
    assert (
        "| `tests/test_bench.py::test_missing` | 800 µs | 200 µs | 4.00x [3.80, 4.20] at 99.9 % | 4 |"
        in draft.body
    )
    assert "6.00x" not in draft.body  # the product of the two
    assert "codeflash" not in draft.body


def test_a_title_of_the_whole_has_no_figure_of_its_own(two):
    found = measured(two)
    with pytest.raises(UsageError, match=r"the title: no row says 6\.00x"):
        draft_for(two, found, title="Everything 6.00x faster")
    assert draft_for(two, found, title="Everything 4.00x faster").titled


def test_a_description_with_a_figure_that_no_row_has_is_not_repeated(two):
    two.changed(
        "perf/sum", ("    return sum(prices)\n", "    return sum(prices, 0)\n"), description="sum 9x faster"
    )
    with pytest.raises(UsageError, match="the description of row 4: no row says 9x"):
        draft_for(two, measured(two))


def test_another_commit_than_the_measured_one_is_refused(two):
    measured(two)
    two.changed("perf/sum", ("    return sum(prices)\n", "    return sum(prices, 0)\n"))
    with pytest.raises(UsageError, match="no row measures perf/all as it is now"):
        draft_for(two, built(two))


def test_the_draft_is_opened_in_the_fork_and_written_anew_when_it_grows(two, server):
    sent = two.send(server, draft_for(two, measured(two)))
    assert (sent.created, sent.row.repository, sent.row.number) == (True, "ada/shop", 1)
    assert server.pull("ada/shop", 1)["draft"] is True
    two.changed(
        "perf/sum",
        ("    return sum(prices)\n", "    return sum(prices, 0)\n"),
        benchmark="tests/test_bench.py::test_sum",
    )
    again = two.send(server, draft_for(two, measured(two)))
    assert (again.created, again.row.number) == (False, 1)
    assert "perf/sum" in server.pull("ada/shop", 1)["body"]
    assert two.project.git("rev-parse", "perf/all", at=two.project.fork) == again.row.commit


def test_what_somebody_else_pushed_onto_the_stack_is_not_overwritten(two, server):
    two.send(server, draft_for(two, measured(two)))
    project = two.project
    other = project.root / "third"
    project.git("clone", "-q", "-b", "perf/all", str(project.fork), str(other), at=project.root)
    project.git(
        "-c", "user.name=B", "-c", "user.email=b@b", "commit", "-q", "--allow-empty", "-m", "x", at=other
    )
    project.git("push", "-q", "origin", "perf/all", at=other)
    there = project.git("rev-parse", "perf/all", at=project.fork)
    for _ in range(2):
        with pytest.raises(UsageError, match="which this checkout never put there") as told:
            two.send(server, draft_for(two, built(two)))
        assert "git fetch fork perf/all" in told.value.hint
        project.git("fetch", "-q", "fork")  # to look at it does not make it ours
    assert project.git("rev-parse", "perf/all", at=project.fork) == there


def test_a_stack_that_was_pushed_and_not_opened_is_ours_all_the_same(two, server):
    server.fail("POST", "/repos/ada/shop/pulls", 403, {"message": "no"})
    with pytest.raises(GitHubError):
        two.send(server, draft_for(two, measured(two)))
    assert read_pulls(two.place.pulls) == ()
    two.changed("perf/sum", ("    return sum(prices)\n", "    return sum(prices, 0)\n"))
    sent = two.send(server, draft_for(two, measured(two)))
    assert two.project.git("rev-parse", "perf/all", at=two.project.fork) == sent.row.commit


def test_a_fork_that_is_behind_what_was_measured_is_refused(two, server):
    project = two.project
    new = project.elsewhere(lambda root: (root / "README").write_text("hello\n"))
    project.git("fetch", "-q", "upstream")
    found = build(two.place, two.repository, new)
    write_branch(two.repository, found.commit)
    two.record(found.commit, base=new, description="together")
    found = build(two.place, two.repository, new)
    with pytest.raises(UsageError, match="main of ada/shop and the stack part at") as told:
        two.send(server, draft_for(two, found))
    assert "up to date with upstream" in told.value.hint
    assert server.sent == []
    assert two.send(server, draft_for(two, found, into_fork=False)).row.repository == "acme/shop"


def test_the_stack_stands_on_upstream_as_it_was_fetched_last(job):
    ends = find_ends(job.repository, "acme/shop", "ada/shop")
    assert stack_base(job.repository, ends) == job.project.start
    assert stack_base(job.repository, ends, "HEAD") == job.project.start
    with pytest.raises(UsageError, match="there is no commit v9"):
        stack_base(job.repository, ends, "v9")
    job.project.git("update-ref", "-d", "refs/remotes/upstream/main")
    with pytest.raises(UsageError, match="does not know the default branch of upstream"):
        stack_base(job.repository, ends)
