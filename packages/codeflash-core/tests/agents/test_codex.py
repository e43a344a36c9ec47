import json
import tomllib

import pytest

from codeflash_core.agents.codex import Codex
from codeflash_core.agents.kinds import Errand

PASSED = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}


def errand(**more) -> Errand:
    return Errand(("/opt/codex",), "", "/agent", **{"environment": PASSED, **more})


def lines(*events: dict) -> bytes:
    return b"\n".join(json.dumps(event).encode() for event in events)


def said(text: str) -> dict:
    return {"type": "item.completed", "item": {"type": "agent_message", "text": text}}


def ended(**usage: int) -> dict:
    return {"type": "turn.completed", "usage": usage}


def test_the_last_message_and_the_tokens_are_read():
    told = Codex().read(
        lines(
            {"type": "turn.started"}, said("First."), said("Done."), ended(input_tokens=20, output_tokens=3)
        )
    )
    assert (told.message, told.tokens, told.money, told.failure) == ("Done.", 23, None, "")


def test_lines_that_are_no_events_are_passed_over():
    assert Codex().read(b"WARNING: hm\n" + lines(said("Done."), ended()) + b"\n{").message == "Done."


@pytest.mark.parametrize(
    ("events", "failure", "refused"),
    [
        ([{"type": "turn.failed", "error": {"message": "unexpected status 401 Unauthorized"}}], "401", True),
        ([{"type": "error", "message": "stream disconnected"}], "stream disconnected", False),
        ([{"type": "turn.failed"}], "no reason", False),
        ([said("Half")], "before its turn was over", False),
    ],
)
def test_a_turn_that_fails_is_a_failure(events, failure, refused):
    told = Codex().read(lines(*events))
    assert failure in told.failure
    assert told.refused is refused


def test_an_error_that_was_overcome_is_none():
    assert not Codex().read(lines({"type": "error", "message": "again"}, said("Done."), ended())).failure


def test_output_without_events_is_refused():
    with pytest.raises(ValueError):
        Codex().read(b"hello\n[]\n7\n")


def test_the_configuration_names_the_model_the_server_and_no_key():
    judge = ("python", 'relay "x".py')
    text = Codex().files(errand(judge=judge))[".codex/config.toml"]
    config = tomllib.loads(text)
    provider = config["model_providers"][config["model_provider"]]
    assert (provider["base_url"], provider["env_key"]) == (PASSED["OPENAI_BASE_URL"], "OPENAI_API_KEY")
    assert config["mcp_servers"]["codeflash"]["args"] == ['relay "x".py']
    assert config["shell_environment_policy"]["ignore_default_excludes"] is False
    assert '"k"' not in text


def test_without_an_address_or_a_server_neither_is_named():
    config = tomllib.loads(Codex().files(errand(environment={"CODEX_API_KEY": "k"}))[".codex/config.toml"])
    assert set(config) == {"shell_environment_policy"}


def test_its_own_sandbox_is_used_where_there_is_no_other():
    assert "--dangerously-bypass-approvals-and-sandbox" in Codex().words(errand())
    words = Codex().words(errand(confined=False))
    assert words[words.index("--sandbox") + 1] == "workspace-write"


def test_a_key_serves_under_either_name():
    seen = Codex().variables(errand(environment={"OPENAI_API_KEY": "k"}))
    assert (seen["CODEX_API_KEY"], seen["CODEX_HOME"]) == ("k", "/agent/.codex")
