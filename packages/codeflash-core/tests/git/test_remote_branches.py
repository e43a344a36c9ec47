"""Branches of a remote: what a push carries, and what its refusals mean."""

import pytest

from codeflash_core.errors import DeliveryError
from codeflash_core.git.remote_branches import push


@pytest.fixture
def hub(tree, tmp_path):
    """A bare repository, the work tree's remote ``hub``."""
    place = tmp_path / "hub.git"
    tree.git("init", "-q", "--bare", "-b", "main", str(place))
    tree.git("remote", "add", "hub", str(place))
    return place


def refs(tree, hub):
    return tree.git("--git-dir", str(hub), "for-each-ref", "--format=%(refname)").splitlines()


def hook(hub, script):
    place = hub / "hooks/pre-receive"
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("push.followTags", "true"), ("push.gpgSign", "true"), ("push.recurseSubmodules", "only")],
)
def test_whatever_the_settings_say_the_branch_alone_is_pushed(tree, hub, setting, value):
    tree.git("tag", "-a", "v1", "-m", "not to be pushed")
    tree.git("config", setting, value)
    push(tree.repository, "hub", "perf/set", tree.git("rev-parse", "HEAD"))
    assert refs(tree, hub) == ["refs/heads/perf/set"]


def test_commits_of_others_on_the_branch_are_told_as_such(tree, hub):
    tree.git("push", "-q", "hub", "main:perf/set")
    tree.git("commit", "-q", "--amend", "-m", "another")
    with pytest.raises(DeliveryError, match=r"hub has another perf/set, .* \(non-fast-forward\)\n") as told:
        push(tree.repository, "hub", "perf/set", tree.git("rev-parse", "HEAD"))
    assert "git fetch hub perf/set" in told.value.hint


def test_a_branch_that_moved_since_it_was_looked_at_is_told_as_such(tree, hub):
    before = tree.git("rev-parse", "HEAD")
    tree.write("new", "x")
    tree.git("push", "-q", "hub", f"{tree.commit()}:refs/heads/perf/all")
    with pytest.raises(DeliveryError, match=r"hub has another perf/all, .* \(stale info\)\n"):
        push(tree.repository, "hub", "perf/all", before, replacing=before)


def test_a_rule_of_the_remote_is_told_with_its_reason(tree, hub):
    hook(hub, "echo; echo 'perf branches are protected, see https://ada:secret@hub.invalid'; exit 1")
    with pytest.raises(
        DeliveryError, match=r"hub does not take perf/set \(pre-receive hook declined\)"
    ) as told:
        push(tree.repository, "hub", "perf/set", tree.git("rev-parse", "HEAD"))
    assert told.value.message.endswith(": perf branches are protected, see https://hub.invalid")
    assert "another perf/set" not in told.value.message
    assert refs(tree, hub) == []
