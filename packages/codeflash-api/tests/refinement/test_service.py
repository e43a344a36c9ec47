from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.code.markdown import Block
from codeflash_api.llm.model import BadAnswer
from codeflash_api.refinement.question import RefineQuestion
from codeflash_api.refinement.service import refine

OLD = (Block("def f(x):\n    y = x\n    return y + 0\n", "a.py"),)
NEW = (Block("def f(x):\n    z = x\n    return z\n", "a.py"),)
SMALL = "```python:a.py\ndef f(x):\n    return x\n```"
QUESTION = RefineQuestion(
    "p",
    OLD,
    NEW,
    "No sum.",
    (Block("LIMIT = 7", "b.py"),),
    "profile one",
    "profile two",
    "1.16 milliseconds",
    "345 microseconds",
    "235%",
    "f(caller)",
    others={"c.py": "OTHER = 9"},
)


async def test_each_candidate_has_the_item_as_its_parent(saying: Any, asker: Any) -> None:
    found = await refine([QUESTION, QUESTION], asker(saying(SMALL, SMALL)))
    assert [each.parent_id for each in found] == ["p", "p"]
    assert len({each.optimization_id for each in found} - {"p"}) == 2


async def test_the_candidate_itself_is_no_refinement(saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await refine([QUESTION], asker(saying("```python:a.py\ndef f(x):\n    z = x\n    return z\n```")))


async def test_the_prompt_holds_what_was_measured(saying: Any, asker: Any) -> None:
    model = saying(SMALL)
    await refine([QUESTION], asker(model))
    text = model.asked[0].messages[0].text
    for part in (
        "y = x",
        "z = x",
        "No sum.",
        "LIMIT = 7",
        "OTHER = 9",
        "profile one",
        "profile two",
        "1.16 milliseconds",
        "345 microseconds",
        "235%",
        "f(caller)",
    ):
        assert part in text


async def test_what_is_not_known_is_not_mentioned(saying: Any, asker: Any) -> None:
    model = saying(SMALL)
    await refine([RefineQuestion("p", OLD, NEW)], asker(model))
    assert "Measured" not in model.asked[0].messages[0].text
