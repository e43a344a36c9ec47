"""Whatever is wrong with an event or a state file, the user's work goes on."""

import json

import pytest

HOOKS = {
    "session_start.py": "SessionStart",
    "guard.py": "PreToolUse",
    "after_commit.py": "PostToolUse",
    "stop.py": "Stop",
}
CALL = {"tool_name": "Bash", "tool_input": {"command": "rm tests; git commit -m x"}}


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    "text",
    ["", "{", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")],
    ids=["nothing", "half", "bytes"],
)
def test_an_event_that_is_none_is_one_line_on_stderr(desk, hook, text):
    told = desk.said(hook, text)
    assert told.answer == {}
    assert told.errors.count("\n") == 1
    assert told.errors.startswith(f"codeflash {hook}: ")


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"schema": 1}', '{"schema": 99, "session": {}}'],
    ids=["empty", "list", "no session", "future"],
)
def test_a_state_that_cannot_be_read_is_one_line_on_stderr(desk, hook, content):
    desk.begin()
    desk.store.path.write_text(content)
    told = desk.event(hook, HOOKS[hook], stop_hook_active=False, **CALL)
    assert "permissionDecision" not in json.dumps(told.answer)
    assert "decision" not in told.answer
    assert told.errors.startswith(f"codeflash {hook}: ")
    assert told.errors.count("\n") == 1


def test_every_script_that_the_hooks_name_is_tested_here(root):
    told = (root / "plugin/hooks/hooks.json").read_text()
    named = {path.name for path in (root / "plugin/hooks").glob("*.py") if f"hooks/{path.name}" in told}
    assert named == set(HOOKS)
    assert set(HOOKS.values()) == set(json.loads(told)["hooks"])
