"""How git is run: whose variables it heeds, and for how long."""

import pytest

from codeflash_core.errors import StageError
from codeflash_core.git import program
from codeflash_core.git.program import run_git


@pytest.fixture
def ssh(tree, tmp_path, monkeypatch):
    """The user's own way of getting into other machines: it leaves a trace, and gives up."""
    trace = tmp_path / "asked"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch '{trace}'; exit 1 #")
    tree.git("remote", "add", "far", "ssh://far.invalid/shop.git")
    return trace


@pytest.mark.parametrize(
    "words",
    [("fetch", "far"), ("ls-remote", "far"), ("push", "far", "main")],
    ids=lambda words: words[0],
)
def test_what_speaks_to_another_machine_gets_in_as_the_users_git_does(tree, ssh, words):
    assert run_git(tree.root, *words).code != 0
    assert ssh.exists()


def test_no_other_command_heeds_how_the_user_gets_in(tree, ssh):
    run_git(tree.root, "remote", "update", "far")
    assert not ssh.exists()


def test_a_variable_that_is_set_for_one_command_goes_before_the_users(tree, ssh, tmp_path):
    mine = tmp_path / "mine"
    run_git(tree.root, "ls-remote", "far", environment={"GIT_SSH_COMMAND": f"touch '{mine}'; exit 1 #"})
    assert (mine.exists(), ssh.exists()) == (True, False)


def test_a_connection_that_hangs_is_given_up_with_a_hint(tree, ssh, monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", "cat >/dev/null #")
    monkeypatch.setattr(program, "TRANSPORT_SECONDS", 0.2)
    with pytest.raises(StageError, match="git ls-remote did not answer within") as told:
        run_git(tree.root, "ls-remote", "far")
    assert "waits for a password" in told.value.hint


def test_another_machine_gets_more_time_than_this_one(tree, ssh, monkeypatch):
    monkeypatch.setattr(program, "SECONDS", 0.0)
    assert run_git(tree.root, "ls-remote", "far").code != 0


@pytest.mark.parametrize("told", [{}, {"GIT_CONFIG_NOSYSTEM": "1"}], ids=["heeded", "not heeded"])
def test_whose_settings_count_is_the_users_to_say(tree, tmp_path, monkeypatch, told):
    machine = tmp_path / "gitconfig"
    machine.write_text('[filter "odd"]\n\tsmudge = tr a-z A-Z\n')
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM", raising=False)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(machine))
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert bool(run_git(tree.root, "config", "filter.odd.smudge").text) is not bool(told)


def test_other_variables_of_git_are_not_heeded(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "nonsense")
    assert run_git(tree.root, "rev-parse", "HEAD").code == 0
