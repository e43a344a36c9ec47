import pytest


def committed(desk, command="git commit -m x", tool="Bash"):
    return desk.event(
        "after_commit.py",
        "PostToolUse",
        tool_name=tool,
        tool_input={"command": command},
        tool_response={},
        tool_use_id="t",
    )


def test_a_commit_is_answered_once_in_a_conversation(desk):
    assert "codeflash compare HEAD~1 HEAD" in committed(desk).context
    assert committed(desk).answer == {}


def test_a_commit_by_hand_in_an_experiment_is_told_of_keep(desk):
    desk.begin()
    desk.open()
    assert "session_keep" in committed(desk).context


@pytest.mark.parametrize(
    "command", ["cd x && git commit -am y", "git -C sub commit -m y", "git add a\ngit commit -m y"]
)
def test_commits_are_recognized(desk, command):
    assert committed(desk, command).context


@pytest.mark.parametrize(
    "command", ["git log", "echo git commit", "git commit --dry-run", "git commit-tree x"]
)
def test_other_commands_are_none(desk, command):
    assert committed(desk, command).answer == {}
