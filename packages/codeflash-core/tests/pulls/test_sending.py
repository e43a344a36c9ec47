"""A pull request is opened once, for what was measured, and nothing is sent where something stands in the way."""

from copy import deepcopy

import pytest
from attrs import evolve
from loopback.forked import MIN, SET, WHY

from codeflash_core.errors import DeliveryError, GitHubError, StageError, UsageError
from codeflash_core.pulls.drafts import steps
from codeflash_core.records.pulls_tsv import read_pulls

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"


def open_set(job, server, **asked):
    return job.send(server, branch="perf/set", **asked)


def test_the_branch_is_pushed_the_pull_request_opened_and_recorded(job, server):
    head = job.changed()
    before = job.project.state()
    sent = open_set(job, server)
    assert (sent.created, sent.row.number, sent.row.repository) == (True, 1, "acme/shop")
    pull = server.pull("acme/shop", 1)
    assert pull["title"] == "Look articles up in a set"
    assert WHY in pull["body"]
    assert (pull["head"]["label"], pull["head"]["sha"], pull["base"]["ref"]) == ("ada:perf/set", head, "main")
    (row,) = read_pulls(job.place.pulls)
    assert (row.branch, row.commit, row.iteration, row.url) == ("perf/set", head, 1, pull["html_url"])
    # Of the user's nothing changed but the place where git remembers the fork's branch.
    after = job.project.state()
    assert [one for one, other in zip(before, after, strict=True) if one != other] == [before[1]]
    assert f"{head} commit\trefs/remotes/fork/perf/set" in after[1]
    assert not [line for line in after[1].splitlines() if "refs/codeflash" in line]


def test_sent_again_the_same_pull_request_is_written_anew(job, server):
    job.changed()
    open_set(job, server)
    server.pull("acme/shop", 1).update(title="A maintainer's title", body="")
    server.pull("acme/shop", 1)["body"] = (
        "Before.\r\n\r\n<!-- measured: begin -->\nstale\n<!-- measured: end -->\r\n\r\nAfter."
    )
    sent = open_set(job, server)
    assert (sent.created, sent.row.number) == (False, 1)
    pull = server.pull("acme/shop", 1)
    assert pull["title"] == "A maintainer's title"
    assert pull["body"].startswith("Before.\n\n<!-- measured: begin -->\nLook articles up in a set.")
    assert pull["body"].endswith("<!-- measured: end -->\n\nAfter.")
    assert "stale" not in pull["body"]
    open_set(job, server, title="Mine")
    assert server.pull("acme/shop", 1)["title"] == "Mine"
    # Told again with nothing new, it is recorded once.
    assert [row.title for row in read_pulls(job.place.pulls)] == [
        "Look articles up in a set",
        "A maintainer's title",
        "Mine",
    ]


def test_a_kill_between_opening_and_recording_is_made_good_by_the_next_try(job, server):
    job.changed()
    open_set(job, server)
    job.place.pulls.unlink()
    sent = open_set(job, server)
    assert (sent.created, sent.row.number) == (False, 1)
    assert [row.number for row in read_pulls(job.place.pulls)] == [1]


def test_a_pull_request_that_somebody_opened_a_moment_ago_is_written_anew(job, server):
    job.changed()
    draft = job.draft(branch="perf/set")
    server.open("acme/shop", "ada:perf/set", "By another process")
    # GitHub does not list it yet when it is looked for.
    server.fail("GET", "/repos/acme/shop/pulls?state=open&head=", 200, [])
    sent = job.send(server, draft)
    assert (sent.created, sent.row.number) == (False, 1)
    assert [method for method, _ in server.sent] == ["POST", "PATCH"]


def listed_as_it_was(job, server):
    """The pull request is open; the first time it is looked for, GitHub shows it as it is now."""
    job.changed()
    open_set(job, server)
    server.fail(
        "GET", "/repos/acme/shop/pulls?state=open&head=", 200, [deepcopy(server.pull("acme/shop", 1))]
    )
    return server.pull("acme/shop", 1)


def test_what_others_write_while_it_is_sent_stays(job, server):
    pull = listed_as_it_was(job, server)
    pull.update(title="A maintainer's title", body=f"A maintainer's words.\n\n{pull['body']}")
    assert not open_set(job, server).created
    assert pull["body"].startswith("A maintainer's words.\n\n<!-- measured: begin -->")
    assert pull["title"] == "A maintainer's title"


def test_a_pull_request_that_is_closed_while_it_is_sent_is_not_written(job, server):
    pull = listed_as_it_was(job, server)
    server.close("acme/shop", 1)
    with pytest.raises(DeliveryError, match="pull request 1 of perf/set was closed while") as told:
        open_set(job, server)
    assert pull["html_url"] in told.value.hint
    assert [method for method, _ in server.sent] == ["POST"]


def test_it_can_be_opened_in_the_fork(job, server):
    job.changed()
    sent = open_set(job, server, into_fork=True, draft=True)
    assert sent.row.repository == "ada/shop"
    assert server.pull("ada/shop", 1)["draft"] is True


def refused(job, server, match, error=UsageError, **asked):
    """Nothing was sent to GitHub or the fork, and nothing was recorded."""
    branches = job.project.git("for-each-ref", at=job.project.fork)
    with pytest.raises(error, match=match) as told:
        open_set(job, server, **asked)
    assert server.sent == []
    assert job.project.git("for-each-ref", at=job.project.fork) == branches
    assert read_pulls(job.place.pulls) == ()
    return told.value


def edited(*edit, path="src/shop/stock.py"):
    def change(root):
        text = (root / path).read_text()
        assert edit[0] in text
        (root / path).write_text(text.replace(*edit))

    return change


def test_a_change_that_upstream_has_is_not_proposed(job, server):
    job.changed()
    job.project.elsewhere(edited(*SET))
    error = refused(job, server, "upstream has this change already", anyway=True)
    assert "nothing to propose" in error.hint


def test_a_change_that_the_branch_has_that_it_is_for_is_not_proposed(job, server):
    job.changed()
    job.project.elsewhere(edited(*SET), branch="stable")
    refused(job, server, "upstream has this change already", base="stable")


def test_a_change_that_only_the_default_branch_has_can_be_proposed_for_another(job, server):
    job.changed()
    job.project.git("push", "-q", "upstream", "main:stable")
    job.project.elsewhere(edited(*SET))
    assert open_set(job, server, base="stable").created
    assert server.pull("acme/shop", 1)["base"]["ref"] == "stable"


def test_a_branch_of_the_fork_says_nothing_of_upstream(job, server):
    job.changed()
    job.project.git("push", "-q", "fork", "main:stable")
    job.project.elsewhere(edited(*SET))
    refused(job, server, "upstream has this change already", base="stable", into_fork=True)


def test_a_function_that_upstream_changed_is_measured_again(job, server):
    job.changed()
    job.project.elsewhere(edited("    return missing\n", "    return list(missing)\n"))
    error = refused(job, server, "upstream has changed src/shop/stock.py::missing_articles since")
    assert "measure it again" in error.hint
    sent = open_set(job, server, anyway=True)
    assert sent.notes == ("upstream has changed src/shop/stock.py::missing_articles since this branch began",)


def test_a_change_of_another_function_is_no_reason(job, server):
    job.changed()
    job.project.elsewhere(edited(*MIN))
    assert open_set(job, server).created


def test_what_can_no_longer_be_merged_is_refused_for_good(job, server):
    job.changed()
    job.project.elsewhere(edited("    missing = []\n", "    missing = list()\n"))
    refused(job, server, "src/shop/stock.py can't be merged", anyway=True)


def patch(project, edit, title="Something else", head="bob:fast"):
    """Somebody's pull request that makes a change."""
    project.elsewhere(edited(*edit), branch="theirs")
    old = project.git("diff", "main", "theirs", "--", "src/shop/stock.py", at=project.upstream)
    files = [{"filename": "src/shop/stock.py", "status": "modified", "patch": old[old.find("@@") :]}]
    return {"head": head, "title": title, "files": files}


def test_another_pull_request_at_the_same_place_is_looked_at_first(job, server):
    job.changed()
    server.open("acme/shop", **patch(job.project, SET))
    error = refused(
        job, server, r"pull request 1 \(Something else\) is open and changes .*::missing_articles"
    )
    assert f"{server.url}/acme/shop/pull/1" in error.hint
    assert open_set(job, server, anyway=True).created


def test_another_pull_request_beside_it_is_a_note(job, server):
    job.changed()
    server.open("acme/shop", **patch(job.project, MIN))
    (note,) = open_set(job, server).notes
    assert "pull request 1 (Something else) is open and changes src/shop/stock.py elsewhere" in note


def test_the_same_function_is_found_where_its_lines_have_moved(job, server):
    job.changed()
    moved = "@@ -104,7 +104,7 @@ def missing_articles(ordered, shelf):\n context\n-old\n+new\n context"
    server.open("acme/shop", "bob:x", "X", files=[{"filename": "src/shop/stock.py", "patch": moved}])
    refused(job, server, "pull request 1")


def test_a_patch_that_github_does_not_show_may_be_the_same(job, server):
    job.changed()
    server.open("acme/shop", "bob:x", "X", files=[{"filename": "src/shop/stock.py"}])
    refused(job, server, "pull request 1")


def test_the_same_title_is_looked_at_first(job, server):
    job.changed()
    server.open("acme/shop", "bob:x", "look articles up, in a set", files=[])
    refused(job, server, "is open and has the same title")


def test_pull_requests_on_the_second_page_count(job, server):
    job.changed()
    server.page = 2
    server.open("acme/shop", **patch(job.project, SET))
    for number in range(4):
        server.open("acme/shop", f"bob:b{number}", f"Other {number}", files=[])
    refused(job, server, "pull request 1")


def test_a_pull_request_that_was_closed_is_not_opened_again_unasked(job, server):
    job.changed()
    open_set(job, server)
    server.close("acme/shop", 1)
    with pytest.raises(UsageError, match="pull request 1 of perf/set is not open any more"):
        open_set(job, server)
    assert open_set(job, server, anyway=True).row.number == 2


def test_what_was_not_measured_is_not_proposed(job, server):
    """The branch holds another change, made before the commit that it was compared with."""
    project = job.project
    first = project.change("perf/two", MIN)
    project.git("checkout", "-q", "-b", "perf/set", first)
    project.git("checkout", "-q", "main")
    job.project.git("branch", "-q", "-D", "perf/set")
    head = project.change("perf/set", SET, onto=first)
    job.record(head, base=first)
    refused(job, server, "holds more than was measured: src/shop/stock.py", anyway=True)


def test_a_benchmark_may_come_before_the_change(job, server):
    project = job.project
    project.git("checkout", "-q", "-b", "bench")
    project.write("tests/test_more_bench.py", "def test_x(benchmark):\n    benchmark(len, [])\n")
    base = project.commit("Add a benchmark")
    project.git("checkout", "-q", "main")
    job.record(project.change("perf/set", SET, onto=base), base=base)
    assert open_set(job, server).created


def test_a_branch_that_somebody_else_pushed_to_is_not_overwritten(job, server):
    job.changed()
    project = job.project
    project.git("push", "-q", "fork", "main:perf/set")
    other = project.root / "third"
    project.git("clone", "-q", str(project.fork), str(other), at=project.root)
    project.git(
        "-c", "user.name=B", "-c", "user.email=b@b", "commit", "-q", "--allow-empty", "-m", "x", at=other
    )
    project.git("push", "-q", "origin", "HEAD:perf/set", at=other)
    there = project.git("rev-parse", "perf/set", at=project.fork)
    error = refused(job, server, "fork has another perf/set, which is not part of yours", DeliveryError)
    assert "git fetch fork perf/set" in error.hint
    assert project.git("rev-parse", "perf/set", at=project.fork) == there


def test_a_fork_that_cannot_be_reached_opens_nothing(job, server):
    job.changed()
    job.project.git("remote", "set-url", "fork", str(job.project.root / "gone.git"))
    with pytest.raises(DeliveryError, match="can't push perf/set to fork"):
        open_set(job, server)
    assert server.sent == []


def test_an_upstream_that_cannot_be_fetched_opens_nothing(job, server):
    job.changed()
    job.project.git("remote", "set-url", "upstream", str(job.project.root / "gone.git"))
    with pytest.raises(StageError, match="can't fetch main of upstream"):
        open_set(job, server)
    assert server.sent == []


def test_a_clone_of_a_fork_without_upstream_says_so(job, server):
    job.changed()
    job.project.git("remote", "remove", "upstream")
    job.project.git("remote", "rename", "fork", "origin")
    refused(job, server, "ada/shop is a fork of acme/shop", upstream="ada/shop")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refusal_of_github_records_nothing(job, server, method):
    job.changed()
    server.fail(method, "/repos", 403, {"message": "no"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1900000000"})  # fmt: skip
    with pytest.raises(GitHubError, match="rate limit"):
        open_set(job, server)
    assert read_pulls(job.place.pulls) == ()


def test_damaged_records_are_told_before_anything_is_sent(job, server):
    job.changed()
    open_set(job, server)
    job.place.pulls.write_text(job.place.pulls.read_text().replace("\t1\thttp", "\tone\thttp"))
    asked = len(server.asked)
    with pytest.raises(UsageError, match=r"pulls\.tsv:3: invalid literal") as told:
        open_set(job, server)
    assert told.value.where.line == 3
    assert len(server.asked) == asked


@pytest.mark.parametrize("base", ["", "stable"])
def test_a_dry_run_names_all_that_is_done(job, server, base):
    job.changed()
    job.project.git("push", "-q", "upstream", "main:stable")
    server.open("acme/shop", "bob:x", "X", files=[])
    draft = job.draft(branch="perf/set", base=base)
    planned = [
        step.told for step in steps(draft, "main", None) if not step.condition.startswith("in its place")
    ]
    job.send(server, draft)
    done = [f"{method} {path}" for method, path, _ in server.asked]
    assert [line.replace("<NUMBER>", "1") for line in planned if not line.startswith("git")] == sorted(
        done, key=lambda line: planned.index(line.replace("/1/", "/<NUMBER>/"))
    )
    assert [line for line in planned if line.startswith("git")] == job.told
    (created,) = [step.body for step in steps(draft, "main", None) if step.told.startswith("POST")]
    assert created == next(body for method, _, body in server.asked if method == "POST")


def test_the_token_is_in_nothing_that_is_written_or_told(job, server):
    job.changed()
    open_set(job, server)
    assert set(server.tokens) == {f"Bearer {TOKEN}"}
    written = [path.read_bytes() for path in job.project.root.rglob("*") if path.is_file()]
    assert len(written) > 20
    assert not [each for each in written if TOKEN.encode() in each]
    assert TOKEN not in repr((job.told, server.asked))


def test_what_somebody_added_to_a_stack_is_not_replaced(job, server):
    """Of a change nothing is ever replaced; of a stack only what this case put there."""
    from codeflash_core.pulls.sending import replaced_tip
    from codeflash_core.records.pulls_tsv import PullKind

    head = job.changed()
    draft = job.draft(branch="perf/set")
    assert replaced_tip(draft, job.repository, (), "f" * 40) is None
    stack = evolve(draft, kind=PullKind.STACK, branch="perf/all")
    assert replaced_tip(stack, job.repository, (), "") == ""
    assert replaced_tip(stack, job.repository, (), head) == head
    with pytest.raises(UsageError, match="which this checkout never put there"):
        replaced_tip(stack, job.repository, (), "f" * 40)
