from __future__ import annotations

import json

import pytest

from codeflash_api.llm.exchanges import prompt_key
from codeflash_api.llm.model import BadAnswer, Misconfigured, Tokens
from codeflash_api.llm.providers.recorded import Recorded


@pytest.fixture
def record(tmp_path, prompt):
    def recorded(text: str, name: str = "1") -> Recorded:
        place = tmp_path / prompt.feature.value
        place.mkdir(exist_ok=True)
        (place / f"{prompt_key(prompt)}-{name}.json").write_text(text, encoding="utf-8")
        return Recorded(tmp_path)

    return recorded


async def test_a_hand_written_answer_needs_no_more_than_a_text(record, prompt, soon):
    reply = await record(json.dumps({"response": {"text": "x"}})).complete(prompt, soon)

    assert (reply.text, reply.model, reply.stop, reply.tokens) == ("x", "recorded", "other", Tokens())


@pytest.mark.parametrize("text", ["{", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), ""])
async def test_a_file_that_cannot_be_read_is_told(record, prompt, soon, text):
    with pytest.raises(BadAnswer, match="can't be read"):
        await record(text).complete(prompt, soon)


@pytest.mark.parametrize("data", [[], {}, {"response": 3}, {"response": {"error": "Overloaded"}}])
async def test_what_holds_no_answer_is_passed_over(record, prompt, soon, data):
    with pytest.raises(Misconfigured, match="no answer is recorded"):
        await record(json.dumps(data)).complete(prompt, soon)


async def test_closing_it_is_nothing(tmp_path):
    recorded = Recorded(tmp_path)

    await recorded.close()

    assert (recorded.provider, recorded.model) == ("recorded", "recorded")
