from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.adaptive.question import AdaptQuestion, Step
from codeflash_api.adaptive.service import MOST_STEPS, adapt
from codeflash_api.code.markdown import Block
from codeflash_api.llm.model import BadAnswer

OLD = (Block("def f(x):\n    return sorted(x)\n", "a.py"),)


def _steps(count: int) -> tuple[Step, ...]:
    return tuple(
        Step(
            f"c{number}",
            (Block(f"def f(x):\n    return sorted(x)[{number}:]\n", "a.py"),),
            f"Reason {number}.",
            "REFINE",
            f"Performance gain: {number}%",
        )
        for number in range(count)
    )


async def test_the_last_candidate_is_the_parent(saying: Any, asker: Any) -> None:
    answer = "Next.\n```python:a.py\ndef f(x):\n    return list(x)\n```"
    found = await adapt(AdaptQuestion(OLD, _steps(2)), asker(saying(answer)))
    assert (found.parent_id, found.explanation) == ("c1", "Next.")


@pytest.mark.parametrize("number", [0, 1])
async def test_a_step_that_was_taken_is_not_taken_again(number: int, saying: Any, asker: Any) -> None:
    steps = _steps(2)
    with pytest.raises(BadAnswer):
        text = f"```python:a.py\n{steps[number].files[0].text}\n```"
        await adapt(AdaptQuestion(OLD, steps), asker(saying(text)))


async def test_the_prompt_shows_the_last_steps(saying: Any, asker: Any) -> None:
    model = saying("```python:a.py\ndef f(x):\n    return list(x)\n```")
    await adapt(AdaptQuestion(OLD, _steps(MOST_STEPS + 2)), asker(model))
    text = model.asked[0].messages[0].text
    assert "Reason 5." in text
    assert "Performance gain: 5%" in text
    assert "REFINE" in text
    assert "Reason 1." not in text
