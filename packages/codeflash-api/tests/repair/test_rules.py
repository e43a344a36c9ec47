from __future__ import annotations

import pytest

from codeflash_api.code.markdown import Block, read_code
from codeflash_api.code.rewriting import Aim, moves
from codeflash_api.errors import ApiError
from codeflash_api.repair.question import Difference, RepairQuestion
from codeflash_api.repair.rules import repair

OLD = """def first(items):
    return [item for item in items if item]


def second(items):
    return sum([item for item in items])
"""
NEW = OLD.replace("[item for item in items if item]", "list(filter(None, items))").replace(
    "sum([item for item in items])", "sum(items)"
)
PLAIN = """import re


def clean(text):
    text = re.sub("a", "b", text)
    return text
"""


def _question(old: str, new: str, *tests: str) -> RepairQuestion:
    differences = tuple(Difference("return_value", test=test) for test in tests)
    return RepairQuestion("p", (Block(old, "a.py"),), (Block(new, "a.py"),), differences)


@pytest.mark.parametrize(
    ("test", "back"),
    [("def test_x():\n    first([])", "first"), ("def test_x():\n    second([])", "second")],
    ids=["first", "second"],
)
def test_the_function_that_a_failing_test_names_goes_back(test, back):
    found = repair(_question(OLD, NEW, test))
    (block,) = read_code(found.source_code)
    assert ("if item]" in block.text) is (back == "first")
    assert ("sum([" in block.text) is (back == "second")
    assert found.parent_id == "p"
    assert found.optimization_id != "p"


def test_a_guarded_form_of_the_rewrite_comes_first():
    guarded = next(move for move in moves((Block(PLAIN, "a.py"),), Aim()) if move.variant == "guarded")
    found = repair(_question(PLAIN, PLAIN.replace('re.sub("a", "b", text)', 'text.replace("a", "b")')))
    assert read_code(found.source_code)[0].text == guarded.text.rstrip("\n")
    assert guarded.why in found.explanation


def test_a_guarded_form_that_failed_is_not_proposed_again():
    guarded = next(move for move in moves((Block(PLAIN, "a.py"),), Aim()) if move.variant == "guarded")
    with pytest.raises(ApiError) as caught:
        repair(_question(PLAIN, guarded.text))
    assert caught.value.status == 501


def test_without_anything_to_propose_there_is_an_error():
    with pytest.raises(ApiError, match="without a language model") as caught:
        repair(_question(OLD, OLD.replace("sum([item for item in items])", "sum(items)")))
    assert caught.value.status == 501
