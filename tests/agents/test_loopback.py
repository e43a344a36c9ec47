"""Real agents follow a scripted model: their own tools first, before ours are in play."""

import pytest
from loopback.script import Call, Model, Say

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

NO_SERVER = """
model = "scripted"
model_provider = "loopback"

[model_providers.loopback]
name = "loopback"
base_url = "{address}"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
"""


def asked(word):
    return lambda request: word in request.said


def test_claude_follows_the_script(claude, project):
    def script():
        answer = yield Call("Read", {"file_path": str(project / "README.md")})
        assert "The back office of a small web shop" in answer.text
        answer = yield Call("Read", {"file_path": str(project / "missing.md")})
        assert answer.failed
        yield Say("It sells things.")

    model = Model([(asked("What does it do?"), script)])
    ended = claude(model, "What does it do?")
    assert ended["result"] == "It sells things."
    assert model.finished == 1


def test_codex_follows_the_script(codex, project):
    def script():
        answer = yield Call("exec_command", {"cmd": "head -n 1 README.md"})
        assert "# shop" in answer.text
        yield Say("It sells things.")

    model = Model([(asked("What does it do?"), script)])
    events = codex(model, "What does it do?", "--sandbox", "danger-full-access", config=NO_SERVER)
    assert [e["item"]["text"] for e in events if e.get("item", {}).get("type") == "agent_message"] == [
        "It sells things."
    ]
    assert model.finished == 1


def test_an_assertion_in_a_script_fails_the_test(claude, project):
    def script():
        answer = yield Call("Read", {"file_path": str(project / "README.md")})
        assert "a bakery" in answer.text

    with pytest.raises(AssertionError, match="a bakery"):
        claude(Model([(asked("What does it do?"), script)]), "What does it do?")
