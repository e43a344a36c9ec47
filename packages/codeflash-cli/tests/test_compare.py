import json

import pytest


def test_two_commands_are_compared_with_their_exit_codes(codeflash) -> None:
    said = codeflash("compare", "--command", "true", "--command", "false", "--json")
    assert said.code == 1
    assert json.loads(said.out)["exit_codes"] == {"a": [0], "b": [1]}
    assert json.loads(said.out)["outcome"] == "inconclusive"


def test_a_result_is_told_in_words(codeflash) -> None:
    said = codeflash("compare", "--command", "true", "--command", "true", "--budget", "0.5s")
    assert said.code == 0
    assert "A  " in said.out
    assert "noise floor" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--command", "true"), "two commands are wanted, not 1"),
        (("--command", "true", "--command", "no-such-program"), "there is no program no-such-program"),
        (("--command", "true", "--command", "'open"), "can't read the command"),
    ],
)
def test_what_cannot_be_compared_is_refused(codeflash, words, told) -> None:
    said = codeflash("compare", *words)
    assert said.code == 2
    assert told in said.err
