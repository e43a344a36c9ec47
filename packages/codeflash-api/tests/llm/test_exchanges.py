from __future__ import annotations

import json
import logging
import stat
import uuid

import pytest
from attrs import define, evolve, field

from codeflash_api.feature import Feature
from codeflash_api.llm.exchanges import (
    ORIGIN,
    FolderStore,
    Keeping,
    NotKept,
    Origin,
    prompt_key,
    without_secrets,
)
from codeflash_api.llm.model import Message, Misconfigured, Overloaded, Prompt, Tokens
from codeflash_api.llm.providers.recorded import Recorded


@define
class Shelf:
    kept: list = field(factory=list)
    problem: Exception | None = None

    async def keep(self, exchange) -> None:
        if self.problem:
            raise self.problem
        self.kept.append(exchange)


async def test_an_exchange_is_kept_with_what_was_asked_and_answered(scripted, reply, prompt, soon):
    shelf = Shelf()
    full = evolve(reply, raw={"request": {"model": "m"}, "response": {"id": "1"}}, seconds=1.5)

    assert await Keeping(scripted(full), shelf).complete(prompt, soon) is full

    (kept,) = shelf.kept
    assert (kept.feature, kept.version, kept.provider) == ("optimize", prompt.version, "anthropic")
    assert (kept.model, kept.key, kept.seconds) == ("claude-sonnet-4-5", prompt_key(prompt), 1.5)
    assert kept.request["system"] == prompt.system
    assert kept.request["messages"][-1] == {"role": "user", "text": "日本 🚀"}
    assert kept.request["sent"] == {"model": "m"}
    assert kept.response["text"] == "faster"
    assert kept.response["tokens"] == {"input": 100, "cached": 40, "output": 10}
    assert kept.response["raw"] == {"id": "1"}


async def test_a_failure_is_kept_and_passed_on(scripted, prompt, soon):
    shelf = Shelf()

    with pytest.raises(Overloaded):
        await Keeping(scripted(Overloaded("anthropic", "down")), shelf).complete(prompt, soon)

    assert shelf.kept[0].response == {"error": "Overloaded", "message": "anthropic: down"}


async def test_the_call_that_asks_is_noted(scripted, reply, prompt, soon):
    shelf = Shelf()
    origin = Origin(uuid.uuid4(), "trace-EXP0")
    token = ORIGIN.set(origin)
    try:
        await Keeping(scripted(reply), shelf).complete(prompt, soon)
    finally:
        ORIGIN.reset(token)

    assert shelf.kept[0].origin == origin


async def test_an_exchange_that_cannot_be_kept_does_not_cost_the_answer(
    scripted, reply, prompt, soon, caplog
):
    shelf = Shelf(problem=NotKept("No space left on device"))

    with caplog.at_level(logging.WARNING):
        assert await Keeping(scripted(reply), shelf).complete(prompt, soon) is reply

    assert "No space left on device" in caplog.text
    assert "größe" not in caplog.text


async def test_secrets_are_taken_out(scripted, reply, soon):
    shelf = Shelf()
    asked = Prompt(Feature.RANK, "v", "", (Message("user", "KEY = 'hunter2-hunter2' # sk-abcdefghijklmnop"),))
    answer = evolve(
        reply, text="use AKIAABCDEFGHIJKLMNOP", raw={"response": {"hunter2-hunter2": ["Bearer abcdefghijk"]}}
    )

    await Keeping(scripted(answer), shelf, secrets=("hunter2-hunter2",)).complete(asked, soon)

    kept = json.dumps([shelf.kept[0].request, shelf.kept[0].response])
    assert not any(secret in kept for secret in ("hunter2", "sk-abc", "AKIA", "abcdefghijk"))
    assert kept.count("[removed]") == 5
    assert shelf.kept[0].key == prompt_key(asked)


def test_short_words_are_no_secrets_even_when_a_key_is_short():
    assert without_secrets({"a": ["abc", 1, None, True]}, ("abc", "")) == {"a": ["abc", 1, None, True]}


@pytest.mark.parametrize(
    "text",
    [
        "cf-" + "a" * 40,
        "ghp_" + "a" * 36,
        "github_pat_" + "a" * 30,
        "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_credential_is_taken_out(text):
    assert without_secrets(f"a {text} b", ()) == "a [removed] b"


def say(text: str, **fields) -> Prompt:
    return Prompt(fields.pop("feature", Feature.RANK), "v1", "system", (Message("user", text),), **fields)


@pytest.mark.parametrize(
    "other",
    [
        say("a\r\n  b  \n"),
        say("a\n  b", max_tokens=9, temperature=0.7),
        say("  a\n  b\n\n"),
        Prompt(Feature.RANK, "v2", "system  ", (Message("user", "a\n  b"),)),
    ],
    ids=["line ends", "sampling", "ends", "version"],
)
def test_prompts_that_say_the_same_have_one_key(other):
    assert prompt_key(other) == prompt_key(say("a\n  b"))


@pytest.mark.parametrize(
    "other",
    [
        say("a\n b"),
        say("b"),
        say("a\n  b", feature=Feature.EXPLAIN),
        Prompt(Feature.RANK, "v1", "other", (Message("user", "a\n  b"),)),
        Prompt(Feature.RANK, "v1", "system", (Message("assistant", "a\n  b"),)),
        Prompt(Feature.RANK, "v1", "system", (Message("user", "a\n"), Message("user", "  b"))),
    ],
    ids=["indentation", "text", "feature", "system", "role", "turns"],
)
def test_prompts_that_say_something_else_have_another_key(other):
    assert prompt_key(other) != prompt_key(say("a\n  b"))


def test_delimiters_make_no_difference_to_the_key():
    assert prompt_key(say("<material-0123456789abcdef>")) == prompt_key(say("<material-fedcba9876543210>"))


def test_what_cannot_be_encoded_has_a_key_too():
    assert prompt_key(say("\ud800"))


async def test_what_is_kept_in_a_folder_can_be_replayed(tmp_path, scripted, reply, prompt, soon):
    store = FolderStore(tmp_path / "exchanges")
    model = Keeping(
        scripted(reply, Overloaded("anthropic", "x"), evolve(reply, text="again", stop="length")), store
    )
    await model.complete(prompt, soon)
    with pytest.raises(Overloaded):
        await model.complete(prompt, soon)
    await model.complete(prompt, soon)

    replay = Recorded(tmp_path / "exchanges")
    answers = [await replay.complete(prompt, soon) for _ in range(3)]

    assert [answer.text for answer in answers] == ["faster", "again", "faster"]
    assert [answer.stop for answer in answers] == ["end", "length", "end"]
    assert (answers[0].provider, answers[0].model, answers[0].tokens) == (
        "recorded",
        "claude-sonnet-4-5",
        Tokens(100, 40, 10),
    )


async def test_kept_files_are_for_their_owner_only(tmp_path, scripted, reply, prompt, soon):
    await Keeping(scripted(reply), FolderStore(tmp_path / "exchanges")).complete(prompt, soon)

    (file,) = (tmp_path / "exchanges" / "optimize").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_a_folder_that_cannot_be_written_costs_no_answer(
    tmp_path, scripted, reply, prompt, soon, caplog
):
    (tmp_path / "exchanges").write_text("a file", encoding="utf-8")

    answer = await Keeping(scripted(reply), FolderStore(tmp_path / "exchanges")).complete(prompt, soon)

    assert answer is reply
    assert "was not kept" in caplog.text


async def test_it_is_the_model_that_it_wraps(scripted):
    inner = scripted()
    wrapped = Keeping(inner, Shelf())

    await wrapped.close()

    assert (wrapped.provider, wrapped.model, inner.closed) == ("anthropic", "m", 1)


async def test_a_prompt_without_recorded_answer_is_told(tmp_path, prompt, soon):
    with pytest.raises(Misconfigured, match="no answer is recorded"):
        await Recorded(tmp_path).complete(prompt, soon)
