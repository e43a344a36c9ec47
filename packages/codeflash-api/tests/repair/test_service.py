from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.code.markdown import Block
from codeflash_api.llm.model import BadAnswer
from codeflash_api.repair.question import Difference, RepairQuestion
from codeflash_api.repair.service import LONGEST, MOST_DIFFERENCES, repair

OLD = (Block("def f(x):\n    return sorted(x)\n", "a.py"),)
NEW = (Block("def f(x):\n    return sorted(set(x))\n", "a.py"),)
GOOD = "Keep duplicates.\n```python:a.py\ndef f(x):\n    out = list(x)\n    out.sort()\n    return out\n```"
DIFFERENCE = Difference("did_pass", True, False, "True", "False", "def test_x(): ...", "assert 1", "none")


async def test_one_candidate_is_repaired(saying: Any, asker: Any) -> None:
    found = await repair(RepairQuestion("p", OLD, NEW, (DIFFERENCE,)), asker(saying(GOOD)))
    assert (found.parent_id, found.explanation) == ("p", "Keep duplicates.")
    assert found.optimization_id != "p"


@pytest.mark.parametrize("files", [OLD, NEW], ids=["the original", "the same again"])
async def test_what_was_there_before_is_no_repair(files: Any, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        text = f"```python:a.py\n{files[0].text}\n```"
        await repair(RepairQuestion("p", OLD, NEW, (DIFFERENCE,)), asker(saying(text)))


async def test_the_prompt_holds_the_differences(saying: Any, asker: Any) -> None:
    model = saying(GOOD)
    await repair(RepairQuestion("p", OLD, NEW, (DIFFERENCE,) * (MOST_DIFFERENCES + 2)), asker(model))
    text = model.asked[0].messages[0].text
    for part in ("did_pass", "True", "False", "def test_x", "assert 1", "none", "2 more differences"):
        assert part in text


async def test_long_values_are_cut_in_the_middle(saying: Any, asker: Any) -> None:
    model = saying(GOOD)
    long = Difference("stdout", candidate_value="a" * 50_000 + "z")
    await repair(RepairQuestion("p", OLD, NEW, (long,)), asker(model))
    text = model.asked[0].messages[0].text
    assert len(text) < LONGEST * 2
    assert f"[{50_001 - LONGEST} characters left out]" in text
