from __future__ import annotations

import pytest

from codeflash_api.adaptive.question import AdaptQuestion, Step
from codeflash_api.adaptive.rules import adapt
from codeflash_api.code.markdown import Block, read_code
from codeflash_api.code.rewriting import Aim, moves
from codeflash_api.errors import ApiError

TEXT = """def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def fresh(items, known):
    wanted = list(known)
    return [item for item in items if item in wanted]
"""
FILES = (Block(TEXT, "a.py"),)


def test_the_next_rewrite_builds_on_the_last_candidate():
    first = next(move for move in moves(FILES, Aim()) if move.qualname == "unique")
    steps = (Step("root", (Block(first.text, "a.py"),), "One."),)
    found = adapt(AdaptQuestion(FILES, steps))
    assert found.parent_id == "root"
    assert found.explanation.startswith("One. ")
    known = {Block(step.files[0].text.rstrip("\n"), "a.py") for step in steps}
    assert read_code(found.source_code)[0] not in {*known, *FILES}


def test_versions_that_were_tried_do_not_come_again():
    first, *others = moves(FILES, Aim())
    tried = [(Block(move.text, "a.py"),) for move in (first, *others)]
    steps = tuple(Step(str(number), files) for number, files in enumerate([*tried, FILES]))
    found = adapt_or_none(AdaptQuestion(FILES, steps))
    assert found is None


def adapt_or_none(question: AdaptQuestion) -> object:
    try:
        return adapt(question)
    except ApiError as problem:
        assert problem.status == 501
        return None


def test_nothing_further_is_an_error():
    files = (Block("def f(x):\n    return x\n", "a.py"),)
    with pytest.raises(ApiError, match="no further rewrite") as caught:
        adapt(AdaptQuestion(files, (Step("a", (Block("def f(y):\n    return y\n", "a.py"),)),)))
    assert caught.value.status == 501
