import json

import pytest

from codeflash_core.agents.claude import Claude
from codeflash_core.agents.kinds import Errand

ERRAND = Errand(("/opt/claude",), "", "/agent", {"ANTHROPIC_API_KEY": "k"}, ("python", "relay.py"))


def result(**more) -> bytes:
    told = {"type": "result", "subtype": "success", "is_error": False, "result": "Done.", "num_turns": 4}
    return json.dumps({**told, **more}).encode()


def test_last_words_turns_price_and_tokens_are_read():
    usage = {"input_tokens": 3, "cache_read_input_tokens": 5, "output_tokens": 7, "service_tier": "standard"}
    told = Claude().read(result(total_cost_usd=0.25, usage=usage))
    assert (told.message, told.money, told.calls, told.tokens) == ("Done.", 0.25, 4, 15)
    assert not told.failure


def test_what_is_not_told_is_unknown():
    told = Claude().read(result(total_cost_usd=None, num_turns="four", usage={}))
    assert (told.money, told.calls, told.tokens) == (None, 1, None)


@pytest.mark.parametrize("told", ["NaN", "-3", "1e999", "1" + "0" * 400, "true", '"0.5"'])
def test_what_can_t_be_a_price_is_none_that_is_known(told):
    output = result(total_cost_usd="X").replace(b'"X"', told.encode())
    assert Claude().read(output).money is None


@pytest.mark.parametrize(
    ("words", "refused"),
    [("Invalid API key · Please run /login", True), ("API Error: 529 overloaded", False), ("", False)],
)
def test_a_failure_tells_whether_another_errand_would_fail_too(words, refused):
    told = Claude().read(result(is_error=True, result=words))
    assert told.failure
    assert told.refused is refused


@pytest.mark.parametrize("output", [b"", b"null", b"[]", b"{", b'{"type": "system"}', b"\xff"])
def test_what_is_no_result_is_refused(output):
    with pytest.raises(ValueError):
        Claude().read(output)


def test_neither_the_key_nor_a_shell_is_in_the_command():
    words = Claude().words(ERRAND)
    assert "k" not in words
    assert words[words.index("--tools") + 1] == "Read,Edit,Write,Glob,Grep"
    assert {"--restricted", "--strict-mcp-config"} <= set(words)


def test_the_server_is_named_where_there_is_one():
    assert json.loads(Claude().files(ERRAND)["mcp.json"])["mcpServers"]["codeflash"]["args"] == ["relay.py"]
    alone = Errand(("claude",), "opus", "/agent", {})
    assert json.loads(Claude().files(alone)["mcp.json"]) == {"mcpServers": {}}
    assert Claude().words(alone)[-2:] == ["--model", "opus"]
