import pytest
from loopback.forked import SET

from codeflash_core.errors import GitHubError
from codeflash_core.github import branches

REPOSITORY = "acme/shop"


def test_what_lies_between_two_commits_is_told(ask_as_app, project):
    head = project.change("perf/set", SET)
    project.git("push", "-q", "upstream", "perf/set")
    found = ask_as_app(lambda api: branches.compare(api, REPOSITORY, project.start, head))
    assert (found.status, found.merge_base, found.commits) == ("ahead", project.start, 1)


def test_commits_with_nothing_in_common_are_told(ask_as_app, project):
    with pytest.raises(GitHubError) as told:
        ask_as_app(lambda api: branches.compare(api, REPOSITORY, project.start, "f" * 40))
    assert told.value.status == 404


def test_the_commit_of_a_branch_is_told_and_one_that_is_not_there_is_empty(ask_as_app, project):
    project.git("push", "-q", "upstream", "main:a/b#d")
    assert ask_as_app(lambda api: branches.branch_commit(api, REPOSITORY, "a/b#d")) == project.start
    assert ask_as_app(lambda api: branches.branch_commit(api, REPOSITORY, "nothing")) == ""
